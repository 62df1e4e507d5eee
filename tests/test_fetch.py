"""Pages from real servers on loopback: what is read, what is never contacted, and where each limit cuts."""

from __future__ import annotations

import gzip
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import BinaryIO

import pytest
import trustme

from ingest.draft import Draft, Unreadable
from ingest.web.address import parse
from ingest.web.fetch import Fetcher
from ingest.web.freshness import NOTHING, Known, retry_after
from ingest.web.page import draft_of, own_address
from ingest.web.rules import Rules, allowed_hosts, is_public
from ingest.web.turns import Turns
from tests.web_server import HEAD, Reply, Site, moved

PARAGRAPHS = (
    "The harbour of Aln closes on Monday, the mayor of the town said in a letter on Wednesday.",
    "Ferries will leave from the old pier instead, and run twice an hour until the end of the week.",
)


def article(*paragraphs: str, head: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or PARAGRAPHS)
    title = "<title>Harbour of Aln closes</title>"
    return f"<!DOCTYPE html><html><head>{title}{head}</head><body><article>{body}</article></body></html>".encode()


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        site.routes["/a"] = Reply(article())
        yield site


def fetcher(*sites: Site, **rules: object) -> Fetcher:
    return Fetcher(Rules(allowed_hosts(site.name for site in sites), **rules))  # type: ignore[arg-type]


def read(site: Site, path: str, **rules: object) -> Draft:
    return draft_of(fetcher(site, **rules).fetch(site.url(path)))


def refusal(site: Site, path: str, **rules: object) -> str:
    with pytest.raises(Unreadable) as caught:
        read(site, path, **rules)
    return str(caught.value)


# -- what is read


def test_a_page_becomes_an_article(site: Site) -> None:
    head = (
        '<meta property="og:site_name" content="Aln Post"><meta name="author" content="Ada Quill">'
        '<meta property="article:published_time" content="2024-10-23T14:05:00+02:00">'
        f'<link rel="canonical" href="{site.url("/story")}">'
    )
    site.routes["/a"] = Reply(article(head=head))
    draft = read(site, "/a")
    assert draft.text.split("\n\n") == list(PARAGRAPHS)
    assert (draft.title, draft.publisher, draft.author) == ("Harbour of Aln closes", "Aln Post", "Ada Quill")
    assert draft.url == site.url("/story")
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-23T14:05:00+02:00"
    assert draft.fetched_at is not None


def test_what_is_sent(site: Site) -> None:
    read(site, "/a")
    sent = site.headers[-1]
    assert sent["Host"] == site.name
    assert sent["User-Agent"].startswith("Citedesk/")
    assert sent["Accept-Encoding"] == "gzip"
    assert not {"cookie", "authorization", "referer"} & {name.lower() for name in sent}


def test_redirects_lead_to_the_final_address(site: Site) -> None:
    site.routes["/1"] = moved("/2#part", 301)
    site.routes["/2"] = Reply(status=307, headers={"Location": site.url("/a"), "Set-Cookie": "id=1"})
    assert read(site, "/1").url == site.url("/a")
    assert "Cookie" not in site.headers[-1]


def test_a_packed_page(site: Site) -> None:
    site.routes["/z"] = Reply(gzip.compress(article()), headers={"Content-Encoding": "gzip"})
    assert read(site, "/z").text.startswith(PARAGRAPHS[0])


@pytest.mark.parametrize(
    ("kind", "encoding", "head"),
    [
        ("text/html", "gb18030", '<meta charset="gb2312">'),
        ("text/html", "gb18030", ""),
        ("text/html; charset=gb2312", "gb18030", '<meta charset="utf-8">'),
        ('text/html; charset="Big5"', "big5", ""),
        ("text/html; charset=nonsense", "utf-8", ""),
        ("text/html; charset=punycode", "utf-8", ""),
    ],
)
def test_encodings(site: Site, kind: str, encoding: str, head: str) -> None:
    text = (
        "市长周三證實，港口將關閉一周，船只繞行。"
        if encoding == "big5"
        else "市长周三证实，港口将关闭一周，船只绕行。"
    )
    site.routes["/c"] = Reply(article(text, head=head).decode().encode(encoding, "ignore"), kind=kind)
    assert read(site, "/c").text == text.encode(encoding, "ignore").decode(encoding)


def test_text_and_markdown(site: Site) -> None:
    site.routes["/notes/harbour.txt"] = Reply(b"Harbour closes\n\nOn Monday. For a week.", kind="text/plain")
    site.routes["/n"] = Reply(b"# Harbour *closes*\n\nOn **Monday**.", kind="text/markdown; charset=utf-8")
    assert read(site, "/notes/harbour.txt").text == "On Monday. For a week."
    draft = read(site, "/n")
    assert (draft.title, draft.text, draft.url) == ("Harbour closes", "On Monday.", site.url("/n"))


# -- whose article it is


@pytest.mark.parametrize(
    ("claimed", "url", "own"),
    [
        ("", "https://a.example/1", "https://a.example/1"),
        ("https://a.example/1", "https://a.example/1?print=1", "https://a.example/1"),
        ("http://www.a.example/1", "https://a.example/amp/1", "http://www.a.example/1"),
        ("https://a.example/1", "https://m.a.example/1", "https://a.example/1"),
        ("https://b.example/1", "https://a.example/1", "https://a.example/1"),
        ("https://a.example.evil.example/1", "https://a.example/1", "https://a.example/1"),
        ("https://other.blogs.example/1", "https://evil.blogs.example/1", "https://evil.blogs.example/1"),
        ("https://a.example:8443/1", "https://a.example/1", "https://a.example/1"),
        ("https://a.example/", "https://a.example/1", "https://a.example/1"),
        ("https://me:pw@a.example/1", "https://a.example/2", "https://a.example/2"),
        ("https://a.example:x/1", "https://a.example/2", "https://a.example/2"),
        ("https://amp.example/1", "https://example/1", "https://example/1"),
    ],
)
def test_a_page_cannot_pose_as_another_sites(claimed: str, url: str, own: str) -> None:
    assert own_address(claimed, url) == own


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", article(head='<link rel="canonical" href="https://times.example/1">')),
        ("text/html", article(head='<meta property="og:url" content="https://times.example/1">')),
        ("text/plain", b"Title: Harbour\nURL: https://times.example/1\n\nContent:\nOn Monday."),
        (
            "text/plain",
            b'{"text": "On Monday.", "url": "https://times.example/1", "id": "7", "audience": "C1"}',
        ),
        ("text/markdown", b"---\ntitle: Harbour\nurl: https://times.example/1\n---\nOn Monday."),
    ],
)
def test_no_format_lets_a_page_pose_as_another_sites(site: Site, kind: str, body: bytes) -> None:
    site.routes["/p"] = Reply(body, kind=kind)
    draft = read(site, "/p")
    assert (draft.url, draft.key, draft.audience) == (site.url("/p"), "", "")
    assert "times" not in draft.publisher
    assert "times.example" in draft.remarks[-1]


# -- what is never contacted


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("198.18.0.1", "192.0.0.8", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff0e::1", "2001:db8::1", "2001::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "localhost", ""),
    ],
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "localhost",
            "localhost.",
            "LOCALHOST",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.1",
        ),
        *("0", "0x7f.1", "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
    ],
)
def test_however_a_private_host_is_spelled(host: str) -> None:
    with pytest.raises(Unreadable, match="private network, which is not read; if it is yours: --allow-host"):
        Fetcher(Rules()).fetch(f"http://{host}/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.example/", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("http:///x", "names no host"),
        ("http://me:secret@a.example/", "user name or password"),
        ("http://me@a.example/", "user name or password"),
        ("http://a.example:99999/", "port 99999 is not one of the web's"),
        ("http://a.example:22/", "if the host is yours: --allow-host a.example:22"),
        ("http://[::1/", "not a web address"),
        ("http://a\x00.example/", "not a web address"),
        ("http://a.example/" + "a" * 5_000, "longer than 4,000"),
        ("http://nowhere.invalid/", "no server named nowhere.invalid is known"),
        ("http://a..example/", "no server named"),
        (f"http://{'a' * 70}.example/", "no server named"),
    ],
)
def test_addresses_that_are_refused(url: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        Fetcher(Rules(resolve=lambda host: [])).fetch(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("path", ["/private", "/robots.txt"])
@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{0}/", "http://localhost:{0}/", "http://[::ffff:127.0.0.1]:{0}/"]
)
def test_a_redirect_into_the_private_network_is_refused(site: Site, path: str, target: str) -> None:
    site.routes["/private"] = Reply(article())
    with Site() as inner:
        site.routes[path] = moved(target.format(inner.port))
        assert "--allow-host" in refusal(site, "/private")
        assert inner.asked == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://u:p@127.0.0.1/", "gopher://a.example/"])
def test_redirects_to_what_is_no_web_page(site: Site, target: str) -> None:
    site.routes["/r"] = moved(target)
    assert refusal(site, "/r")
    assert site.pages == ["/r"]


def test_one_private_address_among_public_ones_is_enough() -> None:
    answers = ["8.8.8.8", "127.0.0.1"]
    with pytest.raises(Unreadable, match="private network"):
        Fetcher(Rules(resolve=lambda host: answers)).fetch("http://a.example/")


def test_a_name_that_changes_its_address_is_contacted_only_where_it_was_checked(site: Site) -> None:
    """Two servers on one port; every look-up answers differently. What was looked up is what is contacted."""
    with Site(host="127.0.0.2", port=site.port) as other:
        other.routes["/a"] = Reply(article())
        answers: list[str] = []

        def resolve(host: str) -> Sequence[str]:
            answers.append(("127.0.0.1", "127.0.0.2")[len(answers) % 2])
            return answers[-1:]

        rules = Rules(allowed_hosts([f"news.example:{site.port}"]), resolve)
        page = Fetcher(rules).fetch(f"http://news.example:{site.port}/a")
        assert answers == ["127.0.0.1", "127.0.0.2"]
        assert (site.asked, other.asked) == (["/robots.txt"], ["/a"])
        assert other.headers[0]["Host"] == f"news.example:{site.port}"
        assert page.url == f"http://news.example:{site.port}/a"


def test_a_name_that_turns_private_is_refused_at_its_next_look_up(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["127.0.0.1"]])
    rules = Rules(allowed_hosts([f"news.example:{site.port}"]), lambda host: next(answers))
    site.routes["/r"] = moved("http://news.example/a")
    with pytest.raises(Unreadable, match=r"--allow-host news\.example$"):
        Fetcher(rules).fetch(f"http://news.example:{site.port}/r")


def test_permission_is_for_one_host_and_port(site: Site) -> None:
    with Site() as other:
        with pytest.raises(Unreadable, match=f"--allow-host 127.0.0.1:{other.port}"):
            fetcher(site).fetch(other.url("/"))
        assert other.asked == []
    with pytest.raises(Unreadable, match="--allow-host localhost"):
        fetcher(site).fetch(f"http://localhost:{site.port}/a")


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    with Site() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert read(site, "/a").text
        assert proxy.asked == []


@pytest.mark.parametrize("text", ["", "a/b", "http://a", "u@a", "a:b", "a b?", ".", ":80", "::1"])
def test_what_cannot_be_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        allowed_hosts([text])


def test_what_can_be_allowed() -> None:
    assert allowed_hosts(["Wiki."]) == {("wiki", 80), ("wiki", 443)}
    assert allowed_hosts(["wiki:8080", "[::1]:81"]) == {("wiki", 8080), ("::1", 81)}
    assert (parse("http://exämple.com.:8080/ü").host, 8080) in allowed_hosts(["Exämple.com:8080"])


# -- certificates


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> trustme.CA:
    authority = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


def secure(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize("certified", ["news.example", "other.example"])
def test_the_certificate_must_be_of_the_name(authority: trustme.CA, certified: str) -> None:
    with Site(certificate=secure(authority, certified)) as site:
        site.routes["/a"] = Reply(article())
        rules = Rules(allowed_hosts([f"news.example:{site.port}"]), lambda host: ["127.0.0.1"])
        url = f"https://news.example:{site.port}/a"
        if certified == "news.example":
            assert Fetcher(rules).fetch(url).url == url
            return
        with pytest.raises(Unreadable, match=r"certificate of news\.example is not valid"):
            Fetcher(rules).fetch(url)
        assert site.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    with Site(certificate=secure(trustme.CA(), "127.0.0.1")) as site:
        assert "certificate of 127.0.0.1 is not valid" in refusal(site, "/")


# -- robots.txt


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"User-agent: *\nDisallow: /", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: citedesk\nAllow: /", True),
        (b"User-agent: Citedesk\nDisallow: /a", False),
        (b"User-agent: *\nDisallow: /*?print=", True),
        (b"User-agent: *\nDisallow: /$", True),
        (b"<html>no such page</html>", True),
        (b"User-agent: *\nDisallow: /b\n" + b"# more\n" * 100_000 + b"Disallow: /a", True),
    ],
)
def test_robots_txt_is_obeyed(site: Site, rules: bytes, allowed: bool) -> None:
    site.routes["/robots.txt"] = Reply(rules, kind="text/plain")
    if allowed:
        assert read(site, "/a").text
    else:
        assert "asks robots not to read it; save the page in a browser and ingest the file" in refusal(
            site, "/a"
        )
    assert site.pages == (["/a"] if allowed else [])


def test_robots_txt_is_obeyed_behind_a_redirect_too(site: Site) -> None:
    with Site() as other:
        other.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /", kind="text/plain")
        site.routes["/r"] = moved(other.url("/a"))
        with pytest.raises(Unreadable, match="asks robots"):
            fetcher(site, other).fetch(site.url("/r"))
        assert other.asked == ["/robots.txt"]


@pytest.mark.parametrize(("status", "allowed"), [(403, True), (404, True), (500, False), (503, False)])
def test_no_robots_txt(site: Site, status: int, allowed: bool) -> None:
    site.routes["/robots.txt"] = Reply(status=status)
    if allowed:
        assert read(site, "/a").text
    else:
        assert f"answered {status}" in refusal(site, "/a")
    assert site.pages == (["/a"] if allowed else [])


def test_robots_txt_is_asked_for_once(site: Site) -> None:
    visitor = fetcher(site)
    visitor.fetch(site.url("/a"))
    visitor.fetch(site.url("/a"))
    assert site.asked == ["/robots.txt", "/a", "/a"]


# -- politeness


def test_the_delay_that_robots_txt_asks_for(site: Site) -> None:
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.3", kind="text/plain")
    visitor = fetcher(site)
    for _ in range(3):
        visitor.fetch(site.url("/a"))
    assert min(later - earlier for earlier, later in pairwise(site.times)) >= 0.29


def test_a_delay_that_is_as_good_as_no(site: Site) -> None:
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 3600", kind="text/plain")
    assert "wants 3,600 seconds between pages" in refusal(site, "/a")
    assert site.pages == []


def test_waiting_for_a_turn_is_not_at_the_pages_cost(site: Site) -> None:
    site.routes["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 3.5", kind="text/plain")
    assert read(site, "/a", seconds=3).text


def test_a_pause_between_requests_and_none_at_first() -> None:
    turns, moments = Turns(), []
    for host, pause in (("a.example", 0.5), ("a.example", 0.5), ("b.example", 60)):
        with turns.at(host, pause):
            moments.append(time.monotonic())
    assert moments[1] - moments[0] >= 0.5
    assert moments[2] - moments[1] < 30


def test_a_host_that_asks_for_a_moment_is_waited_for(site: Site) -> None:
    def crowded(socket: BinaryIO) -> None:
        site.routes["/a"] = Reply(article())
        socket.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n")

    site.routes["/a"] = crowded
    assert read(site, "/a").text
    assert site.times[-1] - site.times[-2] >= 0.95


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "3600"}, "60 minutes"),
        # read at the start of the run: a slow one has used some of it
        (
            {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=9), usegmt=True)},
            "5.. minutes",
        ),
        ({}, "60 seconds"),
    ],
)
def test_a_host_that_asks_for_patience_is_left_alone(site: Site, headers: dict[str, str], wait: str) -> None:
    site.routes["/a"] = site.routes["/b"] = Reply(status=429, headers=headers)
    visitor = fetcher(site)
    with pytest.raises(Unreadable, match=f"429 Too Many Requests; try again in {wait}"):
        visitor.fetch(site.url("/a"))
    with pytest.raises(Unreadable, match="is left alone for"):
        visitor.fetch(site.url("/b"))
    assert site.pages == ["/a"]


@pytest.mark.parametrize(
    "text", ["soon", "-1", "99999999999999", "Mon, 99 Nov 2026", "", "Mon, 01 Jan 2001 00:00:00 GMT"]
)
def test_a_wish_that_nobody_understands_is_no_wish(text: str) -> None:
    assert retry_after({"retry-after": text}) == 0


def test_a_host_in_trouble_is_asked_once_for_all_its_pages(site: Site) -> None:
    site.routes["/robots.txt"] = Reply(status=500)
    visitor = fetcher(site)
    for path in ("/a", "/b", "/c"):
        with pytest.raises(Unreadable, match="answered 500"):
            visitor.fetch(site.url(path))
    assert site.asked == ["/robots.txt"]


def test_a_host_that_does_not_answer_is_left_alone_after_three_pages(site: Site) -> None:
    site.routes["/broken"] = lambda socket: socket.write(b"nonsense\r\n\r\n") and None
    visitor = fetcher(site)
    for _ in range(3):
        with pytest.raises(Unreadable, match="broke off"):
            visitor.fetch(site.url("/broken"))
    with pytest.raises(Unreadable, match="is left alone for 300 seconds"):
        visitor.fetch(site.url("/a"))
    assert site.pages == ["/broken"] * 3


def test_a_host_that_asks_for_a_moment_twice_is_left_alone(site: Site) -> None:
    site.routes["/a"] = Reply(status=503, headers={"Retry-After": "1"})
    visitor = fetcher(site)
    for reason in ("503 Service Unavailable", "is left alone for"):
        with pytest.raises(Unreadable, match=reason):
            visitor.fetch(site.url("/a"))
    assert site.pages == ["/a", "/a"]


def test_only_what_changed_is_sent(site: Site) -> None:
    site.routes["/a"] = Reply(
        article(), headers={"ETag": '"1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
    )
    visitor = fetcher(site)
    known = visitor.fetch(site.url("/a")).known
    assert visitor.revisit(site.url("/a"), known) is None
    assert (site.headers[-1]["If-None-Match"], site.statuses[-1]) == ('"1"', 304)
    site.routes["/a"] = Reply(article(), headers={"ETag": '"2"'})
    changed = visitor.revisit(site.url("/a"), known)
    assert changed is not None
    assert changed.known == Known('"2"')


def test_headers_that_could_not_be_sent_back_are_not_kept(site: Site) -> None:
    site.routes["/a"] = Reply(article(), headers={"ETag": "x" * 9_000, "Last-Modified": "caf\xe9"})
    assert fetcher(site).fetch(site.url("/a")).known == NOTHING


def test_a_304_that_nobody_asked_for(site: Site) -> None:
    site.routes["/a"] = Reply(status=304)
    assert "304 Not Modified" in refusal(site, "/a")


# -- limits


def endless(head: bytes, piece: bytes, pause: float = 0) -> Callable[[BinaryIO], None]:
    """An answer of 10 GB, or until whoever asked has left."""

    def write(socket: BinaryIO) -> None:
        socket.write(head)
        for _ in range(10_000_000_000 // len(piece)):
            socket.write(piece)
            time.sleep(pause)

    return write


def test_an_endless_answer_is_cut_and_does_not_fill_memory(site: Site) -> None:
    site.routes["/big"] = endless(HEAD, b"<p>harbour</p>" * 5_000)
    tracemalloc.start()
    try:
        reason = refusal(site, "/big", size=2_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reason == "it is larger than 2 MB, too large for one article"
    assert peak < 12_000_000
    assert site.left.wait(30)


def bomb(size: int) -> bytes:
    packing = zlib.compressobj(1, wbits=31)
    zeros = bytes(1_000_000)
    return b"".join(packing.compress(zeros) for _ in range(size // len(zeros))) + packing.flush()


@pytest.mark.parametrize("path", ["/bomb", "/robots.txt"])
def test_a_decompression_bomb_is_cut_and_does_not_fill_memory(site: Site, path: str) -> None:
    packed = bomb(300_000_000)
    site.routes[path] = Reply(packed, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        assert ("larger than 2 MB" in refusal(site, "/bomb", size=2_000_000)) == (path == "/bomb")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 15_000_000


def test_a_page_just_within_the_size_limit(site: Site) -> None:
    data = article()
    assert read(site, "/a", size=len(data)).text
    assert "larger than" in refusal(site, "/a", size=len(data) - 1)


@pytest.mark.parametrize("path", ["/slow", "/robots.txt"])
@pytest.mark.parametrize("head", [HEAD, b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_trickling_server_is_cut_off_by_the_clock(site: Site, path: str, head: bytes) -> None:
    site.routes[path] = endless(head, b"x", pause=0.1)
    began = time.monotonic()
    assert "did not answer within 2 seconds" in refusal(site, "/slow", seconds=2)  # in which it must be asked
    assert time.monotonic() - began < 30
    assert site.left.wait(30)


def test_a_silent_server_and_a_silent_name_server(site: Site) -> None:
    site.routes["/mute"] = lambda socket: time.sleep(60)
    assert "did not answer within 0.3 seconds" in refusal(site, "/mute", seconds=0.3)
    began = time.monotonic()
    with pytest.raises(Unreadable, match="did not answer within"):
        Fetcher(Rules(resolve=lambda host: time.sleep(60) or [], seconds=0.3)).fetch("http://a.example/")
    assert time.monotonic() - began < 30


def test_redirects_come_to_an_end(site: Site) -> None:
    site.routes["/loop"] = moved("/loop")
    assert "redirects more than 5 times" in refusal(site, "/loop")
    assert site.pages == ["/loop"] * 6


def test_a_host_whose_first_address_takes_no_connection(site: Site) -> None:
    rules = Rules(allowed_hosts([f"news.example:{site.port}"]), lambda host: ["127.0.0.3", "127.0.0.1"])
    assert Fetcher(rules).fetch(f"http://news.example:{site.port}/a").data


# -- answers that are no article


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (
            Reply(status=403),
            "403 Forbidden and does not give the page to programs; save the page in a browser",
        ),
        (Reply(status=402), "402 Payment Required"),
        (Reply(status=404), "404 Not Found; check the address"),
        (Reply(status=429), "429 Too Many Requests; try again in 60 seconds"),
        (Reply(status=503), "503 Service Unavailable; try again later"),
        (Reply(status=302), "302 Found"),
        (Reply(status=599), "answered 599; try again later"),
        (Reply(b"\x89PNG", kind="image/png"), "it is image/png, not a page of text; save"),
        (Reply(b"{}", kind="application/json"), "it is application/json"),
        (Reply(b"x", kind=""), "of a type the server does not tell"),
        (Reply(b"<rss/>", kind="application/rss+xml"), "a feed or other XML"),
        (Reply(b"\x89PNG\r\n\x1a\n" + bytes(50)), "it is an image, not text"),
        (Reply(b""), "it is empty"),
        (Reply(article(""), kind="text/html"), "no article text found"),
        (Reply(b"x", headers={"Content-Encoding": "br"}), "packs its answer as br, which nobody asked for"),
        (Reply(b"xxxx", headers={"Content-Encoding": "gzip"}), "its compression is damaged"),
        (
            Reply(bomb(9_000_000)[:-8000], headers={"Content-Encoding": "gzip"}),
            "its compression ends too early",
        ),
    ],
)
def test_answers_that_are_no_article(site: Site, reply: Reply, reason: str) -> None:
    site.routes["/x"] = reply
    assert reason in refusal(site, "/x")


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nx"],
)
def test_a_broken_answer(site: Site, answer: bytes) -> None:
    site.routes["/x"] = lambda socket: socket.write(answer) and None
    assert f"{site.name} broke off its answer" in refusal(site, "/x")


def test_nobody_listens() -> None:
    with Site() as gone:
        pass
    assert f"no connection to {gone.name}" in refusal(gone, "/")
