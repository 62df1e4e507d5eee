"""The course of `bot eval`: everything that can be wrong is found before the first question is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from bot.answering import Answerer, open_answerer
from bot.as_json import json_line
from bot.evaluation.cases import Conversation, digest, read_files
from bot.evaluation.compare import Comparison, compared, comparison_json
from bot.evaluation.figures import summary
from bot.evaluation.gate import Limit, missed
from bot.evaluation.judge import results_of
from bot.evaluation.pages import comparison_page, figures_page
from bot.evaluation.plots import check_plots, draw
from bot.evaluation.progress import progress
from bot.evaluation.result import Result, result_json
from bot.evaluation.store import HEAD, Saved, Saving, begun, differences, read_run
from bot.evaluation.worst import worst_page
from bot.page import BLANK, Line, line
from bot.terminal import Screen
from bot.types import EXTRACTS
from bot.untrusted import printable
from vectorstore.archive import Archive
from vectorstore.errors import ArchiveError, SettingsError
from vectorstore.settings import Settings

# Where things lie and how long is waited for them changes no figure; any other setting may.
_NO_MATTER = {"data_dir", "cache_dir", "chroma_url", "chroma_timeout", "llm_timeout"}
_TOLD_BESIDE = {"embedding_model", "llm"}  # as what was in use: `model` and `language_model`
_MOST_MOVED = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked of `bot eval`; `limit` is a number of lines, 0 for all."""

    files: tuple[Path, ...]
    as_json: bool = False
    save: Path | None = None
    against: Path | None = None
    plots: Path | None = None
    worst: int = 5
    limit: int = 0
    limits: tuple[Limit, ...] = ()


def evaluate(settings: Settings, wanted: Wanted, out: IO[str], err: IO[str]) -> int:
    """Ask every question of the files and write to `out` what came of it; 1 when a limit is missed, else 0.

    Raises SettingsError for a file that cannot be used, ArchiveError when the archive is empty, and what answering
    raises; what was saved until then stays.
    """
    lines = read_files(wanted.files, lambda remark: _say(err, remark), wanted.limit)
    earlier = _earlier(wanted)
    if wanted.plots:
        check_plots(wanted.plots)
    with open_answerer(settings, one_shot=False) as answerer:
        head = head_of(answerer.archive, settings, lines, wanted.files)
        saved = begun(wanted.save, head) if wanted.save else Saved()
        with Saving(wanted.save, head, saved) if wanted.save else nullcontext() as saving:
            record = _Record(list(saved.results), saving, out if wanted.as_json else None)
            with _told_when_stopped(record, wanted.save, err):
                _ask(answerer, lines, record, err)
            told = summary(record.results) | {HEAD: head}
            if saving:
                saving.finish(told)
    return _report(wanted, record.results, told, earlier, out, err)


def head_of(
    archive: Archive, settings: Settings, lines: Sequence[Conversation], files: Sequence[Path]
) -> dict[str, Any]:
    """What a run was made with: two runs with the same head (but for `date` and `files`) are one.

    Raises ArchiveError when the archive is empty.
    """
    stats = archive.stats()
    if not stats.articles:
        raise ArchiveError("the archive is empty, so there is nothing to measure. Run `ingest` first.")
    return {
        "citedesk": version("citedesk"),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": [str(path) for path in files],
        "questions": f"{_count(lines)} ({digest(lines)})",
        "archive": archive.id,
        "generation": stats.generation,
        "articles": stats.articles,
        "passages": stats.passages,
        "model": stats.model,
        "language_model": settings.llm or EXTRACTS,
        "settings": _settings(settings),
    }


def _settings(settings: Settings) -> dict[str, Any]:
    return {name: value for name, value in asdict(settings).items() if name not in _NO_MATTER | _TOLD_BESIDE}


def _earlier(wanted: Wanted) -> Saved | None:
    if wanted.against is None:
        return None
    if wanted.save and wanted.save.absolute() == wanted.against.absolute():
        raise SettingsError("--save and --against name the same file. Save this run in another one.")
    return read_run(wanted.against)


@dataclass(frozen=True, slots=True)
class _Record:
    """The results so far, each kept in a file and printed as soon as it is there, if that is wanted."""

    results: list[Result]
    saving: Saving | None
    printed: IO[str] | None

    def add(self, result: Result) -> None:
        if self.saving:
            self.saving.add(result)
        self.results.append(result)
        self.show(result)

    def show(self, result: Result) -> None:
        if self.printed:
            print(json_line(result_json(result)), file=self.printed, flush=True)


def _ask(answerer: Answerer, lines: Sequence[Conversation], record: _Record, err: IO[str]) -> None:
    """Ask what the record does not hold yet."""
    known = {result.id for result in record.results}
    if known:
        rest = "going on from there" if len(known) < _count(lines) else "none is asked again"
        _say(err, f"Of {_count(lines)} questions, {len(known)} were saved before; {rest}.")
    for result in record.results:
        record.show(result)
    if len(known) < _count(lines):
        answerer.retrieve(
            lines[0].turns[0].question, 1
        )  # opens the index, which is no part of any answer's time
    with progress(len(known), _count(lines), err) as move:
        for result in _missing(answerer, lines, known):
            record.add(result)
            move(1)


def _missing(answerer: Answerer, lines: Sequence[Conversation], known: set[str]) -> Iterator[Result]:
    """Of a conversation that was broken off, the first turns are asked again, for the sake of those that follow."""
    for conversation in lines:
        if not {case.id for case in conversation.turns if not case.context} <= known:
            yield from (result for result in results_of(answerer, conversation) if result.id not in known)


@contextmanager
def _told_when_stopped(record: _Record, save: Path | None, err: IO[str]) -> Iterator[None]:
    """Says how to go on, whatever stopped it."""
    finished = False
    try:
        yield
        finished = True
    finally:
        if not finished:
            kept = (
                f"{save} keeps them; the same command goes on from there."
                if save
                else "None is kept; with --save RUN.jsonl the same command goes on from where it stopped."
            )
            _say(err, f"Stopped after {len(record.results)} questions. {kept}")


def _report(
    wanted: Wanted,
    results: Sequence[Result],
    told: dict[str, Any],
    earlier: Saved | None,
    out: IO[str],
    err: IO[str],
) -> int:
    comparison = None
    if earlier and wanted.against:
        differing = differences(earlier.head, told[HEAD]) if earlier.head else {}
        comparison = compared(str(wanted.against), earlier.results, results, differing)
        told = told | {"comparison": comparison_json(comparison)}
    failed = list(missed(wanted.limits, told))
    drawn = draw(wanted.plots, results, earlier.results if earlier else ()) if wanted.plots else []
    if wanted.as_json:
        shown = told | {"missed": failed, "plots": [str(path) for path in drawn]}
        print(json_line({"summary": shown}), file=out, flush=True)
    else:
        Screen(out).show(_page(wanted, results, told, comparison, drawn))
    for line_ in failed:
        _say(err, line_)
    return 1 if failed else 0


def _page(
    wanted: Wanted,
    results: Sequence[Result],
    told: Mapping[str, Any],
    comparison: Comparison | None,
    drawn: Sequence[Path],
) -> Iterator[Line]:
    head = told[HEAD]
    facts = (f"{head['articles']:,} articles", head["model"], head["language_model"])
    yield line(" · ".join((", ".join(head["files"]), *facts)), "strong")
    yield BLANK
    yield from figures_page(results, told)
    if wanted.worst:
        yield BLANK
        yield from worst_page(results, wanted.worst)
    if comparison:
        yield BLANK
        yield from comparison_page(comparison, _MOST_MOVED)
    for path in (*drawn, *filter(None, [wanted.save])):
        yield line(f"Written: {path}", "faint")


def _count(lines: Sequence[Conversation]) -> int:
    return sum(conversation.judged for conversation in lines)


def _say(err: IO[str], remark: str) -> None:
    print(f"bot: {printable(remark)}", file=err, flush=True)
