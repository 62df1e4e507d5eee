"""The values that cross rooms. Frozen, plain Python; offsets count characters of the article's clean text."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Source:
    """The card of an article: who published what, where and when.

    `published` is aware, with the source's own UTC offset when known; a date without a time is midnight UTC.
    `audience` is empty for everyone, else the one channel the article may answer in.
    `incomplete` says that the saved copy may have been cut off (a paywall notice was found in it). `modified` is when
    the publisher last changed it, as the page or file says.
    """

    title: str
    publisher: str = ""
    author: str = ""
    url: str = ""
    published: datetime | None = None
    language: str = ""
    fetched_at: datetime | None = None
    audience: str = ""
    incomplete: bool = False
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of an article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Original:
    """An article's text as it was read, before clean-up, and where the words of the clean text stand in it.

    `runs` are (start in the clean text, start in the original, length) of equal stretches, ascending by the first.
    """

    text: str
    runs: tuple[tuple[int, int, int], ...]

    def place(self, start: int, end: int) -> Span | None:
        """Where the characters [start, end) of the clean text stand in `text`; None if they do not stand there.

        What clean-up folded inside (white space, mark-up) is inside; at the edges only what was found counts.
        """
        first = max(bisect_right(self.runs, start, key=lambda run: run[0]) - 1, 0)
        inside = [
            (at + max(start - clean, 0), at + min(end - clean, length))
            for clean, at, length in self.runs[first:]
            if clean < end and clean + length > start
        ]
        if end <= start or not inside:
            return None
        return Span(min(a for a, _ in inside), max(b for _, b in inside))


@dataclass(frozen=True, slots=True)
class Article:
    """A Source with its clean text.

    `origin` is what the article is known by: its canonical URL, else `file://` and the absolute path, else
    `text:` and a hash of its content. `summary` is somebody's paraphrase and is never cited. `found_in` tells where
    the facts of the source come from, by field. `original` is stored with the article; see `Archive.original`.
    """

    source: Source
    text: str
    origin: str
    summary: str = ""
    found_in: Mapping[str, str] = field(default_factory=dict)
    original: Original | None = None

    @property
    def key(self) -> str:
        """What tells it from every other article: its origin, and its audience, so that nothing handed over in
        private ever meets what everybody may read."""
        return f"{self.origin} #{self.source.audience}" if self.source.audience else self.origin

    @property
    def id(self) -> str:
        """12 hex digits derived from `key`; the same across versions."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:12]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the text with white space folded: equal for the same text from two places."""
        return _fingerprint(self.text)

    @property
    def original_fingerprint(self) -> str:
        """The same of the original: while it stays, nothing was corrected, whatever clean-up makes of it."""
        return _fingerprint(self.original.text) if self.original else self.fingerprint


def _fingerprint(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def prefix_of(source: Source, title: str) -> str:
    """The `prefix` of a passage, with as much of the title as fits."""
    date = source.published.date().isoformat() if source.published else ""
    return " | ".join(part for part in (title, source.publisher[:40], date) if part)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of whole sentences of one article; `sentences` are spans of the article, inside the passage.

    `prefix` (title | publisher | date) is seen by the embedder and the lexical index, never cited.
    """

    article_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]
    prefix: str = ""

    @property
    def id(self) -> str:
        """16 hex digits derived from the content: the same id always means the same vector (for one model)."""
        key = f"{self.article_id}\0{self.start}\0{self.prefix}\0{self.text}"
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    def sentence(self, number: int) -> str:
        """The text of one sentence of `sentences`."""
        span = self.sentences[number]
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class Match:
    """A Passage found for a question, with its Source and scores (higher is better).

    `sentence_scores[i]` is the cosine between the question and `passage.sentences[i]` (from late pooling).
    `also_in` are the other links of its story: of the same text (they alone are in `same_text`), then of near-copies.
    `story` is the id of the story's canonical article; `corrected` is when the text last changed.
    """

    passage: Passage
    source: Source
    dense: float
    lexical: float
    fused: float
    sentence_scores: tuple[float, ...]
    also_in: tuple[str, ...] = ()
    corrected: datetime | None = None
    story: str = ""
    same_text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may answer: any of `publishers` (case-insensitive), published in [since, until], audience.

    An article without a date is left out as soon as `since` or `until` is set.
    """

    publishers: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    audience: str = ""

    @property
    def is_open(self) -> bool:
        """True when it lets every public article through."""
        return not (self.publishers or self.since or self.until)


class Standing(StrEnum):
    """What storing an article would do to the archive."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Record:
    """A stored article with what the archive knows about it."""

    article: Article
    links: tuple[str, ...]
    versions: int
    passages: int
    added_at: datetime
    corrected: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """Sizes of an archive; bytes on disk, counts of rows."""

    articles: int
    passages: int
    pending: int
    bytes_sqlite: int
    bytes_index: int
    model: str
    generation: int
    publishers: tuple[tuple[str, int], ...] = field(default=())
    undated: int = 0
    without_publisher: int = 0
