"""Ctrl-C interrupts whoever waits for a load, never the load."""

from __future__ import annotations

import _thread
import threading
import time

import pytest

from vectorstore.loading import Loading


def test_the_wait_is_interrupted_and_the_work_goes_on() -> None:
    def slowly() -> int:
        time.sleep(1.5)
        return 7

    loading = Loading(slowly)
    threading.Timer(0.1, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        loading.result()
    assert loading.result() == 7


def test_what_fails_fails_for_whoever_asks() -> None:
    loading = Loading(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            loading.result()
