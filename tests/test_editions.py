"""Several copies of one address: the latest edition answers, and the whole text before one that is cut short."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.assemble import Facts
from ingest.outcome import Outcome
from ingest.passages import CHUNKER
from ingest.reading import pieces
from ingest.run import Intake
from ingest.sources import Refusal, find
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.settings import STAND_IN_MODEL, Settings

URL = "https://news.example/bridge"
LEAD = "The bridge over the Dun was closed on Monday after inspectors found 41 cracked welds in its deck."
REST = [
    "It carries nine thousand cars a day between the harbour and the northern quarter of the town.",
    "Repairs will take until autumn, said the chief engineer, Ada Holt, at the foot of the bridge.",
    "Buses are led over the old ford, which adds twenty minutes to the way to school.",
]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    settings = Settings(tmp_path / "data", embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, HashEmbedder(), chunker=CHUNKER) as opened:
        yield opened


def page(folder: Path, name: str, paragraphs: list[str], modified: str = "", *, free: bool = True) -> Path:
    data = {"@type": "NewsArticle", "headline": "Bridge closed", "datePublished": "2025-03-04T08:00:00Z"}
    data |= {"url": URL, "isAccessibleForFree": free} | ({"dateModified": modified} if modified else {})
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    path = folder / name
    path.write_text(
        f'<html><head><title>Bridge closed</title><link rel="canonical" href="{URL}">'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><article><h1>Bridge closed</h1>{body}</article></body></html>"
    )
    return path


def ingest(archive: Archive, *sources: Path) -> list[Outcome]:
    said: list[Outcome] = []
    intake = Intake(archive, Facts(), said.append)
    for piece in pieces(find([str(source) for source in sources])):
        assert not isinstance(piece, Refusal)
        intake.take(piece)
        intake.flush()
    return said


def stored(archive: Archive) -> str:
    (record,) = archive.articles()
    return record.article.text


def test_a_copy_cut_by_a_paywall_does_not_replace_the_whole_text(archive: Archive, tmp_path: Path) -> None:
    ingest(archive, page(tmp_path, "whole.html", [LEAD, *REST]))
    subscribe = "To continue reading this article, subscribe now."
    (outcome,) = ingest(archive, page(tmp_path, "cut.html", [LEAD, REST[0], subscribe], free=False))
    assert (outcome.outcome, "the whole text is stored" in outcome.reason) == ("unchanged", True)
    assert REST[2] in stored(archive)


def test_the_whole_text_replaces_a_cut_copy(archive: Archive, tmp_path: Path) -> None:
    subscribe = "To continue reading this article, subscribe now."
    ingest(archive, page(tmp_path, "cut.html", [LEAD, REST[0], subscribe], free=False))
    ingest(archive, page(tmp_path, "whole.html", [LEAD, *REST]))
    assert REST[2] in stored(archive)


def test_a_cut_copy_with_a_correction_is_a_new_version(archive: Archive, tmp_path: Path) -> None:
    ingest(archive, page(tmp_path, "whole.html", [LEAD, *REST]))
    subscribe = "To continue reading this article, subscribe now."
    changed = LEAD.replace("41 cracked welds in its deck", "47 broken bolts in its railing")
    ingest(archive, page(tmp_path, "cut.html", [changed, REST[0], subscribe], free=False))
    assert "47 broken bolts" in stored(archive)


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_of_two_editions_the_later_one_answers(
    archive: Archive, tmp_path: Path, order: tuple[str, str]
) -> None:
    pages = {
        "old": page(tmp_path, "old.html", [LEAD, *REST], "2025-03-04T09:00:00Z"),
        "new": page(tmp_path, "new.html", [LEAD.replace("41", "47"), *REST], "2025-03-07T10:00:00Z"),
    }
    ingest(archive, *(pages[name] for name in order))
    assert "47 cracked welds" in stored(archive)


def test_a_correction_has_the_day_that_its_publisher_gives_it(archive: Archive, tmp_path: Path) -> None:
    ingest(archive, page(tmp_path, "old.html", [LEAD, *REST], "2025-03-04T09:00:00Z"))
    ingest(archive, page(tmp_path, "new.html", [LEAD.replace("41", "47"), *REST], "2025-03-07T10:00:00Z"))
    (record,) = archive.articles()
    assert record.corrected == datetime(2025, 3, 7, 10, tzinfo=UTC)
    assert [text.count("41") for _, _, text in archive.versions(record.article.id)] == [1]
