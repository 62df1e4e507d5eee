"""Near-copies made of our own texts in the ways newsrooms make them, beside texts that only look like copies.

Everything is stored in an archive and its stories are compared with what was put in: a kind's figure is the share of
its copies that are in their original's story; `false_merges` counts pairs of one story that hold no common text.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path

from evals import copies_templates as templates
from evals.copies_made import Made, everything
from evals.floors import passes
from vectorstore.catalogue import Catalogue
from vectorstore.stories import Stories
from vectorstore.types import Article, Source


def run(data: Path | None = None) -> bool:
    """Sort everything into stories and print the figures; False when one is on the wrong side of its floor.

    With `data`, the folder of public sets, its paragraphs and pages as well: all of them stand for themselves.
    """
    good = passes("copies", figures(list(everything())))
    good = passes("copies_templated", templated_figures()) and good
    return (passes("copies_public", public_figures(data)) and good) if data else good


def templated_figures() -> dict[str, float]:
    """Of short texts of one form: the merged fillings among the forms tuned on and held out, and the copies found."""
    merged: dict[str, float] = {}
    for name, held_out in (("tuned", False), ("held_out", True)):
        fillings = list(templates.lookalikes(held_out=held_out))
        merged[f"{name}_false_merges"] = len(false_merges(fillings, stories_of(fillings)))
    return figures(list(templates.copies())) | merged


def public_figures(data: Path) -> dict[str, float]:
    """How many texts of each public set were taken for a near-copy of another of the set."""
    lines = (data / "squad2" / "passages.jsonl").read_text("utf-8").splitlines()
    truth = json.loads((data / "article_extraction" / "ground-truth.json").read_text("utf-8"))
    chinese = json.loads((data / "xquad" / "xquad.zh.json").read_text("utf-8"))["data"]
    sets = {
        "squad2": [json.loads(line)["text"] for line in lines],
        "pages": [page["articleBody"] for page in truth.values()],
        "xquad_zh": [paragraph["context"] for topic in chinese for paragraph in topic["paragraphs"]],
    }
    return {name: len(texts) - len(set(_stories_of_texts(texts))) for name, texts in sets.items()}


def _stories_of_texts(texts: Sequence[str]) -> list[str]:
    return stories_of(Made("original", frozenset([str(number)]), text) for number, text in enumerate(texts))


def figures(made: Sequence[Made]) -> dict[str, float]:
    """The share of copies found, of all and by kind, and the number of false merges.

    Each kind is tried by itself, for an original with many copies is joined by some of them to the others.
    """
    kinds = list(dict.fromkeys(item.kind for item in made if item.is_copy))
    total = Counter(item.kind for item in made)
    found: Counter[str] = Counter()
    merged = 0
    for kind in kinds:
        some = [item for item in made if item.kind == kind or not item.is_copy]
        stories = stories_of(some)
        home = {item.of: story for item, story in zip(some, stories, strict=True) if item.kind == "original"}
        copies = ((item, story) for item, story in zip(some, stories, strict=True) if item.is_copy)
        found[kind] = sum(home[item.of] == story for item, story in copies)
        merged = max(merged, len(false_merges(some, stories)))
    shares = {kind: found[kind] / total[kind] for kind in kinds}
    everyone = sum(total[kind] for kind in kinds)
    return {
        "originals": total["original"],
        "found": found.total() / everyone,
        **shares,
        "false_merges": merged,
    }


def false_merges(made: Sequence[Made], stories: Sequence[str]) -> list[tuple[Made, Made]]:
    """Pairs that are in one story and hold no common text."""
    members: dict[str, list[Made]] = {}
    for item, story in zip(made, stories, strict=True):
        members.setdefault(story, []).append(item)
    pairs = (pair for group in members.values() for pair in combinations(group, 2))
    return [(a, b) for a, b in pairs if not a.of & b.of]


def stories_of(made: Iterable[Made]) -> list[str]:
    """The story of each text, from an archive in which all of them were stored."""
    articles = [_article(number, item) for number, item in enumerate(made)]
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder))
        try:
            catalogue.store([(article, []) for article in articles], {})
            stories = Stories(catalogue)
            stories.sort_in()
            places = stories.places(article.id for article in articles)
        finally:
            catalogue.close()
    return [places[article.id].story for article in articles]


def _article(number: int, item: Made) -> Article:
    source = Source(title=f"{item.kind} {number}", incomplete=item.incomplete)
    return Article(source, item.text, f"https://copies.example/{number}")
