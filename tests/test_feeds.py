"""Feeds, sitemaps and outlines from real servers on loopback: what is new is read, nothing twice, nothing lost."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.assemble import Facts
from ingest.draft import Draft, Unreadable
from ingest.load import Loaded
from ingest.outcome import Outcome, Verdict
from ingest.passages import CHUNKER
from ingest.run import Intake, refused
from ingest.sources import Link, Refusal
from ingest.web.after import missed_page
from ingest.web.feed import MOST_ENTRIES
from ingest.web.fetch import Answered, Page
from ingest.web.follow import FILE_NAME, Web
from ingest.web.listing import Entry, Listing
from ingest.web.markup import prose
from ingest.web.opml import links_in_opml
from ingest.web.pace import Pace
from ingest.web.page import speaks_for
from ingest.web.recognise import listing_in, root_of
from ingest.web.rules import Rules, allowed_hosts
from ingest.web.visits import Seen, Visit, Visits
from tests.feed_data import BODY, NOW, WHOLE, atom, bomb, content, index, item, opml, page, rss, sitemap
from tests.web_server import HEAD, Reply, Site, moved
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded, HashEmbedder
from vectorstore.errors import DiskFull
from vectorstore.settings import Settings
from vectorstore.types import Passage

JSON_FIELDS = (
    *("id", "url", "title", "content_html", "content_text", "summary"),
    *("date_published", "date_modified", "authors", "language"),
)
HASTY = Pace(interval=0.1, day=1.2)  # an hour in a twentieth of a second


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        for number in range(10):
            site.routes[f"/s{number}"] = Reply(page(number), headers={"ETag": f'"s{number}"'})
        yield site


def web(*sites: Site, folder: Path | None = None, **options: Any) -> Web:
    return Web(Rules(allowed_hosts(site.name for site in sites)), folder, **options)


def read(web: Web, *urls: str, store: bool = True) -> tuple[dict[str, Draft], dict[str, str]]:
    """Drafts and reasons by path; what was read counts as stored."""
    drafts: dict[str, Draft] = {}
    refusals: dict[str, str] = {}
    for piece in web.read(map(Link, urls)):
        path = "/" + piece.label.split("/", 3)[3]
        if isinstance(piece, Refusal):
            refusals[path] = piece.reason
            continue
        drafts[path] = piece.draft
        if store and piece.stored:
            piece.stored("id")
    return drafts, refusals


def found(data: bytes, address: str = "https://aln.example/news/feed", kind: str = "text/xml") -> list[Entry]:
    listing = listing_in(Page(address, kind, "", data))
    assert listing is not None
    return list(listing.entries)


def reason_for(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        found(data)
    return str(caught.value)


# -- what an address holds


def test_one_address_whatever_it_is(site: Site) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "2", "url": "s2"}]}
    site.routes |= {
        "/rss": Reply(rss(item(1)), kind="text/html"),
        "/json": Reply(json.dumps(feed).encode(), kind="application/json"),
        "/map": Reply(sitemap(site.url("/s3")), kind="text/plain"),
        "/map.xml.gz": Reply(gzip.compress(sitemap(site.url("/s4"))), kind="application/octet-stream"),
        "/opml": Reply(opml(site.url("/rss2")), kind="text/xml"),
        "/rss2": Reply(rss(item(5)), kind="application/rss+xml"),
    }
    urls = [site.url(path) for path in ("/rss", "/json", "/map", "/map.xml.gz", "/opml", "/s6")]
    drafts, refused = read(web(site), *urls)
    assert refused == {}
    assert sorted(drafts) == [f"/s{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("data", "root"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <opml> -->\n<?xml-stylesheet href='x'?>\n<rss>", b"rss"),
        ("<?xml version='1.0'?><feed>".encode("utf-16"), b"feed"),
        (b'<!DOCTYPE rss PUBLIC "x" [ <!ELEMENT a (b)> ]><rdf:RDF>', b"rdf"),
        (b"<!DOCTYPE html><html><body><rss>", b"html"),
        (b"rss", b""),
        (b"<??>" * 5_000, b""),
        (b"<!--" * 5_000, b""),
    ],
)
@pytest.mark.timeout(60)  # else it hangs
def test_the_first_element_tells(data: bytes, root: bytes) -> None:
    assert root_of(data) == root


def test_an_entry_that_is_no_article(site: Site) -> None:
    site.routes["/rss"] = Reply(rss(item(1, link="/rss2"), item(2, link="/pic")), kind="text/html")
    site.routes["/rss2"] = Reply(rss(item(3)), kind="text/html")
    site.routes["/pic"] = Reply(b"\x89PNG", kind="image/png")
    drafts, refused = read(web(site), site.url("/rss"))
    assert not drafts
    assert "not an article" in refused["/rss2"]
    assert "it is image/png" in refused["/pic"]


def test_rss_in_full() -> None:
    extra = "<dc:creator>Ada Quill</dc:creator><enclosure url='/a.mp3' type='audio/mpeg' length='1'/>"
    text = content(f"{WHOLE}<script>x()</script><ul><li>One <b>two</b></li></ul>")
    [entry] = found(
        rss(item(1, link="../x?utm_source=rss&amp;id=7", extra=extra + text, title="A &amp;amp; B"))
    )
    assert (entry.title, entry.author, entry.publisher) == ("A & B", "Ada Quill", "Aln Post")
    assert (entry.language, entry.id) == ("en-gb", "tag:1")
    assert entry.link.startswith("https://aln.example/x?")
    assert entry.published == NOW - timedelta(hours=1)
    assert entry.text.endswith("on time.\n\nOne two")
    assert not entry.teaser


def test_the_zone_of_a_date_is_kept() -> None:
    data = rss("<item><link>/1</link><pubDate>Mon, 02 Nov 2026 10:00:00 +0530</pubDate></item>")
    [entry] = found(data)
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-11-02T10:00:00+05:30"


def test_rdf() -> None:
    data = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        b'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Aln Post</title></channel><item rdf:about="x">'
        b"<title>One</title><link>https://aln.example/1</link><dc:date>2026-11-02T10:00:00Z</dc:date></item></rdf:RDF>"
    )
    [entry] = found(data)
    assert (entry.title, entry.link) == ("One", "https://aln.example/1")
    assert entry.published is not None


def test_json_feed() -> None:
    items = [
        {"id": 1, "url": "/1", "title": "One", "content_html": WHOLE, "authors": [{"name": "Ada Quill"}]},
        {"id": "2", "content_text": "Short.", "date_published": "2026-11-02T10:00:00+01:00", "tags": ["x"]},
        {"id": "", "url": ""},
        "nonsense",
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "title": "Aln Post",
        "language": "en",
        "items": items,
    }
    two, one = found(json.dumps(feed).encode(), kind="application/feed+json")
    assert (one.link, one.author, one.publisher, one.teaser) == (
        "https://aln.example/1",
        "Ada Quill",
        "Aln Post",
        False,
    )
    assert (two.link, two.text, two.teaser) == ("", "Short.", True)
    assert two.published is not None
    assert two.published.isoformat() == "2026-11-02T10:00:00+01:00"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("<p>One<br>two</p>three", "One\n\ntwo\n\nthree"),
        (
            "<p>kept<script>lost</script> tail</p><figure><img><figcaption>lost</figcaption></figure>",
            "kept tail",
        ),
        ("<!-- lost --><div><div>deep</div></div>", "deep"),
        ("<div>" * 5_000 + "deep", None),
        ("", ""),
        ("<", None),
    ],
)
def test_prose_of_scraps(html: str, text: str | None) -> None:
    assert text in (None, prose(html))


# -- what is new


def test_each_time_what_is_new(site: Site, tmp_path: Path) -> None:
    feed = site.url("/feed")
    site.routes["/feed"] = Reply(rss(item(1), item(2)), headers={"ETag": '"1"'})
    assert sorted(read(web(site, folder=tmp_path), feed)[0]) == ["/s1", "/s2"]
    assert read(web(site, folder=tmp_path), feed) == ({}, {})
    assert site.statuses[-1] == 304
    site.routes["/feed"] = Reply(rss(item(3), item(1), item(2)), headers={"Last-Modified": "Mon"})
    assert list(read(web(site, folder=tmp_path), feed)[0]) == ["/s3"]
    assert read(web(site, folder=tmp_path), feed) == ({}, {})
    assert (site.statuses[-1], site.pages.count("/s1")) == (304, 1)


def test_facts_that_the_page_lacks_come_from_the_feed(site: Site) -> None:
    site.routes["/s2"] = Reply(page(2, head='<meta name="author" content="Bo Ink">'))
    author = "<dc:creator>Ada Quill</dc:creator>"
    site.routes["/feed"] = Reply(rss(item(1, extra=author), item(2, extra=author)))
    drafts, _ = read(web(site), site.url("/feed"))
    one, two = drafts["/s1"], drafts["/s2"]
    assert (one.title, one.author, one.publisher) == ("Harbour story 1", "Ada Quill", "Aln Post")
    assert (one.language, one.published) == ("en-gb", NOW - timedelta(hours=1))
    assert {name for name, origin in one.found_in.items() if origin == "feed"} == {
        "author",
        "publisher",
        "published",
        "language",
    }
    assert (two.author, two.found_in.get("author")) != ("Ada Quill", "feed")


def test_an_entry_that_was_updated_is_read_again(site: Site) -> None:
    reader, feed = web(site), site.url("/feed")
    site.routes["/feed"] = Reply(atom(1, NOW - timedelta(hours=2)))
    assert list(read(reader, feed)[0]) == ["/s1"]
    site.routes["/feed"] = Reply(atom(1, NOW - timedelta(hours=1)))
    assert read(reader, feed) == ({}, {})
    assert site.statuses[-1] == 304  # the page did not change
    site.routes["/feed"] = Reply(atom(1, NOW, title="Story, corrected"))
    site.routes["/s1"] = Reply(page(1, "A correction: " + BODY), headers={"ETag": '"new"'})
    assert read(reader, feed)[0]["/s1"].text.startswith("A correction")


def test_pages_are_looked_back_at_for_a_week(site: Site) -> None:
    reader, feed = web(site, pace=HASTY), site.url("/feed")
    site.routes["/feed"] = Reply(
        rss(item(1, at=datetime.now(UTC)), item(2, at=NOW - timedelta(days=60))), headers={"ETag": '"1"'}
    )
    assert len(read(reader, feed)[0]) == 2
    time.sleep(0.06)
    assert read(reader, feed) == ({}, {})
    assert (site.pages.count("/s1"), site.pages.count("/s2")) == (2, 1)
    assert reader.visits.visit(site.url("/s1")).wait == 2 * HASTY.soon
    site.routes["/s1"] = Reply(page(1, "A correction: " + BODY))
    time.sleep(0.11)
    draft = read(reader, feed)[0]["/s1"]
    assert draft.text.startswith("A correction")
    assert (draft.language, draft.publisher) == ("en-gb", "Aln Post")  # as the feed said when it was there


def test_an_entry_without_a_date_is_looked_back_at_but_not_a_whole_sitemap(site: Site) -> None:
    reader = web(site, pace=HASTY)
    undated = "<item><title>Story 1</title><link>/s1</link></item>"
    site.routes["/feed"] = Reply(rss(undated), headers={"ETag": '"1"'})
    site.routes["/map"] = Reply(sitemap(site.url("/s2"), days=None), kind="text/xml", headers={"ETag": '"2"'})
    assert len(read(reader, site.url("/feed"), site.url("/map"))[0]) == 2
    site.routes["/s1"] = Reply(page(1, "A correction: " + BODY))
    time.sleep(0.06)
    drafts, _ = read(reader, site.url("/feed"), site.url("/map"))
    assert drafts["/s1"].text.startswith("A correction")
    assert site.pages.count("/s2") == 1


def test_two_feeds_with_one_article(site: Site) -> None:
    reader = web(site)
    site.routes["/a"], site.routes["/b"] = Reply(rss(item(1))), Reply(rss(item(1)), headers={"ETag": '"b"'})
    assert list(read(reader, site.url("/a"), site.url("/b"))[0]) == ["/s1"]
    assert read(reader, site.url("/a"), site.url("/b")) == ({}, {})
    assert read(reader, site.url("/b")) == ({}, {})
    assert (site.pages.count("/s1"), site.statuses[-1]) == (1, 304)


def test_a_page_that_is_named_is_always_read(site: Site, tmp_path: Path) -> None:
    for _ in range(2):
        assert list(read(web(site, folder=tmp_path), site.url("/s1"))[0]) == ["/s1"]
    assert read(web(site, folder=tmp_path, again=True), site.url("/s1")) == ({}, {})


# -- nothing is lost


def test_what_was_not_stored_is_read_again(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = Reply(rss(item(1), item(2)), headers={"ETag": '"1"'})
    stored = 0
    for piece in web(site, folder=tmp_path).read([Link(site.url("/feed"))]):
        assert isinstance(piece, Loaded)
        if piece.label.endswith("/s1") and piece.stored:
            piece.stored("id")
            stored += 1
    assert stored == 1
    assert list(read(web(site, folder=tmp_path), site.url("/feed"))[0]) == ["/s2"]
    assert read(web(site, folder=tmp_path), site.url("/feed")) == ({}, {})
    assert site.statuses[-1] == 304


KILLED = """
import sys
from pathlib import Path
from ingest.sources import Link
from ingest.web.follow import Web
from ingest.web.rules import Rules, allowed_hosts
for piece in Web(Rules(allowed_hosts([sys.argv[1]])), Path(sys.argv[2])).read([Link(f"http://{sys.argv[1]}/feed")]):
    piece.stored("id")
    print(piece.label, flush=True)
"""


def test_a_run_that_is_killed_loses_nothing(site: Site, tmp_path: Path) -> None:
    killed = threading.Event()
    site.routes["/feed"] = Reply(rss(*map(item, range(6))), headers={"ETag": '"1"'})
    site.routes["/s4"] = lambda socket: killed.wait(60) and None  # so far it comes, and no further
    arguments = [sys.executable, "-c", KILLED, site.name, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        done = [process.stdout.readline().strip() for _ in range(2)]
        process.kill()
        done += process.stdout.read().split()
    killed.set()
    site.routes["/s4"] = Reply(page(4))
    rest, _ = read(web(site, folder=tmp_path), site.url("/feed"))
    assert 2 <= len(rest) <= 4
    assert {label.rsplit("/", 1)[1] for label in done} | {path[1:] for path in rest} == {
        f"s{n}" for n in range(6)
    }


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 500, None])
def test_a_lost_or_damaged_record_means_visiting_again(
    site: Site, tmp_path: Path, damage: bytes | None
) -> None:
    site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
    reader = web(site, folder=tmp_path)
    assert len(read(reader, site.url("/feed"))[0]) == 1
    reader.close()
    for file in tmp_path.glob(FILE_NAME + "*"):
        file.unlink()
    if damage is not None:
        (tmp_path / FILE_NAME).write_bytes(damage)
    assert len(read(web(site, folder=tmp_path), site.url("/feed"))[0]) == 1
    assert read(web(site, folder=tmp_path), site.url("/feed")) == ({}, {})


def test_the_record_is_of_one_archive_and_a_trial_leaves_no_trace(site: Site, tmp_path: Path) -> None:
    site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
    feed = site.url("/feed")
    assert len(read(web(site, folder=tmp_path, archive="a", keep=False), feed)[0]) == 1
    assert len(read(web(site, folder=tmp_path, archive="a"), feed)[0]) == 1
    assert len(read(web(site, folder=tmp_path, archive="a", keep=False), feed)[0]) == 0
    assert len(read(web(site, folder=tmp_path, archive="b"), feed)[0]) == 1


def test_visits_are_kept_between_processes(tmp_path: Path) -> None:
    one, two = Visits(tmp_path / "v"), Visits(tmp_path / "v")
    one.put(Visit("u", etag="e", due=5.0, is_list=True))
    one.see(Seen("feed", "1", "m", "u", until=10.0, first=1.0))
    two.see(Seen("feed", "1", "n", "u", until=10.0, first=9.0))
    assert two.visit("u") == Visit("u", etag="e", due=5.0, is_list=True)
    assert one.entries("feed") == {"1": Seen("feed", "1", "n", "u", until=10.0, first=1.0)}
    assert [seen.id for seen in one.due("feed", 6.0)] == ["1"]
    assert one.due("feed", 4.0) == one.due("feed", 11.0) == []


# -- pages that cannot be read


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(status=403), Reply(b"<p></p>"), "robots"])
def test_the_feeds_own_text_where_the_page_cannot_be_read(site: Site, reply: Reply | str) -> None:
    if isinstance(reply, Reply):
        site.routes["/s1"] = site.routes["/s2"] = reply
    else:
        site.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /s", kind="text/plain")
    teaser = "<description>Only the beginning…</description>"
    site.routes["/feed"] = Reply(
        rss(item(1, extra=content(WHOLE)), item(2, extra=teaser)), headers={"ETag": '"1"'}
    )
    reader = web(site)
    drafts, refused = read(reader, site.url("/feed"))
    assert refused == {}
    whole, cut = drafts["/s1"], drafts["/s2"]
    assert whole.text.startswith("Nobody in Aln")
    assert (whole.incomplete, cut.incomplete, cut.text) == (False, True, "Only the beginning…")
    assert whole.remarks[0].startswith("the text is the feed's own, for the page could not be read: ")
    assert whole.url == site.url("/s1")
    assert read(reader, site.url("/feed")) == ({}, {})
    assert site.statuses[-1] == 304


def test_a_teaser_never_replaces_a_page(site: Site) -> None:
    reader, feed = web(site), site.url("/feed")
    site.routes["/feed"] = Reply(rss(item(1)))
    read(reader, feed)
    site.routes["/s1"] = Reply(status=404)
    site.routes["/feed"] = Reply(rss(item(1, extra="<description>Changed</description>")))
    drafts, refused = read(reader, feed)
    assert drafts == {}
    assert "404" in refused["/s1"]


@pytest.mark.parametrize("reply", [Reply(status=403), Reply(status=404), Reply(status=500)])
def test_a_feed_puts_no_words_into_another_sites_mouth(site: Site, reply: Reply) -> None:
    source = "<source url='https://aln.example/'>The Other Paper</source>"
    with Site() as other:
        other.routes |= {"/s1": reply, "/s2": reply, "/s3": Reply(page(3))}
        texts = (content(WHOLE), "<description>The mayor stole it.</description>", "")
        items = [item(n, link=other.url(f"/s{n}"), extra=source + text) for n, text in enumerate(texts, 1)]
        site.routes["/feed"] = Reply(rss(*items))
        site.routes["/moved"] = moved(other.url("/feed"))
        other.routes["/feed"] = Reply(rss(item(1, link=site.url("/none"), extra=content(WHOLE))))
        drafts, refused = read(web(site, other), site.url("/feed"), site.url("/moved"))
        assert list(drafts) == ["/s3"]
        assert drafts["/s3"].publisher == other.name
        assert sorted(refused) == ["/none", "/s1", "/s2"]  # what counts is where the feed lies


@pytest.mark.parametrize(
    ("listing", "link", "speaks"),
    [
        ("https://www.aln.example/feed", "http://aln.example:80/1", True),
        ("https://feeds.aln.example/news", "https://www.aln.example/1", True),
        ("https://rss.aln.example/news", "https://m.aln.example/1", True),
        ("https://ann.blogs.example/feed", "https://bob.blogs.example/1", False),
        ("https://blogs.example/feed", "https://bob.blogs.example/1", False),
        ("https://www.aln.example/feed", "https://feeds.aln.example/1", False),
        ("https://feeds.example/news", "https://example/1", False),
        ("https://aln.example/feed", "https://aln.example:8443/1", False),
        ("https://aln.example/feed", "https://aln.example@evil.example/1", False),
        ("https://aln.example/feed", "https://aln.example:99999/1", False),
    ],
)
def test_whom_a_list_speaks_for(listing: str, link: str, speaks: bool) -> None:
    assert speaks_for(listing, link) is speaks


def test_an_entry_without_a_page_is_its_own_article(site: Site) -> None:
    site.routes["/feed"] = Reply(rss(f"<item><title>Notice</title>{content(WHOLE)}</item>"))
    [draft] = read(web(site), site.url("/feed"))[0].values()
    assert (draft.title, draft.url, draft.incomplete) == ("Notice", "", False)
    assert draft.key.startswith(site.url("/feed#"))


def test_a_page_that_fails_is_tried_again_later_and_not_for_ever(site: Site) -> None:
    reader, feed, hours = web(site), site.url("/feed"), []
    site.routes["/s1"] = Reply(status=500)
    site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
    assert "500" in read(reader, feed)[1]["/s1"]
    for _ in range(4):
        assert "could not be read earlier" in read(reader, feed)[1]["/feed"]
        visit = reader.visits.visit(site.url("/s1"))
        hours.append(round((visit.due - visit.visited) / 3_600, 3))
        reader.visits.put(replace(visit, due=time.time()))
        assert "500" in read(reader, feed)[1]["/s1"]
    assert hours == [1, 2, 4, 8]
    assert site.pages.count("/s1") == 5
    assert read(reader, feed) == ({}, {})
    assert site.statuses[-1] == 304


def test_what_can_be_read_but_never_stored_is_not_read_for_ever(site: Site) -> None:
    reader = web(site)
    site.routes["/feed"] = Reply(rss(item(1)))
    for _ in range(8):
        for piece in reader.read([Link(site.url("/feed"))]):
            assert isinstance(piece, Loaded)
            assert piece.failed
            piece.failed()
    assert site.pages.count("/s1") == 5


def test_an_archive_that_fails_is_no_fault_of_the_page(site: Site) -> None:
    reader = web(site)
    site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
    for _ in range(8):
        assert list(read(reader, site.url("/feed"), store=False)[0]) == ["/s1"]
    assert list(read(reader, site.url("/feed"))[0]) == ["/s1"]
    assert read(reader, site.url("/feed")) == ({}, {})


def test_a_dead_feed_among_living_ones(site: Site) -> None:
    with Site() as gone:
        pass
    site.routes["/b"] = Reply(b"<rss><channel><item>" + b"\xff" * 50, kind="text/xml")
    site.routes["/feed"] = Reply(rss(item(1)))
    site.routes["/opml"] = Reply(opml(gone.url("/a"), site.url("/b"), site.url("/c"), site.url("/feed")))
    drafts, refused = read(web(site, gone), site.url("/opml"))
    assert list(drafts) == ["/s1"]
    assert sorted(refused) == ["/a", "/b", "/c"]


@pytest.mark.parametrize(
    ("status", "days", "gone"), [(410, 0, True), (404, 0, False), (404, 1, True), (500, 1, False)]
)
def test_pages_that_are_no_more(site: Site, status: int, days: int, gone: bool) -> None:
    reader, feed = web(site, pace=HASTY), site.url("/feed")
    site.routes["/feed"] = Reply(rss(item(1, at=datetime.now(UTC))), headers={"ETag": '"1"'})
    read(reader, feed)
    site.routes["/s1"] = Reply(status=status)
    time.sleep(0.06)
    assert read(reader, feed) == ({}, {})
    if days:
        assert reader.gone() == []
        time.sleep(HASTY.day)
        assert read(reader, feed) == ({}, {})
    assert reader.gone() == ([site.url("/s1")] if gone else [])
    assert reader.gone() == []


@pytest.mark.parametrize("target", ["/", "elsewhere"])
def test_a_page_that_leads_to_the_front_page_is_no_more(site: Site, target: str) -> None:
    with Site() as other:
        reader, feed = web(site, other, pace=HASTY), site.url("/feed")
        site.routes["/"] = other.routes["/"] = Reply(
            page(9, "Welcome to the front page of all the news of Aln.")
        )
        site.routes["/feed"] = Reply(rss(item(1, at=datetime.now(UTC))), headers={"ETag": '"1"'})
        read(reader, feed)
        site.routes["/s1"] = moved("/" if target == "/" else other.url("/"))
        time.sleep(0.06)
        assert read(reader, feed) == ({}, {})
        time.sleep(HASTY.day)
        assert read(reader, feed) == ({}, {})
        assert reader.gone() == [site.url("/s1")]


def test_a_new_entry_that_leads_to_the_front_page_is_none(site: Site) -> None:
    site.routes["/"] = Reply(page(9))
    site.routes["/s1"] = moved("/")
    site.routes["/feed"] = Reply(rss(item(1)))
    drafts, refused = read(web(site), site.url("/feed"))
    assert drafts == {}
    assert "front page" in refused["/s1"]


def test_a_page_that_became_another_does_not_replace_the_article(site: Site) -> None:
    reader, feed = web(site, pace=HASTY), site.url("/feed")
    site.routes["/feed"] = Reply(rss(item(1, at=datetime.now(UTC))), headers={"ETag": '"1"'})
    read(reader, feed)
    site.routes["/section"] = Reply(page(9))
    site.routes["/s1"] = moved("/section")
    time.sleep(0.06)
    assert read(reader, feed) == ({}, {})
    assert site.pages.count("/section") == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_back_is_news_again(site: Site, status: int) -> None:
    """And until then a feed that still holds its text does not bring it back."""
    reader, feed = web(site, pace=HASTY), site.url("/feed")
    entries = item(1, at=datetime.now(UTC), extra=content(WHOLE)), item(2)
    site.routes["/feed"] = Reply(rss(*entries), headers={"ETag": '"1"'})
    read(reader, feed)
    site.routes["/s1"] = Reply(status=status)
    end = time.monotonic() + 60
    while not (gone := reader.gone()) and time.monotonic() < end:
        assert read(reader, feed)[0] == {}
        time.sleep(0.1)
    assert gone == [site.url("/s1")]
    reader.removed(gone[0])
    for _ in range(5):
        assert read(reader, feed)[0] == {}
        time.sleep(0.1)
    site.routes["/s1"] = Reply(page(1))
    drafts: dict[str, Draft] = {}
    while not drafts and time.monotonic() < end:
        drafts = read(reader, feed)[0]
        time.sleep(0.05)
    assert list(drafts) == ["/s1"]


def test_a_page_that_stays_away_is_not_asked_for_without_end() -> None:
    visit, now, pauses = Visit("u"), 1.0, []
    for _ in range(8):
        visit = missed_page(visit, Answered(404), Pace(), now)
        pauses.append((visit.due - now) / 3_600)
        now = visit.due
    assert pauses == [24, 2, 4, 8, 16, 24, 24, 24]


def test_what_is_gone_is_told_until_it_was_removed(site: Site, tmp_path: Path) -> None:
    feed = site.url("/feed")
    site.routes["/feed"] = Reply(rss(item(1, at=datetime.now(UTC))), headers={"ETag": '"1"'})
    reader = web(site, folder=tmp_path, pace=HASTY)
    read(reader, feed)
    site.routes["/s1"] = Reply(status=410)
    time.sleep(0.06)
    read(reader, feed)
    assert reader.gone() == [site.url("/s1")]
    later = web(site, folder=tmp_path)  # the process died before it was removed
    assert later.gone() == [site.url("/s1")]
    later.removed(site.url("/s1"))
    assert web(site, folder=tmp_path).gone() == []


def test_what_is_back_before_it_was_removed_stays(tmp_path: Path) -> None:
    visits = Visits(tmp_path / "v")
    visits.lose("u", "o")
    assert visits.gone() == ["o"]
    visits.put(Visit("u", origin="o"))
    assert visits.gone() == []


# -- with an archive


class Faulty(HashEmbedder):
    """Fails as it is told to."""

    fault: Exception | None = None

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        if self.fault:
            raise self.fault
        return super().encode_passages(passages)


@pytest.fixture
def embedder() -> Faulty:
    return Faulty()


@pytest.fixture
def archive(tmp_path: Path, embedder: Faulty) -> Iterator[Archive]:
    with Archive.open(
        Settings(tmp_path / "data", embedding_model="hashing"), embedder, chunker=CHUNKER
    ) as opened:
        yield opened


def ingest(archive: Archive, pieces: Iterable[Loaded | Refusal]) -> list[Outcome]:
    said: list[Outcome] = []
    intake = Intake(archive, Facts(), said.append)
    for piece in pieces:
        said.append(refused(piece)) if isinstance(piece, Refusal) else intake.take(piece)
    intake.flush()
    return said


@pytest.mark.parametrize("extra", [content(WHOLE), "<description>Only the beginning…</description>"])
def test_a_feeds_text_replaces_no_text_from_elsewhere(site: Site, archive: Archive, extra: str) -> None:
    draft = replace(read(web(site), site.url("/s1"))[0]["/s1"], text=BODY)
    ingest(archive, [Loaded("saved.html", draft, named=True)])
    site.routes["/s1"] = Reply(status=403)
    site.routes["/feed"] = Reply(rss(item(1, extra=extra)), headers={"ETag": '"1"'})
    reader = web(site)
    [outcome] = ingest(archive, reader.read([Link(site.url("/feed"))]))
    assert (outcome.outcome, outcome.reason) == (
        Verdict.UNCHANGED,
        "a feed's own text, which replaces no page and no file",
    )
    assert [record.article.text for record in archive.articles()] == [BODY]
    assert ingest(archive, reader.read([Link(site.url("/feed"))])) == []  # it is settled


def test_the_name_of_an_entry_is_no_link(site: Site, archive: Archive) -> None:
    entry = "<title>Notice</title><guid isPermaLink='false'>x&#10;https://post.example/real</guid>"
    told = {"id": "y\u2028https://post.example/real", "title": "News", "content_html": WHOLE.upper()}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [told]}
    site.routes["/rss"] = Reply(rss(f"<item>{entry}{content(WHOLE)}</item>"))
    site.routes["/json"] = Reply(json.dumps(feed).encode(), kind="application/json")
    ingest(archive, web(site).read([Link(site.url("/rss")), Link(site.url("/json"))]))
    assert {link for record in archive.articles() for link in record.links} == {
        f"id:{site.url('/rss')}#x https://post.example/real",
        f"id:{site.url('/json')}#y https://post.example/real",
    }
    assert {link for match in archive.search("winter ferries") for link in match.also_in} == set()


def test_a_feeds_text_replaces_its_own(site: Site, archive: Archive) -> None:
    reader, feed = web(site, pace=HASTY), Link(site.url("/feed"))
    site.routes["/s1"] = Reply(status=403)
    site.routes["/feed"] = Reply(rss(item(1, extra=content(WHOLE))))
    ingest(archive, reader.read([feed]))
    time.sleep(0.06)
    site.routes["/feed"] = Reply(rss(item(1, extra=content(WHOLE.replace("Nobody", "Hardly anybody")))))
    assert [one.outcome for one in ingest(archive, reader.read([feed]))] == [Verdict.UPDATED]
    site.routes["/feed"] = Reply(rss(item(1, extra="<description>Hardly…</description>")))
    for again in (reader, web(site)):
        ingest(archive, again.read([feed]))
    [record] = archive.articles()
    assert record.article.text.count("Hardly anybody") == 12


@pytest.mark.parametrize(
    ("fault", "tries"),
    [(RuntimeError("cannot embed this"), 5), (DiskFull("no space"), 8), (OSError(28, "no space"), 8)],
)
def test_what_counts_as_a_try(
    site: Site, archive: Archive, embedder: Faulty, fault: Exception, tries: int
) -> None:
    reader, feed = web(site), Link(site.url("/feed"))
    site.routes["/feed"] = Reply(rss(item(1)), headers={"ETag": '"1"'})
    embedder.fault = fault
    for _ in range(8):
        with suppress(DiskFull):
            ingest(archive, reader.read([feed]))
    assert site.pages.count("/s1") == tries
    embedder.fault = None
    ingest(archive, reader.read([feed]))
    assert len(list(archive.articles())) == (tries == 8)


def test_a_page_without_text_is_a_try(site: Site, archive: Archive) -> None:
    reader = web(site)
    site.routes["/feed"] = Reply(
        rss("<item><title>x</title><guid isPermaLink='false'>1</guid><description>…</description></item>")
    )
    for number in range(8):
        said = ingest(archive, reader.read([Link(site.url("/feed"))]))
        assert [one.outcome for one in said] == ([Verdict.FAILED] if number < 5 else [])


# -- politeness


@pytest.mark.parametrize("asked", ["999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_is_left_alone_for_more_than_a_day(site: Site, asked: str) -> None:
    site.routes["/s1"] = Reply(status=503, headers={"Retry-After": asked})
    reader, now = web(site), time.time()
    read(reader, site.url("/s1"))
    assert reader.visits.visit(site.url("/s1")).due == pytest.approx(now + 86_400, abs=20_000)
    waits = read(reader, site.url("/s1"))[1]["/s1"]
    assert "86,3" in waits or "86,4" in waits


def test_one_request_per_host_at_a_time_and_hosts_side_by_side(site: Site) -> None:
    both = threading.Barrier(2, timeout=20)

    def feed(socket: BinaryIO) -> None:
        both.wait()  # each is answered only when the other was asked for: one after the other, none ever is
        socket.write(HEAD + rss(*map(item, range(4))))

    with Site(host="127.0.0.2") as other:
        for one in (site, other):
            one.seconds = 0.05
            one.routes["/feed"] = feed
            for number in range(4):
                one.routes[f"/s{number}"] = Reply(page(number))
        for piece in web(site, other).read(
            [Link(site.url("/feed")), Link(other.url("/feed")), Link(site.url("/s5"))]
        ):
            assert isinstance(piece, Loaded)
        assert (site.busiest, other.busiest) == (1, 1)
        assert len(site.asked) + len(other.asked) == 13


def test_two_processes_take_turns_at_a_host(site: Site, tmp_path: Path) -> None:
    site.seconds = 0.1
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.2", kind="text/plain")
    for path in ("/feed", "/feed2"):
        site.routes[path] = Reply(rss(*map(item, range(3) if path == "/feed" else range(3, 6))))
    arguments = [sys.executable, "-c", KILLED.replace("/feed", "/feed2"), site.name, str(tmp_path)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        read(web(site, folder=tmp_path), site.url("/feed"))
        process.stdout.read()
    assert len(site.asked) == 10
    assert site.busiest == 1
    asked = [moment for path, moment in zip(site.asked, site.times, strict=True) if path != "/robots.txt"]
    assert min(later - earlier for earlier, later in pairwise(asked)) >= 0.29


# -- traps


@pytest.mark.parametrize(
    "open_close", [("<rss><channel><title>", "</title></channel></rss>"), ("<feed>", "</feed>")]
)
@pytest.mark.timeout(60)  # else it hangs
def test_an_xml_bomb_in_a_feed(open_close: tuple[str, str]) -> None:
    assert "declares entities of its own" in reason_for(bomb(*open_close))


def test_an_xml_bomb_in_utf_16() -> None:
    data = (
        bomb("<rss><channel><title>", "</title></channel></rss>")
        .decode()
        .replace("1.0", "1.0")
        .encode("utf-16")
    )
    assert "declares entities of its own" in reason_for(data)


@pytest.mark.timeout(60)  # else it hangs
def test_xml_bombs_in_lists() -> None:
    assert found(bomb("<urlset><url><loc>https://a.example/", "</loc></url></urlset>")) == []
    with pytest.raises(Unreadable, match=r"OPML|name no feed"):
        links_in_opml(bomb("<opml><body><outline text='x'>", "</outline></body></opml>"))


@pytest.mark.parametrize("kind", ["urlset", "opml", "rss"])
def test_no_file_is_read_for_an_entity(tmp_path: Path, kind: str) -> None:
    canary = tmp_path / "canary"
    canary.write_text("https://canary.example/")
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{canary.as_uri()}">]>'
    if kind == "urlset":
        assert found(f"{head}<urlset><url><loc>&e;</loc></url></urlset>".encode()) == []
    elif kind == "opml":
        with pytest.raises(Unreadable):
            links_in_opml(f"{head}<opml><body><outline xmlUrl='&e;'/></body></opml>".encode())
    else:
        assert "entities" in reason_for(
            f"{head}<rss><channel><item><link>&e;</link></item></channel></rss>".encode()
        )


def test_an_endless_feed_is_cut(site: Site) -> None:
    def write(socket: BinaryIO) -> None:
        socket.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><channel>")
        while True:
            socket.write(item(1).encode() * 500)

    site.routes["/feed"] = write
    rules = Rules(allowed_hosts([site.name]), list_size=3_000_000)
    assert "larger than 3 MB" in read(Web(rules), site.url("/feed"))[1]["/feed"]
    assert site.left.wait(30)


@pytest.mark.timeout(60)  # else it hangs
def test_ten_thousand_entries() -> None:
    entries = found(
        rss(*(item(number, at=NOW - timedelta(hours=number)) for number in reversed(range(10_000))))
    )
    assert len(entries) == MOST_ENTRIES
    assert [entry.id for entry in entries[:3]] == ["tag:0", "tag:1", "tag:2"]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (rss(item(1), item(2))[:-40], 2),
        (rss(item(1)).replace(b"Story 1", b"Caf\xc3\xa9 & b\x08ar <3"), 1),
        (rss(item(1)).replace(b"utf-8", b"iso-8859-1").replace(b"Story 1", b"Caf\xe9"), 1),
        (b"\n\n" + rss(item(1)), 1),
        (rss(), 0),
        (rss("<item><title>nothing to read</title></item>"), 0),
        (rss(item(1, link="javascript:alert(1)")), 0),
        (rss(item(1)).replace(b"<pubDate>", b"<pubDate>the 99th of "), 1),
    ],
)
def test_feeds_as_they_come(data: bytes, count: int) -> None:
    assert len(found(data)) == count


SAMPLES = (
    rss(item(1, extra=content(WHOLE)), item(2, extra="<source url='https://b.example/'>B</source>")),
    atom(1, NOW),
    sitemap("https://aln.example/1"),
    index("https://aln.example/m"),
    opml("https://aln.example/f"),
)
SPLINTERS = st.sampled_from(
    [
        *(
            b"<",
            b">",
            b"&",
            b"&#x0;",
            b"&#99999999;",
            b"\0",
            b"\xff\xfe",
            b"]]>",
            b"<![CDATA[",
            b"<!--",
            b"<?",
        ),
        *(
            b"http://[",
            b"http://a:99999/",
            b" xml:base='http://['",
            b"<item>",
            b"9" * 30,
            b"-0099-",
            b"+99999999",
        ),
        b"\xed\xa0\x80",
    ]
)


def assert_a_list_or_none(data: bytes) -> None:
    """Whatever `data` is, it is refused, no list, or a list of entries that can be read and kept."""
    listing = None
    with suppress(Unreadable):
        listing = listing_in(Page("https://aln.example/feed", "text/xml", "", data))
    assert listing is None or isinstance(listing, Listing)
    for entry in listing.entries if listing else ():
        assert entry.id
        assert entry.mark
        assert entry.text or urlsplit(entry.link).scheme in ("http", "https")


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), st.sampled_from(SAMPLES))
def test_whatever_is_broken_in_a_list_is_a_reason(data: st.DataObject, sample: bytes) -> None:
    broken = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken)))
        broken[at : at + data.draw(st.integers(0, 30))] = data.draw(SPLINTERS)
    assert_a_list_or_none(bytes(broken))


ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers())
    | SPLINTERS.map(str)
)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["title", "language", "authors", "author", "items"]), ODD),
    st.lists(st.dictionaries(st.sampled_from(JSON_FIELDS), ODD), max_size=3),
)
def test_whatever_is_odd_in_a_json_feed_is_left_out(feed: dict[str, object], items: list[object]) -> None:
    document = {"items": items, **feed, "version": "https://jsonfeed.org/version/1"}
    assert_a_list_or_none(json.dumps(document).encode())


def test_a_feed_that_is_no_feed() -> None:
    assert "the feed is damaged" in reason_for(b"<rss" + b"<" * 100)


@pytest.mark.parametrize("how", ["redirect", "link", "port"])
def test_an_entry_that_leads_inside_is_refused(site: Site, how: str) -> None:
    with Site() as inner:
        site.routes["/s1"] = moved(inner.url("/secret"))
        link = {
            "redirect": "",
            "link": inner.url("/secret"),
            "port": f"http://localhost:{inner.port}/secret",
        }[how]
        site.routes["/feed"] = Reply(rss(item(1, link=link)))
        drafts, refused = read(web(site), site.url("/feed"))
        assert drafts == {}
        assert all("--allow-host" in reason for reason in refused.values())
        assert refused
        assert inner.asked == []


def test_an_entry_is_contacted_only_where_its_name_was_checked(site: Site) -> None:
    """Two servers on one port, and a name that is another of them at every look-up."""
    with Site(host="127.0.0.2", port=site.port) as other:
        answers: list[str] = []

        def resolve(host: str) -> list[str]:
            answers.append(("127.0.0.1", "127.0.0.2")[len(answers) % 2])
            return answers[-1:]

        for one in (site, other):
            one.routes["/feed"] = Reply(rss(item(1), item(2, link="/r")))
            one.routes["/s1"], one.routes["/r"] = Reply(page(1)), moved("http://news.example/secret")
        reader = Web(Rules(allowed_hosts([f"news.example:{site.port}"]), resolve))
        drafts, refused = read(reader, f"http://news.example:{site.port}/feed")
        assert list(drafts) == ["/s1"]
        assert refused["/r"].endswith("--allow-host news.example")
        assert (site.asked, other.asked) == (["/robots.txt", "/s1"], ["/feed", "/r"])
        assert len(answers) == 5


# -- sitemaps and outlines


def test_a_news_sitemap() -> None:
    news = (
        "<image:image xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><image:loc>https://a.example/p.jpg"
        "</image:loc></image:image><news:news><news:publication><news:name>Aln Post</news:name><news:language>en"
        "</news:language></news:publication><news:publication_date>2026-11-20T10:00:00+01:00</news:publication_date>"
        "<news:title>Harbour closes</news:title></news:news>"
    )
    [entry] = found(sitemap("https://aln.example/1", extra=news))
    assert (entry.link, entry.title, entry.publisher) == (
        "https://aln.example/1",
        "Harbour closes",
        "Aln Post",
    )
    assert entry.language == "en"
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-11-20T10:00:00+01:00"


def test_old_addresses_and_the_front_page_are_left_out() -> None:
    old = sitemap("https://aln.example/1", "https://aln.example/2", days=40)
    data = old.replace(
        b"</urlset>", sitemap("https://aln.example/3", "https://aln.example/").split(b'sitemap-news/0.9">')[1]
    )
    listing = listing_in(Page("https://aln.example/map", "text/xml", "", data))
    assert listing is not None
    assert [entry.link for entry in listing.entries] == ["https://aln.example/3"]
    assert listing.remark == "2 addresses older than 30 days are left out"
    assert listing.complete


def test_a_long_sitemap_is_read_in_portions() -> None:
    data = sitemap(*(f"https://aln.example/{number}" for number in range(2_500)), days=None)
    seen: set[str] = set()
    counts = []
    for _ in range(4):
        listing = listing_in(Page("https://aln.example/map", "text/xml", "", data), frozenset(seen))
        assert listing is not None
        counts.append((len(listing.entries), listing.complete))
        seen.update(entry.id + entry.mark for entry in listing.entries)
    assert counts == [(1_000, False), (1_000, False), (500, True), (0, True)]


def test_an_index_of_sitemaps_and_where_it_ends(site: Site) -> None:
    site.routes["/index"] = Reply(
        index(site.url("/m1"), site.url("/m2"), site.url("/index2")), kind="text/xml"
    )
    site.routes["/index2"] = Reply(index(site.url("/index3")), kind="text/xml")
    site.routes["/index3"] = Reply(index(site.url("/m3")), kind="text/xml")
    site.routes["/m1"] = Reply(sitemap(site.url("/s1")), kind="text/xml", headers={"ETag": '"m1"'})
    site.routes["/m2"] = Reply(sitemap(site.url("/s2")), kind="text/xml", headers={"ETag": '"m2"'})
    reader = web(site)
    drafts, refused = read(reader, site.url("/index"))
    assert sorted(drafts) == ["/s1", "/s2"]
    assert list(refused) == ["/index3"]
    site.statuses.clear()
    assert read(reader, site.url("/index"))[0] == {}
    assert site.statuses.count(304) == 2


def test_a_page_of_a_sitemap_that_changed_is_read_again(site: Site) -> None:
    reader = web(site)
    site.routes["/map"] = Reply(sitemap(site.url("/s1"), days=3), kind="text/xml")
    assert list(read(reader, site.url("/map"))[0]) == ["/s1"]
    site.routes["/map"] = Reply(sitemap(site.url("/s1"), days=1), kind="text/xml")
    site.routes["/s1"] = Reply(page(1, "Corrected: " + BODY))
    assert list(read(reader, site.url("/map"))[0]) == ["/s1"]
    assert read(reader, site.url("/map")) == ({}, {})


def test_links_in_opml() -> None:
    data = opml(
        "https://a.example/feed", "https://a.example/feed", "ftp://x", "https://b.example/feed?a=1&amp;b=2"
    )
    assert links_in_opml(data) == ["https://a.example/feed", "https://b.example/feed?a=1&b=2"]
    for bad in (b"", b"<html></html>", b"<opml><body/></opml>", b"no xml"):
        with pytest.raises(Unreadable):
            links_in_opml(bad)


# -- time


def test_what_there_is_no_time_for_is_left_for_the_next_time(site: Site) -> None:
    site.seconds = 0.1
    site.routes["/feed"] = Reply(rss(*map(item, range(6))), headers={"ETag": '"1"'})
    reader = web(site, seconds=0.35, again=True)
    some, _ = read(reader, site.url("/feed"))
    assert len(some) < 6
    assert reader.due([Link(site.url("/feed"))])
    passes = 1
    while len(some) < 6 and passes < 50:
        more, _ = read(reader, site.url("/feed"))
        some |= more
        passes += 1
    assert (len(some), passes > 1, site.busiest) == (6, True, 1)
    read(reader, site.url("/feed"))
    assert not reader.due([Link(site.url("/feed"))])


def test_a_run_stops_when_it_is_told_to(site: Site) -> None:
    site.routes["/feed"] = Reply(rss(*map(item, range(6))))
    got: list[object] = []
    for piece in web(site, stopped=lambda: bool(got)).read([Link(site.url("/feed"))]):
        got.append(piece)
    assert len(got) == 1


def test_the_pace() -> None:
    pace = Pace()
    assert pace.feed(0, 0, 0.5) == 900
    assert (pace.feed(0, 0, 0.0), pace.feed(0, 0, 1.0)) == pytest.approx((720, 1_080))
    assert (pace.feed(10, 0, 0.5), pace.feed(10**9, 0, 0.5)) == (300, 86_400)
    assert [pace.feed(0, n, 0.5) for n in (1, 2, 3, 99)] == [1_800, 3_600, 7_200, 86_400]
    assert [pace.page(wait) for wait in (0, 3_600, 50_000)] == [3_600, 7_200, 86_400]
    assert [pace.retry(n) for n in (1, 2, 99)] == [3_600, 7_200, 86_400]


def test_a_feed_says_how_often(site: Site) -> None:
    site.routes["/ttl"] = Reply(rss(item(1), head="<ttl>120</ttl>"))
    site.routes["/age"] = Reply(rss(item(2)), headers={"Cache-Control": "public, max-age=3600"})
    reader = web(site, chance=lambda: 0.5)
    read(reader, site.url("/ttl"), site.url("/age"))
    for path, seconds in (("/ttl", 7_200), ("/age", 3_600)):
        assert reader.visits.visit(site.url(path)).due == pytest.approx(time.time() + seconds, abs=5)
