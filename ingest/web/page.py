"""A fetched page becomes a draft. What it says of itself counts as far as its own site reaches."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.draft import Draft, Unreadable
from ingest.load import read
from ingest.origin import host_of
from ingest.web.fetch import KINDS, Answered, Page, unfit
from ingest.web.recognise import ROOTS, root_of

# The same pages for telephones and for programs; any other sub-domain may be another writer's.
_TWIN = re.compile(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")
_FEEDS = re.compile(r"^(?:feeds?|rss)\.(?=[^.]+\.)")


def draft_of(page: Page) -> Draft:
    """The article in `page`, known by an address of the site that it came from. Raises Unreadable."""
    root = root_of(page.data)
    if root in ROOTS:
        raise Unreadable(unfit("application/xml"))
    if page.kind not in KINDS and root != b"html":  # XHTML comes as XML, too
        raise Unreadable(unfit(page.kind))
    draft = read(page.data, _name(page), page.charset, page.url)
    url = own_address(draft.url, page.url)
    foreign = bool(draft.url) and _site(draft.url) != _site(page.url)
    remark = f"it names an address on another site as its own ({draft.url[:200]}), which was not believed"
    return replace(
        draft,
        url=url,
        publisher=host_of(page.url) if foreign and draft.publisher == host_of(draft.url) else draft.publisher,
        fetched_at=datetime.now(UTC).replace(microsecond=0),
        # A page that looks like a note or like JSON could bring these; only the command line decides on them.
        audience="",
        key="",
        remarks=(*draft.remarks, remark) if foreign else draft.remarks,
    )


def own_address(claimed: str, url: str) -> str:
    """What the page at `url` is known by: the address it claims, if that is one of its own site, else `url`.

    Its own site is the same host and port, with or without www. and its like. A claim of the front page by any other
    page is a mistake that would make all pages of the site one article.
    """
    if not claimed or _site(claimed) != _site(url) or "@" in urlsplit(claimed).netloc:
        return url
    return url if _is_front(claimed) and not _is_front(url) else claimed


def arrived(page: Page, url: str) -> Page:
    """`page`, unless `url` led to a front page instead: so do many sites with what they deleted. Raises Answered."""
    if _is_front(page.url) and not _is_front(url):
        reason = f"it leads to the front page of {host_of(page.url)}, so it is no more; check the address"
        raise Answered(404, reason=reason)
    return page


def speaks_for(listing: str, link: str) -> bool:
    """Whether a list from the first address may say what stands at the second: it is of the same site, or of its
    feeds.example.com or the like.

    No other sub-domain will do: on many domains each of them is another writer's, and no register tells which.
    """
    return _site(link) in (_site(listing), _FEEDS.sub("", _site(listing)))


def _site(url: str) -> str:
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        return ""
    return f"{_TWIN.sub('', host)}:{'' if port in (80, 443) else port or ''}"


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _name(page: Page) -> str:
    """A file name for the page: its title if it has no better one."""
    stem = PurePosixPath(unquote(urlsplit(page.url).path)).stem
    return (stem or host_of(page.url)) + KINDS.get(page.kind, ".html")
