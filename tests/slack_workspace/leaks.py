"""What Slack lets through but no reader should get: mentions, broadcasts, odd links, tracebacks, paths, tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_BROADCAST = re.compile(r"<!(?:channel|here|everyone|group)\b[^>]*>|<!subteam\^[^>]*>")
_MENTION = re.compile(r"<[@#]([A-Z][A-Z0-9]+)(?:\|[^>]*)?>")
_MRKDWN_LINK = re.compile(r"<([a-zA-Z][a-zA-Z0-9+.-]*):[^>]*>")
_MARKDOWN_LINK = re.compile(r"\]\(\s*<?([a-zA-Z][a-zA-Z0-9+.-]*):")
_URL = re.compile(r"https?://", re.IGNORECASE)
_INTERNAL = re.compile(
    r"Traceback|\b\w+(?:Error|Exception)\b|(?<![\w./:%?=&#~-])/(?:home|tmp|work|root|var|usr|etc|opt|srv|mnt|Users)"
    r"/[^\s]*|\bfile://[^\s]*|\bxox[a-z]-[\w-]*|\bxapp-[\w-]*"
)
_TOKEN = re.compile(r"\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}")
_UNSEEN = {
    "type",
    "action_id",
    "block_id",
    "style",
    "value",
    "callback_id",
    "private_metadata",
    "external_id",
}
_ADDRESSES = {"url", "image_url"}
_RICH_MENTIONS = {
    "user": "user_id",
    "usergroup": "usergroup_id",
    "channel": "channel_id",
    "broadcast": "range",
}

Problem = tuple[str, str]


def in_text(text: str, allowed_mentions: set[str], allowed_text: set[str]) -> Iterator[Problem]:
    """The problems of a string that Slack parses (mrkdwn, markdown, a stream): rule and offending piece."""
    for match in _BROADCAST.finditer(text):
        yield "broadcast", match[0]
    for match in _MENTION.finditer(text):
        if match[1] not in allowed_mentions:
            yield "mention", match[0]
    for pattern in (_MRKDWN_LINK, _MARKDOWN_LINK):
        for match in pattern.finditer(text):
            if match[1].lower() not in ("http", "https"):
                yield "link that is not http", match[0]
    yield from in_plain(text, allowed_text)


def in_plain(text: str, allowed_text: set[str]) -> Iterator[Problem]:
    """The problems of a string that Slack shows as it is."""
    for match in _INTERNAL.finditer(text):
        if match[0] not in allowed_text:
            yield "internals shown", match[0]


def in_blocks(thing: Any, allowed_mentions: set[str], allowed_text: set[str]) -> Iterator[Problem]:
    """The problems of blocks or views, found at any depth."""
    if isinstance(thing, list):
        for item in thing:
            yield from in_blocks(item, allowed_mentions, allowed_text)
    if not isinstance(thing, dict):
        return
    kind = thing.get("type")
    named = _RICH_MENTIONS.get(str(kind))
    if named and thing.get(named) and thing[named] not in allowed_mentions:
        yield "mention" if kind != "broadcast" else "broadcast", f"{kind} {thing[named]}"
    parsed = kind in ("mrkdwn", "markdown", "markdown_text", "task_update", "plan_update")
    for key, value in thing.items():
        if isinstance(value, str) and key in _ADDRESSES:
            yield from _in_address(value)
        elif isinstance(value, str) and key not in _UNSEEN:
            yield from (
                in_text(value, allowed_mentions, allowed_text) if parsed else in_plain(value, allowed_text)
            )
        else:
            yield from in_blocks(value, allowed_mentions, allowed_text)


def _in_address(url: str) -> Iterator[Problem]:
    if not _URL.match(url):
        yield "link that is not http", url
    if _TOKEN.search(url):
        yield "internals shown", url


def has_address(thing: Any) -> bool:
    """Whether a web address is anywhere in it, so that Slack might show a preview."""
    if isinstance(thing, str):
        return bool(_URL.search(thing))
    if isinstance(thing, dict):
        return any(has_address(value) for value in thing.values())
    return isinstance(thing, list) and any(has_address(item) for item in thing)


def tokens_in(text: str) -> bool:
    """Whether a Slack token stands in it."""
    return bool(_TOKEN.search(text))
