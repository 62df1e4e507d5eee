"""Live blogs: the hour that heads an entry, which extraction takes for furniture, becomes a paragraph of its text."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from ingest.readers.page_text import text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_STAMPS = "//body//time | //body//*[contains(@class, 'time') or contains(@class, 'date')][not(*[*])]"
_NO_STAMP = "[not(ancestor-or-self::*[contains(@class, 'comment') or self::nav or self::aside])]"
# "14:32", "17.58 GMT", "2:05 p.m. ET, 5 November 2026", "vor 9 Uhr 15"; "3 hours ago" is out of date once saved.
_HOUR = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])(?:[:.h]| Uhr )[0-5]\d(?!\d|[.:]\d{2,4}\b)")
_CHANGED = re.compile(r"\W*(?:last )?(?:updated?|modified|aktualisiert|mis à jour|actualizado|更新)", re.I)
_LONGEST = 40
_LEAST_ENTRIES = 3  # an article has two times at most: published and updated
_PROSE = 40
# A page made to take long has a hundred thousand hours and no prose.
_MOST = 500
_LEVELS = 8
_ENTRY = ("article", "section", "li", "div")


def head_entries(tree: HtmlElement) -> None:
    """Move the hour of each entry of a live blog above its prose, as a paragraph."""
    entries: dict[tuple[str, str], dict[HtmlElement, tuple[HtmlElement, HtmlElement]]] = defaultdict(dict)
    stamps = (stamp for stamp in tree.xpath(f"({_STAMPS}){_NO_STAMP}") if _is_hour(text_of(stamp)))
    for stamp in islice(stamps, _MOST):
        if found := _entry(stamp):
            entry, prose = found
            entries[entry.tag, entry.get("class") or ""].setdefault(entry, (stamp, prose))
    for alike in entries.values():
        for stamp, prose in alike.values() if len(alike) >= _LEAST_ENTRIES else ():
            _move(stamp, prose)


def _is_hour(text: str) -> bool:
    return len(text) <= _LONGEST and bool(_HOUR.search(text)) and not _CHANGED.match(text)


def _entry(stamp: HtmlElement) -> tuple[HtmlElement, HtmlElement] | None:
    """The nearest block around the stamp that has prose, and the prose; None when it is the whole article."""
    for block in islice(stamp.iterancestors(_ENTRY), _LEVELS):
        prose = next((p for p in islice(block.iter("p"), _LEVELS) if len(text_of(p)) >= _PROSE), None)
        if prose is not None:
            return None if block.xpath(".//h1") else (block, prose)
    return None


def _move(stamp: HtmlElement, prose: HtmlElement) -> None:
    first, hour = prose, text_of(stamp)
    while (before := first.getprevious()) is not None and before.tag in ("h2", "h3", "h4", "p"):
        first = before
    line = first.makeelement("p")
    line.text = hour
    first.addprevious(line)
    if next(stamp.iter("p"), None) is None:
        stamp.drop_tree()
