"""What a server says about when to come again: validators, Cache-Control, Retry-After (RFC 9110 and 9111)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.web.moments import moment_in

_LONGEST = 500
_MOST_PATIENCE = 86_400.0  # seconds: a day, for a number too many would silence a site for years
_MAX_AGE = re.compile(r"\bmax-age=\"?(\d{1,9})", re.I)


@dataclass(frozen=True, slots=True)
class Known:
    """The signs of what we have: a server that still has the same need not send it again."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers of a conditional request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.modified))
        return tuple(pair for pair in pairs if pair[1])


NOTHING = Known()


def known_and_age(headers: Mapping[str, str]) -> tuple[Known, float]:
    """The validators of an answer, and the seconds for which it stays fresh (0: not told, or not at all)."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    known = Known(_sound(headers.get("etag", "")), _sound(headers.get("last-modified", "")))
    return known, float(found[1]) if found else 0.0


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds, a day at most, after which a server wants to be asked again; 0 if it does not say."""
    text = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}", text):
        return min(float(text), _MOST_PATIENCE)
    moment = moment_in(text)
    asked = (moment - datetime.now(UTC)).total_seconds() if moment else 0.0
    return min(max(asked, 0.0), _MOST_PATIENCE)


def _sound(value: str) -> str:
    """A header that can be sent back as it came; anything else is as good as none."""
    return value if len(value) <= _LONGEST and value.isascii() and value.isprintable() else ""
