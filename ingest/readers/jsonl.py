"""JSON Lines, one article a line, and a `.json` file with one article. A bad line fails alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO

from ingest.dates import parse_date
from ingest.decode import decode, tidy
from ingest.draft import Draft, Unreadable
from ingest.origin import web_address
from ingest.paragraphs import fold, from_prose
from ingest.readers.trace import FILE, TEXT, traced

LONGEST_LINE = 50_000_000


def read_lines(stream: BinaryIO) -> Iterator[tuple[int, Draft | Unreadable]]:
    """Each line's number with its article, or with why there is none. Holds one line in memory at a time."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            _skip_line(stream, line)
            yield number, Unreadable(f"the line is longer than {LONGEST_LINE // 1_000_000} MB")
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield number, _attempt(line)


def read_json(text: str) -> Draft:
    """The article in one JSON object. Raises Unreadable."""
    try:
        found = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        raise Unreadable(f"not valid JSON ({error.msg.lower()}, {line}column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("not valid JSON (a number too long or nesting too deep)") from error
    if not isinstance(found, dict):
        raise Unreadable('not a JSON object with at least "text"')
    return _draft(found)


def _attempt(line: bytes) -> Draft | Unreadable:
    try:
        return read_json(decode(line))
    except Unreadable as reason:
        return reason


def _skip_line(stream: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(LONGEST_LINE)


def _draft(found: Mapping[str, object]) -> Draft:
    raw = tidy(_string(found, "text"))
    text = from_prose(raw)
    if not text:
        raise Unreadable('"text" is missing or empty')
    remarks: list[str] = []
    url = _string(found, "url").strip()
    if url and not web_address(url):
        remarks.append("url left out: it is not an http or https address")
    title = _words(found, "title")
    draft = Draft(
        title=title or _opening(text),
        text=text,
        summary=from_prose(tidy(_string(found, "summary"))),
        publisher=_words(found, "publisher"),
        author=_words(found, "author"),
        url=web_address(url),
        published=_date(found, "published", remarks),
        language=_words(found, "language"),
        fetched_at=_date(found, "fetched_at", remarks),
        audience=_words(found, "audience"),
        incomplete=found.get("incomplete") is True,
        modified=_date(found, "modified", remarks),
        key=_words(found, "id"),
        remarks=tuple(remarks),
        raw=raw,
    )
    return traced(draft, FILE, title=FILE if title else TEXT)


def _string(found: Mapping[str, object], key: str) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if key == "id" and isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise Unreadable(f'"{key}" must be a string')
    return value


def _words(found: Mapping[str, object], key: str) -> str:
    return fold(tidy(_string(found, key)))


def _date(found: Mapping[str, object], key: str, remarks: list[str]) -> datetime | None:
    value = _string(found, key).strip()
    moment = parse_date(value) if value else None
    if value and not moment:
        remarks.append(f"{key} not understood: {value[:80]}")
    return moment


def _opening(text: str) -> str:
    """The first words of an article that came without a title."""
    line = text.partition("\n")[0]
    return line if len(line) <= 80 else line[:80].rpartition(" ")[0].rstrip(",;:") + "…"
