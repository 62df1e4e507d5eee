"""The small words that carry a statement: "may", "not", "at least", "former", "if", "because" stay where they were.

Each is looked at with the words it governs, the next ones in its clause: a claim may neither lose one nor gain one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise

from bot.lexicon import AUXILIARIES, NEGATORS, NEGATORS_TO, REFUSALS
from bot.words import Keys, Kind, Word, Words
from bot.writing.verbs import has_subject

_GOVERNING = {
    word: kind
    for kind, listed in (
        ("not", "not never no none nobody nothing neither nor without hardly barely"),
        ("may", "may might could possibly perhaps possible potentially"),
        ("will", "will would shall"),
        (
            "likely",
            "likely probably apparently presumably expected expects expect expecting considered believed",
        ),
        ("likely", "thought unlikely"),
        ("alleged", "allegedly reportedly alleged suspected accused supposedly rumored"),
        ("deny", "deny denies denied denying"),
        ("alleged", "claim claims claimed argue argues argued insist insists insisted allege alleges"),
        ("every", "all every both entire whole each"),
        ("mostly", "most majority"),
        ("half", "half"),
        ("sole", "only sole"),
        ("former", "former ex acting deputy vice retired"),
    )
    for word in listed.split()
}
_CAUSES = frozenset({"because", "due", "owing", "thanks", "as", "since", "for", "after", "result"}) | {
    *("blame", "blamed", "cause", "causes", "caused")
}
_COUNTERPARTS = (
    "for against", "before after", "above below", "over under", "with without", "up down", "more less",
)  # fmt: skip
_OPPOSED = {
    word: other for pair in map(str.split, _COUNTERPARTS) for word, other in (tuple(pair), tuple(pair[::-1]))
}
_BEFORE_NUMBERS = {
    "about": "about", "around": "about", "some": "about", "nearly": "about", "almost": "about", "over": "more",
    "above": "more", "under": "less", "below": "less",
}  # fmt: skip
_PAIRS = {
    ("at", "least"): "least", ("at", "most"): "most", ("up", "to"): "most", ("more", "than"): "more",
    ("less", "than"): "less", ("fewer", "than"): "less", ("no", "more"): "most", ("yet", "to"): "not",
}  # fmt: skip
_KEPT = frozenset({"not", "may", "likely", "alleged", "former", "least", "most", "more", "less", "sole"})
_WEAKER = {"may": {"may", "likely"}}  # what is likely may be, and not the other way round
_IF = frozenset({"if", "unless", "whether", "should", "providing", "provided"})
_DENYING = NEGATORS | NEGATORS_TO | REFUSALS
_ATTRIBUTES = frozenset({"according", "confirmed", "confirms", "thinks", "believes"})
_REACH = 3
_VERBS_REACH = 12  # "may close its plant and cut jobs": both are only possible

Mark = tuple[str, Words]


def modified(claim: Words, near: Words) -> bool:
    """Whether `claim` has lost or gained such a word; `near` is the part of the quote that it is about."""
    ours, theirs = list(_marks(claim)), list(_marks(near))
    return (
        any(_gained(mark, near, theirs) for mark in ours)
        or any(_lost(mark, claim, ours) for mark in theirs)
        or _unconditional(claim, near)
        or _caused(claim, near)
        or _negations(claim) > _negations(near)
    )


def _marks(text: Words) -> Iterator[Mark]:
    """The kinds of small words in a text, each with the words that it governs."""
    for at, word in enumerate(text):
        if word.kind is Kind.NAME:  # the month of May
            continue
        after = text[at + 1].text if at + 1 < len(text) else ""
        kind = _PAIRS.get((word.text, after), "") or _GOVERNING.get(word.text, "")
        if at + 1 < len(text) and text[at + 1].kind is Kind.NUMBER:
            kind = _BEFORE_NUMBERS.get(word.text, kind)
        elif kind in ("most", "more", "less", "least") and not _number_follows(text[at + 2 : at + 3]):
            kind = ""
        if word.text in AUXILIARIES and after == "to":
            kind = "will"
        reach = _VERBS_REACH if kind in ("will", "may") else _REACH
        if kind == "deny" and after == "by":
            continue
        if kind and (governed := tuple(islice(_governed(text[at + 1 :], kind), reach))):
            yield kind, governed


def _number_follows(text: Words) -> bool:
    return bool(text) and text[0].kind is Kind.NUMBER


def _governed(text: Words, kind: str = "") -> Iterator[Word]:
    for word in text:
        if word.text == '"':
            continue
        if word.kind is Kind.BREAK or (kind == "deny" and word.text in ("and", "but", "while")):
            return
        if word.counts or "~say" in word.keys:
            yield word


def _gained(mark: Mark, near: Words, theirs: list[Mark]) -> bool:
    """Whether the claim puts such a word before one that stands without it in the quote."""
    kind, governed = mark
    return _stands(governed[0], near) and not _has(mark, theirs, {kind})


def _lost(mark: Mark, claim: Words, ours: list[Mark]) -> bool:
    kind, governed = mark
    if kind not in _KEPT or not _stands(governed[0], claim):
        return False
    if kind == "sole":
        return not all(_stands(word, claim) for word in governed[:_REACH])
    if kind == "alleged" and any("~say" in word.keys or word.text == "according" for word in claim):
        return False
    if kind == "not" and any(word.text in _DENYING for word in claim):
        return False
    return not _has(mark, ours, {kind, *(weak for weak, strong in _WEAKER.items() if kind in strong)})


def _has(mark: Mark, others: list[Mark], kinds: set[str]) -> bool:
    keys = mark[1][0].keys
    return any(kind in kinds and any(word.keys & keys for word in governed) for kind, governed in others)


def _stands(word: Word, text: Words) -> bool:
    return any(word.keys & other.keys for other in text)


def _unconditional(claim: Words, near: Words) -> bool:
    """Whether an "if" or "unless" of the quote is gone."""
    conditions = {word.text for word in near} & {"if", "unless"}
    return bool(conditions) and not {word.text for word in claim} & _IF


def _caused(claim: Words, near: Words) -> bool:
    """Whether the claim gives a cause that the quote does not give as one."""
    reasons = [_keys(near[at + 1 :]) for at, word in enumerate(near) if word.text in _CAUSES]
    for at, word in enumerate(claim):
        if word.text in ("because", "due", "owing", "thanks"):
            governed = next(_governed(claim[at + 1 :]), None)
            if governed is None or not any(governed.keys & keys for keys in reasons):
                return True
    return False


def _keys(text: Words) -> Keys:
    return frozenset(key for word in text for key in word.keys)


def _negations(text: Words) -> int:
    return sum(word.text in _DENYING for word in text) + sum(
        a.text == "yet" and b.text == "to" for a, b in pairwise(text)
    )


def unattributed(claim: Words, near: Words) -> bool:
    """Whether the claim says as a fact what the quote has behind "said that", or behind "said" and a whole clause."""
    if any("~say" in word.keys or word.text in _ATTRIBUTES for word in claim):
        return False
    for at, word in enumerate(near):
        ahead = [other.text for other in near[at + 1 : at + 4]]
        behind = at + 2 + ahead.index("that") if "that" in ahead else at + 1
        if "~say" in word.keys and ("that" in ahead or has_subject(near[behind:])):
            said = _keys(near[behind:])
            told = [other for other in claim if other.counts]
            return bool(told) and all(other.keys & said for other in told)
    return False


def opposed_words(claim: Words, near: Words) -> bool:
    """Whether "for" stands where the quote has "against", "after" where it has "before"."""
    for at, word in enumerate(claim):
        other = _OPPOSED.get(word.text)
        if other is None:
            continue
        here, there = _behind(claim, at), [_behind(near, n) for n, w in enumerate(near) if w.text == other]
        same = [_behind(near, n) for n, w in enumerate(near) if w.text == word.text]
        if any(here & keys for keys in there) and not any(here & keys for keys in same):
            return True
    return False


def _behind(text: Words, at: int) -> Keys:
    """Keys of the next word, the article left out: of "the bill" in "against the bill", of "it" in "against it"."""
    following = (word for word in text[at + 1 :] if word.text not in ("the", "a", "an", "his", "her", "its"))
    return next((word.keys for word in following), frozenset())
