"""Another day for the same event, another name for the one who won: where there can be only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from bot.dates.dated import dated, readable
from bot.dates.when import read
from bot.evidence.asked_for import asks_time
from bot.lexicon import SPEECH
from bot.types import Evidence
from bot.words import stem

_ONE_ONLY = re.compile(
    r"who (?:(?:was|has been|is) )?(?P<verb>won|elected|appointed|founded|succeeded|replaced|invented)\b",
    re.I,
)
_BETWEEN = frozenset({"was", "has", "been", "is", "narrowly", "again"})
_TOKEN = re.compile(r"[^\W\d_][\w.'’-]*|[,;:]")
_HALF_A_YEAR = 183  # "on 3 November", written in October, is rather the one to come
_CALENDAR_DAY = len("2024-10-23")


def days_differ(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """The day each names as the one asked for, where they name one each and not the same."""
    if not asks_time(question):
        return None
    ours, theirs = set(event_days(newer)), set(event_days(older))
    if len(ours) != 1 or len(theirs) != 1 or ours == theirs:
        return None
    return readable(ours.pop().isoformat()), readable(theirs.pop().isoformat())


def event_days(evidence: Evidence) -> Iterator[date]:
    """The days the sentence names, but for those on which somebody only said something."""
    published, text = evidence.match.source.published, evidence.text
    if published is None:
        return
    for each in dated(text, 0, published):
        if len(each.date) == _CALENDAR_DAY and not _told_then(text, each.start):
            yield date.fromisoformat(each.date)
    when = read(text, published)
    for written in when.words:
        alone = read(written, published)
        day = alone.first
        if day and alone.last and re.search(r"\d", written) and not _told_then(text, text.find(written)):
            near = re.search(r"\d{4}", written) or (published.date() - day).days < _HALF_A_YEAR
            if near and (alone.last - day).days <= 2:
                yield day


def _told_then(text: str, at: int) -> bool:
    before = [token[0].lower() for token in _TOKEN.finditer(text[:at])][-3:]
    after = [token[0].lower() for token in _TOKEN.finditer(text[at:])][1:5]
    return bool(SPEECH & {*before}) or (not before[:-1] and bool(SPEECH & {*after}))


def winners_differ(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """Who each says it was, where the names before the verb that is asked for have nothing in common."""
    asked = _ONE_ONLY.match(question)
    if asked is None:
        return None
    ours, theirs = (_name(asked["verb"], question, each.text) for each in (newer, older))
    if not ours or not theirs or {*ours.split()} & {*theirs.split()}:
        return None
    return (ours, theirs) if ours not in older.text and theirs not in newer.text else None


def _name(verb: str, question: str, sentence: str) -> str:
    """The capitalised words that end just before the verb; "" where there are none or the question has them."""
    tokens = [token[0].rstrip(".") for token in _TOKEN.finditer(sentence)]
    at = next((i for i, token in enumerate(tokens) if stem(token.lower()) == stem(verb.lower())), 0)
    if tokens[at + 1 : at + 2] == ["by"]:
        name = list(takewhile(_is_capitalised, tokens[at + 2 :]))
    else:
        while at and tokens[at - 1].lower() in _BETWEEN:
            at -= 1
        name = list(takewhile(_is_capitalised, reversed(tokens[:at])))[::-1]
    return "" if {*name} & {*_TOKEN.findall(question)} or name[:1] == ["The"] else " ".join(name)


def _is_capitalised(token: str) -> bool:
    return token[:1].isupper()
