"""Whether the process that works on a job is still alive: it holds a file lock that the system frees when it dies."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.slack.ledger import Ledger


class Owner:
    """This process's name in the ledger, and the lock that says it lives."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the Slack room's own; it is made if missing. Raises OSError."""
        self.name = uuid.uuid4().hex
        self._folder = folder / "owners"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = self._lock_of(self.name)
        self._lock.acquire(timeout=0)

    def release(self) -> None:
        """Say that this process is done, with nothing in hand."""
        self._lock.release()
        self._path(self.name).unlink(missing_ok=True)

    def adopt(self, ledger: Ledger) -> int:
        """Hand back what dead processes were working on; how many jobs that were."""
        return sum(self._bury(name, ledger) for name in ledger.owners() if name != self.name)

    def is_alive(self, name: str) -> bool:
        """Whether the process of that name still runs."""
        with self._grave(name) as is_dead:
            return not is_dead

    def _bury(self, name: str, ledger: Ledger) -> int:
        with self._grave(name) as is_dead:
            return ledger.hand_back(name) if is_dead else 0

    @contextmanager
    def _grave(self, name: str) -> Iterator[bool]:
        """Whether the process of that name is dead; if so, nobody else looks after what it left meanwhile."""
        lock = self._lock_of(name)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()
            self._path(name).unlink(missing_ok=True)

    def _lock_of(self, name: str) -> FileLock:
        return FileLock(self._path(name), thread_local=False)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"
