"""Who a sentence is about: names that stand together, names lent by a sentence before, and what "he" means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.lexicon import PREPOSITIONS, PRONOUNS, TITLES, WEEKDAYS
from bot.words import Kind, Word, content_keys, words
from bot.writing.planted import is_instruction
from bot.writing.referents import candidates, name_keys

_LOOK_BACK = 4
_CARRIED = frozenset(
    {"has", "have", "had", "also", "was", "is", "were", "are", "later", "did", "does", "not", "never"}
)
_OPENING = frozenset({"he", "she", "they"})


def may_name(word: Word) -> bool:
    """True for names, and for what a sentence begins with, which may be one."""
    return any(key.startswith("^") for key in word.keys) or word.kind is Kind.NAME


def joined(claim: Sequence[Word], passage: Sequence[Word], publisher: str) -> bool:
    """Whether names side by side in `claim` are so in `passage`: nobody under another's first name."""
    common = tuple(word for word in passage if word.kind is Kind.CONTENT)
    loose = content_keys((*common, *words(publisher)))
    runs = [content_keys(tuple(run)) for run in _runs(passage)]
    return all(
        bool((a.keys | b.keys) & loose) or any(a.keys & run and b.keys & run for run in runs)
        for a, b in pairwise(claim)
        if a.kind is b.kind is Kind.NAME and not {a.text, b.text} & (TITLES | WEEKDAYS)
    )


def lenders(
    names: Sequence[Word], claim: Sequence[Word], sentences: Sequence[str], passage: Sequence[str]
) -> tuple[int, ...] | None:
    """The number of the earlier sentence that has `names`, where a pronoun of the last one stands for them.

    Nothing where no name is wanting; None where nobody can lend them, or where the pronoun may mean somebody else.
    `sentences` are those of `passage` up to the evidence.
    """
    if not names:
        return ()
    if (whole := _completed(names, claim, sentences, passage)) is not None:
        return whole
    known = name_keys([word for s in sentences for word in words(s) if word.kind is Kind.NAME])
    pronoun = _stood_for(names, claim, words(sentences[-1]), known)
    if not pronoun:
        return None
    for number in range(len(sentences) - 2, max(-1, len(sentences) - 2 - _LOOK_BACK), -1):
        meant = candidates(words(sentences[number]), pronoun, passage)
        if all(name.keys & content_keys(words(sentences[number])) for name in names):
            alone = all(any(name.keys & run for name in names) for run in meant)
            return (number,) if alone and not is_instruction(sentences[number]) else None
        if meant:
            return None
    return None


def _completed(
    names: Sequence[Word], claim: Sequence[Word], sentences: Sequence[str], passage: Sequence[str]
) -> tuple[int, ...] | None:
    """The sentence that has the first name of a surname in the evidence; None if it is none or not the only one."""
    last = next((b for a, b in pairwise(claim) if a is names[-1] and b.kind is Kind.NAME), None)
    if last is None or len(names) > 1 or not last.keys & content_keys(words(sentences[-1])):
        return None
    firsts = {
        a.text: number
        for number, sentence in enumerate(passage)
        for a, b in pairwise(words(sentence))
        if b.kind is Kind.NAME and b.keys & last.keys and may_name(a) and a.text not in TITLES
    }
    if len(firsts) == 1 and names[0].text in firsts and firsts[names[0].text] < len(sentences):
        return (firsts[names[0].text],)
    return None


def _stood_for(
    names: Sequence[Word], claim: Sequence[Word], quote: Sequence[Word], known: frozenset[str]
) -> str:
    """The pronoun of the quote that stands where the claim has `names`: one name, before the same word; else ""."""
    first, last = (
        next(at for at, word in enumerate(claim) if word is name) for name in (names[0], names[-1])
    )
    if not all(may_name(word) for word in claim[first:last]):
        return ""
    follows = _predicate(claim, first, last)
    found = (
        quote[near].text
        for at, word in enumerate(quote)
        if word.keys & follows
        for near in _subjects(quote, at)
        if _refers_back(quote, near, known)
    )
    return next(found, "")


def _subjects(quote: Sequence[Word], at: int) -> Iterator[int]:
    """Where the subject of the verb at `at` may stand: close before it, behind "said", or before "and", "but"."""
    yield from range(max(0, at - 3), at)
    if at + 1 < len(quote) and quote[at + 1].text in _OPENING and "~say" in quote[at].keys:
        yield at + 1
    if at and quote[at - 1].text in ("and", "but") and quote[0].text in _OPENING:
        yield 0


def _predicate(claim: Sequence[Word], first: int, last: int) -> frozenset[str]:
    """Keys of the word that a name of the claim is the subject of."""
    if any("~say" in word.keys for word in claim[max(0, first - 1) : first]) or claim[0].text == "according":
        return frozenset({"~say"})
    after = (word for word in claim[last + 1 :] if word.kind is not Kind.BREAK and word.text not in _CARRIED)
    return next((word.keys for word in after), frozenset())


def _refers_back(quote: Sequence[Word], at: int, known: frozenset[str]) -> bool:
    """Whether the word is a pronoun before which its own sentence names nobody whom it could mean."""
    if at >= len(quote) or quote[at].text not in PRONOUNS:
        return False
    return not any(
        word.keys & known
        and word.text not in WEEKDAYS
        and not (place and quote[place - 1].text in PREPOSITIONS)
        for place, word in enumerate(quote[:at])
    )


def same_antecedent(claim: Sequence[Word], sentences: Sequence[str], before: str) -> bool:
    """Whether a claim that opens with "he" goes on about somebody whom `before` names, as its evidence does.

    `sentences` end with the evidence.
    """
    if not any(word.text in _OPENING for word in claim[:2]):
        return True
    quote = words(sentences[-1])
    subject = name_keys(quote[: len(quote) // 2 + 1])
    around = name_keys([word for sentence in sentences[-1 - _LOOK_BACK :] for word in words(sentence)])
    return bool(name_keys(words(before)) & (subject or around))


def _runs(passage: Sequence[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in passage:
        if may_name(word):
            run.append(word)
        elif run:
            yield run
            run = []
    yield run
