"""Paywall and housekeeping paragraphs out. Only whole short paragraphs are ever taken; see phrases.txt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from vectorstore.errors import CitedeskError

PHRASES = Path(__file__).with_name("phrases.txt")
_LONGEST = 400
_MOST_SENTENCES = 8
_WORDS = r'[^.!?。！？؟"]{1,60}'
_QUOTES = str.maketrans("‘’‚‛′“”„‟″「」『』", '\'\'\'\'\'"""""""""')
_ENDS = " .!?。！？؟:：…»>→›|·"
_MARKS = " »>→›|·•▶►▸■●◆★☆▪–—*#-👉📧🔔📲⬇️"
_END = rf"[\s{re.escape(_ENDS)}]*"
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])\s*")
_BEFORE_MARK = re.compile(r" (?=[?!:;؟：？！])")
_ESCAPED = re.compile(r"\\.|[^\\]+")
_PROBES = ("the river rose on monday night", "河水在周一夜里上涨了", "“no,” said the mayor")


class BadPhrase(CitedeskError):
    """A file of phrases has a line that cannot be used; the message names it and the remedy."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without its leftovers, the paragraphs taken out, and whether one was a paywall notice."""

    text: str
    removed: tuple[str, ...]
    paywalled: bool


@dataclass(frozen=True, slots=True)
class _Section:
    literal: frozenset[str]
    pattern: re.Pattern[str]

    def holds(self, run: str) -> bool:
        return run.rstrip(_ENDS) in self.literal or self.pattern.fullmatch(run) is not None


@dataclass(frozen=True, slots=True)
class Phrases:
    """What counts as a leftover: the phrases of one or more files."""

    paywall: _Section
    housekeeping: _Section

    @classmethod
    def read(cls, *files: Path) -> Self:
        """The phrases of `files` together. Raises BadPhrase for a file or line that cannot be used."""
        found = [entry for file in files for entry in _entries(file)]
        return cls(*(_section(line for kind, line in found if kind == name) for name in _SECTIONS))

    def clean(self, text: str) -> Cleaned:
        """`text` (paragraphs with a blank line between them) without paywall and housekeeping paragraphs."""
        paragraphs = text.split("\n\n")
        removed = tuple(paragraph for paragraph in paragraphs if self.is_leftover(paragraph))
        kept = "\n\n".join(paragraph for paragraph in paragraphs if paragraph not in removed)
        return Cleaned(kept, removed, any(map(self.is_paywall_notice, removed)))

    def is_leftover(self, paragraph: str) -> bool:
        """True for a short paragraph that is phrases through and through; a phrase may be several sentences."""
        sentences = _sentences(paragraph)
        reached = {0}
        for start in range(len(sentences)):
            if start in reached:
                ends = range(start + 1, len(sentences) + 1)
                reached |= {end for end in ends if self._holds(" ".join(sentences[start:end]))}
        return bool(sentences) and len(sentences) in reached

    def is_paywall_notice(self, paragraph: str) -> bool:
        """True for a leftover with at least one phrase that tells of a paywall."""
        return self.is_leftover(paragraph) and any(map(self.paywall.holds, _runs(_sentences(paragraph))))

    def _holds(self, run: str) -> bool:
        return self.paywall.holds(run) or self.housekeeping.holds(run)


_SECTIONS = ("paywall", "housekeeping")


@cache
def shipped() -> Phrases:
    """The phrases that come with Citedesk."""
    return Phrases.read(PHRASES)


def clean(text: str) -> Cleaned:
    """`Phrases.clean` with the shipped phrases."""
    return shipped().clean(text)


def is_paywall_notice(paragraph: str) -> bool:
    """`Phrases.is_paywall_notice` with the shipped phrases."""
    return shipped().is_paywall_notice(paragraph)


def _entries(file: Path) -> Iterator[tuple[str, str]]:
    """(section, pattern or literal) of each line."""
    kind = "housekeeping"
    for number, line in enumerate(_lines(file), start=1):
        if line.startswith("["):
            kind = line.strip("[]").casefold()
            if kind not in _SECTIONS:
                raise BadPhrase(f"{file}, line {number}: {line} is neither [paywall] nor [housekeeping].")
        elif line and not line.startswith("#"):
            _check(line, f"{file}, line {number}")
            yield kind, line


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise BadPhrase(
            f"cannot read the phrases in {file} ({error}). Make it a readable UTF-8 text file, or unset the setting."
        ) from error


def _check(line: str, where: str) -> None:
    try:
        pattern = re.compile(_pattern(line) + _END)
    except re.error as error:
        raise BadPhrase(
            f"{where}: {line} is not a regular expression ({error}). Correct it, or drop re: to match it as it stands."
        ) from error
    if any(pattern.fullmatch(_folded(probe)) for probe in _PROBES):
        raise BadPhrase(f"{where}: {line} matches any sentence and would cut articles. Make it more precise.")


def _section(lines: Iterable[str]) -> _Section:
    known = list(lines)
    literal = frozenset(_folded(line).rstrip(_ENDS) for line in known if _is_literal(line))
    patterns = [_pattern(line) for line in known if not _is_literal(line)]
    return _Section(literal, re.compile(f"(?:{'|'.join(patterns) or '(?!)'}){_END}"))


def _is_literal(line: str) -> bool:
    return not line.startswith("re:") and "*" not in line


def _pattern(line: str) -> str:
    if line.startswith("re:"):
        # \S is not \s: what is escaped keeps its case
        folded = (m[0] if m[0].startswith("\\") else m[0].casefold() for m in _ESCAPED.finditer(line[3:]))
        return f"(?:{''.join(folded)})"
    return re.escape(_folded(line).rstrip(_ENDS)).replace(r"\*", _WORDS)


def _runs(sentences: Sequence[str]) -> Iterator[str]:
    count = len(sentences)
    return (" ".join(sentences[i:j]) for i in range(count) for j in range(i + 1, count + 1))


def _sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph short enough to be a leftover, folded; else none."""
    if len(paragraph) > _LONGEST:
        return []
    found = [part for part in _SENTENCE.split(_folded(paragraph).lstrip(_MARKS)) if part]
    return found if len(found) <= _MOST_SENTENCES else []


def _folded(text: str) -> str:
    # French puts a space before a question mark, typewriters do not.
    return _BEFORE_MARK.sub("", " ".join(text.translate(_QUOTES).casefold().split()))
