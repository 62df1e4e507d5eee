"""Leftovers that recur at one publisher: cut from every article, also from those stored before it was known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.assemble import Facts
from ingest.outcome import Outcome, Verdict
from ingest.passages import CHUNKER
from ingest.reading import pieces
from ingest.run import Intake
from ingest.sources import Refusal, find
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.settings import STAND_IN_MODEL, Settings

SIGNATURE = "Jo Marsh covers the coast for the Gazette and can be reached at the paper's Aln office."
STORIES = {
    "Harbour shuts for winter": "The harbour at Aln shuts on Monday until spring, its master said.",
    "Orchestra hires a conductor": "Lena Voss will lead the orchestra of Bel from January, the trustees announced.",
    "Trains slow on northern line": "Trains between Cor and Dun lose ten minutes while rails are replaced.",
    "Museum lends a painting": "The museum lent its best known painting to a school for one term.",
}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    settings = Settings(tmp_path / "data", embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as opened:
        yield opened


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for title, lead in STORIES.items():
        middle = "\n\n".join(f"Paragraph {n} of {title} says something of its own." for n in range(3))
        (folder / f"{title}.txt").write_text(f"{title}\n\n{lead}\n\n{middle}\n\n{SIGNATURE}\n")
    return folder


def ingest(archive: Archive, *sources: Path, publisher: str = "The Gazette") -> list[Outcome]:
    said: list[Outcome] = []
    intake = Intake(archive, Facts(publisher=publisher), said.append)
    for piece in pieces(find([str(source) for source in sources])):
        assert not isinstance(piece, Refusal)
        intake.take(piece)
    intake.flush()
    return said


def texts(archive: Archive) -> list[str]:
    return [record.article.text for record in archive.articles()]


def test_it_goes_from_all_articles_however_they_come(archive: Archive, news: Path) -> None:
    for path in sorted(news.iterdir()):
        ingest(archive, path)
    assert not [text for text in texts(archive) if SIGNATURE in text]
    assert not archive.search("Who covers the coast for the Gazette?")[0].passage.text.count("Jo Marsh")


def test_cutting_it_is_no_correction_and_the_original_keeps_it(archive: Archive, news: Path) -> None:
    ingest(archive, news)
    for record in archive.articles():
        assert (record.corrected, record.versions) == (None, 1)
        before = archive.original(record.article.id)
        assert before
        assert SIGNATURE in before.text
        place = before.place(0, 20)
        assert place
        assert before.text[place.start : place.end] == record.article.text[:20]


def test_ingesting_again_changes_nothing(archive: Archive, news: Path) -> None:
    ingest(archive, news)
    before = texts(archive)
    assert {outcome.outcome for outcome in ingest(archive, news)} == {Verdict.UNCHANGED}
    assert texts(archive) == before


def test_without_a_publisher_nothing_recurs(archive: Archive, news: Path) -> None:
    ingest(archive, news, publisher="")
    assert all(SIGNATURE in text for text in texts(archive))


def test_an_archive_from_before_originals_is_cleaned_too(archive: Archive, news: Path) -> None:
    first, *others = sorted(news.iterdir())
    (outcome,) = ingest(archive, first)
    record = archive.article(outcome.article_id)
    assert record
    archive.remove(record.article.id)
    bare = replace(record.article, original=None)
    from ingest.passages import cut

    found = cut(bare, archive.embedder)
    archive.add([(bare, found, archive.embedder.encode_passages(found))])
    ingest(archive, *others)
    ingest(archive, first)
    assert not [text for text in texts(archive) if SIGNATURE in text]


def test_what_was_seen_in_stored_articles_is_remembered_while_nothing_new_comes(
    archive: Archive, news: Path
) -> None:
    """As in an archive from before sightings: all is unchanged, and yet it is learned what recurs."""
    paths = sorted(news.iterdir())
    for path in paths[:2]:
        ingest(archive, path)
    with archive._catalogue.transaction() as sql:
        sql.execute("DELETE FROM sightings")
    assert {outcome.outcome for outcome in ingest(archive, *paths[:2])} == {Verdict.UNCHANGED}
    ingest(archive, paths[2])
    assert not [text for text in texts(archive) if SIGNATURE in text]


def test_a_text_that_is_not_kept_leaves_the_sightings_of_the_one_that_is(
    archive: Archive, news: Path
) -> None:
    first, second, third, _ = sorted(news.iterdir())
    whole = first.read_text()
    ingest(archive, first, second)
    lines = whole.split("\n\n")
    first.write_text("\n\n".join([*lines[:3], "To continue reading this article, subscribe now."]))
    assert [outcome.outcome for outcome in ingest(archive, first)] == [Verdict.UNCHANGED]
    ingest(archive, third)
    assert not [text for text in texts(archive) if SIGNATURE in text]
