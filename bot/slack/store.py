"""The SQLite file of the Slack room: what was asked, what was answered, what people thought of it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.slack.errors import LedgerError

FOLDER = "slack"
FILE_NAME = "ledger.sqlite3"
FORMAT = 1
LOCK_WAIT_SECONDS = 2.0  # Slack waits three for the acknowledgement that follows a write

_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    place TEXT UNIQUE,            -- team:channel:message, for what a message asked
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    user TEXT NOT NULL,
    body TEXT NOT NULL,           -- emptied once the job is done
    state TEXT NOT NULL,          -- waiting, working, done
    owner TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',  -- timestamp of our message that will become the answer
    deleted INTEGER NOT NULL DEFAULT 0,
    received REAL NOT NULL,
    due REAL NOT NULL,
    finished REAL
);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, lane, number);
CREATE INDEX IF NOT EXISTS jobs_by_thread ON jobs (team, channel, thread);
CREATE INDEX IF NOT EXISTS jobs_by_time ON jobs (received);
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY,
    job TEXT NOT NULL UNIQUE,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    thread TEXT NOT NULL,
    user TEXT NOT NULL,
    made REAL NOT NULL,
    private INTEGER NOT NULL,
    shared TEXT NOT NULL DEFAULT '',  -- the job that shared a private answer
    body TEXT NOT NULL            -- as `bot ask --json` prints it
);
CREATE INDEX IF NOT EXISTS answers_by_thread ON answers (team, channel, thread, made);
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT NOT NULL,
    user TEXT NOT NULL,
    helpful INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    given REAL NOT NULL,
    PRIMARY KEY (answer, user)
);
CREATE TABLE IF NOT EXISTS arrivals (type TEXT PRIMARY KEY, last REAL NOT NULL);
"""


class Store:
    """One connection, shared by the threads of a process; several processes may share the file.

    A commit is on the disk before it returns: whoever acknowledges after it never loses what it acknowledged.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER
        self.path = self.folder / FILE_NAME
        self._lock = threading.RLock()
        with self._translated():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Questions are nobody else's business, so the file is never readable for others, not even for a moment.
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(
                self.path, timeout=LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._prepare()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one write transaction. Raises LedgerError; nothing is written then."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a SELECT finds. Raises LedgerError."""
        with self._lock, self._translated():
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        with self.transaction() as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > FORMAT:
                raise LedgerError(f"{self.path} was written by a newer Citedesk. Upgrade this one.")
            for statement in filter(str.strip, _TABLES.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"cannot use {self.path} ({error}). Check the disk, and the folder's owner and permissions."
            ) from error
