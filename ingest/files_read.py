"""Which files were read, as they were then, and what each holds: one that did not change is not taken apart again.

A small database of its own in the data folder, and only a help: without it everything is read again, nothing is lost.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from ingest.assemble import Facts
from ingest.passages import CHUNKER

log = logging.getLogger(__name__)

FOLDER = "ingest"
_FILE = "files.sqlite3"
_FRESH = 2_000_000_000  # nanoseconds: a file written so lately may change again within one tick of its clock
_UNSETTLED = -1
# What a file was found to hold is kept until it is `dropped`, and `readings` tells which of it the last whole reading
# found: so what a file held once is known even where a later reading was broken off, or lacked a line.
_TABLES = """
CREATE TABLE IF NOT EXISTS readings (
    path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, made_with TEXT, reading INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held (
    path TEXT, origin TEXT, audience TEXT, article TEXT, reading INTEGER, PRIMARY KEY (path, origin, audience));
CREATE INDEX IF NOT EXISTS held_by_origin ON held (origin);
"""


@dataclass(frozen=True, slots=True)
class State:
    """A file as it was at one moment: absolute path, size in bytes, time of its last change in nanoseconds."""

    path: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the archive was told that a text stands: its origin, and who may read it there (empty: everybody)."""

    origin: str
    audience: str = ""

    @property
    def key(self) -> str:
        """As Article.key."""
        return f"{self.origin} #{self.audience}" if self.audience else self.origin


def state_of(path: str) -> State | None:
    """The file's state now; None when it cannot be seen."""
    try:
        facts = os.stat(path)
    except (OSError, ValueError):
        return None
    return State(os.path.abspath(path), facts.st_size, facts.st_mtime_ns)


class FilesRead:
    """The files whose articles are stored, by absolute path; `told` are the facts and rules they were read by."""

    def __init__(self, data_dir: Path, facts: Facts, told: str = "") -> None:
        self._path = data_dir / FOLDER / _FILE
        made_with = f"{version('citedesk')} {CHUNKER} {facts!r} {told}"
        self._made_with = hashlib.sha256(made_with.encode()).hexdigest()[:16]
        self._sql = self._opened()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._sql:
            self._sql.close()

    def articles(self, state: State) -> list[tuple[Place, str]]:
        """The places of what is in the file, and the ids of the articles, if it was read in this state; else none."""
        query = (
            "SELECT origin, audience, article FROM readings JOIN held USING (path, reading)"
            " WHERE path = ? AND size = ? AND changed = ? AND made_with = ?"
        )
        return self._held(query, state.path, state.size, state.changed, self._made_with)

    def begin(self, path: str) -> int:
        """The file is about to be read; a number for this reading."""
        self._all("DELETE FROM readings WHERE path = ?", path)
        return time.time_ns()

    def hold(self, path: str, reading: int, place: Place, article_id: str) -> None:
        """One more article of the file is stored, at this place."""
        values = (path, place.origin, place.audience, article_id, reading)
        self._all("INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?, ?)", *values)

    def note(self, before: State, reading: int) -> None:
        """This reading of the file, as it was `before`, found all that is in it, and all of that is stored."""
        if before == state_of(before.path):
            settled = time.time_ns() - before.changed > _FRESH
            values = (before.size, before.changed if settled else _UNSETTLED, self._made_with, reading)
            self._all("INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?)", before.path, *values)

    def paths(self) -> list[str]:
        """Every file that anything was stored of."""
        return [row[0] for row in self._all("SELECT DISTINCT path FROM held")]

    def held(self, path: str) -> list[tuple[Place, str]]:
        """The places of what the file holds or held, and the ids of the articles."""
        return self._held("SELECT origin, audience, article FROM held WHERE path = ?", path)

    def no_longer_held(self, path: str) -> list[tuple[Place, str]]:
        """What a whole reading did not find in the file any more."""
        query = "SELECT origin, audience, article FROM held JOIN readings USING (path) WHERE path = ?"
        return self._held(f"{query} AND held.reading != readings.reading", path)

    def holds(self, place: Place, but: str) -> bool:
        """Whether any file but this one holds the place."""
        query = "SELECT 1 FROM held WHERE origin = ? AND audience = ? AND path != ? LIMIT 1"
        return bool(self._all(query, place.origin, place.audience, but))

    def places(self, origin: str) -> list[Place]:
        """The places at this origin that files hold."""
        query = "SELECT DISTINCT origin, audience FROM held WHERE origin = ?"
        return [Place(*row) for row in self._all(query, origin)]

    def drop(self, path: str, place: Place) -> None:
        """The file holds this no more."""
        values = (path, place.origin, place.audience)
        self._all("DELETE FROM held WHERE path = ? AND origin = ? AND audience = ?", *values)

    def _held(self, query: str, *values: object) -> list[tuple[Place, str]]:
        rows = self._all(f"{query} ORDER BY held.rowid", *values)
        return [(Place(origin, audience), article) for origin, audience, article in rows]

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._sql.execute(query, values).fetchall() if self._sql else []
        except (sqlite3.Error, UnicodeEncodeError) as error:  # a name that is no UTF-8 is read every time
            log.warning("%s: %s; files are read again meanwhile", self._path, error)
            return []

    def _opened(self) -> sqlite3.Connection | None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return self._ready() or self._anew()
        except (OSError, sqlite3.Error) as error:
            log.warning("%s: %s; every file is read", self._path, error)
            return None

    def _ready(self) -> sqlite3.Connection | None:
        sql = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            sql.execute("PRAGMA journal_mode = WAL")
            sql.execute("PRAGMA synchronous = NORMAL")
            sql.executescript(_TABLES)
        except sqlite3.OperationalError:
            sql.close()
            raise
        except sqlite3.DatabaseError:  # damaged
            sql.close()
            return None
        return sql

    def _anew(self) -> sqlite3.Connection | None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self._path}{end}").unlink(missing_ok=True)
        return self._ready()
