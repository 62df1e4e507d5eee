"""Mails (EML), one article each: a newsletter, or an article that somebody forwarded.

The subject is the title, the sender's name the publisher (newsletters are sent in the name of the paper), the date
the date; of a forwarded mail these are the original's, for the forwarder published nothing. All of its text counts:
what finds the article in a web page takes most of a newsletter, laid out in tables, for the page around it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import Message
from email.policy import default
from pathlib import PurePath
from typing import Any

from ingest.dates import parse_date
from ingest.decode import decode, without_declaration
from ingest.draft import Draft, Unreadable
from ingest.paragraphs import fold, from_lines, without_title
from ingest.readers import mime
from ingest.readers.clip import read_clip
from ingest.readers.forwarded import is_forwarded, unwrapped, without_mark
from ingest.readers.page_text import lines
from ingest.readers.plain import read_plain
from ingest.readers.trace import FILE_NAME, TEXT, traced

HEADER = "mail header"
_ADDRESS = re.compile(r"https?://\S+")
_MOST_TAGS = 200_000
_HIDDEN = "//body//*[contains(translate(@style, ' ', ''), 'display:none')]"
_FURNITURE = re.compile(
    r"unsubscribe|(?:manage|update) (?:your )?preferences|(?:in|im|dans) (?:your |a |einem |ihrem |votre )?(?:web )?"
    r"(?:browser|navigateur)\b|abmelden|abbestellen|désabonner|désinscrire|退订|取消订阅|在浏览器中",
    re.I,
)
_LONGEST_FURNITURE = 100
_DEEPEST = 3


def read_eml(message: Message, name: str, depth: int = 0) -> Draft:
    """The article in a mail. Raises Unreadable when it has no text. Attachments are named in the remarks."""
    try:
        found = list(mime.parts(message))
        bodies, attached = [p for p in found if _is_body(p)], [p for p in found if not _is_body(p)]
        subject = mime.words(message, "Subject")
        inner = next((part for part in attached if part.get_content_type() == "message/rfc822"), None)
        if inner is not None and depth < _DEEPEST and (is_forwarded(subject) or not bodies):
            return read_eml(_inside(inner), name, depth + 1)
        draft = _with_facts(_best(bodies, name), message, subject)
        return replace(draft, remarks=(*draft.remarks, *_remarks(attached)))
    except mime.DAMAGED as error:
        raise Unreadable("it is a damaged mail; open it in a mail program and save its text") from error


def _is_body(part: Message) -> bool:
    kind = part.get_content_type()
    return kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"


def _inside(part: Message) -> Message:
    inner = part.get_payload(0)
    if not isinstance(inner, Message):
        raise Unreadable("the mail forwarded in it is empty")
    return inner


def _best(bodies: list[Message], name: str) -> Draft:
    """The page if it yields about what the plain text says, else the plain text.

    A body around a picture comes in several parts, all of one kind.
    """
    plain = _plain([part for part in bodies if part.get_content_type() == "text/plain"], name)
    page = _page([part for part in bodies if part.get_content_type() == "text/html"], name)
    # The plain text is full of addresses, and some senders write only "see the page" into it.
    if page and (not plain or len(page.text) >= len(_ADDRESS.sub("", plain.text)) / 2):
        return page
    if plain is None:
        raise Unreadable("there is no text in this mail")
    return plain


def _plain(parts: list[Message], name: str) -> Draft | None:
    text = "\n\n".join(filter(None, map(_decoded, parts)))
    if not text.strip():
        return None
    draft = read_clip(text, name) or read_plain(text, name)
    if draft.found_in.get("title") == TEXT:  # the subject is the title, so the first line belongs to the text
        draft = replace(draft, text=f"{draft.title}\n\n{draft.text}")
    return replace(draft, raw=text) if draft.text.strip() else None


def _page(parts: list[Message], name: str) -> Draft | None:
    seen = [line for page in map(_decoded, parts) if page.strip() for line in _visible(page)]
    text = from_lines("\n".join(line for line in seen if not _is_furniture(line)))
    return Draft(title=PurePath(name).stem, text=text, raw="\n".join(seen)) if text else None


def _decoded(part: Message) -> str:
    data = mime.payload(part)
    return decode(data, mime.charset(part)) if data.strip() else ""


def _visible(page: str) -> list[str]:
    from lxml.html import document_fromstring  # type: ignore[import-untyped]

    if page.count("<") > _MOST_TAGS:
        raise Unreadable("it has too many tags for one article; save its text instead")
    tree = document_fromstring(f"<html>{without_declaration(page)}</html>")
    for element in tree.xpath(_HIDDEN):
        element.clear(keep_tail=True)
    return list(lines(tree))


def _is_furniture(line: str) -> bool:
    return len(line) <= _LONGEST_FURNITURE and _FURNITURE.search(line) is not None


def _with_facts(draft: Draft, message: Message, subject: str) -> Draft:
    sender, published = _sender(message), _date(message)
    if is_forwarded(subject):
        original = unwrapped(draft.text)
        sender = _name(original.sender)
        published = parse_date(original.date) if original.date else None
        subject = original.subject or without_mark(subject)
        draft = replace(draft, text=original.text)
    known = {"title": subject, "publisher": sender, "published": published}
    facts: dict[str, Any] = {fact: value for fact, value in known.items() if value}
    language = draft.language or mime.words(message, "Content-Language").partition(",")[0]
    draft = replace(draft, text=without_title(draft.text, subject), language=language, **facts)
    return traced(draft, HEADER, **({} if subject else {"title": FILE_NAME}), **dict.fromkeys(facts, HEADER))


def _sender(message: Message) -> str:
    value = mime.raw_header(message, "From")
    try:
        addresses: tuple[Address, ...] = default.header_factory("From", value).addresses
    except mime.DAMAGED:
        return ""
    return fold(addresses[0].display_name) if addresses else ""


def _name(sender: str) -> str:
    """The name in "Name <address>"; an address alone is no name."""
    name = re.sub(r"[<\[(（].*", "", sender).strip(" \"'*")
    return "" if "@" in name else name


def _date(message: Message) -> datetime | None:
    try:
        moment: datetime | None = default.header_factory("Date", mime.raw_header(message, "Date")).datetime
    except mime.DAMAGED:
        return None
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment


def _remarks(attached: list[Message]) -> list[str]:
    """Only what somebody attached counts, not the pictures of the page."""
    names = [
        decode(name.encode("utf-8", "replace"))
        for part in attached
        if part.get_content_maintype() != "image" and (name := part.get_filename())
    ]
    return [f"attached and not read: {', '.join(names[:10])[:300]}"] if names else []
