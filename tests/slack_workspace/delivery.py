"""One thing Slack wants the app to hear, every attempt to say it, and whether it was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Attempt:
    """One try: its retry number (0 first), why it was needed, and when (monotonic seconds)."""

    number: int
    reason: str
    envelope_id: str
    sent_at: float
    acked_at: float | None = None


@dataclass(slots=True, eq=False)
class Delivery:
    """`kind` is the envelope's type (events_api, slash_commands, interactive); `type` the event's own.

    `failed` says why Slack gave up: lost (an event nobody acknowledged), or the reason a command was not
    acknowledged (timeout, no_connection, …). `settled`: Slack does nothing more about it.
    """

    kind: str
    type: str
    payload: dict[str, Any]
    first_number: int = 0
    first_reason: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    acks: int = 0
    ack_body: Any = None
    failed: str = ""
    settled: bool = False
    on_settled: Callable[[], None] = lambda: None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        """Whether any attempt was acknowledged."""
        return self.acks > 0

    @property
    def latency(self) -> float | None:
        """Seconds from the acknowledged attempt's sending to its acknowledgement."""
        for attempt in self.attempts:
            if attempt.acked_at is not None:
                return attempt.acked_at - attempt.sent_at
        return None

    @property
    def event(self) -> dict[str, Any]:
        """The inner event (events only)."""
        event: dict[str, Any] = self.payload["event"]
        return event

    @property
    def event_id(self) -> str:
        """What the app must not work on twice."""
        return str(self.payload.get("event_id", ""))

    def again(self, reason: str = "timeout") -> Delivery:
        """The same event once more, as after a lost acknowledgement."""
        return Delivery(self.kind, self.type, self.payload, first_number=1, first_reason=reason)
