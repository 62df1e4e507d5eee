"""A web site on loopback: real sockets, answers by path, and a memory of what it was asked."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO, Self

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `kind` is its Content-Type, left out when empty."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def moved(target: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status=status, headers={"Location": target})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle of a handshake is no news."""


class Site:
    """A site that runs inside a with-block; a route may also write its answer, head and all, to the socket.

    Whoever asks with the ETag or Last-Modified of a Reply gets a 304. `busiest` is the most requests that ever were
    answered at once; each takes `seconds`.
    """

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, certificate: ssl.SSLContext | None = None
    ) -> None:
        self.routes: dict[str, Reply | Callable[[BinaryIO], None]] = {}
        self.asked: list[str] = []
        self.headers: list[Message] = []
        self.left = threading.Event()
        self.statuses: list[int] = []
        self.seconds = 0.0
        self.times: list[float] = []
        self.busiest = 0
        self._busy = 0
        self._counting = threading.Lock()
        self._server = _Server((host, port), self._handler())
        self.host, self.port = host, self._server.server_address[1]
        self.scheme = "https" if certificate else "http"
        if certificate:
            self._server.socket = certificate.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def name(self) -> str:
        """Host and port, as --allow-host takes them."""
        return f"{self.host}:{self.port}"

    @property
    def pages(self) -> list[str]:
        """What was asked for besides robots.txt."""
        return [path for path in self.asked if path != "/robots.txt"]

    def url(self, path: str = "/") -> str:
        """The address of `path`."""
        return f"{self.scheme}://{self.name}{path}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _think(self) -> None:
        """Counted before the answer: whoever has all of it may ask again before this thread is done."""
        with self._counting:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        time.sleep(self.seconds)
        with self._counting:
            self._busy -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(self.headers)
                site.times.append(time.monotonic())
                route = site.routes.get(self.path, Reply(status=404))
                site._think()
                try:
                    self._send(route) if isinstance(route, Reply) else route(self.wfile)
                except OSError:  # whoever asked has left
                    site.left.set()

            def _send(self, reply: Reply) -> None:
                if self._is_known(reply):
                    reply = Reply(status=304, kind="", headers=reply.headers)
                site.statuses.append(reply.status)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def _is_known(self, reply: Reply) -> bool:
                asked = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
                return any(self.headers.get(a) and self.headers[a] == reply.headers.get(b) for a, b in asked)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
