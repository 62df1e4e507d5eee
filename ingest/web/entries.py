"""The entries of lists: each page is read once, again when its entry changes, and looked back at for a week.

An entry counts as seen once its article is safely stored, or once it is certain that there will be none.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from ingest.draft import Draft, Unreadable
from ingest.load import Loaded
from ingest.origin import canonical
from ingest.sources import printable
from ingest.web.after import found_page, is_gone, missed_page, signed, wait_asked
from ingest.web.entry import complete, draft_of_entry, entry_told, told, yields
from ingest.web.fetch import Fetcher, Page
from ingest.web.freshness import Known
from ingest.web.listing import Entry
from ingest.web.pace import Pace
from ingest.web.page import arrived, draft_of
from ingest.web.visits import Seen, Visit, Visits

_ATTEMPTS = 5  # a page that failed as often, or held nothing to store, is left until its entry changes


@dataclass(slots=True)
class Tally:
    """Counts the entries of a list that are not settled yet, and calls `done` when none is left."""

    left: int
    done: Callable[[], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def settle(self) -> None:
        """One entry is settled."""
        with self._lock:
            self.left -= 1
            if not self.left:
                self.done()


@dataclass(frozen=True, slots=True)
class Task:
    """An entry to read: of which list, as it was `seen` before if it was, and what to call when it is settled."""

    listing: str
    entry: Entry
    seen: Seen | None
    settle: Callable[[], None]

    @property
    def label(self) -> str:
        """Its page's address, or its name in the list, as it can be printed."""
        return printable(self.entry.link or f"{self.listing}#{self.entry.id}")


class Entries:
    """Reads entries and remembers them, and which stored pages are no more."""

    def __init__(self, fetcher: Fetcher, visits: Visits, pace: Pace) -> None:
        self._fetcher = fetcher
        self._visits = visits
        self._pace = pace
        self._asked: set[str] = set()
        self._tries: Counter[str] = Counter()

    def start(self) -> None:
        """A new run begins: a page may be asked for again."""
        self._asked.clear()

    def is_due(self, entry: Entry) -> bool:
        """False while an earlier failure of its page is too fresh."""
        visit = self._visits.visit(entry.link)
        is_known = bool(visit.origin) or visit.is_list
        return visit.due <= time.time() or (is_known and not visit.failures)

    def read(self, task: Task) -> Loaded | None:
        """The article of an entry that is new or changed, None if there is nothing to store. Raises Unreadable."""
        visit = self._visits.visit(task.entry.link)
        if not task.entry.link:
            return self._loaded(task, draft_of_entry(task.entry, task.listing), visit)
        if not task.seen and visit.origin and not _is_newer(task.entry, visit.visited):
            self._settle(task, visit)  # another feed brought it
            return None
        if self._is_asked(visit.url):
            return None
        try:
            return self._fetched(task, visit)
        except Unreadable as reason:
            return self._without_page(task, visit, reason)

    def look_back(self, seen: Seen) -> Loaded | None:
        """The article of a stored entry if its page has changed since; what cannot be read now is tried later."""
        visit, now = self._visits.visit(seen.link), time.time()
        if self._is_asked(seen.link):
            return None
        try:
            page = self._page(visit)
            after = found_page(visit, self._pace, now, changed=False)
            draft = draft_of(page) if page else None
        except Unreadable as reason:
            self.note_missing(visit, reason)
            return None
        # Another origin is another article: the address leads to a section's page now, or the like.
        if page is None or draft is None or visit.origin not in ("", _origin(draft)):
            self._visits.put(after)
            return None
        return Loaded(
            printable(seen.link),
            complete(draft, entry_told(seen.facts, seen.id, seen.link)),
            named=False,
            fetched=True,
            stored=lambda article: self._visits.put(replace(signed(after, page), origin=_origin(draft))),
            failed=lambda: self._visits.put(after),
        )

    def note_missing(self, visit: Visit, reason: Unreadable) -> Visit:
        """Remember that the page could not be read, and that it is gone if it is."""
        now = time.time()
        missed = missed_page(visit, reason, self._pace, now)
        if visit.origin and is_gone(visit, reason, self._pace, now):
            self._visits.lose(visit.url, visit.origin)
            missed = replace(missed, origin="", etag="", modified="")
        self._visits.put(missed)
        return missed

    def _is_asked(self, link: str) -> bool:
        """True if this run asked for the page already, for another list: it may not be stored yet."""
        if link in self._asked:
            return True
        self._asked.add(link)
        return False

    def _page(self, visit: Visit) -> Page | None:
        """The page as it is now, None if it is as it was. Raises Unreadable."""
        page = self._fetcher.revisit(visit.url, Known(visit.etag, visit.modified))
        return page and arrived(page, visit.url)

    def _fetched(self, task: Task, visit: Visit) -> Loaded | None:
        page = self._page(visit)
        after = found_page(visit, self._pace, time.time(), changed=True)
        if page is None:
            self._settle(task, after)
            return None
        draft = complete(draft_of(page), task.entry)
        return self._loaded(task, draft, replace(signed(after, page), origin=_origin(draft)))

    def _without_page(self, task: Task, visit: Visit, reason: Unreadable) -> Loaded | None:
        """The feed's own text; but a teaser never replaces what was read from the page. Raises Unreadable."""
        entry, missed = task.entry, self.note_missing(visit, reason)
        if wait_asked(reason):
            raise reason
        lost = bool(visit.origin) and not missed.origin
        # A feed that still holds the text of a page which was withdrawn must not bring it back.
        withdrawn = lost or (not task.seen and is_gone(visit, reason, self._pace, missed.visited))
        known = task.seen or visit.origin
        if entry.text and not withdrawn and not (entry.teaser and known):
            loaded = self._loaded(task, draft_of_entry(entry, task.listing, str(reason)), missed)
            return replace(loaded, yields_to=partial(yields, entry))
        if missed.failures >= _ATTEMPTS or (task.seen and not lost):
            self._settle(task, missed)
        raise reason

    def _loaded(self, task: Task, draft: Draft, after: Visit) -> Loaded:
        return Loaded(
            task.label,
            draft,
            named=False,
            fetched=True,
            stored=lambda article: self._settle(task, after),
            failed=partial(self._count, task, after),
        )

    def _count(self, task: Task, after: Visit) -> None:
        """An entry was read and yet could not be stored: after some tries, there is no article in it."""
        self._tries[task.label] += 1
        if self._tries[task.label] >= _ATTEMPTS:
            self._settle(task, replace(after, origin="", etag="", modified=""))

    def _settle(self, task: Task, visit: Visit) -> None:
        entry, now = task.entry, time.time()
        if visit.url:
            self._visits.put(visit)
        recent = _published(entry, now) > now - self._pace.week
        until = now + self._pace.week if recent or visit.missing else 0.0  # a missing page may come back
        self._visits.see(Seen(task.listing, entry.id, entry.mark, entry.link, told(entry), until, now))
        self._tries.pop(task.label, None)
        task.settle()


def _is_newer(entry: Entry, visited: float) -> bool:
    return entry.updated is not None and entry.updated.timestamp() > visited


def _published(entry: Entry, now: float) -> float:
    """Seconds since 1970; `now` for what a feed does not date, 0 for a sitemap, which tells of changes itself."""
    if entry.published:
        return entry.published.timestamp()
    return now if entry.title or entry.text or not entry.link else 0.0


def _origin(draft: Draft) -> str:
    return canonical(draft.url) if draft.url else ""
