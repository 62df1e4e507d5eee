"""Whether what a sentence puts between quotation marks stands in the article, word for word.

Not a likeness of so many percent: in a long quotation that would let "will" stand for "will not".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.han import characters
from bot.words import Kind, normal, words

_QUOTED = re.compile(r'"([^"]+)"|(?<!\w)\'([^\']{2,})\'(?!\w)')
_LEFT_OUT = re.compile(r"\.\.\.|…|\[[^\]]*\]")


def quotes_hold(text: str, passage: str) -> bool:
    """Whether `passage` has every quotation of `text`, in its words and their order."""
    return all(
        _verbatim(part, passage) for quoted in _quoted(normal(text)) for part in _LEFT_OUT.split(quoted)
    )


def _quoted(text: str) -> Iterator[str]:
    yield from (found[1] or found[2] for found in _QUOTED.finditer(text))
    if text.count('"') % 2:  # the other mark stands in a neighbouring sentence
        start, _, end = text.rpartition('"')
        yield end if not start or start[-1] == " " else start.rpartition('"')[2]


def _verbatim(quoted: str, passage: str) -> bool:
    spaced = f" {_spaced(quoted)} " in f" {_spaced(passage)} "
    return spaced or (bool(characters(quoted)) and _tight(quoted) in _tight(passage))


def _spaced(text: str) -> str:
    return " ".join(word.text for word in words(text) if word.kind is not Kind.BREAK)


def _tight(text: str) -> str:
    return re.sub(r"[\W_]", "", normal(text)).lower()
