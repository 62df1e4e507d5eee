"""What `bot eval` shows a person: the figures, the same by group, and what differs from an earlier run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.evaluation.columns import aligned
from bot.evaluation.compare import Change, Comparison, Pair
from bot.evaluation.figures import FIGURES, GROUPINGS, LATENCIES, VIOLATIONS, groups, sums
from bot.evaluation.result import Result
from bot.page import BLANK, Line, line

_BY_GROUP = (
    "recall_at_1",
    "recall_at_5",
    "sentence_at_1",
    "answer_hit",
    "answered",
    "abstain_recall",
    "correct",
)
_NOTHING = "–"
_LONGEST_NAME = 30
_OUTCOMES = {0: "right", 1: "declined", 2: "wrong", 3: "said what it must not"}


def figures_page(results: Sequence[Result], summary: Mapping[str, Any]) -> Iterator[Line]:
    """Every figure with its interval and over how many it was measured."""
    yield from aligned(("", "", "95 % interval", "of"), list(_figure_rows(results, summary)))
    for title, name in GROUPINGS.items():
        yield from _group_page(title, results, name)


def comparison_page(comparison: Comparison, most: int) -> Iterator[Line]:
    """What changed in the settings, the figures and, `most` to each side, the questions."""
    yield line(f"Against {comparison.earlier}", "strong")
    alone = [
        f"{count} only {when}"
        for count, when in ((comparison.only_then, "then"), (comparison.only_now, "now"))
        if count
    ]
    yield line(", ".join([f"{comparison.paired} questions are in both", *alone]) + ".", "faint")
    for name, (then, now) in comparison.settings.items():
        yield line(f"{name}: {_told(then)} → {_told(now)}", "faint")
    if not comparison.changes:
        return
    yield BLANK
    rows = [_change_row(name, change) for name, change in comparison.changes.items()]
    yield from aligned(("", "then", "now", "difference", "95 % interval", "p"), rows)
    if any(change.is_clear for change in comparison.changes.values()):
        yield line("* hardly chance: p below 0.05", "faint")
    yield from _moved("Worse", comparison.worse, most)
    yield from _moved("Better", comparison.better, most)


def _figure_rows(results: Sequence[Result], summary: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    yield ("questions", str(summary["n"]), "", "")
    for name, figure in FIGURES.items():
        part, whole = sums(figure, results)
        low, high = summary["intervals"].get(name, (0, 0))
        shown = f"{low:.1%} to {high:.1%}" if whole else ""
        yield (name, _percent(part, whole), shown, f"{whole:.0f}")
    yield from ((name, f"{summary[name]} ms", "", "") for name in LATENCIES)
    if any(result.must_not_say for result in results):
        yield (VIOLATIONS, str(summary[VIOLATIONS]), "", str(sum(len(r.must_not_say) for r in results)))


def _group_page(title: str, results: Sequence[Result], name: Callable[[Result], str]) -> Iterator[Line]:
    """A row a group; nothing where there is but one."""
    parts = list(groups(results, name))
    if len(parts) > 1:
        yield BLANK
        rows = [[_end(group), str(len(part)), *_shares(part)] for group, part in parts]
        yield from aligned((title, "n", *_BY_GROUP), rows)


def _end(name: str) -> str:
    """The end of a long name: of a path it says most."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


def _shares(results: Sequence[Result]) -> Iterator[str]:
    for name in _BY_GROUP:
        yield _percent(*sums(FIGURES[name], results))


def _percent(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else _NOTHING


def _change_row(name: str, change: Change) -> Sequence[str]:
    if name not in FIGURES:
        return (name, f"{change.then:g}", f"{change.now:g}", f"{change.difference:+g}", "", "")
    low, high = change.interval or (0, 0)
    p = f"{change.p:.3f}{'*' if change.is_clear else ' '}" if change.p is not None else ""
    shown = f"{low * 100:+.1f} to {high * 100:+.1f}"
    return (name, f"{change.then:.1%}", f"{change.now:.1%}", f"{change.difference * 100:+.1f}", shown, p)


def _moved(title: str, pairs: Sequence[Pair], most: int) -> Iterator[Line]:
    if not pairs:
        return
    yield BLANK
    rest = f", the {most} that moved most" if len(pairs) > most else ""
    yield line(f"{title}: {len(pairs)} question{'s' if len(pairs) > 1 else ''}{rest}", "strong")
    for then, now in pairs[:most]:
        yield line(f"{now.question}  {_step(then, now)}", label="  ")


def _step(then: Result, now: Result) -> str:
    sides = (
        ("", _OUTCOMES[then.badness], _OUTCOMES[now.badness]),
        ("article ", then.article_rank, now.article_rank),
        ("sentence ", then.sentence_rank, now.sentence_rank),
    )
    return " · ".join(f"{what}{_rank(a)} → {_rank(b)}" for what, a, b in sides if a != b)


def _rank(value: object) -> str:
    return _NOTHING if value is None else str(value)


def _told(value: object) -> str:
    return "not told" if value is None else str(value)
