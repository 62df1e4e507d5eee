"""Sitemaps, news sitemaps and indexes of sitemaps (sitemaps.org): the newest month first, in portions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.origin import canonical
from ingest.paragraphs import fold
from ingest.web.listing import Entry, Listing, is_within, link_in, mark_of, newest
from ingest.web.markup import elements, local
from ingest.web.moments import moment_in

if TYPE_CHECKING:
    from ingest.web.markup import Element

DAYS = 30
MOST_ADDRESSES = 1_000
MOST_SITEMAPS = 50


def read_sitemap(data: bytes, seen: frozenset[str] = frozenset()) -> Listing:
    """The articles of the last 30 days and those of unknown age that are not `seen` (by id and mark), or the sitemaps
    of an index. Raises Unreadable."""
    pages: list[Entry] = []
    maps: list[Entry] = []
    for name, element in elements(data, "url", "sitemap"):
        if entry := _entry(element):
            (pages if name == "url" else maps).append(entry)
    now = datetime.now(UTC)
    fresh = [entry for entry in pages if is_within(entry, DAYS, now)]
    new = [entry for entry in fresh if entry.id + entry.mark not in seen]
    indexed = [entry for entry in maps if is_within(entry, DAYS, now)]
    chosen, lists = newest(new, MOST_ADDRESSES), newest(indexed, MOST_SITEMAPS)
    return Listing(
        chosen,
        tuple(entry.link for entry in lists),
        complete=len(chosen) == len(new),
        remark="; ".join(_remarks(pages, fresh, new, maps, indexed)),
    )


def _remarks(
    pages: list[Entry], fresh: list[Entry], new: list[Entry], maps: list[Entry], indexed: list[Entry]
) -> list[str]:
    parts = []
    if len(new) > MOST_ADDRESSES:
        parts.append(
            f"{MOST_ADDRESSES:,} of {len(new):,} addresses are read now; run it again for the others"
        )
    if old := len(pages) - len(fresh):
        parts.append(f"{old:,} addresses older than {DAYS} days are left out")
    if len(indexed) > MOST_SITEMAPS:
        parts.append(f"the newest {MOST_SITEMAPS} of {len(indexed):,} sitemaps are read")
    if old := len(maps) - len(indexed):
        parts.append(f"{old:,} sitemaps older than {DAYS} days are left out")
    return parts


def _entry(element: Element) -> Entry | None:
    values = {local(child): fold(child.text or "") for child in element}
    news = {
        local(child): fold(child.text or "")
        for part in element
        if local(part) == "news"
        for child in part.iter()
    }
    link = link_in(values.get("loc", ""))
    if not link or (local(element) == "url" and urlsplit(link).path in ("", "/")):
        return None  # the front page is in every sitemap and is no article
    changed = values.get("lastmod", "")
    published = news.get("publication_date", "")
    return Entry(
        id=canonical(link),
        link=link,
        mark=mark_of(changed, published),
        title=news.get("title", ""),
        publisher=news.get("name", ""),
        language=news.get("language", ""),
        published=moment_in(published),
        updated=moment_in(changed),
    )
