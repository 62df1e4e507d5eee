"""Short answers against the gold spans of public questions, each asked of the very sentence that holds its answer.

The weights are fitted on one half of the paragraphs (by hash), the other half is reported. `OTHERS` teaches the fit to
say nothing of the sentence of the paragraph that looks most like an answer and is none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.short.answer_type import Kind, asked_for
from bot.short.nearness import Features, features
from bot.short.span import WEIGHTS, answer_candidates, short_span
from bot.short.tokens import question_roots, tokens
from evals.floors import passes
from evals.public_sets import Question, Set, squad2, xquad
from vectorstore.sentences import split

OTHERS = 0.3  # what a sentence that does not answer weighs against one that does
RIDGE = 0.5
LEAST = 0.05  # a smaller weight is left out
AGREES = 0.39  # token F1 of "1,200" and "1,200 Calveran troops", say


@dataclass(frozen=True, slots=True)
class Case:
    """A question, a sentence, and the gold spans in it; none where it does not answer. `tunes`: of the first half."""

    question: str
    sentence: str
    gold: tuple[str, ...]
    tunes: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: the words given ("" for none), and how they compare with the gold."""

    given: str
    exact: bool = False
    right: bool = False
    f1: float = 0.0


def run(data: Path) -> bool:
    """Measure the held-out half of every set; False when a figure is below its floor."""
    good = True
    for name, cases in sets(data).items():
        good &= passes(f"short{name}", figures([case for case in cases if not case.tunes]))
    return good


def sets(data: Path) -> dict[str, list[Case]]:
    """The cases by the prefix of their weights: English, Chinese, and Chinese questions over English sentences."""
    public = {
        "": (squad2(data), xquad(data)),
        "_han": (xquad(data, "zh", "zh"),),
        "_cross": (xquad(data, "zh", "en"),),
    }
    return {name: [case for each in some for case in _cases(each)] for name, some in public.items()}


def figures(cases: Sequence[Case]) -> dict[str, float]:
    """Of the questions that ask for a short answer: how many are given one, and how many of those are right.

    `exact` compares as SQuAD does, `right` takes a title, unit or preposition more or less, and `stray` is the share of
    sentences without the answer of which one is given all the same.
    """
    asked = [(asked.kind, case) for case in cases if (asked := asked_for(case.question))]
    stray = [outcome(case).given != "" for _, case in asked if not case.gold]
    rows = [(kind, outcome(case)) for kind, case in asked if case.gold]
    found = {"questions": float(len(rows)), "stray": sum(stray) / max(1, len(stray))} | _shares(
        "all", [row for _, row in rows]
    )
    for kind in Kind:
        found |= _shares(kind, [row for other, row in rows if other is kind])
    return found


def _shares(name: str, rows: Sequence[Outcome]) -> dict[str, float]:
    given = [row for row in rows if row.given]
    shares = {
        "given": len(given) / max(1, len(rows)),
        "exact": sum(row.exact for row in given) / max(1, len(given)),
        "right": sum(row.right for row in given) / max(1, len(given)),
        "f1": sum(row.f1 for row in given) / max(1, len(given)),
    }
    return {f"{name}_{key}": share for key, share in shares.items()}


def outcome(case: Case) -> Outcome:
    """The short answer to one question, compared with its gold."""
    span = short_span(case.question, case.sentence)
    if span is None:
        return Outcome("")
    text = case.sentence[span[0] : span[1]]
    exact = any(_plain(text) == _plain(gold) for gold in case.gold)
    return Outcome(text, exact, agrees(text, case.gold), f1(text, case.gold))


def agrees(text: str, gold: Sequence[str]) -> bool:
    """Whether one holds the other and they are mostly the same words."""
    ours = f" {' '.join(_plain(text))} "
    theirs = [f" {' '.join(_plain(answer))} " for answer in gold]
    return any((ours in t or t in ours) and f1(text, [t]) >= AGREES for t in theirs)


def f1(text: str, gold: Sequence[str]) -> float:
    """The best token F1 between `text` and one of `gold`; 0 without gold."""
    return max((_f1(_plain(text), _plain(answer)) for answer in gold), default=0.0)


def _f1(ours: list[str], theirs: list[str]) -> float:
    common = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def _plain(text: str) -> list[str]:
    """The words as SQuAD compares them, without case, marks and articles; Chinese character by character."""
    words = re.findall(r"\d+(?:[.,]\d+)*|[\u3400-\u9fff]|[^\W\d\u3400-\u9fff]+", text.lower())
    return [word for word in words if word not in ("a", "an", "the")]


def _cases(public: Set) -> Iterator[Case]:
    for question in public.questions:
        yield from _cases_of(question, public.text(question.url))


def _cases_of(asked: Question, text: str) -> Iterator[Case]:
    """The question with the sentence of its first answer, and with the likeliest other one."""
    question, spans = asked.text, split(text)
    held: dict[int, list[str]] = {}
    for answer, start in zip(asked.answers, asked.starts, strict=True):
        number = sum(span.start <= start for span in spans) - 1
        held.setdefault(number, []).append(answer)
    if not held:
        return
    tunes = sha256(text.encode()).digest()[0] % 2 == 0
    sentences = [text[span.start : span.end] for span in spans]
    first = next(iter(held))
    yield Case(question, sentences[first], tuple(dict.fromkeys(held[first])), tunes)
    roots = question_roots(question)[0]
    others = [sentence for number, sentence in enumerate(sentences) if number not in held]
    if others:
        yield Case(question, max(others, key=lambda s: len({t.root for t in tokens(s)} & roots)), (), tunes)


def fit(cases: Sequence[Case], kind: Kind) -> dict[str, float]:
    """Weights of the conditional logit of one kind: the likelihood of the right candidates, or of none."""
    from scipy.optimize import minimize

    tables, targets = [], []
    for case in cases:
        asked = asked_for(case.question)
        candidates = answer_candidates(case.question, case.sentence)
        if asked and asked.kind is kind and candidates:
            tables.append(features(case.question, asked, case.sentence, candidates))
            targets.append(_target([case.sentence[c.start : c.end] for c in candidates], case.gold))
    names = sorted({name for rows in tables for row in rows for name in row})
    matrices = [_matrix(rows, names) for rows in tables]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = RIDGE * float(weights @ weights), 2 * RIDGE * weights
        for matrix, target in zip(matrices, targets, strict=True):
            scores = np.append(matrix @ weights, 0.0)
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            value -= float(target @ np.log(likely + 1e-12))
            slope = slope + matrix.T @ (target.sum() * likely - target)[:-1]
        return value, slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(w), 2) for name, w in zip(names, best, strict=True) if abs(w) >= LEAST}


def _matrix(rows: Sequence[Features], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def _target(texts: Sequence[str], gold: Sequence[str]) -> NDArray[np.float64]:
    """All the weight on the best of the right candidates, else on none."""
    right = np.array([f1(text, gold) if agrees(text, gold) else 0.0 for text in texts])
    if right.max() == 0:
        return np.append(np.zeros(len(texts)), 1.0 if gold else OTHERS)
    best = right == right.max()
    return np.append(best / best.sum(), 0.0)


def write(data: Path) -> None:
    """Fit every table on the first half and write the file of weights, one table a line."""
    lines = []
    for name, cases in sets(data).items():
        for kind in Kind:
            weights = fit([case for case in cases if case.tunes], kind)
            lines.append(f'  "{kind}{name}": {json.dumps(weights)}')
    WEIGHTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def main() -> int:
    """Report both halves, or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--fit", action="store_true", help="write bot/short/weights.json anew")
    chosen = parser.parse_args()
    if chosen.fit:
        write(chosen.data)
    for name, cases in sets(chosen.data).items():
        for half, tunes in (("fitted on", True), ("held out", False)):
            found = figures([case for case in cases if case.tunes is tunes])
            print(f"short{name}, {half}: " + ", ".join(f"{key} {value:.3g}" for key, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
