"""Stretches of whole days, as people count them: weeks from Monday to Sunday, months, quarters, seasons of a month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

Days = tuple[date | None, date | None]  # the first and the last day; None where it is open
Stretch = tuple[date, date]

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 1900, 2100


def week(day: date, shift: int = 0) -> Stretch:
    """Monday to Sunday of the week of `day`, `shift` weeks later."""
    monday = day - day.weekday() * DAY + shift * WEEK
    return monday, monday + 6 * DAY


def weekend(day: date) -> Stretch:
    """The last Saturday and Sunday that have begun on `day`."""
    saturday = day - (day.weekday() + 2) % 7 * DAY
    return saturday, saturday + DAY


def month(year: int, number: int) -> Stretch:
    """A calendar month; Raises ValueError for a 13th."""
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def month_of(day: date, shift: int = 0) -> Stretch:
    """The calendar month of `day`, `shift` months later."""
    years, number = divmod(day.month - 1 + shift, 12)
    return month(day.year + years, number + 1)


def part_of_month(stretch: Stretch, part: str) -> Stretch:
    """Its "early" (1 to 10), "mid" (11 to 20) or "late" days."""
    first, last = stretch
    bounds = {"early": (1, 10), "mid": (11, 20), "late": (21, last.day)}[part]
    return first.replace(day=bounds[0]), last.replace(day=bounds[1])


def year(number: int) -> Stretch:
    """A calendar year."""
    return date(number, 1, 1), date(number, 12, 31)


def quarter(number: int, of_year: int) -> Stretch:
    """The first to fourth quarter of a year."""
    return date(of_year, 3 * number - 2, 1), month(of_year, 3 * number)[1]


def latest_month(number: int, today: date) -> Stretch:
    """The last month of that number that has begun."""
    return month(today.year - (number > today.month), number)


def latest_day(number: int, day: int, today: date) -> date:
    """The last such day of a month that is not in the future. Raises ValueError where no year near has one."""
    for back in range(9):  # a 29 February may be eight years away
        try:
            found = date(today.year - back, number, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(f"no {day} in month {number}")


def latest_weekday(number: int, today: date) -> date:
    """The last such weekday (Monday is 0), `today` included."""
    return today - (today.weekday() - number) % 7 * DAY


def is_reported(stretch: Stretch) -> bool:
    """Whether news can have been published then; what is longer ago, or ages ahead, is when an event was."""
    return stretch[0].year >= FIRST_YEAR and stretch[1].year <= LAST_YEAR


def ago(count: int, unit: str, today: date) -> Stretch:
    """What "`count` days, weeks, months or years ago" may mean: the longer ago, the vaguer."""
    if unit == "day":
        return today - count * DAY, today - count * DAY
    if unit == "week":
        there = today - count * WEEK
        return there - (3 if count > 1 else 1) * DAY, there + (3 if count > 1 else 1) * DAY
    if unit == "month":
        return month_of(today, -count)
    return year(today.year - count)


def back(count: int, unit: str, today: date) -> date:
    """The first day of "the last `count` hours, days, weeks, months or years", up to `today`."""
    if unit == "hour":
        return today - -(-count // 24) * DAY
    if unit in ("day", "week"):
        return today - count * (WEEK if unit == "week" else DAY)
    first, last = month_of(today, -count * (12 if unit == "year" else 1))
    return first.replace(day=min(today.day, last.day))
