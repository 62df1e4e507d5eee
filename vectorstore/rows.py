"""How values lie in SQLite rows: times as ISO text, vectors as little-endian blobs."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from vectorstore.embedder import Embedded, Vectors
from vectorstore.types import Article, Passage, Source, Span, prefix_of

SOURCE_COLUMNS = (
    "title, publisher, author, url, published, language, fetched_at, audience, incomplete, modified"
)
PASSAGE_COLUMNS = "id, start, stop, text, prefix, sentences, vector, sentence_vectors"


@dataclass(frozen=True, slots=True)
class Vectored:
    """A passage with its vector (float32[d]) and its sentences' vectors (float32[s, d]), all of unit length."""

    passage: Passage
    vector: Vectors
    sentences: Vectors


def vectored(passages: Sequence[Passage], embedded: Embedded) -> list[Vectored]:
    """Each passage with its own vectors. Raises ValueError when the counts differ."""
    return [Vectored(*three) for three in zip(passages, embedded.passages, embedded.sentences, strict=True)]


def source_values(source: Source) -> tuple[object, ...]:
    """The values of SOURCE_COLUMNS."""
    return (
        source.title,
        source.publisher,
        source.author,
        source.url,
        iso(source.published),
        source.language,
        iso(source.fetched_at),
        source.audience,
        int(source.incomplete),
        iso(source.modified),
    )


def source_of(row: sqlite3.Row | Mapping[str, Any]) -> Source:
    """The Source in a row that has SOURCE_COLUMNS."""
    return Source(
        title=row["title"],
        publisher=row["publisher"],
        author=row["author"],
        url=row["url"],
        published=moment(row["published"]),
        language=row["language"],
        fetched_at=moment(row["fetched_at"]),
        audience=row["audience"],
        incomplete=bool(row["incomplete"]),
        modified=moment(row["modified"]),
    )


def article_of(row: sqlite3.Row) -> Article:
    """The Article in a row of `articles`."""
    return Article(source_of(row), row["text"], row["origin"], row["summary"], json.loads(row["found_in"]))


def card_of(article: Article) -> str:
    """The facts that the article's place gives of itself, as JSON."""
    names = (name.strip() for name in SOURCE_COLUMNS.split(","))
    source = dict(zip(names, source_values(article.source), strict=True))
    card = {**source, "summary": article.summary, "found_in": dict(article.found_in)}
    return json.dumps(card, ensure_ascii=False)


def with_card(article: Article, origin: str, card: str) -> Article:
    """The article's text as it stands at `origin`, with the facts that are given there.

    Without a `card` (format 2 kept none) it has no publisher, author or date: the article's own would be made up.
    """
    if card:
        facts = json.loads(card)
        return Article(source_of(facts), article.text, origin, facts["summary"], facts["found_in"])
    url = origin if origin.startswith(("http://", "https://", "file://")) else ""
    kept = replace(article.source, url=url, publisher="", author="", published=None, modified=None)
    return Article(kept, article.text, origin)


def moved(item: Vectored, article: Article) -> Vectored:
    """The passage in another article of the same text. Its vectors stay: what the prefix adds to them is little."""
    prefix = prefix_of(article.source, article.source.title)
    return replace(item, passage=replace(item.passage, article_id=article.id, prefix=prefix))


def state_of(article: Article) -> str:
    """A hash of all that the article's passages depend on."""
    source = article.source
    parts = (article.text, source.title, source.publisher, iso(source.published) or "", source.language)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def passage_values(item: Vectored) -> tuple[object, ...]:
    """The values of PASSAGE_COLUMNS. Sentence vectors are kept in half precision: 1e-3 is enough to rank by."""
    passage = item.passage
    spans = np.array([(s.start, s.end) for s in passage.sentences], dtype="<i4")
    return (
        passage.id,
        passage.start,
        passage.end,
        passage.text,
        passage.prefix,
        spans.tobytes(),
        item.vector.astype("<f4").tobytes(),
        item.sentences.astype("<f2").tobytes(),
    )


def vectored_of(row: sqlite3.Row) -> Vectored:
    """The Vectored in a row that has PASSAGE_COLUMNS and `article_id`."""
    spans = np.frombuffer(row["sentences"], dtype="<i4").reshape(-1, 2)
    passage = Passage(
        row["article_id"],
        row["start"],
        row["stop"],
        row["text"],
        tuple(Span(int(a), int(b)) for a, b in spans),
        row["prefix"],
    )
    vector = vector_of(row["vector"])
    sentences = np.frombuffer(row["sentence_vectors"], dtype="<f2").astype(np.float32)
    return Vectored(passage, vector, sentences.reshape(len(spans), len(vector)))


def vector_of(blob: bytes) -> Vectors:
    """float32[d] from its blob."""
    return np.frombuffer(blob, dtype="<f4").astype(np.float32, copy=False)


def iso(time: datetime | None) -> str | None:
    """ISO 8601 with the time's own offset."""
    return time.isoformat() if time else None


def moment(text: str | None) -> datetime | None:
    """The inverse of `iso`."""
    return datetime.fromisoformat(text) if text else None
