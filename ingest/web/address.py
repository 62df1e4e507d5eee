"""A web address taken apart once; the same parts are looked up, connected to and sent."""

from __future__ import annotations

from dataclasses import dataclass

from httpx2 import URL, InvalidURL

from ingest.draft import Unreadable
from ingest.web.rules import PORTS

_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address without fragment; `host` in ASCII, `target` is path and query, percent-encoded."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port: what the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def robots(self) -> str:
        """Where its host says what robots may read."""
        return f"{self.scheme}://{self.authority}/robots.txt"


def parse(text: str, base: str = "") -> Address:
    """The address in `text`, seen from `base` if it is relative. Raises Unreadable."""
    if len(text) > _LONGEST:
        raise Unreadable(f"the address is longer than {_LONGEST:,} characters")
    try:
        url = URL(base).join(text) if base else URL(text.strip())
        host = url.raw_host.decode("ascii").rstrip(".")
        if host and url.scheme in PORTS:
            url = url.copy_with(host=host, fragment=None)
    except (InvalidURL, ValueError) as error:
        raise Unreadable(f"it is not a web address ({error})") from error
    if url.scheme not in PORTS:
        raise Unreadable("only http and https addresses are read")
    if not host:
        raise Unreadable("it is not a web address (it names no host)")
    if url.userinfo:
        raise Unreadable(
            "the address carries a user name or password; ingest a saved copy of the page instead"
        )
    return Address(str(url), url.scheme, host, url.port or PORTS[url.scheme], url.raw_path.decode("ascii"))
