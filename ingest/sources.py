"""Arguments to files and links. A walk never fails: what cannot be taken is a Refusal, and the walk goes on."""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.draft import Unreadable

STDIN = "-"
_PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
_TEXTS = (".txt", ".text", ".md", ".markdown")
SUFFIXES = frozenset([*_PAGES, *_TEXTS, ".json", ".jsonl", ".ndjson", ".pdf", ".docx", ".eml", ".zip"])
_FEEDS = ".opml"
_LARGEST_LIST = 10_000_000
_WEB = re.compile("https?://", re.I)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/|$)|\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/|$)", re.I)
# Nobody's article, whoever names it.
_NEVER = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".svg",
        ".ico",
        ".bmp",
        ".mp3",
        ".mp4",
        ".mov",
        ".wav",
        ".css",
        ".js",
        ".xls",
        ".xlsx",
        ".ppt",
        ".pptx",
        ".doc",
        ".exe",
    ]
)
_JOINERS = "\u200c\u200d\u3000"  # words of Persian, of Hindi and of Chinese need them
_USER = re.compile(r"//[^/?#]*@")
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
    """A web address to read: an argument, or one from a list of feeds that is (`is_feed`: no page is wanted)."""

    url: str
    named: bool = True
    is_feed: bool = False

    @property
    def label(self) -> str:
        """The address as it can be printed, without a user's name and password."""
        return _masked(self.url)


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
            yield Refusal(_masked(argument), _other_scheme(argument))
        else:
            yield from _named(argument, seen)


def kind_of(path: str) -> str:
    """What a file's name says about its format: the suffix in lower case, below `.gz` if that is the last."""
    stem, suffix = os.path.splitext(path.lower())
    return os.path.splitext(stem)[1] if suffix == ".gz" else suffix


def printable(text: str) -> str:
    """`text`, a path or not, with control characters and bytes that are no UTF-8 spelled out."""
    return "".join(c if c.isprintable() or c in _JOINERS else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # how Python keeps a byte of a path
        return f"\\x{ord(character) & 0xFF:02x}"
    return character.encode("unicode_escape").decode()


def _masked(address: str) -> str:
    return _USER.sub("//…@", printable(address))


def _other_scheme(address: str) -> str:
    scheme, _, rest = _masked(address).partition("://")
    near = difflib.get_close_matches(scheme.lower(), ("https", "http"), n=1, cutoff=0.75)
    hint = f"; did you mean {near[0]}://{rest}?" if near else "; give a file by its path"
    return f"of addresses only http:// and https:// are read{hint}"


def _named(path: str, seen: set[str]) -> Iterator[Found | Link | Refusal]:
    """What is below the argument `path`; a folder without any file is told, or a slip would look like success."""
    nothing = os.path.realpath(path) not in seen and os.path.isdir(path)
    for item in _below(path, seen):
        nothing = False
        yield item
    if nothing:
        reason = f"the folder holds no articles (of a folder are read: {' '.join(sorted(SUFFIXES))})"
        yield Refusal(printable(path), reason, skipped=True)


def _below(path: str, seen: set[str], root: str = "") -> Iterator[Found | Link | Refusal]:
    """`path`, an argument or below the real folder `root`, or every file below it; by real paths, or a folder that
    links to itself would loop, and one that links elsewhere would bring in what nobody named."""
    named = not root
    try:
        real, facts = os.path.realpath(path), os.stat(path)
    except (OSError, ValueError) as error:
        yield Refusal(printable(path), reason_for(error) + (_hint(path) if named else ""))
        return
    if real in seen:
        return
    if root and os.path.commonpath((real, root)) != root:
        reason = "it is a link that leads out of the folder; name it to ingest it"
        yield Refusal(printable(path), reason, skipped=True)
        return
    seen.add(real)
    if stat.S_ISDIR(facts.st_mode):
        yield from _inside(path, seen, root or real)
    else:
        judged = _judged(path, facts, named=named)
        is_list = isinstance(judged, Found) and kind_of(path) == _FEEDS
        yield from _listed(path, seen) if is_list else [judged]


def _listed(path: str, seen: set[str]) -> Iterator[Link | Refusal]:
    """The feeds that an OPML file lists."""
    from ingest.web.opml import links_in_opml  # imported here: most runs read no such list

    try:
        with open(path, "rb") as stream:
            data = stream.read(_LARGEST_LIST + 1)
        if len(data) > _LARGEST_LIST:
            raise Unreadable(
                f"it is larger than {_LARGEST_LIST // 1_000_000} MB, too large for a list of feeds"
            )
        links = [link for link in links_in_opml(data) if _WEB.match(link)]
    except Unreadable as error:
        yield Refusal(printable(path), str(error))
    except OSError as error:
        yield Refusal(printable(path), reason_for(error))
    else:
        yield from (
            Link(link, named=False, is_feed=True) for link in dict.fromkeys(links) if link not in seen
        )
        seen.update(links)


def _inside(folder: str, seen: set[str], root: str) -> Iterator[Found | Link | Refusal]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith((".", "~$")))
    except OSError as error:
        yield Refusal(printable(folder), reason_for(error))
        return
    for name in names:
        yield from _below(os.path.join(folder, name), seen, root)


def _judged(path: str, facts: os.stat_result, *, named: bool) -> Found | Refusal:
    label = printable(path)
    if not stat.S_ISREG(facts.st_mode):
        reason = "it is not a regular file (a pipe, socket or device); use - to read standard input"
        return Refusal(label, reason, skipped=not named)
    suffix = kind_of(path)
    if not named and suffix == _FEEDS:
        return Refusal(label, "lists of feeds are followed only when they are named", skipped=True)
    if not named and suffix not in SUFFIXES:
        reason = f"files of type {suffix} are not read" if suffix else "files without a type are not read"
        advice = "" if suffix in _NEVER else " from a folder; name the file to ingest it"
        return Refusal(label, reason + advice, skipped=True)
    return Found(path, named, facts.st_size)


def _hint(path: str) -> str:
    """What the user may have meant by a path that is not there."""
    if _HOST.match(path):
        return f"; for the web page: https://{path}"
    folder, name = os.path.split(path.rstrip(os.sep))
    try:
        near = difflib.get_close_matches(name, os.listdir(folder or os.curdir), n=1)
    except OSError:
        return ""
    return f"; did you mean {printable(os.path.join(folder, near[0]))}?" if near else ""


def reason_for(error: OSError | ValueError) -> str:
    """What to tell the user about a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return f"it cannot be read ({error.strerror if isinstance(error, OSError) else error})"
