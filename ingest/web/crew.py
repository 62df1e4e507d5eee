"""Jobs on threads, one per host at a time and at most eight at once; whoever reads the results paces the work.

All bookkeeping is the reader's: threads only work. They are daemons, so that a silent server delays nobody's exit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

HANDS = 8
_GLANCE = 0.2  # seconds between two looks at whether to stop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a job brought: results, and jobs that follow from it."""

    results: tuple[T, ...] = ()
    jobs: tuple[Job[T], ...] = ()


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """`work` on a page of `host`; it must not raise. `dropped` is called instead if there is no time left for it."""

    host: str
    work: Callable[[], Done[T]]
    dropped: Callable[[], None] = lambda: None


@dataclass(slots=True)
class Crew(Generic[T]):
    """`seconds` after its start no job is begun any more, nor once `stopped` says so."""

    seconds: float = float("inf")
    stopped: Callable[[], bool] = lambda: False
    _waiting: dict[str, deque[Job[T]]] = field(default_factory=dict)  # hosts in the order of their turns
    _busy: set[str] = field(default_factory=set)
    _answers: SimpleQueue[tuple[str, Done[T]]] = field(default_factory=SimpleQueue)

    def results(self, jobs: Iterable[Job[T]]) -> Iterator[T]:
        """What the jobs and those that follow from them bring, as it comes."""
        end = time.monotonic() + self.seconds
        self._add(jobs)
        try:
            while (self._waiting or self._busy) and not self.stopped():
                if time.monotonic() > end:
                    self._drop()
                self._begin()
                if done := self._next():
                    self._add(done.jobs)
                    yield from done.results
        finally:
            self._drop()

    def _add(self, jobs: Iterable[Job[T]]) -> None:
        for job in jobs:
            self._waiting.setdefault(job.host, deque()).append(job)

    def _begin(self) -> None:
        idle = [host for host in self._waiting if host not in self._busy]
        for host in idle[: HANDS - len(self._busy)]:
            queue = self._waiting.pop(host)
            job = queue.popleft()
            if queue:
                self._waiting[host] = queue  # at the end: hosts take turns
            self._busy.add(host)
            threading.Thread(target=self._work, args=(job,), daemon=True).start()

    def _work(self, job: Job[T]) -> None:
        done: Done[T] = Done()
        try:
            done = job.work()
        finally:
            self._answers.put((job.host, done))

    def _next(self) -> Done[T] | None:
        try:
            host, done = self._answers.get(timeout=_GLANCE)
        except Empty:
            return None
        self._busy.discard(host)
        return done

    def _drop(self) -> None:
        for queue in self._waiting.values():
            for job in queue:
                job.dropped()
        self._waiting.clear()
