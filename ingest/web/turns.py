"""One request per host at a time, with a pause after it: among the threads of this process and among processes.

Processes meet in a lock file per host; its neighbour's time of change tells when the last request ended.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.draft import Unreadable

_PATIENCE = (
    300.0  # seconds for another process that reads from the same host, and for one that does not answer
)
_FAULTS = 3


class Busy(Unreadable):
    """A host is to be left alone for `seconds` more; nothing was asked of it."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(
            f"{host} is left alone for {seconds:,.0f} seconds, for it asked for that or did not answer; try again then"
        )
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: float = 0.0
    held_until: float = 0.0
    faults: int = 0


class Turns:
    """Who may ask which host when; without a `folder` only the threads of this process are told apart."""

    def __init__(self, folder: Path | None = None, patience: float = 30.0) -> None:
        self._folder = folder
        self._patience = patience
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._guard = threading.Lock()

    @contextmanager
    def at(self, host: str, pause: float) -> Iterator[None]:
        """A turn at `host`, at least `pause` seconds after the last one. Raises Busy, or Unreadable after minutes."""
        turn = self._host(host)
        if not turn.lock.acquire(timeout=_PATIENCE):
            raise _occupied(host)
        try:
            with self._among_processes(host):
                self._wait(host, turn, pause)
                try:
                    yield
                finally:
                    turn.last = time.time()
                    self._leave_word(host)
        finally:
            turn.lock.release()

    def hold(self, host: str, seconds: float) -> None:
        """Leave `host` alone for `seconds`, as it asked."""
        turn = self._host(host)
        turn.held_until = max(turn.held_until, time.time() + seconds)

    def note(self, host: str, *, answered: bool) -> None:
        """Whether `host` answered: one that did not, three times on end, is left alone for some minutes."""
        turn = self._host(host)
        turn.faults = 0 if answered else turn.faults + 1
        if turn.faults >= _FAULTS:
            turn.faults = 0
            self.hold(host, _PATIENCE)

    def _host(self, host: str) -> _Host:
        with self._guard:
            return self._hosts[host]

    def _wait(self, host: str, turn: _Host, pause: float) -> None:
        now = time.time()
        held = turn.held_until - now
        if held > self._patience:
            raise Busy(host, held)
        # A clock that was set back must not make anybody wait for longer than the pause itself.
        since = max(turn.last, self._last_word(host)) + pause - now
        time.sleep(max(held, min(since, pause), 0))

    @contextmanager
    def _among_processes(self, host: str) -> Iterator[None]:
        if self._folder is None:
            yield
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._file(host, "lock"), thread_local=False)
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout:
            raise _occupied(host) from None
        try:
            yield
        finally:
            lock.release()

    def _last_word(self, host: str) -> float:
        try:
            return self._file(host, "last").stat().st_mtime if self._folder else 0.0
        except OSError:
            return 0.0

    def _leave_word(self, host: str) -> None:
        if self._folder:
            self._file(host, "last").touch()

    def _file(self, host: str, suffix: str) -> Path:
        assert self._folder
        safe = "".join(c if c.isalnum() or c in ".-" else "_" for c in host)[:80]
        return self._folder / f"{safe}-{hashlib.sha256(host.encode()).hexdigest()[:8]}.{suffix}"


def _occupied(host: str) -> Unreadable:
    return Unreadable(f"another ingest has been reading from {host} for minutes; try again later")
