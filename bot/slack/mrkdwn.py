"""Text for the places where Slack looks for mark-up: nothing in it links, mentions, calls a channel or formats.

Slack has no way to escape most of its signs. Those become signs that look the same, and addresses and mentions are
broken by a word joiner, which nobody sees.
"""

from __future__ import annotations

import re

from bot.links import web_link
from bot.untrusted import one_line

JOINER = "\u2060"
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
# Slack links "example.com" too: the dot before two letters, but not the ones of "p.m." or "No.5".
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=[^\W_]\.)(?=[^\W\d_]{2})|(?<=[@＠])(?=\S)|(?<=:)(?=[\w+'-]+:)")
_MARKDOWN = str.maketrans({"<": "‹", ">": "›", "\\": "⧵", "&": f"&{JOINER}"})
_MARKDOWN_LINK = re.compile(r"(?<=\])(?=[(:\[])|(?<=!)(?=\[)")
_MARKDOWN_START = re.compile(r"[-#+=|:]|[0-9]+[.)]")


def escaped(text: str) -> str:
    """`text` in one line for `mrkdwn` objects and the `text` of a message."""
    return _entities(_inert(text))


def streamed(text: str) -> str:
    """`text` in one line for `markdown_text`, which Slack reads as Markdown."""
    inert = _MARKDOWN_LINK.sub(JOINER, _inert(text).translate(_MARKDOWN))
    return JOINER + inert if _MARKDOWN_START.match(inert) else inert


def mrkdwn_link(url: str, label: str) -> str:
    """`<url|label>` for an ordinary web address; the escaped label alone for any other."""
    shown = escaped(label.replace("<", "‹").replace(">", "›").replace("|", "¦"))
    address = web_link(url).replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    return f"<{_entities(address)}|{shown}>" if address and shown else shown


def _inert(text: str) -> str:
    plain = _EMPHASIS.sub("ˍ", one_line(text).translate(_LOOKALIKES))
    return _ADDRESS.sub(JOINER, plain)


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
