"""What was read stays beside what is answered from: originals, their offsets, versions, and archives of format 1."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.passages import CHUNKER, cut
from vectorstore import schema
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.schema import FILE_NAME
from vectorstore.settings import STAND_IN_MODEL, Settings
from vectorstore.types import Article, Original, Source, Span, Standing

URL = "https://news.example/bridge"
TEXT = "The bridge reopened on Monday.\n\nEngineers had closed it in May."
RAW = "Share this\nThe bridge **reopened** on Monday.\nEngineers had closed it in May.\nSubscribe now"


def article(text: str = TEXT, raw: str = RAW) -> Article:
    original = Original(raw, ((0, raw.find("The bridge"), 11),))
    return Article(Source("Bridge", url=URL), text, URL, found_in={"title": "JSON-LD"}, original=original)


def store(archive: Archive, one: Article) -> None:
    passages = cut(one, archive.embedder)
    archive.add([(one, passages, archive.embedder.encode_passages(passages))])


@pytest.fixture
def archive(tmp_path: Path):  # type: ignore[no-untyped-def]
    settings = Settings(tmp_path / "data", embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as opened:
        yield opened


def test_the_original_and_the_origin_of_facts_are_kept(archive: Archive) -> None:
    store(archive, article())
    assert archive.original(article().id) == article().original
    record = archive.article(article().id)
    assert record
    assert record.article.found_in == {"title": "JSON-LD"}


def test_another_original_is_a_correction_and_the_old_text_is_kept(archive: Archive) -> None:
    store(archive, article())
    changed = article(TEXT.replace("Monday", "Tuesday"), RAW.replace("Monday", "Tuesday"))
    store(archive, changed)
    record = archive.article(changed.id)
    assert record
    assert (record.versions, record.corrected is not None) == (2, True)
    assert [text for _, _, text in archive.versions(changed.id)] == [TEXT]
    assert archive.original(changed.id) == changed.original


def test_better_clean_up_of_the_same_original_is_no_correction(archive: Archive) -> None:
    store(archive, article(TEXT + "\n\nSubscribe now"))
    assert archive.standing(article()) is Standing.CHANGED
    store(archive, article())
    record = archive.article(article().id)
    assert record
    assert (record.article.text, record.versions, record.corrected) == (TEXT, 1, None)


def test_a_removed_article_leaves_nothing_behind(archive: Archive, tmp_path: Path) -> None:
    store(archive, article())
    archive.remove(article().id)
    with closing(sqlite3.connect(tmp_path / "data" / FILE_NAME)) as connection:
        for table in ("articles", "originals", "sightings", "sketches", "stories", "versions", "passages"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_a_corrected_text_whose_copy_stands_elsewhere_keeps_its_original_there(archive: Archive) -> None:
    copy = replace(article(), origin="https://other.example/copy")
    store(archive, article())
    archive.link(copy)
    store(archive, article("Something else entirely happened.", "raw of something else"))
    assert archive.original(copy.id) == article().original


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(0, 10, "The bridge"), (4, 20, "bridge **reopened"), (30, 40, None), (0, 60, "The bridge **reopened")],
)
def test_clean_offsets_are_found_in_the_original(start: int, end: int, words: str | None) -> None:
    at = RAW.find("The bridge")
    original = Original(RAW, ((0, at, 11), (11, at + 13, 8)))
    place = original.place(start, end)
    assert (place and RAW[place.start : place.end].strip()) == words


def test_an_empty_stretch_is_nowhere() -> None:
    assert Original("abc", ((0, 0, 3),)).place(1, 1) is None
    assert Original("abc", ((0, 0, 3),)).place(1, 2) == Span(1, 2)


def test_an_archive_of_format_1_becomes_one_of_today_with_all_its_articles(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data", embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as opened:
        store(opened, article())
    with closing(sqlite3.connect(settings.data_dir / FILE_NAME)) as old, old:
        for table in ("originals", "sightings", "sketches", "stories"):
            old.execute(f"DROP TABLE {table}")
        for column in ("found_in", "original_fingerprint", "modified"):
            old.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        old.execute("ALTER TABLE links DROP COLUMN card")
        old.execute("PRAGMA user_version = 1")
    with Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as opened:
        record = opened.article(article().id)
        assert record
        assert (record.article.text, record.article.found_in) == (TEXT, {})
        assert opened.original(article().id) is None
        assert opened.search("when did the bridge reopen?")
        store(opened, article(TEXT + "\n\nIt was repainted."))
        assert opened.original(article().id) is not None
    with closing(sqlite3.connect(settings.data_dir / FILE_NAME)) as today:
        assert today.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)


def test_a_text_that_left_its_place_is_gone_and_may_come_back(archive: Archive) -> None:
    store(archive, article())
    assert archive.unlink(URL) == [article().id]
    assert archive.article(article().id) is None
    assert archive.standing(article()) is Standing.NEW


def test_a_text_that_left_one_of_two_places_stays_at_the_other(archive: Archive) -> None:
    copy = replace(article(), origin="https://other.example/copy")
    store(archive, article())
    archive.link(copy)
    archive.unlink(URL)
    (record,) = archive.articles()
    assert (record.article.id, record.links) == (copy.id, (copy.origin,))
    assert archive.unlink("https://nowhere.example/") == []


def test_a_private_text_leaves_its_place_too(archive: Archive) -> None:
    private = replace(article(), source=replace(article().source, audience="C1"))
    store(archive, private)
    assert archive.unlink(URL) == [private.id]


def test_what_was_read_can_be_shown_beside_what_was_kept(tmp_path: Path) -> None:
    note = ("Bridge reopens", "来源：The Gazette", "内容", "The bridge reopened on Monday.")
    (tmp_path / "note.txt").write_text("\n\n".join((*note, "Already a subscriber? Log in.")))
    env = {
        **os.environ,
        "CITEDESK_DATA_DIR": str(tmp_path / "data"),
        "CITEDESK_EMBEDDING_MODEL": STAND_IN_MODEL,
    }

    def run(name: str, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name(name)), *arguments]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    run("ingest", str(tmp_path / "note.txt"))
    article_id = json.loads(run("bot", "articles", "list", "--json"))["article_id"]
    shown = json.loads(run("bot", "articles", "show", article_id, "--original", "--json"))
    assert (shown["text"], shown["found_in"]["publisher"]) == ("The bridge reopened on Monday.", "file")
    found = Original(shown["original"]["text"], tuple(map(tuple, shown["original"]["runs"])))
    place = found.place(0, len(shown["text"]))
    assert place
    assert found.text[place.start : place.end] == shown["text"]
    assert "Already a subscriber? Log in." in run("bot", "articles", "show", article_id, "--original")
    assert "publisher" in run("bot", "articles", "show", article_id)


def test_a_copy_whose_text_changes_has_a_history(archive: Archive) -> None:
    copy = replace(article(), origin="https://other.example/copy")
    store(archive, article())
    archive.link(copy)
    changed = replace(copy, text="The bridge reopened on Tuesday.", original=Original("on Tuesday", ()))
    store(archive, changed)
    record = archive.article(changed.id)
    assert record
    assert (record.versions, record.corrected is not None) == (2, True)
    assert [text for _, _, text in archive.versions(changed.id)] == [TEXT]
    assert archive.article(article().id)
