"""A dry run: what would be stored and what would be cut, without storing anything or loading a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ingest.assemble import Assembled, Facts, assemble
from ingest.boilerplate import Phrases
from ingest.draft import Unreadable
from ingest.known import why_kept, with_what_is_known
from ingest.load import Loaded
from ingest.outcome import Outcome, Verdict
from ingest.recurring import Cut, Recurring
from vectorstore.archive import Archive
from vectorstore.types import Article, Standing

_VERDICTS = {
    Standing.NEW: Verdict.ADDED,
    Standing.CHANGED: Verdict.UPDATED,
    Standing.UNCHANGED: Verdict.UNCHANGED,
    Standing.DUPLICATE: Verdict.DUPLICATE,
    Standing.REMOVED: Verdict.SKIPPED,
}


def preview(loaded: Loaded, facts: Facts, phrases: Phrases, archive: Archive | None) -> Outcome:
    """The outcome that storing the article would have (None: in an empty archive); its reason describes it."""
    try:
        found = assemble(loaded, facts, phrases)
    except Unreadable as reason:
        return Outcome(loaded.label, Verdict.FAILED, title=loaded.draft.title, reason=str(reason))
    article = with_what_is_known(found.article, archive, facts) if archive else found.article
    recurring = _recurring(article, archive) if archive else Cut(article.text)
    article = replace(article, text=recurring.text)
    again = [f"cut, for it recurs: {paragraph!r}" for paragraph in recurring.removed]
    remarks = "; ".join([*_description(found, article, phrases), *again, *loaded.draft.remarks])
    standing = archive.standing(article, named=loaded.named) if archive else Standing.NEW
    if archive and (kept := why_kept(loaded, article, standing, archive)):
        standing, remarks = Standing.UNCHANGED, f"{kept}; {remarks}"
    return Outcome(loaded.label, _VERDICTS[standing], article.id, article.source.title, f"dry run: {remarks}")


def _recurring(article: Article, archive: Archive) -> Cut:
    source = article.source
    return Recurring(archive.sightings).cut(article.text, source.publisher, source.title, article.id)


def _description(found: Assembled, article: Article, phrases: Phrases) -> list[str]:
    source = article.source
    parts = [f"{len(article.text):,} characters"]
    for name in ("publisher", "author", "published", "language"):
        value = getattr(source, name)
        shown = value.isoformat() if isinstance(value, datetime) else value
        where = article.found_in.get(name)
        parts += [f"{shown} ({where})" if where else shown] if value else []
    parts += [source.url or article.origin]
    parts += [f"summary of {len(article.summary):,} characters kept apart"] if article.summary else []
    parts += ["copy may be incomplete"] if source.incomplete else []
    return parts + [
        f"cut, for it is {_kind(paragraph, phrases)}: {paragraph!r}" for paragraph in found.removed
    ]


def _kind(paragraph: str, phrases: Phrases) -> str:
    return "a paywall notice" if phrases.is_paywall_notice(paragraph) else "housekeeping"
