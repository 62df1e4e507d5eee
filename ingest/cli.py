"""`ingest`: saved articles into the archive. The one place where errors become messages and exit codes."""

from __future__ import annotations

import itertools
import logging
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import click

from ingest.stages import INDEXING, READING
from vectorstore.errors import CitedeskError
from vectorstore.settings import Settings, load_env_file, read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.assemble import Facts
    from ingest.load import Loaded
    from ingest.outcome import Outcome
    from ingest.report import Report
    from ingest.sources import Found, Link, Refusal
    from ingest.web.rules import Rules
    from vectorstore.archive import Archive

log = logging.getLogger(__name__)

_HOSTS = "CITEDESK_ALLOW_HOSTS"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("sources", metavar="SOURCE...", nargs=-1)
@click.option(
    "--publisher", default="", metavar="NAME", help="Publisher of articles that do not name theirs."
)
@click.option("--published", default="", metavar="DATE", help="Date of articles that do not carry theirs.")
@click.option("--url", default="", metavar="URL", help="Web address of the article (one article only).")
@click.option("--title", default="", metavar="TITLE", help="Title of the article (one article only).")
@click.option(
    "--audience",
    default="",
    metavar="CHANNEL",
    help="Answer from these articles in this channel only; `everyone`: everywhere, also what was restricted.",
)
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME[:PORT]",
    help="Read web pages of this host though its address is private or its port unusual; repeatable.",
)
@click.option(
    "--rebuild", is_flag=True, help="Index again, embedding again if the model changed; takes no SOURCE."
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be stored and what would be cut; store nothing."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per article on standard output, then a summary."
)
@click.option(
    "--verbose", is_flag=True, help="Say what happens to every article, and where faults come from."
)
@click.version_option(package_name="citedesk", prog_name="ingest")
def command(
    sources: tuple[str, ...],
    publisher: str,
    published: str,
    url: str,
    title: str,
    audience: str,
    allowed: tuple[str, ...],
    rebuild: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
) -> int:
    """Store saved articles, so that `bot` can answer from them.

    A SOURCE is a file, a folder (searched to the bottom), the http(s) address of a web page, or - for one
    article on standard input. Clipped or plain text, Markdown, HTML, PDF and JSON Lines (one article a line) are
    read. What is stored already is not stored again; a file or page that changed replaces its article.
    Pages come from the public internet only, and only if their site's robots.txt lets robots read them.

    Exit code: 0 all well, 1 some failed, 2 none worked or bad usage.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    _check(sources, rebuild=rebuild, dry_run=dry_run, url=url)
    load_env_file()
    if rebuild:
        return _rebuild(read_settings(), as_json=as_json)
    from ingest.assemble import Facts
    from ingest.report import Report
    from ingest.sources import Found, find
    from ingest.web.rules import Rules

    facts = Facts(title, publisher, url, _moment(published), audience)
    rules = Rules(_hosts([*allowed, *re.split(r"[,\s]+", os.environ.get(_HOSTS, ""))]))
    found = list(find(sources))
    total = sum(item.size for item in found if isinstance(item, Found))
    report = Report(as_json=as_json, verbose=verbose, dry_run=dry_run, total=total)
    with closing(report):
        run = _Run(found, rules, facts, report, read_settings())
        return run.preview() if dry_run else run.store()


def main() -> NoReturn:
    """The console script: run the command, turn errors into a message and an exit code."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_outcome_of(sys.argv[1:]))


def _outcome_of(arguments: Sequence[str]) -> int:
    try:
        code = command.main(list(arguments), prog_name="ingest", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        print("ingest: interrupted; what was reported as stored is stored", file=sys.stderr)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CitedeskError as error:
        print(f"ingest: {error}", file=sys.stderr)
        return 2  # whatever was stored has been reported and answered for below
    except Exception as error:
        log.exception("ingest")
        print(f"ingest: unexpected {type(error).__name__}: {error} (--verbose shows where)", file=sys.stderr)
        return 1
    return code if isinstance(code, int) else 0


def _terminate(*_: object) -> NoReturn:
    """As an exception, so that with-blocks close the archive."""
    raise SystemExit(143)


def _check(sources: Sequence[str], *, rebuild: bool, dry_run: bool, url: str) -> None:
    if rebuild and (sources or dry_run):
        raise click.UsageError(
            "--rebuild takes no SOURCE and no --dry-run: it works on the archive as it is."
        )
    if not rebuild and not sources:
        raise click.UsageError("name at least one file or folder, a web address, or - for standard input.")
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter("it must start with http:// or https://.", param_hint="--url")


def _moment(published: str) -> datetime | None:
    if not published:
        return None
    from ingest.dates import parse_date

    moment = parse_date(published)
    if moment is None:
        raise click.BadParameter("not a date; write it as 2024-10-23.", param_hint="--published")
    return moment


def _hosts(allowed: Sequence[str]) -> frozenset[tuple[str, int]]:
    from ingest.web.rules import allowed_hosts

    try:
        return allowed_hosts(filter(None, allowed))
    except ValueError as error:
        raise click.BadParameter(
            "write NAME or NAME:PORT.", param_hint=f"--allow-host or {_HOSTS}"
        ) from error


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the command over what its arguments named."""

    found: Sequence[Found | Link | Refusal]
    rules: Rules
    facts: Facts
    report: Report
    settings: Settings

    def preview(self) -> int:
        """Say what would be stored; the exit code."""
        from ingest.preview import preview
        from ingest.reading import pieces
        from ingest.run import refused
        from ingest.sources import Refusal
        from vectorstore.archive import Archive
        from vectorstore.schema import FILE_NAME

        there = (self.settings.data_dir / FILE_NAME).exists()
        with Archive.open(self.settings, check_model=False) if there else nullcontext() as archive:
            for piece in self._single(pieces(self.found, self.rules)):
                self.report.say(
                    refused(piece) if isinstance(piece, Refusal) else preview(piece, self.facts, archive)
                )
        return self._ended()

    def store(self) -> int:
        """Store everything that can be; the exit code."""
        from ingest.files_read import FilesRead
        from ingest.passages import CHUNKER
        from ingest.reading import changed, pieces
        from vectorstore.archive import Archive

        with (
            Archive.open(self.settings, chunker=CHUNKER) as archive,
            FilesRead(self.settings.data_dir, self.facts) as memory,
        ):
            inputs = changed(self.found, memory, archive, self._spared)
            stream = self._single(pieces(inputs, self.rules, workers=os.cpu_count() or 1, memory=memory))
            try:
                self._take(stream, archive)
            except CitedeskError as error:
                print(f"ingest: {error}", file=sys.stderr)
                return self._ended() or 2
            with self.report.stages.timed(INDEXING):
                _reconcile(archive, self.report)
        return self._ended()

    def _take(self, stream: Iterator[Loaded | Refusal], archive: Archive) -> None:
        from ingest.run import Intake, refused
        from ingest.sources import Refusal

        intake = Intake(archive, self.facts, self.report.say, self.report.stages)
        for piece in self.report.stages.waiting(READING, stream):
            if isinstance(piece, Refusal):
                self.report.say(refused(piece))
            else:
                intake.take(piece)
                self.report.advance(piece.size)
        intake.flush()

    def _spared(self, outcome: Outcome, size: int) -> None:
        self.report.say(outcome)
        self.report.advance(size)

    def _single(self, stream: Iterator[Loaded | Refusal]) -> Iterator[Loaded | Refusal]:
        """The stream; one article alone, if it is given an address or title: two cannot have the same."""
        if not (self.facts.url or self.facts.title):
            return stream
        first = list(itertools.islice(stream, 2))
        if len(first) > 1:
            raise click.UsageError("--url and --title are for one article; the sources hold more than one.")
        return iter(first)

    def _ended(self) -> int:
        from ingest.outcome import exit_code

        self.report.summarize()
        return exit_code(self.report.counts)


def _reconcile(archive: Archive, report: Report) -> None:
    """The articles are safe already; an index that fails now is repaired by a later run."""
    try:
        archive.reconcile()
    except CitedeskError as error:
        report.note(f"warning: {error}")


def _rebuild(settings: Settings, *, as_json: bool) -> int:
    from ingest.passages import CHUNKER, cut
    from ingest.report import Report
    from vectorstore.archive import Archive

    report = Report(as_json=as_json)
    with closing(report), Archive.open(settings, chunker=CHUNKER, check_model=False) as archive:
        archive.rebuild(cut, progress=report.progress)
        _reconcile(archive, report)
    if as_json:
        report.summarize()
    else:
        print("the archive is rebuilt")
    return 0
