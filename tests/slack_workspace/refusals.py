"""Slack's way of saying no: an error code, sometimes with messages, and the checks that everything shown must pass."""

from __future__ import annotations

from typing import Any

from tests.slack_workspace import leaks
from tests.slack_workspace.limits import faults_in, too_long
from tests.slack_workspace.state import Channel, Store

MOST_TEXT = 40_000
WISE_TEXT = 4_000
MOST_MARKDOWN = 12_000
MOST_METADATA = 8_000


class Refused(Exception):
    """A call that Slack answers with `ok: false`."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.more = more

    def body(self) -> dict[str, Any]:
        """The answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error} | self.more
        if self.messages:
            body["errors"] = [message.removeprefix("[ERROR] ") for message in self.messages]
            body["response_metadata"] = {"messages": self.messages}
        return body


def needed(args: dict[str, Any], *names: str) -> None:
    """Refuse a call that lacks an argument."""
    for name in names:
        if args.get(name) in (None, ""):
            raise Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])


def truthy(value: Any) -> bool:
    """A boolean argument as forms and JSON give it."""
    return value in (True, 1, "1", "true", "True")


def open_channel(store: Store, id: Any, *, writing: bool = False) -> Channel:
    """The channel the bot may use. Refuses unknown, archived and foreign ones as Slack does."""
    if isinstance(id, str) and id in store.users:
        return store.direct(id)
    channel = store.channels.get(str(id))
    member = channel is not None and store.bot_user in channel.members
    if not channel or (channel.kind != "channel" and not member):
        raise Refused("channel_not_found")
    if writing and channel.archived:
        raise Refused("is_archived")
    if not member:
        raise Refused("not_in_channel")
    return channel


def accept(store: Store, where: str, args: dict[str, Any]) -> None:
    """Refuse text, blocks and metadata beyond the limits; record what Slack would show but nobody should see."""
    text, blocks, markdown = args.get("text") or "", args.get("blocks") or [], args.get("markdown_text")
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if not (text or blocks or markdown or args.get("attachments")):
        raise Refused("no_text")
    if len(text) > MOST_TEXT or len(markdown or "") > MOST_MARKDOWN:
        raise Refused("msg_too_long")
    accept_blocks(blocks)
    accept_metadata(args.get("metadata"))
    if len(text) > WISE_TEXT:
        store.violate("text above 4,000 characters", where, len(text))
    if blocks and not text.strip():
        store.violate("no readable fallback text", where)
    _record(store, where, args)
    record_problems(store, where, text or markdown or "", [blocks, args.get("attachments")])


def accept_blocks(blocks: Any) -> None:
    """Refuse blocks beyond Slack's limits."""
    if too_long(blocks):
        raise Refused("msg_blocks_too_long")
    faults = faults_in(blocks, "message")
    if faults:
        raise Refused("invalid_blocks", faults)


def accept_metadata(metadata: Any) -> None:
    """Refuse metadata without event_type and event_payload."""
    if metadata in (None, "", {}):
        return
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    if len(str(metadata)) > MOST_METADATA:
        raise Refused("metadata_too_large")


def record_problems(store: Store, where: str, text: str, things: Any = None) -> None:
    """Record mentions, broadcasts, odd links and internals in what will be shown."""
    found = list(leaks.in_text(text, store.allowed_mentions, store.allowed_text))
    found += leaks.in_blocks(things, store.allowed_mentions, store.allowed_text)
    for rule, piece in found:
        store.violate(rule, where, piece)


def _record(store: Store, where: str, args: dict[str, Any]) -> None:
    if truthy(args.get("link_names")):
        store.violate("link_names", where)
    if args.get("parse") == "full":
        store.violate("parse=full", where)
    seen_by_all = where == "chat.postMessage" or args.get("response_type") == "in_channel"
    if seen_by_all and leaks.has_address([args.get("text"), args.get("markdown_text"), args.get("blocks")]):
        for name in ("unfurl_links", "unfurl_media"):
            if args.get(name) not in (False, 0, "0", "false"):
                store.violate(f"{name} not false", where, args.get("text"))
