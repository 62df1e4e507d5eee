"""Files to drafts: the format by what a file holds, then by its name. A bad file or line is a Refusal."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import splitext
from typing import BinaryIO

from ingest.decode import decode, refuse_binary
from ingest.draft import Draft, Unreadable
from ingest.readers.clip import read_clip
from ingest.readers.html import read_html
from ingest.readers.jsonl import read_json, read_lines
from ingest.readers.markdown import read_markdown
from ingest.readers.pdf import read_pdf
from ingest.readers.plain import read_plain
from ingest.sources import STDIN, Found, Refusal, reason_for

LARGEST_FILE = 50_000_000
_LINES = (".jsonl", ".ndjson")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_MARKUP = re.compile(r"<(?:p|div|article|main|section|title|h1)\b[^>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A draft and where it came from.

    `label` names the file (and the line of a JSON Lines file), `size` the bytes read for it.
    `path` is empty for an article that has no file of its own; `fetched` tells that it took a while to get.
    """

    label: str
    draft: Draft
    named: bool
    path: str = ""
    size: int = 0
    fetched: bool = False


def load(found: Found) -> Iterator[Loaded | Refusal]:
    """The drafts of one file, lazily."""
    try:
        if found.path == STDIN:
            draft = read(_bounded(sys.stdin.buffer), "standard input")
            yield Loaded(found.label, draft, named=True)
        elif splitext(found.path)[1].lower() in _LINES:
            yield from _load_lines(found)
        else:
            yield Loaded(found.label, _load_file(found), found.named, found.path, found.size)
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
    text = decode(data, charset)
    suffix = splitext(name)[1].lower()
    if _PAGE.match(text) or (suffix in (".html", ".htm", ".xhtml") and _MARKUP.search(text)):
        return read_html(data, name, charset, address)
    if suffix == ".json" or re.match(r'\s*\{\s*"', text):
        return read_json(text, name)
    if suffix in (".md", ".markdown") or re.match(r"---\n\s*[\w-]+:", text):
        return read_markdown(text, name)
    return read_clip(text, name) or read_plain(text, name)


def _load_file(found: Found) -> Draft:
    if found.size > LARGEST_FILE:
        raise Unreadable(_too_large())
    with open(found.path, "rb") as stream:
        return read(_bounded(stream), found.label)


def _load_lines(found: Found) -> Iterator[Loaded | Refusal]:
    articles = end = 0
    with open(found.path, "rb") as stream:
        refuse_binary(head := stream.read(4096))
        if b"\0" in head:
            raise Unreadable("it is binary data or UTF-16; JSON Lines must be UTF-8 text")
        stream.seek(0)
        for number, draft in read_lines(stream, found.label):
            articles += 1
            start, end = end, stream.tell()
            label = f"{found.label}: line {number}"
            if isinstance(draft, Unreadable):
                yield Refusal(label, str(draft))
            else:
                yield Loaded(label, draft, found.named, size=end - start)
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
