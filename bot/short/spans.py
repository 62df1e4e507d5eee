"""Names and places in an English sentence, read off its capitals: stretches that may be a short answer.

No model of names is needed for it; what these rules take for a name is weighed in `bot.short.nearness`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.lexicon import CALENDAR, STOP, TITLES


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters [start, end) of a sentence; `form` is how it was recognised ("name", "list", "year", "money" …)."""

    start: int
    end: int
    form: str


_UPPER = "[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻĽŁŃŅŇŌŐŔŘŚŞŠŢŤŪŮŰŲŹŻŽ]"
_WORD = rf"(?:(?:al|el|an|ad|as|ul)-)?{_UPPER}(?:[^\W_]|&)*(?:[’'-](?!s\b)[^\W_]+)*"
_ABBREVIATED = r"(?:Mr|Mrs|Ms|Dr|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|Adm|Prof|St|Rev|Maj|Cmdr|Brig|Jr|Sr|No)\."
_INITIALS = rf"(?:{_UPPER}\.)+(?:-{_UPPER}\.)?"
_PART = rf"(?:{_ABBREVIATED}|{_INITIALS}(?=\W)|{_WORD})"
_PARTICLE = (
    r"(?:van (?:der|den|de)|de la|de los|van|von|der|den|del|della|de|da|di|du|dos|bin|ibn|la|le|ter|zu|af|y)"
)
_EPITHET = "Great|Conqueror|Silent|Terrible|Bald|Younger|Elder|Wise|Fair|Baptist|Confessor|Bold|Good|Pious|Magnificent"
_NAME = re.compile(
    rf"(?<![\w’'])(?:(?:van der|van den|van de|van|von|bin|ibn|de la|de) )?{_PART}"
    rf"(?:(?: (?:{_PARTICLE} )?| of (?:the )?| & |, (?=[JS]r\.)| the (?=(?:{_EPITHET})\b)){_PART})*"
    r"(?: (?=\d{1,3}\b)\d+)?"
)
_KEEPS_OF = re.compile(
    r"(?:Bank|University|College|School|Court|Department|Ministry|Council|Office|Church|Institute|Republic|Kingdom|House"
    r"|Association|Union|Academy|Agency|Party|Battle|Treaty|Duke|Duchess|Earl|Prince|Princess|King|Queen|Bishop)$"
    r"|^(?:Battle|Treaty|House|Bank|University)\b"
)
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        """yesterday earlier officials police critics analysts experts researchers scientists soldiers residents
    witnesses people authorities lawmakers reporters one two three four five six seven eight nine ten today
    tonight nobody everyone somebody asked according despite nearly roughly unlike none nothing several
    construction work i""",
    )
)
_PREPOSED = re.compile(
    r"\b(?:in|at|on|near|from|to|into|inside|outside|across|off|around|through|throughout|between|along|behind|under"
    r"|beneath|above|over|within|beside|toward|towards|via)\s+"
)
_COMPASS = re.compile(
    r"\b(?:(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern)?|central|upper|lower) $"
)
_COMMON = re.compile(
    r"(?:the|an?|his|her|their|its|both|all|some|several|many|two|three)\s(?:[a-z][\w’'-]*[ -]){0,3}?[a-z][\w’'-]+"
    r"(?=[.,;:)?!”\"]|\s(?:and|or|of|in|on|at|by|with|who|which|that|where|when|for|to|from|as"
    r"|is|was|were|are|has|had|will|near"
    r"|after|before|during|since|because|while)\b|$)"
)
_JOINED = re.compile(r"(?:,? and (?:the )?|, (?:the )?|,? or )")


def names(sentence: str) -> list[Candidate]:
    """Runs of capitalised words with their titles, initials and particles, and lists of such runs."""
    single = [
        c for found in _NAME.finditer(sentence) if (c := _trimmed_name(sentence, found.start(), found.end()))
    ]
    return [*single, *_lists(sentence, single)]


def places(sentence: str, named: list[Candidate] | None = None) -> list[Candidate]:
    """Names, "City, Country", and what stands behind a preposition of place."""
    named = names(sentence) if named is None else named
    found = [Candidate(c.start - _compass(sentence, c.start), c.end, c.form) for c in named]
    for behind in _PREPOSED.finditer(sentence):
        if common := _COMMON.match(sentence, behind.end()):
            found.append(Candidate(*common.span(), "common"))
    return [*found, *_towns(sentence, named)]


def _compass(sentence: str, start: int) -> int:
    """How long the "southern " before a name is."""
    found = _COMPASS.search(sentence[:start])
    return len(found[0]) if found else 0


def _trimmed_name(sentence: str, start: int, end: int) -> Candidate | None:
    """The run without the ordinary words that open it because a sentence does; None when nothing is left."""
    words = sentence[start:end].split(" ")
    while words and (bare := words[0].strip(".,’'").lower()) and _is_ordinary(words[0], bare, len(words)):
        start += len(words[0]) + 1
        words = words[1:]
    while words and words[-1].lower() in ("of", "the"):
        end -= len(words[-1]) + 1
        words = words[:-1]
    end -= _origin(sentence[start:end])
    if not words or all(w.strip(".,").lower() in CALENDAR or w.isdigit() for w in words):
        return None
    return Candidate(start, end, "name")


def _origin(name: str) -> int:
    """How long the " of Calvera" is that says where somebody is from; 0 where it belongs to the name."""
    whole, of, place = name.rpartition(" of ")
    head = whole.split(" ")
    single = len(head) < 2 or head[-1].lower() in TITLES or _KEEPS_OF.search(whole)
    return 0 if single or not of else len(of + place)


def _is_ordinary(word: str, bare: str, count: int) -> bool:
    if word[0].islower():
        return False  # a particle
    if word.isupper() and len(word) > 1:
        return False  # "IT", "US"
    if "." in word:
        return False  # a title or an initial
    return (
        bare in STOP
        or bare in _OPENERS
        or (bare in CALENDAR and count > 1 and bare not in ("april", "june", "may"))
    )


def _lists(sentence: str, single: list[Candidate]) -> Iterator[Candidate]:
    """Names that a comma or "and" joins to a list, the last one behind an "and"."""
    run: list[Candidate] = []
    for candidate in single:
        joint = sentence[run[-1].end : candidate.start] if run else ""
        if run and not _JOINED.fullmatch(joint):
            run = []
        run.append(candidate)
        if len(run) > 1 and " and " in joint:
            yield Candidate(run[0].start, candidate.end, "list")


def _towns(sentence: str, named: list[Candidate]) -> Iterator[Candidate]:
    single = [c for c in named if c.form == "name"]
    for town, country in pairwise(single):
        if sentence[town.end : country.start] == ", ":
            yield Candidate(town.start, country.end, "town")
