"""Getting a reply to whoever asked: one message that is noted, streamed and updated, or a private one. Never twice."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.slack.errors import BlocksRefused, LedgerError, SlackError, SlackRefused, SlackUnreachable
from bot.slack.jobs import Job
from bot.slack.ledger import Ledger
from bot.slack.outbound import Mine, Outbound
from bot.slack.reply import Reply, without_blocks

log = logging.getLogger(__name__)

_GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}


class Delivery(Protocol):
    """Where the reply to one job goes. Every method raises SlackError."""

    def note(self, reply: Reply) -> None:
        """Say something for the time being; the reply takes its place where Slack allows that."""

    def say(self, sentence: str) -> None:
        """Show one more sentence of an answer that is still being written, where Slack allows that."""

    def finish(self, replies: Sequence[Reply]) -> None:
        """Show the reply, whatever of it was shown before."""

    def withdraw(self) -> None:
        """Take back what was shown: nobody wants it any more."""


def delivery_of(job: Job, outbound: Outbound, ledger: Ledger) -> Delivery:
    """The way to whoever asked for `job`."""
    return Whispered(job, outbound) if job.is_private else Threaded(job, outbound, ledger)


class Threaded:
    """A reply in a thread. The ledger knows its first message; Slack's metadata finds what the ledger missed."""

    def __init__(self, job: Job, outbound: Outbound, ledger: Ledger) -> None:
        self._job = job
        self._outbound = outbound
        self._ledger = ledger
        self._shown = {0: job.note} if job.note else {}
        self._finished: set[int] = set()
        self._streaming = ""
        self._may_stream = True
        self._is_unsure = False
        if job.attempts > 1:
            self._look()

    def note(self, reply: Reply) -> None:
        if 0 not in self._finished:
            self._put(0, reply, final=False)

    def say(self, sentence: str) -> None:
        if not self._may_stream:
            return
        try:
            self._stream(sentence)
        except SlackError as error:
            log.info("an answer is not streamed on (%s)", error)
            self._may_stream = False
            self._is_unsure = isinstance(error, SlackUnreachable) and not self._streaming

    def finish(self, replies: Sequence[Reply]) -> None:
        self._end_stream()
        if self._is_unsure:
            self._look()
        try:
            self._put_all(replies)
        except BlocksRefused as error:
            log.warning("Slack refuses the blocks of a message (%s); it goes out as text", error.code)
            self._put_all(list(map(without_blocks, replies)))

    def withdraw(self) -> None:
        self._end_stream()
        for ts in self._shown.values():
            self._take_back(ts)
        self._shown = {}

    def _put_all(self, replies: Iterable[Reply]) -> None:
        for part, reply in enumerate(replies):
            if part not in self._finished:
                self._put(part, reply, final=True)
                self._finished.add(part)

    def _put(self, part: int, reply: Reply, *, final: bool) -> None:
        if ts := self._shown.get(part):
            try:
                self._outbound.update(self._job.channel, ts, reply, self._job.key, part, final=final)
                return
            except SlackRefused as error:
                if error.code not in _GONE:
                    raise
                del self._shown[part]
        try:
            self._post(part, reply, final)
        except SlackUnreachable:
            self._look()
            if part not in self._shown:
                raise

    def _post(self, part: int, reply: Reply, final: bool) -> None:
        job = self._job
        posted = self._outbound.post(job.channel, job.thread, reply, job.key, part, final=final)
        self._remember(part, posted.ts)
        if not posted.in_thread:
            self._ledger.call_off(job)
            raise QuestionGone

    def _stream(self, sentence: str) -> None:
        job = self._job
        if self._streaming:
            self._outbound.append(job.channel, self._streaming, sentence)
        elif 0 in self._shown:  # a note stands there already, and only a new message can stream
            self._may_stream = False
        else:
            self._streaming = self._outbound.start_stream(job.channel, job.thread, job.user, sentence)
            self._remember(0, self._streaming)

    def _end_stream(self) -> None:
        if not self._streaming:
            return
        try:
            self._outbound.stop_stream(self._job.channel, self._streaming, self._job.key)
        except SlackRefused as error:
            log.info("a stream was over already (%s)", error.code)
        self._streaming = ""

    def _take_back(self, ts: str) -> None:
        try:
            self._outbound.delete(self._job.channel, ts)
        except SlackRefused as error:
            if error.code not in _GONE:
                raise

    def _remember(self, part: int, ts: str) -> None:
        self._shown[part] = ts
        if part:
            return
        try:
            self._ledger.note(self._job, ts)
        except LedgerError:
            log.warning("where the answer stands is not remembered; its metadata tells", exc_info=True)

    def _look(self) -> None:
        """Find what an earlier attempt, perhaps of a process that died, has posted already."""
        job = self._job
        try:
            found = self._outbound.mine(job.channel, job.thread, job.message)
        except SlackRefused as error:
            log.info("cannot look for earlier messages (%s)", error.code)
            return
        for mine in found:
            if mine.ts == job.thread:  # a thread may have one of our messages for its root
                continue
            if mine.job == job.key:
                self._shown[mine.part] = mine.ts
                if mine.final:
                    self._finished.add(mine.part)
            elif not mine.job and 0 not in self._shown and self._is_lost_stream(mine):
                self._remember(0, mine.ts)
        if ts := self._shown.get(0):
            if 0 not in self._finished:
                self._streaming = ts
            self._end_stream()

    def _is_lost_stream(self, mine: Mine) -> bool:
        """A stream carries no metadata until it stops, so one that no job knows was ours when we died."""
        return not self._ledger.is_note(self._job.team, self._job.channel, mine.ts)


class Whispered:
    """A reply that only the asker sees: by the `response_url` while Slack takes it, else in the channel."""

    def __init__(self, job: Job, outbound: Outbound) -> None:
        self._job = job
        self._outbound = outbound

    def note(self, reply: Reply) -> None:
        self._show(reply)

    def say(self, sentence: str) -> None:
        """A private message cannot grow."""

    def finish(self, replies: Sequence[Reply]) -> None:
        for reply in replies:
            try:
                self._show(reply)
            except BlocksRefused as error:
                log.warning("Slack refuses the blocks of a message (%s); it goes out as text", error.code)
                self._show(without_blocks(reply))

    def withdraw(self) -> None:
        """Private messages go away by themselves."""

    def _show(self, reply: Reply) -> None:
        job = self._job
        if job.response_url:
            try:
                self._outbound.respond(job.response_url, reply)
                return
            except BlocksRefused:
                raise
            except SlackRefused as error:
                log.info("a response_url was not taken (%s)", error)
        self._outbound.whisper(job.channel, self._thread, job.user, reply)

    @property
    def _thread(self) -> str:
        """In the thread where the question was asked; a question at the channel's root has none yet."""
        return self._job.thread if self._job.thread != self._job.message else ""


class QuestionGone(SlackError):
    """The question was deleted, so there is no thread to answer in."""

    def __init__(self) -> None:
        super().__init__("the question was deleted")
