"""Paywall and housekeeping paragraphs out. Only whole short paragraphs are ever taken; see phrases.txt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PHRASES = Path(__file__).with_name("phrases.txt")
_LONGEST = 400
_MOST_SENTENCES = 8
_WORDS = r'[^.!?。！？"]{1,60}'
_QUOTES = str.maketrans("‘’‚‛′“”„‟″「」『』", '\'\'\'\'\'"""""""""')
_END = r"""[\s.!?。！？:：…»>→|·]*"""
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without its leftovers, the paragraphs taken out, and whether one was a paywall notice."""

    text: str
    removed: tuple[str, ...]
    paywalled: bool


def clean(text: str) -> Cleaned:
    """`text` (paragraphs with a blank line between them) without paywall and housekeeping paragraphs."""
    paragraphs = text.split("\n\n")
    removed = tuple(paragraph for paragraph in paragraphs if _is_leftover(paragraph))
    kept = "\n\n".join(paragraph for paragraph in paragraphs if paragraph not in removed)
    return Cleaned(kept, removed, any(map(is_paywall_notice, removed)))


def is_paywall_notice(paragraph: str) -> bool:
    """True for a paragraph made of phrases from phrases.txt with at least one that tells of a paywall."""
    if not _is_leftover(paragraph):
        return False
    runs = _runs(_sentences(paragraph))
    return any(_phrases()["paywall"].fullmatch(run) for run in runs)


def _is_leftover(paragraph: str) -> bool:
    if len(paragraph) > _LONGEST:
        return False
    sentences = _sentences(paragraph)
    return 0 < len(sentences) <= _MOST_SENTENCES and _covers(_phrases()["any"], sentences)


def _covers(phrases: re.Pattern[str], sentences: list[str]) -> bool:
    """True if the sentences, in order, are phrases through and through; a phrase may be several sentences."""
    if not sentences:
        return True
    return any(
        phrases.fullmatch(" ".join(sentences[:count])) and _covers(phrases, sentences[count:])
        for count in range(1, len(sentences) + 1)
    )


def _runs(sentences: list[str]) -> list[str]:
    count = len(sentences)
    return [" ".join(sentences[i:j]) for i in range(count) for j in range(i + 1, count + 1)]


def _sentences(paragraph: str) -> list[str]:
    return [part for part in _SENTENCE.split(_folded(paragraph)) if part]


def _folded(text: str) -> str:
    # French puts a space before a question mark, typewriters do not.
    return re.sub(r" (?=[?!:;])", "", " ".join(text.translate(_QUOTES).casefold().split()))


@cache
def _phrases() -> dict[str, re.Pattern[str]]:
    sections: dict[str, list[str]] = {"paywall": [], "housekeeping": []}
    section = sections["housekeeping"]
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = sections[line.strip("[]").casefold()]
        elif line and not line.startswith("#"):
            section.append(_pattern(line))
    sections["any"] = sections["paywall"] + sections["housekeeping"]
    return {name: re.compile(f"(?:{'|'.join(patterns)}){_END}") for name, patterns in sections.items()}


def _pattern(line: str) -> str:
    if line.startswith("re:"):
        return f"(?:{line.removeprefix('re:')})"
    return re.escape(_folded(line).rstrip(" .!")).replace(r"\*", _WORDS)
