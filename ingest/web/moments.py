"""Dates as machines write them, in feeds and sitemaps: ISO 8601 or e-mail style, nothing that needs guessing."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment_in(text: str) -> datetime | None:
    """The moment in its own zone (UTC if it names none), or None."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            aware.timestamp(), aware.astimezone(UTC)  # year 1 in a zone of the east is no moment
        except (ValueError, OverflowError):
            continue
        return aware
    return None
