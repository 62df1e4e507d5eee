"""What a visit leaves behind: pure functions from the last visit, and what it met, to the record of it."""

from __future__ import annotations

from dataclasses import replace

from ingest.draft import Unreadable
from ingest.web.fetch import Answered, Page
from ingest.web.pace import Pace
from ingest.web.turns import Busy
from ingest.web.visits import Visit

_NOT_THERE = (404, 410)


def found_source(visit: Visit, pace: Pace, now: float, asked: float, chance: float) -> Visit:
    """A list or a page of its own was there, and asks to be visited every `asked` seconds."""
    due = now + pace.feed(asked, 0, chance)
    return replace(visit, visited=now, due=due, failures=0, missing=0.0, every=asked)


def found_page(visit: Visit, pace: Pace, now: float, *, changed: bool) -> Visit:
    """The page of an entry was there; one that just appeared or changed is looked at again soon."""
    wait = pace.page(0.0 if changed else visit.wait)
    return replace(visit, visited=now, due=now + wait, wait=wait, failures=0, missing=0.0)


def missed_source(visit: Visit, reason: Unreadable, pace: Pace, now: float, chance: float) -> Visit:
    """A list or a page of its own could not be read."""
    missed = missed_page(visit, reason, pace, now)
    due = now + max(pace.feed(visit.every, missed.failures, chance), wait_asked(reason))
    return replace(missed, due=due)


def missed_page(visit: Visit, reason: Unreadable, pace: Pace, now: float) -> Visit:
    """The page could not be read; that its host asked for patience is no failure of the page's."""
    if wait := wait_asked(reason):
        return replace(visit, due=now + wait)
    failures = visit.failures + 1
    missing = (visit.missing or now) if _is_missing(reason) else visit.missing
    # Twice missing, a day apart, is gone: the second look is due just then.
    second_look = missing + pace.day
    due = second_look if _is_missing(reason) and second_look > now else now + pace.retry(failures)
    return replace(visit, visited=now, due=due, failures=failures, missing=missing)


def is_gone(visit: Visit, reason: Unreadable, pace: Pace, now: float) -> bool:
    """Whether the page is no more: 410 says so, 404 only when it still holds a day later."""
    if not _is_missing(reason):
        return False
    gone = isinstance(reason, Answered) and reason.status == 410
    return gone or (visit.missing > 0 and now - visit.missing >= pace.day)


def signed(visit: Visit, page: Page) -> Visit:
    """With the signs by which the next visit can ask for changes only."""
    return replace(visit, etag=page.known.etag, modified=page.known.modified)


def wait_asked(reason: Unreadable) -> float:
    """Seconds for which the host asked to be left alone; 0 if it did not."""
    if isinstance(reason, Busy):
        return reason.seconds
    return reason.wait if isinstance(reason, Answered) else 0.0


def _is_missing(reason: Unreadable) -> bool:
    return isinstance(reason, Answered) and reason.status in _NOT_THERE
