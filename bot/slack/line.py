"""The line of waiting questions: whoever waits is told the place in it."""

from __future__ import annotations

import logging
import threading

from bot.slack import notices
from bot.slack.delivery import delivery_of
from bot.slack.errors import SlackError
from bot.slack.jobs import Job, Kind
from bot.slack.ledger import Ledger
from bot.slack.outbound import Outbound
from bot.slack.reply import Reply

log = logging.getLogger(__name__)

_LOOK_SECONDS = 2.0
# The first question in line is answered before anybody could read that it is; reading an article takes longer.
_UNTOLD = {"answer": 1, "ingest": 0}
_TOLD = "told"  # for other processes; a private note has no timestamp that could be used again


class Line:
    """Tells, from a thread of its own, everybody who has to wait for more than a moment, once.

    `outbound` is one that does not wait when Slack is busy: a note is not worth holding an answer back.
    """

    def __init__(self, ledger: Ledger, outbound: Outbound) -> None:
        self._ledger = ledger
        self._outbound = outbound
        self._told: set[str] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="line", daemon=True)

    def start(self) -> None:
        """Begin to watch the line."""
        self._thread.start()

    def stop(self) -> None:
        """Say nothing more."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                self._look()
            except Exception:
                log.exception("the line of questions cannot be watched")

    def _look(self) -> None:
        lines = {lane: self._ledger.waiting(lane) for lane in _UNTOLD}
        self._told &= {job.key for waiting in lines.values() for job in waiting}
        for lane, waiting in lines.items():
            for place, job in enumerate(waiting, start=1):
                if self._stopping.is_set():
                    return
                if place > _UNTOLD[lane] and job.key not in self._told and not job.overheard:
                    self._tell(job, place)

    def _tell(self, job: Job, place: int) -> None:
        self._told.add(job.key)
        # Held, or the answer could pass the note on its way and both would stay.
        with self._ledger.held(job) as ours:
            if not ours:
                return
            try:
                delivery_of(job, self._outbound, self._ledger).note(_place(job, place))
                if job.is_private:
                    self._ledger.note(job, _TOLD)
            except SlackError as error:
                log.info("job %s was not told its place: %s", job.key, error)


def _place(job: Job, place: int) -> Reply:
    return notices.queued(place, "The report comes") if job.kind is Kind.INGEST else notices.queued(place)
