"""A loopback server that speaks OpenAI's chat completions, well or badly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Provider:
    """How it answers, and what it was asked; `speak` makes the pieces from the messages."""

    pieces: Sequence[str] = ("Hello.",)
    status: int = 200
    error: str = "no"
    pause: float = 0.0
    silent: float = 0.0
    trickle: float = 0.0
    breaks: bool = False
    finish: str = "stop"
    body: bytes = b""
    speak: Callable[[list[dict[str, str]]], Iterable[str]] | None = None
    requests: list[dict[str, object]] = field(default_factory=list)
    hung_up: bool = False
    url: str = ""


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            provider.requests.append(asked | {"authorization": self.headers["Authorization"]})
            time.sleep(provider.silent)
            try:
                self._refuse() if provider.status != 200 else self._answer(asked["messages"])
            except (BrokenPipeError, ConnectionResetError):
                provider.hung_up = True
            self.close_connection = True

        def _refuse(self) -> None:
            body = json.dumps({"error": {"message": provider.error, "type": "t", "code": "c"}}).encode()
            self.send_response(provider.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _answer(self, messages: list[dict[str, str]]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if provider.body else "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if provider.body:
                self._send(provider.body)
            end = time.monotonic() + provider.trickle
            while time.monotonic() < end:  # comments, as gateways send them to keep a connection open
                self._send(b": .\n\n")
                time.sleep(0.05)
            for piece in provider.speak(messages) if provider.speak else provider.pieces:
                self._event({"role": "assistant", "content": piece}, None)
                time.sleep(provider.pause)
            if provider.breaks:
                return
            self._event({}, provider.finish)
            self._send(b"data: [DONE]\n\n")
            self._send(b"")

        def _event(self, delta: dict[str, str], finish: str | None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            event = {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "m",
                "choices": [choice],
            }
            self._send(b"data: " + json.dumps(event).encode() + b"\n\n")

        def _send(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider at `url`, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    server.block_on_close = False
    provider.url = f"http://127.0.0.1:{server.server_port}/v1"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
