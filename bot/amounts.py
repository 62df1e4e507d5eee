"""Which number belongs to what: "12 killed and 30 injured" must not become "30 killed"."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from bot.lexicon import CALENDAR
from bot.words import Kind, Word, Words, content_keys


def numbers_swapped(claim: Words, quote: Words) -> bool:
    """Whether a number of `claim` stands beside words that in `quote` belong to another number, or to none."""
    ours, theirs = _neighbours(claim), _neighbours(quote)
    for number in ours.keys() & theirs.keys():
        own = content_keys(theirs[number])
        others = content_keys(tuple(w for other, words in theirs.items() if other != number for w in words))
        if any(word.keys & others and not word.keys & own for word in ours[number]):
            return True
    return _verbs_swapped(claim, quote)


def _verbs_swapped(claim: Words, quote: Words) -> bool:
    """Whether a number stands behind another word of the quote than there, and that one is gone."""
    said, told = content_keys(claim), content_keys(quote)
    ours, theirs = _behind(claim), _behind(quote)
    return any(
        ours[number].keys & told and not theirs[number].keys & (said | ours[number].keys)
        for number in ours.keys() & theirs.keys()
    )


def _behind(text: Words) -> dict[str, Word]:
    pairs = pairwise(text)
    return {
        word.text: before
        for before, word in pairs
        if word.kind is Kind.NUMBER and before.kind is Kind.CONTENT
    }


def _neighbours(text: Words) -> dict[str, Words]:
    """For each number, the words next to it that count, and its "from" or "to"."""
    near: dict[str, Words] = {}
    for at, word in enumerate(text):
        if word.kind is Kind.NUMBER:
            before = text[max(0, at - 3) : at]
            directed = (
                before[-1:] if before and before[-1].text in ("from", "to") else _next(reversed(before))
            )
            near[word.text] = (*near.get(word.text, ()), *directed, *_next(text[at + 1 : at + 5]))
    return near


def _next(text: Iterable[Word]) -> Words:
    for word in text:
        if word.kind in (Kind.BREAK, Kind.NUMBER) or word.text in ("and", "but", "while", "or"):
            return ()
        if (word.counts and word.text not in CALENDAR) or word.kind is Kind.HAN:
            return (word,)
    return ()
