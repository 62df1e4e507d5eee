"""chat.* and reactions.*: what the app posts, edits, deletes and whispers."""

from __future__ import annotations

from typing import Any

from tests.slack_workspace import posting
from tests.slack_workspace.refusals import Refused, accept, needed, open_channel, truthy
from tests.slack_workspace.shapes import message_json
from tests.slack_workspace.state import Message, Store

Args = dict[str, Any]
Answer = dict[str, Any]


def post_message(store: Store, args: Args) -> Answer:
    """chat.postMessage."""
    needed(args, "channel")
    channel = open_channel(store, args["channel"], writing=True)
    _own_looks(store, args)
    accept(store, "chat.postMessage", args)
    thread = posting.thread_for(store, channel, args.get("thread_ts"), "chat.postMessage")
    message = posting.post(store, posting.bot_message(store, channel, args, thread))
    return {"channel": channel.id, "ts": message.ts, "message": message_json(store, message, metadata=True)}


def update(store: Store, args: Args) -> Answer:
    """chat.update. Blocks that are not given stay; an empty list takes them away."""
    needed(args, "channel", "ts")
    message = own_message(store, args, "cant_update_message")
    if message.streaming:
        raise Refused("streaming_state_conflict")
    if len(args.get("text") or "") > 4_000:
        raise Refused("msg_too_long")
    accept(store, "chat.update", args)
    blocks = posting.with_ids(args["blocks"]) if args.get("blocks") is not None else message.blocks
    fields = {"text": args.get("text") or args.get("markdown_text") or "", "blocks": blocks, "streamed": ""}
    metadata = args.get("metadata", message.metadata)
    message.tasks.clear()
    posting.change(store, message, "update", **fields, metadata=metadata, edited=True)
    shape = message_json(store, message, metadata=True)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shape}


def delete(store: Store, args: Args) -> Answer:
    """chat.delete."""
    needed(args, "channel", "ts")
    message = own_message(store, args, "cant_delete_message")
    if message.streaming:
        raise Refused("cant_delete_message")
    posting.delete(store, message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(store: Store, args: Args) -> Answer:
    """chat.postEphemeral."""
    needed(args, "channel", "user")
    channel = open_channel(store, args["channel"], writing=True)
    if args["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    accept(store, "chat.postEphemeral", args)
    return {"message_ts": posting.whisper(store, channel, args["user"], args, "postEphemeral").ts}


def permalink(store: Store, args: Args) -> Answer:
    """chat.getPermalink."""
    needed(args, "channel", "message_ts")
    channel = open_channel(store, args["channel"])
    message = store.messages.get((channel.id, args["message_ts"]))
    if not message or message.deleted:
        raise Refused("message_not_found")
    link = f"https://{store.team_domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    in_thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + in_thread}


def add_reaction(store: Store, args: Args) -> Answer:
    """reactions.add."""
    reactions = _reactions(store, args)
    if args["name"] in reactions:
        raise Refused("already_reacted")
    reactions.add(args["name"])
    return {}


def remove_reaction(store: Store, args: Args) -> Answer:
    """reactions.remove."""
    reactions = _reactions(store, args)
    if args["name"] not in reactions:
        raise Refused("no_reaction")
    reactions.remove(args["name"])
    return {}


def own_message(store: Store, args: Args, foreign: str) -> Message:
    """The app's own message that `channel` and `ts` name; somebody else's is refused as `foreign`."""
    channel = open_channel(store, args["channel"])
    message = store.messages.get((channel.id, str(args["ts"])))
    if not message or message.deleted:
        raise Refused("message_not_found")
    if message.bot_id != store.bot_id:
        raise Refused(foreign)
    return message


def _reactions(store: Store, args: Args) -> set[str]:
    needed(args, "channel", "timestamp", "name")
    channel = open_channel(store, args["channel"])
    message = store.messages.get((channel.id, args["timestamp"]))
    if not message or message.deleted:
        raise Refused("message_not_found")
    return store.reactions.setdefault((channel.id, message.ts), set())


def _own_looks(store: Store, args: Args) -> None:
    costumed = any(args.get(name) for name in ("username", "icon_emoji", "icon_url"))
    if costumed and "chat:write.customize" not in store.scopes:
        raise Refused("missing_scope", needed="chat:write.customize", provided=",".join(sorted(store.scopes)))
    if truthy(args.get("reply_broadcast")):
        store.violate("reply_broadcast", "chat.postMessage")
