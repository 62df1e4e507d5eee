"""A run over what the arguments named: preview it, store it, or keep it current."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from click import UsageError

from ingest.assemble import Facts
from ingest.boilerplate import Phrases
from ingest.crew import Crew, standing
from ingest.files_read import FOLDER, FilesRead
from ingest.outcome import Outcome, exit_code
from ingest.passages import CHUNKER
from ingest.places import Places
from ingest.preview import preview
from ingest.reading import Input, Noting, Piece, changed, pieces
from ingest.report import Report
from ingest.run import Intake, refused
from ingest.sources import Found, Link, Refusal, find
from ingest.stages import INDEXING, READING
from ingest.web.rules import Rules
from vectorstore.archive import Archive
from vectorstore.errors import CitedeskError
from vectorstore.schema import FILE_NAME
from vectorstore.settings import Settings

if TYPE_CHECKING:
    from ingest.web.follow import Web
    from ingest.web.pace import Pace


@dataclass(frozen=True, slots=True)
class Session:
    """What one run of the command was told; `report` makes the report of a pass over so many bytes."""

    arguments: Sequence[str]
    rules: Rules
    facts: Facts
    phrases: Phrases
    settings: Settings
    report: Callable[[int], Report]
    told: str = ""

    def preview(self) -> int:
        """Say what would be stored; the exit code."""
        found = list(find(self.arguments))
        there = (self.settings.data_dir / FILE_NAME).exists()
        with (
            self._reporting(found) as report,
            Archive.open(self.settings, check_model=False) if there else nullcontext() as archive,
            self._web(archive, keep=False) as web,
        ):
            for piece in self._single(pieces(found, web.read)):
                said = (
                    refused(piece)
                    if isinstance(piece, Refusal)
                    else preview(piece, self.facts, self.phrases, archive)
                )
                report.say(said)
        report.summarize()
        return exit_code(report.counts)

    def store(self) -> int:
        """Store everything that can be; the exit code."""
        found = list(find(self.arguments))
        with self._reporting(found) as report, self._stock() as stock, self._web(stock.archive) as web:
            try:
                stock.take(found, report, web.read, single=self._single)
            except CitedeskError as error:
                report.summarize()
                print(f"ingest: {error}", file=sys.stderr)
                return exit_code(report.counts) or 2
        report.summarize()
        return exit_code(report.counts, sum(isinstance(item, Link) for item in found))

    def watch(self, pace: Pace, *, prune: bool) -> int:
        """Keep the archive current until told to stop; 0."""
        from ingest.prune import Pruner
        from ingest.watch import stopping, watch
        from ingest.web.follow import Web

        with (
            stopping() as stop,
            standing(1) as reader,
            self._stock(reader, stop.is_set) as stock,
            self._reporting(()) as report,
        ):
            web = Web(
                self.rules,
                self.settings.data_dir / FOLDER,
                archive=stock.archive.id,
                again=True,
                stopped=stop.is_set,
                pace=pace,
            )
            pruner = Pruner(stock.archive, stock.memory, self.facts, web.holds)

            def take(items: Iterable[Input]) -> None:
                inputs = list(items)
                with self._reporting(inputs) as passed:
                    stock.take(inputs, passed, web.read)
                    for item in inputs if prune else ():
                        if isinstance(item, Found):
                            pruner.tidy(item.path, passed.say)
                    if passed.news:
                        passed.summarize()

            try:
                report.note("watching; Ctrl-C stops")
                watch(
                    self.arguments,
                    take,
                    lambda origin: pruner.remove(origin, report.say),
                    web=web,
                    stop=stop,
                    prune=prune,
                    before=stock.memory.paths(),
                    say=report.note,
                )
            finally:
                web.close()
        return 0

    @contextmanager
    def _reporting(self, inputs: Iterable[Input]) -> Iterator[Report]:
        report = self.report(sum(item.size for item in inputs if isinstance(item, Found)))
        try:
            yield report
        finally:
            report.close()

    @contextmanager
    def _stock(
        self, reader: Crew | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[_Stock]:
        with (
            Archive.open(self.settings, chunker=CHUNKER) as archive,
            FilesRead(self.settings.data_dir, self.facts, self.told) as memory,
        ):
            yield _Stock(archive, memory, self.facts, self.phrases, reader, stopped)

    @contextmanager
    def _web(self, archive: Archive | None, *, keep: bool = True) -> Iterator[_Web]:
        web = _Web(self.rules, self.settings.data_dir / FOLDER if archive else None, archive, keep)
        try:
            yield web
        finally:
            web.close()

    def _single(self, stream: Iterator[Piece]) -> Iterator[Piece]:
        """The stream; one article alone, if it is given an address or title: two cannot have the same."""
        if not (self.facts.url or self.facts.title):
            return stream
        first = list(itertools.islice(stream, 2))
        if len(first) > 1:
            raise UsageError("--url and --title are for one article; the sources hold more than one.")
        return iter(first)


@dataclass(slots=True)
class _Web:
    """Reads links; its modules are imported, and its record opened, for the first of them."""

    rules: Rules
    folder: Path | None
    archive: Archive | None
    keep: bool
    opened: Web | None = None

    def read(self, links: Iterable[Link]) -> Iterator[Piece]:
        from ingest.web.follow import Web

        if self.opened is None:
            archive = self.archive.id if self.archive else ""
            self.opened = Web(self.rules, self.folder, archive=archive, keep=self.keep)
        return self.opened.read(links)

    def close(self) -> None:
        if self.opened:
            self.opened.close()


@dataclass(slots=True)
class _Stock:
    """An open archive, what was read into it before, and how articles come in."""

    archive: Archive
    memory: FilesRead
    facts: Facts
    phrases: Phrases
    reader: Crew | None
    stopped: Callable[[], bool]

    def take(
        self,
        inputs: Iterable[Input],
        report: Report,
        read_links: Callable[[Iterable[Link]], Iterator[Piece]],
        single: Callable[[Iterator[Piece]], Iterator[Piece]] = iter,
    ) -> None:
        """One pass of the pipeline. Raises CitedeskError when the archive or the model fails."""

        def spared(outcome: Outcome, size: int) -> None:
            report.say(outcome)
            report.advance(size)

        unread = changed(inputs, self.memory, self.archive, spared)
        noting = Noting(self.memory, Places(self.archive, self.facts, self.phrases).of)
        workers = os.cpu_count() or 1
        stream = pieces(unread, read_links, workers=workers, standing=self.reader, noting=noting)
        intake = Intake(self.archive, self.facts, report.say, self.phrases, report.stages, report.advance)
        with closing(stream):
            for piece in report.stages.waiting(READING, single(stream)):
                if isinstance(piece, Refusal):
                    report.say(refused(piece))
                else:
                    intake.take(piece)
                    report.advance(0)  # what was read is not done, but the bar may show by now
                if self.stopped():
                    break
        intake.flush()
        with report.stages.timed(INDEXING):
            self.level(report)

    def level(self, report: Report) -> None:
        """The articles are safe already; an index that fails now is repaired by a later run."""
        try:
            self.archive.reconcile()
        except CitedeskError as error:
            report.note(f"warning: {error}")
