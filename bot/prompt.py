"""The only file that imports prompt_toolkit: a line editor with history and completion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.repl import COMMANDS, Repl

if TYPE_CHECKING:
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History


def typed_lines(repl: Repl, history: Path) -> Iterator[str]:
    """What is typed at the prompt, until Ctrl-D; Ctrl-C starts the line afresh."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer

    class Names(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            return _completions(repl, document.text_before_cursor)

    session: PromptSession[str] = PromptSession(
        history=_history(history),
        completer=Names(),
        complete_while_typing=False,
        reserve_space_for_menu=4,
    )
    while True:
        try:
            yield session.prompt(repl.prompt)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _completions(repl: Repl, typed: str) -> Iterator[Completion]:
    from prompt_toolkit.completion import Completion

    command, space, rest = typed.partition(" ")
    names = repl.publishers() if space and command == "/publisher" else () if space else COMMANDS
    start = rest if space else typed
    if typed.startswith("/"):
        for name in names:
            if name.casefold().startswith(start.casefold()):
                yield Completion(name, start_position=-len(start))


def _history(path: Path) -> History:
    """Kept beside the archive, for its owner's eyes only; in memory where nothing can be written."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))
