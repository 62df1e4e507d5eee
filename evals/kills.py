"""The full kill matrix: 20 random kills of an ingest of 300 articles, 12 kills while Chroma writes its index."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from tests import crashes

INGEST_KILLS = 20
INDEX_KILLS = 12


def run() -> bool:
    """Run the matrix and print what was seen; an assertion fails on the first wrong search or lost row."""
    with tempfile.TemporaryDirectory() as folder:
        _ingest_kills(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _index_kills(Path(folder))
    return True


def _ingest_kills(root: Path) -> None:
    articles = root / "articles"
    crashes.write_articles(articles)
    assert crashes.ingest(articles, root / "whole").wait() == 0
    whole = crashes.snapshot(root / "whole")
    moment, killed, halfway, data = random.Random(1), 0, 0, root / "data"
    for _ in range(INGEST_KILLS):
        if moment.random() < 0.3:
            shutil.rmtree(data, ignore_errors=True)
        killed += crashes.kill_ingest(articles, data, moment)
        halfway += 0 < crashes.stored_articles(data) < 300
        crashes.assert_searches_are_right(data)
    assert crashes.ingest(articles, data).wait() == 0
    crashes.assert_same(whole, crashes.snapshot(data))
    crashes.heal(data)
    crashes.assert_index_is_level(data)
    print(
        f"ingest killed {killed} of {INGEST_KILLS} times, {halfway} times with part of it stored: the same archive"
    )


def _index_kills(data: Path) -> None:
    killed = 0
    for _ in range(INDEX_KILLS):
        killed += crashes.kill_while_chroma_persists(data)
        crashes.assert_every_vector_finds_itself(data)
        crashes.heal(data)
        crashes.assert_index_is_level(data)
    print(f"killed {killed} of {INDEX_KILLS} times while Chroma wrote its index: rebuilt, every search right")
