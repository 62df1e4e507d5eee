"""Paywall and housekeeping paragraphs out. Only whole short paragraphs are ever taken; see phrases.txt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_BETWEEN = r"[\s?？,;:&·|()/+'，、؛،—–-]*"
_WORD = re.compile(r"(?:[^\W\d_]|-(?=\w))+'?")
_WIDE = re.compile("[\u3041-\u9fff\uac00-\ud7a3]")
_SCRIPTS = {"cyrillic": re.compile("[\u0400-\u04ff]"), "arabic": re.compile("[\u0600-\u06ff]"), "wide": _WIDE}
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
class _Words:
    """A `words:` line: a text of the known words alone, one of each needed list among them."""

    needed: tuple[frozenset[str], ...]
    known: frozenset[str]

    def holds(self, words: frozenset[str]) -> bool:
        return words <= self.known and all(words & some for some in self.needed)


@dataclass(frozen=True, slots=True)
class _Section:
    literal: frozenset[str]
    words: tuple[_Words, ...]
    patterns: Mapping[str, re.Pattern[str]]  # by script, so that a text meets only those of its own

    def holds(self, run: str) -> bool:
        if run.rstrip(_ENDS) in self.literal:
            return True
        words = frozenset() if '"' in run else frozenset(_WORD.findall(run))
        if words and any(known.holds(words) for known in self.words):
            return True
        found = (self.patterns.get(script) for script in _scripts(run))
        return any(pattern.fullmatch(run) for pattern in found if pattern)


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
    words = tuple(_words(line) for line in known if _is_words(line) and not _WIDE.search(line))
    by_script: dict[str, list[str]] = defaultdict(list)
    for line in known:
        if not _is_literal(line) and not (_is_words(line) and not _WIDE.search(line)):
            by_script[_scripts(line)[-1]].append(_pattern(line))
    compiled = {script: re.compile(f"(?:{'|'.join(some)}){_END}") for script, some in by_script.items()}
    return _Section(literal, words, compiled)


def _scripts(text: str) -> list[str]:
    """The scripts of the letters in `text`, Latin first."""
    return ["latin", *(name for name, letters in _SCRIPTS.items() if letters.search(text))]


def _is_literal(line: str) -> bool:
    return not line.startswith(("re:", "words:")) and "*" not in line


def _is_words(line: str) -> bool:
    return line.startswith("words:")


def _pattern(line: str) -> str:
    if line.startswith("words:"):
        return _of_words(line)
    if line.startswith("re:"):
        # \S is not \s: what is escaped keeps its case
        folded = (m[0] if m[0].startswith("\\") else m[0].casefold() for m in _ESCAPED.finditer(line[3:]))
        return f"(?:{''.join(folded)})"
    return re.escape(_folded(line).rstrip(_ENDS)).replace(r"\*", _WORDS)


def _lists(line: str) -> list[list[str]]:
    """The three lists of a `words:` line: two of which one word is needed, and the others."""
    parts = f"{line.removeprefix('words:')}//".split("/")
    return [_folded(part).split() for part in parts[:3]]


def _words(line: str) -> _Words:
    lists = [frozenset(_WORD.findall(" ".join(words))) for words in _lists(line)]
    return _Words(tuple(some for some in lists[:2] if some), frozenset().union(*lists))


def _of_words(line: str) -> str:
    """The same as a regular expression, for scripts that do not set words apart."""
    first, second, others = _lists(line)
    known = "|".join(map(re.escape, sorted({*first, *second, *others}, key=len, reverse=True)))
    needed = "".join(f"(?=.*(?:{'|'.join(map(re.escape, some))}))" for some in (first, second) if some)
    # All of it known, that is told quickly; then what is needed.
    return rf"(?:(?=(?:(?>{known}|\d+%?){_BETWEEN})++{_END}\Z){needed}.*)"


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
