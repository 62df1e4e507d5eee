"""What somebody wants of the bot: the unit that is stored, acknowledged, worked on once, and found again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What is to be done; `lane` says by which workers."""

    QUESTION = "question"
    REFUSAL = "refusal"
    INGEST = "ingest"
    HOME = "home"
    PROMPTS = "prompts"
    FEEDBACK = "feedback"
    REASON = "reason"
    QUOTES = "quotes"
    SHARE = "share"

    @property
    def lane(self) -> str:
        """`answer` waits for a model, `ingest` for a child process, `quick` for Slack alone."""
        return {Kind.QUESTION: "answer", Kind.INGEST: "ingest"}.get(self, "quick")


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody handed over; `url` needs the bot's token, `permalink` opens it in Slack."""

    name: str
    url: str
    permalink: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do, as it was asked for. Slack's ids and timestamps are strings.

    `key` tells it from every other job, `message` is the timestamp of the message that asked (empty for a slash
    command or a click), `thread` that of the message under which the reply goes (empty: only the asker sees it).
    `value` is the answer's id of a click, or why a refusal refuses (its `text`: the seconds until it would not).
    `overheard`: nobody named us, so nobody waits for a word of ours unless we have an answer. `outsider`: somebody of
    another workspace, in a shared channel.
    """

    key: str
    kind: Kind
    team: str
    channel: str
    user: str
    text: str = ""
    message: str = ""
    thread: str = ""
    ephemeral: bool = False
    is_direct: bool = False
    overheard: bool = False
    outsider: bool = False
    response_url: str = ""
    trigger: str = ""
    value: str = ""
    links: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    attempts: int = 0
    note: str = ""
    received: float = 0.0

    @property
    def is_private(self) -> bool:
        """Whether only the asker gets to see the reply."""
        return self.ephemeral or not self.thread or bool(self.trigger)

    def dump(self) -> str:
        """The job as JSON, for the ledger."""
        return json.dumps(asdict(self))


def load_job(text: str, **facts: Any) -> Job:
    """The job that `dump` wrote, with what the ledger knows better (`attempts`, `note`, `received`)."""
    fields: Mapping[str, Any] = json.loads(text)
    files = tuple(File(**file) for file in fields["files"])
    job = Job(**{**fields, "kind": Kind(fields["kind"]), "links": tuple(fields["links"]), "files": files})
    return replace(job, **facts)
