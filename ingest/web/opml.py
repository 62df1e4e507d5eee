"""Outlines: the addresses of feeds that feed readers exchange as OPML."""

from __future__ import annotations

from ingest.draft import Unreadable
from ingest.web.listing import link_in
from ingest.web.markup import elements

MOST = 2_000


def links_in_opml(data: bytes) -> list[str]:
    """The feeds' addresses in order, none twice. Raises Unreadable if it is no OPML or names none."""
    found: dict[str, None] = {}
    opml = False
    for name, element in elements(data, "outline", "opml"):
        opml |= name == "opml"
        values = {key.lower(): value for key, value in element.attrib.items()}
        kind = values.get("type", "rss").lower()
        address = link_in(values.get("xmlurl", "")) or (
            link_in(values.get("url", "")) if kind in ("rss", "atom", "include") else ""
        )
        if address:
            found[address] = None
    if not opml and not found:
        raise Unreadable("it is not an OPML outline")
    if not found:
        raise Unreadable("its outlines name no feed (no xmlUrl)")
    if len(found) > MOST:
        raise Unreadable(f"it names {len(found):,} feeds; split it into outlines of at most {MOST:,}")
    return list(found)
