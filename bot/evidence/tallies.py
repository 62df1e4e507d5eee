"""Whether figures of two reports may be compared: of the same people, all of them, at one event or over one year."""

from __future__ import annotations

import re
from itertools import dropwhile, takewhile

from bot.evidence.rivals import event_days
from bot.lexicon import AUXILIARIES, AUXILIARY_VERBS, IRREGULAR_VERBS, MODALS, MONTHS, WEEKDAYS
from bot.types import Evidence
from bot.words import Keys, Kind, Word, Words, content_keys, words

PEOPLE = content_keys(
    words(
        "the people persons person workers miners passengers residents employees villagers inhabitants victims"
    )
) - {"the"}
HARM = frozenset({"~kill", "~injure", *content_keys(words("the missing"))}) - {"the"}
_TOLL = content_keys(words("the toll fatalities perished")) - {"the"}
_MARKS = (("~people", PEOPLE), ("~kill", _TOLL))
_VERBS = AUXILIARIES | AUXILIARY_VERBS | MODALS | IRREGULAR_VERBS.keys()
_WHEN = WEEKDAYS | MONTHS.keys() | {"yesterday", "today", "overnight", "now", "late", "early"}
_OTHERS = frozenset({"another", "further", "additional", "other", "others", "more"})
_INCLUDING = frozenset({"including", "includes", "included"})
_THEM = frozenset({"them", "those", "these", "whom", "which", "its", "his", "their"})
_MOST_NOUN = 4  # words behind a figure
_RUNNING = frozenset({"toll", "number", "total", "count"})
_IN_YEAR = re.compile(r"\b(?:in|during|of) (?:\w+ )?((?:19|20)\d\d)\b", re.IGNORECASE)
_LONG = re.compile(
    r"\b(?:this|last|past|previous|each|every|a|per) (?:\w+ )?(?:years?|seasons?|decades?|century)\b"
    r"|\b(?:annual|annually|yearly)\b|\bsince (?:the (?:start|beginning)|[A-Z][a-z]+(?: \d{4})?\b(?<!day))",
)


def marked(keys: Keys) -> Keys:
    """`keys` with one more for each class they are of: workers and miners are people, a toll is of the dead."""
    return keys | {mark for mark, members in _MARKS if keys & members}


def is_verb(word: Word) -> bool:
    """Whether the word is an auxiliary, or looks like the past of a verb."""
    return word.text in _VERBS or (word.kind is Kind.CONTENT and word.text.endswith("ed"))


def is_partial(text: Words, at: int) -> bool:
    """Whether the figure at `at` is of others than those counted before, or of some of them only.

    "Four more people", "another 26", "seven of the dead", "including three children", "of whom two".
    """
    before = [word.text for word in text[max(0, at - 2) : at]]
    after = [word.text for word in text[at + 1 : at + 3]]
    if {*after[:1]} & _OTHERS or {*before[-1:]} & (_OTHERS | _INCLUDING) - {"more"}:
        return True
    among = len(before) == 2 and before[0] in ("among", "of") and before[1] in _THEM
    return among or (len(after) == 2 and after[0] == "of" and after[1] in _THEM | {"the"})


def counts_people(text: Words, at: int, asked: Keys) -> bool:
    """Whether what stands behind the figure at `at` is people, or nothing; "23 garment workers" where `asked` has the
    garments. "Three children" and "four foreign workers" are only some of the people."""
    noun = list(takewhile(_is_noun, text[at + 1 : at + 1 + _MOST_NOUN]))
    return not noun or (
        any(word.keys & PEOPLE for word in noun) and all(word.keys & (PEOPLE | asked) for word in noun)
    )


def is_elsewhere(text: Words, at: int, known: Keys) -> bool:
    """Whether the figure at `at` is told of a place that is not `known`: the "in Calvera" behind "four people"."""
    behind = list(dropwhile(_is_noun, text[at + 1 :]))[:3]
    if not behind or behind[0].text not in ("in", "at", "near", "across"):
        return False
    name = next((word for word in behind[1:] if word.text != "the"), behind[0])
    return name.kind is Kind.NAME and name.text not in _WHEN and not name.keys & known


def _is_noun(word: Word) -> bool:
    said = word.kind in (Kind.CONTENT, Kind.NAME) and word.text not in _WHEN
    return said and not is_verb(word) and not word.keys & HARM


def same_event(one: Evidence, other: Evidence) -> bool:
    """False where the sentences tell of different years, of a year against one event, or of events on other days."""
    if _period(one) != _period(other):
        return False
    ours, theirs = set(event_days(one)), set(event_days(other))
    running = any(word.text in _RUNNING for e in (one, other) for word in words(e.text))
    return running or not ours or not theirs or bool(ours & theirs)


def _period(evidence: Evidence) -> frozenset[str]:
    """The years the sentence puts its figure in, but for that of its report; and whether it sums up a long time."""
    published = evidence.match.source.published
    years = {year for year in _IN_YEAR.findall(evidence.text) if not published or int(year) != published.year}
    return frozenset(years | ({"long"} if _LONG.search(evidence.text) else set()))
