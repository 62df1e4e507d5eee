"""Amounts that are no answer by what they count or measure: people for divers, metres for an age."""

from __future__ import annotations

import re
from itertools import takewhile

from bot.lexicon import AUXILIARY_VERBS, ONES, SCALES, STOP, TENS
from bot.short.answer_type import Asked
from bot.short.spans import Candidate
from bot.short.tokens import question_roots, tokens
from bot.words import sense

_ANYBODY = frozenset(
    map(
        sense,
        (
            "people",
            "persons",
            "person",
            "men",
            "women",
            "children",
            "victims",
            "others",
            "lives",
            "casualties",
            "deaths",
            "fatalities",
            "injuries",
            "dead",
        ),
    )
)
_NO_NOUNS = STOP | AUXILIARY_VERBS | ONES.keys() | TENS.keys() | SCALES.keys()
_HOW = re.compile(r"\bhow (much(?! time)|old|long|far|tall|high|deep|wide|heavy|fast|hot|cold)\b", re.I)
_DURATION = r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies)|old"
_LENGTH = (
    r"met(?:re|er)s?|(?:kilo|centi|milli)met(?:re|er)s?|km|cm|mm|miles?|feet|foot|ft|inch(?:es)?|yards?|stor(?:ey|ie|y)s?"
    r"|floors?|blocks?|laps?|pages?|m"
)
_WEIGHT = r"tonnes?|tons?|kg|kilos?|kilograms?|grams?|pounds?|lbs?|ounces?|stone"
_DEGREES = r"degrees?|celsius|fahrenheit|[cf]"
_FITS = {
    "old": _DURATION, "long": f"{_DURATION}|{_LENGTH}", "far": f"{_DURATION}|{_LENGTH}", "tall": _LENGTH,
    "deep": _LENGTH, "wide": _LENGTH, "heavy": _WEIGHT, "hot": _DEGREES, "cold": _DEGREES,
}  # fmt: skip
_NEVER = {"high": f"{_DURATION}|{_WEIGHT}", "fast": _WEIGHT, "much": _DURATION}
RATE = re.compile(r" (?:an?|per|each|every) \w+$")  # 340,000 crowns a day are no duration
_AGE = re.compile(r"\bold\b", re.I)
_STOOD = re.compile(r"\b(?:stood|stands|standing|existed|dates?|dating|survived|lived|history)\b", re.I)
_BARE = ("old", "hot", "cold")  # "Lind, 54" and "minus 12" go without a unit
_PRICED = (
    ("salary wage pay", "salary wage wages pay paid pays earn earns earned"),
    ("price cost worth value", "price cost worth value sell sold buy bought pay paid charge fare fee spend spent"),
    ("budget", "budget spend spending spent allocate allocated"),
    ("fine penalty", "fine fined penalty penalised penalized"),
    ("income revenue profit", "income revenue profit earn earned sales turnover takings made"),
    ("fee fare rent", "fee fare rent charge pay paid cost price"),
)  # fmt: skip
_MONEY_NAMES = tuple(
    (frozenset(map(sense, asked.split())), frozenset(map(sense, told.split()))) for asked, told in _PRICED
)
_BREAK = re.compile(r"[;:()—“”\"]|\b(?:but|while)\b")  # a "which" goes on about the price
_NAMED_MONEY = re.compile(
    r"\b(?:what|how (?:much|high|large|big)) (?:is|was|were|are|will be) (?:the|his|her|their|its|[\w’'-]+['’]s?)"
    r" (?:[\w’'-]+ ){0,2}?"
    r"(?P<noun>salar(?:y|ies)|wages?|pay|prices?|costs?|worth|value|budget|fine|penalty|income|revenues?|profits?|fees?"
    r"|fares?|rent)\b",
    re.I,
)

_CURRENCY = re.compile(
    r"[$€£¥₹₽₩₺₦₪]|\b(?:dollars?|euros?|pounds?|pence|cents?|yuan|yen|crowns?|kron\w+|rou?bles?|francs?|pesos?|rupees?"
    r"|rand|reais|lira|shekels?|zlotys?|dirhams?|riyals?|naira|shillings?|baht|ringgit|rupiah|won)\b",
    re.I,
)
_LARGE = re.compile(r"\b(?:[mb]illion|trillion)s?$|\d[ -]?(?:m|mn|bn|tn|k)$", re.I)
_PAYING = re.compile(  # "cost the firm 3 million florins", but "a recall of 48,300 vans"
    r"\b(?:cost\w*|pay\w*|paid|worth|spen[dt]\w*|fine[ds]?|for|priced?|valued?|earn\w*|rais\w+|ow(?:es?|ed)|charg\w+|bill|fees?"
    r"|budget|sum|insured|donat\w+|invest\w*|stole|took) (?:[\w'’-]+ ){0,4}$",
    re.I,
)
_BY_HOW_MANY = re.compile(r"\bby how (many|much)\b", re.I)
_AHEAD = re.compile(r"\b(?:by|margin|majority|lead|difference) (?:of )?$", re.I)
_CHANGED = re.compile(
    r"\b(?:rose|fell|grew|dropped|shrank|sank|climbed|gained|lost|(?:in|de)creased?|cut|up|down) $", re.I
)
_MORE = re.compile(
    r"(?: [\w-]+){0,2} (?:more|fewer|less|ahead|behind|clear|in front|than|margin|lead)\b", re.I
)


def is_no_money(asked: Asked, question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether a sum is asked for and the amount is none.

    A noun that is no unit may be a currency we do not know, if somebody pays it.
    """
    text = sentence[candidate.start : candidate.end]
    if asked.unit != "money" or candidate.form == "money" or _CURRENCY.search(text):
        return False
    if candidate.form == "number":
        return not _LARGE.search(text)
    counted = sense(_counted(text))
    strange = candidate.form == "noun" and counted not in _ANYBODY | question_roots(question)[0]
    return not strange or not _PAYING.search(sentence[: candidate.start])


def is_no_difference(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether "by how many votes" is asked and the amount is a whole, no lead."""
    asked = _BY_HOW_MANY.search(question)
    if not asked:
        return False
    before = sentence[: candidate.start]
    change = asked[1].lower() == "much" and _CHANGED.search(before)
    text = sentence[candidate.start : candidate.end]
    told = _AHEAD.search(before) or _MORE.match(sentence, candidate.end) or re.search(r"\bmore\b", text)
    return not (change or told)


def is_of_others(asked: Asked, sentence: str, candidate: Candidate) -> bool:
    """Whether the amount counts people, and the sentence never has the divers or ships that are asked for.

    People may be told of as men or victims; divers asked for are not "seven people".
    """
    nouns = list(takewhile(lambda word: word not in _NO_NOUNS, asked.unit.split()))
    if not nouns or sense(nouns[-1]) in _ANYBODY:
        return False
    counted = sense(_counted(sentence[candidate.start : candidate.end]))
    return counted in _ANYBODY and sense(nouns[-1]) not in {token.root for token in tokens(sentence)}


def is_other_measure(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether the unit of the amount measures something else than "how old", "how far" or "how heavy" asks for."""
    found = _HOW.search(question)
    how = found[1].lower() if found else ""
    text = RATE.sub("", sentence[candidate.start : candidate.end])
    if how == "old" and _counted(text) and not (_AGE.search(text) or _STOOD.search(sentence)):
        return True  # three years in office are no age
    if how in _NEVER:
        return _has_unit(_NEVER[how], text)
    if how not in _FITS or (how in _BARE and not _counted(text) and not re.search(r"[%$€£¥°]", text)):
        return False
    return not _has_unit(_FITS[how], text)


def is_other_money(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether a salary, price or fine is asked for and the clause of the sum speaks of none."""
    found = _NAMED_MONEY.search(question)
    if not found:
        return False
    noun = sense(found["noun"].lower())
    told = {noun}.union(*(told for asked, told in _MONEY_NAMES if noun in asked))
    ahead = max((m.end() for m in _BREAK.finditer(sentence, 0, candidate.start)), default=0)
    behind = _BREAK.search(sentence, candidate.end)
    clause = sentence[ahead : behind.start() if behind else None]
    return not told & {token.root for token in tokens(clause)}


def _counted(text: str) -> str:
    """The last word of an amount, if it is the noun that it counts."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return words[-1] if words and words[-1] not in _NO_NOUNS else ""


def _has_unit(units: str, text: str) -> bool:
    return bool(re.search(rf"(?<![^\W\d_])(?:{units})(?![^\W\d_])|°", text, re.I))
