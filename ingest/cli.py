"""`ingest`: saved articles into the archive. The one place where errors become messages and exit codes."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from vectorstore.errors import ArchiveError, CitedeskError
from vectorstore.settings import Settings, load_env_file, read_settings

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.boilerplate import Phrases
    from ingest.session import Session

log = logging.getLogger(__name__)

_HOSTS = "CITEDESK_ALLOW_HOSTS"
_PHRASES = "CITEDESK_PHRASES"


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
    "--watch",
    is_flag=True,
    help="Keep watching the folders and addresses until stopped by Ctrl-C or SIGTERM.",
)
@click.option(
    "--prune", is_flag=True, help="With --watch: take out the articles whose file or page is no more."
)
@click.option(
    "--interval",
    default=15.0,
    metavar="MINUTES",
    help="With --watch: time between two visits of a feed that does not name its own (15).",
)
@click.option("--day", default=86_400.0, hidden=True, help="Seconds that a day of a watch lasts, for trials.")
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
    watch: bool,
    prune: bool,
    interval: float,
    day: float,
    rebuild: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
) -> int:
    """Store saved articles, so that `bot` can answer from them.

    A SOURCE is a file, a folder (searched to the bottom), an http(s) address, or - for standard input. Files may be
    clipped or plain text, Markdown, HTML, MHTML, PDF, DOCX, EML, JSON Lines (one article a line), or ZIP archives
    of these; an address is a page, a feed (RSS, Atom, JSON Feed), a sitemap or an OPML list of feeds. What is stored
    already is not stored again; a file or page that changed replaces its article, and its old text is kept.
    Pages come from the public internet only, and only if their site's robots.txt lets robots read them.

    Exit code: 0 all well, 1 some failed, 2 none worked or bad usage.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    _check(sources, rebuild=rebuild, dry_run=dry_run, watch=watch, prune=prune, url=url or title)
    load_env_file()
    settings = read_settings()
    if rebuild:
        return _rebuild(settings, as_json=as_json)
    from ingest.assemble import Facts
    from ingest.report import Report
    from ingest.session import Session
    from ingest.web.rules import Rules

    rules = Rules(_hosts([*allowed, *re.split(r"[,\s]+", os.environ.get(_HOSTS, ""))]))
    facts = Facts(title, publisher, _address(url), _moment(published), audience)
    phrases, told = _phrases(settings.data_dir)

    def report(total: int) -> Report:
        return Report(as_json=as_json, verbose=verbose, dry_run=dry_run, watch=watch, total=total)

    session = Session(sources, rules, facts, phrases, settings, report, told)
    if dry_run:
        return session.preview()
    return _watch(session, interval, day, prune=prune) if watch else session.store()


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


def _check(
    sources: Sequence[str], *, rebuild: bool, dry_run: bool, watch: bool, prune: bool, url: str
) -> None:
    if rebuild and (sources or dry_run or watch):
        raise click.UsageError(
            "--rebuild takes no SOURCE, no --dry-run and no --watch: it works on the archive as it is."
        )
    if not rebuild and not sources:
        raise click.UsageError("name at least one file or folder, a web address, or - for standard input.")
    if prune and not watch:
        raise click.UsageError("--prune goes with --watch; to take out one article: bot articles remove ID.")
    if watch and (dry_run or url or "-" in sources):
        raise click.UsageError(
            "--watch goes with folders, files and addresses, not with --dry-run, --url, --title or -."
        )


def _watch(session: Session, interval: float, day: float, *, prune: bool) -> int:
    from ingest.web.pace import Pace

    if interval <= 0 or day <= 0:
        raise click.BadParameter("it must be above 0.", param_hint="--interval")
    pace = Pace(interval * 60, day)
    if pace.interval < pace.least:
        least = f"{pace.least / 60:g} minutes"
        text = f"others' feeds wait {least}; an --interval below counts for hosts of --allow-host alone"
        print(f"ingest: {text}", file=sys.stderr)
    return session.watch(pace, prune=prune)


def _phrases(data_dir: Path) -> tuple[Phrases, str]:
    """The shipped phrases and the user's own, and what tells these from others. Raises BadPhrase."""
    from ingest.boilerplate import PHRASES, Phrases, shipped

    named = os.environ.get(_PHRASES, "").strip()
    own = Path(named).expanduser() if named else data_dir / "phrases.txt"
    try:
        if not named and not own.exists():
            return shipped(), ""
    except OSError as error:
        raise ArchiveError(
            f"cannot use the data folder {data_dir}: {error}. Set CITEDESK_DATA_DIR to a folder you may read and write."
        ) from error
    return Phrases.read(PHRASES, own), sha256(own.read_bytes()).hexdigest()


def _address(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter("it must start with http:// or https://.", param_hint="--url")
    return url


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


def _rebuild(settings: Settings, *, as_json: bool) -> int:
    from ingest.passages import CHUNKER, cut
    from ingest.report import Report
    from vectorstore.archive import Archive

    report = Report(as_json=as_json)
    with closing(report), Archive.open(settings, chunker=CHUNKER, check_model=False) as archive:
        archive.rebuild(cut, progress=report.progress)
        try:
            archive.reconcile()
        except CitedeskError as error:  # the passages are safe; a later run repairs the index
            report.note(f"warning: {error}")
    if as_json:
        report.summarize()
    else:
        print("the archive is rebuilt")
    return 0
