"""What somebody forwarded: the newsletter below the forwarder's words, with the facts that its header block tells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.paragraphs import fold

_SUBJECT = re.compile(r"(?:(?:fwd?|wg|tr|rv|enc|转发|轉寄|转寄)\s*[:：]\s*)+", re.I)
_MARK = re.compile(
    r"^\W*(?:(?:begin )?forwarded message|original message|(?:anfang der )?weitergeleiteten? nachricht|ursprüngliche"
    r" nachricht|(?:début du )?message (?:transféré|réexpédié)|mensaje reenviado|转发的?(?:邮件|信息)|原始邮件)\W*$",
    re.I | re.M,
)
_FACTS = {
    "from": ("from", "von", "de", "发件人", "寄件者"),
    "date": ("date", "sent", "datum", "gesendet", "envoyé", "fecha", "日期", "发送时间", "發送時間"),
    "subject": ("subject", "betreff", "objet", "asunto", "主题", "主旨"),
    "": ("to", "an", "à", "para", "cc", "reply-to", "收件人", "抄送"),
}
_NAMES = {name: fact for fact, names in _FACTS.items() for name in names}
_LINE = re.compile(rf"^[>*\s]*({'|'.join(map(re.escape, _NAMES))})[*\s]*[:：][*\s]*(.*)$", re.I)
_LATEST = 5_000  # a mark further down than this is part of the article


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The text below the header block, and what the block says."""

    text: str
    sender: str = ""
    date: str = ""
    subject: str = ""


def without_mark(subject: str) -> str:
    """A subject without "Fwd:" and its like."""
    return _SUBJECT.sub("", subject, count=1) if _SUBJECT.match(subject) else subject


def is_forwarded(subject: str) -> bool:
    """True if a subject begins with "Fwd:" or its like."""
    return _SUBJECT.match(subject) is not None


def unwrapped(text: str) -> Forwarded:
    """The mail that was forwarded in `text`; all of `text` when it has no mark of it."""
    mark = _MARK.search(text, 0, _LATEST)
    if not mark:
        return Forwarded(text)
    lines = text[mark.end() :].split("\n")
    facts: dict[str, str] = {}
    for number, line in enumerate(lines):
        found = _LINE.match(line)
        if found:
            facts.setdefault(_NAMES[found[1].lower()], fold(found[2]))
        elif line.strip():
            return Forwarded(
                "\n".join(lines[number:]), *map(facts.get, ("from", "date", "subject"), [""] * 3)
            )
    return Forwarded(text)
