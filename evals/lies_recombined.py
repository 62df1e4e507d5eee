"""Lies put together from the halves of one sentence: its own words, and what it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_JOINT = re.compile(r",? (?:and|but|while) |; ")
_NUMBER = re.compile(r"(?<![\d.,:\w-])\d[\d,]*(?:\.\d+)?(?![\d:]|st|nd|rd|th)")
_HAN_NUMBER = re.compile(r"\d[\d.]*|[一二三四五六七八九十百千两]{2,}")
_PAST = r"(?:[a-z]{3,}ed|won|lost|sold|bought|fell|rose|took|gave|met|broke|kept|paid|said|withdrew)"
_VERBS = re.compile(
    rf"^(?P<start>[^“”]*?\b{_PAST}) (?P<first>[^“”]+?),? (?:and|but) {_PAST} (?P<second>[^“”]+)\.$"
)
_NOUN = re.compile(r"(?:the|a|an|his|her|its|their|that|\d[\d,]*|[A-Z]\w+) ")


def recombined(sentence: str, chinese: bool) -> Iterator[str]:
    """The number of one half in the other; the first verb before what the second one is about."""
    if "“" in sentence:
        return
    halves = re.split("[，；]", sentence) if chinese else _JOINT.split(sentence)
    number = _HAN_NUMBER if chinese else _NUMBER
    for one, other in pairwise(halves):
        ours, theirs = number.search(one), number.search(other)
        if ours and theirs and ours.group() != theirs.group():
            told = one[: ours.start()] + theirs.group().rstrip(",") + one[ours.end() :]
            yield told.rstrip("。.,") + ("。" if chinese else ".")
    found = None if chinese else _VERBS.match(sentence)
    if found and _NOUN.match(found["first"]) and _NOUN.match(found["second"]):
        yield f"{found['start']} {found['second']}."
