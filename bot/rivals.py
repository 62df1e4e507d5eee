"""Another day for the same event, another name for the one who won: where there can be only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.asked_for import asks_time
from bot.dated import dated, readable
from bot.lexicon import SPEECH
from bot.types import Evidence
from bot.when import read
from bot.words import stem

_ONE_ONLY = re.compile(
    r"who (?:(?:was|has been|is) )?(?P<verb>won|elected|appointed|founded|succeeded|replaced|invented)\b",
    re.I,
)
_TOKEN = re.compile(r"[^\W\d_][\w.'’-]*|[,;:]")
_CALENDAR_DAY = len("2024-10-23")


def days_differ(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """The day each names as the one asked for, where they name one each and not the same."""
    if not asks_time(question):
        return None
    ours, theirs = set(_days(newer)), set(_days(older))
    if len(ours) != 1 or len(theirs) != 1 or ours == theirs:
        return None
    return readable(ours.pop().isoformat()), readable(theirs.pop().isoformat())


def _days(evidence: Evidence) -> Iterator[date]:
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
        if alone.first and alone.search == written and re.search(r"\d", written):
            at = text.find(written)
            if (alone.last is None or (alone.last - alone.first).days <= 2) and not _told_then(text, at):
                yield alone.first


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
    tokens = [token[0] for token in _TOKEN.finditer(sentence)]
    at = next((i for i, token in enumerate(tokens) if stem(token.lower()) == stem(verb.lower())), 0)
    while at and tokens[at - 1].lower() in ("was", "has", "been", "is", "narrowly", "again"):
        at -= 1
    name: list[str] = []
    while at and tokens[at - 1][0].isupper():
        at -= 1
        name.insert(0, tokens[at])
    return "" if {*name} & {*_TOKEN.findall(question)} or name[:1] == ["The"] else " ".join(name)
