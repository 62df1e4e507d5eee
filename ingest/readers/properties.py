"""Document properties (PDF, DOCX): what people wrote there, without what their programs did."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from ingest.decode import tidy
from ingest.paragraphs import fold

_NO_TITLE = re.compile(
    r"\W*(?:untitled|anonymous|unspecified|unknown|document\d*|slide \d+|word document|microsoft word - .*"
    r"|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|dvi|html?))?\W*$",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"\W*(?:anonymous|unspecified|unknown|author|admin\w*|owner|user\w*|python-docx|\S*@\S*|\W*)\W*$", re.I
)


def title_of(value: str | None) -> str:
    """A title, or an empty string when it is a program's."""
    title = fold(tidy(value or ""))
    return "" if len(title) > 300 or _NO_TITLE.match(title) else title


def author_of(value: str | None) -> str:
    """An author, or an empty string when it is the name of an account."""
    author = fold(tidy(value or ""))
    return "" if len(author) > 200 or _NO_AUTHOR.match(author) else author


def made_on(moment: datetime | None) -> datetime | None:
    """The moment a document was made, aware; None for what cannot be."""
    if moment is None:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (
        moment if datetime(1990, 1, 1, tzinfo=UTC) < moment < datetime.now(UTC) + timedelta(days=1) else None
    )
