"""Our own workers: a few threads a lane that take jobs from the ledger. A job that fails ends with a reason."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.slack import notices
from bot.slack.delivery import delivery_of
from bot.slack.errors import LedgerError, SlackBusy, SlackError, SlackRefused, SlackUnreachable
from bot.slack.jobs import Job, Kind
from bot.slack.ledger import Ledger
from bot.slack.mind import CannotAnswer, Died
from bot.slack.outbound import Outbound
from bot.slack.reply import Reply

log = logging.getLogger(__name__)

TRIED_FOR_SECONDS = 86_400.0  # Slack may be away for a night
_DONE = 0.0
_DEATHS = 2  # of the answering process, before the question is blamed
_FIRST_WAIT = 1.0  # seconds; doubled at every further attempt
_LONGEST_WAIT = 120.0
_LOOK_SECONDS = 0.5  # other processes put jobs into the ledger too

Do = Callable[[Job], None]


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of work and who does it: a worker for every function of `workers`."""

    name: str
    workers: Sequence[Do]


class Pool:
    """The workers of this process."""

    def __init__(self, ledger: Ledger, outbound: Outbound, lanes: Sequence[Lane]) -> None:
        self._ledger = ledger
        self._outbound = outbound
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._work, args=(lane.name, do), name=f"{lane.name}-{number}", daemon=True
            )
            for lane in lanes
            for number, do in enumerate(lane.workers, start=1)
        ]

    def start(self) -> None:
        """Begin to take jobs."""
        for thread in self._threads:
            thread.start()

    def rest(self) -> None:
        """Take no more jobs."""
        self._stopping.set()
        self._ledger.ring()

    def stop(self, patience: float) -> bool:
        """`rest`, and wait for the jobs in hand, at most `patience` seconds; whether all were finished."""
        self.rest()
        deadline = time.monotonic() + patience
        for thread in filter(threading.Thread.is_alive, self._threads):
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def is_working(self) -> bool:
        """Whether every worker is alive and jobs are taken."""
        return not self._stopping.is_set() and all(thread.is_alive() for thread in self._threads)

    def _work(self, lane: str, do: Do) -> None:
        while not self._stopping.is_set():
            rings = self._ledger.rings
            try:
                job = self._ledger.claim(lane)
            except LedgerError:
                log.exception("the ledger cannot be read")
                self._stopping.wait(_FIRST_WAIT)
                continue
            if job is None:
                self._ledger.wait(rings, _LOOK_SECONDS)
            else:
                self._attempt(job, do)

    def _attempt(self, job: Job, do: Do) -> None:
        wait = self._end(job, do)
        while not self._is_recorded(job, wait):  # nobody else takes the job while we live
            if self._stopping.wait(_FIRST_WAIT):
                return

    def _is_recorded(self, job: Job, wait: float) -> bool:
        try:
            if wait:
                self._ledger.put_back(job, wait)
            else:
                self._ledger.finish(job)
        except LedgerError:
            log.exception("how job %s ended cannot be recorded yet", job.key)
            return False
        return True

    def _end(self, job: Job, do: Do) -> float:
        try:
            return self._settle(job, do)
        except LedgerError as error:
            log.warning("job %s is tried again: %s", job.key, error)
            return _backoff(job.attempts)
        except Exception:
            # A worker outlives its jobs; one that ends it would end whoever takes the job next, too.
            log.exception("job %s is given up, and nobody could be told why", job.key)
            return _DONE

    def _settle(self, job: Job, do: Do) -> float:
        """Do the job; the seconds after which it is to be tried again, or `_DONE`."""
        try:
            do(job)
        except SlackBusy as error:
            return self._again(job, error, error.seconds)
        except LedgerError:
            raise
        except (SlackUnreachable, Died) as error:
            return self._again(job, error, _backoff(job.attempts))
        except SlackRefused as error:
            return self._give_up(job, error)
        except CannotAnswer as error:
            return self._explain(job, error, error.kind)
        except Exception as error:
            return self._explain(job, error, type(error).__name__)
        return _DONE

    def _again(self, job: Job, error: Exception, seconds: float) -> float:
        is_to_blame = isinstance(error, Died) and job.attempts >= _DEATHS and not self._stopping.is_set()
        if is_to_blame or self._is_too_late(job):
            return self._explain(job, error, type(error).__name__)
        log.warning("job %s is tried again in %.0f s: %s", job.key, seconds, error)
        return max(seconds, _FIRST_WAIT)

    def _explain(self, job: Job, error: Exception, kind: str) -> float:
        """The traceback into the log, its id to whoever asked, as soon as Slack listens."""
        error_id = secrets.token_hex(4)
        log.error("error %s, job %s", error_id, job.key, exc_info=error)
        if job.kind in (Kind.HOME, Kind.PROMPTS):
            return _DONE
        try:
            # As a further attempt, so that it looks what the failed one has shown.
            told = delivery_of(replace(job, attempts=job.attempts + 1), self._outbound, self._ledger)
            told.finish([notices.failed(error_id, kind)])
        except (SlackBusy, SlackUnreachable) as unheard:
            return self._later(job, unheard)
        except SlackRefused as unheard:
            return self._give_up(job, unheard)
        except SlackError as unheard:
            log.error("error %s could not be told: %s", error_id, unheard)
        return _DONE

    def _give_up(self, job: Job, error: SlackRefused) -> float:
        """Slack does not let us speak there; whoever asked is told in private."""
        log.error("job %s: %s", job.key, error)
        if not job.channel or job.kind in (Kind.HOME, Kind.PROMPTS):
            return _DONE
        try:
            self._tell_privately(job, notices.refused(error.code))
        except (SlackBusy, SlackUnreachable) as unheard:
            return self._later(job, unheard)
        except SlackRefused as unheard:
            log.error("job %s: nobody could be told: %s", job.key, unheard)
        return _DONE

    def _tell_privately(self, job: Job, reply: Reply) -> None:
        try:
            self._outbound.whisper(job.channel, "", job.user, reply)
        except SlackRefused:  # it mostly refuses that for the same reason; a direct message it takes
            self._outbound.post(job.user, "", reply, job.key)

    def _later(self, job: Job, error: Exception) -> float:
        if self._is_too_late(job):
            log.error("job %s: nobody could be told: %s", job.key, error)
            return _DONE
        return self._again(job, error, _backoff(job.attempts))

    def _is_too_late(self, job: Job) -> bool:
        return time.time() - job.received > TRIED_FOR_SECONDS


def _backoff(attempts: int) -> float:
    return float(min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(attempts - 1, 10)))
