"""One of several exact copies is corrected: the new text answers, and what stands elsewhere keeps its own facts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering import Answerer
from evals.copies_made import sections
from ingest.assemble import Facts
from ingest.boilerplate import shipped
from ingest.files_read import FilesRead
from ingest.passages import CHUNKER, cut
from ingest.places import Places
from ingest.reading import Noting, changed, pieces
from ingest.run import Intake
from ingest.sources import find
from tests.archive_data import article, opened, put, replace_text
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder, HashEmbedder
from vectorstore.schema import FILE_NAME
from vectorstore.settings import Settings
from vectorstore.types import Article, Filter

DAY = datetime(2026, 4, 3, tzinfo=UTC)
FERRY = sections()["event"][0]
WAVE = (
    "A wave four metres high broke over the harbour wall of Ostermole on Friday, the coast guard said.\n"
    "Two boats were torn from their moorings and a shed was carried away, but nobody was hurt.\n"
    "The harbour master, Irma Tessel, called it the worst night since she took the post nine years ago.\n"
    "Repairs to the wall will begin once the wind has dropped, she told reporters on the quay."
)
NOW = WAVE.replace("four metres", "five metres")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with opened(tmp_path) as made:
        yield made


def wire_and_courier(text: str = WAVE) -> tuple[Article, Article]:
    wire = article("wire", text, title="Wave hits Ostermole", publisher="The Wire", published=DAY)
    later = DAY + timedelta(hours=3)
    return wire, article("courier", text, title="Ostermole wave", publisher="The Courier", published=later)


def corrected(archive: Archive, by: int, text: str = WAVE, now: str = NOW) -> tuple[Article, Article]:
    both = wire_and_courier(text)
    put(archive, both[0])
    assert archive.link(both[1]) == both[0].id
    put(archive, replace_text(both[by], now))
    return both


@pytest.mark.parametrize("by", [0, 1], ids=["the one stored first", "its copy"])
def test_the_new_text_answers_and_is_known_as_corrected(archive: Archive, by: int) -> None:
    both = corrected(archive, by)
    best, *others = archive.search("How high was the wave?", k=3)
    assert "five metres" in best.passage.text
    assert best.source.publisher == both[by].source.publisher
    assert best.corrected
    assert not any("four metres" in match.passage.text for match in others)
    assert archive.story(both[0].id)[0].article.id == both[by].id


def test_the_copy_that_keeps_the_old_text_keeps_its_own_facts(archive: Archive) -> None:
    _, courier = corrected(archive, 0)
    record = archive.article(courier.id)
    assert record
    assert record.article.source == courier.source
    assert record.article.text == WAVE


def test_where_the_correction_is_filtered_out_the_old_text_is_heard(archive: Archive) -> None:
    corrected(archive, 0)
    found = archive.search("How high was the wave?", where=Filter(publishers=("The Courier",)))
    assert "four metres" in found[0].passage.text


def test_what_the_correction_left_out_is_not_heard(archive: Archive) -> None:
    corrected(
        archive,
        0,
        now=WAVE.replace(
            "Two boats were torn from their moorings and a shed was carried away",
            "Sand covered a shed and its yard",
        ),
    )
    found = archive.search("Which boats were torn from their moorings?", k=8)
    assert not any("moorings" in match.passage.text for match in found)


def test_a_short_text_is_known_as_corrected_too(archive: Archive) -> None:
    short = "The mayor of Ostermole said on Friday that 14 of the 60 houses on the quay had been flooded by the wave."
    corrected(archive, 0, short, short.replace("14", "41"))
    assert [match.passage.text for match in archive.search("How many houses?", k=5)] == [
        short.replace("14", "41")
    ]


def test_a_page_written_anew_corrects_no_copy_of_yesterdays(archive: Archive) -> None:
    today, kept = wire_and_courier(
        "Ostermole, Friday: wind from the west, 14 degrees, rain by noon, a calm sea at night."
    )
    put(archive, today)
    archive.link(kept)
    put(
        archive,
        replace(
            today,
            text=today.text.replace("14", "19").replace("Friday", "Saturday"),
            source=replace(today.source, published=DAY + timedelta(days=1)),
        ),
    )
    found = [match.passage.text for match in archive.search("How many degrees on Friday?", k=5)]
    assert any("14 degrees" in text for text in found)


def test_a_link_of_format_2_says_nothing_of_itself(tmp_path: Path) -> None:
    wire, courier = wire_and_courier()
    with opened(tmp_path) as archive:
        put(archive, wire)
        archive.link(courier)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as old, old:
        old.execute("ALTER TABLE links DROP COLUMN card")
        old.execute("PRAGMA user_version = 2")
    with opened(tmp_path) as archive:
        put(archive, replace_text(wire, NOW))
        record = archive.article(courier.id)
    assert record
    assert (record.article.source.publisher, record.article.source.published) == ("", None)
    assert record.article.source.url == courier.source.url


def write(path: Path, publisher: str, text: str) -> None:
    path.write_text(f"Title: Wave at Ostermole\nSource: {publisher}\nDate: 2026-04-03\n\n{text}")
    os.utime(path, (1e9, 1e9))  # long ago: it is at rest


def ingest(folder: Path, data: Path) -> list[tuple[str, str]]:
    settings, said = Settings(data, embedding_model="hashing"), []
    with (
        Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as archive,
        FilesRead(data, Facts()) as memory,
    ):
        intake = Intake(archive, Facts(), said.append)
        unread = changed(find([str(folder)]), memory, archive, lambda outcome, size: said.append(outcome))
        for piece in pieces(unread, noting=Noting(memory, Places(archive, Facts(), shipped()).of)):
            intake.take(piece)
        intake.flush()
    return sorted((Path(one.input).name, str(one.outcome)) for one in said)


def test_files_keep_their_publishers_and_an_heir_is_read_again(tmp_path: Path) -> None:
    folder, data = tmp_path / "two", tmp_path / "data"
    folder.mkdir()
    write(folder / "a.txt", "Coast Daily", WAVE)
    write(folder / "b.txt", "Island Post", WAVE)
    assert ingest(folder, data) == [("a.txt", "added"), ("b.txt", "duplicate")]
    write(folder / "a.txt", "Coast Daily", NOW + " ")
    assert ingest(folder, data) == [("a.txt", "updated"), ("b.txt", "unchanged")]
    with closing(sqlite3.connect(data / FILE_NAME)) as sql, sql:  # as releases before this one left it
        sql.execute("UPDATE articles SET publisher = 'Coast Daily' WHERE origin LIKE '%b.txt'")
    assert ingest(folder, data) == [("a.txt", "unchanged"), ("b.txt", "updated")]
    with opened_again(data) as archive:
        told = {
            Path(r.article.origin).name: (r.article.source.publisher, "five" in r.article.text)
            for r in archive.articles()
        }
    assert told == {"a.txt": ("Coast Daily", True), "b.txt": ("Island Post", False)}


def opened_again(data: Path) -> Archive:
    return Archive.open(Settings(data, embedding_model="hashing"), HashEmbedder(), chunker=CHUNKER)


def test_bot_answers_from_the_correction(tmp_path: Path, minilm: Embedder) -> None:
    settings = Settings(tmp_path, embedding_model=minilm.name)
    with Archive.open(settings, minilm, chunker=CHUNKER) as archive:
        wire, courier = wire_and_courier()
        for one in (wire, replace_text(wire, NOW)):
            passages = cut(one, minilm)
            archive.add([(one, passages, minilm.encode_passages(passages))])
            archive.link(courier)
        [cited] = Answerer(archive).answer("How high was the wave at Ostermole?").citations
    assert "five metres" in cited.quote
    assert (cited.source.publisher, cited.source.url, bool(cited.corrected)) == (
        "The Wire",
        wire.origin,
        True,
    )
