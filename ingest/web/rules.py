"""What may be contacted: an address is judged by what its name resolves to, never by how it is spelled."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?P<host>[\w.-]*\w\.?|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_UNICAST = ip_network("2000::/3")
_TRANSLATED = ip_network("64:ff9b::/96")
# Public by the registries that Python knows, and yet nobody's web site: protocol assignments, relays of 6to4, the
# platform services inside every Azure machine, documentation.
_NOT_SITES = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "3fff::/20"))
)


def look_up(host: str) -> list[str]:
    """Every address of `host`, as the system resolves it. Raises OSError."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom we may ask and what we put up with.

    `allowed` are hosts and ports whose address may be anything. `seconds` is for one page all in all, look-up and
    redirects included (its robots.txt may take as long again); `size` is in bytes, after decompression, `list_size`
    that of feeds and sitemaps. `pause` is the least time between two requests to a host that is not `allowed`; a site
    that asks to be left alone for up to `patience` seconds is waited for.
    """

    allowed: frozenset[tuple[str, int]] = frozenset()
    resolve: Callable[[str], Sequence[str]] = look_up
    seconds: float = 30.0
    size: int = 10_000_000
    list_size: int = 50_000_000
    redirects: int = 5
    pause: float = 1.0
    patience: float = 30.0

    def owns(self, url: str) -> bool:
        """Whether the address is on a host that was allowed by name."""
        try:
            parts = urlsplit(url)
            return (parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)) in self.allowed
        except ValueError:
            return False


def allowed_hosts(names: Iterable[str]) -> frozenset[tuple[str, int]]:
    """The hosts and ports in NAME, NAME:PORT or [IPV6]:PORT; a bare name stands for ports 80 and 443.

    Raises ValueError for anything else.
    """
    allowed: set[tuple[str, int]] = set()
    for name in names:
        found = _HOST.fullmatch(name.lower())
        if not found:
            raise ValueError(name)
        ports = [int(found["port"])] if found["port"] else PORTS.values()
        allowed.update((_plain(found["host"].strip("[]")), port) for port in ports)
    return frozenset(allowed)


def is_public(address: str) -> bool:
    """True if the IP address is one of the public internet; one that carries another is judged by that one too."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = _carried(found)
        return is_public(str(inner)) if inner else found in _UNICAST and _is_ordinary(found)
    return _is_ordinary(found)


def _carried(found: IPv6Address) -> IPv4Address | None:
    if found in _TRANSLATED:
        return IPv4Address(int(found) & 0xFFFF_FFFF)
    return found.ipv4_mapped or found.sixtofour


def _is_ordinary(found: IPv4Address | IPv6Address) -> bool:
    return found.is_global and not found.is_multicast and not any(found in network for network in _NOT_SITES)


def _plain(host: str) -> str:
    """As a name stands in an `Address`: ASCII, in lower case, no dot at its end."""
    return host.rstrip(".") if host.isascii() else _ascii(host)


def _ascii(host: str) -> str:
    from ingest.web.address import parse  # a vendor's parser, for the names that need one

    return parse(f"http://{host}/").host
