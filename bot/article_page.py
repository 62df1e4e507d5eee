"""What `bot articles` shows of an article: its card, its text, its near-copies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.dates.calendar import shown
from bot.links import file_link, web_link
from bot.page import BLANK, Line, Span, faint, incomplete, joined, line, link_line
from bot.untrusted import one_line, printable
from bot.wording import ENGLISH
from vectorstore.types import Original, Record, Source


def list_page(records: Iterable[Record]) -> Iterator[Line]:
    """One line an article: its id, title, publisher and date."""
    for record in records:
        source = record.article.source
        title = Span(one_line(source.title) or "(no title)")
        facts = joined(source.publisher, shown(source.published) or "(no date)", _restriction(source))
        yield Line((title, Span(f" · {facts}" if facts else "", "faint")), f"{record.article.id}  ")


def record_page(record: Record, story: Sequence[Record] = ()) -> Iterator[Line]:
    """The card of one article and what else is in its `story` (canonical first), then its text."""
    article, source = record.article, record.article.source
    yield line(source.title or "(no title)", "strong")
    yield from faint(joined(source.publisher, source.author, shown(source.published), source.language))
    for address in dict.fromkeys((source.url, article.origin, *record.links)):
        if link := web_link(address) or file_link(address):
            yield link_line(link)
    yield line(_stored(record), "faint")
    yield from faint(_restriction(source))
    yield from faint(incomplete(source, ENGLISH))
    yield from faint(_origins(article.found_in))
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


def _restriction(source: Source) -> str:
    return f"answers only in {source.audience}" if source.audience else ""


def _stored(record: Record) -> str:
    corrected = record.corrected and f"corrected {shown(record.corrected)}"
    sizes = (_counted(record.passages, "passage"), _counted(record.versions, "version"))
    return joined(record.article.id, *sizes, f"added {shown(record.added_at)}", corrected or "")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
