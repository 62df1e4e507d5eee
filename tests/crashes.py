"""Kills at bad moments, and what must hold after: used by `make test` (a few) and `make eval` (many)."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.passages import CHUNKER
from tests.archive_data import many, settings
from vectorstore.archive import Archive
from vectorstore.keeper import Keeper
from vectorstore.rows import vector_of
from vectorstore.schema import FILE_NAME

ENVIRONMENT = {"CITEDESK_EMBEDDING_MODEL": "hashing", "HF_HUB_OFFLINE": "1"}
_TOWNS = ("Alden", "Brock", "Corran", "Dunmere", "Elster", "Farrow", "Glim", "Harrow", "Isk", "Jarrow")
_EVENTS = ("a flood closed the bridge", "dockers walked out", "the council voted", "a ferry ran aground")


@dataclass(frozen=True)
class Snapshot:
    """Everything an archive holds, in comparable form; `vectors` by passage id."""

    articles: frozenset[tuple[str, str, str]]
    passages: frozenset[tuple[str, str, int, int, str]]
    vectors: dict[str, np.ndarray]


def write_articles(folder: Path, count: int = 300) -> None:
    """`count` small text files, each about something of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        town, event = _TOWNS[number % 10], _EVENTS[number % 4]
        body = " ".join(
            f"Witness {number}x{line} in {town} said that {event} at {line} p.m." for line in range(30)
        )
        (folder / f"{number:03}.txt").write_text(
            f"Report {number} from {town}\n\n{body}\n\nMarker{number} ended it.\n"
        )


def ingest(folder: Path, data: Path) -> subprocess.Popen[bytes]:
    """A running `ingest` of `folder` with the stand-in embedder."""
    command = [str(Path(sys.executable).with_name("ingest")), str(folder), "--json"]
    environment = {**os.environ, **ENVIRONMENT, "CITEDESK_DATA_DIR": str(data)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def snapshot(data: Path) -> Snapshot:
    """What the archive in `data` holds, read from SQLite itself."""
    with sqlite3.connect(data / FILE_NAME) as sql:
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        sql.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        rows = sql.execute("SELECT id, article_id, start, stop, text, vector FROM passages").fetchall()
        words = {row[0] for row in sql.execute("SELECT rowid FROM words")}
        assert words == {row[0] for row in sql.execute("SELECT number FROM passages")}
        return Snapshot(
            articles=frozenset(sql.execute("SELECT id, title, fingerprint FROM articles")),
            passages=frozenset(row[:5] for row in rows),
            vectors={row[0]: vector_of(row[5]) for row in rows},
        )


def assert_same(one: Snapshot, two: Snapshot) -> None:
    """Article for article, passage for passage, vector for vector."""
    assert one.articles == two.articles
    assert one.passages == two.passages
    for passage_id, vector in one.vectors.items():
        assert float(vector @ two.vectors[passage_id]) >= 1 - 1e-5


def assert_searches_are_right(data: Path) -> None:
    """Whatever is stored is whole, and found."""
    with Archive.open(settings(data), chunker=CHUNKER) as archive:
        for record in list(archive.articles())[:8]:
            number = record.article.source.title.split()[1]
            best = archive.search(f"Marker{number}", 3)
            assert any(f"Marker{number} ended it." in match.passage.text for match in best)
            for match in best:
                stored = archive.article(match.passage.article_id)
                assert stored is not None
                span = slice(match.passage.start, match.passage.end)
                assert stored.article.text[span] == match.passage.text


def assert_every_vector_finds_itself(data: Path, sample: int = 50) -> None:
    """Asked with a passage's own vector, the archive names that passage."""
    vectors = snapshot(data).vectors
    with Archive.open(settings(data), chunker=CHUNKER) as archive:
        for passage_id in sorted(vectors)[:: max(1, len(vectors) // sample)]:
            assert archive._dense_of_build().query(vectors[passage_id], 1)[0][0] == passage_id


def heal(data: Path) -> None:
    """What the next `ingest` does; waits for a child of a reader that is at it already."""
    deadline = time.monotonic() + 60
    with Archive.open(settings(data)) as archive:
        while not archive.reconcile():
            assert time.monotonic() < deadline, "somebody holds the index for good"
            time.sleep(0.1)
        assert archive._embedder is None, "healing the index must embed nothing"


def assert_index_is_level(data: Path) -> None:
    """Nothing waits, and Chroma holds exactly the archive's passages; repairs nothing itself."""
    with Archive.open(settings(data), chunker=CHUNKER) as archive:
        name = archive._collection_name()
        assert archive.stats().pending == 0
    keeper = Keeper(data, name)
    assert keeper.claim(wait=60)
    try:
        assert keeper.is_sound()
        held = keeper.open()._collection.get(include=["embeddings"])
    finally:
        keeper.release()
    stored = snapshot(data).vectors
    assert set(held["ids"]) == set(stored)
    for passage_id, vector in zip(held["ids"], held["embeddings"], strict=True):
        assert float(vector @ stored[passage_id]) >= 1 - 1e-5


def stored_articles(data: Path) -> int:
    """How many articles the archive holds; 0 when there is none yet."""
    if not (data / FILE_NAME).exists():
        return 0
    with Archive.open(settings(data), chunker=CHUNKER) as archive:
        return archive.stats().articles


def kill_ingest(folder: Path, data: Path, moment: random.Random) -> bool:
    """Start an ingest and `kill -9` it at a random moment after a random outcome; False when it was done before."""
    process = ingest(folder, data)
    assert process.stdout is not None
    for _ in range(moment.randrange(1, 260)):
        process.stdout.readline()
    try:
        process.wait(moment.uniform(0, 0.15))
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    finally:
        process.stdout.close()


def kill_while_chroma_persists(data: Path) -> bool:
    """Apply 6,000 new passages in a child and kill it when it rewrites the index files; False when it was done."""
    with Archive.open(settings(data), chunker=CHUNKER) as archive:
        archive.add([many(6_000, seed=time.monotonic_ns() % 2**31, prefix=f"bulk{time.monotonic_ns()}")])
    before = _header_times(data)
    child = subprocess.Popen(
        [sys.executable, "-m", "vectorstore.apply", str(data), ""], env={**os.environ, **ENVIRONMENT}
    )
    while child.poll() is None and _header_times(data) == before:
        time.sleep(0.0005)
    running = child.poll() is None
    child.kill()
    child.wait()
    return running


def _header_times(data: Path) -> list[int]:
    times = []
    for header in (data / "index").glob("*/*/header.bin"):
        try:
            times.append(header.stat().st_mtime_ns)
        except FileNotFoundError:
            continue
    return times
