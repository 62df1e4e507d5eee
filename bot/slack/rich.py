"""Block Kit as plain dicts.

What people, articles and models wrote goes into `rich_text` and `plain_text`: Slack parses nothing in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.links import link_of
from bot.untrusted import one_line, printable
from vectorstore.types import Source

Element = dict[str, Any]
Block = dict[str, Any]
LONGEST_URL = 3_000
LONGEST_TITLE = 120
_LONGEST_NAME = 80
_LONGEST_REMARK = 600


def text(content: str, *, bold: bool = False, italic: bool = False) -> Element:
    """A stretch of text; a space at either end stays."""
    element = {"type": "text", "text": re.sub(r"\s+", " ", printable(content))}
    style = {name: True for name, on in (("bold", bold), ("italic", italic)) if on}
    return element | ({"style": style} if style else {})


def code(content: str) -> Element:
    """Something to type, as it is typed."""
    return text(content) | {"style": {"code": True}}


def link(url: str, label: str) -> Element:
    """`label` leading to `url`, or the label alone when there is nowhere to go."""
    return text(label) | ({"type": "link", "url": url} if url else {})


def user(user_id: str) -> Element:
    """A person's name; only for an id that Slack itself gave us."""
    return {"type": "user", "user_id": user_id}


def section(*elements: Element) -> Element:
    """One line or paragraph."""
    return {"type": "rich_text_section", "elements": _present(elements)}


def quotation(*elements: Element) -> Element:
    """A paragraph behind a bar."""
    return {"type": "rich_text_quote", "elements": _present(elements)}


def bullets(*items: Element) -> Element:
    """A list of sections."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(items)}


def rich(*parts: Element) -> Block:
    """A block of sections, quotations and lists."""
    return {"type": "rich_text", "elements": list(parts)}


def header(content: str) -> Block:
    """A headline; Slack takes 150 characters."""
    return {"type": "header", "text": plain(shortened(content, 150))}


def remark(content: str) -> Block:
    """A small faint line."""
    return {"type": "context", "elements": [plain(shortened(content, _LONGEST_REMARK))]}


def button(label: str, action: str, value: str) -> Element:
    """A button that sends `value` back as the action `action`."""
    named = {"type": "plain_text", "text": label, "emoji": True}
    return {"type": "button", "text": named, "action_id": action, "value": value}


def actions(*buttons: Element) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def plain(content: str) -> Element:
    """Text for labels, titles and remarks; Slack parses nothing in it."""
    return {"type": "plain_text", "text": one_line(content), "emoji": False}


def size(blocks: Iterable[Block]) -> int:
    """How many characters of JSON the blocks are: Slack refuses about 13,000."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def shortened(content: str, longest: int) -> str:
    """At most `longest` characters of one line, ending at a word and "…" when there was more."""
    line = one_line(content)
    if len(line) <= longest:
        return line
    cut, space, _ = line[:longest].rpartition(" ")
    return (cut if space and len(cut) > longest // 2 else line[: longest - 1]).rstrip() + "…"


def pieces(content: str, longest: int) -> Iterator[tuple[str, bool]]:
    """One line cut into pieces of at most `longest` characters, and whether a space was left out before each."""
    rest, spaced = one_line(content), False
    while len(rest) > longest:
        space = rest.rfind(" ", longest // 2, longest + 1)
        yield rest[: space if space > 0 else longest], spaced
        spaced = space > 0
        rest = rest[space + 1 if spaced else longest :]
    if rest:
        yield rest, spaced


def address_of(
    source: Source, quote: str = "", also_in: Sequence[str] = (), longest: int = LONGEST_URL
) -> str:
    """Where the web shows `quote`, else just the page, else empty. A file of this machine is no address."""
    found = link_of(source, quote, also_in)
    for url in (found, found.partition("#")[0]):
        if url.startswith(("http://", "https://")) and len(url) <= longest:
            return url
    return ""


def title_of(source: Source, untitled: str = "(no title)") -> str:
    """The title in one line of a bearable length."""
    return shortened(source.title, LONGEST_TITLE) or untitled


def facts(*found: str) -> str:
    """Names and dates that are known, with a dot between them."""
    return " · ".join(short for fact in found if (short := shortened(fact, _LONGEST_NAME)))


def _present(elements: Iterable[Element]) -> list[Element]:
    """Slack refuses a message with an empty text in it."""
    return [element for element in elements if element.get("text", "…")]
