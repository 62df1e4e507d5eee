"""A page from its address: redirects followed by hand, robots.txt obeyed at every hop, the body cut at its limit."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import TypeVar

from protego import Protego

from ingest.draft import Unreadable
from ingest.web.address import Address, parse
from ingest.web.connection import AGENT, SAVE, Client, Deadline, Response
from ingest.web.rules import Rules

KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
}
_FEEDS = {
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
}
_MOVED = {301, 302, 303, 307, 308}
_LARGEST_ROBOTS = 512_000  # bytes; RFC 9309 asks for at least 500 KiB, what follows is not read

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address held: `url` after all redirects, `kind` a key of KINDS, `charset` empty if not declared."""

    url: str
    kind: str
    charset: str
    data: bytes


class Fetcher:
    """Fetches pages one after the other and remembers each host's robots.txt."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._client = Client(rules)
        self._robots: dict[str, Protego] = {}

    def fetch(self, url: str) -> Page:
        """The page at `url`. Raises Unreadable with the reason why not, and what to do instead."""
        deadline = Deadline(self._rules.seconds)

        def page(address: Address, response: Response) -> Page:
            kind, charset = _kind(response)
            return Page(address.url, kind, charset, self._body(response))

        return self._follow(parse(url), deadline, ", ".join(KINDS), page, self._obey)

    def _follow(
        self,
        address: Address,
        deadline: Deadline,
        accept: str,
        take: Callable[[Address, Response], T],
        before: Callable[[Address, Deadline], None] = lambda address, deadline: None,
    ) -> T:
        """What `take` makes of the answer at the end of the redirects; `before` has its say at each of them."""
        for _ in range(self._rules.redirects + 1):
            before(address, deadline)
            with self._client.get(address, deadline, accept) as response:
                target = response.headers.get("location", "") if response.status in _MOVED else ""
                if not target:
                    return take(address, response)
            address = parse(target, address.url)
        raise Unreadable(f"it redirects more than {self._rules.redirects} times; give the page's own address")

    def _obey(self, address: Address, deadline: Deadline) -> None:
        if address.robots not in self._robots:
            self._robots[address.robots] = self._follow(
                parse(address.robots), deadline, "text/plain", self._rules_for_robots
            )
        if not self._robots[address.robots].can_fetch(address.url, AGENT):
            raise Unreadable(f"the robots.txt of {address.authority} asks robots not to read it; {SAVE}")

    def _rules_for_robots(self, address: Address, response: Response) -> Protego:
        """As RFC 9309 has it: no robots.txt, no restriction; a server in trouble is not to be asked for more."""
        if response.status >= 500:
            raise Unreadable(
                f"{address.authority} answered {_named(response.status)} when asked for its robots.txt; try again later"
            )
        found = response.status == 200
        body = b"".join(_cut(_unpacked(response), _LARGEST_ROBOTS)) if found else b""
        return Protego.parse(body.decode("utf-8", "replace"))

    def _body(self, response: Response) -> bytes:
        size = self._rules.size
        data = b"".join(_cut(_unpacked(response), size + 1))
        if len(data) > size:
            raise Unreadable(f"it is larger than {size // 1_000_000} MB, too large for one article")
        return data


def _kind(response: Response) -> tuple[str, str]:
    """Media type and declared encoding. Raises Unreadable for an answer that is no page."""
    if response.status != 200:
        raise Unreadable(_refusal(response.status))
    header = Message()
    header["content-type"] = response.headers.get("content-type", "")
    kind = header.get_content_type() if header["content-type"] else ""
    if kind in _FEEDS:
        raise Unreadable("it is a feed or other XML, which is not read; give the addresses of its articles")
    if kind not in KINDS:
        raise Unreadable(f"it is {kind or 'of a type the server does not tell'}, not a page of text; {SAVE}")
    return kind, header.get_content_charset("")


def _refusal(status: int) -> str:
    if status in (404, 410):
        return f"the server answered {_named(status)}; check the address"
    if status == 429 or status >= 500:
        return f"the server answered {_named(status)}; try again later"
    return f"the server answered {_named(status)} and does not give the page to programs; {SAVE}"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _unpacked(response: Response) -> Iterator[bytes]:
    """The body decompressed, in pieces of at most a megabyte however much it was packed."""
    encoding = response.headers.get("content-encoding", "").lower()
    if encoding in ("", "identity"):
        yield from response.body
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Unreadable(f"the server packs its answer as {encoding}, which nobody asked for; {SAVE}")
    unpacking = zlib.decompressobj(wbits=31)
    try:
        for piece in response.body:
            if unpacking.eof:  # what follows the end is nobody's page, and nothing counts it
                break
            while piece and not unpacking.eof:
                yield unpacking.decompress(piece, 1_000_000)
                piece = unpacking.unconsumed_tail
    except zlib.error as error:
        raise Unreadable(f"its compression is damaged; try again later, or {SAVE}") from error
    if not unpacking.eof:
        raise Unreadable(f"its compression ends too early; try again later, or {SAVE}")


def _cut(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The first `limit` bytes; the rest is never asked for."""
    left = limit
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return
