"""A claim of one clause must come from one clause.

"Operations are put off until March 3, and visits are allowed only in emergencies" does not say that visits are allowed
until March 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from bot.words import Kind, Word, Words, content_keys
from bot.writing.pieces import pieces
from bot.writing.verbs import KNOWING_KEYS, has_subject

_MOVES = frozenset(
    {"from", "to", "into", "toward", "towards", "against", "for", "with", "by", "over", "than"}
)
_REACH = 5


def scattered(claim: Words, quote: Words) -> bool:
    """Whether one thing that the claim says takes its words from several things that the quote says."""
    parts = tuple(pieces(quote))
    ways = (pieces(claim), pieces(claim, every=True))
    apart = not _verbatim(claim, quote) and not any(_from_one_each(way, parts, quote) for way in ways)
    return apart or _moved(claim, quote)


def _verbatim(claim: Words, quote: Words) -> bool:
    """Whether the claim is a stretch of the quote, word for word, but for something between two commas."""
    commas = [at for at, word in enumerate(quote) if word.text == ","]
    asides = ((one, other + 1) for one, other in pairwise(commas))
    whole = (quote, *((*quote[:start], *quote[end:]) for start, end in asides))
    return any(_stretch(claim, each) for each in whole)


def _stretch(claim: Words, text: Words) -> bool:
    said, told = [word.text for word in claim], [word.text for word in text]
    return any(told[at : at + len(said)] == said for at in range(len(told) - len(said) + 1))


def _from_one_each(said: Iterable[Words], parts: Iterable[Words], quote: Words) -> bool:
    known = content_keys(quote)
    told, whole = list(said), list(parts)
    if 1 < len(told) == len(whole):
        told[-1] = _without_place(told[-1], whole[-1])
    return all(any(_within(each, part, known) for part in whole) for each in told)


def _without_place(last: Words, part: Words) -> Words:
    """The last half of a claim that tells both: "killed 12 and hurt 30 in Arden", where the quote's has no "in"."""
    free = {"in", "at"} - {word.text for word in part}
    return tuple(
        word
        for at, word in enumerate(last)
        if not (at and word.kind is Kind.NAME and last[at - 1].text in free)
    )


def _within(said: Words, part: Words, known: frozenset[str]) -> bool:
    """Whether every word of `said` that the quote has stands in `part`, on one side of its "confirmed that"."""
    counted = (word for word in said if word.text != "people")
    told = [word.keys for word in counted if (word.counts or "~say" in word.keys) and word.keys & known]
    # "declared" is as good as "said", but not where the quote has a "declared" elsewhere.
    exact = [(keys - {"~say"}) & known or keys for keys in told]
    return any(all(keys & content_keys(side) for keys in exact) for side in _sides(said, part))


def _sides(said: Words, part: Words) -> tuple[Words, ...]:
    """The part, or, for what leaves out its "confirmed", what stands before and behind "confirmed that"."""
    for at, word in enumerate(part):
        verb = next((w for w in reversed(part[max(0, at - _REACH) : at]) if w.keys & KNOWING_KEYS), None)
        if word.text == "that" and verb is not None and has_subject(part[at + 1 :]):
            kept = any(w.keys & (verb.keys | {"~say"}) or w.text == "according" for w in said)
            return (part,) if kept else (part[:at], part[at + 1 :])
    return (part,)


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
