"""What each host lets robots read, remembered for a day; a host that could not even be asked, for minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from ingest.draft import Unreadable
from ingest.web.address import Address
from ingest.web.connection import AGENT, SAVE

LARGEST = 512_000  # bytes; RFC 9309 asks for at least 500 KiB, what follows is not read
_DAY = 86_400.0
_SHORT = 300.0
_LONGEST_DELAY = 60.0


@dataclass(frozen=True, slots=True)
class _Known:
    until: float
    rules: Protego | Unreadable


class Robots:
    """Judges addresses by their host's robots.txt; `ask` gets its text (empty: there is none)."""

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask
        self._known: dict[str, _Known] = {}

    def delay(self, address: Address) -> float:
        """Seconds that the host wants between requests. Raises Unreadable if robots may not read `address`."""
        rules = self._rules(address.robots)
        if not rules.can_fetch(address.url, AGENT):
            raise Unreadable(f"the robots.txt of {address.authority} asks robots not to read it; {SAVE}")
        delay = rules.crawl_delay(AGENT) or 0.0
        if delay > _LONGEST_DELAY:
            raise Unreadable(
                f"the robots.txt of {address.authority} wants {delay:,.0f} seconds between pages, which is as good as "
                f"no; {SAVE}"
            )
        return delay

    def _rules(self, url: str) -> Protego:
        known = self._known.get(url)
        if known is None or known.until < time.monotonic():
            known = self._known[url] = self._asked(url)
        if isinstance(known.rules, Unreadable):
            raise Unreadable(str(known.rules))
        return known.rules

    def _asked(self, url: str) -> _Known:
        """A host in trouble is not asked again at once: hundreds of its pages may be waiting."""
        try:
            return _Known(time.monotonic() + _DAY, Protego.parse(self._ask(url)))
        except Unreadable as reason:
            return _Known(time.monotonic() + _SHORT, reason)
