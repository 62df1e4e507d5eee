"""Saved web pages, through trafilatura in precision mode: what is not surely the article is left out.

Where precision mode leaves most of the page's prose behind, the other modes are asked.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.decode import decode, tidy, without_declaration
from ingest.draft import Draft, Unreadable
from ingest.origin import host_of
from ingest.paragraphs import from_lines, without_title
from ingest.readers.live_blog import head_entries
from ingest.readers.metadata import PAGE, Metadata, absolute, metadata_of
from ingest.readers.names import people, plain
from ingest.readers.page_text import join_body, lines, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MOST_TAGS = 200_000
_LONGEST_VALUE = 4_000
_SHARE_LEFT = 0.25
_SHORT_TEASER = 1_500
_ROW = re.compile(r"^\|\s*(.*?)\s*\|?$", re.MULTILINE)
_RULE_OF_TABLE = re.compile(r"^[|\s:-]*-{3}[|\s:-]*$\n?", re.MULTILINE)
_GATES = re.compile(
    r"paywall|regwall|piano-(?:offer|container)|subscri(?:be|ption)-?(?:wall|gate)|metered-?content", re.I
)


def read_html(data: bytes, name: str, charset: str = "", address: str = "") -> Draft:
    """The article in a web page. Raises Unreadable when there is none.

    `charset` is the encoding that its server declared, `address` where it came from.
    """
    tree = _tree(data, charset)
    raw, asides = "\n".join(lines(tree)), _asides(tree)
    about = _with_guesses(metadata_of(_without_long_values(tree), address), tree)
    url = about.url or absolute("", address)
    gated = any(_GATES.search(value) for value in tree.xpath("//body//@class | //body//@id"))
    text = _article(tree)
    if not text:
        raise Unreadable("no article text found in this web page")
    title = about.title or PurePath(name).stem
    return Draft(
        title=title,
        text=without_title(text, title),
        publisher=about.publisher or host_of(url),
        author=about.author,
        url=url,
        published=about.published,
        modified=about.modified,
        language=about.language,
        incomplete=not about.free and _is_short(text, about),
        asides=asides,
        remarks=(*about.remarks, *_gate_remarks(about, gated)),
        found_in=_found_in(about, url),
        raw=raw,
    )


def _tree(data: bytes, charset: str) -> HtmlElement:
    from trafilatura import load_html

    declared = _CHARSET.search(data[:4096])
    page = without_declaration(decode(data, charset, declared[1].decode("ascii") if declared else ""))
    if page.count("<") > _MOST_TAGS:
        raise Unreadable("it has too many tags for one article; save the article as text")
    tree = load_html(page)
    if tree is None:
        raise Unreadable("it is not a web page that can be read; save the article as text")
    return tree


def _with_guesses(about: Metadata, tree: HtmlElement) -> Metadata:
    """`about` with what trafilatura reads off the page's text, where the page itself says nothing."""
    if about.author and about.published and about.title:
        return about
    from trafilatura import extract_metadata

    try:
        found = extract_metadata(tree)
    except AssertionError:  # its guess at the date drops elements, and cannot drop the root
        return about
    day = found.date or ""
    guesses = {
        "title": plain(found.title),
        "author": people([(found.author or "").replace("; ", ", ")], about.publisher),
        # the first of January is what it makes of a year in a copyright line
        "published": None if day.endswith("-01-01") else parse_date(day),
    }
    new = {name: value for name, value in guesses.items() if value and not getattr(about, name)}
    return replace(about, **new, found_in={**about.found_in, **dict.fromkeys(new, PAGE)})  # type: ignore[arg-type]


def _article(tree: HtmlElement) -> str:
    prose = sum(len(line) for line in map(text_of, tree.xpath("//body//p")) if len(line) > 80)
    join_body(tree)
    head_entries(tree)
    text = _extracted(tree, favor_precision=True)
    if len(text) < _SHARE_LEFT * prose:
        whole = _extracted(tree)
        return whole if len(whole) > 2 * len(text) else text
    return text


def _extracted(tree: HtmlElement, *, favor_precision: bool = False) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree, favor_precision=favor_precision, include_comments=False, include_tables=True
    )
    if found is None or isinstance(found, dict) or not found.text:
        return ""
    return from_lines(_ROW.sub(r"\1", _RULE_OF_TABLE.sub("", tidy(found.text))))


def _without_long_values(tree: HtmlElement) -> HtmlElement:
    """An address of a million characters would keep its parser busy for minutes."""
    for element in tree.iter("link", "base", "meta"):
        for key in [key for key, value in element.attrib.items() if len(value) > _LONGEST_VALUE]:
            del element.attrib[key]
    return tree


def _asides(tree: HtmlElement) -> tuple[str, ...]:
    """Short paragraphs of the whole page: trafilatura drops the paywall notice, which tells of a cut copy."""
    blocks = map(text_of, tree.xpath("//body//p"))
    return tuple(block for block in blocks if 0 < len(block) <= 400)


def _is_short(text: str, about: Metadata) -> bool:
    """True when a text for subscribers is a teaser: far below the length claimed, or short in itself."""
    # A Chinese character says as much as three letters.
    length = sum(1 if letter < "\u2e80" else 3 for letter in text)
    return 2 * len(text.split()) < about.words or length < _SHORT_TEASER


def _gate_remarks(about: Metadata, gated: bool) -> tuple[str, ...]:
    if not about.free:
        return ("its publisher marks it as for subscribers",)
    return ("the page has a paywall; look whether the copy is whole",) if gated else ()


def _found_in(about: Metadata, url: str) -> dict[str, str]:
    title = {} if about.title else {"title": "file name"}
    address = {name: "address" for name in ("publisher", "url") if url and not getattr(about, name)}
    return {**about.found_in, **title, **address}
