"""What a rule finds: a stretch of a question that limits when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.dates.days import Days


@dataclass(frozen=True, slots=True)
class Limit:
    """Characters [start, end) of a question, and the days they mean.

    `spoken`: counted from today, so that an article about those days hardly repeats it; `is_now`: means the present.
    """

    start: int
    end: int
    days: Days
    spoken: bool = False
    is_now: bool = False


def apart(found: Iterable[Limit]) -> list[Limit]:
    """Those that stand first and do not overlap one before them; of two that start together the longer."""
    kept: list[Limit] = []
    for limit in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or limit.start >= kept[-1].end:
            kept.append(limit)
    return kept
