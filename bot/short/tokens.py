"""The words of a question and of a sentence, compared by stem and synonym; Chinese in pairs of characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.lexicon import SPEECH, STOP
from bot.short.answer_type import is_han
from bot.words import sense

_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*|[^\w\s]")
_BREAKS = frozenset(',;:()—–-“”"') | {"and", "but", "while", "which", "who", "that", "because", "although"}
_ASKING = frozenset(
    ("who", "whom", "whose", "what", "which", "when", "where", "why", "how", "many", "much", "old", "long", "far",
     "year", "name", "names")
)  # fmt: skip
_SUBJECT = re.compile(
    r"(?i:(?:\w+ )?who(?: (?:else|first|also|was|were|is|has|have|had|been|would|will|may))*) "
    r"(?!the\b|an?\b|did\b|does\b)([a-z]+)\b"
)
_OBJECT = re.compile(
    r"(?i:(?:\w+ )?whom?(?: else)? (?:did|does|do|will|has|have|had))(?: (?:the|[A-Z][\w.’'-]*|of|II?I?))+ ([a-z]+)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark; `root` is the stem of a word, the mark itself else."""

    text: str
    root: str
    start: int
    end: int
    clause: int


_HAN_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|[^\sA-Za-z\d]")
_HAN_BREAKS = frozenset("，。；：、（）()“”《》—！？,;:")
_HAN_ASKING = re.compile(
    "什么时候|什么时间|何时|哪一?[年天月里儿位名个家]|什么|多少|多久|多大|谁|几|的|了|是|在|吗|呢|有|？"
)


@lru_cache(maxsize=64)
def question_roots(question: str) -> tuple[frozenset[str], str]:
    """The stems of the question's content words, and that of its verb ("" where none is told)."""
    if is_han(question):
        return _pairs(_HAN_ASKING.sub("", question)), ""
    words = [word for word in re.findall(r"[^\W_]+(?:[.,]\d+)*", question)]
    content = [word for word in words if word.lower() not in STOP | _ASKING or word.lower() in SPEECH]
    verb = _SUBJECT.match(question) or _OBJECT.match(question)
    return frozenset(sense(word.lower()) for word in content), sense(verb[1]) if verb else ""


def _pairs(text: str) -> frozenset[str]:
    """Chinese has no spaces: its characters are compared in pairs, Latin words and numbers whole."""
    return frozenset(token.root for token in tokens(text) if len(token.root) > 1)


@lru_cache(maxsize=2048)
def tokens(sentence: str) -> tuple[Token, ...]:
    """The words and marks of a sentence; a clause ends at a mark or a conjunction."""
    if is_han(sentence):
        return _han_tokens(sentence)
    found, clause = [], 0
    for match in _TOKEN.finditer(sentence):
        text = match.group()
        lower = text.lower()
        clause += lower in _BREAKS
        found.append(Token(text, sense(lower) if text[0].isalnum() else text, *match.span(), clause))
    return tuple(found)


def _han_tokens(sentence: str) -> tuple[Token, ...]:
    found, clause = [], 0
    for match in _HAN_TOKEN.finditer(sentence):
        start, text = match.start(), match.group()
        clause += text in _HAN_BREAKS
        pair = sentence[start : start + 2] if "\u3400" <= text <= "\u9fff" else text.lower()
        found.append(Token(text, pair, start, match.end(), clause))
    return tuple(found)
