"""A run that is stopped, killed or repeated: finished work is not done again, and nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

INGEST = str(Path(sys.executable).with_name("ingest"))
LONG_AGO = time.time() - 3600


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CITEDESK_DATA_DIR": str(tmp_path / "data"),
        "CITEDESK_EMBEDDING_MODEL": "hashing",
    }


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(60):
        write(folder, number)
    return folder


def write(folder: Path, number: int, day: str = "Monday", ago: float = LONG_AGO) -> Path:
    path = folder / f"{number:03}.html"
    path.write_text(
        f"<html><head><title>Harbour {number} closes</title></head><body><article><h1>Harbour {number} closes</h1>"
        f"<p>The harbour of town number {number} closes on {day}, the mayor said in a long letter to the"
        f" fishermen of the coast, who have used it for {number + 3} generations without a break.</p>"
        f"<p>Nobody in town {number} had expected the decision so early in the year.</p></article></body></html>"
    )
    os.utime(path, (ago, ago))
    return path


def run(env: dict[str, str], *arguments: object) -> list[dict[str, object]]:
    done = subprocess.run(
        [INGEST, "--json", *map(str, arguments)], env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def read(lines: list[dict[str, object]]) -> bool:
    """Whether any file was taken apart: only then is there something to clean."""
    summary = lines[-1]["summary"]
    assert isinstance(summary, dict)
    return "cleaning and cutting" in summary["stages"]


def outcomes(lines: list[dict[str, object]]) -> dict[str, int]:
    summary = lines[-1]["summary"]
    assert isinstance(summary, dict)
    return {name: summary[name] for name in ("added", "updated", "unchanged", "failed") if summary[name]}


def test_what_was_read_is_not_read_again(env: dict[str, str], pages: Path) -> None:
    first, second = run(env, pages), run(env, pages)
    assert (outcomes(first), read(first)) == ({"added": 60}, True)
    assert (outcomes(second), read(second)) == ({"unchanged": 60}, False)
    ids = [[line["article_id"] for line in lines[:-1]] for lines in (first, second)]
    assert ids[0] == ids[1]


def test_a_changed_file_is_read(env: dict[str, str], pages: Path) -> None:
    run(env, pages)
    write(pages, 7, "Tuesday", LONG_AGO + 60)
    again = run(env, pages)
    assert outcomes(again) == {"updated": 1, "unchanged": 59}


def test_a_file_that_changed_back_and_forth_under_one_time_stamp_is_read(
    env: dict[str, str], pages: Path
) -> None:
    run(env, pages)
    write(pages, 7, "Friday", time.time())  # same length as Monday
    run(env, pages)
    write(pages, 7, "Sunday", time.time())
    assert outcomes(run(env, pages)) == {"updated": 1, "unchanged": 59}


def test_other_facts_are_a_reason_to_read_again(env: dict[str, str], pages: Path) -> None:
    run(env, pages)
    assert outcomes(run(env, pages, "--publisher", "The Gazette")) == {"updated": 60}


def test_an_article_that_was_removed_comes_back_by_name_alone(env: dict[str, str], pages: Path) -> None:
    article_id = str(run(env, pages)[7]["article_id"])
    bot = str(Path(INGEST).with_name("bot"))
    subprocess.run([bot, "articles", "remove", article_id, "--yes"], env=env, check=True, capture_output=True)
    assert run(env, pages)[-1]["summary"]["skipped"] == 1  # type: ignore[index]
    assert outcomes(run(env, pages / "007.html")) == {"added": 1}


@pytest.mark.parametrize("damage", [b"", b"no database at all"])
def test_without_its_memory_it_reads_everything_again(
    env: dict[str, str], pages: Path, damage: bytes
) -> None:
    run(env, pages)
    memory = Path(env["CITEDESK_DATA_DIR"]) / "ingest" / "files.sqlite3"
    memory.write_bytes(damage)
    again = run(env, pages)
    assert (outcomes(again), read(again)) == ({"unchanged": 60}, True)
    assert not read(run(env, pages))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_goes_on_where_it_was(env: dict[str, str], tmp_path: Path, how: signal.Signals) -> None:
    # A pipe holds a third of the lines that such names make: it cannot end before it is stopped.
    folder = tmp_path / ("many" * 60) / ("many" * 60) / ("many" * 60)
    folder.mkdir(parents=True)
    for number in range(200):
        write(folder, number)
    process = subprocess.Popen(
        [INGEST, "--json", str(folder)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    said = [json.loads(process.stdout.readline()) for _ in range(10)]
    workers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(how)
    said += [json.loads(line) for line in process.stdout.read().splitlines() if line.endswith("}")]
    process.wait(timeout=60)
    stored = {line["article_id"] for line in said if line.get("outcome") == "added"}
    assert len(stored) < 200
    with closing(sqlite3.connect(Path(env["CITEDESK_DATA_DIR"]) / "archive.sqlite3")) as archive:
        there = {row[0] for row in archive.execute("SELECT id FROM articles")}
    assert stored <= there
    lines = run(env, folder)
    assert outcomes(lines)["added"] == 200 - len(there)
    assert outcomes(lines).get("unchanged", 0) == len(there)
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive
