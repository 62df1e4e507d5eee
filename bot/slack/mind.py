"""Answering in a child process: the process that must acknowledge Slack within three seconds never computes.

Embedding holds Python's global lock; a child can also be stopped when it takes too long, and replaced when it dies.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from bot import wording
from bot.errors import LanguageModelError
from bot.slack.logs import configure
from bot.types import Answer, Turn
from vectorstore.errors import CitedeskError, SettingsError
from vectorstore.settings import Settings
from vectorstore.types import Filter

if TYPE_CHECKING:
    from bot.answering import Answerer

log = logging.getLogger(__name__)

_LOADING_SECONDS = 180.0  # for archive and model, which the time for an answer does not have to cover
_NICENESS = 5  # acknowledging goes first when the cores are few
_SPAWN = multiprocessing.get_context("spawn")


class Stuck(CitedeskError):
    """The answer took longer than the settings allow."""


class Died(CitedeskError):
    """The process that was answering ended in the middle of it."""


class CannotAnswer(CitedeskError):
    """Archive, embedding model or a fault of ours: an error of class `kind`; the message is for the log, not Slack."""

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(trace)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Question:
    """What the child is asked."""

    text: str
    thread: Sequence[Turn]
    where: Filter


@dataclass(frozen=True, slots=True)
class _Ready:
    """Archive and model are loaded, or cannot be; questions are answered from now on."""


@dataclass(frozen=True, slots=True)
class _Said:
    sentence: str


@dataclass(frozen=True, slots=True)
class _Failed:
    kind: str
    trace: str


OnSentence = Callable[[str], None]


class Mind:
    """One child that answers one question at a time, started before the first and again whenever it is gone."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._is_ready = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the child, which loads its model meanwhile. Does nothing if one is running."""
        with self._lock:
            if self._child is not None and self._child.is_alive():
                return
            self._drop()
            self._is_ready = False
            os.environ.setdefault("PYTHONSAFEPATH", "1")  # or it would import what lies in the working folder
            self._pipe, theirs = _SPAWN.Pipe()
            self._child = _SPAWN.Process(
                target=serve, args=(theirs, self._settings), name="citedesk-mind", daemon=True
            )
            self._child.start()
            theirs.close()

    def answer(self, question: Question, timeout: float, on_sentence: OnSentence) -> Answer:
        """The child's answer. Raises Stuck after `timeout` seconds, Died, CannotAnswer."""
        self.start()
        pipe = self._pipe
        assert pipe is not None
        try:
            pipe.send(question)
            return self._heard(pipe, timeout, on_sentence)
        except CannotAnswer:
            raise
        except (EOFError, OSError) as error:
            self.kill()
            raise Died("the answering process ended") from error
        except BaseException:
            # Whatever the child still says belongs to this question; the next one must not hear it.
            self.kill()
            self.start()
            raise

    def kill(self) -> None:
        """End the child now, whatever it does."""
        with self._lock:
            self._drop()

    def dismiss(self) -> None:
        """Ask an idle child to close its archive and end."""
        with self._lock:
            if self._pipe is not None:
                self._pipe.close()
                self._pipe = None

    def close(self, patience: float = 10.0) -> None:
        """`dismiss`, and `kill` whoever is still there after `patience` seconds."""
        self.dismiss()
        with self._lock:
            if self._child is not None:
                self._child.join(patience)
            self._drop()

    def _heard(self, pipe: Connection, timeout: float, on_sentence: OnSentence) -> Answer:
        deadline = time.monotonic() + (timeout if self._is_ready else _LOADING_SECONDS)
        while True:
            if not pipe.poll(max(0.0, deadline - time.monotonic())):
                raise Stuck("the answer took too long")
            heard = pipe.recv()
            if isinstance(heard, _Ready):
                self._is_ready = True
                deadline = time.monotonic() + timeout
            elif isinstance(heard, _Said):
                on_sentence(heard.sentence)
            elif isinstance(heard, _Failed):
                raise CannotAnswer(heard.kind, heard.trace)
            elif isinstance(heard, Answer):
                return heard

    def _drop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child = None


def serve(pipe: Connection, settings: Settings) -> None:
    """The child: answer what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(_NICENESS)
    configure()
    with ExitStack() as stack, suppress(BrokenPipeError):  # who asks may be gone at any moment
        answerer: Answerer | None = None
        for question in _asked(pipe):
            try:
                if answerer is None:
                    answerer = _opened(settings, stack)
                if question is not None:
                    pipe.send(_answer(answerer, question, lambda sentence: pipe.send(_Said(sentence))))
            except BrokenPipeError:
                raise
            except Exception as error:
                if question is not None:
                    pipe.send(_Failed(type(error).__name__, traceback.format_exc()))
                else:
                    log.warning("questions cannot be answered yet", exc_info=True)
            if question is None:
                pipe.send(_Ready())


def _asked(pipe: Connection) -> Iterator[Question | None]:
    yield None  # opens the archive and loads the model before anybody asks
    while True:
        try:
            yield pipe.recv()
        except (EOFError, OSError):  # they asked us to end, or died
            return


def _opened(settings: Settings, stack: ExitStack) -> Answerer:
    from bot.answering import open_answerer

    return stack.enter_context(open_answerer(settings, one_shot=False))


def _answer(answerer: Answerer, question: Question, say: OnSentence) -> Answer:
    """The answer; extracts, with a word about it, when the language model fails."""
    try:
        return answerer.answer(question.text, question.thread, question.where, say)
    except (LanguageModelError, SettingsError):  # a key that is no longer taken is a setting
        log.warning("the language model failed", exc_info=True)
        answer = answerer.without_model().answer(question.text, question.thread, question.where)
        return replace(answer, notes=(*answer.notes, wording.say(answer.language, "no_model")))
