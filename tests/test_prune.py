"""`ingest --watch --prune` with a real archive: what is gone is taken out and said, what stands elsewhere stays."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.assemble import EVERYBODY, Facts
from ingest.boilerplate import shipped
from ingest.files_read import FilesRead
from ingest.load import Loaded
from ingest.origin import of_file
from ingest.outcome import Outcome, Verdict
from ingest.passages import CHUNKER
from ingest.places import Places
from ingest.prune import Pruner
from ingest.reading import Noting, changed, pieces
from ingest.run import Intake
from ingest.sources import Found
from ingest.web.follow import Web
from ingest.web.rules import Rules
from ingest.web.visits import Visit
from tests.test_watch import until
from vectorstore.archive import Archive
from vectorstore.settings import Settings

INGEST = str(Path(sys.executable).with_name("ingest"))
LONG_AGO = time.time() - 3600
URL = "https://herald.example/barrier"


@dataclass
class Desk:
    """An archive, what was read into it, and what was found to be online."""

    folder: Path
    archive: Archive
    web: Web
    said: list[Outcome] = field(default_factory=list)

    def ingest(self, name: str, audience: str = "") -> list[Outcome]:
        """What was said of a file. Read and stored only if it changed."""
        facts, said = Facts(audience=audience), list[Outcome]()
        found = Found(str(self.folder / name), named=False)
        with FilesRead(self.folder / "data", facts) as memory:
            unread = list(changed([found], memory, self.archive, lambda outcome, _: said.append(outcome)))
            noting = Noting(memory, Places(self.archive, facts, shipped()).of)
            intake = Intake(self.archive, facts, said.append)
            for piece in pieces(unread, noting=noting):
                if isinstance(piece, Loaded):
                    intake.take(piece)
            intake.flush()
            self._pruner(memory, facts).tidy(found.path, self.said.append)
        return said

    def lose(self, name: str, audience: str = "") -> list[Outcome]:
        """What is said when the file is gone."""
        (self.folder / name).unlink()
        with FilesRead(self.folder / "data", Facts()) as memory:
            pruner = self._pruner(memory, Facts(audience=audience))
            pruner.remove(of_file(str(self.folder / name)), self.said.append)
        return self.said

    def lose_page(self, url: str) -> list[Outcome]:
        """What is said when the page is gone."""
        with FilesRead(self.folder / "data", Facts()) as memory:
            self._pruner(memory, Facts()).remove(url, self.said.append)
        return self.said

    def _pruner(self, memory: FilesRead, facts: Facts) -> Pruner:
        return Pruner(self.archive, memory, facts, self.web.holds)

    @property
    def keys(self) -> list[str]:
        """The keys of all that is stored."""
        return sorted(record.article.key for record in self.archive.articles())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(data_dir=tmp_path / "data", embedding_model="hashing")
    with Archive.open(settings, chunker=CHUNKER) as archive:
        web = Web(Rules())
        yield Desk(tmp_path, archive, web)
        web.close()


def words(topic: str) -> str:
    return " ".join(f"The {topic} committee reported progress on measure {number}." for number in range(9))


def write_page(path: Path, topic: str) -> None:
    path.write_text(
        f"<html><head><title>{topic}</title><link rel=canonical href='{URL}'></head><body><article>"
        f"<h1>{topic}</h1><p>{words(topic)}</p></article></body></html>"
    )
    os.utime(path, (LONG_AGO, LONG_AGO))


def write_lines(path: Path, *lines: str) -> None:
    texts = [line if line == "bad" else json.dumps({"id": line, "text": words(line)}) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    os.utime(path, (LONG_AGO + len(texts), LONG_AGO + len(texts)))


def write_zip(path: Path, *names: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, words(name))
    os.utime(path, (LONG_AGO + len(names), LONG_AGO + len(names)))


# -- what stands elsewhere stays


def test_a_page_that_is_online_outlives_its_file(desk: Desk) -> None:
    write_page(desk.folder / "a.html", "Barrier")
    desk.ingest("a.html")
    desk.web.visits.put(Visit(URL, origin=URL))
    assert desk.lose("a.html") == []
    assert desk.keys == [URL]


def test_a_page_that_is_offline_does_not(desk: Desk) -> None:
    write_page(desk.folder / "a.html", "Barrier")
    (stored,) = desk.ingest("a.html")
    desk.web.visits.put(Visit(URL, origin=""))
    (said,) = desk.lose("a.html")
    assert (said.outcome, said.article_id, said.reason) == (
        Verdict.REMOVED,
        stored.article_id,
        "the file is gone",
    )
    assert (said.input, said.title) == (str(desk.folder / "a.html"), "Barrier")
    assert desk.keys == []


def test_the_private_copy_of_another_channel_stays(desk: Desk) -> None:
    for name, audience in (("a.html", ""), ("b.html", "C9")):
        write_page(desk.folder / name, name)
        desk.ingest(name, audience)
    assert desk.keys == [URL, f"{URL} #C9"]
    desk.lose("a.html")
    assert desk.keys == [f"{URL} #C9"]


def test_a_private_file_goes_though_its_page_is_online(desk: Desk) -> None:
    for name, audience in (("a.html", ""), ("b.html", "C9")):
        write_page(desk.folder / name, name)
        desk.ingest(name, audience)
    desk.web.visits.put(Visit(URL, origin=URL))
    desk.lose("b.html")
    assert desk.keys == [URL]


def test_what_the_page_brings_to_a_channel_only_stays_there(desk: Desk) -> None:
    write_page(desk.folder / "a.html", "Barrier")
    desk.ingest("a.html", "C9")
    desk.ingest("a.html")  # restricted once, it stays so
    desk.web.visits.put(Visit(URL, origin=URL))
    desk.lose("a.html")
    assert desk.keys == [f"{URL} #C9"]


def test_a_private_file_with_a_public_text_never_was_stored(desk: Desk) -> None:
    for name, audience in (("a.html", EVERYBODY), ("b.html", "C9")):
        write_page(desk.folder / name, "Barrier")
        desk.ingest(name, audience)
    desk.lose("b.html")
    assert desk.keys == [URL]


def test_another_file_of_the_same_article_holds_it(desk: Desk) -> None:
    for name in ("a.html", "b.html"):
        write_page(desk.folder / name, "Barrier")
        desk.ingest(name)
    assert desk.lose("a.html") == []
    assert desk.keys == [URL]
    assert len(desk.lose("b.html")) == 1
    assert desk.keys == []


def test_a_copy_of_an_article_leaves_it_where_it_is(desk: Desk) -> None:
    write_page(desk.folder / "a.html", "Barrier")
    desk.ingest("a.html")
    text = next(desk.archive.articles()).article.text
    (desk.folder / "b.txt").write_text(text)
    (desk.folder / "b.jsonl").write_text(json.dumps({"text": text}))
    for name in ("b.txt", "b.jsonl"):
        assert [one.outcome for one in desk.ingest(name)] == [Verdict.DUPLICATE]
        assert desk.lose(name) == []
    (record,) = desk.archive.articles()
    assert (record.article.key, record.links) == (URL, (URL,))


def test_a_page_that_is_gone_outlives_in_its_file(desk: Desk) -> None:
    write_page(desk.folder / "a.html", "Barrier")
    desk.ingest("a.html")
    assert desk.lose_page(URL) == []
    assert desk.keys == [URL]
    desk.lose("a.html")
    assert desk.keys == []


# -- files that hold many articles


def test_the_members_of_an_archive_go_with_it(desk: Desk) -> None:
    write_zip(desk.folder / "n.zip", "one.txt", "two.txt", "picture.jpg")
    assert len(desk.ingest("n.zip")) == 2
    assert [one.outcome for one in desk.ingest("n.zip")] == [Verdict.UNCHANGED] * 2  # it was read as a whole
    write_zip(desk.folder / "n.zip", "two.txt")
    desk.ingest("n.zip")
    assert [one.reason for one in desk.said] == ["the file does not hold it any more"]
    assert desk.keys == [f"{of_file(str(desk.folder / 'n.zip'))}#two.txt"]
    desk.lose("n.zip")
    assert desk.keys == []


def test_the_members_go_though_nobody_remembers_them(desk: Desk) -> None:
    write_zip(desk.folder / "n.zip", "one.txt", "two.txt")
    desk.ingest("n.zip", "C9")
    for file in (desk.folder / "data" / "ingest").glob("files.sqlite3*"):
        file.unlink()
    assert len(desk.lose("n.zip")) == 2
    assert desk.keys == []


def test_lines_that_are_gone_go_once_the_file_is_whole(desk: Desk) -> None:
    path = desk.folder / "a.jsonl"
    write_lines(path, "k1", "k2", "k3")
    desk.ingest("a.jsonl")
    write_lines(path, "k1", "bad")
    desk.ingest("a.jsonl")
    assert desk.keys == ["id:k1", "id:k2", "id:k3"]  # the bad line may be any of them
    write_lines(path, "k1")
    desk.ingest("a.jsonl")
    assert desk.keys == ["id:k1"]
    desk.lose("a.jsonl")
    assert desk.keys == []


def test_a_file_with_a_bad_line_is_read_again_and_goes_as_a_whole(desk: Desk) -> None:
    write_lines(desk.folder / "a.jsonl", "k1", "bad", "k2")
    assert len(desk.ingest("a.jsonl")) == 2
    assert desk.ingest("a.jsonl")[0].outcome is Verdict.UNCHANGED
    with FilesRead(desk.folder / "data", Facts()) as memory:
        assert memory.paths() == [str(desk.folder / "a.jsonl")]
        assert memory.no_longer_held(str(desk.folder / "a.jsonl")) == []
    assert len(desk.lose("a.jsonl")) == 2
    assert desk.keys == []


# -- the command


@contextmanager
def watching(env: dict[str, str], out: Path, *arguments: object) -> Iterator[Callable[[], str]]:
    with out.open("w") as stream:
        process = subprocess.Popen(
            [INGEST, "--watch", "--prune", *map(str, arguments)], env=env, stdout=stream, stderr=stream
        )
        try:
            yield out.read_text
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def stored(env: dict[str, str]) -> list[str]:
    bot = str(Path(INGEST).with_name("bot"))
    done = subprocess.run(
        [bot, "articles", "list", "--json"], env=env, capture_output=True, text=True, check=True
    )
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize("as_json", [False, True])
def test_what_was_removed_at_the_start_is_said(tmp_path: Path, as_json: bool) -> None:
    env = {
        **os.environ,
        "CITEDESK_DATA_DIR": str(tmp_path / "data"),
        "CITEDESK_EMBEDDING_MODEL": "hashing",
    }
    for folder in ("A", "B"):
        (tmp_path / folder).mkdir()
        for number in range(2):
            (tmp_path / folder / f"{number}.txt").write_text(words(f"{folder}{number}"))
    subprocess.run([INGEST, str(tmp_path / "A"), str(tmp_path / "B")], env=env, check=True)
    gone = tmp_path / "A" / "0.txt"
    gone.unlink()
    (tmp_path / "B").rename(tmp_path / "unmounted")
    (tmp_path / "B").mkdir()
    flags = ["--json"] if as_json else []
    with watching(env, tmp_path / "out", *flags, tmp_path / "A", tmp_path / "B") as text:
        until(lambda: "removed" in text() and "nothing is seen any more" in text())
    lines = [re.sub(r"^\d\d:\d\d:\d\d +", "", line) for line in text().splitlines()]
    (line,) = (line for line in lines if line.startswith("removed"))
    assert line.startswith(f"removed  {gone} ")
    assert line.endswith(": the file is gone")
    said = [json.loads(line) for line in lines if line.startswith("{")]
    assert [one["reason"] for one in said if one.get("outcome") == "removed"] == [
        "the file is gone"
    ] * as_json
    assert f"nothing is seen any more at {tmp_path / 'B'}; what was stored from there stays" in lines
    assert len(stored(env)) == 3
