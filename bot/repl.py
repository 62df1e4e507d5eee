"""The REPL: one question after the other, follow-ups included. One failing turn never ends it."""

from __future__ import annotations

import difflib
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.asking import LOADING, LOOKING, ask_and_show
from bot.conversation.addressed import is_small_talk, is_thanks
from bot.conversation.thread import grown
from bot.dates.calendar import check_order, period, shown
from bot.links import link_of
from bot.page import line, sources_page
from bot.publishers import publishers_of, spelt
from bot.question import question_of
from bot.terminal import Screen
from bot.types import Answer, Turn
from bot.untrusted import one_line, printable
from vectorstore.errors import CitedeskError
from vectorstore.types import Filter

if TYPE_CHECKING:
    from bot.answering import Answerer

log = logging.getLogger(__name__)
_HELP = {
    "/help": "this list",
    "/sources": "the sources of the last answer again",
    "/open N": "open source N at the quoted words",
    "/since DATE": "only articles from that day on; without a date, from any day",
    "/until DATE": "only articles up to that day; without a date, up to now",
    "/publisher NAME": "only that publisher (again for one more); without a name, every one",
    "/clear": "forget the conversation; the next question starts a new one",
    "/quit": "leave, as Ctrl-D does",
}
COMMANDS = tuple(usage.split()[0] for usage in _HELP)


class Repl:
    """A conversation with `answerer`, shown on `screen`: the turns so far, the filter, the last answer."""

    def __init__(self, answerer: Answerer, screen: Screen) -> None:
        self.where = Filter()
        self._answerer = answerer
        self._screen = screen
        self._thread: tuple[Turn, ...] = ()
        self._last: Answer | None = None
        self._status = LOADING
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/sources": self._sources,
            "/open": self._open,
            "/since": self._since,
            "/until": self._until,
            "/publisher": self._publisher,
            "/clear": self._clear,
        }

    @property
    def prompt(self) -> str:
        """What stands before the cursor: the active filter, if any."""
        where = self.where
        parts = [
            f"{word} {shown(day)}" for word, day in (("since", where.since), ("until", where.until)) if day
        ]
        parts += map(one_line, where.publishers)
        return f"[{', '.join(parts)}] > " if parts else "> "

    def publishers(self) -> list[str]:
        """The names in the archive, for completion."""
        return publishers_of(self._answerer.archive)

    def turn(self, typed: str) -> bool:
        """Answer a question or obey a command; False when the reader wants to leave. Raises CitedeskError."""
        command, _, argument = typed.strip().partition(" ")
        if not argument and command.lower() in ("quit", "exit", "help"):
            command = f"/{command.lower()}"
        if command in ("/quit", "/exit"):
            return False
        if command.startswith("/"):
            self._obey(command, argument.strip())
        elif command and is_thanks(typed.strip()):
            self.say("You are welcome.")
        elif command and is_small_talk(typed.strip()):
            self.say("Ask about your saved articles. /help lists the commands.")
        elif command:
            self._ask(question_of(typed))
        return True

    def say(self, text: str) -> None:
        """One faint remark of the REPL's own."""
        self._screen.show([line(text, "faint")])

    def _obey(self, command: str, argument: str) -> None:
        if known := self._commands.get(command):
            known(argument)
        else:
            self._unknown(command)

    def _ask(self, question: str) -> None:
        answer = ask_and_show(self._screen, self._answerer, question, self.where, self._thread, self._status)
        self._status = LOOKING
        self._last = answer
        self._thread = grown(self._thread, answer)

    def _help(self, _: str) -> None:
        width = max(map(len, _HELP)) + 2
        self._screen.show(line(meaning, label=usage.ljust(width)) for usage, meaning in _HELP.items())

    def _sources(self, _: str) -> None:
        if self._last and (self._last.citations or self._last.nearest):
            self._screen.show(sources_page(self._last))
        else:
            self.say("There are no sources yet. Ask something first.")

    def _open(self, number: str) -> None:
        link = self._links().get(number.strip("[]") or "1", "")
        if not link:
            self.say(f"There is no source {number or '1'} with a link. /sources lists them.")
        elif not _opened(link):
            self._screen.stream.write(f"{link}\n")

    def _links(self) -> dict[str, str]:
        if self._last is None:
            return {}
        if not self._last.citations:
            near = enumerate(self._last.nearest, start=1)
            return {str(number): link_of(nearest.source, nearest.quote) for number, nearest in near}
        return {str(c.number): link_of(c.source, c.quote, c.same_text) for c in self._last.citations}

    def _since(self, day: str) -> None:
        self._filter(replace(self.where, since=period(day)[0] if day else None))

    def _until(self, day: str) -> None:
        self._filter(replace(self.where, until=period(day)[1] if day else None))

    def _publisher(self, name: str) -> None:
        names = dict.fromkeys((*self.where.publishers, spelt(name, self.publishers()))) if name else ()
        self._filter(replace(self.where, publishers=tuple(names)))

    def _filter(self, where: Filter) -> None:
        check_order(where.since, where.until)
        self.where = where

    def _clear(self, _: str) -> None:
        self._thread, self._last = (), None
        self.say("A new conversation.")

    def _unknown(self, command: str) -> None:
        near = difflib.get_close_matches(command, COMMANDS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        self.say(f"There is no {command}.{hint} /help lists the commands.")


def converse(answerer: Answerer, history: Path) -> None:
    """Talk until Ctrl-D, /quit or the end of the input; `history` remembers what was typed."""
    screen = Screen(sys.stdout)
    repl = Repl(answerer, screen)
    if sys.stdin.isatty() and screen.is_terminal:
        from bot.prompt import typed_lines

        repl.say("Ask about your saved articles. /help lists the commands, Ctrl-D leaves.")
        follow(repl, typed_lines(repl, history))
    else:
        follow(repl, sys.stdin)


def follow(repl: Repl, lines: Iterable[str]) -> None:
    """One turn a line. Ctrl-C stops an answer, an error ends a turn, and the conversation goes on."""
    for typed in lines:
        try:
            if not repl.turn(typed):
                return
        except KeyboardInterrupt:
            repl.say("Stopped.")
        except BrokenPipeError:
            raise
        except CitedeskError as error:
            _complain(str(error))
        except Exception as error:
            log.debug("a turn failed", exc_info=True)
            _complain(f"{type(error).__name__}: {error}. `bot --verbose repl` shows where it happened.")


def _complain(message: str) -> None:
    sys.stderr.write(f"bot: {printable(message)}\n")
    sys.stderr.flush()


def _opened(link: str) -> bool:
    import webbrowser

    try:
        return webbrowser.open(link)
    except webbrowser.Error:
        return False
