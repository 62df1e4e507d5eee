"""Clipped text: a title, a label for the content, the body, a label for the summary, the summary.

A label counts by its place: facts and the content label stand above the body, the summary label below it, so
that the same words inside an article never cut it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice, tee
from pathlib import PurePath

from ingest.dates import parse_date
from ingest.draft import Draft
from ingest.origin import web_address
from ingest.paragraphs import fold, from_prose
from ingest.readers.credit import credit
from ingest.readers.labels import Kind, byline, label_of
from ingest.readers.plain import split_title
from ingest.readers.trace import FILE, FILE_NAME, TEXT, traced

_FACTS = {Kind.TITLE, Kind.PUBLISHER, Kind.AUTHOR, Kind.DATE, Kind.URL}
_LONGEST_TITLE = 300
_LONGEST_FACT = 80
_LONGEST_SUMMARY = 3  # paragraphs


@dataclass(slots=True)
class _Header:
    """What stands above the body (or below the summary): facts by label, and lines without one."""

    facts: dict[Kind, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)


def read_clip(text: str, name: str) -> Draft | None:
    """The article in clipped text, or None when `text` has no labels where labels count."""
    lines = text.split("\n")
    start = _content_line(lines)
    if start is None:
        return _read_headed(lines, name)
    header = _header(lines[:start])
    label = label_of(lines[start])
    title, *deck = header.free or [""]
    # Nothing is lost: what stands between title and label, and is no fact, opens the body.
    body = [*(f"{line}\n" for line in deck), label.rest if label else "", *lines[start + 1 :]]
    if sum(map(len, body)) < sum(map(len, header.summary)):
        return None  # a summary above a shorter content: rather prose whose paragraphs begin like labels
    return _draft(header, title, body, name)


def read_head(lines: Iterable[str], title: str = "") -> tuple[Draft, int] | None:
    """The facts at the top of `lines`, as a draft without text, and the line below them; None without any.

    A `title` already read stands above `lines`; without it one line among the facts may be it.
    """
    ahead, lines = tee(lines)
    end = _header_end(ahead, titled=bool(title))
    header = _header(islice(lines, end), title)
    return (_draft(header, next(iter(header.free), ""), [], ""), end) if end else None


def _content_line(lines: list[str]) -> int | None:
    """Where the label of the content stands: below a title and facts, above any prose."""
    free = facts = 0
    in_summary = False
    for number, line in enumerate(lines):
        label = label_of(line)
        if label and label.kind is Kind.CONTENT:
            # "Content: a history" is a title on the first line, and prose below the first paragraph.
            return number if not label.rest or (free <= 1 and free + facts) else None
        facts += bool(label)
        in_summary = in_summary or (label is not None and label.kind is Kind.SUMMARY)
        if label or in_summary or not line.strip():
            continue
        free += not _is_fact(line, below_title=bool(free))
        if free > 3 + facts or len(line) > _LONGEST_TITLE:
            return None
    return None


def _read_headed(lines: list[str], name: str) -> Draft | None:
    """Text without a content label: `Title:` and other facts at its top, or a summary under its own label."""
    end = _header_end(lines)
    if not end and _summary_line(lines, headed=False) is None:
        return None
    header = _header(lines[:end])
    title, rest = next(iter(header.free), ""), lines[end:]
    if not (title or Kind.TITLE in header.facts):
        title, rest = split_title(rest)
    return _draft(header, title, rest, name, headed=bool(header.facts))


def _header_end(lines: Iterable[str], *, titled: bool = False) -> int:
    """The line after the last fact of a block at the top, one title line allowed before or inside it."""
    end, free, labelled = 0, int(titled), False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        if _is_fact(line, below_title=bool(free)):
            end = number + 1
            label = label_of(line)
            labelled = labelled or (label is not None and label.kind is Kind.TITLE)
        elif free or labelled or len(line) > _LONGEST_TITLE:
            break
        else:
            free += 1
    return end


def _is_fact(line: str, *, below_title: bool) -> bool:
    """Without a content label, "Date: a love story" is a headline and "Source: …" may begin a sentence."""
    label = label_of(line)
    if not label:
        return below_title and bool(byline(line) or _is_date(line))
    if label.kind not in _FACTS or not (label.colon and label.rest):
        return False
    if label.kind is Kind.URL:
        return bool(web_address(label.rest))
    if label.kind is Kind.DATE:
        return any(character.isdigit() for character in label.rest) and len(label.rest) <= _LONGEST_FACT
    sentence = label.rest.endswith((".", "。", "!", "?")) and " " in label.rest
    return label.kind is Kind.TITLE or (len(label.rest) <= _LONGEST_FACT and not sentence)


def _is_date(line: str) -> bool:
    return len(line) <= _LONGEST_FACT and parse_date(line) is not None


def _header(lines: Iterable[str], title: str = "") -> _Header:
    header = _Header(free=[title] if title else [])
    pending: Kind | None = None
    for line in filter(str.strip, lines):
        label = label_of(line)
        if label:
            pending = None if label.rest and label.kind is not Kind.SUMMARY else label.kind
            _note(header, label.kind, label.rest)
        elif pending is not None:
            _note(header, pending, line)
            pending = pending if pending is Kind.SUMMARY else None
        else:
            _note_free(header, line)
    return header


def _note(header: _Header, kind: Kind, value: str) -> None:
    value = value.strip()
    if kind is Kind.SUMMARY:
        header.summary.append(value)
    elif value and kind is Kind.PUBLISHER and value == web_address(value):
        header.facts.setdefault(Kind.URL, value)
    elif value:
        header.facts.setdefault(kind, value)


def _note_free(header: _Header, line: str) -> None:
    """A line without a label: the title first, then perhaps a byline, a date or a bare address."""
    line = fold(line).lstrip("# ").strip("* ")
    if not header.free:
        header.free.append(line)
    elif author := byline(line):
        header.facts.setdefault(Kind.AUTHOR, author)
    elif line == web_address(line):
        header.facts.setdefault(Kind.URL, line)
    elif _is_date(line):
        header.facts.setdefault(Kind.DATE, line)
    else:
        header.free.append(line)


def _draft(header: _Header, title: str, body: list[str], name: str, *, headed: bool = True) -> Draft:
    end = None if header.summary else _summary_line(body, headed=headed)
    footer = _footer(body[end:]) if end is not None else _Header()
    facts = footer.facts | header.facts
    date = facts.get(Kind.DATE, "")
    published = parse_date(date) if date else None
    author, publisher = credit(facts.get(Kind.AUTHOR, ""))
    draft = Draft(
        title=facts.get(Kind.TITLE) or title or PurePath(name).stem,
        text=from_prose("\n".join(body[:end])),
        summary=from_prose("\n".join(header.summary or footer.summary)),
        publisher=facts.get(Kind.PUBLISHER) or publisher,
        author=author,
        url=web_address(facts.get(Kind.URL, "")),
        published=published,
        remarks=(f"date not understood: {date}",) if date and not published else (),
    )
    return traced(draft, FILE, title=FILE if Kind.TITLE in facts else TEXT if title else FILE_NAME)


def _summary_line(lines: list[str], *, headed: bool) -> int | None:
    """Where the summary's label stands: the last one.

    A label with text behind it on its line, or in text without any other label, may be the author's own
    words: then only a summary's length of text may follow it.
    """
    after = 0
    for number in range(len(lines) - 1, 0, -1):
        label = label_of(lines[number])
        if label and label.kind is Kind.SUMMARY:
            alone = not label.rest
            short = after + len(label.rest[:1]) <= _LONGEST_SUMMARY
            return number if (short or alone) and (headed or (short and alone)) else None
        after += bool(lines[number].strip()) and not (label and label.kind in _FACTS)
    return None


def _footer(lines: list[str]) -> _Header:
    """The summary, and the facts that some clippers put below it."""
    footer = _Header()
    for line in lines:
        label = label_of(line)
        fact = label is not None and label.kind in _FACTS and label.colon and bool(label.rest)
        if label and (fact or label.kind is Kind.SUMMARY):
            _note(footer, label.kind, label.rest)
        else:
            footer.summary.append(line)
    return footer
