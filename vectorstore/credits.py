"""Which copy of a story the others should defer to: whole, not corrected since, credited by the
others as their source, first, longest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

AS_LONG = 0.9  # of the longest: copies this near to it differ in house style, not in what they tell
_HEAD, _TAIL = 300, 400  # characters in which a credit stands
GENERIC = frozenset(("news", "com", "org", "net", "www", "online", "agency"))

_NAME = r"[A-Z][\w.&’'-]*(?: (?:of|and|the|[A-Z][\w.&’'-]*)){0,5}"
_DATELINE = re.compile(rf"\(({_NAME})\)\s*[-–—:]")
_HAN_DATELINE = re.compile(r"据?([㐀-鿿]{1,4}社)(?=[㐀-鿿]{0,8}\d+(?:月\d+)?日电|报道|消息|记者)")
_PUBLISHED_BY = re.compile(
    rf"(?:originally|first) (?:published|appeared) (?:by|in|on|at) (?:[Tt]he )?({_NAME})"
)
_SOURCE = re.compile(rf"(?:^|\n)Source: ({_NAME})|来源[:：]\s*([^\s（）()，。]+)")


@dataclass(frozen=True, slots=True)
class Copy:
    """A member of a story, as far as the choice depends on it; `published` in seconds since 1970,
    `outdated` when another member once had its very text and was corrected."""

    id: str
    text: str
    publisher: str = ""
    published: float | None = None
    incomplete: bool = False
    outdated: bool = False


def canonical(copies: Sequence[Copy]) -> str:
    """The id of the copy that stands for them all; the same in whatever order they come."""
    current = [copy for copy in copies if not copy.outdated] or copies
    whole = [copy for copy in current if not copy.incomplete] or current
    longest = max(len(copy.text) for copy in whole)
    near = [copy for copy in whole if len(copy.text) >= AS_LONG * longest]
    credits = [(copy.id, name) for copy in copies for name in credited(copy.text)]

    def rank(copy: Copy) -> tuple[int, float, int, str]:
        by = {id_ for id_, name in credits if id_ != copy.id and is_named(copy.publisher, name)}
        first = float("inf") if copy.published is None else copy.published
        return -len(by), first, -len(copy.text), copy.id

    return min(near, key=rank).id


def credited(text: str) -> Iterator[str]:
    """The sources that an article names as its own: in its dateline, or in a line at its beginning or end."""
    head, tail = text[:_HEAD], text[-_TAIL:]
    for pattern, places in (
        (_DATELINE, (head,)),
        (_HAN_DATELINE, (head,)),
        (_PUBLISHED_BY, (head, tail)),
        (_SOURCE, (head, tail)),
    ):
        for place in places:
            yield from (next(filter(None, found.groups())) for found in pattern.finditer(place))


def is_named(publisher: str, name: str) -> bool:
    """Whether `name` means `publisher`: the same words but for generic ones, or its initials (AP, AFP)."""
    ours, theirs = _words(publisher), _words(name)
    if not ours or not theirs:
        return False
    if _telling(ours) == _telling(theirs):
        return True
    return len(ours) > 1 and "".join(theirs) in {_initials(ours), _initials(_telling(ours))}


def _telling(words: list[str]) -> list[str]:
    """Without generic words (Reuters News, bbc.com), unless all are."""
    return [word for word in words if word not in GENERIC] or words


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words)


def _words(name: str) -> list[str]:
    """Without an article in front, and a Chinese name without the kind of house it is."""
    words = re.findall(r"\w+", name.casefold())
    kept = words[1:] if words[:1] == ["the"] else words
    return [re.sub("(?<=[㐀-鿿]{2})[社网报]$", "", word) for word in kept]
