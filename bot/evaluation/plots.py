"""The pictures of a run, as PNG: the only home of matplotlib, an extra, imported when a picture is asked for.

A solid line is this run, a dashed one the earlier run it is compared with.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.evaluation.curve import RANKS, coverage_curve, operating_point, recall_curve
from bot.evaluation.figures import groups, wilson
from bot.evaluation.result import Result
from vectorstore.errors import CitedeskError, SettingsError

COVERAGE, RECALL = "coverage.png", "recall.png"
_BLUE, _ORANGE, _GREY = "#2a6db0", "#d9641e", "#666666"
_MORE = ("#3a9a5b", "#8b5fbf", "#b0475f", "#8a7a2a", "#3b8f9c")
_EARLIER: dict[str, Any] = {"linestyle": "--", "linewidth": 1.4, "alpha": 0.75}


def check_plots(folder: Path) -> None:
    """Make the folder and load matplotlib before anything is asked.

    Raises SettingsError when matplotlib is not installed, CitedeskError when the folder cannot be made.
    """
    _matplotlib()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CitedeskError(f"cannot make {folder}: {error}. Give --plots another folder.") from error


def draw(folder: Path, results: Sequence[Result], earlier: Sequence[Result] = ()) -> list[Path]:
    """Write the coverage curve and recall at k of a run, beside those of an `earlier` one; the files that were written.

    Raises CitedeskError when they cannot be written.
    """
    draws: dict[str, Callable[..., None]] = {COVERAGE: _coverage, RECALL: _recall}
    for name, paint in draws.items():
        with _picture(folder / name) as axes:
            paint(axes, results, earlier)
    return [folder / name for name in draws]


def _coverage(axes: Any, results: Sequence[Result], earlier: Sequence[Result]) -> None:
    axes.set_title("Answering more, against answering what should not be answered so")
    axes.set_xlabel("answerable questions that are answered (%)")
    axes.set_ylabel("mistakes (%)")
    if earlier:
        _coverage_lines(axes, earlier, " (earlier)", _EARLIER)
    _coverage_lines(axes, results, "", {"linewidth": 2.2})
    now = operating_point(results)
    spots = [(now.wrong, _BLUE, "of its answers are wrong")]
    if any(result.unanswerable for result in results):
        spots.append((now.unanswerable, _ORANGE, "of the unanswerable are answered"))
    for height, colour, what in spots:
        axes.plot(now.coverage * 100, height * 100, "o", color=colour, markersize=10, markeredgecolor="white",
                  label=f"as the bot is set: {height:.1%} {what}", zorder=5)  # fmt: skip
    axes.axvline(now.coverage * 100, color=_GREY, linewidth=0.8, linestyle=":")
    axes.set_xlim(0, 102)
    axes.set_ylim(bottom=-1)


def _coverage_lines(axes: Any, results: Sequence[Result], which: str, style: dict[str, Any]) -> None:
    points = coverage_curve(results)
    covered = [point.coverage * 100 for point in points]
    axes.plot(covered, [point.wrong * 100 for point in points], color=_BLUE, **style,
              label=f"answers that are wrong{which}")  # fmt: skip
    if any(result.unanswerable for result in results):
        axes.plot(covered, [point.unanswerable * 100 for point in points], color=_ORANGE, **style,
                  label=f"unanswerable questions that are answered{which}")  # fmt: skip


def _recall(axes: Any, results: Sequence[Result], earlier: Sequence[Result]) -> None:
    axes.set_title("How far down the right article is found")
    axes.set_xlabel("first k articles")
    axes.set_ylabel("answerable questions whose article is among them (%)")
    if earlier:
        _recall_line(axes, earlier, "earlier", _BLUE, _EARLIER)
    edges = [wilson(hits, count) for hits, count in recall_curve(results) if count]
    if edges:
        low, high = ([edge[side] * 100 for edge in edges] for side in (0, 1))
        axes.fill_between(RANKS, low, high, color=_BLUE, alpha=0.12, linewidth=0, label="95 % interval")
    _recall_line(axes, results, "all questions", _BLUE, {"linewidth": 2.4})
    files = list(groups(results, lambda result: result.file))
    for (name, part), colour in zip(files if len(files) > 1 else [], _MORE, strict=False):
        _recall_line(axes, part, Path(name).name, colour, {"linewidth": 1.2})
    axes.set_xticks(RANKS)


def _recall_line(
    axes: Any, results: Sequence[Result], label: str, colour: str, style: dict[str, Any]
) -> None:
    shares = [100 * hits / max(1, count) for hits, count in recall_curve(results)]
    axes.plot(RANKS, shares, color=colour, marker="o", markersize=5, label=label, **style)


@contextmanager
def _picture(path: Path) -> Iterator[Any]:
    """Axes that become a PNG, 1,000 × 625 pixels."""
    matplotlib, figures = _matplotlib()
    with matplotlib.rc_context({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False}):
        figure = figures.Figure(figsize=(10, 6.25), dpi=100, layout="constrained")
        axes = figure.add_subplot()
        axes.grid(alpha=0.25)
        yield axes
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what the font lacks of a file's name is drawn as boxes
                figure.savefig(path)
        except OSError as error:
            raise CitedeskError(f"cannot write {path}: {error}. Give --plots another folder.") from error


def _matplotlib() -> tuple[Any, Any]:
    """The package and its figures, without pyplot: no window, no state."""
    try:
        import matplotlib
        from matplotlib import figure
    except ImportError as error:
        raise SettingsError("plots need one more package: pip install 'citedesk[plots]'") from error
    return matplotlib, figure
