"""`ingest --watch`: one process that keeps folders and addresses current until it is told to stop.

Folders are looked through every few seconds rather than watched by the kernel: its messages never come from network
mounts or other machines, and end silently at its limits. When feeds and pages are due is `ingest.web`'s to say.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.origin import of_file
from ingest.sources import STDIN, Found, Link, Refusal, find
from ingest.vanished import Sight
from vectorstore.errors import CitedeskError

if TYPE_CHECKING:
    from types import FrameType

    from ingest.web.follow import Web

log = logging.getLogger(__name__)

POLL = 2.0
_MOST_FILES = 500  # in one pass, so that feeds need not wait for the whole of a large folder
_SHARE = 0.05  # of the time, at most, goes into looking through folders
_REST = 30  # polls of rest after a pass that could not be finished

Item = Found | Link | Refusal
Stamp = tuple[int, int, int]  # time of change in nanoseconds, size, inode


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of the watched folders: as they were `taken` in, and as they were at the `last` look."""

    taken: Mapping[str, Stamp] = field(default_factory=dict)
    last: Mapping[str, Stamp] = field(default_factory=dict)

    def changed(self, now: Mapping[str, Stamp]) -> list[str]:
        """The files to take in: new or changed, and at rest for two looks, for nobody reads half a file."""
        return [
            path
            for path, stamp in now.items()
            if stamp != self.taken.get(path) and stamp == self.last.get(path)
        ]

    def vanished(self, now: Mapping[str, Stamp]) -> list[str]:
        """The files that were taken in and have been missing for two looks: many programs save by replacing."""
        return [path for path in self.taken if path not in now and path not in self.last]


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """The event that SIGTERM or Ctrl-C sets; the second of them interrupts at once."""
    stop = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watch(
    arguments: Sequence[str],
    take: Callable[[Iterable[Item]], None],
    remove: Callable[[str], None],
    *,
    web: Web,
    stop: threading.Event,
    prune: bool = False,
    before: Sequence[str] = (),
    say: Callable[[str], None] = log.info,
    poll: float = 0.0,
) -> None:
    """Keep the archive current with `arguments` until `stop` is set.

    `take` runs one pass of the pipeline over what is new; a CitedeskError of it is told, and its files are offered
    again. Folders are looked through every `poll` seconds (0: 2, or the web's interval if that is shorter). With
    `prune`, `remove` hears the origin of every file that vanished, also of those read `before`, and of every page that
    is no more; until it has returned, it is called again.
    """
    poll = poll or min(POLL, web.pace.interval)
    watcher = _Watcher(arguments, take, remove, web, stop, prune, say, list(before))
    while not stop.is_set():
        finished = watcher.look()
        stop.wait(max(poll if finished else poll * _REST, watcher.cost / _SHARE))


@dataclass(slots=True)
class _Watcher:
    arguments: Sequence[str]
    take: Callable[[Iterable[Item]], None]
    remove: Callable[[str], None]
    web: Web
    stop: threading.Event
    prune: bool
    say: Callable[[str], None]
    before: list[str]
    shelf: Shelf = field(default_factory=Shelf)
    told: set[tuple[str, str]] = field(default_factory=set)
    pruned: set[str] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)
    looked: bool = False
    cost: float = 0.0

    def look(self) -> bool:
        """One look at everything, and a pass if there is something to take; False if it had to be given up."""
        began = time.monotonic()
        items = list(find(self.arguments))
        files = {item.path: item for item in items if isinstance(item, Found) and item.path != STDIN}
        stamps = dict(_stamps(files))
        self.cost = time.monotonic() - began  # seconds
        if not self.shelf.last:  # at the first look, what has been at rest for long need not be waited for
            self.shelf = replace(self.shelf, last=_at_rest(stamps))
        changed = self.shelf.changed(stamps)[:_MOST_FILES]
        batch = [*self._untold(items), *(self._found(files[path]) for path in changed), *self._due(items)]
        try:
            if batch:
                self.take(self._until_stopped(batch))
            if self.prune:
                self._remove_pages()
                self._remove_files(items, stamps)
        except CitedeskError as error:
            self.say(f"this pass could not be finished and is made again: {error}")
            self.shelf = replace(self.shelf, last=stamps)
            return False
        taken = {path: stamp for path, stamp in self.shelf.taken.items() if path not in self.pruned}
        self.shelf = Shelf({**taken, **{path: stamps[path] for path in changed}}, stamps)
        return True

    def _untold(self, items: Iterable[Item]) -> list[Item]:
        """What cannot be read is told once, not at every look."""
        fresh = [
            item for item in items if isinstance(item, Refusal) and (item.label, item.reason) not in self.told
        ]
        self.told.update((item.label, item.reason) for item in fresh)
        return list(fresh)

    def _found(self, file: Found) -> Found:
        """A file that comes back after it was pruned is wanted again, though its article was removed."""
        named = file.path in self.pruned or (file.named and file.path not in self.shelf.taken)
        self.pruned.discard(file.path)
        return replace(file, named=named)

    def _due(self, items: Iterable[Item]) -> list[Link]:
        return self.web.due(item for item in items if isinstance(item, Link))

    def _until_stopped(self, batch: Iterable[Item]) -> Iterator[Item]:
        return takewhile(lambda item: not self.stop.is_set(), batch)

    def _remove_pages(self) -> None:
        self.gone += self.web.gone()
        while self.gone:
            self.remove(self.gone[0])
            self.web.removed(self.gone.pop(0))  # not before: what failed is tried again

    def _remove_files(self, items: Sequence[Item], stamps: Mapping[str, Stamp]) -> None:
        vanished = [path for path in self.shelf.vanished(stamps) if path not in self.pruned]
        vanished += self._vanished_before()
        if not vanished:
            return
        sight = Sight.of(self.arguments, items)
        for path in vanished:
            if not sight.covers(path) or os.path.lexists(path):
                continue
            if folder := sight.doubt(path):
                self._tell_once(f"nothing is seen any more at {folder}; what was stored from there stays")
            else:
                self.remove(of_file(path))
                self.pruned.add(path)

    def _vanished_before(self) -> list[str]:
        """Files that were read before this watch began, and have been missing for two looks of it."""
        missing = [path for path in self.before if path not in self.pruned and not os.path.lexists(path)]
        self.before, first = missing, not self.looked
        self.looked = True
        return [] if first else missing

    def _tell_once(self, text: str) -> None:
        if (text, "") not in self.told:
            self.told.add((text, ""))
            self.say(text)


def _stamps(paths: Iterable[str]) -> Iterator[tuple[str, Stamp]]:
    for path in paths:
        with suppress(OSError):  # gone between two glances
            facts = os.stat(path)
            yield path, (facts.st_mtime_ns, facts.st_size, facts.st_ino)


def _at_rest(stamps: Mapping[str, Stamp]) -> dict[str, Stamp]:
    calm = time.time_ns() - int(2 * POLL * 1e9)
    return {path: stamp for path, stamp in stamps.items() if stamp[0] < calm}
