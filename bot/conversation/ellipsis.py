"""The last English question asked again of something else: "And in Kursk?", "What about China?", "And last year?" """

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.clauses import capital, taken_apart, with_names, with_topic
from bot.conversation.mentions import PLURAL, is_role
from bot.conversation.mentions_han import HAN, territories_in
from bot.conversation.proper_names import Kind, acts, kind_of, names
from bot.conversation.territories import translated
from bot.types import Turn

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_SPAN = r"(?:year|month|week|weekend|quarter|summer|winter|spring|autumn|fall|decade|century|night|morning|evening)"
_WHEN = (
    rf"(?:(?:in|on|at|during|since|until|by|before|after|from) )?(?:the )?(?:"
    rf"(?:early |late |mid-?)?(?:{_MONTH} )?(?:\d{{1,2}},? )?(?:1[5-9]|20)\d\d|{_MONTH}(?: \d{{1,2}})?"
    rf"|\d{{1,2}} {_MONTH}"
    rf"|(?:last |next |this |previous )?(?:{_DAY}|{_SPAN})|yesterday|today|tomorrow|tonight)"
    rf"(?: (?:before(?: last)?|after(?: next)?))?"
)
_TIME = re.compile(rf"\b(?:{_WHEN})(?!\w)", re.I)
_PLACED = re.compile(
    r"(?P<where>in|at|near|on|from|to|into|outside|inside|across|around)\b (?P<what>.+)", re.I
)
_AGAINST = re.compile(r"(?P<how>by|for|with|against|about|of|under|after|before|during) (?P<what>.+)", re.I)
_PLACE_WORDS = r"(?:in|at|near|on|from|to|into|outside|inside|across|around)"
_NP = r"(?:the |an? )?[\w’'-]+(?: (?!in\b|at\b|on\b|to\b|for\b|by\b|with\b|from\b|of\b)[\w’'-]+){0,3}"


def is_countable(words: str) -> bool:
    """Whether `words` are things that can be counted: "civilians", "young people"; not "died" nor "turnout"."""
    return bool(PLURAL.search(words))


def is_time(topic: str) -> bool:
    """Whether `topic` says when, and nothing else."""
    return _TIME.fullmatch(topic) is not None


def asked_of(topic: str, thread: Sequence[Turn], *, about: bool = False) -> str:
    """The last question of `thread` with `topic` in the place of what it is like there; else `topic` beside it.

    `about`: it was typed as "what about …", which rather changes what the last question was about.
    """
    last = thread[-1].standalone_question
    if HAN.search(last):
        return with_topic(f"{topic}?", _in_chinese(topic, last))
    plain = capital(last.strip(" ?.!"))
    if last.endswith(")") or not taken_apart(last).wh + taken_apart(last).aux:
        return with_topic(f"{topic}?", last)
    if is_time(topic):
        return _timed(topic, plain)
    if placed := _PLACED.fullmatch(topic):
        return _placed(placed, plain, thread)
    if how := _AGAINST.fullmatch(topic):
        return _same_preposition(how, plain)
    texts = [text for turn in thread for text in (turn.standalone_question, turn.answer)]
    return _of_another(topic, plain, texts, about) or with_names(f"What about {topic}?", last)


def _timed(topic: str, last: str) -> str:
    if re.match(r"(?:the )?\d", topic):
        topic = f"in {topic}"
    if not (before := list(_TIME.finditer(last))):
        return f"{last} {topic}?"
    # The last one: a year may also be part of a name further in front.
    old = before[-1]
    return f"{last[: old.start()]}{topic}{last[old.end() :]}?"


def _placed(topic: re.Match[str], last: str, thread: Sequence[Turn]) -> str:
    texts = [turn.answer for turn in thread]
    for name in names(last):
        old = re.search(rf"\b{_PLACE_WORDS} (?:the )?{re.escape(name)}(?!\w)", last)
        if old and kind_of(name, [last, *texts]) is not Kind.PERSON:
            return f"{last[: old.start()]}{topic[0]}{last[old.end() :]}?"
        if not old and kind_of(name, [last, *texts]) is Kind.PLACE and not acts(name, last):
            return f"{last.replace(name, topic['what'])}?"
    return f"{last} {topic[0]}?"


def _same_preposition(topic: re.Match[str], last: str) -> str:
    old = re.search(rf"\b{topic['how']} {_NP}", last, re.I)
    if old is None:
        return f"{last} {topic[0]}?"
    return f"{last[: old.start()]}{topic[0]}{last[old.end() :]}?"


def _of_another(topic: str, last: str, texts: Sequence[str], about: bool) -> str:
    article = re.match(r"the |an? ", topic, re.I)
    bare = topic[article.end() :] if article else topic
    role = is_role(bare)
    if not (bare[:1].isupper() or role):
        return _of_another_thing(topic, bare, last)
    old = _like(bare, last, texts, about) if not role else next(iter(_persons(last, texts)), "")
    if not old:
        return ""
    spelt = re.compile(rf"(?:\b[Tt]he )?(?<!\w){re.escape(old)}(?!\w)")
    return f"{spelt.sub(lambda _: topic, last, count=1)}?"


def _like(topic: str, last: str, texts: Sequence[str], about: bool) -> str:
    """The name in the last question whose place `topic` takes."""
    kind = kind_of(topic, texts)
    known = [(name, kind_of(name, texts)) for name in names(last)]
    fit = [(name, other) for name, other in known if Kind.UNKNOWN in (kind, other) or _alike(kind, other)]
    if about and (behind := [n for n, _ in fit if re.search(rf"\babout (?:the )?{re.escape(n)}", last)]):
        return behind[0]
    fit.sort(key=lambda one: one[1] is not kind)
    return fit[0][0] if fit else ""


def _persons(last: str, texts: Sequence[str]) -> list[str]:
    return [name for name in names(last) if kind_of(name, texts) is Kind.PERSON]


def _in_chinese(topic: str, last: str) -> str:
    """The Chinese `last` question, asked of a country that `topic` names in English."""
    named, known = translated(topic, "zh"), territories_in(last)
    return last.replace(known[0], named) if named and known else last


def _alike(one: Kind, other: Kind) -> bool:
    """Countries and organisations do the same things; people do not stand for them."""
    return (one is Kind.PERSON) is (other is Kind.PERSON)


def _of_another_thing(topic: str, bare: str, last: str) -> str:
    """ "And submarines?" after "How many ships…", "and milk?" after "What is the price of bread?" """
    clause = taken_apart(last)
    wh = clause.wh.lower()
    counts = is_countable(bare) or wh != "how many"
    if clause.noun and counts and wh in ("how many", "how much", "which", "what"):
        return f"{last.replace(f'{clause.wh} {clause.noun}', f'{clause.wh} {bare}', 1)}?"
    if old := re.search(r"\b(?:price|cost|number|rate|share|level|value) of (?P<thing>[a-z][\w-]*)", last):
        return f"{last[: old.start('thing')]}{topic}{last[old.end() :]}?"
    return ""
