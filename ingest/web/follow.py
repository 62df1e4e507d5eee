"""Addresses to articles, whatever they hold: a page, or a list whose new and changed entries are read in turn.

A list's own signs (ETag, Last-Modified) are remembered only once all its entries are settled: none is ever lost.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest.draft import Unreadable
from ingest.load import Loaded
from ingest.origin import canonical
from ingest.sources import Link, Refusal, printable
from ingest.web.address import parse
from ingest.web.after import found_source, missed_source, signed
from ingest.web.crew import Crew, Done, Job
from ingest.web.entries import Entries, Tally, Task
from ingest.web.entry import believed
from ingest.web.fetch import KINDS, LISTS, Fetcher, Page
from ingest.web.freshness import NOTHING, Known
from ingest.web.listing import Entry, Listing
from ingest.web.pace import Pace
from ingest.web.page import arrived, draft_of
from ingest.web.recognise import listing_in
from ingest.web.rules import Rules
from ingest.web.visits import Seen, Visit, Visits

log = logging.getLogger(__name__)

Piece = Loaded | Refusal
FILE_NAME = "visits.sqlite3"
_ANYTHING = (*KINDS, *sorted(LISTS))
_DEPTH = 2  # an outline names feeds or an index of sitemaps; there it ends
_PASS = 60.0  # seconds, for one slow host must not hold up the others, nor the watched folders


class Web:
    """Reads links, and remembers in `folder` what it read (without one, or with `keep=False`, only for this run).

    `archive` is the id of the archive that the articles go to: with another one, everything is new again. With `again`
    (for a watch) a page named itself is read only if it changed since it was stored, and a list named by another list
    only when it is due. What cannot be begun within `seconds` (of a watch, a minute), or once `stopped` says so, is
    left for the next time.
    """

    def __init__(
        self,
        rules: Rules,
        folder: Path | None = None,
        *,
        archive: str = "",
        keep: bool = True,
        again: bool = False,
        seconds: float | None = None,
        stopped: Callable[[], bool] = lambda: False,
        pace: Pace | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.visits = Visits(folder and folder / FILE_NAME, archive, keep=keep)
        self._again = again
        self._rules = rules
        self.pace = pace or Pace()
        self._seconds = seconds or (_PASS if again else float("inf"))
        self._stopped = stopped
        self._chance = chance
        self._fetcher = Fetcher(rules, folder and folder / "hosts")
        self._told: frozenset[str] = frozenset()
        self._entries = Entries(self._fetcher, self.visits, self.pace)

    def close(self) -> None:
        """Close the record of visits."""
        self.visits.close()

    def read(self, links: Iterable[Link]) -> Iterator[Piece]:
        """Everything new behind the links, hosts side by side, so in any order."""
        self._entries.start()
        crew: Crew[Piece] = Crew(self._seconds, self._stopped)
        return crew.results(self._source(link, _DEPTH) for link in links)

    def due(self, links: Iterable[Link]) -> list[Link]:
        """Those of the links that may be visited now. Only its first visit is to a link that somebody named: later
        ones must not bring back an article that was removed since."""
        now = time.time()
        latest = now + 2 * self.pace.day  # what is due even later, is so by a clock that was set back since
        visits = [(link, self.visits.visit(link.url)) for link in links]
        due = [(link, visit) for link, visit in visits if not now < self._due(visit) < latest]
        return [replace(link, named=link.named and not visit.visited) for link, visit in due]

    def _due(self, visit: Visit) -> float:
        """When to come again: earlier than planned if only a run with a longer interval planned it."""
        planned = visit.due - visit.visited
        if visit.failures or visit.every or planned > Pace().feed(0.0, 0, 1.0):
            return visit.due
        return visit.visited + min(planned, self._pace_of(visit.url).feed(0.0, 0, 1.0))

    def _pace_of(self, url: str) -> Pace:
        """The pace itself for hosts of one's own, with the floor for others'."""
        return self.pace if self._rules.owns(url) else self.pace.for_others

    def gone(self) -> list[str]:
        """The origins of stored pages that are no more, each once; again from the next process, unless `removed`."""
        pending = self.visits.gone()
        fresh = [origin for origin in pending if origin not in self._told]
        self._told = frozenset(pending)
        return fresh

    def removed(self, origin: str) -> None:
        """The article of a page that is no more has been taken out of the archive."""
        self.visits.settle(origin)

    def holds(self, origin: str) -> bool:
        """Whether the article of this origin was read from a page that is not known to be gone."""
        return self.visits.holds(origin)

    def _source(self, link: Link, depth: int) -> Job[Piece]:
        return self._job(link.url, link.label, lambda: self._visited(link, depth))

    def _visited(self, link: Link, depth: int) -> Done[Piece]:
        visit = self.visits.visit(link.url)
        if self._again and depth < _DEPTH and visit.due > time.time():
            return Done()
        try:
            return self._found(link, visit, depth)
        except Unreadable as reason:
            missed = missed_source(visit, reason, self._pace_of(link.url), time.time(), self._chance())
            self.visits.put(replace(self._entries.note_missing(visit, reason), due=missed.due))
            return Done((Refusal(link.label, str(reason)),))

    def _found(self, link: Link, visit: Visit, depth: int) -> Done[Piece]:
        """Raises Unreadable."""
        known = Known(visit.etag, visit.modified) if self._again or visit.is_list else NOTHING
        page = self._fetcher.revisit(link.url, known, _ANYTHING)
        if page is None:
            self.visits.put(self._after(visit, visit.every))
            return Done(jobs=self._looks_back(link.url))
        seen = self.visits.entries(link.url)
        listing = listing_in(page, frozenset(one.id + one.mark for one in seen.values()))
        if listing is None and visit.is_list:
            raise Unreadable("this used to be a feed and is now a page; give the feed's new address")
        if listing is None and link.is_feed:
            raise Unreadable(
                "a list names it as a feed, but it is a page; correct the list, or name the page itself"
            )
        if listing is None:
            return Done((self._page(link, page, visit),))
        if listing.lists and not depth:
            raise Unreadable(
                "lists of lists of lists are not followed; give the addresses of the feeds themselves"
            )
        remarks, tasks = self._tasks(link, page, visit, listing, seen)
        lists = (self._source(Link(url, named=False, is_feed=True), depth - 1) for url in listing.lists)
        return Done(tuple(remarks), (*lists, *tasks, *self._looks_back(link.url, listing.entries)))

    def _page(self, link: Link, page: Page, visit: Visit) -> Piece:
        page = arrived(page, link.url) if visit.origin else page
        after = replace(self._after(visit, page.max_age), is_list=False, etag="", modified="")
        self.visits.put(after)
        draft = draft_of(page)
        after = replace(signed(after, page), origin=canonical(draft.url))
        return Loaded(
            link.label, draft, link.named, fetched=True, stored=lambda article: self.visits.put(after)
        )

    def _tasks(
        self, link: Link, page: Page, visit: Visit, listing: Listing, seen: dict[str, Seen]
    ) -> tuple[list[Piece], list[Job[Piece]]]:
        """What to say of a list, and a job for each entry that is new or has changed."""
        after = replace(self._after(visit, listing.every or page.max_age), is_list=True, etag="", modified="")
        self.visits.put(after)  # without signs: until all its entries are settled it must be sent in full
        wanted = [entry for entry in listing.entries if _is_news(entry, seen)]
        ready = [entry for entry in wanted if self._entries.is_due(entry)]
        # An index of lists never counts as settled: they change without it.
        unsettled = len(wanted) + (not listing.complete) + bool(listing.lists)
        tally = Tally(unsettled + 1, partial(self._sign, after, page))
        tally.settle()
        tasks = [
            Task(link.url, believed(entry, page.url), seen.get(entry.id), tally.settle) for entry in ready
        ]
        known = self._again and visit.visited  # a watch says it once
        remarks = [] if known else _remarks(listing, len(wanted) - len(ready))
        return [Refusal(link.label, remark, skipped=True) for remark in remarks], list(map(self._task, tasks))

    def _sign(self, after: Visit, page: Page) -> None:
        """All entries of a list are settled, unless one of them has become news again meanwhile."""
        if self.visits.visit(after.url) == after:
            self.visits.put(signed(after, page))

    def _task(self, task: Task) -> Job[Piece]:
        def work() -> Done[Piece]:
            try:
                return _done(self._entries.read(task))
            except Unreadable as reason:
                return Done((Refusal(task.label, str(reason)),))

        return self._job(task.entry.link or task.listing, task.label, work, task.listing)

    def _looks_back(self, listing: str, entries: Iterable[Entry] = ()) -> tuple[Job[Piece], ...]:
        """A job for each recent entry whose page is due for another look, unless it is read anyway."""
        listed = {entry.id: entry for entry in entries}
        due = [
            seen
            for seen in self.visits.due(listing, time.time())
            if not _is_changed(listed.get(seen.id), seen)
        ]
        return tuple(map(self._look_back, due))

    def _look_back(self, seen: Seen) -> Job[Piece]:
        label = printable(seen.link)
        return self._job(seen.link, label, lambda: _done(self._entries.look_back(seen)), seen.listing)

    def _job(self, url: str, label: str, work: Callable[[], Done[Piece]], listing: str = "") -> Job[Piece]:
        return Job(_host(url), partial(self._guarded, url, label, work), partial(self._left, listing))

    def _guarded(self, url: str, label: str, work: Callable[[], Done[Piece]]) -> Done[Piece]:
        """The outermost loop of a thread: one page that is too much for us must not stop the others."""
        try:
            return work()
        except Exception as error:
            log.exception("%s", label)
            reason = f"unexpected {type(error).__name__}: {error} (--verbose shows where; please report it)"
            visit = self.visits.visit(url)
            pace = self._pace_of(url)
            self.visits.put(missed_source(visit, Unreadable(reason), pace, time.time(), self._chance()))
            return Done((Refusal(label, reason),))

    def _left(self, listing: str) -> None:
        """There was no time for an entry: its list is due again at once."""
        if listing:
            self.visits.put(replace(self.visits.visit(listing), due=0.0))

    def _after(self, visit: Visit, asked: float) -> Visit:
        return found_source(visit, self._pace_of(visit.url), time.time(), asked, self._chance())


def _done(piece: Piece | None) -> Done[Piece]:
    return Done((piece,) if piece else ())


def _remarks(listing: Listing, waiting: int) -> list[str]:
    patience = f"of its entries {waiting:,} could not be read earlier and wait for their next try"
    return [*([listing.remark] if listing.remark else []), *([patience] if waiting else [])]


def _is_news(entry: Entry, seen: dict[str, Seen]) -> bool:
    return entry.id not in seen or _is_changed(entry, seen[entry.id])


def _is_changed(entry: Entry | None, seen: Seen) -> bool:
    return entry is not None and entry.mark != seen.mark


def _host(url: str) -> str:
    try:
        return parse(url).host
    except Unreadable:
        return ""  # refused in its turn, with the reason
