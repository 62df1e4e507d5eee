"""Coverage: what would be answered, and how much of it wrong, if only what is confident enough were answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.result import Result

RANKS = range(1, 11)


@dataclass(frozen=True, slots=True)
class Point:
    """At a threshold on the confidence: the share of answerable questions that are answered, the share of those
    answers that are wrong, and the share of unanswerable questions that are answered all the same."""

    coverage: float
    wrong: float
    unanswerable: float


def coverage_curve(results: Sequence[Result]) -> list[Point]:
    """From answering nothing to answering all. What was declined counts as right if its best sentence is."""
    asked = sum(not result.unanswerable for result in results)
    hopeless = len(results) - asked
    answered = wrong = astray = 0
    points = [Point(0.0, 0.0, 0.0)]
    ranked = sorted(results, key=lambda result: -result.confidence)
    for at, result in enumerate(ranked, 1):
        answered += not result.unanswerable
        wrong += not (result.unanswerable or result.would_be_right)
        astray += result.unanswerable
        if at == len(ranked) or ranked[at].confidence < result.confidence:
            points.append(_point(answered, asked, wrong, astray, hopeless))
    return points


def operating_point(results: Sequence[Result]) -> Point:
    """Where the bot stands now, by what it did answer."""
    asked = [result for result in results if not result.unanswerable]
    answered = [result for result in asked if result.answered]
    wrong = sum(not result.correct for result in answered)
    astray = sum(result.unanswerable and result.answered for result in results)
    return _point(len(answered), len(asked), wrong, astray, len(results) - len(asked))


def recall_curve(results: Sequence[Result]) -> list[tuple[int, int]]:
    """For k from 1 to 10: how many answerable questions have their article among the first k, of how many."""
    ranks = [result.article_rank for result in results if not result.unanswerable]
    return [(sum(rank is not None and rank <= k for rank in ranks), len(ranks)) for k in RANKS]


def _point(answered: int, asked: int, wrong: int, astray: int, hopeless: int) -> Point:
    return Point(answered / max(1, asked), wrong / max(1, answered), astray / max(1, hopeless))
