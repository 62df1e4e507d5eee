"""Loopback servers that speak Ollama's /api/chat (lines of JSON) and Anthropic's Messages API (server-sent events)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[[str], str]  # the reply to what was asked
KEY = "sk-recipe-0123456789"


@dataclass
class Spoken:
    """What a server answers with: `reply` makes it from the last message; `models` are those that it has."""

    reply: Reply
    models: tuple[str, ...]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def ollama(spoken: Spoken) -> Iterator[Spoken]:
    """An Ollama server at `url`; a model that it has not answers 404, as Ollama does."""

    def answer(path: str, headers: Mapping[str, str], asked: dict[str, Any]) -> tuple[int, str, list[bytes]]:
        if path != "/api/chat":
            return 404, "text/plain", [b"404 page not found"]
        if asked["model"] not in spoken.models:
            error = {"error": f"model '{asked['model']}' not found"}
            return 404, "application/json", [json.dumps(error).encode()]
        head = {"model": asked["model"], "created_at": "2025-01-01T00:00:00Z"}
        lines = [
            head | {"message": {"role": "assistant", "content": piece}, "done": False}
            for piece in _pieces(spoken.reply(asked["messages"][-1]["content"]))
        ]
        end = {
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
            "eval_count": 9,
        }
        return (
            200,
            "application/x-ndjson",
            [json.dumps(line).encode() + b"\n" for line in (*lines, head | end)],
        )

    with _serving(spoken, answer):
        yield spoken


@contextmanager
def anthropic(spoken: Spoken) -> Iterator[Spoken]:
    """An Anthropic server at `url`; it wants KEY and the header with the API's version."""

    def answer(path: str, headers: Mapping[str, str], asked: dict[str, Any]) -> tuple[int, str, list[bytes]]:
        if path != "/v1/messages" or "anthropic-version" not in headers:
            return 404, "application/json", [_refusal("not_found_error", "Not found")]
        if KEY not in (headers.get("x-api-key"), headers.get("Authorization", "").removeprefix("Bearer ")):
            return 401, "application/json", [_refusal("authentication_error", "invalid x-api-key")]
        if asked["model"] not in spoken.models:
            return 404, "application/json", [_refusal("not_found_error", f"model: {asked['model']}")]
        return (
            200,
            "text/event-stream",
            list(_events(asked["model"], spoken.reply(_text(asked["messages"][-1])))),
        )

    with _serving(spoken, answer):
        yield spoken


def _events(model: str, reply: str) -> Iterator[bytes]:
    usage = {"input_tokens": 9, "output_tokens": 1}
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "usage": usage,
    }
    yield _event("message_start", message=message | {"stop_reason": None, "stop_sequence": None})
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield _event("ping")
    for piece in _pieces(reply):
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _event("content_block_stop", index=0)
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage={"output_tokens": 9})
    yield _event("message_stop")


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def _refusal(kind: str, message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": kind, "message": message}}).encode()


def _text(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(block["text"] for block in content)


def _pieces(text: str) -> list[str]:
    return [text[at : at + 9] for at in range(0, len(text), 9)]


Answer = Callable[[str, Mapping[str, str], dict[str, Any]], tuple[int, str, list[bytes]]]


@contextmanager
def _serving(spoken: Spoken, answer: Answer) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            spoken.requests.append(asked)
            status, kind, chunks = answer(self.path.split("?")[0], self.headers, asked)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            for chunk in chunks:
                self.wfile.write(chunk)
                self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    spoken.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
