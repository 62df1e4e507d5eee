"""This run against an earlier one, question by question: what each figure gained, and whether that can be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from bot.evaluation.figures import FIGURES, LOWER_IS_BETTER, RESAMPLES, Columns, columns, figures, resampled
from bot.evaluation.result import Result

Pair = tuple[Result, Result]

CHANCE = 0.05
_NOWHERE = 99


@dataclass(frozen=True, slots=True)
class Change:
    """A figure over the questions of both runs. `interval` (95 %) is that of the difference, by paired bootstrap.

    `p` is the chance of so large a difference if neither run were better: McNemar's exact test for shares of the same
    questions, else from the bootstrap. Both are None where they mean nothing.
    """

    then: float
    now: float
    difference: float
    interval: tuple[float, float] | None = None
    p: float | None = None

    @property
    def is_clear(self) -> bool:
        return self.p is not None and self.p < CHANCE


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs. Pairs are (then, now); `settings` maps what differs between them to (then, now)."""

    earlier: str
    paired: int
    only_then: int
    only_now: int
    settings: Mapping[str, tuple[Any, Any]]
    changes: Mapping[str, Change]
    worse: Sequence[Pair]
    better: Sequence[Pair]


def compared(
    earlier: str, then: Sequence[Result], now: Sequence[Result], settings: Mapping[str, tuple[Any, Any]]
) -> Comparison:
    """The comparison of the questions that stand in both runs, by their ids."""
    before = {result.id: result for result in then}
    pairs = [(before[result.id], result) for result in now if result.id in before]
    return Comparison(
        earlier=earlier,
        paired=len(pairs),
        only_then=len(then) - len(pairs),
        only_now=len(now) - len(pairs),
        settings=settings,
        changes=changes(pairs) if pairs else {},
        worse=sorted((p for p in pairs if _grade(p[1]) > _grade(p[0])), key=_step, reverse=True),
        better=sorted((p for p in pairs if _grade(p[1]) < _grade(p[0])), key=_step),
    )


def changes(pairs: Sequence[Pair]) -> dict[str, Change]:
    """Then, now and the difference of every figure over `pairs`, of which there is at least one."""
    then, now = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    old, new = columns(then), columns(now)
    drawn_old, drawn_new = np.hsplit(resampled(np.hstack([old, new])), 2)
    found = {}
    for at, (name, figure) in enumerate(FIGURES.items()):
        own = [at, at + len(FIGURES)]
        if old[:, own[1]].any() and new[:, own[1]].any():
            drawn = _ratio(drawn_new[:, own]) - _ratio(drawn_old[:, own])
            found[name] = _change(old[:, own], new[:, own], drawn, share=figure.share)
    before, after = figures(then), figures(now)
    rest = {name: Change(before[name], after[name], after[name] - before[name]) for name in LOWER_IS_BETTER}
    return found | rest


def _change(old: Columns, new: Columns, drawn: Columns, *, share: bool) -> Change:
    """Of a figure's part and whole, and its difference in each resample."""
    then, now = (float(side[:, 0].sum() / side[:, 1].sum()) for side in (old, new))
    same_questions = bool((old[:, 1] == new[:, 1]).all()) and old[:, 1].max() == 1
    p = _mcnemar(old[:, 0], new[:, 0]) if share and same_questions else _by_chance(drawn)
    low, high = (float(edge) for edge in np.percentile(drawn, (2.5, 97.5)))
    return Change(then, now, now - then, (low, high), p)


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """What the summary of `bot eval --json --against` holds; fields are added, never renamed."""
    return {
        "against": comparison.earlier,
        "paired": comparison.paired,
        "only_then": comparison.only_then,
        "only_now": comparison.only_now,
        "settings": {name: {"then": a, "now": b} for name, (a, b) in comparison.settings.items()},
        "figures": {name: _change_json(change) for name, change in comparison.changes.items()},
        "worse": [_pair_json(pair) for pair in comparison.worse],
        "better": [_pair_json(pair) for pair in comparison.better],
    }


def _change_json(change: Change) -> dict[str, Any]:
    def short(value: float) -> float:
        return round(value, 4)

    return {
        "then": short(change.then),
        "now": short(change.now),
        "difference": short(change.difference),
        "interval": [short(edge) for edge in change.interval] if change.interval else None,
        "p": None if change.p is None else short(change.p),
    }


def _pair_json(pair: Pair) -> dict[str, Any]:
    then, now = pair
    told = ("status", "correct", "article_rank", "sentence_rank", "answer")
    sides = {side: {name: getattr(r, name) for name in told} for side, r in (("then", then), ("now", now))}
    return {"id": now.id, "file": now.file, "question": now.question, **sides}


def _grade(result: Result) -> tuple[int, int, int]:
    """How bad it is: what came out first, then how far down the right article and sentence stand."""
    return result.badness, result.article_rank or _NOWHERE, result.sentence_rank or _NOWHERE


def _step(pair: Pair) -> tuple[int, ...]:
    return tuple(b - a for a, b in zip(_grade(pair[0]), _grade(pair[1]), strict=True))


def _ratio(drawn: Columns) -> Columns:
    """Of a sample in which there is nothing to measure: 0."""
    part, whole = drawn[:, 0], drawn[:, 1]
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _mcnemar(old: Columns, new: Columns) -> float:
    """The exact, two-sided test (McNemar 1947): of the questions that changed, how many changed to which side."""
    gained, lost = int((new > old).sum()), int((new < old).sum())
    changed = gained + lost
    tail = sum(comb(changed, k) for k in range(min(gained, lost) + 1)) / 2**changed
    return min(1.0, 2.0 * float(tail))


def _by_chance(drawn: Columns) -> float:
    side = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return min(1.0, 2 * (side + 1) / (RESAMPLES + 1))
