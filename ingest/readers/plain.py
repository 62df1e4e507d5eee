"""Plain text: a headline if there is one, and the rest."""

from __future__ import annotations

import re
from pathlib import PurePath

from ingest.draft import Draft
from ingest.paragraphs import fold, from_prose
from ingest.readers.trace import FILE_NAME, TEXT, traced

_LONGEST_TITLE = 200
_ENDS_SENTENCE = re.compile(r"[.。…;；,，:：][\"'”’」）)]*$")
_ABBREVIATION = re.compile(r"(?:\b[^\W\d_]\.){2,}$|\b(?:Inc|Jr|Sr|Co|Corp|Ltd|St|v|vs)\.$")


def read_plain(text: str, name: str) -> Draft:
    """The article in text without labels; the file's name is its title only if it has no headline."""
    title, rest = split_title(text.split("\n"))
    draft = Draft(title=title or PurePath(name).stem, text=from_prose("\n".join(rest)))
    return traced(draft, TEXT if title else FILE_NAME)


def split_title(lines: list[str]) -> tuple[str, list[str]]:
    """The headline and the lines below it; an empty headline and all lines when there is none."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    below = lines[first + 1 :]
    if first == len(lines) or not any(map(str.strip, below)):
        return "", lines
    title, following = fold(lines[first]), fold(below[0])
    # Without a blank line below, a headline shows by being much shorter than the text.
    apart = not following or len(following) > 2 * len(title)
    return (title, below) if apart and _is_headline(title) else ("", lines)


def _is_headline(line: str) -> bool:
    ends = _ENDS_SENTENCE.search(line) and not _ABBREVIATION.search(line)
    return len(line) <= _LONGEST_TITLE and not ends
