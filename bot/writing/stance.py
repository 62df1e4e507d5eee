"""Whether a claim turns its evidence around: denies what it says, drops its "may", says the contrary.

Word lists and word order only, no grammar: made to let no plain reversal through, at the price of some honest
sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from bot.lexicon import (
    ANTONYMS,
    AUXILIARIES,
    COMPLEMENTS,
    HEDGES,
    HEDGES_TO,
    MODALS,
    NEGATORS,
    NEGATORS_TO,
    REFUSALS,
)
from bot.words import Keys, Kind, Word, Words, content_keys, stem
from bot.writing.modifiers import modified, opposed_words, unattributed
from bot.writing.one_clause import scattered
from bot.writing.roles import swapped
from bot.writing.verbs import KNOWING_KEYS

_ENDS = frozenset({"because", "since", "when", "while", "after", "before", "as", "although", "though"}) | {
    *("but", "until", "unless", "if", "and")
}
_OPPOSITES = tuple(tuple(frozenset(map(stem, side.split())) for side in pair) for pair in ANTONYMS)
_DENIALS = REFUSALS | NEGATORS | NEGATORS_TO
_PHRASES = frozenset({"time", "way", "means", "circumstances", "longer"})  # "at no time", "by no means"
_CONTRASTS = frozenset({"but", "while", "although", "though", "whereas", "however"})
_REACH = 6


def turned(claim: Words, quote: Words) -> bool:
    """Whether `claim` says the opposite of `quote`, more than it, or the same of others."""
    near = nearest_clauses(claim, quote)
    turns = (_negated, _refused, _unhedged, _opposed, modified, opposed_words, unattributed)
    return any(turn(claim, near) for turn in turns) or scattered(claim, quote) or swapped(claim, near, quote)


def contrary(claim: Words, quote: Words) -> bool:
    """Whether `quote` denies, in the clauses that `claim` is about, what it says, or says the opposite."""
    near = nearest_clauses(claim, quote)
    return bool(_texts(near) & _DENIALS) or _opposed(claim, near)


def _negated(claim: Words, quote: Words) -> bool:
    if any(word.text in NEGATORS for word in claim) and not _texts(quote) & _DENIALS:
        return True
    return _bound_otherwise(claim, quote, NEGATORS, NEGATORS_TO) or _bound_otherwise(
        quote, claim, NEGATORS, NEGATORS_TO
    )


def _bound_otherwise(text: Words, other: Words, cues: Collection[str], cues_to: Collection[str]) -> bool:
    """Whether a word that the cues govern in one text stands free of them in the other."""
    bound = _bound(text, cues, cues_to, 1)
    bound -= _repeated(text) | _bound(other, cues, cues_to, 3)
    return any(word.counts and word.keys & bound for word in other)


def _repeated(text: Words) -> Keys:
    seen: set[str] = set()
    twice: set[str] = set()
    for word in text:
        twice |= seen & word.keys
        seen |= word.keys
    return frozenset(twice)


def _refused(claim: Words, quote: Words) -> bool:
    here, there = _texts(claim), _texts(quote)
    if here & REFUSALS and not there & _DENIALS:
        return True
    return not here & _DENIALS and _mostly(claim, _scope(quote))


def _mostly(claim: Words, scope: Keys) -> bool:
    told = [word for word in claim if word.counts]
    return bool(scope) and 2 * sum(bool(word.keys & scope) for word in told) >= len(told)


def _scope(quote: Words) -> Keys:
    """The words of every clause that is refused, called false, or said not to be known."""
    keys: Keys = frozenset()
    for clause in (part for whole in _clauses(quote) for part in _sayings(whole)):
        if _texts(clause) & REFUSALS:
            keys |= content_keys(tuple(word for word in _main(clause) if word.counts))
            continue
        start = next((at for at, word in enumerate(clause) if word.text in NEGATORS), len(clause))
        if any(_introduces(*pair) for pair in pairwise(clause[start:])):
            keys |= content_keys(tuple(word for word in clause[start:] if word.counts))
    return keys


def _sayings(clause: Words) -> Iterator[Words]:
    """The clause cut before "and said"."""
    start = 0
    for at, (joint, word) in enumerate(pairwise(clause)):
        if joint.text == "and" and "~say" in word.keys:
            yield clause[start:at]
            start = at
    yield clause[start:]


def _main(clause: Words) -> Words:
    """The clause up to a participle that only adds to it: ", handing her a defeat"."""
    pairs = enumerate(pairwise(clause))
    end = (at for at, (mark, word) in pairs if mark.text == "," and word.text.endswith("ing"))
    return clause[: next(end, len(clause))]


def _introduces(before: Word, word: Word) -> bool:
    """Whether `word` opens what a "no" before it leaves unknown: "no evidence of", "did not say that"."""
    return word.text in COMPLEMENTS or (word.text == "that" and bool(before.keys & KNOWING_KEYS))


def nearest_clauses(claim: Words, quote: Words) -> Words:
    """The contrasting clauses of `quote` that `claim` is about; all of it where it is about none in particular."""
    if _texts(claim) & _CONTRASTS:
        return quote
    said = content_keys(tuple(word for word in claim if word.counts))
    about = [c for c in _clauses(quote) if sum(word.counts and bool(word.keys & said) for word in c) > 1]
    return tuple(word for clause in about for word in clause) or quote


def _clauses(text: Words) -> Iterator[Words]:
    """Stretches that contrast: cut at "but", "while", a semicolon."""
    start, quoted = 0, False
    for at, word in enumerate(text):
        quoted ^= word.text == '"'
        if not quoted and (word.text in _CONTRASTS or word.text == ";"):
            yield text[start:at]
            start = at
    yield text[start:]


def _unhedged(claim: Words, quote: Words) -> bool:
    if _bound_otherwise(quote, claim, HEDGES, HEDGES_TO):
        return True
    return not _texts(claim) & (HEDGES | HEDGES_TO) and _mostly(claim, _expected(quote))


def _expected(quote: Words) -> Keys:
    """What follows a hedge in its clause: "expected to see troops in Kursk" has seen none."""
    hedged = (at for at, word in enumerate(quote) if word.text in HEDGES)
    return frozenset(
        key for at in hedged for w in _same_clause(quote[at + 1 :]) if w.counts for key in w.keys
    )


def _bound(text: Words, cues: Collection[str], cues_to: Collection[str], many: int) -> Keys:
    """Keys of the next words that the cues govern: what follows a "to" close by, else what follows the cue."""
    keys: Keys = frozenset()
    for at, word in enumerate(text):
        due = cues is HEDGES and word.text in AUXILIARIES and _texts(text[at + 1 : at + 2]) == {"to"}
        if (due or word.text in cues or word.text in cues_to) and not _only(text, at):
            governed = [w for w in _governed(text, at, word.text in cues) if w.counts][:many]
            keys |= content_keys((*governed, *_coordinate(text[at:])))
    return keys


def _governed(text: Words, at: int, alone: bool) -> Words:
    following = tuple(word for word in _same_clause(text[at + 1 :]) if word.text not in _PHRASES)[
        : _REACH + 1
    ]
    to = next((i for i, word in enumerate(following) if word.text == "to"), None)
    if to is not None and text[at].text not in MODALS | NEGATORS:
        return following[to + 1 :]
    return following if alone else ()


def _coordinate(text: Words) -> Words:
    """The second verb of "may close its plant and cut jobs"."""
    for joint, word in pairwise(text[: 2 * _REACH]):
        if joint.kind is Kind.BREAK:
            break
        if joint.text in ("and", "or"):
            return (word,) if word.kind is Kind.CONTENT and not word.text.endswith(("s", "ed")) else ()
    return ()


def _only(text: Words, at: int) -> bool:
    """ "not only", "no doubt": negators that deny nothing."""
    return (
        text[at].text in ("not", "no")
        and _texts(text[at + 1 : at + 2]) <= {"only", "just", "doubt"}
        and (at + 1 < len(text))
    )


def _same_clause(text: Words) -> Iterator[Word]:
    for word in text:
        if word.text == '"':
            continue
        if word.kind is Kind.BREAK or word.text in _ENDS:
            return
        yield word


def _opposed(claim: Words, quote: Words) -> bool:
    said, meant = content_keys(claim), content_keys(quote)
    for pair in _OPPOSITES:
        for ours, theirs in (pair, pair[::-1]):
            if said & ours and meant & theirs and not meant & ours and not said & theirs:
                return True
    return False


def _texts(text: Words) -> frozenset[str]:
    return frozenset(word.text for word in text)
