"""Sentences that lean on the one before ("He said…", "The minister…", 他…), and the words that say whom they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.lexicon import ONES, SPEECH, TENS, TITLES
from bot.short.answer_type import Kind, is_han
from bot.short.han_spans import han_spans
from bot.short.spans import names
from bot.words import stem
from vectorstore.types import Span

MOST_SENTENCES = 2
LONGEST = 600  # characters: what takes more reading than the article is no help
_OPENING = r"^[\s“\"‘'«(—–-]*"
_LINK = (
    r"(?i:(?:and|but|yet|so|still|then|later|however|instead|meanwhile|also|moreover|earlier|afterwards|in addition"
    r"|even so|at the same time|as a result|on (?:mon|tues|wednes|thurs|fri|satur|sun)day),? )*"
    r"(?:(?:In|On|At|After|Before|During|For|With|From|By) [a-z0-9’' -]{1,40}, )?"
)
_QUOTED = re.compile(r"[\s—–-]*[“\"‘'«]")  # what is said there points at what the speaker has in mind
_PERSON = re.compile(rf"{_OPENING}{_LINK}(?i:he|she|his|her)\b")
_THING = re.compile(
    rf"{_OPENING}{_LINK}(?i:(?:they|it|its|their|these|those|both|neither|such|the (?:two|three|four)"
    r"(?= [a-z]))\b|(?:this|that)\b(?! (?:week|month|year|morning|afternoon|evening|night|time|summer|winter|spring"
    r"|autumn|fall|season)\b))"
)
_CONNECTIVE = re.compile(
    rf"(?i:{_OPENING}(?:but|however|instead|nor|yet|nevertheless|still,|moreover|as a result|therefore|in response))\b"
)
_EXPLETIVE = re.compile(
    rf"{_OPENING}{_LINK}(?i:it (?:is|was|will be|has been) (?:\w+ )?"
    r"(?:that|to|the first time|unclear|not (?:clear|known))|these days)\b"
)
_SPOKEN = re.compile(
    r"[,?!.…][”\"’']+ (?:he|she|they) (?:said|says|told|added|wrote|asked|replied|warned|insisted|continued)\b"
    r"|[,?!.…][”\"’']+ (?:said|says|added) (?:he|she)\b"
)
_NUMBERS = ONES.keys() | TENS.keys() | {"dozens", "hundreds", "thousands", "both", "many", "others"}
_ROLES = TITLES | frozenset(
    re.findall(
        r"\w+",
        """man woman boy girl suspect victim driver pilot player coach author scientist researcher singer actor official
        officer lawyer candidate""",
    )
)
_KINDS = _ROLES | frozenset(
    re.findall(
        r"\w+",
        """company firm bank ministry agency group party team club army navy court union government council committee
        commission university school hospital airline newspaper organisation organization association federation
        police region city town village country island province couple ship vessel ferry bridge plant factory mine
        dam""",
    )
)
_IN_PLACE = re.compile(r"\b(?:in|at|near|from|to|into|outside|across|off|around|towards?|[Tt]he) (?:the )?$")
_DEFINITE = re.compile(rf"{_OPENING}{_LINK}[Tt]he (?P<noun>[a-z][\w-]*(?: [a-z][\w-]*){{0,2}})")
_SAYS_WHICH = re.compile(
    r"(?: (?:of|for|in|at|from|who|which|that|where)\b|,? (?:of )?[A-Z“]|['’]s?(?: [a-z][\w-]*){1,3}, [A-Z“])"
)
_AGED = re.compile(rf"{_OPENING}{_LINK}[Tt]he \d{{1,3}}-year-old(?= (?![a-z]+ (?:[A-Z]|of\b))[a-z])")
_HAN_PERSON = re.compile("^[“「\\s]*(?:但是?|然而|不过|随后|同时|此外|而)?，?(?:他|她)(?!国|乡|人)")
_HAN_THING = re.compile(
    "^[“「\\s]*(?:但|然而|不过|因此|对此|此|这|该|它|上述|前者|后者|双方|两人|两国|其(?!他|实|中)|同时)"
)


def leans(sentence: str) -> bool:
    """Whether `sentence`, alone, leaves open whom or what it is about."""
    if is_han(sentence):
        return bool(_HAN_PERSON.match(sentence) or _HAN_THING.match(sentence))
    if _EXPLETIVE.search(sentence):
        return False
    pointing = not _QUOTED.match(sentence) and (
        _PERSON.match(sentence) or _THING.match(sentence) or _CONNECTIVE.match(sentence)
    )
    return bool(pointing or _SPOKEN.search(sentence) or _AGED.match(sentence)) or _is_unnamed(sentence)


def context_of(text: str, sentences: Sequence[Span], start: int) -> str:
    """The words of `text` just before the sentence that starts at `start`, back to the one that says whom it means.

    `sentences` are the spans of the text's sentences. Empty where the sentence stands alone or nobody is named near.
    """
    number = next((n for n, span in enumerate(sentences) if span.start == start), 0)
    if not number:
        return ""
    sentence = text[sentences[number].start : sentences[number].end]
    if not leans(sentence):
        return ""
    for first in range(number - 1, max(-1, number - 1 - MOST_SENTENCES), -1):
        before = text[sentences[first].start : sentences[first].end]
        found = text[sentences[first].start : start].strip()
        if len(found) > LONGEST:
            return ""
        if _explains(before, sentence):
            return found
        if _changes_subject(before, sentence):
            return ""
    return ""


def _is_unnamed(sentence: str) -> bool:
    """Whether it opens with "The minister" or "The company" and does not say which."""
    return bool(_unnamed(sentence))


def _unnamed(sentence: str) -> str:
    """The "minister" of "The minister said…", where the sentence does not say which one; "" where it does."""
    found = _DEFINITE.match(sentence)
    if not found:
        return ""
    end = found.start("noun")
    for word in found["noun"].split():
        if word not in _KINDS and end > found.start("noun") and sentence[:end].split()[-1] in _KINDS:
            break
        end += len(word) + (end > found.start("noun"))
    noun = sentence[:end].split()[-1]
    return noun if noun in _KINDS and not _SAYS_WHICH.match(sentence, end) else ""


def _explains(before: str, sentence: str) -> bool:
    """Whether `before` says whom or what the opening of `sentence` means; a heading does not."""
    if before[-1].isalnum():
        return False
    if is_han(sentence):
        return bool(han_spans(Kind.PERSON, before)) if _HAN_PERSON.match(sentence) else True
    if _PERSON.match(before) or _THING.match(before):
        return False
    if _PERSON.match(sentence):
        return _has_person(before)
    if _CONNECTIVE.match(sentence) or _THING.match(sentence):
        return True
    noun = _unnamed(sentence)
    return _has_name(before) and (not noun or _introduces(noun, before))


def _changes_subject(before: str, sentence: str) -> bool:
    """Whether `sentence` opens with "The bridge" and `before`, that stands between it and the bridge, has none."""
    noun = _unnamed(sentence)
    return bool(noun) and noun not in _ROLES and not _introduces(noun, before)


def _introduces(noun: str, before: str) -> bool:
    """Whether `before` has what "the bridge" is, be it a footbridge, or somebody who may be "the minister"."""
    root = stem(noun)
    said = (stem(word) for word in re.findall(r"[^\W\d_]+", before.lower()))
    return any(word.endswith(root) for word in said) or (noun in _ROLES and _has_person(before))


def _has_person(sentence: str) -> bool:
    """Whether a name in it may be a person's: it is of two words or says something, and no place."""
    for found in names(sentence):
        name, behind = sentence[found.start : found.end], sentence[found.end :].split()[:1]
        speaks = bool(behind) and behind[0] in SPEECH
        opens = " " not in sentence[: found.start].strip()  # "Jan Holt", of whom the month is left out
        person = " " in name or speaks or opens
        if person and name.lower() not in _NUMBERS and not _IN_PLACE.search(sentence[: found.start]):
            return True
    return False


def _has_name(sentence: str) -> bool:
    """Whether it names somebody or something; the "Eleven" that opens a sentence is no name."""
    found = (sentence[candidate.start : candidate.end].lower() for candidate in names(sentence))
    return any(name not in _NUMBERS for name in found)
