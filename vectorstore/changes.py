"""A passage comes or goes: its row, its words in the full-text index, its place in the outbox, the generation."""

from __future__ import annotations

import sqlite3

from vectorstore.lexical import index_text
from vectorstore.rows import PASSAGE_COLUMNS


def insert_passage(sql: sqlite3.Connection, article_id: str, values: tuple[object, ...]) -> None:
    """A passage, its words and its place in the outbox. `values` are those of PASSAGE_COLUMNS."""
    marks = ",".join("?" * (1 + len(values)))
    number = sql.execute(
        f"INSERT INTO passages (article_id, {PASSAGE_COLUMNS}) VALUES ({marks})", (article_id, *values)
    ).lastrowid
    text, prefix = str(values[3]), str(values[4])
    sql.execute(
        "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)",
        (number, index_text(prefix), index_text(text)),
    )
    post(sql, str(values[0]), removed=False)


def delete_passage(sql: sqlite3.Connection, number: int, passage_id: str) -> None:
    """The inverse of `insert_passage`."""
    sql.execute("DELETE FROM passages WHERE number = ?", (number,))
    sql.execute("DELETE FROM words WHERE rowid = ?", (number,))
    post(sql, passage_id, removed=True)


def post(sql: sqlite3.Connection, passage_id: str, *, removed: bool) -> None:
    """Tell the vector index, by way of the outbox, that a passage came or went."""
    sql.execute(
        "INSERT OR REPLACE INTO outbox VALUES (?, ?, 1 + (SELECT coalesce(max(seq), 0) FROM outbox))",
        (passage_id, int(removed)),
    )


def grow(sql: sqlite3.Connection) -> None:
    """Say that the content changed."""
    sql.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
