"""Reading the catalogue: what a search needs, and lists of articles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vectorstore.catalogue import Catalogue, link_of
from vectorstore.embedder import Vectors
from vectorstore.lexical import match_expression
from vectorstore.originals import original_of
from vectorstore.rows import (
    PASSAGE_COLUMNS,
    SOURCE_COLUMNS,
    Vectored,
    article_of,
    moment,
    source_of,
    vector_of,
    vectored_of,
)
from vectorstore.types import Filter, Original, Record, Source

T = TypeVar("T")

TITLE_WEIGHT = 0.5
_LINKS = "(SELECT json_group_array(l.origin) FROM links l WHERE l.article_id = a.id) AS links"
_CHUNK = 900  # stays under SQLite's limit of variables in one statement, whatever its build


@dataclass(frozen=True, slots=True)
class Found:
    """A passage as it lies in the catalogue, with its article's card."""

    item: Vectored
    source: Source
    also_in: tuple[str, ...]
    corrected: datetime | None


class Lookup:
    """Read-only questions to a Catalogue; each sees one consistent state. Raises ArchiveError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._all = catalogue.select

    # -- searching

    def words(self, terms: Sequence[str], limit: int, where: Filter) -> dict[str, float]:
        """BM25 (higher is better) of the passages that contain any of `terms`, the best `limit` by passage id."""
        if not terms:
            return {}
        condition, values = self._condition(where)
        joined = "JOIN articles a ON a.id = p.article_id" if condition else ""
        inner = f"SELECT rowid, bm25(words, {TITLE_WEIGHT}, 1.0) AS score FROM words WHERE words MATCH ?"
        if not condition:
            inner += " ORDER BY score LIMIT ?"
            query = f"SELECT p.id, -w.score FROM ({inner}) w JOIN passages p ON p.number = w.rowid"
            rows = self._all(query, match_expression(terms), limit)
        else:
            query = (
                f"SELECT p.id, -w.score FROM ({inner}) w JOIN passages p ON p.number = w.rowid {joined} "
                f"WHERE {condition} ORDER BY w.score LIMIT ?"
            )
            rows = self._all(query, match_expression(terms), *values, limit)
        return {row[0]: float(row[1]) for row in rows}

    def frequency(self, term: str, cap: int) -> int:
        """Number of passages that contain `term`, counted up to `cap`."""
        query = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return int(self._all(query, match_expression([term]), cap)[0][0])

    def found(self, ids: Iterable[str]) -> dict[str, Found]:
        """The passages of `ids` that exist, with their sources."""
        columns = ", ".join(f"p.{name.strip()}" for name in PASSAGE_COLUMNS.split(","))
        card = ", ".join(f"a.{name.strip()}" for name in SOURCE_COLUMNS.split(","))
        query = (
            f"SELECT p.article_id, {columns}, {card}, a.corrected, a.origin, {_LINKS}"
            " FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.id IN"
        )
        return {row["id"]: _found(row) for row in self._by_ids(query, ids)}

    def count(self, where: Filter) -> int:
        """Number of passages that `where` lets through."""
        condition, values = self._condition(where)
        if not condition:
            return int(self._all("SELECT count(*) FROM passages")[0][0])
        query = f"SELECT count(*) FROM passages p JOIN articles a ON a.id = p.article_id WHERE {condition}"
        return int(self._all(query, *values)[0][0])

    def narrows(self, where: Filter) -> bool:
        """Whether `where` leaves out anything at all."""
        return bool(self._condition(where)[0])

    def passing(self, ids: Iterable[str], where: Filter) -> set[str]:
        """Those of `ids` that exist and that `where` lets through."""
        condition, values = self._condition(where)
        extra = f"AND {condition}" if condition else ""
        query = (
            f"SELECT p.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE 1 {extra} AND p.id IN"
        )
        return {row[0] for row in self._by_ids(query, ids, *values)}

    def vectors(self, where: Filter) -> tuple[list[str], Vectors]:
        """Ids and vectors, float32[n, d], of the passages that `where` lets through."""
        condition, values = self._condition(where)
        query = "SELECT p.id, p.vector FROM passages p JOIN articles a ON a.id = p.article_id"
        return _stacked(self._all(f"{query} WHERE {condition or 1}", *values))

    # -- mirroring (see vectorstore/mirror.py)

    def numbers(self, *, waiting: bool) -> NDArray[np.int64]:
        """Sorted row numbers of all passages, or of those that wait in the outbox."""
        query = "SELECT number FROM passages"
        if waiting:
            query = "SELECT p.number FROM outbox o JOIN passages p ON p.id = o.passage_id WHERE o.removed = 0"
        return np.sort(np.array([row[0] for row in self._all(query)], dtype=np.int64))

    def vectors_of(self, numbers: Sequence[int]) -> Iterator[tuple[list[str], list[int], Vectors]]:
        """Ids, row numbers and vectors of those row numbers that exist, in chunks."""
        for chunk in _chunks([int(n) for n in numbers]):
            query = f"SELECT id, vector, number FROM passages WHERE number IN ({_marks(chunk)})"
            rows = self._all(query, *chunk)
            ids, vectors = _stacked(rows)
            if ids:
                yield ids, [row[2] for row in rows], vectors

    def vectors_by_id(self, ids: Sequence[str]) -> Iterator[tuple[list[str], Vectors]]:
        """Ids and vectors of those of `ids` that exist, in chunks."""
        for chunk in _chunks(list(ids)):
            found = _stacked(
                self._all(f"SELECT id, vector FROM passages WHERE id IN ({_marks(chunk)})", *chunk)
            )
            if found[0]:
                yield found

    # -- articles

    def record(self, article_id: str) -> Record | None:
        """The stored article of this id."""
        return next(iter(self._records("a.id = ?", [article_id])), None)

    def records(self, where: Filter | None) -> Iterator[Record]:
        """Stored articles, newest publication first, undated last; `where` filters all but the audience."""
        condition, values = self._condition(where, audience=False) if where else ("", [])
        yield from self._records(condition or "1", values)

    def publishers(self) -> list[tuple[str, int]]:
        """Each publisher with its number of public articles, most first."""
        query = "SELECT publisher, count(*) FROM articles WHERE audience = '' AND publisher != '' GROUP BY 1"
        return [(row[0], row[1]) for row in self._all(f"{query} ORDER BY 2 DESC, 1")]

    def versions(self, article_id: str) -> list[tuple[int, str, str]]:
        """Replaced versions of an article, oldest first: number, ISO time of replacement, text."""
        query = "SELECT version, replaced_at, text FROM versions WHERE article_id = ? ORDER BY version"
        return [(row[0], row[1], row[2]) for row in self._all(query, article_id)]

    def original(self, article_id: str) -> Original | None:
        """The text of the article as it was read, in its present version; None when it was stored without."""
        query = "SELECT o.* FROM originals o JOIN articles a ON a.id = o.article_id AND a.version = o.version"
        rows = self._all(f"{query} WHERE a.id = ?", article_id)
        return original_of(rows[0]) if rows else None

    def totals(self) -> tuple[int, int, int]:
        """Articles, passages, and changes that wait in the outbox."""
        query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages), (SELECT count(*) FROM outbox)"
        articles, passages, pending = self._all(query)[0]
        return articles, passages, pending

    def gaps(self) -> tuple[int, int]:
        """Articles without a date, and articles without a publisher."""
        query = (
            "SELECT count(*) FILTER (WHERE published_utc IS NULL), count(*) FILTER (WHERE publisher = '')"
            " FROM articles"
        )
        undated, unnamed = self._all(query)[0]
        return undated, unnamed

    def public_totals(self) -> tuple[int, int]:
        """Articles and passages that everybody may be answered from."""
        query = "SELECT count(*) FROM articles WHERE audience = ''"
        return int(self._all(query)[0][0]), self.count(Filter())

    def holder(self, key: str) -> str:
        """The id of the article that stands at this place (see Article.key); empty for none."""
        rows = self._all("SELECT article_id FROM links WHERE origin = ?", key)
        return str(rows[0][0]) if rows else ""

    def restriction(self, origin: str) -> str:
        """The first audience among the articles that stand at this origin, unless one of them is public."""
        query = (
            "SELECT a.audience FROM links l JOIN articles a ON a.id = l.article_id"
            " WHERE l.origin = ? OR (l.origin > ? AND l.origin < ?) ORDER BY 1 LIMIT 1"
        )
        # A private link is its origin, " #" and the channel: "$" follows "#", so the index finds them as a range.
        rows = self._all(query, origin, f"{origin} #", f"{origin} $")
        return str(rows[0][0]) if rows else ""

    def unstaged(self) -> list[str]:
        """Articles whose present state a rebuild has not staged yet (see vectorstore/rebuild.py)."""
        query = "SELECT id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM staged_articles s"
        rows = self._all(f"{query} WHERE s.article_id = a.id AND s.state = a.state) ORDER BY id")
        return [row[0] for row in rows]

    def newest(self, limit: int) -> list[Record]:
        """The public articles published last, at most `limit`."""
        return list(self._records("a.audience = ''", [], limit))

    def _records(self, condition: str, values: list[object], limit: int = -1) -> Iterator[Record]:
        query = (
            "SELECT a.*, (SELECT count(*) FROM passages p WHERE p.article_id = a.id) AS passages,"
            f" {_LINKS} FROM articles a WHERE {condition} ORDER BY a.published_utc DESC NULLS LAST, a.title, a.id"
            " LIMIT ?"
        )
        for row in self._all(query, *values, limit):
            yield Record(
                article=article_of(row),
                links=_links(row),
                versions=row["version"],
                passages=row["passages"],
                added_at=moment(row["added_at"]) or datetime.min,
                corrected=moment(row["corrected"]),
            )

    def _condition(self, where: Filter, *, audience: bool = True) -> tuple[str, list[object]]:
        """SQL over `articles a` for `where`; empty when every stored article passes."""
        parts: list[str] = []
        values: list[object] = []
        if where.publishers:
            parts.append(f"folded(a.publisher) IN ({_marks(where.publishers)})")
            values.extend(name.casefold() for name in where.publishers)
        for limit, comparison in ((where.since, ">="), (where.until, "<=")):
            if limit:
                parts.append(f"a.published_utc {comparison} ?")
                values.append(limit.timestamp())
        if audience and self._all("SELECT 1 FROM articles WHERE audience != '' LIMIT 1"):
            parts.append("a.audience IN ('', ?)")
            values.append(where.audience)
        return " AND ".join(parts), values

    def _by_ids(self, query: str, ids: Iterable[str], *values: object) -> Iterator[sqlite3.Row]:
        for chunk in _chunks(list(ids)):
            yield from self._all(f"{query} ({_marks(chunk)})", *values, *chunk)


def _found(row: sqlite3.Row) -> Found:
    others = tuple(
        link
        for link in _links(row)
        if link not in (row["url"], row["origin"]) and link.startswith(("http://", "https://", "file://"))
    )
    return Found(vectored_of(row), source_of(row), others, moment(row["corrected"]))


def _links(row: sqlite3.Row) -> tuple[str, ...]:
    return tuple(sorted(link_of(key, row["audience"]) for key in json.loads(row["links"])))


def _stacked(rows: Sequence[sqlite3.Row]) -> tuple[list[str], Vectors]:
    if not rows:
        return [], np.zeros((0, 0), np.float32)
    return [row[0] for row in rows], np.stack([vector_of(row[1]) for row in rows])


def _chunks(values: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
