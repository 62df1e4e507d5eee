"""One request over one connection, made to the very address that was checked; the only file that touches a socket.

TLS and the Host header keep the name. Proxies of the environment, cookies and kept connections are not used.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from queue import Empty, SimpleQueue

import httpcore2

from ingest.draft import Unreadable
from ingest.web.address import Address
from ingest.web.rules import PORTS, Rules, is_public

AGENT = "Citedesk"
_PATIENCE = 10.0  # seconds for one address of a host that has several
SAVE = "save the page in a browser and ingest the file"


class Unreachable(Unreadable):
    """The host gave no answer, or not all of it: that may be so for its other pages too."""


class Deadline:
    """A moment after which nothing is waited for; the clock on the wall, not the one of a single read."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, always above 0. Raises Unreadable when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.missed()
        return left

    def extend(self, seconds: float) -> None:
        """Time that we chose to wait is not the server's."""
        self._end += seconds

    def missed(self) -> Unreadable:
        """The reason to give up."""
        return Unreachable(f"it did not answer within {self._seconds:g} seconds; try again later, or {SAVE}")


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers by lower-case name, and the body as it comes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: Iterator[bytes]


class Client:
    """Asks for one thing at a time."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @contextmanager
    def get(
        self, address: Address, deadline: Deadline, accept: str, conditions: Sequence[tuple[str, str]] = ()
    ) -> Iterator[Response]:
        """The answer to one GET; leave the block and the connection is closed. Raises Unreadable, also while the
        body is read. `conditions` are headers under which nothing need be sent."""
        headers = [
            ("Host", address.authority),
            ("User-Agent", f"{AGENT}/{version('citedesk')}"),
            ("Accept", accept),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
            *conditions,
        ]
        url = httpcore2.URL(
            scheme=address.scheme, host=address.host, port=address.port, target=address.target
        )
        backend = _Guarded(self._rules, deadline)
        context = self._context if address.scheme == "https" else None
        try:
            with (
                httpcore2.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
                pool.stream("GET", url, headers=headers) as response,
            ):
                yield Response(response.status, _by_name(response.headers), response.iter_stream())
        except httpcore2.TimeoutException as error:
            deadline.left()
            raise Unreachable(f"{address.authority} does not answer; try again later") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unreachable(_reason(error, address)) from error

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return httpcore2.default_ssl_context()


class _Guarded(httpcore2.NetworkBackend):
    """Connects to checked addresses only: there is no second look-up that could answer something else."""

    def __init__(self, rules: Rules, deadline: Deadline) -> None:
        self._rules = rules
        self._deadline = deadline
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first address of `host` that takes one. Raises Unreadable if not all may be asked."""
        failure: Exception = Unreadable(f"no server named {host} is known; check the address")
        for address in self._checked(host, port):
            try:
                stream = self._plain.connect_tcp(address, port, min(_PATIENCE, self._deadline.left()))
                return _Timed(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def _checked(self, host: str, port: int) -> Sequence[str]:
        allowed = (host, port) in self._rules.allowed
        if not allowed and port not in PORTS.values():
            raise Unreadable(
                f"port {port} is not one of the web's; if the host is yours: --allow-host {host}:{port}"
            )
        addresses = self._addresses(host)
        if not allowed and not all(map(is_public, addresses)):
            raise Unreadable(
                f"{host} leads into a private network, which is not read; if it is yours: --allow-host {host}"
            )
        return addresses

    def _addresses(self, host: str) -> Sequence[str]:
        """On a thread, for a look-up can neither be timed nor interrupted."""
        answer: SimpleQueue[Sequence[str]] = SimpleQueue()
        threading.Thread(target=_answer, args=(self._rules, host, answer), daemon=True).start()
        try:
            return answer.get(timeout=self._deadline.left())
        except Empty:
            raise self._deadline.missed() from None


class _Timed(httpcore2.NetworkStream):
    """A stream whose every step ends at the deadline, however often a trickling server moves on."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Timed(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _answer(rules: Rules, host: str, answer: SimpleQueue[Sequence[str]]) -> None:
    try:
        answer.put(rules.resolve(host))
    except (OSError, UnicodeError):  # an unknown name, or one that the domain name system cannot express
        answer.put(())


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("ascii").lower(): value.decode("utf-8", "replace").strip() for name, value in headers}


def _reason(error: Exception, address: Address) -> str:
    cause = error.args[0] if error.args else None  # what the library caught
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {address.host} is not valid ({cause.verify_message}); if you trust it, {SAVE}"
    if isinstance(error, httpcore2.ConnectError):
        why = cause.strerror if isinstance(cause, OSError) else error
        return f"no connection to {address.authority} ({why}); check the address, or try again later"
    return f"{address.authority} broke off its answer; try again later, or {SAVE}"
