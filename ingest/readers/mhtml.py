"""Web pages saved with their pictures in one file (MHTML): the page itself is read, everything else is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from ingest.draft import Draft, Unreadable
from ingest.origin import web_address
from ingest.readers import mime
from ingest.readers.html import read_html
from ingest.readers.trace import FILE

_PAGES = ("text/html", "application/xhtml+xml")


def is_saved_page(message: Message) -> bool:
    """True for what browsers write; a mail with pictures inside has been sent to somebody."""
    return message.get_content_type() == "multipart/related" and not any(
        name in message for name in ("To", "Received", "Message-ID", "Delivered-To")
    )


def read_mhtml(message: Message, name: str) -> Draft:
    """The article in a saved page. Raises Unreadable when there is none.

    The page's address is where it was saved from; the day it was saved is `fetched_at`.
    """
    try:
        root = _root(message)
        place = mime.raw_header(message, "Snapshot-Content-Location")
        address = web_address(place or mime.raw_header(root, "Content-Location"))
        data, charset = mime.payload(root), mime.charset(root)
    except mime.DAMAGED as error:
        raise Unreadable("it is a damaged saved page (MHTML); save the page again") from error
    if not data.strip():
        raise Unreadable("the page saved in it is empty")
    draft = read_html(data, name, charset, address)
    saved = _saved(message)
    found_in = {"fetched_at": FILE} if saved else {}
    if address and not draft.url:
        draft = replace(draft, url=address)
        found_in["url"] = FILE
    return replace(draft, fetched_at=saved, found_in={**draft.found_in, **found_in})


def _root(message: Message) -> Message:
    """The part that the others belong to: named by `start`, else the first page (RFC 2387)."""
    pages = [part for part in mime.parts(message) if part.get_content_type() in _PAGES]
    if not pages:
        raise Unreadable("there is no web page in it")
    start = str(message.get_param("start", "")).strip()
    return next((page for page in pages if start and mime.raw_header(page, "Content-ID") == start), pages[0])


def _saved(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(mime.raw_header(message, "Date"))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except mime.DAMAGED:
        return None
