"""Whom a pronoun may mean: the names of a sentence before it, unless of the other gender or no person at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.lexicon import MONTHS, PREPOSITIONS, TITLES, WEEKDAYS
from bot.words import Kind, Word, verbal, words

_ORGANISATIONS = frozenset(
    {
        "party",
        "ministry",
        "council",
        "bank",
        "university",
        "institute",
        "company",
        "group",
        "union",
        "league",
        "court",
    }
    | {
        "foundation",
        "police",
        "hospital",
        "club",
        "association",
        "agency",
        "commission",
        "committee",
        "authority",
    }
    | {
        "federation",
        "office",
        "department",
        "army",
        "navy",
        "parliament",
        "senate",
        "congress",
        "assembly",
        "board",
    }
    | {
        "government",
        "chamber",
        "network",
        "society",
        "church",
        "school",
        "college",
        "airlines",
        "times",
        "news",
    }
)
_HONORIFICS = {"mr": "he", "sir": "he", "mrs": "she", "ms": "she"}
_GENDERS = {"he": "he", "his": "he", "him": "he", "himself": "he"} | dict.fromkeys(
    ("she", "her", "hers", "herself"), "she"
)


def candidates(sentence: Sequence[Word], pronoun: str, passage: Sequence[str]) -> list[frozenset[str]]:
    """Whom in `sentence` a later pronoun may mean: names that no preposition governs, unless of the other gender."""
    genders = _genders(passage)
    found: list[frozenset[str]] = []
    for start, run in _placed_runs(sentence):
        keys = name_keys([word for word in run if word.text not in TITLES])
        honoured = sentence[start - 1].text in _HONORIFICS if start else False
        honoured = honoured or any(word.text in TITLES for word in run)
        governed = not honoured and _is_governed(sentence[:start])
        gender = next((genders[key] for key in keys if key in genders), "")
        follows = sentence[start + len(run) : start + len(run) + 1]
        owner = any(word.kind is Kind.CONTENT and not verbal(word) for word in follows)
        group = owner or any(word.text in _ORGANISATIONS for word in run)
        other = (group and pronoun in _GENDERS) or (gender and _GENDERS.get(pronoun, gender) != gender)
        if keys and not governed and not other:
            found.append(keys)
    return found


def _is_governed(before: Sequence[Word]) -> bool:
    """Whether a preposition governs what comes next: "of the supply ship …"."""
    for word in reversed(before):
        if word.text in PREPOSITIONS:
            return True
        if word.text not in ("the", "a", "an") and (word.kind is not Kind.CONTENT or verbal(word)):
            return False
    return False


def _genders(passage: Sequence[str]) -> dict[str, str]:
    """The gender of each surname that stands behind "Mr." or "Ms." somewhere; nothing for one behind both."""
    found: dict[str, set[str]] = {}
    for sentence in passage:
        for title, name in pairwise(words(sentence)):
            if title.text in _HONORIFICS and name.kind is Kind.NAME:
                for key in name_keys([name]):
                    found.setdefault(key, set()).add(_HONORIFICS[title.text])
    return {key: next(iter(genders)) for key, genders in found.items() if len(genders) == 1}


def _placed_runs(sentence: Sequence[Word]) -> Iterator[tuple[int, list[Word]]]:
    """The runs of names of a sentence and where each begins; times and single first words left out."""
    run: list[Word] = []
    for at, word in enumerate(sentence):
        if _is_name(word) or (not run and _opens_name(sentence, at)):
            run.append(word)
        elif run:
            yield at - len(run), run
            run = []
    if run:
        yield len(sentence) - len(run), run


def _is_name(word: Word) -> bool:
    return word.kind is Kind.NAME and word.text not in WEEKDAYS | MONTHS.keys()


def _opens_name(sentence: Sequence[Word], at: int) -> bool:
    follows = sentence[at + 1 : at + 2]
    return bool(name_keys([sentence[at]])) and any(word.kind is Kind.NAME for word in follows)


def name_keys(text: Sequence[Word]) -> frozenset[str]:
    """The keys of the names among the words."""
    return frozenset(key for word in text for key in word.keys if key.startswith("^"))
