"""Putting messages into channels and changing them, with the events that follow; shared by all ways to post."""

from __future__ import annotations

import random
import uuid
from typing import Any

from tests.slack_workspace.events import changed_deliveries, deleted_deliveries, message_deliveries
from tests.slack_workspace.shapes import message_json
from tests.slack_workspace.state import Channel, Ephemeral, Message, Store


def with_ids(blocks: Any) -> list[dict[str, Any]]:
    """Blocks as Slack keeps them: each with a block_id."""
    return [{"block_id": uuid.uuid4().hex[:5]} | block for block in blocks or []]


def thread_for(store: Store, channel: Channel, thread_ts: Any, where: str) -> str:
    """The thread a reply really lands in: "" (the channel's root) when the parent is gone."""
    if not thread_ts:
        return ""
    parent = store.messages.get((channel.id, str(thread_ts)))
    if parent is None:
        store.violate("reply to a thread that never existed", where, thread_ts)
        return ""
    if parent.thread_ts:
        store.violate("thread_ts of a reply instead of its root", where, thread_ts)
        parent = store.messages[channel.id, parent.thread_ts]
    return "" if parent.deleted else parent.ts


def bot_message(store: Store, channel: Channel, args: dict[str, Any], thread_ts: str) -> Message:
    """A new message of the bot's, not yet announced."""
    return Message(
        ts=store.new_ts(),
        channel=channel.id,
        user=store.bot_user,
        bot_id=store.bot_id,
        text=args.get("text") or args.get("markdown_text") or "",
        blocks=with_ids(args.get("blocks")),
        thread_ts=thread_ts,
        metadata=args.get("metadata") or {},
    )


def post(store: Store, message: Message, how: str = "post") -> Message:
    """Add a message and tell the app about it."""
    with store.lock:
        message.keep(how)
        store.messages[message.channel, message.ts] = message
        if message.bot_id == store.bot_id:
            clear_status(store, message)
        message.deliveries = message_deliveries(store, message)
        if store.mention_order == "random":
            random.shuffle(message.deliveries)
        elif store.mention_order == "mention_first":
            message.deliveries.reverse()
        store.send(*message.deliveries)
        store.changed()
    return message


def clear_status(store: Store, message: Message) -> None:
    """A reply of the app's ends its status in the thread."""
    thread = message.thread_ts or message.ts
    latest = [text for channel, ts, text in store.status_log if (channel, ts) == (message.channel, thread)]
    if latest and latest[-1]:
        store.status_log.append((message.channel, thread, ""))


def change(store: Store, message: Message, how: str, **fields: Any) -> Message:
    """Change a message, keep the new version, and tell the app."""
    with store.lock:
        before = message_json(store, message)
        for name, value in fields.items():
            setattr(message, name, value)
        message.keep(how)
        store.send(*changed_deliveries(store, message, before))
        store.changed()
    return message


def delete(store: Store, message: Message) -> None:
    """Delete a message and tell the app."""
    with store.lock:
        message.deleted = True
        store.send(*deleted_deliveries(store, message))
        store.changed()


def whisper(store: Store, channel: Channel, user: str, args: dict[str, Any], via: str) -> Ephemeral:
    """Show a message to one person only."""
    shown = Ephemeral(
        ts=store.new_ts(), channel=channel.id, user=user, text=args.get("text") or args.get("markdown_text") or "",
        blocks=with_ids(args.get("blocks")), via=via, thread_ts=str(args.get("thread_ts") or ""),
    )  # fmt: skip
    with store.lock:
        shown.keep(via)
        store.ephemeral.append(shown)
        store.changed()
    return shown
