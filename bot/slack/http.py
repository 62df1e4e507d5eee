"""The Events API over HTTP, behind a proxy that speaks TLS: signatures are checked, and `/healthz` tells how we are."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from vectorstore.errors import SettingsError

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

    def __init__(self, app: App, host: str, port: int, health: Health) -> None:
        """Raises SettingsError when the port cannot be had."""
        from waitress.server import create_server

        try:
            self._server = create_server(
                guarded(SlackRequestHandler(app, PATH), health),
                host=host,
                port=port,
                threads=_THREADS,
                max_request_body_size=_LARGEST_BODY,
                ident="citedesk",
            )
        except OSError as error:
            raise SettingsError(
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

    @property
    def is_open(self) -> bool:
        """Whether Slack can reach us at this moment."""
        return self._thread.is_alive()


def guarded(slack: SlackRequestHandler, health: Health) -> Callable[..., Iterable[bytes]]:
    """The WSGI application: Bolt, with what it leaves open closed before it."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == HEALTH:
            well, figures = health()
            return _reply(
                start_response, "200 OK" if well else "503 Service Unavailable", {"ok": well, **figures}
            )
        # Bolt answers 500 to a timestamp that is no number; it is a forged request like any other.
        if environ["PATH_INFO"] == PATH and not _is_number(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")):
            return _reply(start_response, "401 Unauthorized", {"error": "invalid request"})
        return slack(environ, start_response)

    return application


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _reply(start_response: StartResponse, status: str, body: dict[str, object]) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
