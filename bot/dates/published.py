"""Days of a question as a filter on publication dates, and what is said when that filter had to be dropped.

A newspaper's own day may begin fourteen hours before ours or end twelve hours after it, and a date without a time is
midnight UTC: the archive is asked generously, then each article is held to the day on its card or the day it was here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.dates.dated import iso, readable
from bot.dates.when import When, read
from bot.lexicon import MONTHS
from bot.types import Answer, Citation, Understood
from bot.words import words
from vectorstore.types import Filter, Match

_EASTERNMOST, _WESTERNMOST = timedelta(hours=14), timedelta(hours=12)
_DROPPED = {
    "en": "No saved article {when} answers this; the answer is from other dates.",
    "zh": "{when} 的文章没有回答这个问题；以下答案来自其他日期。",
}
_UNDATED = {
    "en": "No saved article {when} answers this; the answer is from articles that carry no date.",
    "zh": "{when} 的文章没有回答这个问题；以下答案来自没有日期的文章。",
}
_NOWHERE = {
    "en": "No answer was found in the saved articles {when}, nor in those of other dates.",
    "zh": "在 {when} 以及其他日期的文章中都没有找到答案。",
}
_OUTSIDE = {
    "en": "The filter allows no article {when}; the filter holds.",
    "zh": "筛选条件不包含 {when} 的文章；以筛选条件为准。",
}
_UNKNOWN = {
    "en": "No saved article tells when “{what}” was, so articles of every date were searched.",
    "zh": "没有文章说明“{what}”的日期，因此搜索了所有日期的文章。",
}
_TAKEN = {
    "en": "“since {what}” is taken as since {day}, from “{title}”.",
    "zh": "“{what}以来”按 {day} 以来理解，依据《{title}》。",
}
_LIMITS = {"en": ("from {}", "to {}"), "zh": ("{}", "截至 {} ")}
_LEADING = re.compile(
    r"^(?:(?:in|on|since|after|before|until|till|up to|during|from|last|this|the) )+", re.IGNORECASE
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SAME_YEAR = 300  # days between the day asked about and a report that names it without its year


def when_of(asked: Understood) -> When:
    """The words of time of `asked`; those that a follow-up itself has overrule those it borrowed."""
    when, own = read(asked.standalone, asked.now), read(asked.question, asked.now)
    return when if own.is_open else replace(when, first=own.first, last=own.last, words=own.words)


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


def tells_of_days(asked: Understood, answer: Answer) -> bool:
    """Whether the quotes have the question's own words of time, as "October 7", so that they are about those days."""
    quotes = " ".join(citation.quote.casefold() for citation in answer.citations)
    written = (_LEADING.sub("", word) for word in when_of(asked).words)
    return any(word.casefold() in quotes for word in written)


def days_dropped(asked: Understood, answer: Answer) -> tuple[str, ...]:
    """The word that is due when the days of the question were dropped and `answer` is from any date.

    None is due where the quotes tell of the very year, or of the very day or month, that is asked about: "in 1994" and
    "on November 25" may be when it happened.
    """
    if not answer.citations:
        return (_said(_NOWHERE, asked, asked.where),)
    when = when_of(asked)
    years = _YEAR.findall(" ".join(when.words))
    quotes = " ".join(citation.quote for citation in answer.citations)
    told = (years and all(year in quotes for year in years)) or any(
        _names_the_day(when, citation) for citation in answer.citations
    )
    undated = not any(citation.source.published for citation in answer.citations)
    return () if told else (_said(_UNDATED if undated else _DROPPED, asked, asked.where),)


def _names_the_day(when: When, citation: Citation) -> bool:
    """Whether the quote has the month of `when`, and the day beside it, in an article of the same year."""
    day, published = when.first or when.last, citation.source.published
    if day is None or published is None or abs((published.date() - day).days) > _SAME_YEAR:
        return False
    asked = [_day_and_month(word) for word in when.words]
    said = [word.text for word in words(citation.quote)]
    beside = [{MONTHS.get(each, each) for each in said[at : at + 2]} for at in range(len(said))]
    return any(one and any(one <= pair for pair in beside) for one in asked)


def _day_and_month(written: str) -> set[str]:
    """The "november" and "25" of "on November 25"; empty where no month is written."""
    said = {MONTHS.get(word.text, word.text) for word in words(written)}
    found = {each for each in said if each in MONTHS.values() or (each.isdigit() and len(each) < 3)}
    return found if found & {*MONTHS.values()} else set()


def outside(when: When, asked: Understood) -> str:
    """Said when the words of time and the filter exclude each other."""
    days = narrowed(Filter(), when, asked.now)
    return _said(_OUTSIDE, asked, days or asked.where)


def unknown(what: str, language: str) -> str:
    """Said when the archive cannot date the event a question counts from."""
    return _UNKNOWN.get(language, _UNKNOWN["en"]).format(what=what)


def taken(what: str, day: date, title: str, language: str) -> str:
    """Said when it can."""
    return _TAKEN.get(language, _TAKEN["en"]).format(
        what=what, day=readable(day.isoformat(), language), title=title
    )


def _said(sentences: dict[str, str], asked: Understood, where: Filter) -> str:
    language = asked.language if asked.language in sentences else "en"
    return sentences[language].format(when=_when(where, language))


def _when(where: Filter, language: str) -> str:
    """ "from Oct 2024", "from 21 Oct 2024 to 27 Oct 2024", "to 4 Mar 2024"."""
    start, end = _LIMITS[language]
    days = [day.date() for day in (where.since, where.until) if day]
    return (start if where.since else end).format(readable(iso(days[0], days[-1]), language))
