"""Whether a sentence is about the one whom the question names, or about somebody else of the family."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.lexicon import PEOPLES, TITLES
from bot.short.answer_type import is_han
from bot.short.spans import names

_WORD = re.compile(r"[^\W\d_]+")
_GENERIC = TITLES | {"mr", "mrs", "ms", "dr", "of", "the", "and", "de", "van", "von"}
_THING = re.compile(
    r"act|award|prize|cup|league|war|battle|treaty|river|street|bridge|church|university|college|school|court|party|union"
    r"|council|committee|association|company|group|bank|park|airport|islands?|games|festival|plan",
    re.I,
)
_LEAST = 4  # letters: shorter words are compared whole


def names_another(question: str, sentence: str) -> bool:
    """Whether the question says "Lars Lind" and the sentence has the surname only with another forename."""
    told = [_parts(name) for name in _names(sentence)]
    words = set(_WORD.findall(sentence))
    return any(_is_another(asked, told) and not words & set(asked[:-1]) for asked in _full_names(question))


def names_untold(question: str, told: str) -> bool:
    """Whether one of the names in the question, not its first word, stands nowhere in `told`."""
    if is_han(question) or is_han(told):
        return False
    words = {word.lower() for word in _WORD.findall(told)}
    words |= {PEOPLES[word] for word in words & PEOPLES.keys()} | _acronyms(told)
    asked = [name for name in _names(question) if not question.startswith(name)]
    return any(not any(_is_told(word, words) for word in [*_words(name), *_acronyms(name)]) for name in asked)


def _names(text: str) -> list[str]:
    return [text[c.start : c.end] for c in names(text) if c.form == "name"]


def _words(name: str) -> list[str]:
    plain = [word.lower() for word in _WORD.findall(name)]
    return [word for word in plain if word not in _GENERIC] or plain


def _full_names(question: str) -> list[list[str]]:
    return [_parts(name) for name in _names(question)]


def _parts(name: str) -> list[str]:
    """The words of a person's name without titles, double names whole; none for what is plainly no person."""
    words = [word for word in re.split(r"[ .]+", name) if word and word.lower() not in _GENERIC]
    return [] if " of " in name or (words and _THING.fullmatch(words[-1])) else words


def _is_another(asked: list[str], told: Iterable[list[str]]) -> bool:
    same = [name for name in told if name and len(asked) > 1 and name[-1] == asked[-1]]
    return bool(same) and not any(len(name) == 1 or _share(asked[:-1], name[:-1]) for name in same)


def _share(asked: list[str], told: list[str]) -> bool:
    """Whether two have a forename in common, "J" being one of "Jonas"."""
    return any(a.startswith(b) or b.startswith(a) for a in asked for b in told)


def _acronyms(text: str) -> set[str]:
    return {
        "".join(word[0] for word in _WORD.findall(name) if word[0].isupper()).lower() for name in _names(text)
    }


def _is_told(word: str, words: set[str]) -> bool:
    """Whether the word is told, as "Norvale" is by "Norvalian", or "CAA" by the name it stands for."""
    word = PEOPLES.get(word, word)
    root = word[: max(_LEAST, len(word) - 2)]
    return word in words or (len(word) >= _LEAST and any(other.startswith(root) for other in words))
