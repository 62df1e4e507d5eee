"""Clipped text: a title, a label for the content, the body, a label for the summary, the summary.

A label counts by its place: facts and the content label stand above the body, the summary label below it, so
that the same words inside an article never cut it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from ingest.dates import parse_date
from ingest.draft import Draft
from ingest.origin import web_address
from ingest.paragraphs import fold, from_prose
from ingest.readers.labels import Kind, Label, byline, label_of

_FACTS = {Kind.TITLE, Kind.PUBLISHER, Kind.AUTHOR, Kind.DATE, Kind.URL}
_LONGEST_TITLE = 300
_LONGEST_FACT = 80


@dataclass(slots=True)
class _Header:
    facts: dict[Kind, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    labels: int = 0


def read_clip(text: str, name: str) -> Draft | None:
    """The article in clipped text, or None when `text` has no labels above its body."""
    lines = text.split("\n")
    start = _content_line(lines)
    if start is None:
        return _read_headed(lines, name)
    header = _header(lines[:start])
    label = label_of(lines[start])
    body = [label.rest if label else "", *lines[start + 1 :]]
    return _draft(header, body, name)


def _content_line(lines: list[str]) -> int | None:
    """Where the label of the content stands: below a title and facts, above any prose."""
    free = facts = 0
    in_summary = False
    for number, line in enumerate(lines):
        label = label_of(line)
        if label and label.kind is Kind.CONTENT:
            # "Content: a history" on the first line is a title.
            alone = not (label.rest or free or facts) or not label.rest
            return number if alone or free or facts else None
        if label and label.kind is Kind.SUMMARY:
            in_summary = True
        facts += bool(label)
        free += bool(line.strip()) and not label and not in_summary
        if free > 3 + facts or (not in_summary and not label and len(line) > _LONGEST_TITLE):
            return None
    return None


def _read_headed(lines: list[str], name: str) -> Draft | None:
    """Text without a content label: `Title:` and other facts at its top, or a summary under its own label."""
    end = _header_end(lines)
    header = _header(lines[:end])
    if not header.labels and _summary_line(lines, needs_label_alone=True) is None:
        return None
    if not header.labels:
        end = next(number for number, line in enumerate(lines) if line.strip()) + 1
        header = _header(lines[:end])
    return _draft(header, lines[end:], name)


def _header_end(lines: list[str]) -> int:
    """The line after the last fact of a block at the top, one title line allowed before or inside it."""
    end = free = 0
    for number, line in enumerate(lines):
        label = label_of(line)
        if not line.strip():
            continue
        if label and label.colon and label.kind in _FACTS and _is_plausible(label):
            end = number + 1
        elif free or len(line) > _LONGEST_TITLE:
            break
        else:
            free += 1
    return end


def _is_plausible(label: Label) -> bool:
    """Without a content label below, "Date: a love story" is a headline and "Source: …" may begin a sentence."""
    if label.kind is Kind.URL:
        return bool(web_address(label.rest))
    if label.kind is Kind.DATE:
        return any(character.isdigit() for character in label.rest) and len(label.rest) <= _LONGEST_FACT
    sentence = label.rest.endswith((".", "。", "!", "?")) and " " in label.rest
    return bool(label.rest) and (label.kind is Kind.TITLE or len(label.rest) <= _LONGEST_FACT and not sentence)


def _header(lines: list[str]) -> _Header:
    header = _Header()
    pending: Kind | None = None
    for line in filter(str.strip, lines):
        label = label_of(line)
        if label:
            header.labels += 1
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
    if not value:
        return
    if kind is Kind.SUMMARY:
        header.summary.append(value)
    elif kind is Kind.PUBLISHER and value == web_address(value):
        header.facts.setdefault(Kind.URL, value)
    else:
        header.facts.setdefault(kind, value)


def _note_free(header: _Header, line: str) -> None:
    """A line without a label: the title first, then perhaps a byline, a date or a bare address."""
    line = fold(line).lstrip("# ").strip("* ")
    author = byline(line)
    if not header.free and not author:
        header.free.append(line)
    elif author:
        header.facts.setdefault(Kind.AUTHOR, author)
    elif line == web_address(line):
        header.facts.setdefault(Kind.URL, line)
    elif len(line) <= _LONGEST_FACT and parse_date(line):
        header.facts.setdefault(Kind.DATE, line)


def _draft(header: _Header, body: list[str], name: str) -> Draft:
    end = None if header.summary else _summary_line(body, needs_label_alone=False)
    footer = _Header()
    if end is not None:
        footer = _footer(body[end:])
        body = body[:end]
    facts = footer.facts | header.facts
    date = facts.get(Kind.DATE, "")
    published = parse_date(date) if date else None
    url = facts.get(Kind.URL, "")
    remarks = (f"date not understood: {date}",) if date and not published else ()
    return Draft(
        title=facts.get(Kind.TITLE) or next(iter(header.free), "") or PurePath(name).stem,
        text=from_prose("\n".join(body)),
        summary=from_prose("\n".join(header.summary or footer.summary)),
        publisher=facts.get(Kind.PUBLISHER, ""),
        author=facts.get(Kind.AUTHOR, ""),
        url=web_address(url),
        published=published,
        remarks=remarks,
    )


def _summary_line(lines: list[str], *, needs_label_alone: bool) -> int | None:
    """Where the summary's label stands: the last one, with a summary's length of text below it.

    A label with text behind it on its line may be the author's own words, so less may follow it.
    """
    after = 0
    for number in range(len(lines) - 1, 0, -1):
        label = label_of(lines[number])
        if label and label.kind is Kind.SUMMARY:
            own_line = not label.rest
            fits = own_line and not needs_label_alone or after + bool(label.rest) <= 3
            return number if fits and (own_line or not needs_label_alone) else None
        after += bool(lines[number].strip()) and not (label and label.kind in _FACTS)
    return None


def _footer(lines: list[str]) -> _Header:
    """The summary, and the facts some clippers put below it."""
    footer = _Header()
    for line in lines:
        label = label_of(line)
        fact = label is not None and label.kind in _FACTS and label.colon and bool(label.rest)
        if label and (fact or label.kind is Kind.SUMMARY):
            _note(footer, label.kind, label.rest)
        else:
            footer.summary.append(line)
    return footer
