"""The catalogue's tables, and how an archive of any released format becomes one of today's."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

from vectorstore.errors import NewerArchive, NotAnArchive
from vectorstore.lexical import TOKENIZER

FILE_NAME = "archive.sqlite3"
APPLICATION_ID = 0x43495445  # "CITE": tells our file from any other SQLite database
FORMAT = 3

_TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, origin TEXT NOT NULL, title TEXT NOT NULL, publisher TEXT NOT NULL, author TEXT NOT NULL,
    url TEXT NOT NULL, published TEXT, published_utc REAL, language TEXT NOT NULL, fetched_at TEXT,
    audience TEXT NOT NULL, incomplete INTEGER NOT NULL, text TEXT NOT NULL, summary TEXT NOT NULL,
    fingerprint TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL, added_at TEXT NOT NULL,
    corrected TEXT, found_in TEXT NOT NULL DEFAULT '{{}}', original_fingerprint TEXT NOT NULL DEFAULT '',
    modified TEXT);
CREATE INDEX articles_by_fingerprint ON articles (fingerprint);
CREATE INDEX articles_by_date ON articles (published_utc);
CREATE INDEX articles_private ON articles (audience) WHERE audience != '';
CREATE TABLE links (origin TEXT PRIMARY KEY, article_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX links_by_article ON links (article_id);
CREATE TABLE versions (
    article_id TEXT NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    fingerprint TEXT NOT NULL, replaced_at TEXT NOT NULL, PRIMARY KEY (article_id, version)) WITHOUT ROWID;
CREATE TABLE removed (origin TEXT PRIMARY KEY, removed_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL, prefix TEXT NOT NULL,
    sentences BLOB NOT NULL, vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = '{TOKENIZER}');
CREATE TABLE outbox (passage_id TEXT PRIMARY KEY, removed INTEGER NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX outbox_by_seq ON outbox (seq);
CREATE TABLE staged_articles (article_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE staged (
    article_id TEXT NOT NULL, id TEXT NOT NULL, start INTEGER NOT NULL,
    stop INTEGER NOT NULL, text TEXT NOT NULL, prefix TEXT NOT NULL, sentences BLOB NOT NULL,
    vector BLOB NOT NULL, sentence_vectors BLOB NOT NULL, PRIMARY KEY (article_id, start));
"""

# New in format 2. `sightings` are the short paragraphs that articles open and end with (vectorstore/sightings.py),
# `sketches` and `stories` tell near-copies (vectorstore/stories.py).
_TABLES_2 = """
CREATE TABLE originals (
    article_id TEXT NOT NULL, version INTEGER NOT NULL, text BLOB NOT NULL, runs BLOB NOT NULL,
    PRIMARY KEY (article_id, version));
CREATE TABLE sightings (
    publisher TEXT NOT NULL, paragraph TEXT NOT NULL, article_id TEXT NOT NULL, topic TEXT NOT NULL,
    PRIMARY KEY (publisher, paragraph, article_id)) WITHOUT ROWID;
CREATE INDEX sightings_by_article ON sightings (article_id);
CREATE TABLE sketches (
    hash INTEGER NOT NULL, article TEXT NOT NULL, PRIMARY KEY (hash, article)) WITHOUT ROWID;
CREATE INDEX sketches_by_article ON sketches (article);
CREATE TABLE stories (article_id TEXT PRIMARY KEY, story TEXT NOT NULL, canonical INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX stories_by_story ON stories (story);
"""


def _second(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE articles ADD COLUMN found_in TEXT NOT NULL DEFAULT '{}'")
    connection.execute("ALTER TABLE articles ADD COLUMN original_fingerprint TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE articles ADD COLUMN modified TEXT")
    _run(connection, _TABLES_2)


# New in format 3: what each link says of itself (see rows.card_of), so that a copy that outlives the article keeps it.
_TABLES_3 = "ALTER TABLE links ADD COLUMN card TEXT NOT NULL DEFAULT ''"


def _third(connection: sqlite3.Connection) -> None:
    _run(connection, _TABLES_3)


# From format n to n + 1: MIGRATIONS[n](connection), inside one transaction. Format 1 is the first release's.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _second, 2: _third}


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Create the tables in an empty database, or migrate an older one.

    Raises NotAnArchive for somebody else's database, NewerArchive for one from a newer Citedesk.
    """
    connection.execute("BEGIN IMMEDIATE")  # two processes may create it at once: the second finds it made
    try:
        _create_or_migrate(connection, path)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def is_prepared(connection: sqlite3.Connection) -> bool:
    """True when the database is an archive of today's format, so that opening it need not write."""
    return (
        _pragma(connection, "application_id") == APPLICATION_ID
        and _pragma(connection, "user_version") == FORMAT
    )


def check_format(connection: sqlite3.Connection, path: Path) -> int:
    """The format of an archive. Raises NotAnArchive, NewerArchive."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise NotAnArchive(
            f"{path} is a database, but not a Citedesk archive. Choose another CITEDESK_DATA_DIR."
        )
    version = _pragma(connection, "user_version")
    if version > FORMAT:
        raise NewerArchive(
            f"{path} was written by a newer Citedesk (format {version}; this one reads up to {FORMAT}). "
            "Upgrade Citedesk, or choose another CITEDESK_DATA_DIR."
        )
    return version


def _create_or_migrate(connection: sqlite3.Connection, path: Path) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        _create(connection)
        return
    for older in range(check_format(connection, path), FORMAT):
        MIGRATIONS[older](connection)
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _create(connection: sqlite3.Connection) -> None:
    _run(connection, f"{_TABLES}{_TABLES_2}{_TABLES_3}")
    connection.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("archive_id", uuid.uuid4().hex[:12]), ("generation", "0"), ("build", "0")],
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _run(connection: sqlite3.Connection, statements: str) -> None:
    for statement in filter(None, map(str.strip, statements.split(";"))):
        connection.execute(statement)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
