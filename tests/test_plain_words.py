"""What `ingest` says and leaves alone: links out of a folder, feeds that are none, passwords, slips, empty folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.versions import GONE, NEW, changes
from ingest.readers.clip import read_clip
from ingest.readers.names import people
from ingest.sources import Found, Link, Refusal, find
from ingest.web.fetch import Answered
from ingest.web.pace import Pace
from ingest.web.rules import Rules, allowed_hosts
from tests.feed_data import item, opml, page, rss
from tests.test_feeds import read, web
from tests.test_pdf import BOATS, LETTER, column, pdf
from tests.watched import Watched
from tests.web_server import Reply, Site

INGEST = (sys.executable, "-c", "from ingest.cli import main; main()")
TEXT = "Harbour of Aln closes\n\nThe harbour of Aln closes on Monday. The mayor of Aln said so in a letter."


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    keep = {key: value for key, value in os.environ.items() if not key.startswith("CITEDESK_")}
    return {**keep, "CITEDESK_DATA_DIR": str(tmp_path / "data"), "CITEDESK_EMBEDDING_MODEL": "hashing"}


def ingest(env: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*INGEST, *map(str, arguments)], env=env, capture_output=True, text=True, timeout=60
    )


def test_a_folder_is_not_left_by_a_link(tmp_path: Path) -> None:
    outside, folder = tmp_path / "secret.txt", tmp_path / "in" / "news"
    folder.mkdir(parents=True)
    outside.write_text(TEXT)
    (folder / "real.txt").write_text(TEXT)
    (folder / "link.txt").symlink_to(outside)
    (folder / "loop").symlink_to("..")
    (folder / "same.txt").symlink_to("real.txt")
    found = list(find([str(folder)]))
    assert [Path(one.path).name for one in found if isinstance(one, Found)] == ["real.txt"]
    refused = {Path(one.label).name: (one.reason, one.skipped) for one in found if isinstance(one, Refusal)}
    reason = "it is a link that leads out of the folder; name it to ingest it"
    assert refused == {"link.txt": (reason, True), "loop": (reason, True)}
    assert [type(one) for one in find([str(folder / "link.txt")])] == [Found]


def test_a_named_folder_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text(TEXT)
    (tmp_path / "link").symlink_to("real")
    assert [type(one) for one in find([str(tmp_path / "link")])] == [Found]


def test_an_empty_folder_says_so(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "empty" / "below").mkdir(parents=True)
    told = ingest(env, tmp_path / "empty")
    assert told.returncode == 0
    assert "empty: the folder holds no articles (of a folder are read: .docx" in told.stderr


def test_a_feed_that_became_a_page_is_no_article(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = Reply(rss(item(1)), kind="application/rss+xml")
    site.routes["/s1"] = Reply(page(1))
    reader = web(site, folder=tmp_path)
    assert set(read(reader, site.url("/feed"))[0]) == {"/s1"}
    site.routes["/feed"] = Reply(page(7))
    drafts, refusals = read(reader, site.url("/feed"))
    assert not drafts
    assert "this used to be a feed and is now a page" in refusals["/feed"]
    assert "this used to be a feed" in read(reader, site.url("/feed"))[1]["/feed"]


def test_a_page_in_an_outline_is_no_article(site: Site, tmp_path: Path) -> None:
    site.routes["/list"] = Reply(opml(site.url("/page")), kind="text/x-opml")
    site.routes["/page"] = Reply(page(7))
    drafts, refusals = read(web(site), site.url("/list"))
    assert not drafts
    assert "a list names it as a feed, but it is a page" in refusals["/page"]
    (tmp_path / "feeds.opml").write_bytes(opml(site.url("/page")))
    assert list(find([str(tmp_path / "feeds.opml")])) == [Link(site.url("/page"), named=False, is_feed=True)]


def test_a_feed_cut_off_in_the_middle_says_so(site: Site, tmp_path: Path) -> None:
    whole = rss(*(item(number) for number in range(3)))
    site.routes |= {f"/s{number}": Reply(page(number)) for number in range(3)}
    site.routes["/feed"] = Reply(whole[: whole.rindex(b"<item>") + 12], kind="application/rss+xml")
    drafts, refusals = read(web(site, folder=tmp_path), site.url("/feed"))
    assert {"/s0", "/s1"} <= set(drafts)
    assert re.fullmatch(r"the feed is damaged; [23] entries read", refusals["/feed"])
    site.routes["/feed"] = Reply(whole, kind="application/rss+xml")
    assert "/feed" not in read(web(site), site.url("/feed"))[1]


def test_the_date_at_the_head_of_a_pdf_is_its_date() -> None:
    made = "/CreationDate(D:20260901120000Z)"
    printed = pdf([*column(["Harbour of Aln closes", "", "3 April 2026", "", *LETTER])], info=made)
    assert printed.published
    assert printed.published.date().isoformat() == "2026-04-03"
    assert printed.found_in["published"] == "text"
    later = pdf(column(LETTER), info=made)
    assert later.published
    assert later.published.date().isoformat() == "2026-09-01"


def test_the_number_of_the_only_page_leaves() -> None:
    text = pdf([*column(LETTER), *column(BOATS, y=600), (280.0, 40.0, 9.0, "Page 1 of 1")]).text
    assert "Page 1" not in text
    assert "Fishermen" in text


@pytest.mark.parametrize(
    ("head", "publisher", "date", "author"),
    [
        (
            "Quelle: Küstenbote\nDatum: 3. April 2026\nAutor: Ines Mahl",
            "Küstenbote",
            "2026-04-03",
            "Ines Mahl",
        ),
        (
            "Fuente: El Puerto\nFecha: 3 de abril de 2026\nAutora: Inés Mahl",
            "El Puerto",
            "2026-04-03",
            "Inés Mahl",
        ),
        ("Fonte: Il Porto\nData: 3 aprile 2026\nAutore: Ines Mahl", "Il Porto", "2026-04-03", "Ines Mahl"),
        ("Source : Le Port\nDate : 3 avril 2026\nAuteur : Inès Mahl", "Le Port", "2026-04-03", "Inès Mahl"),
        ("Источник: Порт\nДата: 3 апреля 2026\nАвтор: Инес Маль", "Порт", "2026-04-03", "Инес Маль"),
        ("المصدر: الميناء\nالتاريخ: 2026-04-03\nالكاتب: إيناس مهل", "الميناء", "2026-04-03", "إيناس مهل"),
        ("Fonte: O Porto\nData: 3 de abril de 2026\nAutor: Inês Mahl", "O Porto", "2026-04-03", "Inês Mahl"),
    ],
    ids=["de", "es", "it", "fr", "ru", "ar", "pt"],
)
def test_heads_in_other_languages(head: str, publisher: str, date: str, author: str) -> None:
    draft = read_clip(
        f"Der Hafen schließt\n{head}\n\nDer Hafen von Aln schließt am Montag, sagte sie.", "x.txt"
    )
    assert draft
    assert draft.published
    found = (draft.publisher, draft.published.date().isoformat(), draft.author)
    assert found == (publisher, date, author)
    assert draft.text == "Der Hafen von Aln schließt am Montag, sagte sie."


def test_a_password_is_never_printed(env: dict[str, str], site: Site) -> None:
    told = ingest(env, site.url("/a").replace("//", "//ann:s3cret@"))
    assert "s3cret" not in told.stdout + told.stderr
    assert "//…@127.0.0.1" in told.stderr


def test_a_slip_in_the_scheme_is_named() -> None:
    [slip] = find(["htps://news.example/a"])
    [other] = find(["ftp://news.example/a"])
    assert isinstance(slip, Refusal)
    assert isinstance(other, Refusal)
    assert slip.reason.endswith("did you mean https://news.example/a?")
    assert "did you mean" not in other.reason


def test_numbers_change_whole() -> None:
    runs = next(changes("It sold 12,600 copies at 3.5 crowns.", "It sold 13,250 copies at 4.5 crowns."))
    assert [text for kind, text in runs if kind in (GONE, NEW)] == ["12,600", "13,250", "3.5", "4.5"]


def test_when_to_come_again_is_told() -> None:
    assert str(Answered(429, 120.0)).endswith("try again in 2 minutes")
    assert str(Answered(503)).endswith("try again later")


@pytest.mark.parametrize("name", ["江州日报", "海州晚报", "东湖新闻网", "江州電視台"])
def test_a_newspaper_is_nobody(name: str) -> None:
    assert people([name, "林晓"]) == "林晓"


def test_why_a_paragraph_is_cut(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{TEXT}\n\nSubscribe to continue reading.\n\nShare this article")
    told = ingest(env, "--dry-run", tmp_path / "a.txt").stderr
    assert "cut, for it is a paywall notice: 'Subscribe to continue reading.'" in told
    assert "cut, for it is housekeeping: 'Share this article'" in told


def test_an_unusable_data_folder_names_the_remedy(env: dict[str, str], tmp_path: Path) -> None:
    told = ingest({**env, "CITEDESK_DATA_DIR": str(tmp_path / ("d" * 300))}, tmp_path)
    assert told.returncode == 2
    assert "Set CITEDESK_DATA_DIR to a folder you may" in told.stderr
    assert "unexpected" not in told.stderr


def test_others_are_asked_every_five_minutes_at_most(site: Site) -> None:
    rules = Rules(allowed_hosts([site.name]))
    assert (rules.owns(site.url("/a")), rules.owns("https://news.example/a")) == (True, False)
    assert Pace(3.0).for_others.feed(0.0, 0, 0.5) == 300
    assert Pace(3.0).feed(0.0, 0, 0.5) == 3
    assert Pace(900.0).for_others == Pace(900.0)


def test_a_watch_is_a_log(env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    os.utime(folder / "a.txt", (1e9, 1e9))
    with Watched([*INGEST, "--watch", "--interval", "0.01", str(folder)], env, columns=150) as seen:
        seen.wait_for("1 added in", seconds=60)
        lines = seen.lines
    assert "others' feeds wait 5 minutes" in lines[0]
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines[1:])
    assert not any("most of the time went into" in line for line in lines)


def test_a_bar_shows_while_the_first_batch_takes_long(env: dict[str, str], tmp_path: Path) -> None:
    slow = (
        "import sys, time; from ingest.report import Report; r = Report(as_json=False, total=1000);"
        "time.sleep(60); r.close()"
    )
    with Watched([sys.executable, "-c", slow], env) as seen:
        seen.wait_for("ingesting", "reading and embedding", seconds=60)
