"""What changed between the versions of an article: first which paragraphs differ, then, word by word, how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import chain

from bot.page import BLANK, Line, Span, line
from bot.untrusted import one_line, printable
from vectorstore.types import Record

Version = tuple[int, str, str]  # number, ISO time of replacement, text

KEPT, GONE, NEW = "", "gone", "new"

_WORD = re.compile(r"\d+(?:[.,:]\d+)+|[぀-ヿ㐀-鿿豈-﫿가-힯]|[^\W_぀-ヿ㐀-鿿豈-﫿가-힯]+|\s+|.")
_MOST_WORDS = 4_000  # of a changed stretch; comparing more word by word takes seconds and helps nobody


def versions_page(record: Record, earlier: Sequence[Version]) -> Iterator[Line]:
    """Each replaced version, oldest first, with what the next one changed in it."""
    yield line(record.article.source.title or "(no title)", "strong")
    if not earlier:
        yield line("Its text has not changed since it was added.", "faint")
    texts = [*(text for _, _, text in earlier), record.article.text]
    for (number, replaced_at, text), after in zip(earlier, texts[1:], strict=True):
        yield BLANK
        yield line(f"Version {number}, replaced {_moment(replaced_at)}", "strong")
        yield from _shown(text, after)


def changes(before: str, after: str) -> Iterator[list[tuple[str, str]]]:
    """The paragraphs of two texts as runs of (KEPT, GONE or NEW, words); a paragraph of one KEPT run is unchanged."""
    old, new = _paragraphs(before), _paragraphs(after)
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ([(KEPT, paragraph)] for paragraph in old[a:b])
        else:
            yield from _in_paragraphs(_word_by_word("\n".join(old[a:b]), "\n".join(new[c:d])))


def _word_by_word(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MOST_WORDS:
        yield from ((GONE, before), (NEW, after))
        return
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield KEPT, "".join(old[a:b])
        else:
            yield from ((kind, "".join(run)) for kind, run in ((GONE, old[a:b]), (NEW, new[c:d])) if run)


def _in_paragraphs(runs: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Runs that go over a line end, cut there."""
    paragraph: list[tuple[str, str]] = []
    for kind, text in runs:
        first, *rest = text.split("\n")
        paragraph += [(kind, first)] if first else []
        for part in rest:
            yield paragraph
            paragraph = [(kind, part)] if part else []
    yield paragraph


def _shown(before: str, after: str) -> Iterator[Line]:
    """Changed paragraphs, and how many stand unchanged between them."""
    unchanged = 0
    for runs in chain(changes(before, after), [[]]):
        if len(runs) == 1 and runs[0][0] == KEPT:
            unchanged += 1
            continue
        if unchanged:
            yield line(f"… {unchanged} unchanged", "faint")
            unchanged = 0
        if runs:
            yield Line(tuple(Span(_spaced(text), kind) for kind, text in runs))


def _spaced(text: str) -> str:
    """Cleaned as one line, with the spaces at its ends, which part it from its neighbours."""
    head, tail = " " * text[:1].isspace(), " " * text[-1:].isspace()
    return f"{head}{one_line(text)}{tail}" if text.strip() else head


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in printable(text).split("\n") if paragraph.strip()]


def _moment(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"
