"""Dates as newspapers write them, to aware datetimes. A date that can be read in two ways is no date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_LEAD = re.compile(
    r"^(?:first published|published|updated|posted|last updated|发布于|发表于|更新于|发布时间|发布|時間|时间|"
    r"公開日時|公開|配信|"
    r"veröffentlicht|erstellt|stand|publié|publicado|publicada|pubblicato|gepubliceerd|geplaatst|opublikowano|"
    r"опубликовано|yayınlanma(?: tarihi)?|입력|등록|نشر)\s*(?:(?:on|am|le|el|il|em|op|в)\b)?\s*[:：]?\s*",
    re.I,
)
_YEAR = re.compile(r"(?<!\d)(?:1\d|20|21)\d\d(?!\d)")
_NUMERIC = re.compile(r"^(\d{1,2})([/.-])(\d{1,2})\2\d{4}")
_ZONE = re.compile(r"[\s,]+([ECMP])(?:T|DT|ST)\.?$|[\s(（]*(北京时间)[\s)）]*")
_AT = re.compile(
    r"\s(?:às|kl\.?)\s(?=\d)"
)  # the Portuguese and Scandinavian "at", which dateparser does not know
_ZONES = {
    "E": "America/New_York",
    "C": "America/Chicago",
    "M": "America/Denver",
    "P": "America/Los_Angeles",
    "北": "Asia/Shanghai",
}
_LANGUAGES = ["en", "zh", "de", "fr", "es", "it", "pt", "nl", "ru", "ja", "ko", "ar", "pl", "tr"]


def parse_date(text: str) -> datetime | None:
    """The moment `text` names, aware (UTC if it names no zone, midnight if it names no time), or None."""
    text = _LEAD.sub("", " ".join(text.split()))[:100]
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return _written(text)


def _written(text: str) -> datetime | None:
    if not _YEAR.search(text) or _is_ambiguous(text):
        return None
    named = _ZONE.search(text)
    moment = _by_words(_AT.sub(" ", _ZONE.sub(" ", text)))
    if moment and named:
        # "ET" is summer or winter time by the date; dateparser takes it for winter time.
        moment = moment.replace(tzinfo=ZoneInfo(_ZONES[(named[1] or named[2])[0]]))
    return moment and _aware(moment)


def _by_words(text: str) -> datetime | None:
    import dateparser  # type: ignore[import-untyped]

    order = (
        "MDY" if (numeric := _NUMERIC.match(text)) and numeric[2] == "/" and int(numeric[3]) > 12 else "DMY"
    )
    settings = {"STRICT_PARSING": True, "PARSERS": ["absolute-time"], "DATE_ORDER": order}
    try:
        found: datetime | None = dateparser.parse(text, languages=_LANGUAGES, settings=settings)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # it stumbles over impossible dates
        return None
    return found


def _is_ambiguous(text: str) -> bool:
    """True for 03/04/2024: March or April, depending on who wrote it."""
    numeric = _NUMERIC.match(text)
    if numeric is None or numeric[2] == ".":
        return False
    return numeric[1] != numeric[3] and max(int(numeric[1]), int(numeric[3])) <= 12


def _aware(moment: datetime) -> datetime | None:
    if not 1000 <= moment.year <= 2999:
        return None
    offset = moment.utcoffset()
    return moment.replace(
        tzinfo=UTC if not offset else timezone(timedelta(seconds=round(offset.total_seconds())))
    )
