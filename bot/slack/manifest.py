"""The app manifest: everything Slack must know about the app, and which scope each part of it needs.

Field names and lengths follow Slack's own schema (slackapi/manifest-schema, major version 2), so that
"From a manifest" takes it as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from vectorstore.errors import SettingsError

APP_NAME = "Citedesk"
COMMAND = "/ask"
INGEST_SHORTCUT = "ingest_message"
HTTP_PATH = "/slack/events"
APP_TOKEN_SCOPE = "connections:write"

# Each bot scope, and what does not work without it.
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "mentions in channels are not heard",
    "assistant:write": "no status while it works, and no suggested questions",
    "chat:write": "it cannot answer",
    "commands": f"{COMMAND} and the message shortcut are missing",
    "im:history": "direct messages are not heard",
    "channels:history": "no follow-ups without a mention in public channels",
    "groups:history": "no follow-ups without a mention in private channels",
    "channels:read": "it cannot tell a public channel from a private one",
    "groups:read": "it cannot tell a private channel from a public one",
    "files:read": "files handed to it cannot be read",
}
# What the minimal manifest goes without.
OPTIONAL_SCOPES = frozenset({"channels:history", "groups:history"})

# Each event of the full manifest, and the scope Slack asks for before it sends it ("" for none).
EVENTS: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "app_home_opened": "",
    "app_context_changed": "",
}
_AGENT_EVENT = "app_context_changed"
_ASSISTANT_EVENTS = ("assistant_thread_started", "assistant_thread_context_changed")

_DESCRIPTION = "Answers questions from the news articles you saved; every sentence is cited."
_AGENT_DESCRIPTION = (
    "Ask about the news in the archive. Every sentence of an answer is cited and opens at the words that "
    "support it; when the articles do not say, the answer says so."
)


def scope_of(event: str) -> str:
    """The bot scope without which Slack does not send this event; empty when it needs none."""
    return EVENTS.get(event, "")


def manifest(*, http_url: str = "", minimal: bool = False, assistant_view: bool = False) -> dict[str, Any]:
    """The manifest for Socket Mode, or for the Events API at `http_url` (its scheme, host and path prefix).

    `minimal` reads no channel history; `assistant_view` is for apps made before the agent surface.
    Raises SettingsError when `http_url` is no plain https address.
    """
    endpoint = _endpoint(http_url) if http_url else ""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": APP_NAME, "description": _DESCRIPTION},
        "features": _features(endpoint, assistant_view),
        "oauth_config": {"scopes": {"bot": _scopes(minimal)}},
        "settings": _settings(endpoint, minimal, assistant_view),
    }


def printed(app: Mapping[str, Any]) -> str:
    """The manifest as JSON to paste; indentation that a terminal or a mail mangles does no harm to it."""
    return json.dumps(app, indent=2)


def _features(endpoint: str, assistant_view: bool) -> dict[str, Any]:
    view = (
        {"assistant_view": {"assistant_description": _AGENT_DESCRIPTION}}
        if assistant_view
        else {"agent_view": {"agent_description": _AGENT_DESCRIPTION}}
    )
    return {
        **view,
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": APP_NAME, "always_online": True},
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "A private answer with its sources",
                "usage_hint": "your question",
                "should_escape": False,
                **({"url": endpoint} if endpoint else {}),
            }
        ],
        "shortcuts": [
            {
                "name": f"Add to {APP_NAME}",
                "type": "message",
                "callback_id": INGEST_SHORTCUT,
                "description": "Adds the links and files of this message to the archive",
            }
        ],
    }


def _scopes(minimal: bool) -> list[str]:
    return [scope for scope in SCOPES if not (minimal and scope in OPTIONAL_SCOPES)]


def _events(minimal: bool, assistant_view: bool) -> list[str]:
    kept = [event for event, scope in EVENTS.items() if not (minimal and scope in OPTIONAL_SCOPES)]
    if assistant_view:
        return [event for event in kept if event != _AGENT_EVENT] + list(_ASSISTANT_EVENTS)
    return kept


def _settings(endpoint: str, minimal: bool, assistant_view: bool) -> dict[str, Any]:
    where = {"request_url": endpoint} if endpoint else {}
    return {
        "event_subscriptions": {**where, "bot_events": _events(minimal, assistant_view)},
        "interactivity": {"is_enabled": True, **where},
        "org_deploy_enabled": False,
        "socket_mode_enabled": not endpoint,
        "token_rotation_enabled": False,
    }


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        plain = (
            parts.scheme == "https"
            and parts.hostname
            and not (parts.query or parts.fragment or parts.username)
        )
    except ValueError:
        plain = False
    if not plain:
        raise SettingsError(
            f"--http needs the public https address of this bot, such as https://citedesk.example.com, not {url!r}. "
            f"Slack sends only to https; put a proxy with a certificate before `bot slack --http PORT`."
        )
    return url.strip().rstrip("/").removesuffix(HTTP_PATH) + HTTP_PATH
