"""A draft becomes an Article: leftovers out, facts from the command line in, its origin decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from ingest.boilerplate import Phrases, shipped
from ingest.draft import Draft, Unreadable
from ingest.load import Loaded
from ingest.origin import canonical, of_file, of_text
from ingest.paragraphs import without_bullets
from vectorstore.types import Article, Source

EVERYBODY = "everyone"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the command line says: title, url and audience win, publisher and date fill what is missing."""

    title: str = ""
    publisher: str = ""
    url: str = ""
    published: datetime | None = None
    audience: str = ""  # a channel, EVERYBODY, or empty: as the article or an earlier run says


@dataclass(frozen=True, slots=True)
class Assembled:
    """An article ready to be stored, and the paragraphs that were cut from it."""

    article: Article
    removed: tuple[str, ...]


def assemble(loaded: Loaded, facts: Facts, phrases: Phrases | None = None) -> Assembled:
    """The article of a draft, cleaned by `phrases` (else the shipped ones). Raises Unreadable when no text is left."""
    draft, phrases = loaded.draft, phrases or shipped()
    cleaned = phrases.clean(without_bullets(draft.text))
    if not any(map(str.isalnum, cleaned.text)):
        raise Unreadable("no article text found")
    url = canonical(facts.url or draft.url) if facts.url or draft.url else ""
    source = Source(
        title=facts.title or draft.title,
        publisher=draft.publisher or facts.publisher,
        author=draft.author,
        url=url or _file(loaded),
        published=draft.published or facts.published,
        modified=draft.modified,
        language=draft.language,
        fetched_at=draft.fetched_at,
        audience="" if facts.audience == EVERYBODY else facts.audience or draft.audience,
        incomplete=draft.incomplete or cleaned.paywalled or any(map(phrases.is_paywall_notice, draft.asides)),
    )
    article = Article(
        source,
        cleaned.text,
        url or _origin(loaded, draft, cleaned.text),
        phrases.clean(draft.summary).text,
        _found_in(draft, facts),
    )
    return Assembled(article, cleaned.removed)


def _found_in(draft: Draft, facts: Facts) -> dict[str, str]:
    """Where each fact comes from: told on the command line, or found by the reader."""
    told = {name for name in ("title", "url", "audience") if getattr(facts, name)}
    told |= {name for name in ("publisher", "published") if getattr(facts, name) and not getattr(draft, name)}
    found = {name: where for name, where in draft.found_in.items() if getattr(draft, name, None)}
    return found | dict.fromkeys(sorted(told), COMMAND_LINE)


def _origin(loaded: Loaded, draft: Draft, text: str) -> str:
    if draft.key:
        return f"id:{draft.key}"
    return _file(loaded) or of_text(text)


def _file(loaded: Loaded) -> str:
    """The address of the article's file, a member of an archive as its fragment; empty if it has none of its own."""
    member = f"#{quote(loaded.member)}" if loaded.member else ""
    return of_file(loaded.path) + member if loaded.path else ""
