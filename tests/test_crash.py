"""Killed anywhere, nothing acknowledged is lost and every search in between is right."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.passages import CHUNKER
from tests import crashes
from tests.archive_data import article, many, opened, put, random_vectors, settings
from vectorstore.archive import Archive

KILLS = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # With such a name 300 lines are more than a pipe holds: an ingest that nobody listens to is killed before its end.
    made = tmp_path_factory.mktemp("articles") / ("long" * 60)
    crashes.write_articles(made)
    return made


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> crashes.Snapshot:
    data = tmp_path_factory.mktemp("undisturbed")
    process = crashes.ingest(folder, data)
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 0
    assert json.loads(lines[-1])["summary"]["added"] == 300
    return crashes.snapshot(data)


def test_killed_ingests_leave_the_same_archive(
    folder: Path, undisturbed: crashes.Snapshot, tmp_path: Path
) -> None:
    moment = random.Random(20)
    killed, halfway = 0, set()
    for _ in range(KILLS):
        killed += crashes.kill_ingest(folder, tmp_path, moment)
        halfway.add(crashes.stored_articles(tmp_path))
        crashes.assert_searches_are_right(tmp_path)
    assert killed
    assert halfway - {0, 300}, "no kill fell into the work"
    last = crashes.ingest(folder, tmp_path)
    last.communicate()
    assert last.returncode == 0
    crashes.assert_same(undisturbed, crashes.snapshot(tmp_path))
    crashes.assert_searches_are_right(tmp_path)
    crashes.heal(tmp_path)
    crashes.assert_index_is_level(tmp_path)


def test_killed_while_chroma_writes_its_index(tmp_path: Path) -> None:
    with Archive.open(settings(tmp_path), chunker=CHUNKER) as archive:
        put(archive, article("flood", "The river Dun rose on Monday."))
    assert crashes.kill_while_chroma_persists(tmp_path)
    with Archive.open(settings(tmp_path), chunker=CHUNKER) as archive:
        assert archive.search("river Dun rose")[0].passage.text == "The river Dun rose on Monday."
    crashes.heal(tmp_path)
    crashes.assert_index_is_level(tmp_path)


def damage(folder: Path, how: str) -> None:
    segment = next(path for path in folder.iterdir() if path.is_dir())
    if how == "deleted":
        shutil.rmtree(folder)
    elif how == "torn data":
        os.truncate(segment / "data_level0.bin", 1000)
    elif how == "torn links":
        os.truncate(segment / "link_lists.bin", (segment / "link_lists.bin").stat().st_size - 3)
    elif how == "scribbled":
        path = segment / "data_level0.bin"
        path.write_bytes(os.urandom(path.stat().st_size))
    elif how == "no pickle":
        (segment / "index_metadata.pickle").unlink()
    elif how == "garbage database":
        (folder / "chroma.sqlite3").write_bytes(b"garbage" * 500)
    else:
        shutil.rmtree(folder)
        folder.write_text("a file in its place")


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("indexed")
    with opened(data) as archive:
        archive.add([many(5_400)])
        put(archive, article("flood", "The river Dun rose on Monday."))
        assert archive.reconcile()
    return data


TORN = ("deleted", "torn data", "torn links", "no pickle", "garbage database", "a file in its place")


@pytest.mark.parametrize(
    ("how", "killed"),
    # Killed, only structure can tell: bytes scribbled over behind its back are caught by the stamp of a proper close.
    [("scribbled", False), *((how, killed) for how in TORN for killed in (False, True))],
)
def test_a_damaged_index_costs_a_rebuild_and_no_embedding(
    indexed: Path, tmp_path: Path, how: str, killed: bool
) -> None:
    data = tmp_path / "data"
    shutil.copytree(indexed, data)
    collection = next(path for path in (data / "index").iterdir() if path.is_dir())
    damage(collection, how)
    if killed:  # no stamp then: the structure of the files has to tell
        collection.with_name(f"{collection.name}.json").write_text('{"phase": "open"}')
    with opened(data) as archive:
        assert archive.search("river Dun rose")[0].passage.text == "The river Dun rose on Monday."
    crashes.heal(data)
    with opened(data) as archive:
        vector = random_vectors(5_400)[77]
        found = archive._dense_of_build().query(vector, 1)
        assert not archive._dense_of_build().is_exact
        assert found[0][1] == pytest.approx(1.0, abs=1e-4)


def test_a_large_outbox_is_handed_to_a_child(tmp_path: Path) -> None:
    with opened(tmp_path) as reader:
        put(reader, article("flood", "The river Dun rose on Monday."))
        assert reader.reconcile()
        assert reader.search("river Dun")
        assert not reader._dense_of_build().is_exact
        with opened(tmp_path) as writer:
            writer.add([many(2_500)])
            assert writer.reconcile() is False  # the reader owns the folder
        assert "Dun" in reader.search("river Dun")[0].passage.text
        deadline = time.monotonic() + 60
        while reader.stats().pending and time.monotonic() < deadline:
            time.sleep(0.2)
        assert reader.stats().pending == 0
        assert "line number 2400" in reader.search("line number 2400")[0].passage.text


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_stop_closes_the_index_properly(tmp_path: Path, how: signal.Signals) -> None:
    with opened(tmp_path) as archive:
        put(archive, article("flood", "The river Dun rose on Monday."))
        archive.reconcile()
    repl = subprocess.Popen(
        [str(Path(sys.executable).with_name("bot")), "repl"],
        env={**os.environ, **crashes.ENVIRONMENT, "CITEDESK_DATA_DIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert repl.stdin is not None
    assert repl.stdout is not None
    repl.stdin.write(b"what rose on Monday?\n")
    repl.stdin.flush()
    while b"Dun" not in repl.stdout.readline():
        assert repl.poll() is None
    state = next((tmp_path / "index").glob("*.json"))
    assert json.loads(state.read_text())["phase"] == "open"
    repl.send_signal(how)
    if how == signal.SIGINT:
        repl.stdin.close()  # at the prompt Ctrl-C only clears the line
    repl.wait(30)
    assert json.loads(state.read_text())["phase"] == "closed"
