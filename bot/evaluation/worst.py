"""The questions that went wrong, the worst first, each with what was found: where a team looks next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.dates.calendar import shown
from bot.evaluation.result import Found, Result, Retrieved
from bot.page import BLANK, Line, Span, line
from bot.untrusted import one_line

_LONGEST = 100
_NOWHERE = 99
_RIGHT = "✓ "


def worst(results: Sequence[Result]) -> list[Result]:
    """What was said against `must_not_say`, then wrong answers (the most confident first), then what was declined
    though it is there, then right answers whose article or sentence was not found first."""
    return sorted((r for r in results if r.badness or _is_low(r)), key=_key, reverse=True)


def worst_page(results: Sequence[Result], most: int) -> Iterator[Line]:
    """The first `most` of them."""
    listed = worst(results)[:most]
    if listed:
        yield line(f"Worst {len(listed)}" if len(listed) > 1 else "Worst", "strong")
    for number, result in enumerate(listed, 1):
        yield from _case(number, result)
        if result is not listed[-1]:
            yield BLANK


def _is_low(result: Result) -> bool:
    return not result.unanswerable and (result.article_rank != 1 or result.sentence_rank not in (1, None))


def _key(result: Result) -> tuple[float, ...]:
    ranks = (result.article_rank or _NOWHERE, result.sentence_rank or _NOWHERE)
    return (result.badness, result.confidence if result.badness > 1 else 0, *ranks)


def _case(number: int, result: Result) -> Iterator[Line]:
    yield line(result.question, "strong", f"{number:2}. ")
    if result.standalone_question not in ("", result.question):
        yield _detail("understood as ", result.standalone_question)
    yield _detail("", " · ".join(_facts(result)), "faint")
    if result.answer:
        yield _detail("answer    ", result.answer)
    for found in result.evidence:
        yield _detail("sentence  ", _sentence(found))
    for article in result.retrieved:
        yield _detail("article   ", _article(article))


def _facts(result: Result) -> Iterator[str]:
    yield _verdict(result)
    if result.answers:
        yield f"expected {' | '.join(result.answers)}"
    if not result.unanswerable:
        yield f"right article {_ordinal(result.article_rank)}"
        if result.answers:
            yield f"right sentence {_ordinal(result.sentence_rank)}"
    yield f"{result.file}{f', turn {result.turn}' if result.turn > 1 else ''}"


def _verdict(result: Result) -> str:
    if result.said:
        return f"said what it must not: {' | '.join(result.said)}"
    if result.unanswerable:
        return "answered what nothing answers"
    if not result.answered:
        return "declined"
    return "answered right" if result.correct else "answered wrongly"


def _ordinal(rank: int | None) -> str:
    return f"number {rank}" if rank else "not found"


def _sentence(found: Found) -> str:
    return f"{_RIGHT if found.right else ''}{found.confidence:.2f} “{_cut(found.text)}” ({_cut(found.title, 60)})"


def _article(article: Retrieved) -> str:
    day = shown(datetime.fromisoformat(article.published)) if article.published else ""
    facts = " · ".join(filter(None, (_cut(article.title), article.publisher, day)))
    return f"{_RIGHT if article.right else ''}{article.rank}. {facts}"


def _detail(what: str, text: str, style: str = "") -> Line:
    return Line((Span(what, "faint"), Span(one_line(_cut(text, 3 * _LONGEST)), style)), "    ")


def _cut(text: str, longest: int = _LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
