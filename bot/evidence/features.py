"""What tells whether a sentence answers a question: one row of numbers a sentence, in groups that can be left out.

Each lies between about 0 and 1 and means more support the higher it is, unless its name says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bot.evidence.interaction import (
    PREVIOUS_SENTENCE,
    Asked,
    Cover,
    Matrix,
    Read,
    closeness,
    cover,
    lent,
    stems,
)
from bot.short.answer_type import Kind, asked_for
from bot.short.span import type_fit
from vectorstore.lexical import STOP_WORDS
from vectorstore.types import Match

_VAGUE = 0.35  # cosine of two tokens that have nothing to do with each other
_NEGATED = re.compile(
    r"\b(?:not|no|never|neither|nor|without|none|cannot|nobody|nothing)\b|n['’]t\b|[不没無无未非]", re.I
)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": ("context", "weakest", "weakest_alone", "sharp", "whole", "anywhere", "least_anywhere"),
    "content": ("content", "weakest_content", "least_content", "kept", "kept_anywhere"),
    "letters": ("said_context", "said_passage", "said_card"),
    "names": ("names", "names_anywhere", "names_said", "names_together", "numbers", "numbers_anywhere"),
    "dense": ("cosine", "best_cosine"),
    "lexical": ("lexical",),
    "type": ("asking", "holds", *(f"holds_{kind}" for kind in Kind)),
    "form": ("close", "first", "early", "length", "is_short", "news", "is_question", "negation_differs"),
}
NAMES = tuple(name for group in GROUPS.values() for name in group)


def features(question: Asked, found: Read, match: Match) -> Matrix:
    """float[n, len(NAMES)]: a row for each sentence of the passage of `match`, whose tokens are `found`."""
    covered = cover(question, found)
    columns = _of_words(question, found, covered) | _of_scores(match) | _of_type(question, found, covered)
    columns |= _of_form(question, found, covered)
    n = len(found.texts)
    return np.stack([np.broadcast_to(columns[name], n) for name in NAMES], axis=1)


Columns = dict[str, "Matrix | float"]


def _of_words(question: Asked, found: Read, covered: Cover) -> Columns:
    weights = question.weights
    names = question.which(lambda word: word.is_name)
    numbers = question.which(lambda word: word.is_number)
    content = ~names
    context = lent(covered, names)
    said = covered.said.copy()
    said[:, 1:] = np.maximum(said[:, 1:], PREVIOUS_SENTENCE * covered.said[:, :-1])
    passage = covered.said.max(axis=1, initial=0.0)
    card = np.maximum(passage, covered.told)
    return {
        "context": weights @ context,
        "weakest": _least(context),
        "weakest_alone": _least(covered.alone),
        "sharp": weights @ np.clip(covered.alone, _VAGUE, 1) ** 3,
        "whole": covered.whole,
        "anywhere": float(weights @ covered.anywhere),
        "least_anywhere": float(covered.anywhere.min(initial=1.0)),
        "content": _share(weights, covered.alone, content),
        "weakest_content": _least(covered.alone[content]),
        "least_content": float(np.maximum(covered.anywhere, card)[content].min(initial=1.0)),
        "kept": 1 - _most(weights[:, None] * (1 - np.maximum(context, said))),
        "kept_anywhere": 1 - float((weights * (1 - np.maximum(covered.anywhere, card))).max(initial=0.0)),
        "said_context": weights @ said,
        "said_passage": float(weights @ passage),
        "said_card": float(weights @ card),
        "names": _least(covered.alone[names]),
        "names_anywhere": float(np.maximum(covered.anywhere, card)[names].min(initial=1.0)),
        "names_said": float(card[names].min(initial=1.0)),
        "names_together": float(_stand_together(question, found)),
        "numbers": _least(covered.said[numbers]),
        "numbers_anywhere": float(card[numbers].min(initial=1.0)),
    }


def _of_scores(match: Match) -> Columns:
    cosines = np.array(match.sentence_scores, float)
    return {
        "cosine": cosines,
        "best_cosine": float(cosines.max(initial=0.0)),
        "lexical": match.fused - match.dense,
    }


def _of_type(question: Asked, found: Read, covered: Cover) -> Columns:
    wanted = asked_for(question.text)
    holds = np.array([type_fit(question.text, text) for text in found.texts])
    kinds = {f"holds_{kind}": holds * (wanted is not None and wanted.kind is kind) for kind in Kind}
    return {"asking": covered.asking, "holds": holds, **kinds}


def _of_form(question: Asked, found: Read, covered: Cover) -> Columns:
    n = len(found.texts)
    negated = bool(_NEGATED.search(question.text))
    new = [len(text - question.stems - STOP_WORDS) for text in found.stems]
    lengths = np.array([len(text) for text in found.stems], float)
    return {
        "close": np.array([closeness(covered.place[:, number]) for number in range(n)]),
        "first": np.array([number == 0 for number in range(n)], float),
        "early": 1 / (1 + np.arange(n)),
        "length": np.log1p(lengths),
        "is_short": np.array(lengths < 6, float),
        "news": np.log1p(new),
        "is_question": np.array([text.rstrip().endswith(("?", "？")) for text in found.texts], float),
        "negation_differs": np.array([bool(_NEGATED.search(text)) != negated for text in found.texts], float),
    }


def _stand_together(question: Asked, found: Read) -> bool:
    """Whether the question's names of several words, "South Korea", stand in passage or card as they are there."""
    told = _folded(f"{found.passage.prefix} {found.passage.text}")
    return all(_folded(name) in told for name in question.names)


def _folded(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _most(rows: Matrix) -> Matrix:
    """The most of each column; 0 where there is no row."""
    return np.asarray(rows.max(axis=0, initial=0.0))


def _least(rows: Matrix) -> Matrix:
    """The least of each column; 1 where there is no row."""
    return np.asarray(rows.min(axis=0, initial=1.0))


def _share(weights: Matrix, rows: Matrix, which: NDArray[np.bool_]) -> Matrix | float:
    total = float(weights[which].sum())
    return np.asarray(weights[which] @ rows[which] / total) if total else 1.0
