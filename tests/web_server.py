"""A web site on loopback: real sockets, answers by path, and a memory of what it was asked."""

from __future__ import annotations

import ssl
import threading
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
    """A site that runs inside a with-block; a route may also write its answer, head and all, to the socket."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, certificate: ssl.SSLContext | None = None
    ) -> None:
        self.routes: dict[str, Reply | Callable[[BinaryIO], None]] = {}
        self.asked: list[str] = []
        self.headers: list[Message] = []
        self.left = threading.Event()
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

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.headers.append(self.headers)
                route = site.routes.get(self.path, Reply(status=404))
                try:
                    self._send(route) if isinstance(route, Reply) else route(self.wfile)
                except OSError:  # whoever asked has left
                    site.left.set()

            def _send(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler
