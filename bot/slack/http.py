"""The Events API over HTTP, behind a proxy that speaks TLS: signatures are checked, and `/healthz` tells how we are."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from types import TracebackType
from typing import TYPE_CHECKING, Self

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import SignatureVerifier

from vectorstore.errors import CitedeskError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

PATH = "/slack/events"
HEALTH = "/healthz"
_THREADS = 10
_LARGEST_BODY = 5_000_000  # bytes

Health = Callable[[], tuple[bool, dict[str, object]]]


class Endpoint:
    """The server, while the block lasts; `health()` says whether we work and some figures."""

    def __init__(self, app: App, signing_secret: str, host: str, port: int, health: Health) -> None:
        """Raises CitedeskError when the port cannot be had (now; another process may be about to end)."""
        from waitress.server import create_server

        try:
            self._server = create_server(
                guarded(SlackRequestHandler(app, PATH), SignatureVerifier(signing_secret), health),
                host=host,
                port=port,
                threads=_THREADS,
                max_request_body_size=_LARGEST_BODY,
                ident="citedesk",
            )
        except OSError as error:
            raise CitedeskError(
                f"cannot listen on {host}:{port} ({error}). Choose another --http PORT."
            ) from error
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.task_dispatcher.shutdown()
        self._server.close()


def guarded(
    slack: SlackRequestHandler, verifier: SignatureVerifier, health: Health
) -> Callable[..., Iterable[bytes]]:
    """The WSGI application: Bolt, with what it leaves open closed before it."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == HEALTH:
            well, figures = health()
            return _reply(
                start_response, "200 OK" if well else "503 Service Unavailable", {"ok": well, **figures}
            )
        # Bolt reads a body before it asks who signed it, so that a stranger's nonsense would be a 500 in the log.
        if environ["PATH_INFO"] == PATH and not _is_signed(environ, verifier):
            return _reply(start_response, "401 Unauthorized", {"error": "invalid request"})
        return slack(environ, start_response)

    return application


def _is_signed(environ: WSGIEnvironment, verifier: SignatureVerifier) -> bool:
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
    try:
        return _is_number(timestamp) and signature.isascii() and verifier.is_valid(body, timestamp, signature)
    except UnicodeDecodeError:  # Slack writes UTF-8
        return False


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _reply(start_response: StartResponse, status: str, body: dict[str, object]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
