"""A sentence cut at its joints into what each of its verbs says, the shared subject put before each.

"Arden beat Lisk and lost to Oxley" says "Arden beat Lisk" and "Arden lost to Oxley", and not "Arden beat Oxley".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, takewhile

from bot.words import Kind, Words
from bot.writing.verbs import (
    base,
    finite,
    first_participle,
    first_verb,
    has_subject,
    last_verb,
    opens_with_verb,
)

_JOINTS = frozenset({"and", "but", "or", "while", "whereas", "yet"})
_SUBORDINATE = frozenset({"before", "after", "when", "because", "as", "since", "until", "although", "though"})
_POINTING = frozenset({"those", "they", "it", "he", "she", "both"})
_GOVERNING = frozenset({"in", "at", "on", "of", "for", "to", "from", "against", "with", "by", "over", "near"})
_RELATIVE = frozenset({"who", "which", "where", "whose"})
_OBJECTS = frozenset({"him", "her", "it", "them"})
_LONGEST_TAIL = 9


def pieces(text: Words, every: bool = False) -> Iterator[Words]:
    """What the sentence says, one thing at a time; `every`: cut also where only two nouns are joined."""
    if relative := _relative(text):
        opening, closing = relative
        before = text[:opening]
        yield (*before[_behind_verb(before) :], *text[opening:closing])
        yield from pieces((*before, *text[closing + 1 :]), every)
        return
    tail = _attribution(text)
    head: Words = ()
    start, quoted = 0, False
    for at, word in enumerate(text):
        quoted ^= word.text == '"'
        here = (*head, *text[start:at])
        shared = None if quoted or at == start else _shared(here, text[at:], every)
        if shared is not None:
            yield (*here, *_shared_end(here, text[at + 1 :]), *tail)
            head, start = shared, at + 1
    yield (*head, *text[start:], *tail)


def _relative(text: Words) -> tuple[int, int] | None:
    """Where ", who", ", which" or ", where" opens, and where the comma behind it stands or the sentence ends."""
    for at, (comma, word) in enumerate(pairwise(text)):
        if comma.text == "," and word.text in _RELATIVE:
            commas = (n for n in range(at + 1, len(text) - 1) if text[n].text == ",")
            return at, next((n for n in commas if text[n + 1].kind is not Kind.NUMBER), len(text))
    return None


def _behind_verb(before: Words) -> int:
    verb = first_verb(before)
    return 0 if verb is None else verb + 1


def _attribution(text: Words) -> Words:
    """The end ", the mayor said", which holds for all of the sentence."""
    comma = next((at for at in range(len(text) - 1, 0, -1) if text[at].text == ","), len(text))
    end = text[comma + 1 :]
    told = any("~say" in word.keys or word.text == "according" for word in end)
    return end if told and len(end) <= _LONGEST_TAIL and end[0].text not in _JOINTS else ()


def _shared(before: Words, rest: Words, every: bool) -> Words | None:
    """What the next piece shares with those before, where `rest` opens with a joint; None where it does not."""
    joint, following = rest[0], rest[1:]
    if not following:
        return None
    if joint.text in _SUBORDINATE:
        own = first_verb(before) is not None and has_subject(following)
        return _moment(before if joint.text == "when" else ()) if own else None
    if joint.text == ",":
        return _after_comma(before, following)
    if joint.text not in _JOINTS and joint.text != ";":
        return None
    if first_verb(before) is None:
        both = following[0].text.endswith("ing") and joint.text in _JOINTS
        return before[: first_participle(before)] if both and first_participle(before) else None
    if joint.text == ";" or not opens_with_verb(following):
        if joint.text == ";" or has_subject(following):
            return _lent(before, following)
        return _verb_phrase(before, following) if every or _parallel(before, following) else None
    return None if _shares_object(before) else _subject(before, following)


def _shares_object(before: Words) -> bool:
    """Whether a verb stands right before the joint: "fined | and jailed Quill"."""
    last = len(before) - 1
    return finite(before, last) and (first_verb(before) == last or finite(before, max(0, last - 1)))


def _after_comma(before: Words, following: Words) -> Words | None:
    """The same behind a bare comma, which mostly is no joint."""
    first = following[0]
    dated = first.kind is before[-1].kind is Kind.NUMBER  # "March 31, 2025"
    if dated or _closes_aside(before):
        return None
    if first_verb(before) is None:
        return () if before and before[0].text in _SUBORDINATE else None
    if before[0].text in _SUBORDINATE and not any(word.text == "," for word in before):
        return ()
    if first.kind is Kind.CONTENT and (first.text.endswith("ing") or finite(following, 0)):
        return _subject(before, following)
    if first.kind in (Kind.NAME, Kind.NUMBER) and _parallel(before, following):
        return _lent(before, following) if has_subject(following) else _verb_phrase(before, following)
    return _lent(before, following) if first.kind is Kind.NAME and has_subject(following) else None


def _moment(before: Words) -> Words:
    """The date that "when" points back to: "in March 2022, when"."""
    timed = takewhile(
        lambda word: word.text == "," or (word.counts and word.kind is not Kind.CONTENT), before[::-1]
    )
    return tuple(timed)


def _closes_aside(before: Words) -> bool:
    """Whether a comma here ends what another one began: ", who won" or ", the mayor"."""
    opening = next((at for at in range(len(before) - 1, 0, -1) if before[at].text == ","), None)
    aside = before[opening + 1 :] if opening is not None else ()
    return bool(aside) and (aside[0].text in ("who", "which") or last_verb(aside) is None)


def _subject(before: Words, following: Words) -> Words:
    """The subject, and whom an "him" behind the joint means."""
    verb = first_verb(before) or 0
    shared = _before_verb(before, following, verb)
    pairs = pairwise((*_segment(following), following[-1]))
    if any(word.text in _OBJECTS and after.kind is not Kind.CONTENT for word, after in pairs):
        return (*shared, *_object(before, verb))
    return shared


def _object(before: Words, verb: int) -> Words:
    """What stands behind the verb up to the next preposition."""
    ends = (at for at in range(verb + 1, len(before)) if before[at].text in _GOVERNING)
    return before[verb + 1 : next(ends, len(before))]


def _before_verb(before: Words, following: Words, verb: int) -> Words:
    """What stands before the verb: of "agreed to close a plant | sell a bank", "agreed to"."""
    if base(following[0]):
        governing = (at for at in range(len(before) - 1, verb, -1) if before[at].text == "to")
        return before[: next(governing, verb) + 1]
    if "~say" in before[verb].keys:
        later = (at for at in range(verb + 2, len(before)) if finite(before, at))
        return before[: next(later, verb)]
    return before[:verb]


def _lent(before: Words, following: Words) -> Words:
    """What a clause with a subject of its own shares: "she said", whom "it" means, the "people" of "40 injured"."""
    verb = first_verb(before) or 0
    if following[0].kind is Kind.NUMBER and finite(following, min(1, len(following) - 1)):
        return tuple(word for word in before[:verb] if word.kind is not Kind.NUMBER)
    if any(word.text in ("him", "them") for word in _segment(following)):
        return tuple(word for word in before if word.kind is Kind.NAME)
    if following[0].text == "those":
        return tuple(takewhile(lambda word: word.text not in _GOVERNING, before[:verb]))
    if any(word.text in _POINTING for word in following[:3]):
        return (*before[:verb], *_object(before, verb))
    says = next((at for at, word in enumerate(before) if "~say" in word.keys), None)
    if says is None or says == verb:
        return () if says is None else before[: says + 1]
    commas = (
        at for at in range(says, verb, -1) if before[at].text == ","
    )  # "it fell, she said, and": she said
    return before[next(commas, says) : says + 1]


def _verb_phrase(before: Words, following: Words) -> Words:
    """All up to the last verb; of "exports rose 4 percent | imports 9", the verb alone."""
    verb = last_verb(before) or 0
    measured = before[verb + 1 : verb + 2]
    if measured and measured[0].kind is Kind.NUMBER and following[0].kind is not Kind.NUMBER:
        return before[verb : verb + 1]
    return before[: verb + 1]


def _parallel(before: Words, following: Words) -> bool:
    """Whether two complements are joined: "convicted Tully of fraud and Quill of murder"."""
    behind, own = before[(last_verb(before) or 0) + 1 :], _segment(following)
    if any(word.text == "between" for word in behind):
        return False
    governing = {word.text for word in behind} & {word.text for word in own} & _GOVERNING
    counted = (any(word.kind is Kind.NUMBER for word in part) for part in (behind, own))
    return bool(governing) or all(counted)


def _segment(following: Words) -> Words:
    ends = (at for at, word in enumerate(following) if word.text in _JOINTS or word.kind is Kind.BREAK)
    return following[: next(ends, len(following))]


def _shared_end(before: Words, following: Words) -> Words:
    """The "in Oxley" of "arrested three men and two women in Oxley", which holds for both."""
    behind, own = before[(last_verb(before) or 0) + 1 :], _segment(following)
    if opens_with_verb(following) or has_subject(following) or any(w.text in _GOVERNING for w in behind):
        return ()
    starts = (at for at, word in enumerate(own) if word.text in _GOVERNING)
    return own[next(starts, len(own)) :]
