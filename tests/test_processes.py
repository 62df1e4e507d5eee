"""Several real processes on one archive: what one changes, the others answer from at their next question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from tests import crashes
from vectorstore import schema
from vectorstore.catalogue import Catalogue
from vectorstore.schema import FILE_NAME

SECONDS = 60


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, **crashes.ENVIRONMENT, "CITEDESK_DATA_DIR": str(data)}


def run(data: Path, *arguments: object) -> str:
    """Run `ingest …` or `bot …` to its end; standard output."""
    name, *rest = map(str, arguments)
    command = [str(Path(sys.executable).with_name(name)), *rest]
    done = subprocess.run(command, env=environment(data), capture_output=True, text=True, check=True)
    return done.stdout


class Reader:
    """A running `bot repl` or `bot ask - --json` that is asked through a pipe."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(Path(sys.executable).with_name("bot")), *arguments],
            env=environment(data),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def ask(self, question: str, until: str) -> str:
        """What it prints up to the line that contains `until`."""
        assert self._process.stdin is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        said = ""
        while until not in said:
            said += self._lines.get(timeout=SECONDS)
        return said

    def close(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(SECONDS)


@contextmanager
def reading(data: Path, *arguments: str) -> Iterator[Reader]:
    reader = Reader(data, *arguments)
    yield reader
    assert reader.close() == 0


def write(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.txt"
    path.write_text(f"{name}\n\n{body}\n")
    return path


def test_a_repl_answers_from_the_new_state_at_its_next_question(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "news"
    flood = write(folder, "Flood in Dunmere", "Mayor Ada Holt closed both bridges on Monday.")
    run(data, "ingest", folder)
    with reading(data, "repl") as repl:
        assert "Mayor Ada Holt closed both bridges" in repl.ask(
            "mayor ada holt closed bridges", "Dunmere.txt"
        )
        write(folder, "Strike in Wexcombe", "Dockers walked out over pensions on Friday.")
        run(data, "ingest", folder)
        assert "over pensions" in repl.ask("dockers walked out pensions", "Wexcombe.txt")
        flood.write_text("Flood in Dunmere\n\nMayor Ada Holt opened one bridge on Tuesday.\n")
        run(data, "ingest", folder)
        changed = repl.ask("mayor ada holt opened bridge", "Dunmere.txt")
        assert "opened one bridge" in changed
        assert "closed both" not in changed
        listed = [json.loads(line) for line in run(data, "bot", "articles", "list", "--json").splitlines()]
        (strike,) = (row["article_id"] for row in listed if "Strike" in row["title"])
        run(data, "bot", "articles", "remove", strike, "--yes")
        assert "The archive does not say" in repl.ask("dockers walked out pensions", "does not say")


def test_two_ingests_and_two_readers_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "ingest", write(tmp_path / "first", "Flood in Dunmere", "Mayor Ada Holt closed both bridges."))
    crashes.write_articles(tmp_path / "one", 60)
    crashes.write_articles(tmp_path / "two", 120)
    for path in (tmp_path / "two").iterdir():
        path.write_text(path.read_text().replace("Marker", "Mark2er").replace("Witness", "Neighbour"))
    asked = "mayor ada holt closed both bridges"
    with reading(data, "ask", "-", "--json") as one, reading(data, "ask", "-", "--json") as two:
        one.ask(asked, "\n"), two.ask(asked, "\n")
        running = [crashes.ingest(tmp_path / name, data) for name in ("one", "two")]
        while any(process.poll() is None for process in running):
            for reader in (one, two):
                answer = json.loads(reader.ask(asked, "\n"))
                assert answer["citations"][0]["quote"] == "Mayor Ada Holt closed both bridges."
        assert [process.returncode for process in running] == [0, 0]
        for reader in (one, two):
            assert "Mark2er7 ended it." in reader.ask("Mark2er7 ended it", "\n")
            assert "Marker7 ended it." in reader.ask("Marker7 ended it", "\n")
    assert len(crashes.snapshot(data).articles) == 181
    crashes.heal(data)
    crashes.assert_index_is_level(data)


def test_an_older_format_is_migrated_once_and_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Catalogue(tmp_path).close()
    monkeypatch.setattr(schema, "FORMAT", schema.FORMAT + 1)

    def broken(sql: object) -> None:
        sql.execute("ALTER TABLE articles ADD COLUMN mood TEXT")  # type: ignore[attr-defined]
        raise RuntimeError("power cut")

    monkeypatch.setitem(schema.MIGRATIONS, schema.FORMAT - 1, broken)
    with pytest.raises(RuntimeError):
        Catalogue(tmp_path)
    monkeypatch.setitem(
        schema.MIGRATIONS,
        schema.FORMAT - 1,
        lambda sql: sql.execute("ALTER TABLE articles ADD COLUMN mood TEXT"),
    )
    for _ in range(2):
        catalogue = Catalogue(tmp_path)
        assert "mood" in [row[1] for row in catalogue.connection.execute("PRAGMA table_info(articles)")]
        assert catalogue.connection.execute("PRAGMA user_version").fetchone()[0] == schema.FORMAT
        catalogue.close()
    assert (tmp_path / FILE_NAME).exists()
