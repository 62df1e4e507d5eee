"""What a feed knows of an article: facts that its page lacks, or the whole text where the page cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ingest.draft import Draft
from ingest.origin import host_of
from ingest.web.listing import Entry
from ingest.web.moments import moment_in
from ingest.web.page import speaks_for
from vectorstore.types import Article

FEED = "feed"


def believed(entry: Entry, listing: str) -> Entry:
    """What a list that came from the address `listing` may say of an entry: neither the text nor the publisher of a
    page on another site, or any feed could put words into any newspaper's mouth."""
    if not entry.link or speaks_for(listing, entry.link):
        return entry
    return replace(entry, text="", publisher="")


def complete(draft: Draft, entry: Entry) -> Draft:
    """`draft` of the entry's page, with what the page lacks taken from the entry."""
    lacking = {name: value for name, value in _facts(entry).items() if value and _lacks(draft, name)}
    found_in = {**draft.found_in, **dict.fromkeys(lacking, FEED)}
    return replace(draft, **lacking, found_in=found_in)


def draft_of_entry(entry: Entry, listing: str, reason: str = "") -> Draft:
    """The article as the feed gives it: the entry has no page, or it could not be read for this `reason`."""
    facts = {name: value for name, value in _facts(entry).items() if value}
    remarks = [f"the text is the feed's own, for the page could not be read: {reason}"] if reason else []
    remarks += ["the feed gives only the beginning of it"] if entry.teaser else []
    return replace(
        Draft(entry.title or entry.text[:80], entry.text),
        **facts,
        url=entry.link,
        key="" if entry.link else f"{listing}#{entry.id}",
        incomplete=entry.teaser,
        fetched_at=datetime.now(UTC).replace(microsecond=0),
        remarks=tuple(remarks),
        found_in={**dict.fromkeys(facts, FEED), "url": FEED} if entry.link else dict.fromkeys(facts, FEED),
        raw=entry.text,
    )


def yields(entry: Entry, stored: Article) -> bool:
    """Whether what is `stored` stays when the entry's own text comes: a page or a file does, and all does if that is
    but a teaser."""
    return entry.teaser or (bool(entry.link) and stored.found_in.get("url") != FEED)


def told(entry: Entry) -> str:
    """The facts of an entry as JSON."""
    named = {field: getattr(entry, field) for field in ("title", "author", "publisher", "language")}
    return json.dumps({**named, "published": entry.published.isoformat() if entry.published else ""})


def entry_told(facts: str, id_: str, link: str) -> Entry:
    """The entry that told these facts, without its text."""
    values = json.loads(facts)
    return Entry(id_, link, "", **{**values, "published": moment_in(values["published"])})


def _facts(entry: Entry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "author": entry.author,
        "publisher": entry.publisher,
        "published": entry.published,
        "language": entry.language,
    }


def _lacks(draft: Draft, name: str) -> bool:
    """True for what is missing, and for what was only made up from the address."""
    value = getattr(draft, name)
    if name == "title":
        return not value or draft.found_in.get(name) in ("file name", "address")
    if name == "publisher":
        return not value or value == host_of(draft.url)
    return not value
