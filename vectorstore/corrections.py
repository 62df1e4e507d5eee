"""Corrections between copies: a member of a story whose text another member once had, and corrected, is outdated."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


def is_edition(sql: sqlite3.Connection, one: str, other: str) -> bool:
    """Whether one of the articles has the text of an earlier version of the other."""
    return bool(outdated(sql, (one, other)))


def outdated(sql: sqlite3.Connection, group: Sequence[str]) -> set[str]:
    """Those of the group that have the text of an earlier version of another of it."""
    earlier = {
        (row[0], id_)
        for id_ in group
        for row in sql.execute("SELECT fingerprint FROM versions WHERE article_id = ?", (id_,))
    }
    if not earlier:
        return set()
    texts = {
        id_: sql.execute("SELECT fingerprint FROM articles WHERE id = ?", (id_,)).fetchone() for id_ in group
    }
    return {id_ for id_, row in texts.items() if any(row[0] == text and id_ != by for text, by in earlier)}


def corrected_by(sql: sqlite3.Connection, article_id: str) -> str:
    """The member of the article's story that once had its text, the latest to correct it; empty for none."""
    query = (
        "SELECT v.article_id FROM stories mine JOIN articles a ON a.id = mine.article_id"
        " JOIN stories theirs ON theirs.story = mine.story AND theirs.article_id != mine.article_id"
        " JOIN versions v ON v.article_id = theirs.article_id AND v.fingerprint = a.fingerprint"
        " WHERE mine.article_id = ? ORDER BY v.replaced_at DESC, v.article_id"
    )
    row = sql.execute(query, (article_id,)).fetchone()
    return str(row[0]) if row else ""
