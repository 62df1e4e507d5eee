"""Floors and ceilings for CI: figures that a run must reach, or must not pass."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.figures import FIGURES, NAMES
from vectorstore.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` must be at least `value`, or, as a ceiling, at most."""

    name: str
    value: float
    ceiling: bool = False

    def missed(self, summary: Mapping[str, Any]) -> str:
        """Why it is missed; empty if it holds. What could not be measured is missed."""
        figure = summary[self.name]
        if self.name in FIGURES and self.name not in summary["intervals"]:
            return f"{self.name} could not be measured: no question is about it"
        if figure > self.value if self.ceiling else figure < self.value:
            return f"{self.name} is {figure:g}, {'above' if self.ceiling else 'below'} {self.value:g}"
        return ""


def limits(floors: Sequence[str], ceilings: Sequence[str]) -> list[Limit]:
    """What `--floor NAME=VALUE` and `--ceiling NAME=VALUE` ask for. Raises SettingsError."""
    return [_limit(typed) for typed in floors] + [_limit(typed, ceiling=True) for typed in ceilings]


def missed(asked: Sequence[Limit], summary: Mapping[str, Any]) -> Iterator[str]:
    """A line for each limit that does not hold."""
    yield from filter(None, (limit.missed(summary) for limit in asked))


def _limit(typed: str, *, ceiling: bool = False) -> Limit:
    option = "--ceiling" if ceiling else "--floor"
    name, _, value = (part.strip() for part in typed.partition("="))
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(NAMES)}."
        raise SettingsError(f"{option} {typed}: no figure is called {name!r}. {hint}")
    try:
        number = float(value)
    except ValueError as error:
        raise SettingsError(f"{option} {typed}: write NAME=NUMBER, as in recall_at_5=0.95.") from error
    if name in FIGURES and not 0 <= number <= 1:
        raise SettingsError(f"{option} {typed}: {name} is a share between 0 and 1. Write 0.95 for 95 %.")
    return Limit(name, number, ceiling)
