"""The `bot` command. `main` alone turns an error into a line on standard error and an exit code."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from bot.articles import articles
from bot.as_json import answer_json, json_line
from bot.asking import LOADING, ask_and_show
from bot.evaluation.cli import eval_
from bot.options import Group, filter_of, filters
from bot.page import BLANK, line
from bot.publishers import with_known_publishers
from bot.question import question_of
from bot.slack.cli import feedback, slack
from bot.terminal import Screen, waiting
from bot.untrusted import printable
from vectorstore.errors import CitedeskError
from vectorstore.settings import Settings, load_env_file, read_settings
from vectorstore.types import Filter

if TYPE_CHECKING:
    from bot.answering import Answerer

log = logging.getLogger(__name__)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def bot() -> None:
    """Ask your saved news articles. Every sentence of the answer opens at the words that support it."""


bot.add_command(articles)
bot.add_command(slack)
bot.add_command(feedback)
bot.add_command(eval_)


@bot.command()
@click.argument("question", nargs=-1)
@filters
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def ask(
    question: tuple[str, ...], as_json: bool, publisher: tuple[str, ...], since: str | None, until: str | None
) -> int:
    """Answer one QUESTION; `-` reads one a line from standard input and answers each on its own."""
    where = filter_of(publisher, since, until)
    if question == ("-",):
        return _ask_each(where, as_json)
    asked = question_of(" ".join(question))
    settings = _settings()
    from bot.answering import open_answerer

    with open_answerer(settings, one_shot=True) as answerer:
        _ask(answerer, asked, with_known_publishers(where, answerer.archive), as_json)
    return 0


@bot.command()
def repl() -> int:
    """Ask one question after the other; follow-ups understand what came before."""
    settings = _settings()
    from bot.answering import open_answerer
    from bot.repl import converse

    with open_answerer(settings, one_shot=False) as answerer:
        converse(answerer, settings.data_dir / "repl_history")
    return 0


@bot.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Save the whole archive in one FILE, also while others write to it."""
    from vectorstore.backup import backup as save

    save(_settings(), file)
    click.echo(f"Saved the archive in {file}.")


@bot.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Bring the archive back from a FILE that `bot backup` made."""
    from vectorstore.backup import restore as bring_back

    bring_back(_settings(), file)
    click.echo(f"Restored the archive from {file}.")


@bot.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check.")
def doctor(as_json: bool) -> int:
    """Check settings, archive, models and tokens, and say how to fix what is wrong."""
    from bot.doctor import examine, report

    return report(examine(), as_json, Screen(sys.stdout))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `bot` and return its exit code: 0 done, 1 could not, 2 bad usage or settings, 130 interrupted."""
    signal.signal(signal.SIGTERM, _terminate)
    _prepare_streams()
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    for name in ("bot", "vectorstore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        # Not `bot.main`: that turns a closed pipe into exit code 1.
        with bot.make_context("bot", list(sys.argv[1:] if arguments is None else arguments)) as context:
            return int(bot.invoke(context) or 0)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except CitedeskError as error:
        return _failed(error, error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has seen enough; at exit Python would flush into the closed pipe once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        hint = "This is a fault of Citedesk; --verbose shows where it happened."
        return _failed(f"{type(error).__name__}: {error}. {hint}", 1)


def _ask_each(where: Filter, as_json: bool) -> int:
    settings = _settings()
    from bot.answering import open_answerer

    exit_code = 0
    with open_answerer(settings, one_shot=False) as answerer:
        where = with_known_publishers(where, answerer.archive)
        for number, typed in enumerate(filter(str.strip, sys.stdin)):
            try:
                asked = question_of(typed)
                if not as_json:
                    Screen(sys.stdout).show(
                        [*([BLANK, BLANK] if number else []), line(f"> {asked}", "faint")]
                    )
                _ask(answerer, asked, where, as_json)
            except CitedeskError as error:
                exit_code = _failed(error, 1)
    return exit_code


def _ask(answerer: Answerer, question: str, where: Filter, as_json: bool, status: str = LOADING) -> None:
    if not as_json:
        ask_and_show(Screen(sys.stdout), answerer, question, where, status=status)
        return
    with waiting(status, sys.stderr):
        answer = answerer.answer(question, where=where)
    print(json_line(answer_json(answer)), flush=True)


def _settings() -> Settings:
    load_env_file()
    return read_settings()


def _prepare_streams() -> None:
    """Odd bytes never stop an answer, and pipes carry UTF-8 whatever the locale says."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def _terminate(_: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _failed(error: object, exit_code: int) -> int:
    log.debug("the traceback of the line below", exc_info=True)
    click.echo(f"bot: {printable(str(error))}", err=True)
    return exit_code
