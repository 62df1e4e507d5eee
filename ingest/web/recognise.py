"""What an address holds, by its content first: servers send feeds as text/html, pages as XML, and worse."""

from __future__ import annotations

import re

from ingest.web.feed import json_feed, read_feed, read_json_feed
from ingest.web.fetch import Page
from ingest.web.listing import Listing
from ingest.web.opml import links_in_opml
from ingest.web.sitemap import read_sitemap
from ingest.web.unpack import gunzipped

LARGEST = 50_000_000
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*"
    rb"(?:<(?>\?.*?\?>|!--.*?-->|!DOCTYPE[^\[>]*(?>\[.*?\]\s*)?>)\s*)*+<(?:[\w-]+:)?(\w+)",
    re.S | re.I,
)
_FEEDS = {b"rss", b"rdf", b"feed"}
_SITEMAPS = {b"urlset", b"sitemapindex"}
ROOTS = _FEEDS | _SITEMAPS | {b"opml"}


def listing_in(page: Page, seen: frozenset[str] = frozenset()) -> Listing | None:
    """The list in `page`, or None if it is no list; of a sitemap, without what is `seen`. Raises Unreadable."""
    data = gunzipped(page.data, LARGEST)
    root = root_of(data)
    if root in _FEEDS:
        return read_feed(data, page.url, page.charset)
    if root in _SITEMAPS:
        return read_sitemap(data, seen)
    if root == b"opml":
        return Listing(lists=tuple(links_in_opml(data)))
    document = json_feed(data) if data[:10].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else None
    return read_json_feed(document, page.url) if document else None


def root_of(data: bytes) -> bytes:
    """The name of the first element, without its namespace; zero bytes out, for UTF-16 has them everywhere."""
    found = _ROOT.match(data[:20_000].replace(b"\0", b""))
    return found[1].lower() if found else b""
