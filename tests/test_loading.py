"""Ctrl-C interrupts whoever waits for a load, never the load."""

from __future__ import annotations

import signal
import threading

import pytest

from vectorstore.loading import Loading


def ctrl_c() -> None:
    """The real signal: a mark for the interpreter alone would be seen only when the wait is over."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def test_the_wait_is_interrupted_and_the_work_goes_on() -> None:
    interrupted = threading.Event()

    def slowly() -> int:
        assert interrupted.wait(60)
        return 7

    loading = Loading(slowly)
    with pytest.raises(KeyboardInterrupt):
        threading.Timer(0.1, ctrl_c).start()  # not before: it may strike at once
        loading.result()
    interrupted.set()
    assert loading.result() == 7


def test_what_fails_fails_for_whoever_asks() -> None:
    loading = Loading(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            loading.result()
