"""What kind of thing a question asks for, and whether a sentence holds one: a number, a time or a place."""

from __future__ import annotations

import re

from bot.short.amount_vetoes import is_no_money, is_of_others, is_other_measure
from bot.short.answer_type import asked_for, is_han
from bot.short.span import answer_candidates

_HAN_NUMBER = re.compile(r"[\d零一二两三四五六七八九十百千万亿半几]")
_VAGUE_NUMBER = re.compile(
    r"\b(?:no|none|nobody(?! knows)|nothing|all|every|each|both|half|single|sole|only|several|few|many|most|dozens"
    r"|hundreds|thousands|millions|billions|couple|pair|free)\b",
    re.I,
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|far|long|tall|high|large|big|often|fast|deep|wide)\b|\bwhat (?:percent|number|share)"
    r"|多少|几[个名人次天年月位家只条艘]|多久|多大|多远|多高",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|\b(?:today|yesterday|tomorrow|tonight"
    r"|morning|afternoon|evening|night|noon|midnight|day|days|week|weeks|weekend|month|months|year|years|decade|century"
    r"|hours?|minutes?|spring|summer|autumn|fall|winter|dawn|soon|after|before|during|since|until|when|while|later|earlier"
    r"|recently|ago|now|next|last)\b|[年月日时天周]|昨|今|明|早|晚|上午|下午|之后|之前|以来|期间",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|at|from|to|into|near|of|on|off|across|around|outside|inside|through|via|toward|towards|between|along|over"
    r"|(?:north|south|east|west)(?:ern)?)\s+(?:the |a |an |his |her |their |its )?[\w’'-]*\s?[A-Z\d]"
    r"|\b(?:in|at|from|into|near|outside|inside|across|along|on|beside|behind)\s+(?:the|a|an|his|her|their|its|two|three)\s"
    r"|[A-Z][\w’'-]+['’]s? |[在从到往向至于]|[国省市县州区港岛海河]"
)
_ASKS_PLACE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|state|province)\b|哪里|哪儿|何处|什么地方", re.I
)
_ASKS_TIME = re.compile(
    r"(?:\W*\w+)?\W*(?:when\b|what (?:time|date|day|year|month)\b)|.*?(?:什么时候|何时|哪[一]?[年天月]|几[点月号])",
    re.IGNORECASE | re.DOTALL,
)


_OFFICE = re.compile(
    r"\bwho(?:['’]s| is| was| are| were| will be) (?:the |an? )?(?:\w+ ){0,2}?"
    r"(?P<office>[a-z][a-z-]+)(?= (?:of|for|in|at)\b|\W*$)"
    r"|谁是.*?的(?P<of>[一-鿿]{2,3})\W*$|的(?P<whose>[一-鿿]{2,3})是谁",
    re.IGNORECASE,
)


_HEADS = ("boss", "head", "chief", "ceo", "executive")  # "chief executive" ends in the last
_SAME_OFFICE = (
    (_HEADS, (*_HEADS, "president")),
    (("pm", "premier"), ("pm", "premier", "prime")),
    (("minister",), ("minister", "pm", "premier")),
)


def office_asked(question: str) -> str:
    """What somebody is asked for as, "king" in "Who is the king of Marvenia?"; empty for any other question."""
    found = _OFFICE.search(question)
    return next(filter(None, found.groups()), "") if found else ""


def same_office(office: str) -> tuple[str, ...]:
    """The words, in small letters, of which one must be told where `office` is asked for: "boss" may be a "CEO"."""
    return next((names for asked, names in _SAME_OFFICE if office in asked), (office,))


def holds_what_is_asked(question: str, sentence: str) -> bool:
    """False only when the question plainly asks for one of them and the sentence has nothing like it.

    An amount must be of what is asked: people are no price, and years in office no age.
    """
    if is_han(sentence) and asks_number(question):
        return bool(_HAN_NUMBER.search(sentence))
    if asks_number(question):
        return _holds_amount(question, sentence) or bool(_VAGUE_NUMBER.search(sentence))
    if asks_time(question):
        return bool(_TIME.search(sentence))
    if _ASKS_PLACE.search(question[:32]):
        return bool(_PLACE.search(sentence))
    return True


def _holds_amount(question: str, sentence: str) -> bool:
    asked = asked_for(question)
    if asked is None:
        return False
    return any(
        not is_other_measure(question, sentence, each)
        and not is_of_others(asked, sentence, each)
        and not is_no_money(asked, question, sentence, each)
        for each in answer_candidates(question, sentence)
    )


def asks_number(question: str) -> bool:
    """Whether it asks how many, how much, how old and the like."""
    return bool(_ASKS_NUMBER.search(question))


def asks_time(question: str) -> bool:
    """Whether it asks when."""
    return bool(_ASKS_TIME.match(question))
