"""Which files were read, as they were then: one that did not change since need not be taken apart again.

A small database of its own in the data folder, and only a help: without it everything is read again, nothing is lost.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Self

from ingest.assemble import Facts
from ingest.passages import CHUNKER

log = logging.getLogger(__name__)

FOLDER = "ingest"
_FILE = "files.sqlite3"
_FRESH = 2_000_000_000  # nanoseconds: a file written so lately may change again within one tick of its clock
_UNSETTLED = -1
_TABLE = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, made_with TEXT, articles TEXT) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class State:
    """A file as it was at one moment: absolute path, size in bytes, time of its last change in nanoseconds."""

    path: str
    size: int
    changed: int


def state_of(path: str) -> State | None:
    """The file's state now; None when it cannot be seen."""
    try:
        facts = os.stat(path)
    except (OSError, ValueError):
        return None
    return State(os.path.abspath(path), facts.st_size, facts.st_mtime_ns)


class FilesRead:
    """The files all of whose articles are stored; `told` are the facts and rules they were read by."""

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

    def articles(self, state: State) -> list[str]:
        """Ids of the articles in the file, if it was read in this state; else none."""
        query = "SELECT articles FROM files WHERE path = ? AND size = ? AND changed = ? AND made_with = ?"
        rows = self._all(query, state.path, state.size, state.changed, self._made_with)
        return list(json.loads(rows[0][0])) if rows else []

    def note(self, before: State, articles: Sequence[str]) -> None:
        """Remember the articles of a file as it was `before` it was read."""
        settled = before == state_of(before.path) and time.time_ns() - before.changed > _FRESH
        ids = json.dumps(list(dict.fromkeys(articles)))
        values = (before.path, before.size, before.changed if settled else _UNSETTLED, self._made_with, ids)
        self._all("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", *values)

    def paths(self) -> list[str]:
        """Every file that was read."""
        return [row[0] for row in self._all("SELECT path FROM files")]

    def forget(self, path: str) -> list[str]:
        """Forget a file; the ids of the articles that no other file held."""
        mine = self._all("SELECT articles FROM files WHERE path = ?", os.path.abspath(path))
        self._all("DELETE FROM files WHERE path = ?", os.path.abspath(path))
        ids = list(json.loads(mine[0][0])) if mine else []
        held = "SELECT 1 FROM files, json_each(articles) WHERE value = ? LIMIT 1"
        return [id_ for id_ in ids if not self._all(held, id_)]

    def _all(self, query: str, *values: object) -> list[tuple[str]]:
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
            sql.execute(_TABLE)
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
