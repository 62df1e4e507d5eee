"""`ingest --watch`: folders and sites that change while a real loop looks at them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.origin import of_file
from ingest.sources import Found, Link, Refusal
from ingest.watch import Item, Shelf, _Watcher, stopping, watch
from ingest.web.follow import Web
from ingest.web.pace import Pace
from ingest.web.rules import Rules, allowed_hosts
from tests.feed_data import item, page, rss
from tests.web_server import Reply, Site
from vectorstore.errors import CitedeskError

POLL = 0.05
HASTY = Pace(interval=0.1, day=1.2)


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that another thread or process does. Fails when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


class Desk:
    """Notes what a watch takes and removes; reads links as the pipeline does, and stores whatever comes."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.files: list[tuple[str, bool]] = []
        self.pages: list[str] = []
        self.refused: list[str] = []
        self.removed: list[str] = []
        self.said: list[str] = []
        self.faults: list[CitedeskError] = []

    def take(self, items: Iterable[Item]) -> None:
        for one in items:
            if isinstance(one, Found):
                if self.faults:
                    raise self.faults.pop()
                self.files.append((Path(one.path).name, one.named))
            elif isinstance(one, Refusal):
                self.refused.append(one.reason)
            else:
                self._read(one)

    def _read(self, link: Link) -> None:
        for piece in self.web.read([link]):
            if isinstance(piece, Refusal):
                self.refused.append(piece.reason)
                continue
            self.pages.append("/" + piece.label.split("/", 3)[3])
            if piece.stored:
                piece.stored("id")


@contextmanager
def watched(*arguments: str | Path, web: Web | None = None, **options: Any) -> Iterator[Desk]:
    desk, stop = Desk(web or Web(Rules())), threading.Event()
    settings = {
        "web": desk.web,
        "stop": stop,
        "say": desk.said.append,
        "poll": POLL,
        "prune": True,
        **options,
    }
    thread = threading.Thread(
        target=watch, args=([str(a) for a in arguments], desk.take, desk.removed.append), kwargs=settings
    )
    thread.start()
    try:
        yield desk
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


# -- files


def test_what_a_shelf_tells() -> None:
    one, two = (1, 1, 1), (2, 2, 1)
    shelf = Shelf(
        taken={"a": one, "b": one, "c": one, "d": one}, last={"a": one, "b": two, "c": one, "e": one}
    )
    now = {"a": one, "b": two, "e": one, "f": one}
    assert shelf.changed(now) == ["b", "e"]  # f was not there at the last look: it may still be written
    assert shelf.vanished(now) == ["d"]  # c was: it may be about to be replaced


def test_files_that_come_change_and_go(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "x.exe").write_text("no")
    with watched(tmp_path) as desk:
        until(lambda: desk.files == [("a.txt", False)])
        (tmp_path / "b.txt").write_text("Two.")
        until(lambda: len(desk.files) == 2)
        (tmp_path / "a.txt").write_text("One, corrected.")
        until(lambda: len(desk.files) == 3)
        (tmp_path / "b.txt").unlink()
        until(lambda: desk.removed)
        time.sleep(4 * POLL)
    assert [name for name, _ in desk.files] == ["a.txt", "b.txt", "a.txt"]
    assert desk.removed == [of_file(str(tmp_path / "b.txt"))]
    assert desk.said == []
    assert len(desk.refused) == 1  # told once, not at every look


def test_a_file_that_is_still_written_is_waited_for(tmp_path: Path) -> None:
    desk = Desk(Web(Rules()))
    watcher = _Watcher(
        [str(tmp_path)],
        desk.take,
        desk.removed.append,
        desk.web,
        threading.Event(),
        True,
        desk.said.append,
        [],
    )
    with (tmp_path / "a.txt").open("w") as file:
        for _ in range(10):
            file.write("More. ")
            file.flush()
            assert watcher.look()
        assert desk.files == []
    for _ in range(3):
        assert watcher.look()
    assert desk.files == [("a.txt", False)]


def test_a_file_that_is_replaced_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.")
    with watched(tmp_path) as desk:
        until(lambda: desk.files)
        for number in range(10):
            (tmp_path / "new").write_text(f"One, version {number}.")
            os.replace(tmp_path / "new", tmp_path / "a.txt")
            time.sleep(POLL / 3)
        until(lambda: len(desk.files) > 1)
    assert desk.removed == []


def test_a_pruned_file_that_comes_back_is_named(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(name)
    with watched(tmp_path) as desk:
        until(lambda: len(desk.files) == 2)
        (tmp_path / "a.txt").unlink()
        until(lambda: desk.removed)
        (tmp_path / "a.txt").write_text("Again.")
        until(lambda: len(desk.files) == 3)
    assert desk.files[-1] == ("a.txt", True)


@pytest.mark.parametrize("how", ["emptied", "gone", "unseen"])
@pytest.mark.parametrize("where", ["mount", "drives/mount"])
def test_a_drive_that_is_not_there_removes_nothing(tmp_path: Path, how: str, where: str) -> None:
    folder = tmp_path / where
    folder.mkdir(parents=True)
    beside = tmp_path / "beside"
    beside.mkdir()
    for name in (folder / "a.txt", folder.parent / "own.txt", beside / "b.txt", beside / "c.txt"):
        name.write_text("One.")
    watched_folder = folder if where == "mount" else folder.parent
    with watched(watched_folder, beside) as desk:
        until(lambda: len(desk.files) == (3 if where == "mount" else 4))
        (folder / "a.txt").rename(tmp_path / "kept")
        if how != "emptied":
            folder.rmdir()
        if how == "unseen":  # a link to where the drive was
            folder.symlink_to(tmp_path / "nowhere")
        (beside / "b.txt").unlink()
        until(lambda: desk.said and desk.removed)
        time.sleep(4 * POLL)
    assert desk.removed == [of_file(str(beside / "b.txt"))]
    assert desk.said == [f"nothing is seen any more at {folder}; what was stored from there stays"]


def test_a_file_named_itself_goes_unless_its_folder_does(tmp_path: Path) -> None:
    for name in ("one/a.txt", "one/other.bin", "two/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("One.")
    with watched(tmp_path / "one/a.txt", tmp_path / "two/b.txt") as desk:
        until(lambda: len(desk.files) == 2)
        (tmp_path / "one/a.txt").unlink()
        (tmp_path / "two/b.txt").unlink()
        until(lambda: desk.said and desk.removed)
        time.sleep(4 * POLL)
    assert desk.removed == [of_file(str(tmp_path / "one/a.txt"))]


def test_what_vanished_before_the_watch_began_is_removed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text("One.")
    missing = [str(tmp_path / name) for name in ("in/b.txt", "elsewhere/c.txt", "in/top/d.txt")]
    with watched(tmp_path / "in", before=missing) as desk:
        until(lambda: desk.removed and desk.said)
        time.sleep(4 * POLL)
    assert desk.removed == [of_file(missing[0])]
    assert desk.said == [
        f"nothing is seen any more at {tmp_path / 'in/top'}; what was stored from there stays"
    ]


def test_a_removal_that_fails_loses_no_other(tmp_path: Path) -> None:
    urls = [f"https://a.example/{number}" for number in range(3)]
    web, stop, faults = Web(Rules()), threading.Event(), [CitedeskError("busy")]
    removed: list[str] = []
    said: list[str] = []

    def remove(origin: str) -> None:
        if faults:
            raise faults.pop()
        removed.append(origin)
        if len(removed) == len(urls):
            stop.set()

    for url in urls:
        web.visits.lose(url, url)
    guard = threading.Timer(60, stop.set)
    guard.start()
    watch([str(tmp_path)], list, remove, web=web, stop=stop, prune=True, say=said.append, poll=0.01)
    guard.cancel()
    assert removed == urls
    assert said == ["this pass could not be finished and is made again: busy"]
    assert web.visits.gone() == []


def test_nothing_is_removed_unless_asked_for(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(name)
    with watched(tmp_path, prune=False) as desk:
        until(lambda: len(desk.files) == 2)
        (tmp_path / "a.txt").unlink()
        time.sleep(6 * POLL)
    assert desk.removed == []


def test_a_pass_that_fails_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.")
    with watched(tmp_path, poll=0.01) as desk:
        desk.faults.append(CitedeskError("the archive is busy"))
        until(lambda: desk.files or desk.said)
        (tmp_path / "b.txt").write_text("Two.")
        until(lambda: len(desk.files) == 2)
    assert sorted(name for name, _ in desk.files) == ["a.txt", "b.txt"]
    assert desk.said == ["this pass could not be finished and is made again: the archive is busy"]


# -- sites


def test_feeds_and_pages_that_change(tmp_path: Path) -> None:
    with Site() as site, Site() as dead:
        site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
        site.routes["/page"] = Reply(page(9), headers={"ETag": '"9"'})
        for number in (1, 2):
            site.routes[f"/s{number}"] = Reply(page(number))
        dead.routes["/feed"] = Reply(status=500)
        web = Web(Rules(allowed_hosts([site.name, dead.name])), tmp_path, again=True, pace=HASTY)
        with watched(dead.url("/feed"), site.url("/feed"), site.url("/page"), web=web) as desk:
            until(lambda: len(desk.pages) == 2)
            site.routes["/feed"] = Reply(rss(item(1), item(2)), headers={"ETag": '"2"'})
            until(lambda: "/s2" in desk.pages)
            site.routes["/page"] = Reply(page(10), headers={"ETag": '"10"'})
            until(lambda: desk.pages.count("/page") == 2)
            site.routes["/page"] = Reply(status=410)
            until(lambda: desk.removed)
            # Backing off: at the pace of the living ones it would be asked as often as they.
            until(lambda: 2 * len(dead.pages) < site.pages.count("/feed"))
        assert sorted(desk.pages) == ["/page", "/page", "/s1", "/s2"]
        assert desk.removed == [site.url("/page")]


def test_a_watch_that_is_started_again_goes_on(tmp_path: Path) -> None:
    with Site() as site:
        site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
        site.routes["/s1"] = Reply(page(1))
        for pages in (["/s1"], []):
            web = Web(Rules(allowed_hosts([site.name])), tmp_path, again=True)
            with watched(site.url("/feed"), web=web) as desk:
                time.sleep(5 * POLL) if not pages else until(lambda pages=pages: desk.pages == pages)
            assert desk.pages == pages
        assert site.pages == ["/feed", "/s1"]  # it was not due again


# -- stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_and_a_second_one_interrupts(number: int) -> None:
    before = signal.getsignal(number)
    with stopping() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(30)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_a_pass_ends_after_the_article_in_hand(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.txt").write_text("One.")
    stop = threading.Event()
    taken: list[Item] = []

    def take(items: Iterable[Item]) -> None:
        for one in items:
            taken.append(one)
            if len(taken) == 3:
                stop.set()

    watch([str(tmp_path)], take, lambda origin: None, web=Web(Rules()), stop=stop, poll=POLL)
    assert len(taken) == 3
