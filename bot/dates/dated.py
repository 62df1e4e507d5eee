"""What "Wednesday", "last week" or 昨天 means in an article: counted from the day it was published, on its own clock.

Where the words leave the day open, nothing is said: a wrong date would be worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from bot.dates import days as d
from bot.dates.dated_chinese import chinese_dates
from bot.dates.days import DAY, Stretch
from bot.lexicon import IRREGULAR_VERBS, MONTHS, ONES
from bot.types import Citation, Dated

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = "|".join(sorted({m.capitalize() for m in MONTHS}, key=len, reverse=True))
_MONTH_NUMBERS = {name: number for number, name in enumerate(dict.fromkeys(MONTHS.values()), 1)}
_WEEKDAY = re.compile(
    rf"(?:\b(?P<how>[Oo]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Aa]fter|[Bb]efore|[Ll]ast|[Nn]ext|[Tt]his(?: past| coming)?"
    rf"|[Ll]ate|[Ee]arly|[Oo]f|[Ff]or|and|to|between)\s+)?\b(?P<day>{'|'.join(_WEEKDAYS)})\b"
    r"(?P<last_week> (?:of )?last week\b)?"
)
_OWN_DATE = re.compile(
    rf"(?:['’]s)?,? (?:the )?(?:\(?(?:{_MONTH})\b|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b)"
)
_NAMED = re.compile(
    r"(?:\b(?:[Tt]he|[Aa]|[Ee]very|[Ee]ach|[Aa]ny|[Oo]ne|[Mm]ost|[Ss]ome)|\b[A-Z][a-z]+(?<!said)|\d{1,2}(?:st|nd|rd|th))\s+$"
)
_RELATIVE = re.compile(
    r"\b(?:(?P<near>(?:[Tt]he )?day before yesterday|[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]omorrow|[Ll]ast night"
    r"|[Tt]his (?:morning|afternoon|evening))"
    rf"|(?P<count>\d{{1,2}}|(?i:{'|'.join(list(ONES)[1:11])})) days ago"
    rf"|(?:(?<=[Ii]n )(?P<month>{_MONTH}),? (?:of )?)?(?P<which>[Ll]ast|[Tt]his|[Nn]ext)"
    r" (?P<unit>week|month|year)(?! of\b))\b(?!-)"
)
_NEAR = {"yesterday": -1, "last night": -1, "day before yesterday": -2, "tomorrow": 1}
_CLAUSE_END = re.compile(
    r"[;—“”\"()]|:(?!\d\d)|, (?:and|but|while|which|who|as|where)\b|\b(?:that|because|when|although)\b"
)
_TO_COME = re.compile(
    r"\b(?:will|won['’]t|would|shall|is to|are to|plans?|planned|scheduled|expected|due|set|going to|intends?|hopes? to"
    r"|coming|upcoming|starting|beginning|(?:is|are) \w+ing"
    r"|takes|meets|opens|begins|starts|closes|returns|ends|faces|holds|sails|goes|comes|arrives|leaves|resumes|launches"
    r"|hosts)\b|['’]ll\b|\b(?:is|are)\s*$"
)
_PAST = re.compile(
    rf"\b(?:was|were|had|did|said|(?!(?:scheduled|expected|planned|need|indeed|hundred)\b)[a-z]{{2,}}ed"
    rf"|{'|'.join(sorted(IRREGULAR_VERBS))})\b"
)
_NOT_YET = re.compile(  # "will shut", "is to be cut": a verb that has the form of the past alone
    r"\b(?:will|won['’]t|would|shall|should|can|could|may|might|must|to)(?: (?:not|also|only|\w+ly|be))* [a-z]+\b"
)
_MANY_SHOWN = 3


def dated(text: str, start: int, published: datetime | None) -> tuple[Dated, ...]:
    """The words of time in `text`, which stands at `start` of an article, each with its date; in order."""
    if published is None or not d.FIRST_YEAR <= published.year <= d.LAST_YEAR:
        return ()
    day = published.date()
    found = [*_weekdays(text, day), *_relatives(text, day), *chinese_dates(text, day)]
    return tuple(
        Dated(text[a:b], start + a, start + b, iso(first, last)) for a, b, (first, last) in sorted(found)
    )


def day_words(citation: Citation) -> str:
    """What the words of time in the quote mean, for the line under it: "Wednesday = 23 Oct 2024"; may be empty."""
    said = dict.fromkeys(f"{each.text} = {_readable_of(each)}" for each in citation.dates)
    return ", ".join(list(said)[:_MANY_SHOWN])


def iso(first: date, last: date) -> str:
    """ISO 8601: "2024-10-23", "2024-10", "2024", else the interval "2024-10-14/2024-10-20"."""
    if first == last:
        return first.isoformat()
    if (first, last) == d.year(first.year):
        return first.isoformat()[:4]
    if (first, last) == d.month(first.year, first.month):
        return first.isoformat()[:7]
    return f"{first.isoformat()}/{last.isoformat()}"


def readable(written: str, language: str = "en") -> str:
    """What `iso` wrote, for people: "23 Oct 2024", "Oct 2024", "2024", "14 Oct 2024 to 20 Oct 2024"; 2024年10月23日."""
    return ("至" if language == "zh" else " to ").join(
        _readable(part, language) for part in written.split("/")
    )


def _readable_of(each: Dated) -> str:
    return readable(each.date, "en" if each.text.isascii() else "zh")


def _readable(part: str, language: str) -> str:
    """One day, month or year: it has as many of year, month and day as it is long."""
    there = date.fromisoformat((part + "-01-01")[:10])
    parts = len(part.split("-"))
    if language == "zh":
        return "".join((f"{there.year}年", f"{there.month}月", f"{there.day}日")[:parts])
    return " ".join((f"{there.day}", f"{there:%b}", f"{there.year}")[3 - parts :])


def _weekdays(text: str, day: date) -> Iterator[tuple[int, int, Stretch]]:
    for found in _WEEKDAY.finditer(text):
        at, end = found.start("day"), found.end("day")
        if _is_a_name(text, found) or _OWN_DATE.match(text, end):
            continue
        there = _weekday(text, found, day)
        if there:
            yield at, end, (there, there)


def _is_a_name(text: str, found: re.Match[str]) -> bool:
    """ "Ash Wednesday", "the Sunday Times", "every Friday"; and dates that the text tells itself."""
    if not found["how"]:
        named = _NAMED.search(text[: found.start("day")])
        return bool(named) or bool(
            found.start()
            and re.match(r"\s+[A-Z]", text[found.end("day") :])
            and _follows_no_verb(text, found)
        )
    return found["how"].lower() == "of" or text[found.end("day") :].startswith(("-", " Night"))


def _follows_no_verb(text: str, found: re.Match[str]) -> bool:
    before = text[: found.start()].rstrip().rsplit(" ", 1)[-1]
    return not _PAST.fullmatch(before)


def _weekday(text: str, found: re.Match[str], day: date) -> date | None:
    number = _WEEKDAYS.index(found["day"])
    how = (found["how"] or "").lower()
    past = d.latest_weekday(number, day)
    if found["last_week"]:
        return d.week(day, -1)[0] + number * DAY
    if how == "last":
        # Two days after a Tuesday, "last Tuesday" may be that one or the one before.
        return None if 0 < (day - past).days <= 2 else (past - d.WEEK if past == day else past)
    if how == "next":
        return past + d.WEEK
    to_come = how != "since" and _is_to_come(text, found, how)
    if not to_come:
        return None if how in ("until", "by") else past  # "had until Friday" may mean either
    return past if past == day else past + d.WEEK


def _is_to_come(text: str, found: re.Match[str], how: str) -> bool:
    """The nearest verb before the word in its clause decides, else the first one after it; the past by default."""
    before = _CLAUSE_END.split(text[: found.start()])[-1]
    after = _CLAUSE_END.split(text[found.end() :])[0]
    cue = _last_cue(before)
    if cue is None:
        cue = _first_cue(after)
    if cue is None:
        return how in ("until", "by", "from", "this", "this coming")
    return cue


def _last_cue(text: str) -> bool | None:
    ahead = max((found.end() for found in _TO_COME.finditer(text)), default=-1)
    behind = max((found.end() for found in _pasts(text)), default=-1)
    return None if ahead == behind == -1 else ahead >= behind


def _pasts(text: str) -> Iterator[re.Match[str]]:
    """The verbs of `text` that tell of the past."""
    not_yet = {found.end() for found in _NOT_YET.finditer(text)}
    return (found for found in _PAST.finditer(text) if found.end() not in not_yet)


def _first_cue(text: str) -> bool | None:
    ahead, behind = _TO_COME.search(text), next(_pasts(text), None)
    if ahead and behind:
        return ahead.start() <= behind.start()
    return bool(ahead) if ahead or behind else None


def _relatives(text: str, day: date) -> Iterator[tuple[int, int, Stretch]]:
    for found in _RELATIVE.finditer(text):
        yield found.start(), found.end(), _relative(found, day)


def _relative(found: re.Match[str], day: date) -> Stretch:
    if near := found["near"]:
        there = day + _NEAR.get(near.lower().removeprefix("the "), 0) * DAY
        return there, there
    if count := found["count"]:
        there = day - (int(count) if count.isdigit() else ONES[count.lower()]) * DAY
        return there, there
    shift = {"last": -1, "this": 0, "next": 1}[found["which"].lower()]
    if found["unit"] == "week":
        return d.week(day, shift)
    if month := found["unit"] == "year" and found["month"]:
        return d.month(day.year + shift, _MONTH_NUMBERS[MONTHS[month.lower()]])
    return d.month_of(day, shift) if found["unit"] == "month" else d.year(day.year + shift)
