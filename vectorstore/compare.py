"""What a stored article and one that is to be stored have in common: the same card, a correction, or clean-up alone."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from vectorstore.rows import article_of
from vectorstore.types import Article


def same_card(row: sqlite3.Row, article: Article) -> bool:
    """Whether the row of `articles` has the article's facts and summary, apart from when it was touched last."""
    stored = article_of(row)
    old, new = (replace(one.source, fetched_at=None, modified=None) for one in (stored, article))
    return old == new and stored.summary == article.summary


def is_corrected(old: sqlite3.Row, article: Article) -> bool:
    """Whether the publisher's text changed, and not only what clean-up leaves of it."""
    if old["fingerprint"] == article.fingerprint:
        return False
    if not old["original_fingerprint"] and article.original:  # format 1 kept the clean text alone
        read = _letters(article.original.text)
        return not all(_letters(paragraph) in read for paragraph in old["text"].split("\n\n"))
    return bool((old["original_fingerprint"] or old["fingerprint"]) != article.original_fingerprint)


def corrected_at(article: Article) -> str:
    """ISO time of the correction: as the publisher says, if it says so, else now, when we saw it."""
    modified, published = article.source.modified, article.source.published
    told = modified if modified and not (published and modified <= published) else None
    return (told or datetime.now(UTC)).isoformat()


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
