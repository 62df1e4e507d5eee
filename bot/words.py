"""A sentence as the verifier compares it: words with the keys under which another wording may match them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from bot.lexicon import (
    HEDGES,
    IRREGULAR,
    IRREGULAR_VERBS,
    MONTHS,
    NEGATORS,
    PEOPLES,
    PRONOUNS,
    SPEECH,
    STOP,
    SYNONYMS,
    VERBS,
)
from bot.numerals import in_digits, spoken


class Kind(Enum):
    """What a word is for: content, function, a name, a number, a clause mark, or a run of CJK characters."""

    CONTENT = auto()
    STOP = auto()
    NAME = auto()
    NUMBER = auto()
    BREAK = auto()
    HAN = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """One word; two words mean the same when their `keys` meet."""

    text: str
    kind: Kind
    keys: frozenset[str]

    @property
    def counts(self) -> bool:
        """True for words that say something."""
        return self.kind in (Kind.CONTENT, Kind.NAME, Kind.NUMBER)


Words = tuple[Word, ...]
Keys = frozenset[str]

HAN = "぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々"
_QUOTES = str.maketrans("“”„«»‘’‚‹›「」『』`´", "\"\"\"\"\"''''''\"\"\"''")
_TOKEN = re.compile(
    rf"(?P<number>[$€£¥]?\d+(?:\.\d+)?%?)|(?P<han>[{HAN}]+)|(?P<word>[^\W\d_{HAN}]+(?:\d+)?)"
    r"|(?P<mark>[,;:()\"—–…。、]| - )"
)
_REWRITES = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        (r"\b(?:D\.P\.R\.K\.|DPRK\b|North Korea\b)", " North Korea "),
        (r"\bDemocratic People's Republic of Korea\b", " North Korea "),
        (r"\b(?:U\.S\.A?\.?|USA?\b|United States(?: of America)?\b)", " Usa "),
        (r"\b(?:U\.K\.|UK\b|United Kingdom\b|Great Britain\b)", " Britain "),
        (r"\b(?:U\.N\.|UN\b|United Nations\b)", " Unitednations "),
        (r"\b(?:E\.U\.|EU\b|European Union\b)", " Europeanunion "),
        (r"\b(?:[A-Za-z]\.){2,}", lambda found: found.group().replace(".", "") + " "),
        (r"\b[A-Z]\.(?=\s)", " "),
        (r"\bGen\.", "General"),
        (r"\bGov\.", "Governor"),
        (r"\bSen\.", "Senator"),
        (r"\bRep\.", "Representative"),
        (r"\bLt\.", "Lieutenant"),
        (r"\bCol\.", "Colonel"),
        (r"\bCapt\.", "Captain"),
        (r"(?i)\bcan(?:not|'t)\b", "can not"),
        (r"(?i)\bwon't\b", "will not"),
        (r"(?i)n't\b", " not"),
        (r"(?i)'(?:s|re|ve|ll|d|m)\b", " "),
        (r"(?i)\b(\d{4})-(\d\d)-(\d\d)\b", lambda found: _iso_date(found)),
        (r"(\d{4})年", r" \1 "),
        (r"(\d{1,2})月(?:(\d{1,2})[日号號])?", lambda found: _month_and_day(found)),
    )
)
_SUFFIXES = (
    ("ations", 4), ("ation", 4), ("ating", 4), ("ated", 4), ("ates", 4), ("ate", 4), ("ments", 4), ("ment", 4),
    ("ions", 5), ("ion", 5), ("ings", 3), ("ing", 3), ("ies", 3), ("ied", 3), ("ed", 3), ("es", 3), ("ly", 4), ("s", 3),
)  # fmt: skip
_DEMONYM = re.compile(r"(?:ians?|eans?|ans|an|ese|ish|is|i|n|ns|ia|ea|es?|a|s|y)$")
_FUNCTION = STOP | PRONOUNS | NEGATORS


def normal(text: str) -> str:
    """`text` with one form for quotes, spaces, abbreviations, dates and numbers."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = " ".join(text.split())
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return in_digits(text)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[Word, ...]:
    """The words and clause marks of a sentence, in order."""
    return tuple(_words(normal(text)))


def content_keys(sentence: tuple[Word, ...]) -> frozenset[str]:
    """Every key of the sentence's words."""
    return frozenset(key for word in sentence for key in word.keys)


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A lower-case word without its inflection; only good for comparing with other stems."""
    word = IRREGULAR.get(word, word)
    if word.endswith("ss"):
        return word
    for suffix, least in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= least:
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    while len(word) > 3 and word[-1] in "eyi":
        word = word[:-1]
    return word


@lru_cache(maxsize=8192)
def sense(word: str) -> str:
    """A lower-case word's stem, or the mark of the synonyms that it is one of."""
    root = stem(word)
    return "~say" if word in SPEECH else next(iter(_CLASSES.get(root, ())), root)


def has_name(keys: Keys) -> bool:
    """Whether one of the keys is a name's."""
    return any(key.startswith("^") for key in keys)


def verbal(word: Word) -> bool:
    """Whether a word may be a verb, by its ending or because it is a known one."""
    return word.kind is Kind.CONTENT and (
        word.text.endswith(("ed", "s", "ing")) or word.text in IRREGULAR_VERBS or bool(word.keys & _VERBS)
    )


def _words(text: str) -> Iterator[Word]:
    starts = True
    for found in spoken(list(_TOKEN.finditer(text))):
        if isinstance(found, str):
            yield Word(found, Kind.NUMBER, frozenset({found}))
        elif found["mark"]:
            yield Word(found["mark"], Kind.BREAK, frozenset())
            starts = starts or found["mark"] in ':"'
            continue
        elif found["han"]:
            run = found["han"]
            yield Word(run, Kind.HAN, frozenset(run[i : i + 2] for i in range(max(1, len(run) - 1))))
        else:
            yield _word(found["word"], starts)
        starts = False


def _word(written: str, starts: bool) -> Word:
    lower = written.lower()
    named = written[0].isupper()
    if lower in MONTHS and (named or len(lower) > 3) and lower not in ("may", "march"):
        return Word(lower, Kind.NAME, frozenset({MONTHS[lower]}))
    if lower in ("may", "march") and named and not starts:
        return Word(lower, Kind.NAME, frozenset({lower}))
    if lower in _FUNCTION or len(lower) == 1 or (lower in HEDGES and not named):
        return Word(lower, Kind.STOP, frozenset({lower, stem(lower)}))
    if lower in SPEECH:
        return Word(lower, Kind.STOP, frozenset({"~say", stem(lower)}))
    if not named:
        return Word(lower, Kind.CONTENT, _keys(lower))
    kind = Kind.CONTENT if starts else Kind.NAME
    return Word(lower, kind, _keys(lower) | {_name_key(lower)})


def _keys(lower: str) -> frozenset[str]:
    root = stem(lower)
    return frozenset({root, *_CLASSES.get(root, ())})


def _name_key(lower: str) -> str:
    base = PEOPLES.get(lower, lower)
    return "^" + (_DEMONYM.sub("", base) if len(base) > 4 else base)


def _iso_date(found: re.Match[str]) -> str:
    return f" {_month(int(found[2]))} {int(found[3])} {found[1]} "


def _month_and_day(found: re.Match[str]) -> str:
    return f" {_month(int(found[1]))} {found[2] or ''} "


def _month(number: int) -> str:
    names = list(dict.fromkeys(MONTHS.values()))
    return names[number - 1].capitalize() if 1 <= number <= 12 else str(number)


def _classes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in SYNONYMS:
        for member in group.split():
            found[stem(member)] = (*found.get(stem(member), ()), "~" + group.split()[0])
    return found


_CLASSES = _classes()
_VERBS = frozenset(map(stem, VERBS | set(IRREGULAR_VERBS.values())))
