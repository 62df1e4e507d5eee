"""Slow set-up that Ctrl-C must not tear: an import that is interrupted halfway breaks its package for good."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Loading(Generic[T]):
    """`load()` on a thread of its own. Whoever waits for the result may be interrupted, the work is not."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._result: T | None = None
        self._error: Exception | None = None
        # Not Thread.join: interrupted once, it takes the thread for finished.
        self._finished = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def result(self) -> T:
        """What `load` returned, as soon as it has. Raises what `load` raised."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]

    def _run(self) -> None:
        try:
            self._result = self._load()
        except Exception as error:
            self._error = error
        finally:
            self._finished.set()
