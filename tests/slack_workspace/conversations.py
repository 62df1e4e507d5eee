"""conversations.*, users.info, bots.info, files.info: what the app may look up."""

from __future__ import annotations

from typing import Any

from tests.slack_workspace.refusals import Refused, needed, open_channel, truthy
from tests.slack_workspace.shapes import bot_json, channel_json, file_json, message_json, user_json
from tests.slack_workspace.state import Message, Store

Args = dict[str, Any]
_KINDS = {"channel": "channels", "group": "groups", "im": "im"}


def history_scope(store: Store, args: Args) -> str:
    """The scope for reading messages of this kind of channel."""
    return f"{_kind(store, args)}:history"


def read_scope(store: Store, args: Args) -> str:
    """The scope for reading about this kind of channel."""
    return f"{_kind(store, args)}:read"


def replies(store: Store, args: Args) -> dict[str, Any]:
    """conversations.replies: the root, then the replies, oldest first, in pages."""
    needed(args, "channel", "ts")
    channel = open_channel(store, args["channel"])
    thread = store.thread(channel.id, str(args["ts"]))
    if not thread or (thread[0].thread_ts and thread[0].ts != args["ts"]):
        raise Refused("thread_not_found")
    return _page(store, [thread[0], *_within(thread[1:], args)], args, 1000)


def history(store: Store, args: Args) -> dict[str, Any]:
    """conversations.history: what stands at the channel's root, newest first, in pages."""
    needed(args, "channel")
    channel = open_channel(store, args["channel"])
    found = [
        m for m in store.messages.values() if m.channel == channel.id and not m.thread_ts and not m.deleted
    ]
    return _page(store, _within(sorted(found, key=lambda m: m.ts, reverse=True), args), args, 100)


def info(store: Store, args: Args) -> dict[str, Any]:
    """conversations.info; public channels can be looked up from outside."""
    needed(args, "channel")
    channel = store.channels.get(str(args["channel"]))
    if not channel or (channel.kind != "channel" and store.bot_user not in channel.members):
        raise Refused("channel_not_found")
    return {"channel": channel_json(store, channel)}


def open_direct(store: Store, args: Args) -> dict[str, Any]:
    """conversations.open with one user."""
    needed(args, "users")
    if args["users"] not in store.users:
        raise Refused("user_not_found")
    return {"channel": {"id": store.direct(args["users"]).id}}


def user_info(store: Store, args: Args) -> dict[str, Any]:
    """users.info."""
    needed(args, "user")
    if args["user"] not in store.users:
        raise Refused("user_not_found")
    return {"user": user_json(store, store.users[args["user"]])}


def bot_info(store: Store, args: Args) -> dict[str, Any]:
    """bots.info."""
    if args.get("bot", store.bot_id) != store.bot_id:
        raise Refused("bot_not_found")
    return {"bot": bot_json(store)}


def file_info(store: Store, args: Args) -> dict[str, Any]:
    """files.info."""
    needed(args, "file")
    if args["file"] not in store.files:
        raise Refused("file_not_found")
    return {"file": file_json(store, store.files[args["file"]]), "comments": []}


def _kind(store: Store, args: Args) -> str:
    channel = store.channels.get(str(args.get("channel", "")))
    return _KINDS[channel.kind if channel else "channel"]


def _within(messages: list[Message], args: Args) -> list[Message]:
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9")
    inclusive = truthy(args.get("inclusive"))
    return [m for m in messages if oldest < m.ts < latest or (inclusive and m.ts in (oldest, latest))]


def _page(store: Store, messages: list[Message], args: Args, usual: int) -> dict[str, Any]:
    try:
        limit = int(args.get("limit") or usual)
        start = int(args.get("cursor") or 0)
    except ValueError:
        raise Refused("invalid_cursor") from None
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    end = start + min(limit, store.page_size)
    metadata = truthy(args.get("include_all_metadata"))
    more = end < len(messages)
    return {
        "messages": [message_json(store, message, metadata=metadata) for message in messages[start:end]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }
