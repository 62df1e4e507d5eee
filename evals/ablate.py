"""What each part is worth: every figure again with one part left out. `python -m evals.ablate` writes docs/ablation.md.

The scorer is fitted anew without each group of features; searches are compared before it; time and stories on the news
of our own. All figures are of the topics that are held out.
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
from bot.evidence.scorer import Script, scorer_from
from evals import measures, parts
from evals.archives import opened
from evals.fit import fitted, gathered
from evals.public_sets import Set, desk, squad2, xquad
from evals.run import DATA
from evals.training import Sample, is_held_out, samples
from vectorstore.settings import BUNDLED_MODEL

PAGE = Path(__file__).parent.parent / "docs" / "ablation.md"
CANDIDATES = 80
LARGE = 1_000  # paragraphs: a set that is embedded once more, without titles, is smaller
COLUMNS = ("passage first", "passage in 5", "sentence first", "sentence in 3", "declined without its article")
Row = tuple[str, Sequence[float | None]]
_INTRODUCTION = """# What each part is worth

Made by `python -m evals.ablate`: every figure again with one part left out, in per cent, of questions about topics that
were held out. *Declined without its article*: where 92 % of the questions that have an answer are answered. `desk` is
news of our own, in which most questions leave names out.
"""


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


def searched(public: Set) -> Iterator[Row]:
    """How well passages are found before any sentence is read: by words, by meaning, by both."""
    orders: Mapping[str, list[int | None]] = {"words alone": [], "meaning alone": [], "both": []}
    with tempfile.TemporaryDirectory() as folder, opened(public, BUNDLED_MODEL, Path(folder)) as archive:
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


def scorers(found: Sequence[Sample], name: str) -> Iterator[Row]:
    """The rows of the scorer with and without each group."""
    yield "everything", scored(found, name)
    for group in GROUPS:
        yield f"without {group}", scored(without(found, group), name)


def bare(public: Set) -> list[Sample]:
    """The samples of the set with no title, publisher or day before its passages."""
    plain = (replace(p, title="Article", publisher="", published="") for p in public.paragraphs)
    with tempfile.TemporaryDirectory() as folder:
        return list(samples(replace(public, paragraphs=tuple(plain)), BUNDLED_MODEL, Path(folder)))


def table(columns: Sequence[str], title: str, rows: Sequence[Row]) -> str:
    """The rows in Markdown, in per cent."""
    lines = [f"| {title} | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for name, figures in rows:
        cells = ["" if figure is None else f"{100 * figure:.1f}" for figure in figures]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _zeroed(rows: Matrix, places: Sequence[int]) -> Matrix:
    rows = rows.copy()
    rows[:, places] = 0
    return rows


def _within(ranks: Sequence[int | None], k: int) -> float:
    return float(np.mean([rank is not None and rank < k for rank in ranks]))


def pages(data: Path, folder: Path | None) -> Iterator[str]:
    """The page, table by table."""
    yield _INTRODUCTION
    sets = squad2(data), xquad(data), desk()
    found = [
        s for public in sets for s in gathered(public, BUNDLED_MODEL, folder) if s.script is Script.ALPHABET
    ]
    for public in sets:
        rows = [*searched(public), *scorers(found, public.name)]
        if len(public.paragraphs) < LARGE:
            others = [sample for sample in found if sample.set != public.name]
            rows.append(("without titles before passages", scored([*others, *bare(public)], public.name)))
        yield table(COLUMNS, public.name, rows)
    yield table(parts.TIME_COLUMNS, "desk, asked with a word of time", list(parts.time()))
    yield table(parts.STORY_COLUMNS, "desk, each article with two near-copies", list(parts.stories()))


def main() -> int:
    """Measure, write the page and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--gathered", type=Path, help="a folder that keeps what is found")
    chosen = parser.parse_args()
    PAGE.write_text("\n".join(pages(chosen.data, chosen.gathered)), "utf-8")
    print(PAGE.read_text("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
