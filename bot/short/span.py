"""The short answer inside a quote: the name, time, place or amount a question asks for, or nothing when unsure.

Each candidate of the kind asked for competes with the others and with "none" in a conditional logit, whose weights
`python -m evals.short_answers --fit` writes to `weights.json`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bot.short.answer_type import Asked, Kind, asked_for, is_han
from bot.short.han_spans import han_spans
from bot.short.namesakes import names_another, names_untold
from bot.short.nearness import features
from bot.short.offices import succeeds
from bot.short.quantities import amounts, times
from bot.short.spans import Candidate, names, places
from bot.short.tokens import question_roots, tokens
from bot.short.vetoes import trimmed, vetoed
from bot.words import stem

# Read off the half that fits the weights: nine in ten of the short answers given are right there.
SURE = {Kind.PERSON: 0.6, Kind.NAME: 0.65, Kind.TIME: 0.5, Kind.PLACE: 0.65, Kind.AMOUNT: 0.5}
LEAST_COVERED = 0.3
LONGEST = 120  # characters: a longer list of names is no short answer
_OWNS = re.compile(r"['’]s [a-z]")  # "Austin's spokesman" is not Austin
_ASKS_ORIGIN = re.compile(r"\b(?:from|come|came|originat\w*|flee|fled|leave|left|escape\w*)\b|[从来自]", re.I)
_COUNTED = ("s", "people", "men", "women", "children")
_MONEY_OR_SHARE = re.compile(r"money|percent|share|dollar|euro|pound|years|duration|times|degrees")
_DOUBLE = re.compile(r"[^\W\d_]+-[^\W\d_]+")  # "Lind-Oye"
_IS_MEASURE = re.compile(
    r"(?:met(?:re|er)s?|tonnes?|tons?|kg|[kKMG]Wh?|lit(?:re|er)s?|gallons?|barrels?|acres?|hectares?|pounds?|ounces?"
    r"|kilograms?|grams?|miles?|square|cubic|mm|cm|km)\b"
)
WEIGHTS = Path(__file__).with_name("weights.json")


def answer_candidates(question: str, sentence: str) -> list[Candidate]:
    """The stretches of `sentence` that are of the kind `question` asks for and not already in the question."""
    asked = asked_for(question)
    if asked is None:
        return []
    found = _unasked(question, sentence, _of_kind(asked, sentence))
    return [c for c in found if not _is_out_of_question(asked, question, sentence, c)]


@lru_cache(maxsize=1024)
def type_fit(question: str, sentence: str) -> float:
    """How likely `sentence` holds the short answer `question` asks for, 0 to 1; 1 where none is asked for.

    Of the vetoes only those on amounts count: the others doubt as many right sentences as wrong ones.
    """
    asked = asked_for(question)
    if asked is None:
        return 1.0
    found = _allowed(question, asked, sentence) if asked.kind is Kind.AMOUNT else weighed(question, sentence)
    return sum(p for p, _ in found)


def weighed(question: str, sentence: str) -> list[tuple[float, Candidate]]:
    """Each candidate with the probability that it is the answer; what lacks to 1 is that of there being none."""
    asked = asked_for(question)
    candidates = answer_candidates(question, sentence)
    if asked is None or not candidates:
        return []
    weights = _weights(asked, question, sentence)
    rows = features(question, asked, sentence, candidates)
    scores = [sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in rows]
    most = max(0.0, *scores)
    total = math.exp(-most) + sum(math.exp(score - most) for score in scores)
    return [(math.exp(s - most) / total, c) for s, c in zip(scores, candidates, strict=True)]


def short_span(question: str, sentence: str, article: str = "") -> tuple[int, int] | None:
    """Where in `sentence` the short answer stands; None when no candidate is likely enough, or the sentence is hardly
    about what is asked: it has few words of it, tells of a namesake, or its `article` lacks a name of the question."""
    asked = asked_for(question)
    if asked is None or _covered(question, sentence) < LEAST_COVERED or names_another(question, sentence):
        return None
    if article and names_untold(question, article):
        return None
    found = _allowed(question, asked, sentence)
    if not found:
        return None
    named = {candidate for _, candidate in found if succeeds(question, sentence, candidate)}
    _, best = max(found, key=lambda each: (each[1] in named, each[0]))
    support = sum(p for p, other in found if _is_the_same(best, other))
    sure = (support >= SURE[asked.kind] or best in named) and best.end - best.start <= LONGEST
    return (best.start, best.end) if sure else None


def _allowed(question: str, asked: Asked, sentence: str) -> list[tuple[float, Candidate]]:
    """The candidates, with their probabilities, against which nothing speaks."""
    found = [(p, trimmed(asked, sentence, candidate)) for p, candidate in weighed(question, sentence)]
    return [(p, each) for p, each in found if not vetoed(question, asked, sentence, each)]


def _covered(question: str, sentence: str) -> float:
    """The share of the question's content words that the sentence has; 1 across scripts, where none can be compared.

    Chinese is compared in pairs of characters, half of which are no words.
    """
    roots = question_roots(question)[0]
    if is_han(question) != is_han(sentence) or not roots:
        return 1.0
    share = len(roots & {token.root for token in tokens(sentence)}) / len(roots)
    return min(1.0, 2 * share) if is_han(question) else share


def _is_the_same(best: Candidate, other: Candidate) -> bool:
    """Whether both name one thing, as "Storhavn" and "Storhavn, Norvale" do; a list and one of it do not."""
    overlap = best.start < other.end and other.start < best.end
    return other == best or (overlap and "list" not in (best.form, other.form))


def _weights(asked: Asked, question: str, sentence: str) -> Mapping[str, float]:
    """Words of one script are compared; a Chinese question over an English sentence has the form alone to go by."""
    written = "_han" if is_han(sentence) else "_cross" if is_han(question) else ""
    return _table()[f"{asked.kind}{written}"]


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, float]]:
    return dict(json.loads(WEIGHTS.read_text("utf-8")))


def _of_kind(asked: Asked, sentence: str) -> list[Candidate]:
    if is_han(sentence):
        return han_spans(asked.kind, sentence, asked.unit)
    if asked.kind is Kind.AMOUNT:
        return amounts(sentence, asked.unit)
    if asked.kind is Kind.TIME:
        return times(sentence)
    if asked.kind is Kind.PLACE:
        return places(sentence)
    return names(sentence)


def _is_out_of_question(asked: Asked, question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether the form is right and the thing is not: an owner, where something came from, the price of what is
    counted."""
    if asked.kind is Kind.PERSON:
        return asked.unit != "whose" and bool(_OWNS.match(sentence, candidate.end))
    if asked.kind is Kind.PLACE:
        return sentence[: candidate.start].endswith(("from ", "from the ")) and not _ASKS_ORIGIN.search(
            question
        )
    if _is_share_of_stuff(asked, sentence, candidate):
        return True
    counts = (
        asked.kind is Kind.AMOUNT and asked.unit.endswith(_COUNTED) and not _MONEY_OR_SHARE.search(asked.unit)
    )
    return counts and candidate.form in ("money", "percent")


def _is_share_of_stuff(asked: Asked, sentence: str, candidate: Candidate) -> bool:
    """Whether "how much copper" is asked and the share stands beside the tonnes."""
    stuff = asked.kind is Kind.AMOUNT and bool(asked.unit) and not _MONEY_OR_SHARE.search(asked.unit)
    if not stuff or candidate.form != "percent":
        return False
    return any(c.form == "unit" and _IS_MEASURE.search(sentence[c.start : c.end]) for c in amounts(sentence))


def _unasked(question: str, sentence: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those that say something the question does not."""
    if is_han(sentence):
        return [c for c in candidates if sentence[c.start : c.end] not in question]
    known = {stem(word) for word in re.findall(r"[^\W_]+(?:[.,]\d+)*", question.lower())}
    double = set(_DOUBLE.findall(question.lower()))
    return [c for c in candidates if not _is_known(sentence[c.start : c.end], known, double, c.form)]


def _is_known(text: str, known: set[str], double: set[str], form: str) -> bool:
    """Whether the question has the words of `text`, or its last name; half of a `double` name is not that name."""
    words = [stem(word) for word in re.findall(r"[^\W_]+(?:[.,]\d+)*", text.lower())]
    halves = {stem(half) for name in double - set(_DOUBLE.findall(text.lower())) for half in name.split("-")}
    if form in ("name", "list", "town") and words[-1:] and words[-1] in known - halves:
        return True
    return all(word in known for word in words)
