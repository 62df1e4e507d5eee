"""A claim of one clause must come from one clause.

"Operations are put off until March 3, and visits are allowed only in emergencies" does not say that visits are allowed
until March 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bot.lexicon import AUXILIARY_VERBS, HEDGES, PREPOSITIONS
from bot.words import Kind, Word, Words, content_keys, verbal

_JOINTS = frozenset({"and", "but", "while", "whereas"})
_POINTING = frozenset({"those", "they", "it", "their", "its", "he", "she", "his", "her", "both", "them"})
_PLACES = frozenset({"in", "at", "on", "near", "of", "inside", "outside", "around", "across", "off"})
_MOVES = frozenset(
    {"from", "to", "into", "toward", "towards", "against", "for", "with", "by", "over", "than"}
)


def scattered(claim: Words, quote: Words) -> bool:
    """Whether a claim without a joint of its own takes its words from clauses that have subjects of their own."""
    if any(word.text in _JOINTS or word.text == ";" for word in claim):
        return _moved(claim, quote)
    parts = [_with_subject(part, quote) for part in _independent(quote)]
    told = [word for word in claim if word.counts and word.keys & content_keys(quote)]
    whole = any(all(word.keys & content_keys(part) for word in told) for part in parts)
    return not whole or _moved(claim, quote)


def _independent(quote: Words) -> Iterator[Words]:
    """The quote cut at ";" and before each ", and", ", but" or "while" that a new subject follows."""
    start, quoted = 0, False
    for at, word in enumerate(quote):
        quoted ^= word.text == '"'
        if quoted or not start < at < len(quote) - 1:
            continue
        comma = word.text in _JOINTS and quote[at - 1].text == ","
        if word.text == ";" or (
            (comma or word.text in ("while", "whereas")) and _new_subject(quote[at + 1 :])
        ):
            yield quote[start:at]
            start = at
    yield quote[start:]


def _new_subject(following: Words) -> bool:
    """Whether a noun and then a verb follow: a clause that says something of somebody else."""
    for at, word in enumerate(following[:8]):
        if word.text in AUXILIARY_VERBS or word.text in HEDGES or "~say" in word.keys:
            return at > 0
        if word.kind is Kind.CONTENT and word.text.endswith("ed"):
            return at > 0
        if word.kind is Kind.BREAK or word.text in PREPOSITIONS:
            return False
        if at and verbal(word) and not word.text.endswith("s"):
            return True
    return False


def _with_subject(part: Words, quote: Words) -> Words:
    """The part; where it points back ("those of", "it"), with what it may point to."""
    return quote if any(word.text in _POINTING for word in part[:5]) else part


def _moved(claim: Words, quote: Words) -> bool:
    """Whether a name stands behind "in" that the quote has only behind "from", "to", "against" and their like."""
    for before, word in pairwise(claim):
        if before.text in ("in", "at", "on", "near") and word.kind is Kind.NAME:
            theirs = {b.text for b, w in pairwise(quote) if _same(w, word)}
            if theirs and theirs <= _MOVES | {"outside"}:
                return True
    return False


def _same(one: Word, other: Word) -> bool:
    return one.kind is Kind.NAME and bool(one.keys & other.keys)
