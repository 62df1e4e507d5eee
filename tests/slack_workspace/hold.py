"""Calls that stand still until a test has seen what it needs, however slow the machine."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self

from aiohttp import web

_LOOK_SECONDS = 0.05


class Hold:
    """What holds the calls of one method; `standing` says how many have come. A context manager that releases them."""

    def __init__(self, method: str) -> None:
        self.standing = 0
        self._method = method
        self._news = threading.Condition()
        self._released = threading.Event()

    def wait(self, count: int = 1, timeout: float = 60.0) -> None:
        """Wait until `count` calls have come, those of a caller that has gone included. Raises AssertionError."""
        with self._news:
            came = self._news.wait_for(lambda: self.standing >= count, timeout)
        assert came, f"waited {timeout:g} s in vain for {count} calls of {self._method}, {self.standing} came"

    @property
    def is_released(self) -> bool:
        """Whether nothing is held any more."""
        return self._released.is_set()

    def release(self) -> None:
        """Let those that stand here go on; no other comes here any more. Safe to call twice."""
        self._released.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    async def stand(self, request: web.Request) -> None:
        """Stand still with this call until it is released."""
        with self._news:
            self.standing += 1
            self._news.notify_all()
        while not self.is_released:
            # Or the caller's own time-out would end the wait: each of these sets its clock back.
            if request.transport:
                request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await asyncio.sleep(_LOOK_SECONDS)
