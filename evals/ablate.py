"""What each part is worth: every figure again with one part left out. `python -m evals.ablate` prints docs' table.

The scorer is fitted anew without each group of features; searches are compared before it. All figures are of the topics
that are held out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.evidence.features import GROUPS, NAMES
from bot.evidence.interaction import Matrix
from bot.evidence.scorer import scorer_from
from evals import measures
from evals.fit import fitted
from evals.public_sets import Set, squad2, xquad
from evals.run import DATA
from evals.training import Sample, is_held_out, samples
from vectorstore.archive import Archive
from vectorstore.settings import BUNDLED_MODEL, Settings

CANDIDATES = 80
COLUMNS = ("passage first", "passage in 5", "sentence first", "sentence in 3", "declined without its article")
Row = tuple[str, Sequence[float | None]]


def without(found: Sequence[Sample], group: str) -> list[Sample]:
    """The samples with a group of features at zero."""
    places = [NAMES.index(name) for name in GROUPS[group]]
    return [replace(sample, rows=_zeroed(sample.rows, places)) for sample in found]


def scored(found: Sequence[Sample], name: str) -> list[float]:
    """The figures of one set (COLUMNS) with a scorer fitted on `found`."""
    scorer = scorer_from(fitted(found))
    kept = [sample for sample in found if sample.held_out and sample.set == name]
    ranking, declined = measures.ranking(scorer, kept), measures.declined(scorer, kept)
    return [
        ranking["passage_at_1"],
        ranking["passage_at_5"],
        ranking["sentence_at_1"],
        ranking["sentence_at_3"],
        declined["no_article"],
    ]


def searched(public: Set, data: Path) -> Iterator[Row]:
    """How well passages are found before any sentence is read: by words, by meaning, by both."""
    orders: Mapping[str, list[int | None]] = {"words alone": [], "meaning alone": [], "both": []}
    with Archive.open(Settings(data), one_shot=False) as archive:
        for question in public.questions:
            if question.is_impossible or not is_held_out(public.title(question.url)):
                continue
            matches = archive.search(question.text, CANDIDATES)
            for name, order in (
                ("words alone", sorted(matches, key=lambda match: -match.lexical)),
                ("meaning alone", sorted(matches, key=lambda match: -match.dense)),
                ("both", matches),
            ):
                urls = list(dict.fromkeys(match.source.url for match in order))
                orders[name].append(urls.index(question.url) if question.url in urls else None)
    for name, ranks in orders.items():
        yield f"search by {name}", [_within(ranks, 1), _within(ranks, 5), None, None, None]


def scorers(found: Sequence[Sample], plain: Sequence[Sample], name: str) -> Iterator[Row]:
    """The rows of the scorer with and without each group; `plain` are the samples of archives without titles."""
    yield "everything", scored(found, name)
    for group in GROUPS:
        yield f"without {group}", scored(without(found, group), name)
    yield "without titles before the passages", scored(plain, name)


def collected(public: Set) -> tuple[list[Row], list[Sample], list[Sample]]:
    """The rows of the searches, the samples, and those of the same archive without titles."""
    bare = replace(public, paragraphs=tuple(replace(paragraph, title="") for paragraph in public.paragraphs))
    with tempfile.TemporaryDirectory() as folder:
        found = list(samples(public, BUNDLED_MODEL, Path(folder)))
        rows = list(searched(public, Path(folder) / "data"))
    with tempfile.TemporaryDirectory() as folder:
        return rows, found, list(samples(bare, BUNDLED_MODEL, Path(folder)))


def table(title: str, rows: Sequence[Row]) -> str:
    """The rows in Markdown, in per cent."""
    lines = [f"| {title} | {' | '.join(COLUMNS)} |", "|---|" + "---|" * len(COLUMNS)]
    for name, figures in rows:
        cells = ["–" if figure is None else f"{100 * figure:.1f}" for figure in figures]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _zeroed(rows: Matrix, places: Sequence[int]) -> Matrix:
    rows = rows.copy()
    rows[:, places] = 0
    return rows


def _within(ranks: Sequence[int | None], k: int) -> float:
    return float(np.mean([rank is not None and rank < k for rank in ranks]))


def main() -> int:
    """Print the table of each public set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    chosen = parser.parse_args()
    found: list[Sample] = []
    plain: list[Sample] = []
    rows: dict[str, list[Row]] = {}
    for public in (squad2(chosen.data), xquad(chosen.data)):
        rows[public.name], own, bare = collected(public)
        found += own
        plain += bare
    for name, first in rows.items():
        print(table(name, [*first, *scorers(found, plain, name)]), flush=True)
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
