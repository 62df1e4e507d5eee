"""English words of time: one pattern of points in time, the word before it that says how they limit, and the traps.

"May" and "March" are months only where nothing else can be meant; "Last Week Tonight" in capitals is a name; after
"the" a date names a thing ("the October 7 attack").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot import days as d
from bot.days import DAY, Days, Stretch
from bot.lexicon import MONTHS, ONES, TENS
from bot.when_limit import Limit, apart

LATEST = (
    r"\bcurrent(?:ly)?\s+[a-z]|\bcurrently\b|\b(?:latest|newest|nowadays|recently|lately|these days|so far|to date)\b"
    r"|\bmost recent|\bnow\b(?!-)|\bat (?:the moment|present)\b|\bstill\b|\bin recent (?:days|weeks|months|years)\b"
    r"|^who(?: is|['’]s| leads| heads| runs| owns)\b"
    r"|^what(?: is|['’]s) the (?:death toll|status|state|situation|score)\b"
)
ANCHOR = re.compile(
    r"\b[Ss]ince (?P<what>(?:the|his|her|its|their|last|[A-Z][\w-]*['’]s?) (?:(?!\b(?:is|are|was|were|has|have|had|can"
    r"|will|would|does|do|did)\b)[^?.!,;\0]){2,60})"
)
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|going to|upcoming|next|scheduled|planned|expected|tomorrow)\b", re.I
)
_NAMEABLE = ("may", "march", "april", "june", "august", "jan")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_THINGS = (
    r"elections?|budgets?|vote|referendum|olympics?|games|world cup|season|census|campaign|war|flood|earthquake"
    r"|dollars?|prices|terms|report|edition|primar(?:y|ies)|meetings?|attacks?|summit|deal|agreement|act|law|film|novel"
)
_MONTH = (
    r"(?:(?i:january|february|april|june|july|august|september|october|november|december"
    r"|(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)|May|MAY|March|MARCH|Mar\b\.?"
    r"|(?<=\bin[ ])(?:may|march)|(?<=since[ ])(?:may|march)|(?<=last[ ])(?:may|march))"
)
_WEEKDAY = (
    r"(?:(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:Mon|Tues?|Wed|Thurs?|Fri)\b\.?)"
)
_NUMBER = (
    rf"\d{{1,4}}|a|an|{'|'.join((*list(ONES)[1:], *TENS))}|couple[ ]of|a[ ]couple[ ]of|a[ ]few|few|several"
)
_YEAR = r"(?:19|20)\d\d"
_POINT = re.compile(
    rf"""(?<![\w'’$€£.-])(?:(?P<how>ever\ since|since|after|before|until|till|up\ to|in|on|during|throughout|over|within
        |from|for|back\ in|as\ of|Since|After|Before|Until|In|On|During|Throughout|Over|Within|From)\s+)?
    (?:
      (?P<yesterday>(?:the\ )?day\ before\ yesterday|yesterday|last\ night)(?:\ (?:morning|afternoon|evening|night))?
    | (?P<today>(?:earlier\ )?today|tonight|(?:earlier\ )?this\ (?:morning|afternoon|evening))
    | (?P<ago>{_NUMBER})\ (?P<ago_unit>day|week|month|year)s?\ ago
    | (?:the\ )?(?:last|past|previous)\ (?P<back>{_NUMBER})\ (?P<back_unit>hour|day|week|month|year)s?(?!\ of\b)
    | the\ (?:last|past)\ (?P<past>day|week|month|year)(?!\ of\b) | past\ (?P<past2>week|month|year)
    | (?P<which>last|(?:earlier\ |later\ )?this)\ (?P<unit>week|month|year)(?!\ of\b)
    | (?:the\ |last\ |(?P<this>this\ )|this\ past\ )weekend
    | (?P<early>early|late|mid|(?:the\ )?(?:start|beginning|middle|end)\ of)[\ -](?P<early_month>{_MONTH})
        (?:\ (?:of\ )?(?P<early_year>{_YEAR}))?
    | (?P<iso>{_YEAR}-\d\d(?:-\d\d)?)
    | (?P<numeric>\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR})
    | (?:the\ )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<day_month>{_MONTH})(?:,?\ (?P<day_year>{_YEAR}))?
    | (?P<month_of_day>{_MONTH})\ (?P<day_of_month>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.,:]\d)
        (?:,?\ (?P<year_of_day>{_YEAR}))?
    | (?P<month_which>last\ |this\ (?:past\ )?)?(?P<month>{_MONTH})(?:,?\ (?:of\ )?(?P<month_year>{_YEAR}|last\ year))?
    | (?:Q|q)(?P<quarter>[1-4])\ (?:of\ )?(?P<quarter_year>{_YEAR})
    | the\ (?P<nth>first|second|third|fourth)\ quarter\ of\ (?P<nth_year>{_YEAR})
    | (?P<week_which>last\ |this\ (?:past\ )?)?(?P<weekday>{_WEEKDAY})
        (?:\ (?:morning|afternoon|evening|night))?(?P<of_week>,?\ (?:of\ )?last\ week)?
    | (?P<year>{_YEAR})
    )(?P<own>['’]s)?(?![\w%/-]|[.,]\d)""",
    re.VERBOSE,
)
_RANGE = re.compile(r"\b(?:[Bb]etween|[Ff]rom) (?P<one>[\w,. ]{1,24}?) (?:and|to|until|till|through) (?=\w)")
_SPOKEN = ("yesterday", "today", "ago", "back", "past", "past2", "unit")
_BARE = ("iso", "numeric", "quarter", "nth")
_QUARTERS = ("first", "second", "third", "fourth")
_REPORTED_LATE = 45 * DAY  # the figures of a quarter come out weeks after it
_PUBLISHED_LATE = 2 * DAY  # news of a day is published on it or a little later


def limits(text: str, today: date) -> list[Limit]:
    """What limits when in `text`; what was found is apart, in order."""
    ranges = list(_ranges(text, today))
    single = (_limit(text, found, today) for found in _POINT.finditer(_begun(text)))
    return apart([*ranges, *(limit for limit in single if limit)])


def _begun(text: str) -> str:
    """A question may begin with "Last week"; anywhere else words in capitals are a name."""
    return text[:1].lower() + text[1:] if re.match(r"[A-Z][a-z]+ [a-z0-9]", text) else text


def _limit(text: str, found: re.Match[str], today: date) -> Limit | None:
    how = (found["how"] or "").lower()
    try:
        stretch = _stretch(found, today)
    except (ValueError, OverflowError):
        return None
    if stretch is None or _names_a_thing(text, found, how) or _is_to_come(text, found):
        return None
    days = _related(how, stretch, today)
    if found["quarter"] or found["nth"]:
        days = (days[0], days[1] and days[1] + _REPORTED_LATE)
    if found["own"]:
        if found["unit"] == "year" or not (_is_spoken(found) or found["weekday"]):
            return None
        days = (stretch[0], None)
    start, end = found.span()
    return Limit(start, end, days, _is_spoken(found), is_now=found["today"] is not None)


def _is_spoken(found: re.Match[str]) -> bool:
    return any(found[name] for name in _SPOKEN) or found[0].endswith("weekend")


def _names_a_thing(text: str, found: re.Match[str], how: str) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    if _is_spoken(found):
        return how in ("after", "before", "until") and bool(re.match(r" [A-Z]", after))
    if how in ("for", "over") or re.match(rf" (?:{_THINGS})\b", after, re.I):
        return True
    if found["weekday"]:
        lonely = not how and not found["week_which"] and not found["own"]
        return bool(re.match(r" [A-Z]", after)) or (lonely and _stands_alone(before, after) is False)
    if found["month"] and not found["month_year"]:
        return not (how or found["month_which"]) or _is_a_name(found["month"], how, after)
    if found["year"] or found["month"] or found["early"]:
        return not how and not found["early"]
    return not how and not any(found[name] for name in _BARE) and not _stands_alone(before, after)


def _stands_alone(before: str, after: str) -> bool:
    """Whether a day without a preposition says when: "What happened Tuesday?", not "the Tuesday talks"."""
    led = re.search(
        r"(?:^|[,;] ?|\b(?!the |a |an |every |each |next |about |of |by |one |coming )[a-z]+ )$", before
    )
    return bool(led and re.match(r"\s*(?:$|[?.,;!])|\s+(?:in|at|by|with|to|about|that|from|and)\b", after))


def _is_a_name(month: str, how: str, after: str) -> bool:
    if month.lower() not in _NAMEABLE:
        return False
    if month.lower() == "march" and re.match(r" (?:on|for|of|to|Madness)\b", after):
        return True
    follows = re.match(r"\s*(?:$|[?.,;!])|\s+(?:and|in|at|on|to|by|with|the|of|for|\d)", after)
    return how in ("since", "ever since", "after", "before", "until", "till", "from") and not follows


def _is_to_come(text: str, found: re.Match[str]) -> bool:
    """Whether the question is of the future, and the words may be too."""
    dated = found["day_year"] or found["year_of_day"] or found["month_year"]
    open_ = ("today", "day", "month_of_day", "month", "weekday")
    soon = (found["which"] or "").endswith("this") or found["this"] or any(found[name] for name in open_)
    return bool(soon and not dated and _FUTURE.search(text))


def _related(how: str, stretch: Stretch, today: date) -> Days:
    """The days on which articles about `stretch` were published, by the word before it."""
    first, last = stretch
    if how in ("since", "ever since"):
        return first, None
    if how == "after":
        return last + DAY, None
    if how == "before":
        return None, first - DAY
    if how in ("until", "till", "up to", "as of"):
        return None, last
    if first == last <= today:
        return first, min(last + _PUBLISHED_LATE, today)
    return first, last


def _stretch(found: re.Match[str], today: date) -> Stretch | None:
    """The days a point means; None for none. Raises ValueError for a 30th of February."""
    return _near(found, today) or _named(found, today) or _on_the_calendar(found, today)


def _near(found: re.Match[str], today: date) -> Stretch | None:
    if spoken := found["yesterday"]:
        there = today - (2 if "before" in spoken else 1) * DAY
        return there, there
    if found["today"]:
        return today, today
    if found["ago"]:
        return d.ago(_count(found["ago"]), found["ago_unit"], today)
    if found["back"]:
        return d.back(_count(found["back"]), found["back_unit"], today), today
    if unit := found["past"] or found["past2"]:
        return d.back(1, unit, today), today
    if unit := found["unit"]:
        shift = -1 if found["which"] == "last" else 0
        whole = {"week": d.week(today, shift), "month": d.month_of(today, shift)}
        first, last = whole.get(unit) or d.year(today.year + shift)
        return first, min(last, today)
    return None


def _named(found: re.Match[str], today: date) -> Stretch | None:
    if found[0].endswith("weekend"):
        return d.weekend(today) if not found["this"] or today.weekday() in (0, 5, 6) else None
    if found["weekday"]:
        return _weekday(found, today)
    if found["month"]:
        return _month(found, today)
    if found["early"]:
        words = found["early"].split()
        part = {"start": "early", "beginning": "early", "middle": "mid", "end": "late"}
        number = _month_number(found["early_month"])
        whole = (
            d.month(int(found["early_year"]), number)
            if found["early_year"]
            else d.latest_month(number, today)
        )
        return d.part_of_month(whole, next((part[w] for w in words if w in part), words[0]))
    return None


def _weekday(found: re.Match[str], today: date) -> Stretch:
    number = next(i for i, name in enumerate(_WEEKDAYS) if name.startswith(found["weekday"][:3].lower()))
    there = d.latest_weekday(number, today)
    if found["of_week"]:
        there = d.week(today, -1)[0] + number * DAY
    elif there == today and (found["week_which"] or "").startswith("last"):
        there -= d.WEEK
    return there, there


def _month(found: re.Match[str], today: date) -> Stretch:
    number, of_year = _month_number(found["month"]), found["month_year"]
    if of_year:
        return d.month(int(of_year) if of_year.isdigit() else today.year - 1, number)
    if (found["month_which"] or "").startswith("last") and number == today.month:
        return d.month(today.year - 1, number)
    return d.latest_month(number, today)


def _on_the_calendar(found: re.Match[str], today: date) -> Stretch | None:
    if found["year"]:
        return d.year(int(found["year"]))
    if found["quarter"]:
        return d.quarter(int(found["quarter"]), int(found["quarter_year"]))
    if found["nth"]:
        return d.quarter(_QUARTERS.index(found["nth"]) + 1, int(found["nth_year"]))
    if found["iso"]:
        year, month, *days = map(int, found["iso"].split("-"))
        return (date(year, month, days[0]), date(year, month, days[0])) if days else d.month(year, month)
    if found["numeric"]:
        there = _numeric(*map(int, re.split("[./]", found["numeric"])))
        return there, there
    day = found["day"] or found["day_of_month"]
    if not day:
        return None
    number = _month_number(found["day_month"] or found["month_of_day"])
    of_year = found["day_year"] or found["year_of_day"]
    there = date(int(of_year), number, int(day)) if of_year else d.latest_day(number, int(day), today)
    return there, there


def _numeric(one: int, two: int, year: int) -> date:
    """A date all in digits, the day first unless it can only be the month's number."""
    return date(year, two, one) if two <= 12 else date(year, one, two)


def _month_number(written: str) -> int:
    return list(dict.fromkeys(MONTHS.values())).index(MONTHS[written.lower().rstrip(".")]) + 1


def _count(written: str) -> int:
    if written.isdigit():
        return int(written)
    return {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "several": 5}.get(
        written
    ) or (ONES | TENS)[written]


def _ranges(text: str, today: date) -> Iterator[Limit]:
    """ "between 1 and 5 March", "from Monday to Wednesday", "between 2019 and 2021"."""
    for found in _RANGE.finditer(text):
        second = _POINT.match(text, found.end())
        one = found["one"]
        if second is None and one.split()[-1].isdigit():  # between March 1 and 5
            number = re.compile(r"\d{1,2}\b").match(text, found.end())
            second = number and _POINT.fullmatch(f"{one.rsplit(' ', 1)[0]} {number[0]}")
            end = number.end() if number else 0
        else:
            end = second.end() if second else 0
        if second is None:
            continue
        lent = f"{one} {second['day_month']}" if one.isdigit() and second["day_month"] else one
        lent += f" {second['day_year']}" if second["day_year"] and lent != one else ""
        first = _POINT.fullmatch(lent)
        try:
            stretches = [_stretch(point, today) for point in (first, second) if point]
        except ValueError:
            continue
        if len(stretches) == 2 and stretches[0] and stretches[1]:
            a, b = stretches[0][0], stretches[1][1]
            if a > b and "year" not in {k for k, v in second.groupdict().items() if v}:
                a = a.replace(year=a.year - 1) if (a.month, a.day) != (2, 29) else a - 365 * DAY
            yield Limit(found.start(), end, (min(a, b), max(a, b)))
