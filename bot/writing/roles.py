"""Whether a claim says the same of others: who did what to whom, from where, how many of which.

Read off the order of the words; what the order does not tell is taken to be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import dropwhile, takewhile

from bot.amounts import numbers_swapped
from bot.lexicon import (
    AUXILIARIES,
    CALENDAR,
    IRREGULAR_VERBS,
    PREPOSITIONS,
    PRONOUNS,
    SPEECH,
    SYMMETRIC,
)
from bot.words import Keys, Kind, Word, Words, content_keys, has_name, stem, verbal
from bot.writing.posts import posts_swapped

_SYMMETRIC = frozenset(map(stem, SYMMETRIC))
_SUBJECT_ENDS = PRONOUNS | SPEECH | {"and", "that", "but", "or"}
_DIRECTIONS = frozenset(
    {"from", "to", "against", "into", "toward", "towards", "for", "than", "over", "after", "before"}
)
_RANKS = frozenset({"ahead", "behind", "than", "above", "below", "before", "after"})
_REACH = 6
_FAR = 14
_BY = "^by"  # counts as a name: who comes behind a passive's "by" is as certain as one


def swapped(claim: Words, near: Words, quote: Words) -> bool:
    """Whether names or numbers of `claim` stand in other places than in `quote`; `near` is the part it is about."""
    return (
        _roles_swapped(claim, near)
        or _directions_swapped(claim, near)
        or posts_swapped(claim, quote)
        or _sides_swapped(claim, near)
        or numbers_swapped(claim, quote)
    )


def _roles_swapped(claim: Words, quote: Words) -> bool:
    ours, theirs = _roles(claim), _roles(quote)
    shared = ours.keys() & theirs.keys() - _SYMMETRIC
    return any(_swapped(ours[verb], theirs[verb], says=verb == "~say") for verb in shared)


def _swapped(ours: tuple[Keys, Keys], theirs: tuple[Keys, Keys], says: bool) -> bool:
    # A word on both sides ("President Kim told President Putin") tells nobody apart.
    agents, patients = ours[0] - ours[1], ours[1] - ours[0]
    doers, objects = theirs[0] - theirs[1], theirs[1] - theirs[0]
    if agents & doers - {_BY}:
        return False
    named = has_name(agents), has_name(doers)
    others = agents and doers and (all(named) if says else any(named))
    turned_round = agents & objects and patients & doers
    suffered = not agents and patients & doers and not patients & objects and any(map(str.isalpha, objects))
    return bool(others or turned_round or suffered)


def _by(after: Words) -> int | None:
    """Where the "by" of a passive stands."""
    clause = tuple(takewhile(lambda word: word.kind is not Kind.BREAK, after[: _REACH + 2]))
    return next(
        (at for at, word in enumerate(clause) if word.text == "by" and not _measure(after[at:])), None
    )


def _measure(by: Words) -> bool:
    """Whether "by" tells how much: "by 118 votes", "by about a third", "by March"."""
    following = (word for word in by[1:4] if word.kind is not Kind.STOP)
    first = next(following, None)
    return first is not None and (first.kind is Kind.NUMBER or first.text in CALENDAR)


def _roles(text: Words) -> dict[str, tuple[Keys, Keys]]:
    """For each verb-like word, the keys of who does it and of whom it is done to, as far as order tells."""
    roles: dict[str, tuple[Keys, Keys]] = {}
    for at, verb in enumerate(text):
        says = "~say" in verb.keys
        if not says and not verbal(verb):
            continue
        before, after = _subject(text[:at]), _object(text[at + 1 :])
        by = _by(text[at + 1 :])
        passive = {w.text for w in text[max(0, at - 2) : at]} & AUXILIARIES and not verb.text.endswith("ing")
        if by is not None and (passive or (by < 3 and not before)):
            before, after = _object(text[at + by + 2 :]) | {_BY}, before
        elif passive:
            before, after = frozenset(), before
        elif says and at + 1 < len(text) and text[at + 1].kind is Kind.NAME and not has_name(before):
            before, after = _speaker(text[at + 1 :]), frozenset()
        for key in verb.keys:
            agents, patients = roles.get(key, (frozenset(), frozenset()))
            roles[key] = (agents | before, patients | after)
    return roles


def _speaker(after: Words) -> Keys:
    """Keys of who said it, behind "said": "Halvorsen's chief executive, Beatrix Holm"."""
    first = tuple(takewhile(lambda word: word.kind is not Kind.BREAK, after[:_REACH]))
    added = takewhile(lambda word: word.kind is Kind.NAME, after[len(first) + 1 :])
    return _object(after) | content_keys(tuple(added))


def _subject(before: Words) -> Keys:
    """Keys of the nearest words before a verb that no preposition governs; of "men who", the men."""
    keys: Keys = frozenset()
    named = False
    words = _antecedent(_without_aside(before))[-_FAR:]
    for at in range(len(words) - 1, -1, -1):
        word = words[at]
        past = word.kind is Kind.CONTENT and (word.text.endswith("ed") or word.text in IRREGULAR_VERBS)
        if word.kind is Kind.BREAK or word.text in _SUBJECT_ENDS or past:
            return keys
        if word.text in PREPOSITIONS:  # "Soriano of Team Falke won": what it governs is not the subject
            if word.text not in ("of", "in", "from", "at", "for"):
                return frozenset()
            keys, named = frozenset(), False
        if word.counts and word.kind is not Kind.NUMBER:
            if named and word.kind is not Kind.NAME:
                return keys
            named = named or word.kind is Kind.NAME
            keys |= word.keys
    return keys


def _without_aside(before: Words) -> Words:
    """ "The governor, Paulo Estrada," as one stretch; "Brandt, who had worn it for nine days," as "Brandt"."""
    if not before or before[-1].text != ",":
        return before
    opening = next((at for at in range(len(before) - 2, -1, -1) if before[at].text == ","), None)
    if opening is None or len(before) - opening > _FAR:
        return before
    aside = before[opening + 1 : -1]
    plain = bool(aside) and all(word.kind is Kind.NAME for word in aside)
    return (*before[:opening], *aside) if plain else before[:opening]


def _antecedent(before: Words) -> Words:
    close = range(len(before) - 1, max(-1, len(before) - 4), -1)
    return before[: next((at for at in close if before[at].text == "who"), len(before))]


def _object(after: Words) -> Keys:
    """Keys of the words after a verb up to the next preposition or clause mark."""
    keys: Keys = frozenset()
    for word in after[:_REACH]:
        if word.kind is Kind.BREAK or word.text in PREPOSITIONS:
            break
        keys |= word.keys if word.counts and word.text not in CALENDAR else frozenset()
    return keys


def _directions_swapped(claim: Words, quote: Words) -> bool:
    """Whether something else stands behind "from", "to" or "against" than in the quote, which has it elsewhere."""
    ours, theirs = _directed(claim), _directed(quote)
    told = content_keys(tuple(word for word in quote if word.counts))
    return any(
        keys & told and not keys & theirs[direction]
        for direction, keys in ours.items()
        if theirs.get(direction)
    )


def _directed(text: Words) -> dict[str, Keys]:
    """For each preposition of direction, the keys of what is right behind it: names, and where it is clear, nouns."""
    behind: dict[str, Keys] = {}
    for at, word in enumerate(text):
        if word.text in _DIRECTIONS:
            kinds = (Kind.NAME, Kind.CONTENT) if word.text in ("against", "from", "than") else (Kind.NAME,)
            rest = dropwhile(lambda w: w.text in ("the", "a", "an", "mr", "mrs", "ms"), text[at + 1 :])
            behind[word.text] = behind.get(word.text, frozenset()) | content_keys(_run(rest, kinds))
    return behind


def _run(text: Iterable[Word], kinds: tuple[Kind, ...]) -> Words:
    return tuple(takewhile(lambda word: word.kind in kinds, text))


def _sides_swapped(claim: Words, quote: Words) -> bool:
    """Whether "A ahead of B", "A beat B" has become "B ahead of A", "B beat A"."""
    if {"by"} & {word.text for word in (*claim, *quote)} and any(
        word.text in AUXILIARIES for word in (*claim, *quote)
    ):
        return False  # a passive may turn the order
    for middle in (word for word in claim if word.kind is Kind.CONTENT or word.text in _RANKS):
        if middle.keys & _SYMMETRIC:
            continue
        (first, second), (better, worse) = _sides(claim, middle), _sides(quote, middle)
        if first & worse and second & better and not (first & better or second & worse):
            return True
    return False


def _sides(text: Words, middle: Word) -> tuple[Keys, Keys]:
    """The names before and behind a word."""
    at = next((at for at, word in enumerate(text) if word.keys & middle.keys), len(text))
    before, after = (
        frozenset(key for key in content_keys(side) if key.startswith("^"))
        for side in (text[:at], text[at + 1 :])
    )
    return before, after
