"""What a person reads: blocks and mrkdwn as plain text, and the links and buttons among them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from tests.slack_workspace.state import Ephemeral, Message, View

_ENTITY = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


def mrkdwn(text: str) -> str:
    """mrkdwn as it looks: entities as their labels, & < > unescaped; bold marks are kept."""
    return html.unescape(_ENTITY.sub(lambda match: match[2] or match[1], text))


def readable(shown: Message | Ephemeral | View) -> str:
    """The text a person reads, from the blocks when there are any, else from the text."""
    if isinstance(shown, View):
        title = shown.now.get("title")
        titles = [title["text"]] if title else []
        return "\n".join(titles + [in_block(block) for block in shown.now["blocks"]])
    streamed = [shown.streamed, *map(_task, shown.tasks.values())] if isinstance(shown, Message) else []
    parts = [part for part in streamed if part] + [in_block(block) for block in shown.blocks]
    return "\n".join(parts) if parts else mrkdwn(shown.text)


def readable_blocks(blocks: list[dict[str, Any]]) -> str:
    """The text a person reads in blocks."""
    return "\n".join(in_block(block) for block in blocks)


def _task(task: dict[str, Any]) -> str:
    sources = " ".join(source.get("text", "") for source in task.get("sources") or [])
    pieces = (task.get("title"), task.get("details"), task.get("output"), sources)
    return " ".join(piece for piece in pieces if piece)


def in_block(block: dict[str, Any]) -> str:
    """The text a person reads in one block."""
    match block["type"]:
        case "rich_text":
            return "\n".join(_rich(element) for element in block["elements"])
        case "section":
            texts = [_text(block["text"])] * ("text" in block) + [
                _text(field) for field in block.get("fields", [])
            ]
            return "\n".join(texts) + (f" {_element(block['accessory'])}" if "accessory" in block else "")
        case "header":
            return _text(block["text"])
        case "markdown":
            return str(block["text"])
        case "context":
            return " ".join(_element(element) for element in block["elements"])
        case "actions" | "context_actions":
            return " ".join(_element(element) for element in block["elements"])
        case "image":
            return str(block["alt_text"])
        case "input":
            return _text(block["label"])
        case _:
            return "———"


def _text(thing: dict[str, Any]) -> str:
    return mrkdwn(thing["text"]) if thing["type"] == "mrkdwn" else str(thing["text"])


def _element(element: dict[str, Any]) -> str:
    match element["type"]:
        case "image":
            return str(element["alt_text"])
        case "feedback_buttons":
            return " ".join(
                f"[{element[name]['text']['text']}]" for name in ("positive_button", "negative_button")
            )
        case "plain_text" | "mrkdwn":
            return _text(element)
        case _:
            return f"[{_text(element['text'])}]" if "text" in element else f"[{element['type']}]"


def _rich(element: dict[str, Any]) -> str:
    inner = element["elements"]
    if element["type"] == "rich_text_list":
        first = element.get("offset", 0) + 1
        marks = (f"{first + n}. " if element["style"] == "ordered" else "• " for n in range(len(inner)))
        indent = "  " * element.get("indent", 0)
        return "\n".join(f"{indent}{mark}{_rich(item)}" for mark, item in zip(marks, inner, strict=True))
    text = "".join(_inline(item) for item in inner)
    return re.sub(r"^", "> ", text, flags=re.MULTILINE) if element["type"] == "rich_text_quote" else text


def _inline(item: dict[str, Any]) -> str:
    match item["type"]:
        case "text":
            return str(item["text"])
        case "link":
            return str(item.get("text") or item["url"])
        case "emoji":
            return f":{item['name']}:"
        case "user":
            return f"@{item['user_id']}"
        case "broadcast":
            return f"@{item['range']}"
        case "date":
            return str(item.get("fallback") or item["timestamp"])
        case _:
            return f"#{item.get('channel_id') or item.get('usergroup_id') or item.get('value')}"


def links_in(thing: Any) -> Iterator[tuple[str, str]]:
    """The links a reader can follow, as (label, address)."""
    if isinstance(thing, list):
        for item in thing:
            yield from links_in(item)
    if not isinstance(thing, dict):
        return
    if thing.get("type") == "mrkdwn":
        yield from links_in_text(thing["text"])
    if isinstance(thing.get("url"), str):
        label = thing.get("text")
        yield (label["text"] if isinstance(label, dict) else label or thing["url"]), thing["url"]
    for value in thing.values():
        yield from links_in(value)


def links_in_text(text: str) -> Iterator[tuple[str, str]]:
    """The links in mrkdwn, as (label, address)."""
    for match in _ENTITY.finditer(text):
        if match[1].startswith(("http://", "https://")):
            yield html.unescape(match[2] or match[1]), html.unescape(match[1])


def links_in_markdown(text: str) -> Iterator[tuple[str, str]]:
    """The links in markdown, as (label, address)."""
    for match in re.finditer(r"\[([^\]]*)\]\((https?://[^)\s]+)\)", text):
        yield match[1], match[2]


def elements_in(blocks: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every element that can be clicked, with the block it is in."""
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
