"""What a reader hands on: a draft of an article, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from vectorstore.errors import CitedeskError


class Unreadable(CitedeskError):
    """One input cannot become an article; the message is the reason shown in the report."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as found, before clean-up: the fields of Source, its text and what tells its origin.

    `key` is the feed's own name for it (`id` in JSON Lines). `asides` are short paragraphs of its page; a
    paywall notice among them marks the copy as incomplete. `remarks` go to the report. `found_in` tells where the
    value of a field comes from ("JSON-LD", "OpenGraph", "page", "feed", "file", …), `raw` is the whole text before
    anything was left out (empty: the same as `text`).
    """

    title: str
    text: str
    summary: str = ""
    publisher: str = ""
    author: str = ""
    url: str = ""
    published: datetime | None = None
    language: str = ""
    fetched_at: datetime | None = None
    audience: str = ""
    incomplete: bool = False
    modified: datetime | None = None
    key: str = ""
    asides: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    found_in: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
