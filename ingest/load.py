"""Files to drafts: the format by what a file holds, then by its name. A bad file, member or line is a Refusal."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BufferedReader, BytesIO, FileIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from ingest.decode import decode, refuse_binary
from ingest.draft import Draft, Unreadable
from ingest.packed import EMPTY_ZIP, GZIP, ZIP, is_document, members, open_archive, ungzipped
from ingest.readers.clip import read_clip
from ingest.readers.docx import read_docx
from ingest.readers.eml import read_eml
from ingest.readers.html import read_html
from ingest.readers.jsonl import read_json, read_lines
from ingest.readers.markdown import read_markdown
from ingest.readers.mhtml import is_saved_page, read_mhtml
from ingest.readers.mime import is_message, parse
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from ingest.sources import STDIN, Found, Refusal, kind_of, reason_for
from vectorstore.types import Article

LARGEST_FILE = 50_000_000
LARGEST_PIPE = 2_000_000_000
_LINES = (".jsonl", ".ndjson")
_SAVED_PAGES = (".mhtml", ".mht")
_HEAD = 65_536
_OBJECTS = re.compile(rb'(?:\xef\xbb\xbf)?\s*+\{\s*+"[^\n]*\}[^\S\n]*+\n\s*+\{')
# Nothing is given back (`*+`), or a page of comments would take years.
_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*>\s*+)?(?><!--.*?-->\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MARKUP = re.compile(r"<(?:p|div|article|main|section|title|h1)\b[^<>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A draft and where it came from.

    `label` names the file (and the line of a JSON Lines file), `size` the bytes read for it.
    `path` is empty for an article that has no file of its own; `member` is the name inside the ZIP archive `path`.
    `fetched` tells that it took a while to get.
    `stored` is called with the article's id once it is safely stored, unchanged or known; never on failure.
    `failed` is called when the article itself cannot be stored; not when the archive fails.
    `yields_to` is asked about an article that is stored under the same address: if True, that one stays as it is.
    """

    label: str
    draft: Draft
    named: bool
    path: str = ""
    size: int = 0
    fetched: bool = False
    stored: Callable[[str], None] | None = None
    failed: Callable[[], None] | None = None
    yields_to: Callable[[Article], bool] | None = None
    member: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the bytes at hand come from; `name` is the file's, and `packed` forbids to look for more archives."""

    label: str
    name: str
    named: bool
    path: str = ""
    size: int = 0
    member: str = ""
    packed: bool = False


def load(found: Found) -> Iterator[Loaded | Refusal]:
    """The drafts of one file, lazily: one, or many from JSON Lines or a ZIP archive."""
    try:
        with _opened(found.path) as stream:
            if found.path == STDIN:
                place = _Place(found.label, "standard input", named=True)
            else:
                place = _Place(found.label, found.label, found.named, found.path, found.size)
            yield from _articles(stream, place)
    except Unreadable as reason:
        yield Refusal(found.label, str(reason))
    except FileNotFoundError:
        yield Refusal(found.label, "it was there and vanished before it could be read")
    except OSError as error:
        yield Refusal(found.label, reason_for(error))


def read(data: bytes, name: str, charset: str = "", address: str = "") -> Draft:
    """The article in `data`, in any format; `name` decides where the content does not. Raises Unreadable.

    `charset` is the encoding that a server declared, `address` where it came from.
    """
    if not data.strip():
        raise Unreadable("it is empty")
    if data.startswith(b"%PDF-"):
        return read_pdf(data, name)
    if data.startswith(ZIP) and is_document(open_archive(BytesIO(data))):
        return read_docx(data, name)
    suffix = kind_of(name)
    if suffix in (".eml", *_SAVED_PAGES) or is_message(data):
        message = parse(data)
        is_page = suffix in _SAVED_PAGES or (suffix != ".eml" and is_saved_page(message))
        return read_mhtml(message, name) if is_page else read_eml(message, name)
    text = decode(data, charset)
    if _PAGE.match(text) or (suffix in (".html", ".htm", ".xhtml") and _MARKUP.search(text)):
        return read_html(data, name, charset, address)
    if suffix == ".json" or re.match(r'\s*\{\s*"', text):
        return read_json(text)
    return replace(_read_text(text, name), raw=text)


def _read_text(text: str, name: str) -> Draft:
    if kind_of(name) in (".md", ".markdown") or re.match(r"---\n\s*[\w-]+:", text):
        return read_markdown(text, name)
    return read_clip(text, name) or read_plain(text, name)


@contextmanager
def _opened(path: str) -> Iterator[BufferedReader[Any]]:
    """The file, or standard input put where it can be read twice, for an archive is read from its end."""
    if path != STDIN:
        with BufferedReader(FileIO(path), _HEAD) as stream:
            yield stream
    else:
        with TemporaryFile() as kept, BufferedReader(kept, _HEAD) as stream:
            _keep(sys.stdin.buffer, kept)
            yield stream


def _keep(pipe: BinaryIO, kept: BinaryIO) -> None:
    """A pipe has no size to ask for, and may never end."""
    left = LARGEST_PIPE
    while data := pipe.read(_HEAD):
        left -= kept.write(data)
        if left < 0:
            raise Unreadable(
                f"it is larger than {LARGEST_PIPE // 1_000_000_000} GB; save it and name the file"
            )
    kept.seek(0)


def _articles(stream: BufferedReader, place: _Place) -> Iterator[Loaded | Refusal]:
    head = stream.peek(_HEAD)
    if head.startswith(GZIP) and not place.packed:
        name = place.name.removesuffix(".gz")
        yield from _articles(ungzipped(stream), replace(place, name=name, packed=True))
    elif head.startswith((ZIP, EMPTY_ZIP)) and not place.packed:
        yield from _archive(stream, place)
    elif kind_of(place.name) in _LINES or _OBJECTS.match(head):
        yield from _lines(stream, head, place)
    else:
        yield _one(stream, place)


def _one(stream: BinaryIO, place: _Place) -> Loaded:
    if place.size > LARGEST_FILE:
        raise Unreadable(_too_large())
    data = _bounded(stream)
    size = place.size or len(data)
    return Loaded(place.label, read(data, place.name), place.named, place.path, size, member=place.member)


def _archive(stream: BufferedReader, place: _Place) -> Iterator[Loaded | Refusal]:
    archive = open_archive(stream)
    if is_document(archive):
        stream.seek(0)
        yield _one(stream, place)
        return
    empty = True
    for member in members(archive, LARGEST_FILE):
        empty = False
        label = f"{place.label}: {member.name}"
        if member.stream is None:
            yield Refusal(label, member.reason, member.skipped)
            continue
        inside = _Place(label, member.name, place.named, place.path, member.size, member.name, packed=True)
        try:
            yield from _articles(member.stream, inside)
        except Unreadable as reason:
            yield Refusal(label, str(reason))
    if empty:
        raise Unreadable("there is no file in this archive")


def _lines(stream: BinaryIO, head: bytes, place: _Place) -> Iterator[Loaded | Refusal]:
    refuse_binary(head)
    if b"\0" in head:
        raise Unreadable("it is binary data or UTF-16; JSON Lines must be UTF-8 text")
    articles = end = 0
    for number, draft in read_lines(stream):
        articles += 1
        start, end = end, stream.tell()
        label = f"{place.label}: line {number}"
        if isinstance(draft, Unreadable):
            yield Refusal(label, str(draft))
        else:
            yield Loaded(label, draft, place.named, size=end - start)
    if not articles:
        raise Unreadable("it is empty")


def _bounded(stream: BinaryIO) -> bytes:
    """All of a stream, if it is not too large; a pipe or a growing file has no size to ask for."""
    data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Unreadable(_too_large())
    return data


def _too_large() -> str:
    limit = f"{LARGEST_FILE // 1_000_000} MB"
    return f"it is larger than {limit}, too large for one article; put many articles in JSON Lines (.jsonl)"
