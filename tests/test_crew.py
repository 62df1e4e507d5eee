"""Worker processes that read files: same results as without them, in order; a crash or a stall is one bad file."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from ingest.crew import MANY, Crew, crew_for, held_by, standing
from ingest.reading import pieces
from ingest.sources import Found, Refusal, find


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    for number in range(MANY + 5):
        body = f"<p>The council of town number {number} met on Monday and voted on the bridge.</p>"
        (tmp_path / f"{number:03}.html").write_text(
            f"<html><body><article>{body * 3}</article></body></html>"
        )
    (tmp_path / "010.html").write_text("<html></html>")
    (tmp_path / "012.txt").write_text("A note\n\nThe council met again.")
    return tmp_path


def test_many_hands_read_what_one_reads(pages: Path) -> None:
    inputs = list(find([str(pages)]))
    assert list(pieces(inputs, workers=2)) == list(pieces(inputs, workers=1))
    assert sum(isinstance(piece, Refusal) for piece in pieces(inputs, workers=2)) == 1


def test_a_few_files_are_not_worth_a_crew() -> None:
    with crew_for([Found("a.html", named=False)] * (MANY - 1), 2) as crew:
        assert crew is None


@pytest.fixture(scope="module")
def crew():  # type: ignore[no-untyped-def]
    with crew_for([Found("a.html", named=False)] * MANY, 2) as made:
        yield made


def test_a_file_that_kills_its_reader_is_refused_and_the_next_one_read(crew: Crew, pages: Path) -> None:
    found = Found(str(pages / "011.html"), named=False)
    (refusal,) = held_by(found, crew.pool.schedule(os.abort))
    assert isinstance(refusal, Refusal)
    assert "it crashed its reader" in refusal.reason
    assert held_by(found, crew.read(found)) == list(pieces([found]))


def test_a_file_that_takes_for_ever_is_refused(crew: Crew) -> None:
    found = Found("endless.html", named=False)
    (refusal,) = held_by(found, crew.pool.schedule(time.sleep, args=[60], timeout=0.5))
    assert isinstance(refusal, Refusal)
    assert "save the article as text" in refusal.reason


def test_a_standing_crew_reads_one_file_and_is_kept(pages: Path) -> None:
    page, text = ([Found(str(pages / name), named=False)] for name in ("011.html", "012.txt"))
    others = workers()
    with standing(1) as crew:
        assert list(pieces(text, standing=crew)) == list(pieces(text))
        assert workers() == others  # none is started for what is quickly read
        for _ in range(2):
            assert list(pieces(page, standing=crew)) == list(pieces(page))
            (worker,) = workers() - others
        (refusal,) = held_by(page[0], crew.pool.schedule(os.abort))
        assert isinstance(refusal, Refusal)
        assert list(pieces(page, standing=crew)) == list(pieces(page))
        assert workers() - others != {worker}
    assert workers() == others


def workers() -> set[psutil.Process]:
    return {one for one in psutil.Process().children(recursive=True) if _is_worker(one)}


def _is_worker(process: psutil.Process) -> bool:
    try:
        return any("spawn_main" in word for word in process.cmdline())
    except (
        psutil.NoSuchProcess
    ):  # a zombie too: it ended while the list was made, perhaps another test's child
        return False
