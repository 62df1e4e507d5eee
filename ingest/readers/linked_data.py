"""JSON-LD of a web page: the node that describes this very page's article, among all that stand in the page.

A node is this page's when it names the page's address, or when its headline is the page's; a node that names another
address is somebody else's (a list of related articles). Else the first article counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

Node = Mapping[str, Any]

_LONGEST_SCRIPT = 2_000_000
_MOST_NODES = 20_000
_DEEPEST = 30
_ARTICLE = re.compile(r"(?:article|posting|report|newsstory)$", re.I)
_PAGE = re.compile(r"(?:web|item)page$", re.I)
# What an article only mentions is not the article.
_ASIDES = {
    *("itemListElement", "liveBlogUpdate", "hasPart", "isPartOf", "mentions", "citation", "comment", "about"),
    *("isBasedOn", "relatedLink", "significantLink", "review", "backstory", "associatedMedia", "subjectOf"),
}
_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_BEFORE_CLOSE = re.compile(r",(\s*[}\]])")
_NO_VALUE = re.compile(r'("\s*:)(\s*[,}])')
_PLAIN_PATH = re.compile(r"^/amp(?=/)|(?:/amp|\.amp|\.html?|/index\.html?)?/*$")


def nodes(scripts: Sequence[str]) -> list[Node]:
    """Every object in the page's JSON-LD scripts, outer ones first; references by @id are followed by `part`."""
    return [node for script in scripts for value in _values(script) for node in _walk(value)][:_MOST_NODES]


def own_article(found: Sequence[Node], addresses: Sequence[str], titles: Sequence[str]) -> Node:
    """The article among `found` that the page at `addresses`, headed by one of `titles`, is; else empty."""
    articles = [node for node in found if is_a(node, _ARTICLE)]
    known, heads = {place_of(address) for address in addresses if address}, [fold_title(t) for t in titles]
    ranked = sorted(articles, key=lambda node: -_rank(node, known, heads))
    return ranked[0] if ranked and _rank(ranked[0], known, heads) >= 0 else {}


def own_page(found: Sequence[Node], addresses: Sequence[str]) -> Node:
    """The WebPage node, if it names no other address; else empty."""
    known = {place_of(address) for address in addresses if address}
    return next((node for node in found if is_a(node, _PAGE) and _rank(node, known, []) >= 0), {})


def is_a(node: Node, kind: re.Pattern[str]) -> bool:
    """True if one of the node's types matches."""
    types = node.get("@type")
    return any(isinstance(t, str) and kind.search(t) for t in (types if isinstance(types, list) else [types]))


def part(node: Node, key: str, found: Sequence[Node]) -> list[Any]:
    """The values of `key` as a list, references to other nodes of the page resolved."""
    value = node.get(key)
    values = value if isinstance(value, list) else [value]
    return [_resolved(one, found) for one in values if one not in (None, "", {})]


def addresses_of(node: Node) -> list[str]:
    """The addresses that the node says are its page's."""
    main = node.get("mainEntityOfPage")
    inner = [main.get("@id"), main.get("url")] if isinstance(main, dict) else [main]
    claimed = [*inner, node.get("url"), node.get("@id")]
    return [one for one in claimed if isinstance(one, str) and one.startswith(("http:", "https:", "/"))]


def place_of(address: str) -> str:
    """What two spellings of one page's address have in common: no scheme, www., amp, query or fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = re.sub(r"^(?:www|m|mobile|amp)\.", "", parts.netloc.casefold())
    return host + _PLAIN_PATH.sub("", parts.path)


def fold_title(title: str) -> str:
    """Letters and digits of `title` alone, to compare by."""
    return "".join(filter(str.isalnum, unescape(title).casefold()))


def _rank(node: Node, known: set[str], heads: Sequence[str]) -> int:
    claimed = {place_of(address) for address in addresses_of(node)}
    headline = fold_title(str(node.get("headline") or node.get("name") or ""))
    if known & claimed:
        return 2
    if headline and any(headline in head or head in headline for head in heads if head):
        return 1
    return -1 if known and any("/" in place for place in claimed) else 0


def _resolved(value: Any, found: Sequence[Node]) -> Any:
    if not isinstance(value, dict) or set(value) - {"@id", "@type"}:
        return value
    same = (node for node in found if node.get("@id") == value.get("@id") and len(node) > len(value))
    return next(same, value)


def _walk(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key not in _ASIDES:
                yield from _walk(inner, depth + 1)


def _values(script: str) -> Iterator[Any]:
    """The JSON values in a script; newspapers write trailing commas, empty values, entities, two objects in a row."""
    text = _WRAPPING.sub("", script[:_LONGEST_SCRIPT]).strip().rstrip(";")
    for attempt in (text, _BEFORE_CLOSE.sub(r"\1", _NO_VALUE.sub(r"\1 null\2", text)), unescape(text)):
        try:
            yield from _decoded(attempt)
        except (ValueError, RecursionError):
            continue
        return


def _decoded(text: str) -> list[Any]:
    decoder, values, at = json.JSONDecoder(strict=False), [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(value)
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,;"))
    return values
