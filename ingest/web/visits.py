"""What was visited when, and which entries of which feed are safely stored: a small SQLite file of its own.

It only ever saves work: lost or damaged, everything is visited again and the archive tells what it has.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_KEPT = 400 * 86_400.0
_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit to an address; times are seconds since 1970, 0 for never.

    `wait` is what was last waited between two visits, `missing` when it was first not found, `origin` what the article
    of the page is known by in the archive, `every` how often a list wants to be visited; `is_list` that it is one.
    """

    url: str
    etag: str = ""
    modified: str = ""
    visited: float = 0.0
    due: float = 0.0
    wait: float = 0.0
    failures: int = 0
    missing: float = 0.0
    origin: str = ""
    every: float = 0.0
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry of a list whose article is stored; its page is looked at again until `until`. `facts` are what the list
    told of it, as JSON: the page may still lack them then."""

    listing: str
    id: str
    mark: str
    link: str
    facts: str = ""
    until: float = 0.0
    first: float = 0.0


def _table(name: str, shape: type, key: str) -> str:
    columns = ", ".join(field.name for field in fields(shape))
    return f"CREATE TABLE IF NOT EXISTS {name} ({columns}, PRIMARY KEY ({key}))"


_TABLES = (
    _table("visits", Visit, "url"),
    _table("entries", Seen, "listing, id"),
    "CREATE TABLE IF NOT EXISTS meta (archive PRIMARY KEY)",
    "CREATE TABLE IF NOT EXISTS gone (origin PRIMARY KEY)",
)


class Visits:
    """The file at `path` (None: in memory); several threads and processes may use it. No method raises.

    `archive` is the id of the archive whose articles it speaks of: of another one it knows nothing. With `keep=False`
    it is read once and never written.
    """

    def __init__(self, path: Path | None = None, archive: str = "", *, keep: bool = True) -> None:
        self._lock = threading.Lock()
        self._database = _in_memory(path) if path is None or not keep else _opened(path)
        with self._guarded():
            self._prepare(archive)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def visit(self, url: str) -> Visit:
        """The last visit to `url`; an empty one if there was none."""
        rows = self._rows("SELECT * FROM visits WHERE url = ?", url)
        return replace(Visit(*rows[0]), is_list=bool(rows[0][-1])) if rows else Visit(url)

    def entries(self, listing: str) -> dict[str, Seen]:
        """The stored entries of a list by their id."""
        return {row[1]: Seen(*row) for row in self._rows("SELECT * FROM entries WHERE listing = ?", listing)}

    def due(self, listing: str, now: float) -> list[Seen]:
        """The recent entries of a list whose pages are due for another look."""
        query = "SELECT entries.* FROM entries JOIN visits ON url = link WHERE listing = ? AND until > ? AND due <= ?"
        return [Seen(*row) for row in self._rows(query, listing, now, now)]

    def gone(self) -> list[str]:
        """The origins of stored pages that are no more, and were neither removed nor found again since."""
        return [row[0] for row in self._rows("SELECT origin FROM gone ORDER BY rowid")]

    def put(self, visit: Visit) -> None:
        """Remember a visit; a page with an origin is there."""
        if visit.origin:
            self.settle(visit.origin)
        self._write(f"INSERT OR REPLACE INTO visits VALUES ({_marks(Visit)})", astuple(visit))

    def see(self, seen: Seen) -> None:
        """Remember an entry whose article is stored; when it was first seen stays as it was."""
        rows = self._rows("SELECT first FROM entries WHERE listing = ? AND id = ?", seen.listing, seen.id)
        first = rows[0][0] if rows else seen.first
        self._write(f"INSERT OR REPLACE INTO entries VALUES ({_marks(Seen)})", (*astuple(seen)[:-1], first))

    def lose(self, link: str, origin: str) -> None:
        """Remember that the page at `link`, stored as `origin`, is no more. It is news where a list still names it, so
        these lists are due, and in full."""
        self._write("INSERT OR IGNORE INTO gone VALUES (?)", (origin,))
        lists = "(SELECT listing FROM entries WHERE link = ?)"
        self._write(f"UPDATE visits SET etag = '', modified = '', due = 0 WHERE url IN {lists}", (link,))
        self._write("DELETE FROM entries WHERE link = ?", (link,))

    def settle(self, origin: str) -> None:
        """The page of `origin` is gone no longer: it is back, or removed from the archive."""
        self._write("DELETE FROM gone WHERE origin = ?", (origin,))

    def holds(self, origin: str) -> bool:
        """Whether the article of this origin was read from a page that is not known to be gone."""
        return bool(self._rows("SELECT 1 FROM visits WHERE origin = ? LIMIT 1", origin))

    def _prepare(self, archive: str) -> None:
        for table in _TABLES:
            self._database.execute(table)
        known = self._database.execute("SELECT archive FROM meta").fetchone()
        if known and known[0] != archive:
            for name in ("visits", "entries", "meta", "gone"):
                self._database.execute(f"DELETE FROM {name}")
        self._database.execute("INSERT OR IGNORE INTO meta VALUES (?)", (archive,))
        old = "(SELECT max(visited) FROM visits) - ?"
        self._database.execute(f"DELETE FROM entries WHERE first < {old}", (_KEPT,))
        self._database.execute(f"DELETE FROM visits WHERE visited < {old}", (_KEPT,))

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guarded():
            return self._database.execute(query, values).fetchall()
        return []

    def _write(self, statement: str, values: Sequence[object]) -> None:
        with self._guarded():
            self._database.execute(statement, values)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """One thread at a time. A fault costs a visit at most, so it is told to the log alone."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                log.warning("the record of visits cannot be used (%s); pages are visited again", error)


def _opened(path: Path) -> sqlite3.Connection:
    """The file, a new one in place of one that is damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connected(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked or unreadable is not damaged
            log.warning("the record of visits cannot be opened (%s); pages are visited again", error)
            return _in_memory(None)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    fits = _fits(database, "visits", Visit) and _fits(database, "entries", Seen)
    if found != "ok" or not fits:
        database.close()
        raise sqlite3.DatabaseError(str(found))
    return database


def _fits(database: sqlite3.Connection, table: str, shape: type) -> bool:
    """Whether the table is of today's shape, or not there yet."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    return columns in ([], [field.name for field in fields(shape)])


def _in_memory(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    if path and path.exists():
        try:
            file = sqlite3.connect(path, timeout=_WAIT)
            file.backup(database)
            file.close()
        except sqlite3.Error as error:
            log.warning("the record of visits cannot be read (%s)", error)
    return database


def _marks(shape: type) -> str:
    return ", ".join("?" for _ in fields(shape))
