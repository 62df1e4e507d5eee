"""The catalogue: every article, passage and embedding in one SQLite file. What it has committed is acknowledged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from vectorstore import schema
from vectorstore.changes import delete_passage, grow, insert_passage
from vectorstore.compare import corrected_at, is_corrected, same_card
from vectorstore.errors import ArchiveBusy, ArchiveError, DiskFull, WrongModel
from vectorstore.originals import copy_original, put_original
from vectorstore.rows import (
    PASSAGE_COLUMNS,
    SOURCE_COLUMNS,
    Vectored,
    article_of,
    card_of,
    iso,
    moved,
    passage_values,
    source_values,
    state_of,
    vectored_of,
    with_card,
)
from vectorstore.types import Article, Standing

LOCK_WAIT_SECONDS = 60

Then = Callable[[Sequence[str]], None]


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, with the remedy."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _translation(error, path) from error


def _translation(error: sqlite3.DatabaseError, path: Path) -> ArchiveError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return DiskFull(f"the disk refused a write to {path} ({error}). Free some space and run it again.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveBusy(f"{path} is locked by another process ({error}). Try again when it is done.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return ArchiveError(f"cannot write {path} ({error}). Check the folder's owner and permissions.")
    return ArchiveError(
        f"{path} is damaged ({error}). Move the folder away and bring a backup back with `bot restore FILE`."
    )


class Catalogue:
    """One connection to the archive's SQLite file. Raises ArchiveError and its kin; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / schema.FILE_NAME
        with translated(self.path):
            self.connection = sqlite3.connect(
                self.path, timeout=LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            self.connection.row_factory = sqlite3.Row
            self.connection.create_function("folded", 1, str.casefold, deterministic=True)
            try:
                self._configure()
            except BaseException:
                self.connection.close()
                raise

    def _configure(self) -> None:
        if not schema.is_prepared(self.connection):
            schema.prepare(self.connection, self.path)
        self.connection.execute("PRAGMA journal_mode = WAL")
        # FULL: what was acknowledged survives a power cut too; one commit holds many articles, so it costs little.
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("PRAGMA cache_size = -65536")

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        self.connection.close()

    # -- facts about the archive itself

    def fact(self, key: str) -> str:
        """A value of the meta table; empty when it was never set."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else ""

    def select(self, query: str, *values: object) -> list[sqlite3.Row]:
        """The rows that answer a query."""
        with translated(self.path):
            return self.connection.execute(query, values).fetchall()

    @property
    def generation(self) -> int:
        """Grows with every change of content."""
        return int(self.fact("generation") or 0)

    # -- writing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; other writers wait, readers go on with the state before."""
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.rollback()
                raise

    def standing(self, article: Article, *, named: bool = False) -> Standing:
        """What storing `article` would do; `named` says that the user asked for this very file, removed or not."""
        if not named and self._one("SELECT 1 FROM removed WHERE origin = ?", article.key):
            return Standing.REMOVED
        holder = self._holder(article)
        if holder and holder["fingerprint"] == article.fingerprint:
            same = holder["id"] != article.id or same_card(holder, article)
            return Standing.UNCHANGED if same else Standing.CHANGED
        if holder and holder["id"] == article.id:
            return Standing.CHANGED
        return Standing.DUPLICATE if self._twin(article) else Standing.NEW

    def link(self, article: Article) -> str:
        """Record `article.origin` as one more link of the stored article with the same text; that article's id.

        A private link of a public article is not recorded. Empty when there is no such article any more.
        """
        with self.transaction() as sql:
            twin = self._twin(article)
            if twin:
                self._put_twin_link(sql, article, twin)
                grow(sql)
            return twin

    def store(
        self,
        items: Sequence[tuple[Article, Sequence[Vectored]]],
        made_with: Mapping[str, str],
        then: Then | None = None,
    ) -> None:
        """Store articles in one transaction: each replaces what its origin stood for before.

        `then`, the last step of the transaction, hears which other articles it made of copies left behind.
        `made_with` says what made the passages; the first to store settles it. Raises WrongModel when the archive's
        are of another make: another process may have rebuilt it while these were embedded.
        """
        with self.transaction() as sql:
            sql.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", list(made_with.items()))
            if any(self.fact(key) != value for key, value in made_with.items()):
                raise WrongModel("the archive was rebuilt with another model meanwhile. Run `ingest` again.")
            heirs = [heir for one in items for heir in self._store_one(sql, *one)]
            if then:
                then(heirs)
            grow(sql)

    def remove(self, article_id: str, then: Then | None = None) -> bool:
        """Take the article out of every table and remember its links as removed; False when there is none."""
        with self.transaction() as sql:
            links = [r[0] for r in self.select("SELECT origin FROM links WHERE article_id = ?", article_id)]
            if not self._drop(sql, article_id):
                return False
            sql.executemany("INSERT OR REPLACE INTO removed VALUES (?, ?)", [(o, _now()) for o in links])
            if then:
                then([])
            grow(sql)
            return True

    def unlink(
        self, origin: str, audience: str | None = None, spared: Container[str] = frozenset()
    ) -> list[str]:
        """The text is no longer at `origin`, whoever could read it there, nor at the members of that file: a copy of
        it elsewhere takes over, else it is gone, and not remembered as removed. The ids of the articles that are gone.

        With an `audience` (empty: everybody) only for those readers, and only at `origin` itself. What is `spared` (see
        Article.key) stays.
        """
        query, values = "SELECT origin, article_id FROM links WHERE origin = ?", [origin]
        if audience:
            values = [f"{origin} #{audience}"]
        elif audience is None:  # "$" follows "#", so the index finds channels, and members, as a range
            for mark in (" ", "") if origin.startswith("file:") else (" ",):
                query += " OR (origin > ? AND origin < ?)"
                values += [f"{origin}{mark}#", f"{origin}{mark}$"]
        gone = []
        with self.transaction() as sql:
            rows = [row for row in sql.execute(query, values).fetchall() if row[0] not in spared]
            for key, article_id in rows:
                sql.execute("DELETE FROM links WHERE origin = ?", (key,))
                row = self._one("SELECT * FROM articles WHERE id = ?", article_id)
                if row and article_of(row).key == key:
                    self._keep_copies(sql, article_of(row))
                    self._drop(sql, article_id)
                    gone.append(str(article_id))
            if rows:
                grow(sql)
        return gone

    def _drop(self, sql: sqlite3.Connection, article_id: str) -> bool:
        self._drop_passages(sql, article_id, keep=frozenset())
        _unsort(sql, article_id)
        for table in ("links", "versions", "originals", "sightings"):
            sql.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
        return bool(sql.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount)

    def _store_one(
        self, sql: sqlite3.Connection, article: Article, passages: Sequence[Vectored]
    ) -> list[str]:
        """The ids of the articles made of copies that keep the old text."""
        heirs: list[str] = []
        old = self._one("SELECT * FROM articles WHERE id = ?", article.id)
        if old and old["fingerprint"] == article.fingerprint and same_card(old, article):
            return heirs  # another process stored the same while we were embedding
        if twin := "" if old and old["fingerprint"] == article.fingerprint else self._twin(article):
            if old:  # it became a copy of another article
                heirs += self._keep_copies(sql, article_of(old))
                self._drop(sql, article.id)
            self._put_twin_link(sql, article, twin)
            return heirs
        if old and old["fingerprint"] != article.fingerprint:
            heirs += self._keep_copies(sql, article_of(old))
            if is_corrected(old, article):
                self._keep_version(sql, old, article.id)
        if not old and (old := self._holder(article)):  # so far it had the text of another article
            self._keep_version(sql, old, article.id)
        self._put_article(sql, article, old)
        self._put_passages(sql, article, passages)
        self._put_link(sql, article, article.id)
        return heirs

    def _put_article(self, sql: sqlite3.Connection, article: Article, old: sqlite3.Row | None) -> None:
        corrected = is_corrected(old, article) if old else False
        version = (old["version"] + corrected) if old else 1
        published = article.source.published
        if old:  # another text has other copies, another date or publisher another place among them
            _unsort(sql, article.id)
        sql.execute(
            f"INSERT OR REPLACE INTO articles (id, origin, {SOURCE_COLUMNS}, published_utc, text, summary,"
            " fingerprint, state, version, added_at, corrected, found_in, original_fingerprint)"
            f" VALUES ({','.join('?' * 22)})",
            (
                article.id,
                article.origin,
                *source_values(article.source),
                published.timestamp() if published else None,
                article.text,
                article.summary,
                article.fingerprint,
                state_of(article),
                version,
                old["added_at"] if old else _now(),
                corrected_at(article) if corrected else (old["corrected"] if old else None),
                json.dumps(dict(article.found_in), ensure_ascii=False),
                article.original_fingerprint,
            ),
        )
        put_original(sql, article, version)

    def _put_passages(self, sql: sqlite3.Connection, article: Article, passages: Sequence[Vectored]) -> None:
        known = self._drop_passages(sql, article.id, keep=frozenset(v.passage.id for v in passages))
        for item in passages:
            if item.passage.id not in known:
                insert_passage(sql, article.id, passage_values(item))

    def _drop_passages(self, sql: sqlite3.Connection, article_id: str, keep: frozenset[str]) -> set[str]:
        rows = sql.execute("SELECT number, id FROM passages WHERE article_id = ?", (article_id,)).fetchall()
        for row in rows:
            if row["id"] not in keep:
                delete_passage(sql, row["number"], row["id"])
        return {row["id"] for row in rows}

    def _holder(self, article: Article) -> sqlite3.Row | None:
        query = "SELECT a.* FROM links l JOIN articles a ON a.id = l.article_id WHERE l.origin = ?"
        return self._one(query, article.key)

    def _keep_version(self, sql: sqlite3.Connection, old: sqlite3.Row, article_id: str) -> None:
        sql.execute(
            "INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?)",
            (article_id, old["version"], old["title"], old["text"], old["fingerprint"], _now()),
        )

    def _keep_copies(self, sql: sqlite3.Connection, old: Article) -> list[str]:
        """The old text still stands at the article's other links: the first of them becomes an article of its own.

        Returns its id, or nothing.
        """
        query = "SELECT origin, card FROM links WHERE article_id = ? AND origin != ? ORDER BY origin"
        others = sql.execute(query, (old.id, old.key)).fetchall()
        if not others:
            return []
        heir = with_card(old, link_of(others[0]["origin"], old.source.audience), others[0]["card"])
        rows = self.select(f"SELECT article_id, {PASSAGE_COLUMNS} FROM passages WHERE article_id = ?", old.id)
        self._put_article(sql, heir, None)
        copy_original(sql, old.id, heir.id)
        self._put_passages(sql, heir, [moved(vectored_of(row), heir) for row in rows])
        links = [(heir.id, link["origin"]) for link in others]
        sql.executemany("UPDATE links SET article_id = ? WHERE origin = ?", links)
        return [heir.id]

    def _put_link(self, sql: sqlite3.Connection, article: Article, article_id: str) -> None:
        card = card_of(article)
        sql.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?)", (article.key, article_id, card))
        sql.execute("DELETE FROM removed WHERE origin = ?", (article.key,))

    def _put_twin_link(self, sql: sqlite3.Connection, article: Article, twin: str) -> None:
        row = self._one("SELECT audience FROM articles WHERE id = ?", twin)
        if row and row[0] == article.source.audience:  # a private address is never shown to everybody
            self._put_link(sql, article, twin)

    def _twin(self, article: Article) -> str:
        """The id of another article with the same text, that the same people may see; empty when there is none."""
        row = self._one(
            "SELECT id FROM articles WHERE fingerprint = ? AND id != ? AND audience IN ('', ?)"
            " ORDER BY audience, added_at",
            article.fingerprint,
            article.id,
            article.source.audience,
        )
        return str(row[0]) if row else ""

    def _one(self, query: str, *values: object) -> sqlite3.Row | None:
        return next(iter(self.select(query, *values)), None)


def link_of(key: str, audience: str) -> str:
    """The link in an article's key (see Article.key)."""
    return key.removesuffix(f" #{audience}") if audience else key


def _unsort(sql: sqlite3.Connection, article_id: str) -> None:
    """Forget the article's place among near-copies, and its whole story's: they are sorted in again."""
    story = "SELECT story FROM stories WHERE article_id = ?"
    sql.execute(f"DELETE FROM stories WHERE story IN ({story})", (article_id,))
    sql.execute("DELETE FROM sketches WHERE article = ?", (article_id,))


def _now() -> str:
    return iso(datetime.now(UTC)) or ""
