"""What a reader gets to see, as styled lines: the answer first, then the numbered sources.

Everything that came from an article, a model or a question is cleaned here, so no renderer can forget to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from bot.dates.calendar import shown
from bot.dates.dated import day_words
from bot.dressed import lead_in, leading
from bot.links import file_link, link_of, web_link
from bot.remarks import remarks
from bot.types import EXTRACTS, Answer, Citation, Nearest, Sentence, Status
from bot.untrusted import one_line, printable
from bot.wording import ENGLISH, day, say
from vectorstore.types import Original, Record, Source

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
        yield Line((Span(one_line(short.text), "strong"), Span(f" [{short.number}]", "mark")))


def list_page(records: Iterable[Record]) -> Iterator[Line]:
    """One line an article: its id, title, publisher and date."""
    for record in records:
        source = record.article.source
        title = Span(one_line(source.title) or "(no title)")
        facts = _facts(source.publisher, shown(source.published), _restriction(source))
        yield Line((title, Span(f" · {facts}" if facts else "", "faint")), f"{record.article.id}  ")


def record_page(record: Record, story: Sequence[Record] = ()) -> Iterator[Line]:
    """The card of one article and what else is in its `story` (canonical first), then its text."""
    article, source = record.article, record.article.source
    yield line(source.title or "(no title)", "strong")
    yield from _faint(_facts(source.publisher, source.author, shown(source.published), source.language))
    for address in dict.fromkeys((source.url, article.origin, *record.links)):
        if link := web_link(address) or file_link(address):
            yield _link(link)
    yield line(_stored(record), "faint")
    yield from _faint(_restriction(source))
    yield from _faint(_incomplete(source, ENGLISH))
    yield from _faint(_origins(article.found_in))
    yield from _copies(record, story)
    yield BLANK
    yield from (
        line(paragraph) if paragraph.strip() else BLANK for paragraph in printable(article.text).split("\n")
    )
    if article.summary:
        yield from (BLANK, line("Summary (never cited)", "strong"), line(article.summary))


def original_page(record: Record, original: Original | None) -> Iterator[Line]:
    """The text of an article as it was read, before anything was cut."""
    yield line(record.article.source.title or "(no title)", "strong")
    yield BLANK
    if original is None:
        yield line(
            "Its original was not kept: it was stored by an earlier Citedesk, and has not changed since."
        )
        return
    yield from (line(text) if text.strip() else BLANK for text in printable(original.text).split("\n"))


def _origins(found_in: Mapping[str, str]) -> str:
    """Which facts come from where: "Facts from JSON-LD (title, author), page (published)"."""
    places = dict.fromkeys(found_in.values())
    said = (
        f"{place} ({', '.join(name for name in found_in if found_in[name] == place)})" for place in places
    )
    return f"Facts from {', '.join(said)}" if places else ""


def _copies(record: Record, story: Sequence[Record]) -> Iterator[Line]:
    """The near-copies of an article; answers cite the first of its story where that holds the words."""
    others = [other for other in story if other.article.id != record.article.id]
    if others:
        first = story[0].article.id == record.article.id
        yield BLANK
        yield line(
            "Near-copies; answers cite this one" if first else "Near-copies; answers cite the first", "strong"
        )
        yield from list_page(others)


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
    yield from _faint(day_words(citation), indent)
    corrected = citation.corrected and say(language, "corrected", day=day(language, citation.corrected))
    yield from _faint(_facts(source.publisher, day(language, source.published), corrected or ""), indent)
    if source.title:
        yield line(source.title, label=indent)
    link = link_of(source, citation.quote, citation.same_text)
    if link:
        yield _link(link, indent)
    yield from _faint(_incomplete(source, language), indent)
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
        yield _link(other, indent, say(language, "also_in" if other in same else "near_copy"))


def _near(number: int, nearest: Nearest, language: str) -> Iterator[Line]:
    label = f"{number}. "
    indent = " " * len(label)
    source = nearest.source
    yield line(source.title, label=label)
    yield from _faint(_facts(source.publisher, day(language, source.published)), indent)
    if nearest.quote:
        yield line(_quoted(one_line(nearest.quote)), label=indent)
    if link := link_of(source, nearest.quote):
        yield _link(link, indent)


def _link(link: str, label: str = "", before: str = "") -> Line:
    return Line((Span(before, "faint"), Span(_short(link), "link", link)), label)


def _short(link: str) -> str:
    """The page without the scheme, or the name of the file."""
    parts = urlsplit(link)
    if parts.scheme == "file":
        return one_line(unquote(parts.path.rpartition("/")[2]))
    return one_line(parts.netloc.removeprefix("www.") + unquote(parts.path).rstrip("/"))


def _facts(*facts: str) -> str:
    return " · ".join(fact for fact in map(one_line, facts) if fact)


def _incomplete(source: Source, language: str) -> str:
    return say(language, "incomplete") if source.incomplete else ""


def _restriction(source: Source) -> str:
    return f"answers only in {source.audience}" if source.audience else ""


def _stored(record: Record) -> str:
    corrected = record.corrected and f"corrected {shown(record.corrected)}"
    sizes = (_counted(record.passages, "passage"), _counted(record.versions, "version"))
    return _facts(record.article.id, *sizes, f"added {shown(record.added_at)}", corrected or "")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _faint(text: str, label: str = "") -> Iterator[Line]:
    if text:
        yield line(text, "faint", label)
