"""Trouble a test can order: rate limits, refusals, dropped connections, slow and held answers, method by method."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.slack_workspace.hold import Hold
from tests.slack_workspace.state import Store

Args = dict[str, Any]


@dataclass(slots=True)
class Limit:
    """A token bucket of `burst` calls that refills at `per_second`; one for each channel if `by_channel`."""

    per_second: float
    burst: float
    by_channel: bool
    buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def wait(self, channel: str) -> float:
        """Take one call; the seconds to wait when there is none left, else 0."""
        now = time.monotonic()
        key = channel if self.by_channel else ""
        left, at = self.buckets.get(key, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        self.buckets[key] = (left - 1 if left >= 1 else left), now
        return 0.0 if left >= 1 else (1 - left) / self.per_second


@dataclass(slots=True)
class Mishap:
    """What happens to the next `times` calls of a method (all of them if None) that `when` picks."""

    kind: str
    times: int | None
    when: Callable[[Args], bool]
    after_effect: bool = False
    error: str = ""
    status: int = 200
    retry_after: int = 1
    seconds: float = 0.0
    hold: Hold | None = None

    def strikes(self, args: Args) -> bool:
        """Whether this call is one of them; counts it."""
        if self.times == 0 or not self.when(args):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def _always(_: Args) -> bool:
    return True


class Trouble(Store):
    """The part of the workspace that orders trouble. Methods are Web API names, or `response_url`."""

    def __init__(self) -> None:
        super().__init__()
        self.limits: dict[str, Limit] = {}
        self.mishaps: dict[str, list[Mishap]] = {}
        self.limited: dict[str, int] = {}

    def rate_limit(
        self, method: str, *, per_minute: float, burst: float | None = None, by_channel: bool = False
    ) -> None:
        """Answer 429 beyond `per_minute` calls of `method`; at most `burst` at once (default: a minute's worth)."""
        self.limits[method] = Limit(per_minute / 60, max(burst or per_minute, 1), by_channel)

    def real_rates(self) -> None:
        """The rates Slack documents: one message a second a channel, tiers 2, 3 and 4 for the rest."""
        self.rate_limit("chat.postMessage", per_minute=60, burst=5, by_channel=True)
        tiers = {
            20: ("chat.startStream", "chat.stopStream", "conversations.open", "bots.info"),
            50: ("chat.update", "chat.delete", "conversations.replies", "conversations.history",
                 "conversations.info", "reactions.add", "reactions.remove"),
            100: ("chat.appendStream", "chat.postEphemeral", "views.open", "views.update", "views.publish",
                  "users.info", "files.info", "assistant.threads.setStatus"),
        }  # fmt: skip
        for per_minute, methods in tiers.items():
            for method in methods:
                self.rate_limit(method, per_minute=per_minute)

    def refuse(
        self,
        method: str,
        error: str = "fatal_error",
        *,
        times: int | None = 1,
        status: int = 200,
        retry_after: int = 1,
        when: Callable[[Args], bool] = _always,
        after_effect: bool = False,
    ) -> None:
        """Let the next `times` calls that `when(args)` picks fail; with `after_effect` they still do their work."""
        mishap = Mishap("refuse", times, when, after_effect, error, status, retry_after)
        self.mishaps.setdefault(method, []).append(mishap)

    def drop_connection(
        self,
        method: str,
        times: int | None = 1,
        after_effect: bool = False,
        when: Callable[[Args], bool] = _always,
    ) -> None:
        """Close the connection without an answer, before the call took effect or after."""
        self.mishaps.setdefault(method, []).append(Mishap("drop", times, when, after_effect))

    def slow(
        self, method: str, seconds: float, times: int | None = None, when: Callable[[Args], bool] = _always
    ) -> None:
        """Answer `method` only after `seconds`; the effect comes with the answer."""
        self.mishaps.setdefault(method, []).append(Mishap("slow", times, when, seconds=seconds))

    def hold(self, method: str, times: int | None = None, when: Callable[[Args], bool] = _always) -> Hold:
        """Let calls of `method` stand still until it is released; the effect comes with the answer."""
        held = Hold(method)
        order = Mishap("hold", times, lambda args: not held.is_released and when(args), hold=held)
        self.mishaps.setdefault(method, []).append(order)
        return held

    def calm(self, method: str = "") -> None:
        """End the trouble ordered for `method`, or all of it."""
        for held in [m.hold for name in self.mishaps if method in ("", name) for m in self.mishaps[name]]:
            if held:
                held.release()
        for orders in (self.limits, self.mishaps):
            orders.pop(method, None) if method else orders.clear()

    async def stall(self, request: web.Request, method: str, args: Args) -> None:
        """Keep the caller waiting as long as is ordered."""
        with self.lock:
            slow, held = (self.struck(method, kind, args) for kind in ("slow", "hold"))
        if slow:
            await asyncio.sleep(slow.seconds)
        if held and held.hold:
            await held.hold.stand(request)

    def over_limit(self, method: str, args: Args) -> int:
        """Whole seconds for Retry-After when a rate is exceeded, else 0."""
        limit = self.limits.get(method)
        wait = limit.wait(str(args.get("channel") or args.get("channel_id") or "")) if limit else 0.0
        if wait:
            self.limited[method] = self.limited.get(method, 0) + 1
        return math.ceil(wait)

    def struck(self, method: str, kind: str, args: Args) -> Mishap | None:
        """The ordered mishap of `kind` that hits this call, if any."""
        return next((m for m in self.mishaps.get(method, []) if m.kind == kind and m.strikes(args)), None)
