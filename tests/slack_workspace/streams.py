"""chat.startStream, appendStream, stopStream: a message that grows, in the mode it was opened in, for five minutes."""

from __future__ import annotations

import time
from typing import Any

from tests.slack_workspace import posting
from tests.slack_workspace.chat import own_message
from tests.slack_workspace.refusals import (
    MOST_MARKDOWN,
    Refused,
    accept_blocks,
    accept_metadata,
    needed,
    open_channel,
    record_problems,
)
from tests.slack_workspace.state import Message, Store

Args = dict[str, Any]
_SHORT = ("title", "details", "output")


def start(store: Store, args: Args) -> dict[str, Any]:
    """chat.startStream; in channels it needs to know for whom it streams."""
    _supported(store)
    needed(args, "channel", "thread_ts")
    channel = open_channel(store, args["channel"], writing=True)
    if channel.kind != "im":
        for name in ("recipient_team_id", "recipient_user_id"):
            if not args.get(name):
                raise Refused(f"missing_{name}")
        if args["recipient_user_id"] not in store.users:
            raise Refused("user_not_found")
    _check(args)
    thread = posting.thread_for(store, channel, args["thread_ts"], "chat.startStream")
    message = posting.bot_message(store, channel, {}, thread)
    message.streaming, message.started = "open", time.monotonic()
    _grow(store, message, args, "chat.startStream")
    posting.post(store, message, "start")
    return {"channel": channel.id, "ts": message.ts}


def append(store: Store, args: Args) -> dict[str, Any]:
    """chat.appendStream."""
    message = _streaming(store, args)
    _check(args)
    if not args.get("markdown_text") and not args.get("chunks"):
        raise Refused("no_text")
    _grow(store, message, args, "chat.appendStream")
    message.keep("append")
    store.changed()
    return {"channel": message.channel, "ts": message.ts}


def stop(store: Store, args: Args) -> dict[str, Any]:
    """chat.stopStream; `blocks` go below what was streamed."""
    message = _streaming(store, args)
    _check(args)
    accept_blocks(args.get("blocks") or [])
    accept_metadata(args.get("metadata"))
    record_problems(store, "chat.stopStream", "", args.get("blocks"))
    _grow(store, message, args, "chat.stopStream")
    blocks = message.blocks + posting.with_ids(args.get("blocks"))
    metadata = args.get("metadata") or message.metadata
    posting.change(store, message, "stop", blocks=blocks, metadata=metadata, streaming="")
    return {"channel": message.channel, "ts": message.ts}


def expire(store: Store) -> None:
    """End every stream the way Slack ends one that lived too long."""
    with store.lock:
        for message in store.messages.values():
            message.streaming = ""
        store.changed()


def _supported(store: Store) -> None:
    if not store.streaming_supported:
        raise Refused(store.streaming_refusal)


def _streaming(store: Store, args: Args) -> Message:
    _supported(store)
    needed(args, "channel", "ts")
    message = own_message(store, args, "message_not_owned_by_app")
    if time.monotonic() - message.started > store.stream_lifetime:
        message.streaming = ""
    if not message.streaming:
        raise Refused("message_not_in_streaming_state")
    return message


def _check(args: Args) -> None:
    chunks, markdown = args.get("chunks") or [], args.get("markdown_text") or ""
    if chunks and markdown:
        raise Refused("invalid_arguments", ["[ERROR] markdown_text and chunks exclude each other"])
    texts = [markdown] + [str(chunk.get("text", "")) for chunk in chunks if isinstance(chunk, dict)]
    if sum(map(len, texts)) > MOST_MARKDOWN:
        raise Refused("msg_too_long")
    for number, chunk in enumerate(chunks):
        fault = _chunk_fault(chunk)
        if fault:
            raise Refused("invalid_chunks", [f"[ERROR] {fault} [json-pointer:/chunks/{number}]"])


def _chunk_fault(chunk: Any) -> str:
    kind = chunk.get("type") if isinstance(chunk, dict) else None
    must = {"markdown_text": ("text",), "plan_update": ("title",), "task_update": ("id", "title", "status")}
    if kind == "blocks":
        accept_blocks(chunk.get("blocks"))
        return ""
    if kind not in must:
        return f"unsupported type: {kind}"
    missing = [name for name in must[kind] if not chunk.get(name)]
    if missing:
        return f"missing required field: {missing[0]}"
    if kind == "markdown_text":
        return ""
    if chunk.get("status", "pending") not in ("pending", "in_progress", "complete", "error"):
        return f"invalid status: {chunk['status']}"
    long = [name for name in _SHORT if len(chunk.get(name) or "") > 256]
    return f"{long[0]} must be less than 257 characters" if long else ""


def _grow(store: Store, message: Message, args: Args, where: str) -> None:
    chunks, markdown = args.get("chunks") or [], args.get("markdown_text") or ""
    mode = "chunks" if chunks else "text" if markdown else "open"
    if mode != "open":
        if message.streaming not in ("open", mode):
            raise Refused("streaming_mode_mismatch")  # a stream keeps the shape it was opened in
        message.streaming = mode
    record_problems(store, where, markdown, chunks)
    message.streamed += markdown
    for chunk in chunks:
        if chunk["type"] == "markdown_text":
            message.streamed += chunk["text"]
        elif chunk["type"] == "blocks":
            message.blocks += posting.with_ids(chunk["blocks"])
        else:
            message.tasks[chunk.get("id", "plan")] = message.tasks.get(chunk.get("id", "plan"), {}) | chunk
    message.text = message.streamed
    # What came in pieces is read as a whole: a mention may be split over two of them.
    record_problems(store, f"{where} (whole)", message.streamed) if mode != "open" else None
