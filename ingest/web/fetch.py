"""A page from its address: redirects followed by hand, robots.txt obeyed at every hop, the body cut at its limit."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

from ingest.draft import Unreadable
from ingest.web.address import Address, parse
from ingest.web.connection import SAVE, Client, Deadline, Response, Unreachable
from ingest.web.freshness import NOTHING, Known, known_and_age, retry_after
from ingest.web.robots import LARGEST, Robots
from ingest.web.rules import Rules
from ingest.web.turns import Turns
from ingest.web.unpack import cut, unpacked

KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
}
LISTS = {
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"),
    *("application/feed+json", "application/json", "text/x-opml", "text/x-opml+xml", "application/opml+xml"),
    *("application/gzip", "application/x-gzip"),
}
_BY_NAME = (
    ".xml",
    ".rss",
    ".atom",
    ".rdf",
    ".gz",
    ".opml",
    ".json",
)  # what servers without a type for them say
_UNTYPED = {"", "application/octet-stream", "binary/octet-stream"}
_MOVED = {301, 302, 303, 307, 308}
_CROWDED = 60.0  # seconds that a host is left alone which says "too many requests" and no more

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address held: `url` after all redirects, `kind` a key of KINDS or LISTS, `charset` empty if not declared.

    `known` are the signs by which a later visit can ask for changes only, `max_age` the seconds (0: not told) for
    which the server expects none.
    """

    url: str
    kind: str
    charset: str
    data: bytes
    known: Known = NOTHING
    max_age: float = 0.0


class Answered(Unreadable):
    """The server answered with something else than the page: `status` is its word for it."""

    def __init__(self, status: int, wait: float = 0.0, reason: str = "") -> None:
        super().__init__(reason or _refusal(status, wait))
        self.status = status
        self.wait = wait


class Fetcher:
    """Fetches pages, one at a time from each host; threads may share it. `folder` is where processes take turns."""

    def __init__(self, rules: Rules, folder: Path | None = None) -> None:
        self._rules = rules
        self._client = Client(rules)
        self._turns = Turns(folder, rules.patience)
        self._robots = Robots(self._robots_text)

    def fetch(self, url: str, kinds: Collection[str] = KINDS) -> Page:
        """The page at `url`. Raises Unreadable with the reason why not, and what to do instead."""
        page = self.revisit(url, NOTHING, kinds)
        if page is None:
            raise Answered(304)
        return page

    def revisit(self, url: str, known: Known, kinds: Collection[str] = KINDS) -> Page | None:
        """The page at `url`, or None if it still is what is `known`. Raises Unreadable."""
        try:
            return self._visit(url, known, kinds)
        except Answered as answer:
            if not 0 < answer.wait <= self._rules.patience:
                raise
        try:
            return self._visit(url, known, kinds)  # its turn comes when the host wants it to
        except Answered as answer:
            if answer.wait:  # asked twice is enough: hundreds of its pages may be waiting
                self._turns.hold(parse(url).host, _CROWDED)
            raise

    def _visit(self, url: str, known: Known, kinds: Collection[str]) -> Page | None:
        def page(address: Address, response: Response) -> Page | None:
            if response.status == 304 and known.headers:
                return None
            kind, charset = _kind(address, self._checked(address, response), kinds)
            body = self._body(response, self._rules.list_size if kind in LISTS else self._rules.size)
            return Page(address.url, kind, charset, body, *known_and_age(response.headers))

        return self._follow(parse(url), ", ".join(kinds), page, self._robots.delay, known.headers)

    def _follow(
        self,
        address: Address,
        accept: str,
        take: Callable[[Address, Response], T],
        delay: Callable[[Address], float] = lambda address: 0.0,
        conditions: Sequence[tuple[str, str]] = (),
    ) -> T:
        """What `take` makes of the answer at the end of the redirects; `delay` is asked before each of them."""
        deadline = Deadline(self._rules.seconds)
        for _ in range(self._rules.redirects + 1):
            with (
                self._turn(address, delay, deadline),
                self._client.get(address, deadline, accept, conditions) as response,
            ):
                target = response.headers.get("location", "") if response.status in _MOVED else ""
                if not target:
                    return take(address, response)
            address = parse(target, address.url)
        raise Unreadable(f"it redirects more than {self._rules.redirects} times; give the page's own address")

    @contextmanager
    def _turn(
        self, address: Address, delay: Callable[[Address], float], deadline: Deadline
    ) -> Iterator[None]:
        """Our turn at the host; neither waiting for it nor reading robots.txt is at the page's cost."""
        began = time.monotonic()
        own = (address.host, address.port) in self._rules.allowed
        pause = max(delay(address), 0.0 if own else self._rules.pause)
        with self._turns.at(address.host, pause):
            deadline.extend(time.monotonic() - began)
            answered = True
            try:
                yield
            except Unreachable:
                answered = False
                raise
            finally:
                self._turns.note(address.host, answered=answered)

    def _robots_text(self, url: str) -> str:
        return self._follow(parse(url), "text/plain", self._rules_for_robots)

    def _rules_for_robots(self, address: Address, response: Response) -> str:
        """As RFC 9309 has it: no robots.txt, no restriction; a server in trouble is not to be asked for more."""
        if response.status >= 500 or response.status == 429:
            self._mind(address, response)
            raise Unreadable(
                f"{address.authority} answered {_named(response.status)} when asked for its robots.txt; try again later"
            )
        found = response.status == 200
        return b"".join(cut(unpacked(response), LARGEST)).decode("utf-8", "replace") if found else ""

    def _checked(self, address: Address, response: Response) -> Response:
        if response.status != 200:
            raise Answered(response.status, self._mind(address, response))
        return response

    def _mind(self, address: Address, response: Response) -> float:
        """Leave the host alone for as long as it asks; that many seconds."""
        asked = retry_after(response.headers) if response.status in (429, 503) else 0.0
        wait = asked or (_CROWDED if response.status == 429 else 0.0)
        self._turns.hold(address.host, wait)
        return wait

    def _body(self, response: Response, size: int) -> bytes:
        data = b"".join(cut(unpacked(response), size + 1))
        if len(data) > size:
            raise Unreadable(f"it is larger than {size // 1_000_000} MB, too large for one article")
        return data


def _kind(address: Address, response: Response, kinds: Collection[str]) -> tuple[str, str]:
    """Media type and declared encoding. Raises Unreadable for an answer that is none of `kinds`."""
    header = Message()
    header["content-type"] = response.headers.get("content-type", "")
    kind = header.get_content_type() if header["content-type"] else ""
    if kind in _UNTYPED and PurePosixPath(urlsplit(address.url).path).suffix.lower() in _BY_NAME:
        kind = "application/xml"
    if kind not in kinds:
        raise Unreadable(unfit(kind))
    return kind, header.get_content_charset("")


def unfit(kind: str) -> str:
    """Why an answer of this media type is no article."""
    if kind in LISTS and "xml" in kind:
        return "it is a feed or other XML, not an article; give the addresses of its articles"
    return f"it is {kind or 'of a type the server does not tell'}, not a page of text; {SAVE}"


def _refusal(status: int, wait: float = 0.0) -> str:
    if status in (404, 410):
        return f"the server answered {_named(status)}; check the address"
    if status == 429 or status >= 500:
        when = f"in {_told(wait)}" if wait else "later"
        return f"the server answered {_named(status)}; try again {when}"
    return f"the server answered {_named(status)} and does not give the page to programs; {SAVE}"


def _told(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _named(status: int) -> str:
    """404 Not Found"""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
