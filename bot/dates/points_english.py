"""Points in time in English: "last Tuesday", "23 October", "Q3 2024", and the days they mean, counted from a day."""

from __future__ import annotations

import re
from datetime import date

from bot.dates import days as d
from bot.dates.days import DAY, Stretch
from bot.lexicon import MONTHS, ONES, TENS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_QUARTERS = ("first", "second", "third", "fourth")
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
_ANY_YEAR = r"\d{4}"  # after a day or a month no number else stands: 4 March 1861
POINT = re.compile(
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
        (?:\ (?:of\ )?(?P<early_year>{_ANY_YEAR}))?
    | (?P<iso>{_YEAR}-\d\d(?:-\d\d)?)
    | (?P<numeric>\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR})
    | (?:the\ )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<day_month>{_MONTH})(?:,?\ (?P<day_year>{_ANY_YEAR}))?
    | (?P<month_of_day>{_MONTH})\ (?P<day_of_month>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.,:]\d)
        (?:,?\ (?P<year_of_day>{_ANY_YEAR}))?
    | (?P<month_which>last\ |this\ (?:past\ )?)?(?P<month>{_MONTH})
        (?:,?\ (?:of\ )?(?P<month_year>{_ANY_YEAR}|last\ year))?
    | (?:Q|q)(?P<quarter>[1-4])\ (?:of\ )?(?P<quarter_year>{_YEAR})
    | the\ (?P<nth>first|second|third|fourth)\ quarter\ of\ (?P<nth_year>{_YEAR})
    | (?P<week_which>last\ |this\ (?:past\ )?)?(?P<weekday>{_WEEKDAY})
        (?:\ (?:morning|afternoon|evening|night))?(?P<of_week>,?\ (?:of\ )?last\ week)?
    | (?P<year>{_YEAR})
    )(?P<own>['’]s)?(?![\w%/-]|[.,]\d)""",
    re.VERBOSE,
)


def stretch(found: re.Match[str], today: date) -> Stretch | None:
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
