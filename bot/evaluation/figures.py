"""The figures of `bot eval`: each a sum over the questions divided by another, so that one bootstrap serves all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.result import Result

Number = float | int
Columns = NDArray[np.float64]

RESAMPLES = 10_000
_CHUNK = 500
_SEED = 20_241_025
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Figure:
    """The sum of `part` over the sum of `whole`, over all questions; `share`: every part is 0 or the whole."""

    part: Callable[[Result], Number]
    whole: Callable[[Result], Number]
    share: bool = True


def _asked(result: Result) -> bool:
    return not result.unanswerable


def _declined(result: Result) -> bool:
    return not result.answered


def _within(k: int) -> Figure:
    return Figure(lambda r: _asked(r) and r.article_rank is not None and r.article_rank <= k, _asked)


FIGURES = {
    "recall_at_1": _within(1),
    "recall_at_5": _within(5),
    "recall_at_10": _within(10),
    "mrr_at_10": Figure(
        lambda r: 1 / r.article_rank if _asked(r) and r.article_rank else 0, _asked, share=False
    ),
    "sentence_at_1": Figure(lambda r: _asked(r) and r.sentence_rank == 1, _asked),
    "sentence_at_3": Figure(lambda r: _asked(r) and r.sentence_rank is not None, _asked),
    "answer_hit": Figure(lambda r: _asked(r) and r.answer_hit, _asked),
    "citation_precision": Figure(lambda r: r.citations_found, lambda r: r.citations),
    "answered": Figure(lambda r: _asked(r) and r.answered, _asked),
    "abstain_precision": Figure(lambda r: _declined(r) and r.unanswerable, _declined),
    "abstain_recall": Figure(lambda r: _declined(r) and r.unanswerable, lambda r: r.unanswerable),
    "correct": Figure(lambda r: r.correct, lambda _: 1),
}
LATENCIES = {"latency_ms_p50": 50, "latency_ms_p95": 95}
VIOLATIONS = "must_not_say_violations"
GROUPINGS: dict[str, Callable[[Result], str]] = {
    "type": lambda result: result.type,
    "language": lambda result: result.language,
    "turn": lambda result: "follow-up" if result.turn > 1 else "first",
    "file": lambda result: result.file,
}
NAMES = ("n", *FIGURES, *LATENCIES, VIOLATIONS)
LOWER_IS_BETTER = (*LATENCIES, VIOLATIONS)


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """The figures, their 95 % intervals, and the figures of each group of questions."""
    return {
        **figures(results),
        "intervals": intervals(results),
        **{
            f"by_{what}": {group: figures(part) for group, part in groups(results, name)}
            for what, name in GROUPINGS.items()
        },
    }


def figures(results: Sequence[Result]) -> dict[str, Number]:
    """Shares between 0 and 1, latencies in milliseconds. A share of nothing is 0.

    Recall, sentences, answers and `answered` are over the answerable questions; abstention counts a question as
    declined when nothing was answered; `correct` is over all.
    """
    latencies = sorted(result.latency_ms for result in results)
    counts = {name: sums(figure, results) for name, figure in FIGURES.items()}
    shares = {name: round(part / whole, 4) if whole else 0.0 for name, (part, whole) in counts.items()}
    times = {name: _percentile(latencies, percent) for name, percent in LATENCIES.items()}
    said = sum(len(result.said) for result in results)
    return {"n": len(results), **shares, **times, VIOLATIONS: said}


def sums(figure: Figure, results: Sequence[Result]) -> tuple[float, float]:
    """What the figure divides by what."""
    return float(sum(map(figure.part, results))), float(sum(map(figure.whole, results)))


def intervals(results: Sequence[Result]) -> dict[str, list[float]]:
    """The 95 % interval of each figure that has anything to measure: Wilson's for shares, else by bootstrap."""
    found = {}
    for name, figure in FIGURES.items():
        part, whole = sums(figure, results)
        if whole:
            low, high = wilson(part, whole) if figure.share else _bootstrapped(figure, results)
            found[name] = [round(low, 4), round(high, 4)]
    return found


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Wilson's 95 % score interval of a share (1927): never beyond 0 and 1, and honest for few questions."""
    share, square = hits / count, _Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _Z95 / (1 + square / count) * (share * (1 - share) / count + square / (4 * count**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def columns(results: Sequence[Result]) -> Columns:
    """Parts, then wholes, of all figures: float64[questions, 2 * figures]."""
    rows = [[f.part(r) for f in FIGURES.values()] + [f.whole(r) for f in FIGURES.values()] for r in results]
    return np.array(rows, np.float64).reshape(len(results), 2 * len(FIGURES))


def resampled(values: Columns) -> Columns:
    """The sums of each column over questions drawn with replacement: float64[RESAMPLES, columns], always the same."""
    drawn = np.random.default_rng(_SEED)
    count = len(values)
    even = np.full(count, 1 / count)
    chunks = [drawn.multinomial(count, even, size=_CHUNK) @ values for _ in range(RESAMPLES // _CHUNK)]
    return np.concatenate(chunks)


def groups(results: Sequence[Result], name: Callable[[Result], str]) -> Iterator[tuple[str, list[Result]]]:
    """The results by name, the largest group first."""
    parts: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        parts[name(result)].append(result)
    yield from sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))


def _bootstrapped(figure: Figure, results: Sequence[Result]) -> tuple[float, float]:
    drawn = resampled(np.array([[figure.part(r), figure.whole(r)] for r in results], np.float64))
    low, high = np.percentile(drawn[:, 0] / np.maximum(drawn[:, 1], 1), (2.5, 97.5))
    return float(low), float(high)


def _percentile(ascending: Sequence[int], percent: int) -> int:
    return ascending[min(len(ascending) - 1, len(ascending) * percent // 100)] if ascending else 0
