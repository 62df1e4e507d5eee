"""News of our own writing with sentences about it that are true and others that are not: the files in evals/lies.

A file has a head (`key: value`), the article with its sentences numbered, then "true" (number of the sentence that
says it | sentence) and "false" (kind of lie | sentence). `part` is "tuning", "held out" or "fresh": docs/models.md says
which of them were looked at while the verifier was improved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from vectorstore.sentences import split
from vectorstore.types import Article, Passage, Source

FOLDER = Path(__file__).with_name("lies")
_SENTENCES_A_PASSAGE = 8


@dataclass(frozen=True)
class Told:
    """One article, its sentences in order, and what is said about it: (numbers, sentence) and (kind, lie)."""

    name: str
    head: dict[str, str]
    paragraphs: tuple[tuple[str, ...], ...]
    true: tuple[tuple[frozenset[int], str], ...]
    false: tuple[tuple[str, str], ...]

    @property
    def part(self) -> str:
        return self.head["part"]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Sentence number n is at n - 1."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)

    @property
    def chinese(self) -> bool:
        return self.head.get("language") == "zh"

    @cached_property
    def article(self) -> Article:
        """As the archive stores it."""
        space = "" if self.chinese else " "
        text = "\n\n".join(space.join(paragraph) for paragraph in self.paragraphs)
        source = Source(
            title=self.head["title"],
            publisher=self.head["publisher"],
            published=datetime.fromisoformat(self.head["published"]).replace(tzinfo=UTC),
            url=f"https://news.example/{self.name}",
            language=self.head.get("language", "en"),
        )
        return Article(source, text, origin=source.url)

    def named(self, key: str) -> list[str]:
        """The people or the places of the article."""
        return self.head[key].split("; ")

    def passages(self) -> list[Passage]:
        """The article cut after every eighth sentence or so."""
        article = self.article
        spans = tuple(split(article.text, article.source.language))
        cuts = [spans[at : at + _SENTENCES_A_PASSAGE] for at in range(0, len(spans), _SENTENCES_A_PASSAGE)]
        return [
            Passage(
                article.id,
                part[0].start,
                part[-1].end,
                article.text[part[0].start : part[-1].end],
                tuple(part),
                article.source.title,
            )
            for part in cuts
        ]


def told() -> list[Told]:
    """Every file, by name. Raises ValueError for one that is not written as it should be."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Told:
    head, rest = path.read_text("utf-8").split("\n\n", 1)
    body, true, false = re.split(r"\n(?:true|false)\n", rest)
    paragraphs = tuple(
        tuple(line.split(" ", 1)[1] for line in block.splitlines()) for block in body.strip().split("\n\n")
    )
    return Told(
        path.stem,
        dict(line.split(": ", 1) for line in head.splitlines()),
        paragraphs,
        tuple((frozenset(map(int, numbers.split(","))), text) for numbers, text in _pairs(true)),
        tuple(_pairs(false)),
    )


def _pairs(block: str) -> list[tuple[str, str]]:
    pairs = [line.split(" | ", 1) for line in block.strip().splitlines()]
    return [(left, right) for left, right in pairs]
