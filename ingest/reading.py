"""Inputs to drafts, lazily and in their order. What was read before, as it still is, is not taken apart again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ingest.crew import Crew, ahead, crew_for, held_by
from ingest.files_read import FilesRead, Place, State, state_of
from ingest.load import Loaded, load
from ingest.outcome import Outcome, Verdict
from ingest.sources import STDIN, Found, Link, Refusal
from vectorstore.archive import Archive
from vectorstore.types import Record

log = logging.getLogger(__name__)

Input = Found | Link | Refusal
Piece = Loaded | Refusal
ReadLinks = Callable[[Iterable[Link]], Iterator[Piece]]


def pieces(
    inputs: Iterable[Input],
    read_links: ReadLinks | None = None,
    *,
    workers: int = 1,
    standing: Crew | None = None,
    noting: Noting | None = None,
) -> Generator[Piece, None, None]:
    """Everything that can be read from the inputs, links last and by `read_links`; what cannot is a Refusal.

    With more than one of `workers`, many slow files are read by as many processes, few by the `standing` ones if there
    are any. What the files hold and is stored in the end is remembered by `noting`.
    """
    listed = list(inputs)
    links = [item for item in listed if isinstance(item, Link)]
    files = [item for item in listed if not isinstance(item, Link)]
    with crew_for(files, workers) as crew:
        for item, held in _read(files, crew or standing):
            if noting and isinstance(item, Found) and item.path != STDIN:
                yield from noting.noted(item, held)
            else:
                yield from held
    if links and read_links:
        yield from read_links(links)


def changed(
    inputs: Iterable[Input], memory: FilesRead, archive: Archive, say: Callable[[Outcome, int], None]
) -> Iterator[Input]:
    """The inputs that must be read; of the other files `say` hears each article and the bytes that were spared."""
    for item in inputs:
        records = _stored(item, memory, archive) if isinstance(item, Found) else []
        if not records or not isinstance(item, Found):
            yield item
        for number, record in enumerate(records):
            article = record.article
            outcome = Outcome(item.label, Verdict.UNCHANGED, article.id, article.source.title)
            say(outcome, 0 if number or not isinstance(item, Found) else item.size)


def unexpected(error: Exception) -> str:
    """The reason shown for a fault of ours."""
    return f"unexpected {type(error).__name__}: {error} (--verbose shows where; please report it)"


def _stored(found: Found, memory: FilesRead, archive: Archive) -> list[Record]:
    """The stored articles of a file that is as it was; none if one is gone, or another stands in its place since: what
    the file says of itself is to be read again, now that it is no copy any more."""
    state = state_of(found.path) if found.path != STDIN else None
    held = memory.articles(state) if state else []
    if any(archive.holder(place.key) not in ("", id_) for place, id_ in held):
        return []
    records = [archive.article(id_) for id_ in dict.fromkeys(id_ for _, id_ in held)]
    return [record for record in records if record] if all(records) else []


def _read(
    inputs: Sequence[Found | Refusal], crew: Crew | None
) -> Iterator[tuple[Found | Refusal, Iterator[Piece]]]:
    if crew is None:
        for item in inputs:
            yield item, _guarded(item, partial(_held, item))
        return
    for item, future in ahead(crew, inputs):
        if future is not None and isinstance(item, Found):
            yield item, _guarded(item, partial(held_by, item, future))
        else:
            yield item, _guarded(item, partial(_held, item))


def _held(item: Found | Refusal) -> Iterable[Piece]:
    return [item] if isinstance(item, Refusal) else load(item)


def _guarded(item: Input, read: Callable[[], Iterable[Piece]]) -> Iterator[Piece]:
    try:
        yield from read()
    except Exception as error:
        log.exception("%s", item.label)
        yield Refusal(item.label, unexpected(error))


@dataclass(frozen=True, slots=True)
class Noting:
    """Remembers in `memory` what each file holds; `place_of` tells where the archive put what was loaded."""

    memory: FilesRead
    place_of: Callable[[Loaded, str], Place]

    def noted(self, found: Found, held: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces of the file; each is remembered once it is stored."""
        before = state_of(found.path)
        if before is None:
            yield from held
            return
        tally, count, whole = _Tally(self, before, self.memory.begin(before.path)), 0, True
        for piece in held:
            if isinstance(piece, Loaded):
                count += 1
                yield replace(piece, stored=partial(tally.add, piece))
            else:
                whole &= piece.skipped  # what is of no type that is read will not be read next time either
                yield piece
        if whole:
            tally.expected = count
            tally.settle()


@dataclass(slots=True)
class _Tally:
    """Counts the articles of one reading of a file; it is noted as whole once all are stored and nothing failed."""

    noting: Noting
    before: State
    reading: int
    expected: int | None = None
    stored: int = 0

    def add(self, loaded: Loaded, article_id: str) -> None:
        place = self.noting.place_of(loaded, article_id)
        self.noting.memory.hold(self.before.path, self.reading, place, article_id)
        self.stored += 1
        self.settle()

    def settle(self) -> None:
        if self.stored == self.expected:
            self.noting.memory.note(self.before, self.reading)
