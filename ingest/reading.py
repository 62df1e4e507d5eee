"""Inputs to drafts, lazily and in their order. What was read before, as it still is, is not taken apart again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from ingest.crew import Crew, ahead, crew_for, held_by
from ingest.files_read import FilesRead, State, state_of
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
    memory: FilesRead | None = None,
) -> Generator[Piece, None, None]:
    """Everything that can be read from the inputs, links last and by `read_links`; what cannot is a Refusal.

    With more than one of `workers`, many slow files are read by as many processes. Files whose articles are all stored
    in the end are noted in `memory`.
    """
    listed = list(inputs)
    links = [item for item in listed if isinstance(item, Link)]
    files = [item for item in listed if not isinstance(item, Link)]
    with crew_for(files, workers) as crew:
        for item, held in _read(files, crew):
            if memory and isinstance(item, Found) and item.path != STDIN:
                yield from _noted(item, held, memory)
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
    """The stored articles of a file that is as it was; none if one of them is gone."""
    state = state_of(found.path) if found.path != STDIN else None
    ids = memory.articles(state) if state else []
    records = [archive.article(id_) for id_ in ids]
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


@dataclass(slots=True)
class _Tally:
    """What became of the articles of one file; noted once the last of them is stored, and nothing failed."""

    memory: FilesRead
    before: State
    expected: int | None = None
    stored: list[str] = field(default_factory=list)

    def add(self, article_id: str) -> None:
        self.stored.append(article_id)
        self.settle()

    def settle(self) -> None:
        if self.stored and len(self.stored) == self.expected:
            self.memory.note(self.before, self.stored)


def _noted(found: Found, held: Iterable[Piece], memory: FilesRead) -> Iterator[Piece]:
    before = state_of(found.path)
    if before is None:
        yield from held
        return
    tally, count, whole = _Tally(memory, before), 0, True
    for piece in held:
        count += 1
        whole &= isinstance(piece, Loaded)
        yield replace(piece, stored=tally.add) if isinstance(piece, Loaded) else piece
    if whole:
        tally.expected = count
        tally.settle()
