"""Questions to Slack that change nothing: one method, or one greeting on the socket. Errors say what to do."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.slack.manifest import APP_TOKEN_SCOPE
from bot.untrusted import one_line

if TYPE_CHECKING:
    from slack_sdk.web import SlackResponse

TIMEOUT = 10  # seconds, for one reply
_LONGEST_REASON = 120
_NEW_TOKEN = {
    "auth.test": "Copy the Bot User OAuth Token: your app, OAuth & Permissions.",
    "apps.connections.open": (
        f"Make a new one with the scope {APP_TOKEN_SCOPE}: your app, Basic Information, App-Level Tokens."
    ),
}
_MEANINGS = {
    "invalid_auth": "The token is not one of Slack's, or was taken back.",
    "not_authed": "The token is not one of Slack's.",
    "account_inactive": "The app was removed from the workspace, or the workspace is gone: install it again.",
    "token_revoked": "The token was taken back: install the app again.",
    "token_expired": "Token rotation is on, which Citedesk does not know: make the app from the manifest.",
    "not_allowed_token_type": "This is another kind of token than is needed here.",
    "missing_scope": "The token lacks a scope.",
}
_SOCKET_MODE = "Turn Socket Mode on: your app, Socket Mode."
# The library also logs what it raises, and what it logs may hold the socket's address, which is a secret.
_SILENT = logging.Logger("slack_sdk", logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Hello:
    """Slack's greeting on the socket: which app this is, and how many connections it has, ours included."""

    app_id: str
    connections: int


class Refused(Exception):
    """Slack, or the way to it, said no: the message says why (in one short line), `fix` what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(one_line(reason)[:_LONGEST_REASON])
        self.fix = fix


def call(api_url: str, token: str, method: str) -> SlackResponse:
    """Slack's reply to a method that takes no arguments. Raises Refused."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError, SlackClientError

    web = WebClient(token, base_url=api_url, timeout=TIMEOUT, retry_handlers=[], logger=_SILENT)
    try:
        return web.api_call(method)
    except SlackApiError as error:
        raise _refusal(error.response, method) from error
    except (OSError, HTTPException, ValueError, SlackClientError) as error:
        why = getattr(error, "reason", None) or error
        raise Refused(
            f"{urlsplit(api_url).hostname} cannot be reached ({why})",
            "Check the network, a proxy (HTTPS_PROXY), and SLACK_API_URL, which is usually empty.",
        ) from error


def greeting(url: str) -> Hello:
    """The first thing Slack says on the socket at `url`, which is closed again at once. Raises Refused.

    An event that arrives in between is not acknowledged, so Slack delivers it again to somebody who does.
    """
    heard, failures = _listen(url)
    if heard.get("type") == "hello":
        app_id = str(heard.get("connection_info", {}).get("app_id", ""))
        return Hello(app_id, int(heard.get("num_connections", 1)))
    if heard.get("type") == "disconnect":
        raise Refused(f"Slack hangs up ({heard.get('reason')})", _SOCKET_MODE)
    reason = str(failures[0]) if failures else f"no greeting within {TIMEOUT} s"
    raise Refused(reason, f"Check that a firewall or proxy lets websockets through. {_SOCKET_MODE}")


def _refusal(reply: Mapping[str, Any], method: str) -> Refused:
    error = str(reply.get("error") or "no reason given")
    if error == "ratelimited":
        return Refused(error, "Slack asks to wait: try again in a minute.")
    meaning = _MEANINGS.get(error, f"https://docs.slack.dev/reference/methods/{method} explains it.")
    needed = f" ({reply['needed']})" if reply.get("needed") else ""
    return Refused(error + needed, f"{meaning} {_NEW_TOKEN.get(method, '')}".strip())


def _listen(url: str) -> tuple[Mapping[str, Any], list[Exception]]:
    """The first message on the websocket (empty when none came in time), and what went wrong meanwhile."""
    from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
    from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

    heard: list[Mapping[str, Any]] = []
    failures: list[Exception] = []
    state = ConnectionState()  # type: ignore[no-untyped-call]

    def hear(text: str) -> None:
        heard.append(json.loads(text))
        state.terminated = True

    def give_up() -> None:
        state.terminated = True

    connection = Connection(
        url,
        _SILENT,
        proxy=load_http_proxy_from_env(_SILENT),
        receive_timeout=TIMEOUT,
        on_message_listener=hear,
        on_error_listener=failures.append,
    )
    deadline = threading.Timer(TIMEOUT, give_up)
    deadline.start()
    try:
        connection.connect()
        if connection.is_active():
            connection.run_until_completion(state)
        elif not failures:
            failures.append(ConnectionError("what Slack named as the socket is none"))
    finally:
        deadline.cancel()
        connection.close()
    return (heard[0] if heard else {}), failures
