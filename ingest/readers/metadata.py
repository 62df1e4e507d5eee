"""Who published what, when and where, as a web page says it: for each field the first source in its order of trust.

title      JSON-LD headline (if it shares a word with what readers see), og:title, h1, other meta tags, <title>
author     JSON-LD, meta tags (author, parsely-author, …), microdata and RDFa, rel=author and bylines; people only
publisher  JSON-LD, og:site_name, other meta tags, microdata, the site's name in <title>; a name before a host name
published  JSON-LD datePublished, article:published_time, other meta tags, microdata and RDFa, <time>, a line of the
           page that is only a date, the address; the finest of those that mean the same day. Two that are more
           than a month apart: the one that the page or its address confirms, else the earlier; a remark says so
url        rel=canonical, og:url, JSON-LD; never the front page of the site when another says more
language   <html lang>, JSON-LD, og:locale, other meta tags: what most of them say; else the script of <title>

What none of them has, `html` takes from what trafilatura and htmldate read off the page's text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ingest.origin import web_address
from ingest.paragraphs import fold
from ingest.readers import linked_data, page_dates
from ingest.readers.labels import byline
from ingest.readers.linked_data import Node, fold_title, place_of
from ingest.readers.names import is_host, people, plain, without_site

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

JSON_LD, OPEN_GRAPH, META, PAGE = "JSON-LD", "OpenGraph", "meta tag", "page"
_MOST = 20
_MOST_LINES = 2_000
_AUTHORS = (
    "author parsely-author sailthru.author dc.creator dcterms.creator citation_author byl article:author_name"
)
_AUTHORS += " article:author twitter:creator_name cxenseparse:author"
_TITLES = "twitter:title parsely-title sailthru.title dc.title dcterms.title citation_title title"
_PUBLISHERS = (
    "publisher application-name dc.publisher dcterms.publisher citation_journal_title mediaid source"
)
_LANGUAGES = "language dc.language dcterms.language content-language citation_language"
_BYLINES = (
    "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])]",
    "//*[contains(@property, 'author') and not(self::meta)][not(.//*[contains(@property, 'name')])]"
    " | //*[contains(@property, 'author')]//*[contains(@property, 'name')]",
    "//a[contains(concat(' ', @rel, ' '), ' author ')]",
    "//article//address | //*[contains(@class, 'byline') or contains(@class, 'author-name')]",
)
_PUBLISHER_MARKS = (
    "//*[@itemprop='publisher']//*[@itemprop='name'] | //*[@itemprop='publisher'][not(.//*[@itemprop='name'])]",
    "//*[contains(@property, 'publisher')]//*[contains(@property, 'name')]",
)
_BARS = " |-–—_·»:：丨"
_BETWEEN = re.compile(r"\s*[|–—·»:：丨_]\s*|\s-\s")
_SHORTEST_HEADLINE = 8
_HEADLINE_MARKS = "//*[@itemprop='headline'] | //*[contains(concat(' ', @property, ' '), 'headline')]"
_NO_MARK = "[not(ancestor::aside or ancestor::footer or ancestor::nav)]"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article. `found_in` tells the origin of each field that is not empty.

    `free` is False when the publisher marks the text as for subscribers; `words` is the length it claims.
    """

    title: str = ""
    author: str = ""
    publisher: str = ""
    url: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    language: str = ""
    found_in: Mapping[str, str] = field(default_factory=dict)
    free: bool = True
    words: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    tree: HtmlElement
    address: str
    meta: Mapping[str, list[str]]
    data: Sequence[Node]
    article: Node
    about: Node  # its WebPage node


_Found = Iterator[tuple[str, str]]


def metadata_of(tree: HtmlElement, address: str = "") -> Metadata:
    """The metadata of a page that came from `address` (empty: not known)."""
    address = absolute("", address)
    page = _opened(tree, address)
    publisher = _publisher(page)
    moment, remarks = page_dates.published(
        tree,
        page.meta,
        [plain(node.get("datePublished")) for node in (page.article, page.about)],
        [one for _, one in _addresses(page)] + [address],
    )
    chosen: dict[str, tuple[Any, str]] = {
        "title": _title(page, publisher[0]),
        "author": _author(page, publisher[0]),
        "publisher": publisher,
        "published": moment,
        "modified": page_dates.modified(
            page.meta, [plain(node.get("dateModified")) for node in (page.article, page.about)]
        ),
        "url": _url(page),
        "language": _language(page),
    }
    values = {name: value for name, (value, _) in chosen.items()}
    return Metadata(
        **values,
        found_in={name: origin for name, (value, origin) in chosen.items() if value},
        free=not any(_is_locked(node) for node in (page.article, page.about)),
        words=_count(page.article.get("wordCount")),
        remarks=remarks,
    )


def _opened(tree: HtmlElement, address: str) -> _Page:
    scripts = tree.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    data = linked_data.nodes([script.text or "" for script in scripts])
    meta = _meta(tree)
    page = _Page(tree, address, meta, data, {}, {})
    own = [one for _, one in _addresses(page)] + [address]
    heads = [title for _, title in _titles(page)]
    article, about = linked_data.own_article(data, own, heads), linked_data.own_page(data, own)
    return _Page(tree, address, meta, data, article, about)


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of the page's meta elements by lower-cased property, name, itemprop or http-equiv."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = plain(element.get("content"))
        for key in ("property", "name", "itemprop", "http-equiv"):
            if content and (name := element.get(key)):
                found.setdefault(name.strip().casefold(), []).append(content)
    return found


def _first(found: _Found) -> tuple[str, str]:
    return next(((value, origin) for origin, value in found if value), ("", ""))


def _named(page: _Page, names: str) -> _Found:
    for name in names.split():
        yield from ((META, value) for value in page.meta.get(name, [])[:_MOST])


def _texts(page: _Page, path: str) -> list[str]:
    elements = page.tree.xpath(f"({path}){_NO_MARK}")[:_MOST]
    return [plain(element.get("content") or element.text_content()[:500]) for element in elements]


def _title(page: _Page, publisher: str) -> tuple[str, str]:
    shown = list(_titles(page))
    headline = plain(page.article.get("headline") or page.article.get("name"))
    if headline and (not shown or any(_akin(headline, title) for _, title in shown)):
        shown.insert(0, (JSON_LD, headline))
    title, origin = _first(iter(shown))
    whole = next((t for _, t in shown if t != title and _is_cut(title, t)), title)
    sites = [publisher, *page.meta.get("og:site_name", [])]
    for site in sites:
        whole = without_site(whole, site)
    return whole, origin


def _titles(page: _Page) -> _Found:
    yield from ((OPEN_GRAPH, title) for title in page.meta.get("og:title", [])[:1])
    heads = [text for text in _texts(page, "//h1") if text]
    marked = [text for text in _texts(page, _HEADLINE_MARKS) if text]
    yield from ((PAGE, title) for title in (marked[:1] or (heads if len(heads) == 1 else [])))
    yield from _named(page, _TITLES)
    yield from ((PAGE, title) for title in (_headed(page), _head_title(page), *heads[:1]))


def _akin(one: str, other: str) -> bool:
    """True if two headlines share a word (a pair of letters, where words are not set apart)."""
    pair = [{w for w in t.casefold().split() if len(w) > 3} or _pairs(t) for t in (one, other)]
    return bool(pair[0] & pair[1]) or bool(_pairs(one) & _pairs(other) and not one.isascii())


def _pairs(text: str) -> set[str]:
    folded = fold_title(text)
    return {folded[i : i + 2] for i in range(len(folded) - 1)}


def _is_cut(title: str, whole: str) -> bool:
    """True if `title` ends with dots and `whole` goes on from there."""
    stem = title.rstrip(" .…")
    return stem != title and title.endswith(("…", "...")) and whole.startswith(stem)


def _author(page: _Page, publisher: str) -> tuple[str, str]:
    return next(
        ((names, origin) for origin, v in _authors(page) if (names := people(v, publisher))), ("", "")
    )


def _authors(page: _Page) -> Iterator[tuple[str, list[str]]]:
    for key in ("author", "creator"):
        yield (
            JSON_LD,
            [_name(one) for one in linked_data.part(page.article, key, page.data) if not _is_firm(one)],
        )
    for name in _AUTHORS.split():
        yield META, page.meta.get(name, [])[:_MOST]
    for path in _BYLINES:
        texts = ["\n".join(e.itertext())[:500] for e in page.tree.xpath(f"({path}){_NO_MARK}")[:_MOST]]
        yield PAGE, texts if path != _BYLINES[-1] else texts[:1]
    lines = (
        fold(str(text)) for text in page.tree.xpath("//body//text()[string-length(.) < 80]")[:_MOST_LINES]
    )
    yield PAGE, [name for line in lines if (name := byline(line))][:1]


def _name(value: object) -> str:
    if isinstance(value, dict):
        name = value.get("name") or " ".join(plain(value.get(k)) for k in ("givenName", "familyName"))
        value = name[0] if isinstance(name, list) and name else name
    return plain(value)


def _is_firm(value: object) -> bool:
    return isinstance(value, dict) and "organization" in str(value.get("@type")).casefold()


def _publisher(page: _Page) -> tuple[str, str]:
    found = [(origin, name.split(" | ")[0]) for origin, name in _publishers(page) if "://" not in name]
    named = [(origin, name) for origin, name in found if not is_host(name) and not name.startswith("@")]
    return _first(iter([*named, *found]))


def _publishers(page: _Page) -> _Found:
    for node in (page.article, page.about):
        yield from ((JSON_LD, _name(one)) for one in linked_data.part(node, "publisher", page.data))
    yield from ((OPEN_GRAPH, name) for name in page.meta.get("og:site_name", []))
    yield from _named(page, _PUBLISHERS)
    for path in _PUBLISHER_MARKS:
        yield from ((PAGE, name) for name in _texts(page, path))
    yield PAGE, _site_in_title(page)


def _site_in_title(page: _Page) -> str:
    """What <title> has before or behind the headline that the page shows."""
    heads = [head for head in _texts(page, "//h1") if head]
    head, title = heads[0] if len(heads) == 1 else _headed(page), _head_title(page)
    before, found, behind = title.partition(head) if head else ("", "", "")
    names = [part.strip(_BARS) for part in (behind, before) if part != part.strip(_BARS)]
    return next((name for name in names if found and 0 < len(name) <= 50 and "|" not in name), "")


def _headed(page: _Page) -> str:
    """The part of <title> that stands in the page as a line of its own."""
    parts = sorted(_BETWEEN.split(_head_title(page)), key=len, reverse=True)
    line = "//body//*[normalize-space(text())=$line or normalize-space(.)=$line]"
    shown = (
        part for part in parts[:3] if len(part) >= _SHORTEST_HEADLINE and page.tree.xpath(line, line=part)
    )
    return next(shown, "")


def _head_title(page: _Page) -> str:
    return next((plain(title.text_content()) for title in page.tree.xpath("//head/title")[:1]), "")


def _url(page: _Page) -> tuple[str, str]:
    found = [(origin, url) for origin, url in _addresses(page) if url]
    deep = [(origin, url) for origin, url in found if urlsplit(url).path.strip("/") or urlsplit(url).query]
    return _first(iter(_by_majority(deep) or found))


def _by_majority(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first unless the others agree on another place, when there are three or more."""
    if len(found) < 3:
        return found
    votes = Counter(place_of(url) for _, url in found)
    return sorted(found, key=lambda one: votes[place_of(one[1])] * 2 < len(found))


def _addresses(page: _Page) -> _Found:
    base = page.address or next(iter(page.meta.get("og:url", [])), "")
    for link in page.tree.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")[:1]:
        yield PAGE, absolute(base, str(link))
    yield from ((OPEN_GRAPH, absolute(base, url)) for url in page.meta.get("og:url", [])[:1])
    yield from ((JSON_LD, absolute(base, url)) for url in linked_data.addresses_of(page.article))
    for link in page.tree.xpath("//link[@itemprop='mainEntityOfPage' or @itemprop='url']/@href")[:1]:
        yield PAGE, absolute(base, str(link))


def absolute(base: str, link: str) -> str:
    """The http(s) address of `link` on the page at `base`; empty for what is none."""
    try:
        address = web_address(urljoin(base, link.strip()))
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""


def _language(page: _Page) -> tuple[str, str]:
    found = [(origin, _tag(tag)) for origin, tag in _languages(page) if tag]
    votes = Counter(tag.split("-")[0].casefold() for _, tag in found)
    by_votes = sorted(found, key=lambda one: -votes[one[1].split("-")[0].casefold()])
    return _first(iter([*by_votes, (PAGE, _by_script(_head_title(page)))]))


def _languages(page: _Page) -> _Found:
    yield PAGE, plain(page.tree.get("lang") or page.tree.get("xml:lang") or "")
    for node in (page.article, page.about):
        yield from ((JSON_LD, plain(tag)) for tag in linked_data.part(node, "inLanguage", page.data)[:1])
    yield from ((OPEN_GRAPH, tag) for tag in page.meta.get("og:locale", [])[:1])
    yield from _named(page, _LANGUAGES)


def _by_script(title: str) -> str:
    """The language that the letters of a headline tell: Japanese, Korean, Chinese; else empty."""
    scripts = {"ja": "[\u3041-\u30fa]", "ko": "[\uac00-\ud7a3]", "zh": "[\u4e00-\u9fff]"}
    return next((tag for tag, letters in scripts.items() if re.search(letters, title)), "")


def _tag(language: str) -> str:
    """A language tag: zh_CN is zh-CN; a word such as "English" is none."""
    tag = language.split(",")[0].strip().replace("_", "-")
    return tag if 2 <= len(tag.split("-")[0]) <= 3 and tag.replace("-", "").isalnum() else ""


def _is_locked(node: Node) -> bool:
    return str(node.get("isAccessibleForFree")).casefold() in ("false", "no", "0", "http://schema.org/false")


def _count(value: object) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
