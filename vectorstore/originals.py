"""Each version's text as it was read, before clean-up, and where the clean words stand in it; kept compressed."""

from __future__ import annotations

import sqlite3
import zlib

import numpy as np

from vectorstore.types import Article, Original


def put_original(sql: sqlite3.Connection, article: Article, version: int) -> None:
    """Keep the article's original, if it brought one, as that of `version`."""
    if article.original is not None:
        sql.execute(
            "INSERT OR REPLACE INTO originals VALUES (?, ?, ?, ?)",
            (article.id, version, *_packed(article.original)),
        )


def copy_original(sql: sqlite3.Connection, old_id: str, new_id: str) -> None:
    """Give the original of an article's present version to another article, as its first."""
    sql.execute(
        "INSERT OR REPLACE INTO originals SELECT ?, 1, o.text, o.runs FROM originals o"
        " JOIN articles a ON a.id = o.article_id AND a.version = o.version WHERE a.id = ?",
        (new_id, old_id),
    )
    sql.execute(
        "UPDATE articles SET original_fingerprint = (SELECT original_fingerprint FROM articles WHERE id = ?)"
        " WHERE id = ?",
        (old_id, new_id),
    )


def original_of(row: sqlite3.Row) -> Original:
    """The Original in a row of `originals`."""
    text = zlib.decompress(row["text"]).decode("utf-8", "surrogatepass")
    runs = np.frombuffer(zlib.decompress(row["runs"]), dtype="<i4").reshape(-1, 3)
    return Original(text, tuple((int(a), int(b), int(c)) for a, b, c in runs))


def _packed(original: Original) -> tuple[bytes, bytes]:
    runs = np.array(original.runs, dtype="<i4").reshape(-1, 3)
    return zlib.compress(original.text.encode("utf-8", "surrogatepass")), zlib.compress(runs.tobytes())
