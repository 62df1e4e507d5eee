"""The ledger of jobs: stored before Slack is told that we have them, done once, whoever crashes in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.slack.jobs import Job, Kind, load_job
from bot.slack.store import Store

_MINUTE = 60.0
_DAY = 86_400.0
_FARTHEST = 1_800.0  # seconds that a job is put off at most
_REMEMBERED_DAYS = 7  # Slack redelivers for an hour at most

_LIMITED = (Kind.QUESTION, Kind.INGEST)
_IN_LINE = "(state = 'waiting' OR (state = 'working' AND attempts = 0))"  # held for a note, it still waits


class Taken(StrEnum):
    """What became of a job that came in."""

    NEW = "new"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Limits:
    """Questions a minute, and how many may wait."""

    per_person: int
    per_channel: int
    queue: int


class Ledger:
    """Jobs in a Store, for one process called `owner`. Every method raises LedgerError when the disk fails."""

    def __init__(self, store: Store, owner: str, limits: Limits) -> None:
        self._store = store
        self._owner = owner
        self._limits = limits
        self._news = threading.Condition()
        self._rings = 0
        self._arrivals: dict[str, float] = {}

    def take_in(self, job: Job) -> Taken:
        """Store `job` unless it is known by its key or its message; a question over a limit becomes a refusal."""
        now = time.time()
        with self._store.transaction() as connection:
            place = f"{job.team}:{job.channel}:{job.message}" if job.message else None
            known = "SELECT 1 FROM jobs WHERE key = ? OR place = ?"
            if connection.execute(known, (job.key, place)).fetchone():
                return Taken.KNOWN
            reason, seconds = self._over_limit(job, now) if job.kind in _LIMITED else ("", 0.0)
            if reason:
                job = replace(job, kind=Kind.REFUSAL, value=reason, text=f"{seconds:.0f}")
            asked = (job.team, job.channel, job.thread, job.user)
            connection.execute(
                "INSERT INTO jobs (key, place, lane, kind, team, channel, thread, user, body, state, received, due)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)",
                (job.key, place, job.kind.lane, job.kind, *asked, job.dump(), now, now),
            )
        self.ring()
        return Taken.NEW

    def claim(self, lane: str) -> Job | None:
        """The oldest due job of the lane, now ours; one question of a thread at a time, so that answers keep order."""
        now = time.time()
        # Later than anything is ever put off is only what was stored before the clock went back.
        times = (now, now + _FARTHEST)
        due = "SELECT 1 FROM jobs WHERE state = 'waiting' AND lane = ? AND (due <= ? OR due > ?) LIMIT 1"
        if not self._store.rows(due, lane, *times):  # idle workers must not hold the write lock
            return None
        with self._store.transaction() as connection:
            row = connection.execute(
                "UPDATE jobs SET state = 'working', owner = ?, attempts = attempts + 1 WHERE number = ("
                " SELECT number FROM jobs AS waiting WHERE state = 'waiting' AND lane = ? AND (due <= ? OR due > ?)"
                "  AND (lane != 'answer' OR thread = '' OR NOT EXISTS ("
                "   SELECT 1 FROM jobs AS other WHERE other.state IN ('working', 'waiting') AND other.lane = 'answer'"
                "    AND other.team = waiting.team AND other.channel = waiting.channel"
                "    AND other.thread = waiting.thread AND other.number < waiting.number))"
                " ORDER BY number LIMIT 1) RETURNING *",
                (self._owner, lane, *times),
            ).fetchone()
        if row is None:
            return None
        return load_job(row["body"], attempts=row["attempts"], note=row["note"], received=row["received"])

    def finish(self, job: Job) -> None:
        """The job is done, or given up; its words are forgotten, its key is remembered."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'done', body = '', finished = ? WHERE key = ?",
                (time.time(), job.key),
            )
        self.ring()

    def put_back(self, job: Job, seconds: float) -> None:
        """Try the job again, `seconds` from now."""
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'waiting', owner = '', due = ? WHERE key = ?",
                (time.time() + min(seconds, _FARTHEST), job.key),
            )

    def hand_back(self, owner: str) -> int:
        """Let others do what `owner` was working on; how many jobs that were.

        One that was only held counts as attempted: nobody knows what of a note reached Slack, so the next one looks.
        """
        with self._store.transaction() as connection:
            done = connection.execute(
                "UPDATE jobs SET state = 'waiting', owner = '', attempts = max(attempts, 1)"
                " WHERE state = 'working' AND owner = ?",
                (owner,),
            )
        self.ring()
        return done.rowcount

    def owners(self) -> list[str]:
        """Who works on something, this process included."""
        rows = self._store.rows("SELECT DISTINCT owner FROM jobs WHERE state = 'working'")
        return [row["owner"] for row in rows]

    def note(self, job: Job, ts: str) -> None:
        """Remember which of our messages will become the answer."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE jobs SET note = ? WHERE key = ?", (ts, job.key))

    def is_note(self, team: str, channel: str, ts: str) -> bool:
        """Whether one of our messages belongs to a job."""
        query = "SELECT 1 FROM jobs WHERE team = ? AND channel = ? AND note = ?"
        return bool(self._store.rows(query, team, channel, ts))

    def delete_message(self, team: str, channel: str, ts: str) -> None:
        """Somebody deleted the message `ts`; what it asked is no longer wanted."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE jobs SET deleted = 1 WHERE place = ?", (f"{team}:{channel}:{ts}",))

    def call_off(self, job: Job) -> None:
        """The question of `job` was deleted, as we found out ourselves."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE jobs SET deleted = 1 WHERE key = ?", (job.key,))

    def is_deleted(self, job: Job) -> bool:
        """Whether the question was deleted since."""
        rows = self._store.rows("SELECT deleted FROM jobs WHERE key = ?", job.key)
        return bool(rows and rows[0]["deleted"])

    def waiting(self, lane: str) -> list[Job]:
        """The jobs in line, the first in front, those that are held included."""
        rows = self._store.rows(f"SELECT * FROM jobs WHERE lane = ? AND {_IN_LINE} ORDER BY number", lane)
        return [
            load_job(r["body"], attempts=r["attempts"], note=r["note"], received=r["received"]) for r in rows
        ]

    @contextmanager
    def held(self, job: Job) -> Iterator[bool]:
        """Keep a job that nobody has begun with or left a note for; False, and nothing is kept, when somebody has."""
        with self._store.transaction() as connection:
            held = connection.execute(
                "UPDATE jobs SET state = 'working', owner = ?"
                " WHERE key = ? AND state = 'waiting' AND attempts = 0 AND note = ''",
                (self._owner, job.key),
            )
        try:
            yield held.rowcount == 1
        finally:
            if held.rowcount == 1:
                self.put_back(job, 0)
                self.ring()

    def knows_thread(self, team: str, channel: str, thread: str) -> bool:
        """Whether the bot has been asked in this thread."""
        asked = "team = ? AND channel = ? AND thread = ?"
        query = (
            f"SELECT 1 FROM jobs WHERE {asked} AND kind = 'question'"
            f" UNION SELECT 1 FROM answers WHERE {asked} LIMIT 1"
        )
        return bool(self._store.rows(query, team, channel, thread, team, channel, thread))

    def arrived(self, type_: str) -> None:
        """Remember that Slack delivers this type of event; written once a minute, for channels can be busy."""
        now = time.time()
        if now - self._arrivals.get(type_, 0.0) < _MINUTE:
            return
        self._arrivals[type_] = now
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO arrivals VALUES (?1, ?2) ON CONFLICT (type) DO UPDATE SET last = ?2",
                (type_, now),
            )

    def forget(self, days: int) -> None:
        """Delete answers and feedback older than `days`, and the keys of jobs that no redelivery can repeat."""
        now = time.time()
        with self._store.transaction() as connection:
            old = now - days * _DAY
            connection.execute("DELETE FROM answers WHERE made < ?", (old,))
            connection.execute("DELETE FROM feedback WHERE answer NOT IN (SELECT id FROM answers)")
            connection.execute(
                "DELETE FROM jobs WHERE state = 'done' AND finished < ?",
                (now - _REMEMBERED_DAYS * _DAY,),
            )

    @property
    def rings(self) -> int:
        """How often the workers were woken; read it before looking for work, and pass it to `wait`."""
        return self._rings

    def ring(self) -> None:
        """Wake the workers."""
        with self._news:
            self._rings += 1
            self._news.notify_all()

    def wait(self, rings: int, seconds: float) -> None:
        """Wait for the next ring after `rings`, at most `seconds`."""
        with self._news:
            self._news.wait_for(lambda: self._rings != rings, seconds)

    def _over_limit(self, job: Job, now: float) -> tuple[str, float]:
        """Why the job is not taken, and the seconds until it would be; an empty reason when it is."""
        waiting = f"SELECT COUNT(*) FROM jobs WHERE lane = ? AND {_IN_LINE}"
        if self._store.rows(waiting, job.kind.lane)[0][0] >= self._limits.queue:
            return "queue", _MINUTE
        for reason, column, value, most in (
            ("person", "user", job.user, self._limits.per_person),
            ("channel", "channel", job.channel, self._limits.per_channel),
        ):
            taken = (
                "SELECT COUNT(*), MIN(received) FROM jobs WHERE kind IN ('question', 'ingest')"
                f" AND received > ? AND team = ? AND {column} = ?"
            )
            count, oldest = self._store.rows(taken, now - _MINUTE, job.team, value)[0]
            if count >= most:
                return reason, oldest + _MINUTE - now
        return "", 0.0
