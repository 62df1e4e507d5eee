"""Index an archive again: with another model or chunker the new passages are made beside the old ones, then swapped.

Searches go on over the old passages until the swap, one transaction; an interrupted rebuild goes on where it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from vectorstore.catalogue import Catalogue
from vectorstore.changes import grow, insert_passage
from vectorstore.embedder import Embedded, Embedder
from vectorstore.errors import ArchiveError
from vectorstore.lookup import Lookup
from vectorstore.rows import PASSAGE_COLUMNS, Vectored, passage_values, state_of, vectored
from vectorstore.types import Article, Passage

Cut = Callable[[Article, Embedder], list[Passage]]
Progress = Callable[[int, int], None]

_ARTICLES_AT_ONCE = 32


def rebuild(
    catalogue: Catalogue, embedder: Embedder, chunker: str, cut: Cut, progress: Progress | None = None
) -> None:
    """Make the archive one of `embedder` and `chunker`. Embeds only if either changed; drops no article.

    Afterwards the vector index is empty and everything waits in the outbox.
    """
    facts = {"model": embedder.name, "dimension": str(embedder.dimension), "chunker": chunker}
    if all(catalogue.fact(key) == value for key, value in facts.items()):
        with catalogue.transaction() as sql:
            _reindex_words(sql)
            _new_build(sql, facts)
        return
    stage = _Stage(catalogue, embedder, cut, facts)
    while stage.fill(progress) or not stage.swap():
        pass  # an `ingest` of another process added or changed articles meanwhile


class _Stage:
    """The `staged` tables: new passages, and which state of each article they were made from."""

    def __init__(self, catalogue: Catalogue, embedder: Embedder, cut: Cut, facts: dict[str, str]) -> None:
        self._catalogue = catalogue
        self._lookup = Lookup(catalogue)
        self._embedder = embedder
        self._cut = cut
        self._facts = facts
        self._made_of = "/".join(facts.values())
        if catalogue.fact("staged_for") != self._made_of:
            with catalogue.transaction() as sql:
                _clear(sql)
                sql.execute("INSERT OR REPLACE INTO meta VALUES ('staged_for', ?)", (self._made_of,))

    def fill(self, progress: Progress | None) -> int:
        """Stage what is missing; how many articles that was."""
        missing = self._missing()
        total = self._lookup.totals()[0]
        for at in range(0, len(missing), _ARTICLES_AT_ONCE):
            records = [self._lookup.record(id_) for id_ in missing[at : at + _ARTICLES_AT_ONCE]]
            self._put([record.article for record in records if record])
            if progress:
                progress(total - len(missing) + min(at + _ARTICLES_AT_ONCE, len(missing)), total)
        return len(missing)

    def swap(self) -> bool:
        """Put the staged passages in the place of the old ones; False when an article changed meanwhile."""
        with self._catalogue.transaction() as sql:
            self._check_mine()
            if self._missing():
                return False
            sql.execute("DELETE FROM passages")
            sql.execute("DELETE FROM words")
            columns = f"article_id, {PASSAGE_COLUMNS}"
            present = "WHERE article_id IN (SELECT id FROM articles)"
            for row in sql.execute(f"SELECT {columns} FROM staged {present} ORDER BY article_id, start"):
                insert_passage(sql, row[0], tuple(row)[1:])
            _clear(sql)
            _new_build(sql, self._facts)
        return True

    def _check_mine(self) -> None:
        if self._catalogue.fact("staged_for") != self._made_of:
            raise ArchiveError(
                "another `ingest --rebuild` is at work on this archive. Let it end, then try again."
            )

    def _missing(self) -> list[str]:
        return self._lookup.unstaged()

    def _put(self, articles: Sequence[Article]) -> None:
        cuts = [self._cut(article, self._embedder) for article in articles]
        found = self._embedder.encode_passages([passage for passages in cuts for passage in passages])
        with self._catalogue.transaction() as sql:
            self._check_mine()
            at = 0
            for article, passages in zip(articles, cuts, strict=True):
                upto = at + len(passages)
                part = Embedded(found.passages[at:upto], found.sentences[at:upto])
                _put_one(sql, article, vectored(passages, part))
                at = upto


def _put_one(sql: sqlite3.Connection, article: Article, items: Sequence[Vectored]) -> None:
    sql.execute("DELETE FROM staged WHERE article_id = ?", (article.id,))
    sql.execute("INSERT OR REPLACE INTO staged_articles VALUES (?, ?)", (article.id, state_of(article)))
    sql.executemany(
        f"INSERT INTO staged (article_id, {PASSAGE_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)",
        [(article.id, *passage_values(item)) for item in items],
    )


def _clear(sql: sqlite3.Connection) -> None:
    sql.execute("DELETE FROM staged")
    sql.execute("DELETE FROM staged_articles")
    sql.execute("DELETE FROM meta WHERE key = 'staged_for'")


def _reindex_words(sql: sqlite3.Connection) -> None:
    from vectorstore.lexical import index_text

    sql.execute("DELETE FROM words")
    rows = sql.execute("SELECT number, prefix, text FROM passages").fetchall()
    sql.executemany(
        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
        [(number, index_text(prefix), index_text(text)) for number, prefix, text in rows],
    )


def _new_build(sql: sqlite3.Connection, facts: dict[str, str]) -> None:
    sql.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(facts.items()))
    sql.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'build'")
    sql.execute("DELETE FROM outbox")
    sql.execute("INSERT INTO outbox SELECT id, 0, row_number() OVER (ORDER BY number) FROM passages")
    grow(sql)
