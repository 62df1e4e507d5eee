"""Chinese, Japanese and Korean evidence: without spaces, a claim must be made of its quote's own characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.han_pieces import recombined
from bot.lexicon import (
    HAN_FUNCTION,
    HAN_HEDGES,
    HAN_NEGATION,
    HAN_NEUTRAL,
    HAN_NOT_HEDGES,
    HAN_NOT_NEGATION,
)
from bot.words import HAN, normal

NEGATION = re.compile("|".join(HAN_NEGATION))
NO_NEGATION = re.compile("|".join(HAN_NOT_NEGATION))  # what only looks like one
HEDGE = re.compile("|".join(HAN_HEDGES))
NO_HEDGE = re.compile("|".join(HAN_NOT_HEDGES))

_RUN = re.compile(f"[{HAN}]+")
_CLAUSE = re.compile(r"[,;:。!?、]")
_NEUTRAL = re.compile("|".join(sorted(HAN_NEUTRAL, key=len, reverse=True)))
_PASSIVE = re.compile("被|遭(?!遇)")


def characters(text: str) -> str:
    """The CJK characters of `text`."""
    return "".join(_RUN.findall(text))


def covers(claim: str, quote: str) -> bool:
    """Whether every CJK word of `claim` stands in `quote`, in no reversed order and with the same stance."""
    said, told = normal(claim), normal(quote)
    if any(strange(run, told) for run in _RUN.findall(_NEUTRAL.sub(" ", said))):
        return False
    if recombined(said, told):
        return False
    blocks = [list(_blocks(clause, told)) for clause in _CLAUSE.split(said)]
    near = " ".join(c for c in _CLAUSE.split(told) if any(block in c for part in blocks for block in part))
    passive = bool(_PASSIVE.search(said)), bool(_PASSIVE.search(told))
    return (
        _sign(NEGATION, NO_NEGATION, said) == _sign(NEGATION, NO_NEGATION, near)
        and _count(HEDGE, NO_HEDGE, said) >= _count(HEDGE, NO_HEDGE, near)
        and not any(_reversed(part, told, *passive) for part in blocks)
    )


def negations(text: str) -> int:
    """How many words of `text` deny something."""
    return _count(NEGATION, NO_NEGATION, text)


def strange(run: str, quote: str) -> bool:
    """Whether some character of a run belongs to no pair that the quote has, and is no function word."""
    known = [len(run) == 1 and run in quote] * len(run)
    for at in range(len(run) - 1):
        if run[at : at + 2] in quote:
            known[at] = known[at + 1] = True
    return any(not ok and c not in HAN_FUNCTION for ok, c in zip(known, run, strict=True))


def _sign(cue: re.Pattern[str], exceptions: re.Pattern[str], text: str) -> bool:
    return bool(cue.search(exceptions.sub(" ", text)))


def _count(cue: re.Pattern[str], exceptions: re.Pattern[str], text: str) -> int:
    return len(cue.findall(exceptions.sub(" ", text)))


def _blocks(claim: str, quote: str) -> Iterator[str]:
    """The longest stretches of the claim that stand in the quote, left to right."""
    for run in _RUN.findall(claim):
        at = 0
        while at < len(run) - 1:
            size = next((n for n in range(len(run) - at, 1, -1) if run[at : at + n] in quote), 1)
            if size > 1:
                yield run[at : at + size]
            at += size


def _reversed(blocks: list[str], quote: str, passive: bool, was_passive: bool) -> bool:
    places = [quote.find(block) for block in blocks]
    if passive != was_passive:
        # 甲被乙打 says what 乙打甲 says: with the passive on one side only, the order has to turn.
        return len(places) > 1 and places == sorted(places)
    return any(a > v > b for a, v, b in zip(places, places[1:], places[2:], strict=False))
