"""The text of a web page as its reader sees it, and an article body that its page cuts into pieces made whole."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.decode import tidy
from ingest.paragraphs import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_UNSEEN = {"script", "style", "noscript", "template", "svg", "head", "iframe", "select", "textarea", "button"}
_INLINE = {
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
    ),
    *(
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
    ),
    *("sub", "sup", "time", "tt", "u", "var", "wbr"),
}
_BODY = re.compile(r"(?:article|story|post|entry|content|body)[-_]*(?:body|text|content|container)", re.I)
_PROSE = 80


def join_body(tree: HtmlElement) -> None:
    """Move the pieces of a body that is cut up (by advertisements, mostly) into the first of them.

    Pieces are blocks of one class that says body, each with prose, in one article with one headline at most.
    """
    pieces: dict[tuple[str, HtmlElement | None], list[HtmlElement]] = defaultdict(list)
    for block in tree.xpath("//div[@class] | //section[@class]"):
        if _BODY.search(block.get("class")) and any(
            len(text_of(p)) > _PROSE for p in block.iterchildren("p")
        ):
            pieces[block.get("class"), next(block.iterancestors("article", "main", "body"), None)].append(
                block
            )
    for (_, article), (first, *others) in pieces.items():
        if others and article is not None and len(article.xpath(".//h1")) <= 1:
            for other in others:
                first.extend(list(other))


def text_of(element: HtmlElement) -> str:
    """The text of an element on one line."""
    return fold(tidy(element.text_content()))


def lines(tree: HtmlElement) -> Iterator[str]:
    """What a reader sees of the page, a line for each block."""
    pieces: list[str] = []
    for piece in _pieces(tree):
        if piece is not None:
            pieces.append(piece)
            continue
        if line := fold(tidy("".join(pieces))):
            yield line
        pieces = []
    if line := fold(tidy("".join(pieces))):
        yield line


def _pieces(tree: HtmlElement) -> Iterator[str | None]:
    """The page's text in order; None where a block begins or ends. A walk with its own stack: pages nest deeply."""
    waiting: list[HtmlElement | str | None] = [tree]
    while waiting:
        one = waiting.pop()
        if one is None or isinstance(one, str):
            yield one
            continue
        seen, edge = isinstance(one.tag, str) and one.tag not in _UNSEEN, one.tag not in _INLINE
        after: list[HtmlElement | str | None] = [None] if edge and seen else []
        tail = [one.tail] if one.tail and one is not tree else []
        inside: list[HtmlElement | str | None] = [one.text or "", *one] if seen else []
        waiting += reversed([*after, *inside, *after, *tail])
