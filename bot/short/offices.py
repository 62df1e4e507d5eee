"""Who holds an office now: the sentence may name somebody only to say that they hold it no more."""

from __future__ import annotations

import re

from bot.lexicon import STOP, TITLES
from bot.short.answer_type import is_han
from bot.short.clauses import has_verb
from bot.short.spans import Candidate
from bot.short.tokens import question_roots, tokens

_OFFICE = re.compile(r"^(?:\w+,? )?who(?:['’]s| is| are| will be)\b(?! (?:\w+ ){0,3}\w+ed\b)", re.I)
_WHO_IS = re.compile(r"^(?:\w+,? )?who(?:['’]?s| is| was| are| were) (?P<name>[^,;:?]+?)[ ?!.]*$", re.I)
_PARTICLES = frozenset(("van", "von", "der", "den", "de", "da", "di", "du", "la", "le", "bin", "ibn", "al"))
_HAN_WHO_IS = re.compile("^(?:谁是(?P<last>[一-鿿·]+)|(?P<first>[一-鿿·]+)是谁)[？?。 ]*$")
_HAN_ROLE = re.compile("[长统理相席员使人授任令裁练官王者手家帅师]$")
_LEFT = (
    r"resign\w*|quit|steps? down|stepped down|stood down|stands? down|dismiss\w*|sacked|fired|ousted|unseated|died|dies"
    r"|was killed|was replaced|was succeeded|replaced by|succeeded by|retired|(?:is|are) leaving"
    r"|left office|voted out|removed"
)
_WHO_LEFT = re.compile(rf"\b(?:{_LEFT})\b", re.I)
_FORMER = re.compile(r"\b(?:former|outgoing|late|ousted|deposed|ex(?=-))[ -](?:[\w'’-]+,? ){0,6}$", re.I)
_IS_FORMER = re.compile(
    r",? (?:(?:an?|the|who was|who had been) )?(?:former|outgoing|late|ex-)[ -]?(?:[a-z][\w'’-]* ?){1,3}",
    re.I,
)
_SUCCEEDED = re.compile(
    r"\b(?:replac(?:es|ed|ing)|succe(?:eds|eded|eding)|oust(?:s|ed)|dismissed|sacked|fired|unseated|defeated"
    r"|tak(?:es|ing) over from|took over from) (?:(?!by\b)[\w'’-]+ ){0,3}$",
    re.I,
)
_SUCCEEDED_BY = re.compile(r"(?P<to_come>\b(?:will|to) be )?\b(?:succeeded|replaced) by (?:the )?$", re.I)
_TO_COME = re.compile(r"\bwill be\b|\bnext\b|\bnew\b|\bincoming\b", re.I)
_HOUSE = re.compile(r"^ (?:of|at) (?:the )?[A-Z][\w’'&-]*(?: [A-Z][\w’'&-]*)*")  # "Pia Lind of Tarn Power"
_OTHER_NAMED = re.compile(r"\bthat\b|\b[A-Z][a-z]+ [A-Z][a-z]+")
_NEXT = re.compile(r"[;:(]|,? \b(?:but|while|after|when|because)\b")
_HAN_OFFICE = re.compile("现任|现在|目前|如今|(?<!曾)是谁|谁是")
_HAN_LEFT = re.compile(
    "[^，。；]{0,4}，?[^，。；]{0,10}(?:辞职|辞去|去世|下台|离任|卸任|免职|撤职|病逝|身亡|被解职)"
)
_HAN_FORMER = re.compile("(?:前|原|已故)(?:任)?[一-鿿]{0,12}$")
_HAN_IS_FORMER = re.compile("^(?:前|原)")


def asks_of_a_name(question: str, sentence: str) -> bool:
    """Whether it is asked who somebody is whom it names: what they are is told in no name.

    A name is what is capitalised, in the question or (where it is typed in small letters) in the sentence.
    """
    if is_han(question):
        han = _HAN_WHO_IS.match(question)
        named = (han["last"] or han["first"]) if han else ""
        return "·" in named or (2 <= len(named) <= 4 and not _HAN_ROLE.search(named))
    found = _WHO_IS.match(question)
    words = found["name"].split() if found else []
    while words and words[0].lower() in TITLES:
        words = words[1:]
    role = not words or words[-1].lower() in TITLES or words[-1].isupper()  # "Lisk CEO"
    return not role and all(_is_named(w, sentence) for w in words)


def _is_named(word: str, sentence: str) -> bool:
    if word in _PARTICLES:
        return True
    if word.lower() in STOP or word.endswith(("'s", "’s")):
        return False
    return word[0].isupper() or re.search(rf"\b{re.escape(word.capitalize())}\b", sentence[1:]) is not None


def succeeds(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether the office that is asked about went, or is to go, to this one: "will be succeeded by Jonas Hale"."""
    told = _SUCCEEDED_BY.search(sentence[: candidate.start])
    if not told or not _OFFICE.search(question) or "former" in question.lower():
        return False
    return not told["to_come"] or bool(_TO_COME.search(question))


def has_left(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether it is asked who is in office, and the sentence says of this one that the office is theirs no more."""
    text, before = sentence[candidate.start : candidate.end], sentence[: candidate.start]
    if is_han(sentence):
        left = _HAN_LEFT.match(sentence, candidate.end) or _HAN_LEFT.search(text)
        former = _HAN_FORMER.search(before[-16:]) or _HAN_IS_FORMER.match(text)
        return bool(_HAN_OFFICE.search(question)) and bool(left or former)
    if not _OFFICE.search(question) or _WHO_LEFT.search(question) or "former" in question.lower():
        return False
    behind = _NEXT.split(sentence[candidate.end :], maxsplit=1)[0]
    behind = _HOUSE.sub("", behind)
    gone = _WHO_LEFT.search(behind)
    if gone and not _OTHER_NAMED.search(behind[: gone.start()]):
        return True
    ahead = _FORMER.search(before)
    former = ahead if ahead and not has_verb(ahead[0]) else _IS_FORMER.match(behind)
    offices = question_roots(question)[0]
    held = {token.root for token in tokens(former[0])} if former else frozenset()
    return bool(offices & held or _SUCCEEDED.search(before))
