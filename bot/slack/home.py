"""The Home tab and the questions suggested for a start: what the archive holds, and how to ask it.

What was handed over in private is left out here, whoever passes it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.dates.calendar import shown
from bot.slack.rich import (
    LONGEST_TITLE,
    Block,
    Element,
    address_of,
    bullets,
    code,
    facts,
    header,
    link,
    remark,
    rich,
    section,
    shortened,
    text,
    title_of,
)
from bot.types import EXTRACTS
from bot.untrusted import one_line
from vectorstore.types import Record, Source, Stats

_MOST_ARTICLES = 8
_MOST_PUBLISHERS = 10
_MOST_PROMPTS = 4
_LONGEST_NAME = 60
_LONGEST_ADDRESS = 500
_LONGEST_PROMPT = 75
_GENERAL = ("What can I ask?", "How do articles get into your archive?")
_CHINESE = re.compile("(?=.*[㐀-鿿])[^\u3040-\u30ff\uac00-\ud7af]*")
_MARKUP = str.maketrans(dict.fromkeys("<>|*_~`", " "))


def home_view(
    stats: Stats, newest: Sequence[Record], *, model: str, may_ingest: bool, follow_ups: bool = True
) -> dict[str, Any]:
    """The Home tab; `stats` counts public articles only, `newest` comes newest first.

    `model` is the answer's; `follow_ups` says whether the bot hears what is asked in its threads without a mention.
    """
    blocks = _filled(stats, newest) if stats.articles else _empty()
    return {"type": "home", "blocks": [*blocks, *_asking(may_ingest, follow_ups), _made(model)]}


def suggested_prompts(newest: Sequence[Record]) -> tuple[tuple[str, str], ...]:
    """At most four questions about the newest articles, each as its title and the message it sends."""
    titles = dict.fromkeys(_bare(source.title) for source in _public(newest))
    named = [title for title in titles if any(character.isalnum() for character in title)]
    prompts = tuple(_prompt(title) for title in named[:_MOST_PROMPTS])
    return prompts or (_GENERAL,)


def _filled(stats: Stats, newest: Sequence[Record]) -> Iterator[Block]:
    yield header("In the archive")
    counts = f"{_counted(stats.articles, 'article')} in {_counted(stats.passages, 'passage')}"
    yield rich(section(text(counts, bold=True)))
    names = [(name, count) for name, count in stats.publishers if one_line(name)]
    if names:
        yield rich(section(text(_publishers(names))))
    articles = list(_public(newest))[:_MOST_ARTICLES]
    if articles:
        yield header("Newest articles")
        yield rich(bullets(*map(_article, articles)))


def _empty() -> Iterator[Block]:
    yield header("The archive is empty")
    yield rich(section(text("On the machine I run on, "), code("ingest FOLDER"), text(" puts articles in.")))


def _asking(may_ingest: bool, follow_ups: bool) -> Iterator[Block]:
    yield header("How to ask")
    going_on = ": the next question needs no mention." if follow_ups else ": mention me again."
    ways = [
        section(text("Mention me in a channel", bold=True), text(": I answer in the thread.")),
        section(text("Go on in that thread", bold=True), text(going_on)),
        section(text("Write to me", bold=True), text(" in a direct message.")),
        section(code("/ask"), text(" your question", bold=True), text(": only you see the answer.")),
    ]
    if may_ingest:
        ways.append(
            section(
                text("Add articles", bold=True),
                text(": send me a link or a file, or choose “Add to Citedesk” in the menu of a message."),
            )
        )
    yield rich(bullets(*ways))


def _made(model: str) -> Block:
    if model == EXTRACTS:
        return remark("My answers are extracts: sentences of the saved articles, word for word, each cited.")
    return remark(f"My answers are written by {model}; every sentence is checked against the words it cites.")


def _public(records: Iterable[Record]) -> Iterator[Source]:
    return (record.article.source for record in records if not record.article.source.audience)


def _article(source: Source) -> Element:
    known = facts(source.publisher, shown(source.published))
    url = address_of(source, longest=_LONGEST_ADDRESS)
    return section(link(url, title_of(source)), text(f" · {known}" if known else ""))


def _publishers(names: Sequence[tuple[str, int]]) -> str:
    shown_names = [
        f"{shortened(name, _LONGEST_NAME)} ({count:,})" for name, count in names[:_MOST_PUBLISHERS]
    ]
    more = len(names) - len(shown_names)
    return "From " + ", ".join(shown_names) + (f" and {more:,} more" if more else "")


def _bare(title: str) -> str:
    return one_line(one_line(title).translate(_MARKUP)).rstrip(" .?!。？！…")


def _prompt(title: str) -> tuple[str, str]:
    """Asked in the title's own script: an English question finds nothing in Chinese sentences."""
    about = shortened(title, LONGEST_TITLE)
    if _CHINESE.fullmatch(title):
        return shortened(f"关于“{title}”", _LONGEST_PROMPT), f"关于“{about}”有什么报道？"
    return shortened(f"About {title}", _LONGEST_PROMPT), f"What is reported about {about}?"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
