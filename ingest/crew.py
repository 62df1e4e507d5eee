"""Files read by worker processes: those that take long to take apart, several at once, none for longer than a minute.

A file that crashes or stalls its reader is refused like any other bad file; the run goes on. In a run over few files
they are read in the process itself, where nothing bounds them: to start a worker would take longer than the run, and
somebody is there to stop it. A watch has nobody, so it keeps one worker from its first slow file on.
ZIP archives and JSON Lines are read in the process too: lazily, since all that a large one holds would take longer than
a minute, and more memory than there is.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as TooLate
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from ingest.load import Loaded, load
from ingest.sources import STDIN, Found, Refusal, kind_of

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

    Reading = ProcessFuture[list[Loaded | Refusal]]

T = TypeVar("T")

SLOW = frozenset([".html", ".htm", ".xhtml", ".mhtml", ".mht", ".pdf", ".docx", ".eml"])
MANY = 24  # files: for fewer, starting the workers takes longer than they save
FILE_SECONDS = 60.0
_AHEAD = 4  # files per worker that may be read before they are asked for


@dataclass(slots=True)
class Crew:
    """Worker processes that read files, started for the first of them."""

    workers: int
    _pool: ProcessPool | None = None

    @property
    def pool(self) -> ProcessPool:
        """The processes."""
        if self._pool is None:
            from pebble import ProcessPool

            # Or the workers would import what lies in the working folder.
            os.environ.setdefault("PYTHONSAFEPATH", "1")
            # Started afresh, not forked: a fork would share the archive's connections and the model's threads.
            self._pool = ProcessPool(self.workers, initializer=_undisturbed, context=get_context("spawn"))
        return self._pool

    def read(self, found: Found) -> Reading:
        """Start to read a file."""
        return self.pool.schedule(_read, args=[found], timeout=FILE_SECONDS)

    def stop(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()


def is_slow(item: object) -> bool:
    """True for a file that is worth a worker."""
    return isinstance(item, Found) and item.path != STDIN and kind_of(item.path) in SLOW


@contextmanager
def crew_for(inputs: Sequence[object], workers: int) -> Iterator[Crew | None]:
    """A crew of `workers` while the block runs; None when the inputs are not worth it."""
    if workers < 2 or sum(map(is_slow, inputs)) < MANY:
        yield None
        return
    with standing(workers) as crew:
        yield crew


@contextmanager
def standing(workers: int) -> Iterator[Crew]:
    """A crew of `workers` while the block runs, however many files there will be."""
    crew = Crew(workers)
    try:
        yield crew
    finally:
        crew.stop()


def ahead(crew: Crew, inputs: Iterable[T]) -> Iterator[tuple[T, Reading | None]]:
    """The inputs in their order, each slow file with the future of what it holds, read ahead."""
    waiting: deque[tuple[T, Reading | None]] = deque()
    for item in inputs:
        waiting.append((item, crew.read(item) if is_slow(item) else None))  # type: ignore[arg-type]
        if len(waiting) > _AHEAD * crew.workers:
            yield waiting.popleft()
    yield from waiting


def held_by(found: Found, future: Reading) -> list[Loaded | Refusal]:
    """What the file holds, as soon as its worker has read it."""
    from pebble import ProcessExpired

    try:
        pieces: list[Loaded | Refusal] = future.result()
    except TooLate:
        why = f"it took longer than {FILE_SECONDS:.0f} seconds to read; save the article as text"
    except ProcessExpired as error:
        why = f"it crashed its reader ({error}); save the article as text"
    else:
        return pieces
    return [Refusal(found.label, why)]


def _read(found: Found) -> list[Loaded | Refusal]:
    return list(load(found))


def _undisturbed() -> None:
    """Ctrl-C reaches the whole group: the parent decides, the workers end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
