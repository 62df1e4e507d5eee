"""Ctrl-C interrupts whoever waits for a load, never the load."""

from __future__ import annotations

import signal
import threading

import pytest

from vectorstore.loading import Loading


def result_and_ctrl_c(loading: Loading[int]) -> int:
    """The result, waited for with a Ctrl-C on its way.

    It is the real signal: a mark for the interpreter alone would be seen only when the wait is over.
    """
    ctrl_c = threading.main_thread().ident or 0, signal.SIGINT
    threading.Timer(0.1, signal.pthread_kill, ctrl_c).start()
    return loading.result()


def test_the_wait_is_interrupted_and_the_work_goes_on() -> None:
    interrupted = threading.Event()

    def slowly() -> int:
        assert interrupted.wait(60)
        return 7

    loading = Loading(slowly)
    with pytest.raises(KeyboardInterrupt):
        result_and_ctrl_c(loading)
    interrupted.set()
    assert loading.result() == 7


def test_what_fails_fails_for_whoever_asks() -> None:
    loading = Loading(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            loading.result()
