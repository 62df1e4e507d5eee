"""What a model may not put before a reader is taken out here: links, mark-up, chat commands, control characters."""

from __future__ import annotations

import html
import re

from bot.untrusted import one_line

_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\u00ad\u180e\u034f\ue000-\uf8ff\ufff9-\uffff]")
_REMOVED = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"<(script|style|iframe|svg)\b.*?(?:</\1\s*>|$)",
        r"<!--.*?(?:-->|$)",
        r"<[!@#][^<>]*>",  # Slack: <!channel>, <@U123>
        r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|javascript:|data:[a-z]+/)[^\s<>|)\]，。；、！？）]*",
        r"</?[a-z][^<>]{0,300}>",
        r"^\s*(?:[-*•‣▪◦·–—]\s+|#{1,6}\s+|>+\s*|\d{1,2}[.)]\s+|```\w*)+",
        r"[*`|~]|(?<!\w)_+|_+(?!\w)|\\(?=[\W_])",
        r"\(\s*\)|\[\s*\]|<\s*\|?\s*>|（\s*）",
    )
)
_PICTURE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?:\s[^()]*)?\)")
_LINKED = re.compile(r"\[([^\[\]]+)\]\([^()\s]*(?:\s[^()]*)?\)")
_SLACK_LINK = re.compile(r"<(?:[a-z][a-z0-9+.-]*:)[^<>|]*\|([^<>]*)>", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^(?:(?:yes|no|sure|certainly|answer|是的|不是|答案?)\s*[,.:!，：。—-]+\s*"
    r"|(?:according to|based on|as per|per|from) (?:the |these |this )?(?:provided |given |above )*"
    r"(?:passages?|articles?|sources?|contexts?|documents?|information|text)(?: provided| above)?\s*,\s*"
    r"|(?:根据|据)(?:所提供的|提供的|上述|以上)?(?:文章|段落|资料|材料)(?:的内容)?[，,]\s*)+",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """One line of the model's words alone, from a capital on; nothing in it links, formats, calls or hides."""
    text = _LEAD_IN.sub("", bare(text))
    return text[:1].upper() + text[1:] if text[:1].isascii() else text


def bare(text: str) -> str:
    """`text` in one line without links, mark-up and what cannot be seen."""
    text = _INVISIBLE.sub("", html.unescape(text))
    text = _SLACK_LINK.sub(r"\1", _LINKED.sub(r"\1", _PICTURE.sub("", text)))
    for pattern in _REMOVED:
        text = pattern.sub("", text)
    return re.sub(r"\s+(?=[,.;:!?])", "", one_line(text))
