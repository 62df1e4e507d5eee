"""What kind of span a question asks for: somebody's name, a name, a time, a place or an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from bot.lexicon import AUXILIARY_VERBS, IRREGULAR_VERBS, MODALS, PREPOSITIONS, PRONOUNS, STOP
from vectorstore.sentences import is_cjk


class Kind(StrEnum):
    """A kind of short answer."""

    PERSON = "person"
    NAME = "name"
    TIME = "time"
    PLACE = "place"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    `unit` is what is counted or measured ("soldiers"), or the narrower thing asked for: "year", "country", "money",
    "whose"; empty when the question does not say. `start` and `end` are where the question asks it.
    """

    kind: Kind
    unit: str = ""
    start: int = 0
    end: int = 0


_PLACES = (
    "city|cities|country|countries|town|state|province|county|continent|region|village|district|island|river|street"
    "|place|location|area|venue|airport|port|harbou?r|neighbou?rhood"
)
_NAMED = (
    r"compan(?:y|ies)|firm|team|club|party|parties|organi[sz]ation|agency|group|newspaper|bank|university|college"
    r"|school|ship|operation|river|treaty|court|ministry|airline|movie|film|book|song|act|law|award|dynasty|tribe|band|network"
    "|station"
)
_PEOPLE = (
    r"person|man|woman|president|king|queen|emperor|prime minister|minister|secretary|scientist|player|actor|actress"
    r"|author|writer|architect|engineer|mathematician|leader|pope|bishop|governor|mayor|senator|judge|artist|singer|composer"
    r"|quarterback|coach|ruler|explorer|inventor|philosopher|officials?|chancellor|chairman|spokesman|spokeswoman"
)
_WHICH = r"\b(?:what|which)\b (?:(?!is|was|are|were|did|does|do|has|had)[\w'’-]+ ){0,2}?"
_MEASURES = {
    "old": "years", "long": "duration", "far": "distance", "tall": "length", "high": "length", "deep": "length",
    "wide": "length", "large": "size", "big": "size", "heavy": "weight", "fast": "speed", "often": "times",
    "hot": "degrees", "cold": "degrees",
}  # fmt: skip
_TIMES = "year|date|day|month|century|centuries|decade|time|years|season|weekday"

_NO_NOUN = "|".join(AUXILIARY_VERBS | MODALS | PREPOSITIONS | PRONOUNS | STOP | IRREGULAR_VERBS.keys())
_NOUN = rf"(?!(?:{_NO_NOUN})\b)[\w'’-]+"
_SINGULAR = r"(?<=ss)|(?<=[iu]s)|(?<=ics)|(?<=news)|(?<=measles)|(?<=mumps)|(?<=rabies)|(?<=diabetes)"
_NOUNS = (  # behind a plural stands a noun only where it is one too: "workers lost", but "drugs raids"
    rf"(?P<unit>(?:people|men|women|children)\b(?!['’-])"
    rf"|(?:{_NOUN}(?:(?<!s)|{_SINGULAR}|(?= [\w'’-]+s\b)) ){{0,2}}{_NOUN}(?<=s))"
)
_SOLD = (
    "cost|costs|pay|pays|paid|spend|spends|spent|earn|earns|earned|invest|invested|raise|raised|owe|owed|charged?"
    "|insured|fined|sold|sell|sells|bought|worth|priced|valued|fetch|fetched|donated?|stolen"
)
_WHAT_IS = r"\bwhat (?:is|was|were|are) the (?:[\w'’-]+ ){0,2}"
_COSTS = (
    rf"(?:money|(?:is|are|was|were|did|does|do|will|would|can|could|has|have|had) (?:.*\b)?(?:{_SOLD})"
    r"|.*\b(?:cost|worth))"
)
_MEASURED = "number|population|length|height|depth|weight|size|distance|speed|temperature|area|age|score|toll"
_PRICED = "cost|price|salary|budget|fine|value|worth|income|revenue|profit"
_HAN_TIMES = (
    "多久以前|什么时候|何时|哪[一]?(?P<unit>[年天月])|几(?P<unit2>[点月号])"
    "|哪个(?P<unit3>世纪|年代)|什么(?:时间|日期)"
)
_HAN_AMOUNTS = (
    "(?:多少|几)(?P<unit>[人名个次天年位家只条艘座岁辆架件米层])|多少|多大|多远|多高|多长|多久|几岁|第几"
)
_HAN_PLACES = (
    "哪里|哪儿|何处|什么地方|(?:哪个|哪座|哪一?|什么)(?P<unit>国家|城市|省|州|县|市|地区|地方|镇|村|岛|国)"
)
_HAN_NAMED = (
    "(?:哪家|哪个|什么)(?:公司|组织|球队|机构|政党|大学|学校|银行|报纸)|叫什么(?:名字)?|名字是什么|名称是什么"
)

_ENGLISH: tuple[tuple[str, Kind, str], ...] = (
    (r"\bhow long ago\b|\bhow (?:soon|recently|late|early)\b", Kind.TIME, ""),
    (rf"\bhow many (?:more |other |different |of the |of )?{_NOUNS}\b", Kind.AMOUNT, ""),
    (r"\bhow many\b", Kind.AMOUNT, ""),
    (rf"\bhow much {_COSTS}\b", Kind.AMOUNT, "money"),
    (rf"\bhow much\b(?: (?P<unit>{_NOUN}))?", Kind.AMOUNT, ""),
    (r"\bhow (?P<measure>old|long|far|tall|high|deep|wide|large|big|heavy|fast|often|hot|cold)\b", Kind.AMOUNT, ""),
    (r"\b(?:what|which) (?:percent(?:age)?|share|proportion|fraction)\b", Kind.AMOUNT, "percent"),
    (rf"{_WHAT_IS}(?:percentage|share|rate|unemployment)\b", Kind.AMOUNT, "percent"),
    (r"\bwhat (?:number|amount|sum) of (?P<unit>[\w'’-]+)", Kind.AMOUNT, ""),
    (rf"{_WHAT_IS}(?:{_MEASURED})\b", Kind.AMOUNT, ""),
    (rf"{_WHAT_IS}(?:{_PRICED})\b", Kind.AMOUNT, "money"),
    (rf"\b(?:what|which) (?:exact |calendar )?(?P<unit>{_TIMES})\b(?! of)", Kind.TIME, ""),
    (r"\bwhat (?:is|was) the (?:[\w'’-]+ ){0,1}(?P<unit>date|year|day|deadline)\b", Kind.TIME, ""),
    (r"(?:^|[,;] |\(|^\w+ )when\b(?! \w+ing)(?!.*\b(?:what|which|who|how)\b)|\bwhen\W*$", Kind.TIME, ""),
    (rf"{_WHICH}(?P<unit>{_PLACES})\b", Kind.PLACE, ""),
    (r"(?:^|[,;] |^\w+ )where\b|\bwhere\W*$", Kind.PLACE, ""),
    (r"\bwhose\b(?! name)", Kind.PERSON, "whose"),
    (r"(?:^|[,;] |^\w+ )who(?:m|['’]s)?\b|\b(?:who|whom)\W*$|\b(?:by|to|with|for|from|of) whom\b", Kind.PERSON, ""),
    (rf"{_WHICH}(?P<unit>{_PEOPLE})\b", Kind.PERSON, ""),
    (rf"\bwhat (?:is|was) the name of (?:the |a )?(?:[\w'’-]+ ){{0,2}}(?:{_PEOPLE})\b", Kind.PERSON, ""),
    (rf"\b(?:{_PEOPLE})['’]s? name\b", Kind.PERSON, ""),
    (rf"\bwhat (?:is|was) the name of (?:the |a )?(?:[\w'’-]+ ){{0,2}}(?P<unit>{_PLACES})\b", Kind.PLACE, ""),
    (rf"{_WHICH}(?P<unit>{_NAMED})\b", Kind.NAME, ""),
    (r"\bwhat (?:is|was|are|were) (?:the )?(?:[\w'’. -]+ )?names?\b|\bcalled what\b|\bwhat name\b", Kind.NAME, ""),
)  # fmt: skip
_HAN: tuple[tuple[str, Kind, str], ...] = (
    (r"百分之[几多]|多大比例|占比多少|比例是多少", Kind.AMOUNT, "percent"),
    (r"多少(?:美元|欧元|英镑|元|钱)|花费多少|多少资金", Kind.AMOUNT, "money"),
    (_HAN_TIMES, Kind.TIME, ""),
    (_HAN_AMOUNTS, Kind.AMOUNT, ""),
    (_HAN_PLACES, Kind.PLACE, ""),
    (r"谁", Kind.PERSON, ""),
    (r"哪[一]?[位名]|(?:什么|哪个|哪位)(?:人|总统|部长|国王|将军)", Kind.PERSON, ""),
    (_HAN_NAMED, Kind.NAME, ""),
)  # fmt: skip
_CHARACTER = re.compile("[\u3400-\u9fff]")
_RULES = tuple((re.compile(pattern, re.I), kind, unit) for pattern, kind, unit in _ENGLISH)
_HAN_RULES = tuple((re.compile(pattern), kind, unit) for pattern, kind, unit in _HAN)


@lru_cache(maxsize=256)
def asked_for(question: str) -> Asked | None:
    """What `question` (English or Chinese) asks for; None where no short span could answer it ("why", "how")."""
    rules = _HAN_RULES if _CHARACTER.search(question) else _RULES
    for pattern, kind, unit in rules:
        if found := pattern.search(question):
            return Asked(kind, unit or _unit(found), *found.span())
    return None


@lru_cache(maxsize=256)
def is_han(text: str) -> bool:
    """Whether `text` is written in Chinese characters."""
    return not text.isascii() and is_cjk(text)


def _unit(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if measure := groups.get("measure"):
        return _MEASURES[measure.lower()]
    unit = next((value for name, value in groups.items() if value and name.startswith("unit")), "")
    return unit.lower()
