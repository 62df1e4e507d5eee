"""Where the facts of a draft come from, in short words shown to users."""

from __future__ import annotations

from dataclasses import replace

from ingest.draft import Draft

FILE = "file"
FILE_NAME = "file name"
TEXT = "text"
_FACTS = (
    "title",
    "publisher",
    "author",
    "url",
    "published",
    "language",
    "fetched_at",
    "audience",
    "incomplete",
    "summary",
)


def traced(draft: Draft, where: str, **found_in: str) -> Draft:
    """`draft` with the place of every fact it has: as `found_in` says, else as it says itself, else `where`."""
    known = {**draft.found_in, **found_in}
    return replace(draft, found_in={fact: known.get(fact, where) for fact in _FACTS if getattr(draft, fact)})
