"""Where the time of a run goes: seconds by stage, and the stage that bounds it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

READING, LOADING, CUTTING = "reading", "loading the model", "cleaning and cutting"
EMBEDDING, STORING, INDEXING = "embedding", "storing", "indexing"
ONCE = frozenset([LOADING])  # paid per run, not per article


class Stages:
    """Seconds that a run waited for each of its stages."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the block's wall time to `stage`."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] += time.monotonic() - began  # type: ignore[assignment]

    def waiting(self, stage: str, stream: Iterator[T]) -> Iterator[T]:
        """The stream, the time to get each of its items counted to `stage`."""
        end = object()
        while True:
            with self.timed(stage):
                item = next(stream, end)
            if item is end:
                return
            yield item  # type: ignore[misc]

    @property
    def bound(self) -> str:
        """The stage that took longest; empty when nothing took any time."""
        return max(self.seconds, key=lambda stage: self.seconds[stage], default="")
