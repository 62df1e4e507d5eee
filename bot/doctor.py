"""`bot doctor`: looks at every part an answer needs and says how to mend what is wrong. Changes nothing."""

from __future__ import annotations

import os
import sqlite3
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from bot.as_json import json_line
from bot.page import Line, line
from bot.terminal import Screen
from vectorstore.errors import CitedeskError
from vectorstore.settings import Settings, load_env_file, read_settings

if TYPE_CHECKING:
    from vectorstore.embedder import Embedder
    from vectorstore.types import Stats


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One part: what was found, and what to do about it when it is not in order."""

    part: str
    state: State
    found: str
    fix: str = ""


_EMPTY = Check("archive", State.WARN, "empty", "Put articles in: ingest FOLDER.")


def examine(environ: Mapping[str, str] | None = None) -> Iterator[Check]:
    """Every check, one after the other, slow ones last."""
    env = os.environ if environ is None else environ
    try:
        load_env_file()
        settings = read_settings(environ)
    except CitedeskError as error:
        yield Check("settings", State.FAIL, str(error), "Correct it in the environment or in .env.")
        return
    yield check_settings(Path.cwd() / ".env")
    yield check_folder(settings.data_dir)
    yield from check_slack(env, settings.data_dir)
    if settings.chroma_url:
        yield check_chroma(settings.chroma_url, settings.chroma_timeout)
    yield check_language_model(settings)
    model, embedder = check_embedding_model(settings)
    yield model
    yield from check_archive(settings, embedder)


def report(checks: Iterable[Check], as_json: bool, screen: Screen) -> int:
    """Print the checks as they come in; 1 when one of them failed, else 0."""
    failed = False
    for check in checks:
        failed = failed or check.state is State.FAIL
        if as_json:
            screen.stream.write(json_line(asdict(check)) + "\n")
            screen.stream.flush()
        else:
            screen.show(_lines(check))
    return int(failed)


def check_settings(env_file: Path) -> Check:
    """Where the settings came from."""
    found = (
        f"read from {env_file}" if env_file.is_file() else "read from the environment; there is no .env here"
    )
    return Check("settings", State.OK, found)


def check_folder(folder: Path) -> Check:
    """Whether the data folder is ours and can be written to."""
    from vectorstore.schema import FILE_NAME

    parent = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    if not parent.is_dir() or not os.access(parent, os.R_OK | os.W_OK | os.X_OK):
        return Check(
            "data folder",
            State.FAIL,
            f"{folder} cannot be written",
            "Change its owner or permissions, or set CITEDESK_DATA_DIR to a folder you may write.",
        )
    if not folder.exists():
        return Check("data folder", State.OK, f"{folder} (not made yet)")
    if not (folder / FILE_NAME).exists() and any(not p.name.startswith(".") for p in folder.iterdir()):
        return Check(
            "data folder",
            State.FAIL,
            f"{folder} holds other files and no archive",
            "Set CITEDESK_DATA_DIR to an empty or new folder.",
        )
    return Check("data folder", State.OK, str(folder))


def check_archive(settings: Settings, embedder: Embedder | None) -> Iterator[Check]:
    """Whether the archive opens and is whole, what it takes, and which facts its articles lack."""
    from vectorstore.schema import FILE_NAME

    path = settings.data_dir / FILE_NAME
    if not path.is_file():
        yield _EMPTY
        return
    if damage := _damage(path):
        yield Check("archive", State.FAIL, f"damaged: {damage}", "Bring it back with `bot restore FILE`.")
        return
    try:
        stats = _stats(settings, embedder)
    except CitedeskError as error:
        yield Check("archive", State.FAIL, "cannot be opened", str(error))
        return
    yield _sizes(stats, embedder) if stats.articles else _EMPTY
    yield from check_facts(stats)


def check_facts(stats: Stats) -> Iterator[Check]:
    """A note when articles lack a date or a publisher; silent when none does."""
    lacks = (
        (
            stats.undated,
            "no date",
            'questions with "last week" and --since leave them out',
            "--published DATE",
        ),
        (stats.without_publisher, "no publisher", "--publisher leaves them out", "--publisher NAME"),
    )
    for count, lack, so, option in lacks:
        if count:
            found = f"{count:,} of {stats.articles:,} {'has' if count == 1 else 'have'} {lack}; {so}"
            yield Check("articles", State.WARN, found, f"Give it: ingest FILE {option}.")


def _damage(path: Path) -> str:
    """The first thing SQLite finds wrong with the file; empty when it is whole."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def _stats(settings: Settings, embedder: Embedder | None) -> Stats:
    from vectorstore.archive import Archive

    with Archive.open(settings, embedder, one_shot=True) as archive:
        return archive.stats()


def _sizes(stats: Stats, embedder: Embedder | None) -> Check:
    found = (
        f"whole; {stats.articles:,} articles, {stats.passages:,} passages, "
        f"{stats.pending:,} of them not indexed yet; "
        f"{_megabytes(stats.bytes_sqlite + stats.bytes_index)} on disk"
    )
    if embedder:
        found += f"; their vectors take {_megabytes(stats.passages * embedder.dimension * 4)} of memory"
    return Check("archive", State.OK, found)


def check_embedding_model(settings: Settings) -> tuple[Check, Embedder | None]:
    """Whether the embedding model loads and encodes a question, and the model if it does."""
    from vectorstore.model import load_embedder

    started = time.monotonic()
    try:
        embedder = load_embedder(settings.embedding_model, settings.engine, settings.cache_dir)
        embedder.encode_query("Does it work?")
    except CitedeskError as error:
        found = f"{settings.embedding_model} cannot be used"
        return Check("embedding model", State.FAIL, found, str(error)), None
    took = time.monotonic() - started
    found = f"{embedder.name}, {embedder.dimension} dimensions, by {embedder.engine}, ready in {took:.1f} s"
    if embedder.note:
        fix = "Asking starts slowly this way; CITEDESK_ENGINE=torch if that is as it should be."
        return Check("embedding model", State.WARN, f"{found}; {embedder.note}", fix), embedder
    return Check("embedding model", State.OK, found), embedder


def check_chroma(url: str, timeout: float) -> Check:
    """Whether the Chroma server answers."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=timeout):
            return Check("chroma server", State.OK, f"{_without_login(url)} answers")
    except (OSError, ValueError) as error:
        return Check(
            "chroma server",
            State.WARN,
            f"{_without_login(url)} does not answer ({error}); searches are exact meanwhile",
            "Start it with `chroma run`, correct CITEDESK_CHROMA_URL, or leave that empty.",
        )


def check_language_model(settings: Settings) -> Check:
    """Whether package and key for the language model are there; nothing is sent to it."""
    if not settings.llm:
        return Check("language model", State.OK, "not set: answers are extracts")
    from bot.writing.chat_model import open_chat_model

    try:
        model = open_chat_model(settings.llm, settings.llm_timeout)
    except CitedeskError as error:
        return Check("language model", State.FAIL, f"{settings.llm} cannot be used", str(error))
    return Check("language model", State.OK, f"{model.name}: package and key are there (it was not called)")


def check_slack(environ: Mapping[str, str], data_dir: Path) -> Iterator[Check]:
    """Whether Slack can be reached with the tokens that are set, and what it allows; silent about their content."""
    from bot.slack.doctor import check_slack as checks
    from bot.slack.settings import read_slack_settings

    try:
        yield from checks(read_slack_settings(environ), _last_seen(data_dir))
    except CitedeskError as error:
        yield Check("slack", State.FAIL, str(error), "Correct it in the environment or in .env.")


def _last_seen(data_dir: Path) -> Mapping[str, float] | None:
    """When Slack last delivered each type of event; None when the bot never ran here."""
    from bot.slack.memory import Memory
    from bot.slack.store import FILE_NAME, FOLDER, Store

    if not (data_dir / FOLDER / FILE_NAME).is_file():
        return None
    with closing(Store(data_dir)) as store:
        return Memory(store).last_seen()


def _lines(check: Check) -> Iterator[Line]:
    label = f"{check.state:<6}"
    yield line(f"{check.part}: {check.found}", "strong" if check.state is State.FAIL else "", label)
    if check.fix:
        yield line(check.fix, "faint", " " * len(label))


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _without_login(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
