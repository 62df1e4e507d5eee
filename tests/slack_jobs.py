"""Jobs and a ledger for tests of the Slack room."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from bot.slack.jobs import Job, Kind
from bot.slack.ledger import Ledger, Limits
from bot.slack.store import Store

_numbers = itertools.count(1)
ROOMY = Limits(per_person=1_000, per_channel=1_000, queue=1_000)


def job(**facts: Any) -> Job:
    """A question of its own message and thread, unless `facts` say otherwise."""
    number = next(_numbers)
    ts = f"1700000000.{number:06d}"
    given = {
        "key": f"T1:Ev{number}",
        "kind": Kind.QUESTION,
        "team": "T1",
        "channel": "C1",
        "user": "U1",
        "text": f"What is question {number}?",
        "message": ts,
        "thread": ts,
    }
    return Job(**{**given, **facts})


def ledger(folder: Path, owner: str = "me", limits: Limits = ROOMY) -> Ledger:
    """A ledger of its own connection, as another process would open it."""
    return Ledger(Store(folder), owner, limits)
