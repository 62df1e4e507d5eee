"""When "the election" of "since the election" was: asked of the archive itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.dates.dated import dated
from bot.dates.days import FIRST_YEAR
from bot.dates.when import read
from bot.words import Words, content_keys, words
from vectorstore.types import Match, Source

LOOKED_AT = 12
_AROUND = timedelta(days=3)  # a story tells of its event's own date within these days of it

Retrieve = Callable[[str, int], list[Match]]


@dataclass(frozen=True, slots=True)
class Anchor:
    """An event's day and the article that tells it."""

    day: date
    source: Source


def dated_event(what: str, now: datetime, retrieve: Retrieve) -> Anchor | None:
    """The day of the event `what`; None when no saved article tells.

    The day most articles name beside its words ("the election on Tuesday"), else the day the first of the articles
    that have it in their title was published.
    """
    matches = [match for match in retrieve(what, LOOKED_AT) if _before(match, now)]
    wanted = _content(words(what))
    told = list(_told(wanted, matches))
    if told:
        often = Counter(day for day, _ in told)
        day, source = max(told, key=lambda each: (often[each[0]], -each[0].toordinal()))
        return Anchor(day, source)
    titled = [match.source for match in matches if _says(wanted, match.source.title)]
    first = min(titled, key=lambda source: source.published or now, default=None)
    return Anchor(first.published.date(), first) if first and first.published else None


def _before(match: Match, now: datetime) -> bool:
    published = match.source.published
    return published is not None and published.year >= FIRST_YEAR and published <= now


def _content(text: Words) -> list[frozenset[str]]:
    return [word.keys for word in text if word.counts or not word.text.isascii()]


def _says(wanted: Sequence[frozenset[str]], text: str) -> bool:
    keys = content_keys(words(text))
    return bool(wanted) and all(word & keys for word in wanted)


def _told(wanted: Sequence[frozenset[str]], matches: Sequence[Match]) -> Iterator[tuple[date, Source]]:
    """Each day that a sentence about the event names, once for each article; only days near its publication."""
    for match in matches:
        published = match.source.published
        if published is None:
            continue
        days = set()
        for number in range(len(match.passage.sentences)):
            sentence = match.passage.sentence(number)
            if _says(wanted, sentence):
                days |= set(_days(sentence, published))
        for day in days:
            if timedelta() <= published.date() - day <= _AROUND:
                yield day, match.source


def _days(sentence: str, published: datetime) -> Iterator[date]:
    for each in dated(sentence, 0, published):
        if len(each.date) == len("2024-10-23"):
            yield date.fromisoformat(each.date)
    when = read(sentence, published)
    if when.first and when.last and (when.last - when.first).days <= 2:
        yield when.first
