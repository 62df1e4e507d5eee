"""Pages on a terminal or in a pipe. Only styles that read well on dark and light; no boxes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from bot.page import Line, Span

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_WIDEST = 100
_STYLES = {
    "": "",
    "strong": "bold",
    "faint": "dim",
    "mark": "magenta",
    "link": "underline",
    "gone": "red strike",
    "new": "green",
}
_SIGNS = {"gone": ("[-", "-]"), "new": ("{+", "+}")}  # as `git diff --word-diff` has them
_LINKING_PROGRAMS = frozenset(
    ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal")
)
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "alacritty", "wezterm", "contour")


class Screen:
    """Shows lines on `stream`: wrapped, styled and clickable on a terminal, plain and unwrapped elsewhere."""

    def __init__(self, stream: IO[str], environ: Mapping[str, str] | None = None) -> None:
        env = os.environ if environ is None else environ
        self.stream = stream
        self.is_terminal = stream.isatty()
        self._links = self.is_terminal and shows_links(env)
        self._console: Console | None = None

    def show(self, lines: Iterable[Line]) -> None:
        """Print `lines` and flush."""
        for line in lines:
            if self.is_terminal:
                self._draw(line)
            else:
                self.stream.write(plain(line) + "\n")
        self.stream.flush()

    def _draw(self, line: Line) -> None:
        from rich.text import Text

        console = self._console = self._console or _console(self.stream)
        linked = any(span.link for span in line.spans)
        if linked and not self._links:
            # The terminal breaks the address itself, so that it stays one address to copy or click.
            console.print(Text(plain(line)), soft_wrap=True)
        else:
            body = self._text(line.spans)
            drawn = _hanging(line.label, body, cut=linked) if line.label else body
            console.print(drawn, width=min(console.width, _WIDEST))

    def _text(self, spans: Iterable[Span]) -> Text:
        from rich.style import Style
        from rich.text import Text

        text = Text()
        for span in spans:
            text.append(span.text, Style.parse(_STYLES[span.style]) + Style(link=span.link or None))
        text.rstrip()
        return text


def _hanging(label: str, body: Text, *, cut: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=0)
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=cut, overflow="ellipsis" if cut else "fold")
    grid.add_row(Text(label, style=_STYLES["mark"]), body)
    return grid


def plain(line: Line) -> str:
    """The line without any style: a link is its whole address, signs stand around what is gone or new."""
    return (line.label + "".join(map(_plain, line.spans))).rstrip()


def _plain(span: Span) -> str:
    before, after = _SIGNS.get(span.style, ("", ""))
    return f"{before}{span.link or span.text}{after}"


def shows_links(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to make text clickable (OSC 8); `FORCE_HYPERLINK` says so by hand."""
    if forced := environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    term = environ.get("TERM", "")
    if term == "dumb" or term.startswith(("screen", "tmux")):
        return False
    vte = environ.get("VTE_VERSION", "")
    known = any(environ.get(name) for name in ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM"))
    new_vte = vte.isdigit() and int(vte) >= 5000
    return (
        known
        or new_vte
        or term.startswith(_LINKING_TERMS)
        or environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
    )


@contextmanager
def waiting(text: str, stream: IO[str]) -> Iterator[Callable[[], None]]:
    """Shows `text` on a terminal while something takes its time; what is yielded wipes it away earlier."""
    visible = [stream.isatty() and os.environ.get("TERM") != "dumb"]

    def wipe() -> None:
        if visible.pop() if visible else False:
            stream.write("\r\x1b[2K")
            stream.flush()

    if visible[0]:
        stream.write(text)
        stream.flush()
    try:
        yield wipe
    finally:
        wipe()


def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    return Console(
        file=stream, markup=False, emoji=False, highlight=False, force_terminal=True, legacy_windows=False
    )
