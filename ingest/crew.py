"""Files read by worker processes: those that take long to take apart, several at once, none for longer than a minute.

A file that crashes or stalls its reader is refused like any other bad file; the run goes on.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Crew:
    """Worker processes that read files."""

    pool: ProcessPool
    workers: int

    def read(self, found: Found) -> Reading:
        """Start to read a file."""
        return self.pool.schedule(_read, args=[found], timeout=FILE_SECONDS)


def is_slow(item: object) -> bool:
    """True for a file that is worth a worker."""
    return isinstance(item, Found) and item.path != STDIN and kind_of(item.path) in SLOW


@contextmanager
def crew_for(inputs: Sequence[object], workers: int) -> Iterator[Crew | None]:
    """A crew of `workers` while the block runs; None when the inputs are not worth it."""
    if workers < 2 or sum(map(is_slow, inputs)) < MANY:
        yield None
        return
    from pebble import ProcessPool

    # Started afresh, not forked: a fork would share the archive's connections and the model's threads.
    pool = ProcessPool(workers, initializer=_undisturbed, context=get_context("spawn"))
    try:
        yield Crew(pool, workers)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


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
