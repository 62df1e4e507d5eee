"""Whether a file that is not seen any more is gone, or only out of sight: a drive that is not mounted looks like a
folder that was emptied, and what it held must stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.sources import STDIN, Found, Link, Refusal, printable


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the arguments. Paths are absolute and as they can be printed, for so is a refusal's.

    `refused` are the paths that could not be looked at, `lively` the folders in which some file is still seen: of the
    arguments, and of what is directly below them, for there drives are mounted too.
    """

    arguments: tuple[str, ...]
    refused: frozenset[str]
    lively: frozenset[str]

    @classmethod
    def of(cls, arguments: Sequence[str], items: Iterable[Found | Link | Refusal]) -> Sight:
        """What `items`, the result of a walk, tell."""
        watched = tuple(_shown(argument) for argument in arguments if argument != STDIN)
        refused: set[str] = set()
        there: set[str] = set()
        for item in items:
            if not isinstance(item, Link):
                seen = isinstance(item, Found) or item.skipped
                (there if seen else refused).add(os.path.abspath(item.label))
        lively = {folder for path in there for folder in _folders(path, watched)}
        return cls(watched, frozenset(refused), frozenset(lively))

    def covers(self, path: str) -> bool:
        """Whether the file is an argument, or below one."""
        shown = _shown(path)
        return any(shown == argument or shown.startswith(_inside(argument)) for argument in self.arguments)

    def doubt(self, path: str) -> str | None:
        """The folder for which it cannot be told that a missing file of it is gone; None where that is certain.

        So the last file of a folder stays, also when it was deleted on purpose: to keep an article too long is
        repaired by one command, a drive full of them that was taken out is not.
        """
        shown = _shown(path)
        for above in (shown, *_parents(shown)):
            if above in self.refused and not (above == shown and shown in self.arguments):
                return above
        if shown in self.arguments:  # a file named itself: other files of its folder are not looked for
            folder = os.path.dirname(os.path.abspath(path))
            return None if _has_any(folder) else printable(folder)
        return next((folder for folder in _folders(shown, self.arguments) if folder not in self.lively), None)


def _folders(path: str, arguments: Iterable[str]) -> Iterator[str]:
    """The arguments above the file, and for each the folder directly below that is above the file too."""
    for argument in arguments:
        inside = _inside(argument)
        if path.startswith(inside):
            yield argument
            first, deeper, _ = path[len(inside) :].partition(os.sep)
            if deeper:
                yield inside + first


def _inside(folder: str) -> str:
    return folder.rstrip(os.sep) + os.sep


def _parents(path: str) -> Iterator[str]:
    while (above := os.path.dirname(path)) != path:
        yield above
        path = above


def _has_any(folder: str) -> bool:
    try:
        return any(not name.startswith(".") for name in os.listdir(folder))
    except OSError:
        return False


def _shown(path: str) -> str:
    return os.path.abspath(printable(path))
