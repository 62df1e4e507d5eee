"""What a reader gets to see, as styled lines: the answer first, then the numbered sources.

Everything that came from an article, a model or a question is cleaned here, so no renderer can forget to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.dates.dated import day_words
from bot.dressed import lead_in, leading, short_day
from bot.links import file_link, link_of, web_link
from bot.remarks import remarks
from bot.types import EXTRACTS, Answer, Citation, Nearest, Sentence, Status
from bot.untrusted import one_line
from bot.wording import day, say
from vectorstore.types import Source

_MOST_OTHER_LINKS = 3
_LONGEST_REPEAT = 64
_OPENINGS = {
    Status.NO_EVIDENCE: "no_evidence",
    Status.EMPTY_ARCHIVE: "empty_here",
    Status.UNVERIFIED: "unverified",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of clean text; a `link` may replace it.

    `style` is "", "strong", "faint", "mark", "gone" or "new".
    """

    text: str
    style: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph, wrapped where the screen ends; `label` hangs to the left of it."""

    spans: tuple[Span, ...] = ()
    label: str = ""


BLANK = Line()


def line(text: str, style: str = "", label: str = "") -> Line:
    """A line of one style, cleaned."""
    return Line((Span(one_line(text), style),), label)


def answer_page(answer: Answer) -> Iterator[Line]:
    """The whole answer: what it says, remarks, and its sources or the nearest articles."""
    if opening := _OPENINGS.get(answer.status):
        yield line(say(answer.language, opening), "strong")
        if answer.sentences:
            yield BLANK
    yield from _said(answer)
    yield from sources_page(answer)


def sources_page(answer: Answer) -> Iterator[Line]:
    """What follows the words of the answer: remarks, then the sources or the nearest articles."""
    said_besides = list(remarks(answer))
    if said_besides:
        yield BLANK
        yield from (line(remark, "faint") for remark in said_besides)
    if answer.citations:
        yield from (BLANK, line(say(answer.language, "sources"), "strong"))
        said = {sentence.text for sentence in answer.sentences}
        for citation in answer.citations:
            yield from _cited(citation, answer.language, repeats=citation.quote in said)
    elif answer.nearest:
        yield from (BLANK, line(say(answer.language, "nearest"), "strong"))
        for number, nearest in enumerate(answer.nearest, start=1):
            yield from _near(number, nearest, answer.language)


def sentence_line(text: str, citations: Iterable[int] = (), before: str = "") -> Line:
    """One sentence of an answer with the numbers of its citations; `before` is what makes it understandable."""
    marks = "".join(f" [{number}]" for number in citations)
    return Line((*_context(before), Span(one_line(text)), Span(marks, "mark")))


def short_line(answer: Answer) -> Iterator[Line]:
    """The short answer, where the answer does not begin with it."""
    if short := leading(answer):
        words = Span(one_line(short.text) + short_day(answer, short), "strong")
        yield Line((words, Span(f" [{short.number}]", "mark")))


def _said(answer: Answer) -> Iterator[Line]:
    yield from short_line(answer)
    if answer.model == EXTRACTS:
        for sentence in answer.sentences:
            yield sentence_line(sentence.text, sentence.citations, lead_in(answer, sentence.citations))
    elif answer.sentences:
        yield Line(tuple(span for sentence in answer.sentences for span in _running(sentence)))


def _running(sentence: Sentence) -> tuple[Span, ...]:
    return (*sentence_line(sentence.text, sentence.citations).spans, Span(" "))


def _cited(citation: Citation, language: str, *, repeats: bool) -> Iterator[Line]:
    label = f"[{citation.number}] "
    indent = " " * len(label)
    source = citation.source
    quote = Span(_quoted(one_line(_opening(citation.quote) if repeats else citation.quote)))
    yield Line((quote,) if repeats else (*_context(citation.context), quote), label)
    yield from faint(day_words(citation), indent)
    corrected = citation.corrected and say(language, "corrected", day=day(language, citation.corrected))
    yield from faint(joined(source.publisher, day(language, source.published), corrected or ""), indent)
    if source.title:
        yield line(source.title, label=indent)
    link = link_of(source, citation.quote, citation.same_text)
    if link:
        yield link_line(link, indent)
    yield from faint(incomplete(source, language), indent)
    yield from _others(citation, link, indent, language)


def _context(words: str) -> tuple[Span, ...]:
    return (Span(f"{one_line(words)} ", "faint"),) if words else ()


def _opening(quote: str) -> str:
    """How an extract begins: it stands in full just above."""
    if len(quote) <= _LONGEST_REPEAT:
        return quote
    cut = quote[:_LONGEST_REPEAT]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def _quoted(quote: str) -> str:
    """In quotation marks, unless it opens with its own."""
    return quote if quote.startswith(("“", '"', "「", "«")) else f"“{quote}”"


def _others(citation: Citation, shown_link: str, indent: str, language: str) -> Iterator[Line]:
    page = shown_link.partition("#")[0]
    same = {web_link(url) or file_link(url) for url in citation.same_text}
    others = dict.fromkeys(web_link(url) or file_link(url) for url in citation.also_in)
    for other in [o for o in others if o and o.partition("#")[0] != page][:_MOST_OTHER_LINKS]:
        yield link_line(other, indent, say(language, "also_in" if other in same else "near_copy"))


def _near(number: int, nearest: Nearest, language: str) -> Iterator[Line]:
    label = f"{number}. "
    indent = " " * len(label)
    source = nearest.source
    yield line(source.title, label=label)
    yield from faint(joined(source.publisher, day(language, source.published)), indent)
    if nearest.quote:
        yield line(_quoted(one_line(nearest.quote)), label=indent)
    if link := link_of(source, nearest.quote):
        yield link_line(link, indent)


def link_line(link: str, label: str = "", before: str = "") -> Line:
    """A link, shown without what a reader does not need of it."""
    return Line((Span(before, "faint"), Span(_short(link), "link", link)), label)


def _short(link: str) -> str:
    """The page without the scheme, or the name of the file."""
    parts = urlsplit(link)
    if parts.scheme == "file":
        return one_line(unquote(parts.path.rpartition("/")[2]))
    return one_line(parts.netloc.removeprefix("www.") + unquote(parts.path).rstrip("/"))


def joined(*facts: str) -> str:
    """Facts of a card in one line, those that are there."""
    return " · ".join(fact for fact in map(one_line, facts) if fact)


def incomplete(source: Source, language: str) -> str:
    """The remark on a copy that may be cut off; else ""."""
    return say(language, "incomplete") if source.incomplete else ""


def faint(text: str, label: str = "") -> Iterator[Line]:
    """A faint line, if there is anything to say."""
    if text:
        yield line(text, "faint", label)
