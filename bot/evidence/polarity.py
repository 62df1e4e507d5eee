"""Yes against no: two sentences that answer a yes-or-no question, one with it and one against it."""

from __future__ import annotations

import re

from bot.han import HEDGE, NEGATION, NO_HEDGE, NO_NEGATION
from bot.lexicon import ANTONYMS, MODALS
from bot.short.answer_type import is_han
from bot.short.clauses import asked_verb, says
from bot.types import Evidence
from bot.words import Kind, sense, words
from bot.writing.stance import contrary

_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|did|does|do|has|have|had|will|can|could|should)\b|.*(?:是否|吗|嗎|有没有|是不是)",
    re.IGNORECASE,
)
_OPEN = MODALS - {"will", "shall", "should", "would"}
_HAN_TAIL = re.compile("[吗嗎呢了的过？?！!。 ]+$")
_TIMES = frozenset(
    ("now", "today", "yesterday", "tomorrow", "tonight", "day", "week", "month", "year", "morning", "evening")
)
_OPPOSITES = tuple(tuple(frozenset(map(sense, side.split())) for side in pair) for pair in ANTONYMS)


def opposed(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """ "yes" and "no", as the newer and the older sentence answer; None where they do not contradict each other."""
    if not _YES_OR_NO.match(question):
        return None
    if not (_speaks_of_it(question, newer.text) and _speaks_of_it(question, older.text)):
        return None
    ours, theirs = _says_yes(question, newer.text), _says_yes(question, older.text)
    if ours is None or theirs is None or ours == theirs:
        return None
    words_ = ("是", "否") if re.search("[㐀-鿿]", question) else ("yes", "no")
    return words_[not ours], words_[not theirs]


def _speaks_of_it(question: str, sentence: str) -> bool:
    """Whether the sentence has what is asked whether it is so, in the same words or the contrary ones.

    "The mayor declined to comment" is no "no" to "Is the mayor going to resign?".
    """
    if is_han(question):
        return _HAN_TAIL.sub("", question)[-2:] in sentence
    asked = [word.text for word in words(question) if word.kind is Kind.CONTENT and word.text not in _TIMES]
    wanted = {asked_verb(question), *map(sense, asked[-1:])} - {""}
    return bool(wanted) and all(
        any(says(sentence, each) for each in (word, *_opposites(word))) for word in wanted
    )


def _opposites(word: str) -> frozenset[str]:
    pairs = (pair for one, other in _OPPOSITES for pair in ((one, other), (other, one)))
    return frozenset(each for side, other in pairs if word in side for each in other)


def _says_yes(question: str, sentence: str) -> bool | None:
    """Whether the sentence says what is asked; None where it leaves that open."""
    said = words(sentence)
    if any(word.text in _OPEN for word in said) or HEDGE.search(NO_HEDGE.sub("", sentence)):
        return None
    if NEGATION.search(NO_NEGATION.sub("", sentence)):
        return False
    return not contrary(words(question), said)
