"""The JSON that Slack sends: messages, channels, users, files, views, and the event wrapper around them."""

from __future__ import annotations

import html
import re
import time
import uuid
from typing import Any

from tests.slack_workspace.state import Channel, Message, SharedFile, Store, User, View

_TYPED = re.compile(r"<@(?P<user>[A-Z0-9]+)>|<#(?P<channel>[A-Z0-9]+)>|(?P<url>https?://[^\s<>|]+)")


def rich_text_of(typed: str) -> list[dict[str, Any]]:
    """The blocks Slack makes of what a person typed; `<@U…>` and `<#C…>` stand for picked names."""
    elements: list[dict[str, Any]] = []
    at = 0
    for match in _TYPED.finditer(typed):
        if match.start() > at:
            elements.append({"type": "text", "text": typed[at : match.start()]})
        elements.append(_element(match))
        at = match.end()
    if at < len(typed):
        elements.append({"type": "text", "text": typed[at:]})
    section = {"type": "rich_text_section", "elements": elements}
    return (
        [{"type": "rich_text", "block_id": uuid.uuid4().hex[:5], "elements": [section]}] if elements else []
    )


def _element(match: re.Match[str]) -> dict[str, Any]:
    if match["user"]:
        return {"type": "user", "user_id": match["user"]}
    if match["channel"]:
        return {"type": "channel", "channel_id": match["channel"]}
    return {"type": "link", "url": match["url"]}


def escaped(typed: str) -> str:
    """The `text` Slack sends for what a person typed: & < > escaped, links and picked names in <>."""
    pieces = []
    at = 0
    for match in _TYPED.finditer(typed):
        pieces.append(html.escape(typed[at : match.start()], quote=False))
        pieces.append(f"<{html.escape(match['url'], quote=False)}>" if match["url"] else match[0])
        at = match.end()
    return "".join(pieces) + html.escape(typed[at:], quote=False)


def message_json(store: Store, message: Message, *, metadata: bool = False) -> dict[str, Any]:
    """A message as history, replies and events carry it."""
    shape: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text, "team": store.team_id}
    if message.subtype:
        shape["subtype"] = message.subtype
    if message.user:
        shape["user"] = message.user
    if message.bot_id:
        shape |= {"bot_id": message.bot_id}
    if message.bot_id == store.bot_id:
        shape |= {"app_id": store.app_id, "bot_profile": bot_json(store)}
    if message.client_msg_id:
        shape["client_msg_id"] = message.client_msg_id
    blocks = rich_text_of(message.streamed) + message.blocks
    if blocks:
        shape["blocks"] = blocks
    if message.files:
        shape["files"] = [file_json(store, file) for file in message.files]
        shape["upload"] = False
    if message.edited:
        shape["edited"] = {"user": message.user, "ts": f"{message.versions[-1].at:.6f}"}
    if message.streaming:
        shape["streaming_state"] = "in_progress"
    if metadata and message.metadata:
        shape["metadata"] = message.metadata
    if message.app_context:
        shape["app_context"] = message.app_context
    return shape | _thread_json(store, message)


def _thread_json(store: Store, message: Message) -> dict[str, Any]:
    if message.thread_ts:
        root = store.messages.get((message.channel, message.thread_ts))
        return {"thread_ts": message.thread_ts, "parent_user_id": root.user if root else ""}
    replies = store.thread(message.channel, message.ts)[1:]
    if not replies:
        return {}
    return {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}


def message_event(store: Store, message: Message) -> dict[str, Any]:
    """The inner `message` event for a new message."""
    channel = store.channels[message.channel]
    shape = message_json(store, message) | {"channel": channel.id, "channel_type": channel.kind}
    for key in ("reply_count", "latest_reply"):
        shape.pop(key, None)
    return shape | {"event_ts": message.ts}


def changed_event(store: Store, message: Message, before: dict[str, Any]) -> dict[str, Any]:
    """The inner event for an edited message."""
    channel = store.channels[message.channel]
    ts = store.new_ts()
    return {
        "type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id, "ts": ts,
        "event_ts": ts, "channel_type": channel.kind, "message": message_json(store, message),
        "previous_message": before,
    }  # fmt: skip


def deleted_event(store: Store, message: Message) -> dict[str, Any]:
    """The inner event for a deleted message."""
    channel = store.channels[message.channel]
    ts = store.new_ts()
    return {
        "type": "message", "subtype": "message_deleted", "hidden": True, "channel": channel.id, "ts": ts,
        "event_ts": ts, "channel_type": channel.kind, "deleted_ts": message.ts,
        "previous_message": message_json(store, message),
    }  # fmt: skip


def event_callback(store: Store, event: dict[str, Any], *, shared: bool = False) -> dict[str, Any]:
    """The wrapper around an inner event, with an event_id of its own."""
    authorization = {
        "enterprise_id": None,
        "team_id": store.team_id,
        "user_id": store.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "verification-token", "team_id": store.team_id, "context_team_id": store.team_id,
        "context_enterprise_id": None, "api_app_id": store.app_id, "event": event, "type": "event_callback",
        "event_id": store.new_id("Ev"), "event_time": int(time.time()), "authorizations": [authorization],
        "is_ext_shared_channel": shared, "event_context": f"4-{uuid.uuid4().hex}",
    }  # fmt: skip


def bot_json(store: Store) -> dict[str, Any]:
    """The bot's profile."""
    return {
        "id": store.bot_id, "app_id": store.app_id, "user_id": store.bot_user, "name": "Citedesk",
        "deleted": False, "team_id": store.team_id, "updated": 1_790_000_000, "icons": {},
    }  # fmt: skip


def channel_json(store: Store, channel: Channel) -> dict[str, Any]:
    """A channel as conversations.info gives it."""
    shape: dict[str, Any] = {
        "id": channel.id, "created": 1_790_000_000, "is_im": channel.kind == "im",
        "is_channel": channel.kind == "channel", "is_group": channel.kind == "group", "is_mpim": False,
        "is_private": channel.kind != "channel", "is_archived": channel.archived,
        "is_member": store.bot_user in channel.members, "is_ext_shared": channel.ext_shared,
        "context_team_id": store.team_id,
    }  # fmt: skip
    if channel.kind == "im":
        return shape | {"user": next(iter(channel.members - {store.bot_user}), "")}
    return shape | {"name": channel.name, "name_normalized": channel.name}


def user_json(store: Store, user: User) -> dict[str, Any]:
    """A user as users.info gives it."""
    profile = {"real_name": user.name, "display_name": user.name}
    return {
        "id": user.id, "team_id": store.team_id, "name": user.name, "real_name": user.name, "deleted": False,
        "is_bot": user.is_bot, "is_restricted": False, "is_ultra_restricted": False, "is_stranger": False,
        "tz": "Europe/Lisbon", "tz_offset": 0, "locale": "en-GB", "profile": profile,
    }  # fmt: skip


def file_json(store: Store, file: SharedFile) -> dict[str, Any]:
    """A file as events and files.info carry it."""
    return {
        "id": file.id, "created": 1_790_000_000, "name": file.name, "title": file.name,
        "mimetype": file.mimetype, "filetype": file.name.rpartition(".")[2], "pretty_type": "File",
        "user": file.user, "size": len(file.content), "mode": "hosted", "is_external": False,
        "is_public": False, "file_access": "visible", "url_private": file.url,
        "url_private_download": file.url, "permalink": f"https://{store.team_domain}.slack.com/files/{file.id}",
    }  # fmt: skip


def view_json(store: Store, view: View) -> dict[str, Any]:
    """A view as views.* and payloads carry it."""
    empty: dict[str, Any] = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None}
    return empty | view.now | {
        "id": view.id, "team_id": store.team_id, "hash": view.hash, "root_view_id": view.id,
        "previous_view_id": None, "app_id": store.app_id, "app_installed_team_id": store.team_id,
        "bot_id": store.bot_id, "state": {"values": {}},
    }  # fmt: skip
