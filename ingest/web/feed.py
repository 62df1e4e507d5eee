"""RSS, Atom and RDF through feedparser, JSON Feed by its own field names: the newest 500 entries of either.

Entities declared by the feed itself are refused: no honest feed needs them, and feedparser would expand them.
"""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from time import struct_time
from typing import Any

from ingest.decode import decode, tidy, without_declaration
from ingest.draft import Unreadable
from ingest.origin import canonical
from ingest.paragraphs import fold
from ingest.web.listing import Entry, Listing, link_in, mark_of, newest
from ingest.web.markup import prose
from ingest.web.moments import moment_in

MOST_ENTRIES = 500
LARGEST = 20_000_000
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", re.I)
_ROOT = re.compile(r"<[A-Za-z_]")
_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_WHOLE_CONTENT = 500  # characters of a text that the feed calls its content
_WHOLE_SUMMARY = 1_500
_CLOSED, _TAIL = re.compile(rb"</(?:\w+:)?(?:rss|rdf|feed)\s*>", re.I), 2_000
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;)\]|(?:read|continue|learn) (?:more|reading)\W*)$", re.I
)


def read_feed(data: bytes, address: str, charset: str = "") -> Listing:
    """The entries of an RSS, Atom or RDF feed; relative links seen from `address`. Raises Unreadable."""
    import feedparser  # type: ignore[import-untyped]

    headers = {"content-type": "application/xml; charset=utf-8", "content-location": address}
    plain = BytesIO(_plain(data, charset))
    try:
        found = feedparser.parse(plain, response_headers=headers, sanitize_html=False)
    except _STUMBLES as error:
        raise Unreadable(f"the feed is damaged ({error}); try again later") from error
    feed: Mapping[str, Any] = found.get("feed", {})
    newest_first = sorted(map(dict, found.entries), key=_age)[:MOST_ENTRIES]
    entries = [entry for item in newest_first if (entry := _entry(item, feed))]
    if not entries and found.get("bozo"):
        why = fold(str(found.get("bozo_exception", "")))[:200]
        raise Unreadable(f"the feed is damaged ({why}); try again later")
    cut_off = bool(found.get("bozo")) and not _CLOSED.search(plain.getvalue()[-_TAIL:])
    broken = f"the feed is damaged; {len(entries):,} entries read" if cut_off else ""
    return Listing(
        tuple(entries),
        every=_minutes(feed.get("ttl")) * 60.0,
        complete=not cut_off,
        remark=broken or _remark(len(found.entries)),
    )


def read_json_feed(document: Mapping[str, Any], address: str) -> Listing:
    """The entries of a JSON Feed (jsonfeed.org, 1 and 1.1)."""
    found = [_item(item, document, address) for item in _dicts(document.get("items"))]
    return Listing(newest(filter(None, found), MOST_ENTRIES), remark=_remark(len(found)))


def json_feed(data: bytes) -> dict[str, Any] | None:
    """The document, if it is a JSON Feed."""
    try:
        document = json.loads(decode(data))
    except (ValueError, RecursionError, Unreadable):
        return None
    is_feed = isinstance(document, dict) and "jsonfeed.org/version/" in str(document.get("version"))
    return document if is_feed else None


def _remark(count: int) -> str:
    return f"the newest {MOST_ENTRIES} of its {count:,} entries are read" if count > MOST_ENTRIES else ""


def _plain(data: bytes, charset: str) -> bytes:
    if len(data) > LARGEST:
        raise Unreadable(f"the feed is larger than {LARGEST // 1_000_000} MB")
    declared = _DECLARED.search(data[:200])
    text = without_declaration(decode(data, charset, declared[1].decode() if declared else ""))
    root = _ROOT.search(text)
    if "<!ENTITY" in text[: root.start() if root else None].upper():
        raise Unreadable("the feed declares entities of its own, which no feed needs and which can be a trap")
    return text.encode()


def _entry(item: Mapping[str, Any], feed: Mapping[str, Any]) -> Entry | None:
    link = link_in(_text(item.get("link")))
    text, teaser = _body(item)
    name = fold(tidy(_text(item.get("id")))) or link
    key = _key(name) or mark_of(item.get("title"), text)
    source = _source(item.get("source"))
    if not link and not text:
        return None
    updated = _moment(item, "updated")
    title = fold(prose(_text(item.get("title"))).replace("\n\n", " "))
    return Entry(
        id=key,
        link=link,
        mark=mark_of(updated, title) if updated else mark_of(title, text),
        title=title,
        author=_authors(item),
        publisher=source or _line(feed.get("title")),
        language=_text(feed.get("language")),
        published=_moment(item, "published") or updated,
        updated=updated,
        text=text,
        teaser=teaser,
    )


def _item(item: Mapping[str, Any], feed: Mapping[str, Any], address: str) -> Entry | None:
    link = link_in(_text(item.get("url")), address)
    html = _text(item.get("content_html"))
    text = prose(html) if html else tidy(_text(item.get("content_text")))
    text, teaser = _judged(text, _text(item.get("summary")))
    name = fold(tidy(str(item.get("id") or ""))) or link
    if not (link or text) or not name:
        return None
    updated = moment_in(_text(item.get("date_modified")))
    title = _line(item.get("title"))
    return Entry(
        id=_key(name),
        link=link,
        mark=mark_of(updated, title) if updated else mark_of(title, text),
        title=title,
        author=_json_authors(item) or _json_authors(feed),
        publisher=_line(feed.get("title")),
        language=_text(item.get("language")) or _text(feed.get("language")),
        published=moment_in(_text(item.get("date_published"))) or updated,
        updated=updated,
        text=text,
        teaser=teaser,
    )


def _body(item: Mapping[str, Any]) -> tuple[str, bool]:
    contents = [prose(_text(content.get("value"))) for content in item.get("content") or ()]
    return _judged(max(contents, key=len, default=""), _text(item.get("summary")))


def _judged(content: str, summary: str) -> tuple[str, bool]:
    """The longer of an entry's own text and its summary, and whether it may be a teaser only."""
    short = prose(summary)
    if len(content) >= len(short):
        return content, len(content) < _WHOLE_CONTENT or bool(_CUT_OFF.search(content))
    return short, len(short) < _WHOLE_SUMMARY or bool(_CUT_OFF.search(short))


def _dicts(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _key(name: str) -> str:
    return canonical(name) if name.lower().startswith(("http://", "https://")) else name[:500]


def _source(value: object) -> str:
    return _line(value.get("title")) if isinstance(value, Mapping) else ""


def _authors(item: Mapping[str, Any]) -> str:
    names = [_line(author.get("name")) for author in item.get("authors") or ()]
    return ", ".join(filter(None, dict.fromkeys(names))) or _line(item.get("author"))


def _json_authors(item: Mapping[str, Any]) -> str:
    names = [_line(author.get("name")) for author in _dicts(item.get("authors") or [item.get("author")])]
    return ", ".join(filter(None, dict.fromkeys(names)))


def _age(item: Mapping[str, Any]) -> float:
    moment = _instant(item.get("updated_parsed")) or _instant(item.get("published_parsed"))
    return -moment.timestamp() if moment else float("inf")


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    """The moment with the zone that was written, if Python can read it; feedparser keeps the instant alone."""
    instant = _instant(item.get(f"{name}_parsed"))
    written = moment_in(_text(item.get(name)))
    return written if written and written == instant else instant


def _instant(parsed: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _minutes(value: object) -> int:
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(value: object) -> str:
    return fold(tidy(_text(value)))[:500]
