"""What the bot remembers of its answers: a thread's turns, the answers behind its buttons, and what people thought."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from sqlite3 import Row

from bot.as_json import answer_json, json_line
from bot.from_json import answer_from_json
from bot.slack.jobs import Job
from bot.slack.store import Store
from bot.types import Answer, Turn

MOST_TURNS = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was given, with where and for whom."""

    id: str
    team: str
    channel: str
    thread: str
    user: str
    made: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person thought of one answer; times are seconds since 1970."""

    answer: Kept
    user: str
    helpful: bool
    reason: str
    given: float


class Memory:
    """Answers and feedback in a Store. Every method raises ArchiveError when the disk fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, job: Job, answer: Answer) -> str:
        """Keep the answer of a job and return its id; a job has one answer, the first that was kept."""
        id_ = secrets.token_urlsafe(16)
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO answers (id, job, team, channel, thread, user, private, made, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job) DO NOTHING",
                (
                    id_,
                    job.key,
                    job.team,
                    job.channel,
                    job.thread,
                    job.user,
                    job.is_private,
                    time.time(),
                    json_line(answer_json(answer)),
                ),
            )
            return str(connection.execute("SELECT id FROM answers WHERE job = ?", (job.key,)).fetchone()[0])

    def answer(self, id_: str) -> Kept | None:
        """The answer of this id; None when there never was one or the retention setting deleted it."""
        rows = self._store.rows("SELECT * FROM answers WHERE id = ?", id_)
        return _kept(rows[0]) if rows else None

    def answer_of(self, job: Job) -> Kept | None:
        """The answer that was made for a job before something failed."""
        rows = self._store.rows("SELECT * FROM answers WHERE job = ?", job.key)
        return _kept(rows[0]) if rows else None

    def turns(self, job: Job) -> tuple[Turn, ...]:
        """The earlier turns of the job's thread, oldest first, declined ones too; private ones only for who asked."""
        if not job.thread:
            return ()
        rows = self._store.rows(
            "SELECT * FROM answers WHERE team = ? AND channel = ? AND thread = ? AND job != ?"
            " AND (private = 0 OR shared != '' OR (? AND user = ?)) ORDER BY made DESC LIMIT ?",
            job.team,
            job.channel,
            job.thread,
            job.key,
            job.is_private,
            job.user,
            MOST_TURNS,
        )
        answers = [_kept(row).answer for row in reversed(rows)]
        return tuple(Turn(a.question, a.standalone_question, a.text) for a in answers)

    def mark_shared(self, id_: str, job: Job) -> bool:
        """Whether it is this job that shares the answer: the first that wanted to, however often it tries."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE answers SET shared = ? WHERE id = ? AND shared = ''", (job.key, id_))
        return bool(self._store.rows("SELECT 1 FROM answers WHERE id = ? AND shared = ?", id_, job.key))

    def unmark_shared(self, id_: str) -> None:
        """The answer could not be shared after all; the next click may try again."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE answers SET shared = '' WHERE id = ?", (id_,))

    def move(self, id_: str, thread: str) -> None:
        """The answer stands under the message `thread` from now on, where the conversation goes on."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE answers SET thread = ? WHERE id = ? AND thread = ''", (thread, id_))

    def judge(self, id_: str, user: str, helpful: bool) -> None:
        """Record what a person thinks of an answer; the last word counts, and clears a reason that no longer fits."""
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO feedback (answer, user, helpful, given) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (answer, user) DO UPDATE SET helpful = excluded.helpful, given = excluded.given,"
                " reason = CASE WHEN feedback.helpful = excluded.helpful THEN feedback.reason ELSE '' END",
                (id_, user, helpful, time.time()),
            )

    def explain(self, id_: str, user: str, reason: str) -> None:
        """Add why the answer was not helpful."""
        self.judge(id_, user, helpful=False)
        with self._store.transaction() as connection:
            connection.execute(
                "UPDATE feedback SET reason = ? WHERE answer = ? AND user = ?", (reason, id_, user)
            )

    def feedback(self) -> list[Feedback]:
        """All feedback, oldest first."""
        rows = self._store.rows(
            "SELECT feedback.user AS judge, helpful, reason, given, answers.* FROM feedback"
            " JOIN answers ON answers.id = feedback.answer ORDER BY given"
        )
        return [Feedback(_kept(r), r["judge"], bool(r["helpful"]), r["reason"], r["given"]) for r in rows]

    def last_seen(self) -> dict[str, float]:
        """When each type of event last arrived, in seconds since 1970."""
        return {row["type"]: row["last"] for row in self._store.rows("SELECT type, last FROM arrivals")}


def _kept(row: Row) -> Kept:
    return Kept(
        id=row["id"],
        team=row["team"],
        channel=row["channel"],
        thread=row["thread"],
        user=row["user"],
        made=row["made"],
        answer=answer_from_json(json.loads(row["body"])),
    )
