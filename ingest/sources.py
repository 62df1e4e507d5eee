"""Arguments to files and links. A walk never fails: what cannot be taken is a Refusal, and the walk goes on."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

STDIN = "-"
SUFFIXES = frozenset(
    [".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson", ".pdf"]
)
_WEB = re.compile("https?://", re.I)
_SCHEME = re.compile("[a-z][a-z0-9+.-]+://", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read (or standard input); `named` tells that it was an argument, not part of a folder."""

    path: str
    named: bool
    size: int = 0

    @property
    def label(self) -> str:
        """The path as it can be printed."""
        return printable(self.path)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address to read; always an argument."""

    url: str
    named: bool = True

    @property
    def label(self) -> str:
        """The address as it can be printed."""
        return printable(self.url)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input that is not read, and why; `skipped` when that is nobody's fault."""

    label: str
    reason: str
    skipped: bool = False


def find(arguments: Sequence[str]) -> Iterator[Found | Link | Refusal]:
    """The files and links behind the arguments, folders walked in order of name, nothing twice."""
    seen: set[str] = set()
    for argument in arguments:
        if argument == STDIN:
            if STDIN not in seen:
                yield Found(STDIN, named=True)
            seen.add(STDIN)
        elif _WEB.match(argument):
            if argument not in seen:
                yield Link(argument)
            seen.add(argument)
        elif _SCHEME.match(argument) and not os.path.exists(argument):
            reason = "of addresses only http:// and https:// are read; give a file by its path"
            yield Refusal(printable(argument), reason)
        else:
            yield from _below(argument, seen, named=True)


def printable(path: str) -> str:
    """`path` with control characters and bytes that are no UTF-8 spelled out."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _below(path: str, seen: set[str], *, named: bool) -> Iterator[Found | Refusal]:
    """`path`, or every file below it; by real paths, or a folder that links to itself would loop."""
    try:
        real, facts = os.path.realpath(path), os.stat(path)
    except (OSError, ValueError) as error:
        yield Refusal(printable(path), reason_for(error))
        return
    if real in seen:
        return
    seen.add(real)
    if stat.S_ISDIR(facts.st_mode):
        yield from _inside(path, seen)
    else:
        yield _judged(path, facts, named=named)


def _inside(folder: str, seen: set[str]) -> Iterator[Found | Refusal]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError as error:
        yield Refusal(printable(folder), reason_for(error))
        return
    for name in names:
        yield from _below(os.path.join(folder, name), seen, named=False)


def _judged(path: str, facts: os.stat_result, *, named: bool) -> Found | Refusal:
    label = printable(path)
    if not stat.S_ISREG(facts.st_mode):
        reason = "it is not a regular file (a pipe, socket or device); use - to read standard input"
        return Refusal(label, reason, skipped=not named)
    suffix = os.path.splitext(path)[1].lower()
    if not named and suffix not in SUFFIXES:
        reason = f"files of type {suffix} are not read" if suffix else "files without a type are not read"
        return Refusal(label, f"{reason} from a folder; name the file to ingest it", skipped=True)
    return Found(path, named, facts.st_size)


def reason_for(error: OSError | ValueError) -> str:
    """What to tell the user about a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"it cannot be read ({error.strerror if isinstance(error, OSError) else error})"
