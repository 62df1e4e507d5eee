"""Chinese evidence clause by clause: what a claim says in one clause may not be put together from several.

"三人死亡，四十人受伤" says neither "四十人死亡" nor "三人受伤".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.lexicon import HAN_FUNCTION, HAN_NEUTRAL
from bot.words import HAN

_SYMBOL = re.compile(rf"\d+(?:\.\d+)?%?|[{HAN}]")
_HAN = re.compile(f"[{HAN}]")
_CLAUSE = re.compile(r"[,;:。!?、\"]+")
_NEUTRAL = re.compile("|".join(sorted(HAN_NEUTRAL, key=len, reverse=True)))
_BETWEEN = frozenset("对向给把被由比从")
_MOST_PIECES = 4

Symbols = tuple[str, ...]


def recombined(claim: str, quote: str) -> bool:
    """Whether a clause of `claim` takes its words from several clauses of `quote`; both as `normal` gives them."""
    clauses = [found for part in _CLAUSE.split(quote) if (found := _symbols(part))]
    said = [found for part in _CLAUSE.split(claim) if _HAN.search(part) and (found := _symbols(part))]
    return any(not _made_of(part, clauses) or _turned_round(part, clauses) for part in said)


def _symbols(text: str) -> Symbols:
    """Numbers whole and characters one by one, empty words at the beginning left out."""
    found = _SYMBOL.findall(_NEUTRAL.sub("", text))
    while found and found[0] in HAN_FUNCTION:
        found.pop(0)
    return tuple(found)


def _made_of(said: Symbols, clauses: Sequence[Symbols], pieces: int = _MOST_PIECES) -> bool:
    """Whether one clause has all of it, or its beginning, and the rest is the beginning of a later clause on."""
    for number, clause in enumerate(clauses):
        if _has(said, clause):
            return True
        for at in range(len(said) - 1, 0, -1) if pieces > 1 else ():
            rest = said[at:]
            later = [other for other in clauses[number + 1 :] if _opens(rest, other)]
            if later and _has(said[:at], clause) and any(_rest_of(rest, o, clauses, pieces) for o in later):
                return True
    return False


def _rest_of(rest: Symbols, clause: Symbols, clauses: Sequence[Symbols], pieces: int) -> bool:
    return _made_of(rest, clauses[clauses.index(clause) :], pieces - 1)


def _opens(rest: Symbols, clause: Symbols) -> bool:
    """Whether `rest` begins as the clause does and tells most of it: "司机" alone tells nothing of the driver."""
    return rest[:2] == clause[:2] and (rest[-1] == clause[-1] or 3 * len(rest) >= 2 * len(clause))


def _has(said: Symbols, clause: Symbols) -> bool:
    """Whether every number, and every character beside another one, stands so in the clause."""
    pairs = set(pairwise(clause))
    for at, symbol in enumerate(said):
        beside = {said[max(0, at - 1) : at + 1], said[at : at + 2]}
        if symbol not in HAN_FUNCTION and not beside & pairs and said != (symbol,) * (symbol in clause):
            return False
    return True


def _turned_round(said: Symbols, clauses: Sequence[Symbols]) -> bool:
    """Whether "甲对乙" stands where the quote has "乙对甲"."""
    for at, symbol in enumerate(said):
        if symbol in _BETWEEN and 1 < at < len(said) - 2:
            turned = "".join((*said[at + 1 : at + 3], symbol, *said[at - 2 : at]))
            if any(turned in "".join(clause) for clause in clauses):
                return True
    return False
