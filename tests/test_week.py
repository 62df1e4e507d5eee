"""A week of `ingest --watch` in seconds: a newspaper and an agency publish, correct, syndicate, break and delete."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.feed_data import item, page, rss
from tests.web_server import Reply, Site
from vectorstore.archive import Archive
from vectorstore.settings import Settings
from vectorstore.types import Record

DAY = 8.0  # seconds
INTERVAL = 0.2  # of a feed's visits
WATCH = [sys.executable, "-c", "from ingest.cli import main; main()", "--watch", "--prune", "--verbose"]
STORIES = {
    1: "The council of Aln voted on Monday to keep the harbour open until the spring. The mayor thanked the captains.",
    2: "A storm took the roof off the school in Berg. Nobody was hurt, and lessons go on in the town hall.",
    3: "Farmers in Cold counted forty wolves this winter. Last year they had counted eleven, the ministry said.",
    4: "The railway between Dorn and Elm is closed for repairs. Buses leave every half hour from the market place.",
    5: "The library of Fenn has bought a printing press from 1871. Children may print their names on Saturdays.",
    6: "Glass makers in Holm went on strike over night shifts. The owners offered talks for the end of the month.",
}


class Town:
    """The newspaper's and the agency's sites, and a folder of clippings."""

    def __init__(self, paper: Site, agency: Site, folder: Path) -> None:
        self.paper, self.agency, self.folder = paper, agency, folder
        self._published = {paper: dict[int, str](), agency: dict[int, str]()}
        folder.mkdir()

    def publish(self, number: int, text: str = "", site: Site | None = None) -> None:
        """Put a story's page up, and its entry first in the feed."""
        site = site or self.paper
        self.correct(number, text or STORIES[number], site)
        self._published[site] = {number: item(number, at=datetime.now(UTC)), **self._published[site]}
        self.open(site)

    def withdraw(self, number: int, site: Site) -> None:
        """Take a story's entry out of the feed, and then its page down for good."""
        del self._published[site][number]
        self.open(site)
        site.routes[f"/s{number}"] = Reply(status=410)

    def correct(self, number: int, text: str, site: Site | None = None) -> None:
        """Change a page; the feed says nothing of it."""
        tag = f'"{hash(text)}"'
        (site or self.paper).routes[f"/s{number}"] = Reply(page(number, text), headers={"ETag": tag})

    def open(self, site: Site) -> None:
        """The feed as it should be."""
        feed = rss(*self._published[site].values())
        site.routes["/feed"] = Reply(feed, headers={"ETag": f'"{hash(feed)}"'}, kind="application/rss+xml")


class Watch:
    """The real command in a process of its own, and what it stored."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.settings = Settings(folder, embedding_model="hashing")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEDESK_")}
        environment |= {"CITEDESK_DATA_DIR": str(folder), "CITEDESK_EMBEDDING_MODEL": "hashing"}
        pace = ("--interval", str(INTERVAL / 60), "--day", str(DAY))
        self._process = subprocess.Popen(
            [*WATCH, *pace, *arguments],
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.said: list[str] = []
        self._archive: Archive | None = None
        self._ears = threading.Thread(target=self._listen, daemon=True)
        self._ears.start()

    def _listen(self) -> None:
        assert self._process.stderr
        self.said.extend(iter(self._process.stderr.readline, ""))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self._process.send_signal(number)
        code = self._process.wait(60)
        self._ears.join(5)
        if self._archive:
            self._archive.close()
            self._archive = None
        return code

    def stored(self) -> list[Record]:
        """What the archive holds."""
        self._archive = self._archive or Archive.open(self.settings, check_model=False)
        return list(self._archive.articles())

    def until(self, *expected: str) -> list[Record]:
        """The archive, once it holds just the articles with these beginnings. Fails when it never does."""
        return self.until_true(lambda records: _beginnings(records) == sorted(expected))

    def until_true(self, condition: Callable[[list[Record]], bool]) -> list[Record]:
        """The archive, once the condition holds for it."""
        end = time.monotonic() + 120
        while time.monotonic() < end and self._process.poll() is None:
            if condition(records := self.stored()):
                return records
            time.sleep(0.05)
        stored = _beginnings(self.stored())
        self.stop()
        pytest.fail(f"it did not happen: {stored}\n{''.join(self.said)}")


def _beginnings(records: list[Record]) -> list[str]:
    return sorted(record.article.text[:12] for record in records)


def start(*numbers: int) -> list[str]:
    return [STORIES[number][:12] for number in numbers]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Site() as paper, Site(host="127.0.0.2") as agency:
        yield Town(paper, agency, tmp_path / "clippings")


def test_a_week(town: Town, tmp_path: Path) -> None:
    paper, agency = town.paper, town.agency
    sources = [paper.url("/feed"), agency.url("/feed"), str(town.folder)]
    arguments = ["--allow-host", paper.name, "--allow-host", agency.name, *sources]

    # Monday: two stories and a clipping; the agency has no feed yet.
    town.publish(1)
    town.publish(2)
    (town.folder / "clip.txt").write_text(f"Wolves\n\n{STORIES[3]}")
    watch = Watch(tmp_path / "data", *arguments)
    watch.until(*start(1, 2, 3))

    # Tuesday: a page is corrected without a word in the feed.
    town.correct(1, STORIES[1].replace("spring", "autumn"))
    records = watch.until_true(lambda records: any("autumn" in record.article.text for record in records))
    assert [record.versions for record in records if "autumn" in record.article.text] == [2]
    assert [record.corrected is not None for record in records].count(True) == 1

    # Wednesday: the agency opens, with a story of its own and the newspaper's second one, word for word.
    town.publish(4, site=agency)
    town.publish(2, site=agency)
    records = watch.until_true(lambda records: any(len(record.links) == 2 for record in records))
    records = watch.until(*start(1, 2, 3, 4))
    assert {agency.url("/s2"), paper.url("/s2")} in [set(record.links) for record in records]

    # Thursday: the newspaper breaks down; the agency goes on.
    broken = (
        Reply(b"<html>out of order", status=500),
        Reply(b"<rss><channel><item>" * 9),
        Reply(b"", status=403),
    )
    for reply in broken:
        paper.routes["/feed"] = reply
        time.sleep(INTERVAL)
    town.publish(5, site=agency)
    watch.until(*start(1, 2, 3, 4, 5))

    # Friday: it is mended, and what it published meanwhile arrives.
    town.publish(6)
    (town.folder / "clip.txt").write_text(f"Wolves\n\n{STORIES[3].replace('forty', 'fifty')}")
    records = watch.until_true(
        lambda records: len(records) == 6 and any("fifty" in r.article.text for r in records)
    )

    # Saturday: one page is withdrawn, one is missing for more than a day, the clipping is thrown away.
    before_saturday = len(agency.times)
    town.withdraw(5, agency)
    agency.routes["/s4"] = Reply(status=404)
    (town.folder / "clip.txt").unlink()
    (town.folder / "other.txt").write_text("Notice\n\nThe desk of the newspaper is closed on Sunday.")
    watch.until(*start(1, 2, 6), "The desk of ")
    asked = list(zip(agency.asked, agency.times, strict=False))[before_saturday:]
    withdrawn, missing = ([time for path, time in asked if path == page] for page in ("/s5", "/s4"))
    assert len(withdrawn) == 1
    assert missing[1] - missing[0] > DAY

    # Sunday: it stops when it is told to, and another starts where it ended.
    assert watch.stop() == 0
    assert not [line for line in watch.said if "Traceback" in line or "unexpected" in line]
    before = [*start(1, 2, 6), "The desk of "]
    full = [path for path, status in zip(paper.asked, paper.statuses, strict=False) if status == 200]
    watch = Watch(tmp_path / "data", *arguments)
    town.publish(4)
    watch.until(*before, *start(4))
    assert watch.stop(signal.SIGINT) == 0
    assert full.count("/s6") == 1
