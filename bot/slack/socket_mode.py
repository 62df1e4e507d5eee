"""Socket Mode: Slack comes to us over a websocket that we opened, so no public address is needed.

The SDK's own client does not notice when a connection ends without a word: it then turns in circles for a minute, and
it takes three seconds to close one, during which no acknowledgement gets out. Both are mended here.
"""

from __future__ import annotations

import logging
import socket
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk.errors import SlackApiError, SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.errors import BAD_TOKEN, SlackUnreachable
from vectorstore.errors import SettingsError

log = logging.getLogger(__name__)

_CONCURRENCY = 10  # threads that store and acknowledge; none of them ever waits for an answer
_PING_SECONDS = 3  # a lost connection is replaced within these
_BUFFER = 65_536  # the SDK calls itself once for every buffer of a message, and Python has had enough of that at 1,000


class Socket:
    """The connection, while the block lasts. It reconnects by itself."""

    def __init__(self, app: App, app_token: str) -> None:
        self._app = app
        self._client = _Client(
            app_token,
            logging.getLogger("bot.slack.socket"),
            app.client,
            ping_interval=_PING_SECONDS,
            receive_buffer_size=_BUFFER,
            concurrency=_CONCURRENCY,
            proxy=app.client.proxy,
        )
        self._client.socket_mode_request_listeners.append(self._heard)

    def __enter__(self) -> Self:
        """Connect. Raises SettingsError when Slack does not take the token, SlackUnreachable."""
        try:
            self._client.connect()
        except SlackApiError as error:
            self._client.close()
            if error.response["error"] not in BAD_TOKEN:
                raise SlackUnreachable(str(error.response["error"])) from error
            raise SettingsError(
                f"Slack refuses SLACK_APP_TOKEN ({error.response['error']}). Copy the app-level token, which begins "
                "with xapp- and has the scope connections:write, from your app's Basic Information page."
            ) from error
        except Exception as error:  # the SDK's own, the websocket's, the system's: all mean the same to us
            self._client.close()
            raise SlackUnreachable(f"{type(error).__name__}: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _heard(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time.time()
        try:
            send_response(client, request, run_bolt_app(self._app, request), began)
        except SlackClientNotConnectedError:
            log.info("an acknowledgement was lost with its connection; Slack delivers once more")


class _Client(SocketModeClient):
    def connect(self) -> None:
        super().connect()
        if self.current_session is not None and self.current_session.sock is not None:
            _mend(self.current_session)

    def disconnect(self) -> None:
        super().disconnect()
        self.enqueue_message("")  # whoever waits for a message would notice only a second later that we close


def _mend(session: Connection) -> None:
    close, line = session.close, _Line(session.sock)
    # Or an acknowledgement waits, 40 ms, until the one before it has arrived.
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close_at_once() -> None:
        with session.sock_send_lock:
            line.hang_up()
        close()

    session.sock = line  # type: ignore[assignment]
    session.close = close_at_once  # type: ignore[method-assign]


class _Line:
    """The socket of a connection; its end is an error unless we ended it."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._over = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int) -> bytes:
        received: bytes = self._sock.recv(size)
        if not received and not self._over:
            raise ConnectionResetError("Slack ended the connection without a word")
        return received

    def hang_up(self) -> None:
        """Wake whoever reads, who holds the lock that closing needs."""
        self._over = True
        with suppress(OSError):
            # Not SSLSocket's own, which would let a message that goes out at this moment leave unencrypted.
            socket.socket.shutdown(self._sock, socket.SHUT_RD)
