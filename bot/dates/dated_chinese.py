"""The words of time of a Chinese article, counted from the day it was published: 周三, 昨天, 上个月, "23日"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.dates import days as d
from bot.dates.days import DAY, Stretch

_WEEKDAY = re.compile(
    r"(?P<which>上上|上|本|这|這|下)?(?:个|個)?(?:周|週|星期|礼拜)(?P<day>[一二三四五六日天])(?![报刊])"
)
_RELATIVE = re.compile(
    r"(?P<near>前天|昨天|昨日|昨晚|昨夜|今天|今日(?!俄罗斯|头条)|今早|今晨|今晚|明天|明日|后天)"
    r"|(?<!以)(?P<week>上|本|这|這|下)(?:个|個)?(?:周|週|星期|礼拜)(?![一二三四五六日天末期边围岁年])"
    r"|(?<!以)(?P<month>上个|上|本|这个|下个|下)月(?![球一二三四五六七八九十\d])"
    r"|(?P<year>去年|今年|明年|前年)(?!\d|[一二三四五六七八九十]{1,2}月)"
    r"|(?<![\d月.])(?P<date>3[01]|[12]\d|[1-9])日(?!元|[均本前内])"
)
_NEAR = {"前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_SHIFT = {"上上": -2, "上": -1, "上个": -1, "下": 1, "下个": 1}
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1}
_TO_COME = re.compile(r"将|將|拟|擬|计划|計劃|预计|預計|定于|定於|即将|打算")
_CLAUSE = re.compile(r"[，。；：“”「」,;]")
_DIGITS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_BEFORE, _AFTER = 6, 4  # characters within which 将 makes a day one to come: 将于周五, 周五将


def chinese_dates(text: str, day: date) -> Iterator[tuple[int, int, Stretch]]:
    """Characters [start, end) of `text`, published on `day`, and the days they mean."""
    for found in _WEEKDAY.finditer(text):
        there = _weekday(text, found, day)
        yield found.start(), found.end(), (there, there)
    for found in _RELATIVE.finditer(text):
        if stretch := _relative(text, found, day):
            yield found.start(), found.end(), stretch


def _weekday(text: str, found: re.Match[str], day: date) -> date:
    number = _DIGITS[found["day"]]
    if found["which"]:
        return d.week(day, _SHIFT.get(found["which"], 0))[0] + number * DAY
    past = d.latest_weekday(number, day)
    return past if past == day or not _is_to_come(text, found) else past + d.WEEK


def _relative(text: str, found: re.Match[str], day: date) -> Stretch | None:
    if near := found["near"]:
        there = day + _NEAR[near[0]] * DAY
        return there, there
    if found["week"]:
        return d.week(day, _SHIFT.get(found["week"], 0))
    if found["month"]:
        return d.month_of(day, _SHIFT.get(found["month"], 0))
    if found["year"]:
        return d.year(day.year + _YEARS[found["year"][0]])
    return _day_of_month(int(found["date"]), day, to_come=_is_to_come(text, found))


def _day_of_month(number: int, day: date, *, to_come: bool) -> Stretch | None:
    """ "23日": of the month of publication, or of the one before or after it; None where that has no such day."""
    shift = (number < day.day) if to_come else -(number > day.day)
    first, last = d.month_of(day, shift)
    if number > last.day:
        return None
    return first.replace(day=number), first.replace(day=number)


def _is_to_come(text: str, found: re.Match[str]) -> bool:
    before = _CLAUSE.split(text[: found.start()])[-1][-_BEFORE:]
    after = _CLAUSE.split(text[found.end() :])[0][:_AFTER]
    return bool(_TO_COME.search(before) or _TO_COME.search(after))
