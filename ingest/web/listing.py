"""Addresses that hold no article but name many: what feeds, sitemaps and outlines have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from ingest.origin import web_address

_UNKNOWN = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as a feed or sitemap announces it; `link` empty if it has no page of its own.

    `publisher` is the feed's name unless the entry names another. `mark` changes when the entry does. `text` is
    its own text in clean paragraphs, a `teaser` unless surely whole.
    """

    id: str
    link: str
    mark: str
    title: str = ""
    author: str = ""
    publisher: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    text: str = ""
    teaser: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries to read now, newest first, and addresses of further lists.

    `every` are the seconds between visits that it asks for (0: it does not). `complete` is False when entries were
    left for a later visit or lost on the way, and `remark` says how many.
    """

    entries: tuple[Entry, ...] = ()
    lists: tuple[str, ...] = ()
    every: float = 0.0
    complete: bool = True
    remark: str = ""


def link_in(text: str, base: str = "") -> str:
    """The web address in `text`, seen from `base` if it is relative; empty if it is none that could be asked for."""
    try:
        link = web_address(urljoin(base, text.strip()) if base and text.strip() else text)
        return link if not link or urlsplit(link).port != 0 else ""
    except ValueError:
        return ""


def mark_of(*parts: object) -> str:
    """A short mark that differs whenever one of the parts does."""
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()[:16]


def newest(entries: Iterable[Entry], most: int) -> tuple[Entry, ...]:
    """The `most` newest entries; those without a date keep their place among themselves, after the others."""
    return tuple(sorted(entries, key=_age))[:most]


def is_within(entry: Entry, days: int, now: datetime) -> bool:
    """True unless the entry is known to be older."""
    moment = moment_of(entry)
    return moment is None or now - moment <= timedelta(days=days)


def moment_of(entry: Entry) -> datetime | None:
    """When the entry last changed, as far as it says."""
    return entry.updated or entry.published


def _age(entry: Entry) -> timedelta:
    return datetime.max.replace(tzinfo=UTC) - (moment_of(entry) or _UNKNOWN)
