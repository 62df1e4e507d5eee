"""MIME messages (mails and saved pages) taken apart, with limits on what the parser has to chew on.

The structure is parsed by the old policy, whose cost is known; only a few short headers meet the new one's grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import default

from ingest.decode import decode
from ingest.draft import Unreadable
from ingest.paragraphs import fold

DAMAGED = (MessageError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_MOST_LINES = 2_000_000
_MOST_DASHES = 50_000
_MOST_PARTS = 5_000
_LONGEST_TYPE = 2_000
_LONGEST_HEADER = 1_000
_TYPE = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n?|\n)[ \t][^\r\n]*)*", re.I | re.M
)
_HEADERS = re.compile(rb"\s*(?:[!-9;-~]+:[^\r\n]*(?:(?:\r\n?|\n)[ \t][^\r\n]*)*(?:\r\n?|\n))+(?=[\r\n])")
# Headers of a letter in a note ("From:", "Date:") are not enough: these are written by programs only.
_BY_PROGRAMS = re.compile(rb"^(?:mime-version|message-id|received|return-path)[ \t]*:", re.I | re.M)
_HEAD = 32_768


def is_message(data: bytes) -> bool:
    """True if `data` begins with the headers that mail programs and browsers write."""
    headers = _HEADERS.match(data[:_HEAD])
    return headers is not None and _BY_PROGRAMS.search(headers[0]) is not None


def parse(data: bytes) -> Message:
    """The message in `data`. Raises Unreadable when it has too many parts or headers too long to parse."""
    types = list(_TYPE.finditer(data))
    is_long = data.count(b"\n") + data.count(b"\r") > _MOST_LINES or data.count(b"\n--") > _MOST_DASHES
    if is_long or len(types) > _MOST_PARTS or any(len(found[0]) > _LONGEST_TYPE for found in types):
        raise Unreadable("it has too many parts or too long headers for one article; save its text instead")
    try:
        return message_from_bytes(data)
    except DAMAGED as error:
        raise Unreadable("it is a damaged mail or saved page; save it again, or its text") from error


def parts(message: Message) -> Iterator[Message]:
    """The parts that hold content, in order; attached messages stay whole."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
    else:
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from parts(part)


def payload(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone."""
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def charset(part: Message) -> str:
    """The encoding that the part declares, or an empty string."""
    found = part.get_content_charset("")
    return found if isinstance(found, str) else ""


def words(message: Message, name: str) -> str:
    """A header's words on one line, encoded words decoded; empty when it is missing."""
    value = raw_header(message, name)
    try:
        return fold(str(default.header_factory(name, value))) if value else ""
    except DAMAGED:
        return value


def raw_header(message: Message, name: str) -> str:
    """The first header of this name as it stands there, on one line and not longer than anybody needs."""
    found = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    try:
        return fold(decode(found.encode("utf-8", "surrogateescape")))[:_LONGEST_HEADER] if found else ""
    except (Unreadable, UnicodeEncodeError):
        return ""
