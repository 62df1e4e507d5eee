"""Days as people type and read them. A day without a time is a day in UTC, as it is for a dated article."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from vectorstore.errors import SettingsError

_LAST_MOMENT = timedelta(microseconds=1)
_DAYS = {"d": 1, "w": 7}


def shown(moment: datetime | None) -> str:
    """The day as "23 Oct 2024", by the source's own clock; empty when unknown."""
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def period(typed: str, today: date | None = None) -> tuple[datetime, datetime]:
    """The first and last moment of what was typed: a day, month or year, `7d`, `2w`, `yesterday`, `today`.

    An ISO 8601 time is a moment of its own. Raises SettingsError for anything else.
    """
    text = typed.strip().lower()
    try:
        start, end = _days(text, today or date.today()) or _moment(text)
    except (ValueError, OverflowError) as error:
        raise SettingsError(
            f"cannot read {typed!r} as a date. "
            "Write 2024-10-01, 2024-10, 2024, 7d (days ago), yesterday or today."
        ) from error
    return start, end


def check_order(since: datetime | None, until: datetime | None) -> None:
    """Raises SettingsError when `since` comes after `until`, for then no article could ever match."""
    if since and until and since > until:
        raise SettingsError(
            f"since {shown(since)} comes after until {shown(until)}: nothing lies between. Swap them."
        )


def _days(text: str, today: date) -> tuple[datetime, datetime] | None:
    if text in ("today", "yesterday"):
        return _span(today - timedelta(days=text == "yesterday"))
    if ago := re.fullmatch(r"([0-9]+)([dw])", text):
        return _span(today - timedelta(days=int(ago[1]) * _DAYS[ago[2]]))
    if written := re.fullmatch(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?", text):
        year, month, day = (int(part) if part else None for part in written.groups())
        return _calendar(year or 0, month, day)
    return None


def _calendar(year: int, month: int | None, day: int | None) -> tuple[datetime, datetime]:
    if day:
        return _span(date(year, month or 1, day))
    if month:
        first = date(year, month, 1)
        return _span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    return _span(date(year, 1, 1), date(year, 12, 31))


def _span(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    start, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last or first))
    return start, end + timedelta(days=1) - _LAST_MOMENT


def _moment(text: str) -> tuple[datetime, datetime]:
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware, aware
