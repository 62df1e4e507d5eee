"""XML and scraps of HTML from strangers: no entities, no DTD, no network, no trees deeper than lxml's own limits."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from ingest.decode import tidy
from ingest.draft import Unreadable
from ingest.paragraphs import from_lines

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

    Element: TypeAlias = _Element

_BLOCKS = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "dd",
            "div",
            "dl",
            "dt",
            "figure",
            "footer",
            "header",
        ),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "main",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tr",
            "ul",
        ),
    ]
)
_UNREAD = frozenset(["figcaption", "form", "iframe", "noscript", "script", "style", "svg", "template"])
_LARGEST_SCRAP = 2_000_000


def elements(data: bytes, *names: str) -> Iterator[tuple[str, Element]]:
    """Local name and element of those called one of `names`, each as soon as it ends; emptied afterwards.

    Damaged XML ends the stream where the damage begins to matter. Raises Unreadable if it is no XML at all.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parse = etree.iterparse(
        BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    try:
        for _, element in parse:
            name = local(element)
            if name in names:
                yield name, element
                element.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is not XML that can be read ({error.msg})") from error


def local(element: Element) -> str:
    """The element's name without its namespace, in lower case; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def prose(html: str) -> str:
    """The text of a scrap of HTML in paragraphs, without captions, forms and scripts."""
    from lxml import etree
    from lxml.html import fragment_fromstring  # type: ignore[import-untyped]

    scrap = html[:_LARGEST_SCRAP].replace("\0", "")
    if "<" not in scrap and "&" not in scrap:
        return from_lines(tidy(scrap))
    try:
        tree = fragment_fromstring(scrap, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    return from_lines(tidy("".join(_words(tree))))


def _words(tree: Element) -> Iterator[str]:
    """Text with a line break around every block; by events, for recursion would end at a page's own depth."""
    from lxml import etree

    unread = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name = local(element)
        skipped = name in _UNREAD or not name
        if event == "start":
            unread += skipped
            yield "\n" if name in _BLOCKS else ""
            yield _inline(element.text) if not unread else ""
        else:
            unread -= skipped
            yield "\n" if name in _BLOCKS else ""
            yield _inline(element.tail) if not unread and element is not tree else ""


def _inline(text: str | None) -> str:
    return (text or "").replace("\n", " ")
