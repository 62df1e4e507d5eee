"""Days of a question as a filter on publication dates, and what is said when that filter had to be dropped.

A newspaper's own day may begin fourteen hours before ours or end twelve hours after it, and a date without a time is
midnight UTC: the archive is asked generously, then each article is held to the day on its card or the day it was here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.dated import readable
from bot.dates import shown
from bot.types import Answer, Understood
from bot.when import When, read
from vectorstore.types import Filter, Match

_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
_DROPPED = {
    "en": "No saved article {when} answers this; the answer is from other dates.",
    "zh": "没有找到{when}的文章能回答；以下答案来自其他日期。",
}
_NOWHERE = {
    "en": "No saved article {when} answers this, nor does one of another date.",
    "zh": "{when}以及其他日期的文章都没有回答。",
}
_OUTSIDE = {
    "en": "The filter allows no article {when}; the filter holds.",
    "zh": "筛选条件不包含{when}的文章；以筛选条件为准。",
}
_UNKNOWN = {
    "en": "No saved article tells when “{what}” was, so articles of every date were searched.",
    "zh": "没有文章说明“{what}”的日期，因此搜索了所有日期的文章。",
}
_TAKEN = {
    "en": "“since {what}” is taken as since {day}, from “{title}”.",
    "zh": "“{what}以来”按 {day} 以来理解，依据《{title}》。",
}
_LIMITS = {"en": ("from {}", "to {}"), "zh": ("{}起", "至{}")}


def narrowed(where: Filter, when: When, now: datetime) -> Filter | None:
    """`where` and the days of `when`, on the clock of `now`; None where nothing could pass both."""
    first = datetime.combine(when.first, time.min, now.tzinfo) if when.first else None
    last = datetime.combine(when.last, time.max, now.tzinfo) if when.last else None
    since = max(filter(None, (first, where.since)), default=None)
    until = min(filter(None, (last, where.until)), default=None)
    return None if since and until and since > until else replace(where, since=since, until=until)


def generous(where: Filter, given: Filter) -> Filter:
    """`where` wide enough for the day of every time zone; limits that were `given` stay as they are."""
    since, until = where.since, where.until
    if since and since != given.since:
        since = max(filter(None, (since - _EASTERNMOST, given.since)))
    if until and until != given.until:
        until = min(filter(None, (until + _WESTERNMOST, given.until)))
    return replace(where, since=since, until=until)


def of_the_days(matches: Sequence[Match], where: Filter) -> list[Match]:
    """Those published on the days of `where`, by their own clock or by its."""
    return [match for match in matches if _passes(match.source.published, where)]


def _passes(published: datetime | None, where: Filter) -> bool:
    if published is None:
        return not (where.since or where.until)
    day = published.date()
    on_card = (not where.since or day >= where.since.date()) and (
        not where.until or day <= where.until.date()
    )
    here = (not where.since or published >= where.since) and (not where.until or published <= where.until)
    return on_card or here


def days_dropped(asked: Understood, answer: Answer) -> tuple[str, ...]:
    """The word that is due when the days of the question were dropped and `answer` is from any date.

    None is due where the quotes themselves tell of the date asked about: "in 1994" may be when it happened.
    """
    if not answer.citations:
        return (_said(_NOWHERE, asked, asked.where),)
    words = read(asked.standalone, asked.now)
    told = [word.split()[-1].casefold() for word in words.words if word[-1].isalnum()]
    quotes = " ".join(citation.quote.casefold() for citation in answer.citations)
    about_it = words.search == asked.standalone and any(word in quotes for word in told)
    return () if about_it else (_said(_DROPPED, asked, asked.where),)


def outside(when: When, asked: Understood) -> str:
    """Said when the words of time and the filter exclude each other."""
    days = narrowed(Filter(), when, asked.now)
    return _said(_OUTSIDE, asked, days or asked.where)


def unknown(what: str, language: str) -> str:
    """Said when the archive cannot date the event a question counts from."""
    return _UNKNOWN.get(language, _UNKNOWN["en"]).format(what=what)


def taken(what: str, day: date, title: str, language: str) -> str:
    """Said when it can."""
    return _TAKEN.get(language, _TAKEN["en"]).format(what=what, day=readable(day.isoformat()), title=title)


def _said(sentences: dict[str, str], asked: Understood, where: Filter) -> str:
    start, end = _LIMITS.get(asked.language, _LIMITS["en"])
    limits = [form.format(shown(day)) for form, day in ((start, where.since), (end, where.until)) if day]
    language = asked.language if asked.language in sentences else "en"
    return sentences[language].format(when=("" if language == "zh" else " ").join(limits))
