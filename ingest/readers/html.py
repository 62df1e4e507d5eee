"""Saved web pages, through trafilatura in precision mode: what is not surely the article is left out."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.decode import decode, tidy
from ingest.draft import Draft, Unreadable
from ingest.origin import web_address
from ingest.paragraphs import fold, from_lines

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_XML = re.compile(r"^\s*<\?xml[^>]*\?>")
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_MOST_TAGS = 200_000
_MOST_DATES = 10
_LONGEST_VALUE = 4_000
_DATES = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='pubdate' or @name='publishdate' or @name='date' or @name='parsely-pub-date']/@content",
    "//time[@itemprop='datePublished' or @pubdate]/@datetime",
)


def read_html(data: bytes, name: str, charset: str = "", address: str = "") -> Draft:
    """The article in a web page. Raises Unreadable when there is none.

    `charset` is the encoding that its server declared, `address` where it came from.
    """
    from trafilatura import bare_extraction, load_html

    declared = _CHARSET.search(data[:4096])
    page = _XML.sub("", decode(data, charset, declared[1].decode("ascii") if declared else ""))
    if page.count("<") > _MOST_TAGS:
        raise Unreadable("it has too many tags for one article; save the article as text")
    tree = load_html(page)
    if tree is None:
        raise Unreadable("it is not a web page that can be read; save the article as text")
    asides, published, language = _asides(tree), _published(tree, page), _language(tree)
    found = bare_extraction(
        _without_long_values(tree),
        url=address or None,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
    )
    if found is None or isinstance(found, dict) or not found.text:
        raise Unreadable("no article text found in this web page")
    title = fold(tidy(found.title or "")) or PurePath(name).stem
    return Draft(
        title=title,
        text=_without_title(from_lines(tidy(found.text)), title),
        publisher=tidy(found.sitename or ""),
        author=tidy(found.author or "").replace("; ", ", "),
        url=web_address(found.url or ""),
        published=published or parse_date(found.date or ""),
        language=language,
        asides=asides,
    )


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n\n")
    return rest if rest and first == title else text


def _published(tree: HtmlElement, page: str) -> datetime | None:
    """The moment with its zone; trafilatura keeps the day alone."""
    for path in _DATES:
        for value in tree.xpath(path)[:_MOST_DATES]:
            if moment := parse_date(str(value)):
                return moment
    found = _JSON_DATE.search(page)
    return parse_date(found[1]) if found else None


def _language(tree: HtmlElement) -> str:
    return next((str(value).strip() for value in tree.xpath("/html/@lang")), "")


def _without_long_values(tree: HtmlElement) -> HtmlElement:
    """An address of a million characters would keep its parser busy for minutes."""
    for element in tree.iter("link", "base", "meta"):
        for key in [key for key, value in element.attrib.items() if len(value) > _LONGEST_VALUE]:
            del element.attrib[key]
    return tree


def _asides(tree: HtmlElement) -> tuple[str, ...]:
    """Short paragraphs of the whole page: trafilatura drops the paywall notice, which tells of a cut copy."""
    blocks = (fold(tidy(block.text_content())) for block in tree.xpath("//body//p"))
    return tuple(block for block in blocks if 0 < len(block) <= 400)
