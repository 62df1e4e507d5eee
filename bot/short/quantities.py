"""Times and amounts in an English sentence, with what they count: stretches that may be a short answer."""

from __future__ import annotations

import re

from bot.lexicon import ONES, SCALES, STOP, TENS
from bot.short.spans import Candidate
from bot.words import stem

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:1\d{3}|20\d\d)"
_ERA = r"(?: (?:BC|AD|BCE|CE)\b)?"
_NTH = (
    r"(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth)"
)
_PERIOD = r"(?:(?:early|late|mid|middle|beginning|end|start)(?:[ -]+|(?: of)? (?:the )?)(?:to[ -](?:mid|late)[ -])?)?"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap](?:m\b|\.m\b\.?)| o['’]clock)|\d{1,2}:\d\d(?: GMT| UTC)?"
    r"|noon|midnight|dawn|dusk)"
)
_SPAN_UNITS = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur(?:y|ies))"
_COUNT = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|a few|\d+)"
_DATE = (
    rf"(?:{_DAY},? )?(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?"
    rf"|(?:{_DAY},? )?{_MONTH} \d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:(?:, ?| ){_YEAR}(?!\d))?"
    rf"|{_PERIOD}{_MONTH},? (?:of )?{_YEAR}"
)
_ONE_TIME = (
    rf"(?:{_DATE}|\d{{4}}-\d\d-\d\d"
    rf"|{_PERIOD}(?:the )?{_NTH}(?:(?:, {_NTH})*(?:,? (?:and|or|to) (?:the )?|[–-]){_NTH})? centur(?:y|ies){_ERA}"
    rf"|{_PERIOD}(?:the )?{_YEAR}s|{_PERIOD}(?:the )?(?:(?:19)?[2-9]0s)"
    rf"|(?:(?:last|next|this|early|late|on) )?{_DAY}(?: (?:morning|afternoon|evening|night))?"
    rf"|(?:(?:the )?(?:{_SEASON}|end|beginning|start) of (?:the )?|{_SEASON} ){_YEAR}"
    r"|(?:last|next|this|that|the following|the previous)"
    rf" (?:week|month|year|night|weekend|{_SEASON}|century|decade|{_MONTH})"
    r"|yesterday|tomorrow|tonight|today|this (?:morning|afternoon|evening)"
    rf"|{_COUNT} {_SPAN_UNITS} (?:ago|later|earlier|before|after)"
    rf"|{_CLOCK}(?: {_MONTH} \d{{1,2}})?"
    rf"|{_PERIOD}(?<![\d.,$€£₹]){_YEAR}(?!\d|[.,]\d| (?:people|men|troops|soldiers))(?:s\b)?{_ERA}"
    rf"|\d{{1,4}} (?:BC|AD|BCE|CE)\b|{_PERIOD}(?<!\w){_MONTH}(?= ?[.,;)]|\W+[a-z]|$)"
    rf"|(?:in |the )?(?:midsummer|midwinter|{_SEASON}\b))"
)
_TIME = re.compile(
    r"(?<![\w$€£₹.-])(?:(?:since|until|before|after|by|between|from|around|about|circa|c\.|during) )?(?:the )?"
    rf"{_ONE_TIME}(?:(?: ?[–-] ?| to | until | through | and |, | on (?:the )?| in (?:the )?| at | of (?:the )?)"
    rf"{_ONE_TIME}|[–-]\d\d\b)*",
)
_BARE_MONTH = re.compile(r"(?:May|March|Mar)$")

_SMALL = "|".join(sorted((*ONES, *TENS), key=len, reverse=True))
_SCALE = "|".join((*SCALES, "dozen"))
_SPOKEN = (
    rf"(?:(?:{_SMALL})(?:[- ](?:{_SMALL}))?|an?(?= (?:{_SCALE}|half|{_SPAN_UNITS}|mile|metre|meter|kilomet\w+)\b)"
    rf"|half a|(?:several|a few|few)(?= (?:{_SCALE}|{_SPAN_UNITS}))|once\b|twice\b)"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_FRACTION = (
    r"(?:(?:an?|one|two|three|four|nine|\d+)[ -](?:third|quarter|half|fifth|tenth)s?(?: of a point)?"
    r"|half|one in \w+|\d+/\d+)"
)
_PLURAL_SCALE = r"(?:tens|dozens|hundreds|scores|thousands|millions|billions)(?: of (?:thousands|millions))?"
_CORE = (
    rf"(?:(?:{_FRACTION}|{_DIGITS}|{_SPOKEN})(?:[- ](?:{_SCALE})\b|(?<=\d)[- ]?(?:m|mn|bn|tn|k)\b)*"
    rf"|{_PLURAL_SCALE})"
)
_MONEY = (
    r"(?:(?:US|AU?|CA?|HK|NZ|S|R|NT|MX)?[$€£¥₹₽₩₺₦₪] ?"
    r"|(?:Rs\.?|R|kr|CHF|EUR|USD|GBP|JPY|CNY|RMB|INR|SEK|NOK|DKK|AUD|CAD|NZD|ZAR) ?(?=\d))"
)
_GLUED = r"(?:[kcm]?m[²³23]?|[km]?g|[kMGT]Wh?|[kMG]B|km/h|[km]ph|ha|ft|lbs?|°?[CF])"  # "3.1GW"
_HEDGED = (
    r"(?:(?:about|around|nearly|almost|approximately|roughly|over|under|up to|at least|at most|more than|less than"
    r"|fewer than|some|an estimated|only|as many as) )"
)
# "two and a half", "hundred and six"; but "£4m and £9m" are two sums
_JOINT = rf" to | or |[–-]|(?<=hundred) and (?!{_MONEY})| and (?={_FRACTION}\b)"
_AMOUNT = re.compile(
    rf"(?<![\w.,/$€£₹-])(?:(?P<between>between )|{_HEDGED})?(?P<money>{_MONEY})?{_CORE}"
    rf"(?:(?(between) and |(?:{_JOINT}))(?:{_MONEY})?{_CORE})?"
    rf"(?P<percent> ?%| ?per ?cent\b(?:age points?)?| percentage points?)?(?P<glued>(?<=\d){_GLUED})?"
    r"(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"dollar|euro|pounds sterling|yuan|yen|rou?ble|crown|franc|peso|rupee|kron", re.I)
_UNITS = frozenset(
    stem(unit)
    for unit in re.findall(
        r"\S+",
        """metre meter kilometre kilometer km m cm mm mile foot feet inch yard acre hectare tonne ton kilogram kg
        gram pound ounce litre liter gallon barrel degree second minute hour day week month year decade century dollar
        euro pound yuan yen rouble ruble crown franc peso rupee krone kroner cent people person men women child children
        times percent mph knot watt megawatt vote seat point goal run yard page copy troop soldier square cubic
        m2 km2 sq ft mi °c °f celsius fahrenheit inhabitant resident crown""",
    )
)
_NEXT_WORD = re.compile(r"[ -]?(°[CF]\b)|[ -]([A-Za-zÀ-ÿ][\w’'-]*)")
_PER = re.compile(
    r" (?:an?|per|each|every) (?:second|minute|hour|day|night|week|month|year|person|head|capita|barrel|tonne|ton)\b"
    r"|(?<=years) old\b|[ -]old\b|[ -]year[ -]old\b"
)


def times(sentence: str) -> list[Candidate]:
    """Dates, years, centuries, days, clock times and spans between them."""
    found = [Candidate(m.start(), m.end(), "time") for m in _TIME.finditer(sentence)]
    return [_without_article(sentence, c) for c in found if not _is_modal(sentence, c)]


def amounts(sentence: str, unit: str = "") -> list[Candidate]:
    """Numbers with what they count or measure; `unit` is the noun that is asked for."""
    taken = times(sentence)
    found: list[Candidate] = []
    for match in _AMOUNT.finditer(sentence):
        if found and match.start() < found[-1].end:
            continue
        form = "money" if match["money"] else "percent" if match["percent"] else "number"
        form = "unit" if match["glued"] else form
        end, measured = _with_unit(sentence, match.end(), unit)
        if measured == "unit" and _CURRENCY.search(sentence[match.end() : end]):
            measured = "money"
        dated = any(c.start < end and match.start() < c.end for c in taken) and form == "number"
        if measured or not dated:
            found.append(Candidate(match.start(), end, measured or form))
    return found


def _is_modal(sentence: str, candidate: Candidate) -> bool:
    """The "May" and "March" that open a sentence and are no months."""
    text = sentence[candidate.start : candidate.end]
    return candidate.start == 0 and bool(_BARE_MONTH.match(text))


def _without_article(sentence: str, candidate: Candidate) -> Candidate:
    """The span without the words that say nothing of when: "the 10th century", "in spring"."""
    text = sentence[candidate.start : candidate.end]
    cut = re.match(r"(?:the |in |on |about |around )+(?=\S)", text)
    start = candidate.start + (cut.end() if cut else 0)
    return Candidate(start, candidate.end, candidate.form)


def _with_unit(sentence: str, end: int, unit: str) -> tuple[int, str]:
    """Where the amount ends with its unit, and "asked", "unit" or "noun" for what that is."""
    wanted = {stem(word) for word in unit.split()}
    at, best, form = end, end, ""
    for place in range(4):
        word = _NEXT_WORD.match(sentence, at)
        noun = (word[1] or word[2]) if word else ""
        if not word or noun.lower() in STOP:
            break
        at, root = word.end(), stem(noun.lower())
        if root in wanted:
            best, form = at, "asked"
        elif form in ("", "unit") and place < 3 and root in _UNITS:
            best, form = at, "unit"
        elif not form and place < 2 and noun.endswith("s") and (noun.islower() or noun[:-1].isupper()):
            best, form = at, "noun"
    per = _PER.match(sentence, best)
    return (per.end() if per else best), form
