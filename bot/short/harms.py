"""Whether a count of the dead, hurt, missing or held is one of those that are asked for."""

from __future__ import annotations

import re

from bot.short.clauses import segment
from bot.short.spans import Candidate

_HARMS = (
    r"died|dead|die[s]?|dying|deaths?|kill(?:ed|s|ing)?|tolls?|lives|fatal\w*|drown\w*|perish\w*|bodies|casualt\w+",
    r"injur\w+|hurt|wound(?:ed|s|ing)|hospitali[sz]ed",
    r"missing|unaccounted",
    r"arrest\w*|detain\w*|custody|jailed|imprisoned",
    r"rescu\w+|saved|surviv\w+",
    r"trapp\w+|stranded",
    r"displac\w+|evacuat\w+|homeless|fled|flee(?:s|ing)?",
)
_HARM = tuple(re.compile(rf"\b(?:{words})\b", re.I) for words in _HARMS)
_ASKED = re.compile(r"\bhow many\b", re.I)
_OF_SOMETHING = re.compile(r"\b(?:the|an?|of|after) $", re.I)  # "areas hit by the death of trees"
_OTHER_PART = re.compile(r",|\b(?:and|but|while|with)\b")
_FARTHER = 30  # characters: what a conjunction between the number and the word counts for


def is_of_other_harm(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether "how many died" is asked and the harm told of next to the number is another, or none."""
    asked = {number for number, harm in enumerate(_HARM) if _asks(question, harm)}
    return bool(asked) and _harm_beside(sentence, candidate) not in asked


def _asks(question: str, harm: re.Pattern[str]) -> bool:
    return bool(_ASKED.search(question)) and any(
        not _OF_SOMETHING.search(question[: found.start()]) for found in harm.finditer(question)
    )


def _harm_beside(sentence: str, candidate: Candidate) -> int | None:
    """The number of the harm whose word stands nearest in the same clause; None when there is none."""
    clause = segment(sentence, candidate.start)
    first = sentence.find(clause)
    near = [
        (_distance(sentence, candidate, first + found.start(), first + found.end()), number)
        for number, harm in enumerate(_HARM)
        for found in harm.finditer(clause)
    ]
    return min(near)[1] if near else None


def _distance(sentence: str, candidate: Candidate, start: int, end: int) -> int:
    between = sentence[end : candidate.start] or sentence[candidate.end : start]
    return len(between) + _FARTHER * bool(_OTHER_PART.search(between))
