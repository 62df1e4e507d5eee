"""What a candidate must not be, however likely its form: the time of another event, the place for the person, a score.

A short answer stands in bold above the quote, so a wrong one costs more than none.
"""

from __future__ import annotations

import re

from bot.lexicon import MONTHS, ONES, SCALES, TENS
from bot.short.amount_vetoes import (
    RATE,
    is_no_difference,
    is_no_money,
    is_of_others,
    is_other_measure,
    is_other_money,
)
from bot.short.answer_type import Asked, Kind, is_han
from bot.short.clauses import (
    asked_verb,
    in_aside,
    negated,
    negated_at,
    piece,
    says,
    segment,
    subject_verb,
)
from bot.short.deeds import does_other, is_of_other_clause, is_of_other_han_clause
from bot.short.harms import is_of_other_harm
from bot.short.offices import asks_of_a_name, has_left
from bot.short.quantities import amounts
from bot.short.spans import Candidate
from bot.words import sense

_NUMBER = (
    rf"(?:\d[\d.,]*|{'|'.join(sorted((*ONES, *TENS), key=len, reverse=True))})(?: (?:{'|'.join(SCALES)}))?"
)
_OF_MORE = re.compile(rf"(?<![\w.,-])(?:{_NUMBER}) (?:out )?of (?:the |its |their |all |those )*$", re.I)
_WHOLE = ("money", "unit", "percent")
_COMPOUND = re.compile(r"\d-[a-z]")  # "68 of its 15-megawatt turbines"
_SCORE = re.compile(r" \d{1,3}$")
_OTHER_SIDE = re.compile(r"[-–:]\d")
_MONTH_NAME = "|".join(sorted({month.capitalize() for month in MONTHS}, key=len, reverse=True))
_MONTH_ENDS = re.compile(rf"\b(?:{_MONTH_NAME})$")
_WHICH_YEAR = re.compile(r",? (?:of )?(?:last|this|next) year\b")
_MONTH_BEFORE = re.compile(rf"\b(?:{_MONTH_NAME}),? (?:of )?$")
_YEAR_WORDS = ("last year", "this year", "next year")

_HARM = r"died|dead|die|killed|injured|hurt|wounded|missing|survived|rescued|arrested|trapped|drowned"
_PEOPLE_ASKED = re.compile(
    rf"\bhow many (?:people|persons|men|women|children|(?:\w+ )?(?:{_HARM}|fled))\b", re.I
)
_HARMED = re.compile(rf"\b(?:{_HARM})\b", re.I)
_NO_COUNT = re.compile(
    r"[$€£¥%]|\b(?:per ?cent|percentage|dollars?|euros?|pounds?|yuan|yen|crowns?|kron\w+|rou?bles?|francs?|pesos?"
    r"|rupees?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|year-old)\b",
    re.I,
)
_MEASURED = re.compile(
    r"\b(?:met(?:re|er)s?|kilomet(?:re|er)s?|km|miles?|acres?|hectares?|tonnes?|tons?|kg|kilograms?|lit(?:re|er)s?|gallons?"
    r"|barrels?|degrees|votes?|seats?|points?|goals?|runs?|yards?|pages?|copies|times|ships?|cars?|houses?|homes?)\b",
    re.I,
)
_HAN_PEOPLE = re.compile("(?:多少|几)[人名]")
_HAN_NO_COUNT = re.compile("[天年月周时分秒元%％米吨升岁里]|百分之|个小时|分之")
_HAN_NAMED = re.compile("号(?![人名])")  # 三号线
_HAN_OF_MORE = re.compile("(?:[中里]|当中|其中)")

_TO_COME = re.compile(r"(?i:\bwhen\b (?:will|does|do|is .*\b(?:due|set|expected|going)|are .*\bgoing)\b)")
_YEAR = re.compile(r"\d{4}")  # of an event: "the 1992 Maastricht Treaty", "the Dreadnought of 1905"
_OF = re.compile(r"[A-Z][\w’-]* of $")
_EVENT = re.compile(r"(?<=\b[Tt]he \d{4}) [A-Z]")
_HAN_TO_COME = re.compile("(?:将|会|要)(?:在|于)?(?:什么时候|何时)|(?:什么时候|何时)(?:将|会|要|才)")
_GONE = re.compile(r"\b(?:since|last|yesterday|ago|earlier|previous)\b", re.I)
_SINCE = re.compile(r"\bsince (?:the )?$", re.I)
_HAN_GONE = re.compile("昨|前天|上个?[周月]|去年|前年|以来|[年天月周时]前")

_PLACED = re.compile(
    r"\b(?P<where>in|at|near|into|outside|inside|across|off|around|through|throughout|towards?|within|from)"
    r" (?:the )?(?:[\w'’-]+ern |central |upper |lower )?$"
)
_ALL_PLACES = re.compile(
    r"\b(?:in|at|on|near|into|onto|outside|inside|across|off|around|through|throughout|towards?|to|from|within|along"
    r"|between|behind|under|over|above|below|beside|beyond|via|aboard|of|past|and|opposite) (?:[a-z][\w'’-]* ){0,4}$",
    re.I,
)
_DENIED = re.compile(r",? (?:who|which) (?:(?:\w+ )?(?:not|never)\b|\w+n['’]t\b|(?:had|took|has) no\b)")
_NUMBERED = re.compile(r"\bNos?\. ?\d")


def trimmed(asked: Asked, sentence: str, candidate: Candidate) -> Candidate:
    """The candidate as it is shown: a name without the score, "112 of 230 seats" and "March last year" whole."""
    start, end = candidate.start, candidate.end
    text = sentence[start:end]
    if asked.kind is Kind.AMOUNT and (whole := _OF_MORE.search(sentence[:start])):
        start = start if candidate.form in _WHOLE or _COMPOUND.search(text) else whole.start()
    elif asked.kind is Kind.TIME:
        year = _WHICH_YEAR.match(sentence, end) if _MONTH_ENDS.search(text) else None
        month = _MONTH_BEFORE.search(sentence[:start]) if text in _YEAR_WORDS else None
        start, end = (month.start() if month else start), (year.end() if year else end)
    elif _OTHER_SIDE.match(sentence, end) and (score := _SCORE.search(text)):
        end = start + score.start()
    return Candidate(start, end, candidate.form)


def vetoed(question: str, asked: Asked, sentence: str, candidate: Candidate) -> bool:
    """Whether `candidate` is no answer to `question` although it has the form of one."""
    if asks_of_a_name(question, sentence):
        return True
    if is_han(question) != is_han(sentence):
        return asked.kind is Kind.AMOUNT and _is_other_amount(question, asked, sentence, candidate)
    if negated(question):
        if not negated(segment(sentence, candidate.start)):
            return True
    elif is_han(sentence) and asked.kind in (Kind.TIME, Kind.AMOUNT):
        if sentence[: candidate.start].rstrip().endswith(("没有", "并非", "不是")):
            return True
    elif negated_at(sentence, candidate.start):
        return True
    if asked.kind is Kind.TIME:
        return _is_other_time(question, sentence, candidate)
    if asked.kind is Kind.AMOUNT:
        return _is_other_amount(question, asked, sentence, candidate)
    if asked.kind is Kind.PLACE:
        return _is_no_place(question, asked, sentence, candidate)
    return _is_other_name(question, asked, sentence, candidate)


def _is_other_time(question: str, sentence: str, candidate: Candidate) -> bool:
    text, before = sentence[candidate.start : candidate.end], sentence[: candidate.start]
    if is_han(sentence):
        gone = _HAN_TO_COME.search(question) and _HAN_GONE.search(text)
        return bool(gone) or is_of_other_han_clause(question, sentence, candidate)
    if _TO_COME.search(question) and (_GONE.search(text) or _SINCE.search(before)):
        return True
    if in_aside(sentence, candidate.start, asked_verb(question)):
        return True
    named = _YEAR.fullmatch(text) and (_OF.search(before) or _EVENT.match(sentence, candidate.end))
    return not named and is_of_other_clause(question, sentence, candidate)


def _is_other_amount(question: str, asked: Asked, sentence: str, candidate: Candidate) -> bool:
    text = sentence[candidate.start : candidate.end]
    if _HAN_NAMED.match(sentence, candidate.end):
        return True
    if is_han(question):
        people = _HAN_PEOPLE.search(question)
        if is_han(sentence):
            more = candidate.form == "asked" and _HAN_OF_MORE.match(sentence, candidate.end)
            return bool(people and _HAN_NO_COUNT.search(text)) or bool(more)
        return bool(people) and bool(_NO_COUNT.search(text) or _MEASURED.search(text))
    if is_of_other_harm(question, sentence, candidate) or is_no_difference(question, sentence, candidate):
        return True
    if _PEOPLE_ASKED.search(question):
        other = _NO_COUNT.search(text) or _MEASURED.search(text) or is_of_others(asked, sentence, candidate)
        exempt = not _HARMED.search(question)
        return bool(other) or is_of_other_clause(question, sentence, candidate, exempt=exempt)
    if not re.search(r"\bhow many\b", question, re.I):
        return (
            is_other_measure(question, sentence, candidate)
            or is_other_money(question, sentence, candidate)
            or is_no_money(asked, question, sentence, candidate)
        )
    if not asked.unit:
        return False
    if _HARMED.search(question) and is_of_other_clause(question, sentence, candidate, exempt=False):
        return True
    if is_of_others(asked, sentence, candidate):
        return True
    wanted = {_spelt(word) for word in asked.unit.split()}
    counted = RATE.sub("", text)
    others = [*_NO_COUNT.findall(counted), *_MEASURED.findall(counted)]
    return any(_spelt(other) not in wanted for other in others) or _is_one_of_two(
        question, asked, sentence, candidate
    )


def _spelt(noun: str) -> str:
    return sense(noun.lower().replace("metre", "meter").replace("litre", "liter"))


def _is_one_of_two(question: str, asked: Asked, sentence: str, candidate: Candidate) -> bool:
    """Whether the same noun is counted twice and the asked verb stands no nearer to this count."""
    same = [c for c in amounts(sentence, asked.unit) if c.form == "asked"]
    verb = asked_verb(question)
    if len(same) < 2 or candidate.form != "asked" or not verb:
        return False
    return not says(piece(sentence, candidate.start), verb)


def _is_no_place(question: str, asked: Asked, sentence: str, candidate: Candidate) -> bool:
    """Whether a "where" is answered with what no preposition of place governs, or with where another thing was."""
    if is_han(sentence):
        return is_of_other_han_clause(question, sentence, candidate)
    if asked.unit:
        return False
    governed = candidate.form == "common" or _ALL_PLACES.search(sentence[: candidate.start])
    if in_aside(sentence, candidate.start, asked_verb(question)):
        return True
    return not governed or is_of_other_clause(question, sentence, candidate)


def _is_other_name(question: str, asked: Asked, sentence: str, candidate: Candidate) -> bool:
    text, before = sentence[candidate.start : candidate.end], sentence[: candidate.start]
    if has_left(question, sentence, candidate) or _DENIED.match(sentence, candidate.end):
        return True
    does = "" if is_han(sentence) else subject_verb(question)
    if does and not before.endswith("by ") and does_other(question, asked, sentence, candidate, does):
        return True
    if asked.kind is not Kind.PERSON or is_han(sentence):
        return asked.kind is Kind.PERSON and before.endswith(("在", "于"))
    placed = _PLACED.search(before)
    if _NUMBERED.search(text) or (placed and placed["where"] not in question.lower().split()):
        return True
    is_object = re.search(r"\bwho(?:m)? (?:did|does|do|will|has|have|had)\b(?! be\b)", question, re.I)
    verb = asked_verb(question) if is_object else ""
    return bool(verb) and says(sentence, verb) and is_of_other_clause(question, sentence, candidate)
