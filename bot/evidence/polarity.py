"""Yes against no: two sentences that answer a yes-or-no question, one with it and one against it."""

from __future__ import annotations

import re

from bot.lexicon import HAN_HEDGES, HAN_NEGATION, HAN_NOT_HEDGES, HAN_NOT_NEGATION, MODALS
from bot.types import Evidence
from bot.words import words
from bot.writing.stance import contrary

_YES_OR_NO = re.compile(
    r"(?:is|are|was|were|did|does|do|has|have|had|will|can|could|should)\b|.*(?:是否|吗|嗎|有没有|是不是)",
    re.IGNORECASE,
)
_OPEN = MODALS - {"will", "shall", "should", "would"}
_HAN_NOT = re.compile("|".join(HAN_NEGATION))
_HAN_HARMLESS = re.compile("|".join(HAN_NOT_NEGATION))
_HAN_OPEN = re.compile("|".join(HAN_HEDGES))
_HAN_CERTAIN = re.compile("|".join(HAN_NOT_HEDGES))


def opposed(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """ "yes" and "no", as the newer and the older sentence answer; None where they do not contradict each other."""
    if not _YES_OR_NO.match(question):
        return None
    ours, theirs = _says_yes(question, newer.text), _says_yes(question, older.text)
    if ours is None or theirs is None or ours == theirs:
        return None
    words_ = ("是", "否") if re.search("[㐀-鿿]", question) else ("yes", "no")
    return words_[not ours], words_[not theirs]


def _says_yes(question: str, sentence: str) -> bool | None:
    """Whether the sentence says what is asked; None where it leaves that open."""
    said = words(sentence)
    if any(word.text in _OPEN for word in said) or _HAN_OPEN.search(_HAN_CERTAIN.sub("", sentence)):
        return None
    if _HAN_NOT.search(_HAN_HARMLESS.sub("", sentence)):
        return False
    return not contrary(words(question), said)
