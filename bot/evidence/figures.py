"""Different figures for the same thing: "12 killed" against "15 dead". Dates and years are no figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot.evidence.asked_for import asks_number
from bot.evidence.tallies import (
    HARM,
    PEOPLE,
    counts_people,
    is_elsewhere,
    is_partial,
    is_verb,
    marked,
    same_event,
)
from bot.lexicon import MONTHS, PREPOSITIONS
from bot.short.answer_type import Kind as Short
from bot.short.han_spans import han_spans
from bot.short.quantities import amounts
from bot.types import Evidence
from bot.words import Keys, Kind, Word, Words, content_keys, words
from vectorstore.sentences import is_cjk

_TOTALS = re.compile(
    r"\b(?:death toll|toll|number of|how (?:many|much)|costs?|price|percentage|share)\b|死亡人数|多少|几[名人艘家座]",
    re.IGNORECASE,
)
_ROUNDED = frozenset(
    {
        "about",
        "around",
        "nearly",
        "some",
        "roughly",
        "almost",
        "approximately",
        "over",
        "more",
        "than",
        "least",
    }
) | {"up", "close", "estimated", "under", "fewer"}
_ROUNDING = 0.1
_ANYBODY = content_keys(words("the people persons"))
_BORROWED = re.compile(r"(?<=.) \(.+\)$")  # behind a follow-up: what the question before was about
_BEFORE, _AFTER = 4, 6
_HAN_CLASSES = (
    ("死", re.compile("死|遇难|遇難|丧生|喪生|罹难|身亡")),
    ("伤", re.compile("伤|傷")),
    ("失踪", re.compile("失踪|失蹤")),
)
_REACHED = frozenset({"to", "at", "reached", "hit", "is", "was", "now", "of", "stands", "stood", "past"})
_COUNTS = frozenset({"toll", "number", "total", "count", "figure"})
_HAN_NEAR = 8
_JOINTS = frozenset({"and", "but", "while"})


def figures_differ(question: str, newer: Evidence, older: Evidence) -> tuple[str, str] | None:
    """The figures each gives for what the question counts, where they contradict each other."""
    if not (asks_number(question) or _TOTALS.search(question)):
        return None
    if not same_event(newer, older):
        return None
    one, other = words(newer.text), words(older.text)
    if _years(one) and _years(other) and not _years(one) & _years(other):
        return None
    ours, theirs = _figure(question, one, other), _figure(question, other, one)
    if ours is None or theirs is None:
        return None
    (a, near_a), (b, near_b) = ours, theirs
    shared = near_a & near_b & _counted(question) & _things(question)
    if not shared or b.text in _figures(one) or a.text in _figures(other) or _agree(a, b, one, other):
        return None
    return _as_told(a, newer.text), _as_told(b, older.text)


def _counted(question: str) -> Keys:
    """Keys of what is counted: the words after "how many" up to a preposition; in Chinese the class of the harm."""
    return _keys(_count_phrase(question)) | _han_classes(question)


def _things(question: str) -> Keys:
    """Those of the things alone, the "troops" of "how many troops did Calvera send"; of all where none is named.

    Of people, it is what became of them that is counted.
    """
    noun, others = _noun(question), _keys([w for w in _count_phrase(question) if w.kind is Kind.CONTENT])
    any_of = PEOPLE | _ANYBODY | {"~people"}
    return ((noun - any_of) or (others - any_of) or (noun - _ANYBODY - {"~people"})) | _han_classes(question)


def _noun(question: str) -> Keys:
    return _keys(list(takewhile(lambda word: not is_verb(word), _count_phrase(question))))


def _counts_the_harmed(question: str) -> bool:
    """Whether it asks how many people were killed, hurt or missing, of all that there were."""
    noun = _noun(question) - HARM
    return bool(_things(question) & HARM) and (not noun or "~people" in noun)


def _count_phrase(question: str) -> Sequence[Word]:
    asked = list(words(_BORROWED.sub("", question)))
    start = next((at + 1 for at, word in enumerate(asked) if word.text in ("many", "much", "number")), 0)
    rest = asked[start:]
    return list(takewhile(lambda word: word.text not in PREPOSITIONS - {"of"}, rest)) or rest


def _keys(phrase: Sequence[Word]) -> Keys:
    return marked(content_keys(tuple(word for word in phrase if word.kind in (Kind.CONTENT, Kind.NAME))))


def _figure(question: str, text: Words, other: Words) -> tuple[Word, Keys] | None:
    """The one number of the sentence that stands beside most of what is counted, and the keys around it.

    None where it is of some of them only, or of a place of which neither the question nor the `other` sentence tells.
    """
    counted = _counted(question)
    found = [(text[at], _around(text, at)) for at in _wholes(question, text, other)]
    scored = [(len({*_classes(near & counted)}), word, near) for word, near in found if near & counted]
    if not scored:
        return None
    best = max(score for score, _, _ in scored)
    top = [(word, near) for score, word, near in scored if score == best]
    return top[0] if len({word.text for word, _ in top}) == 1 else None


def _wholes(question: str, text: Words, other: Words) -> Iterator[int]:
    asked, of_people = content_keys(words(question)), _counts_the_harmed(question)
    known = asked | content_keys(other)
    for at in range(len(text)):
        if not _is_figure(text, at) or is_partial(text, at) or is_elsewhere(text, at, known):
            continue
        if not of_people or counts_people(text, at, asked):
            yield at


def _classes(keys: Keys) -> Iterator[str]:
    yield from (key.lstrip("~^") for key in keys)


def _is_figure(text: Words, at: int) -> bool:
    word = text[at]
    if word.kind is not Kind.NUMBER or _is_year(word):
        return False
    beside = [other.text for other in text[max(0, at - 1) : at + 2]]
    return not any(other in MONTHS or other in MONTHS.values() for other in beside)


def _around(text: Words, at: int) -> Keys:
    after = list(takewhile(_goes_on, text[at + 1 : at + 1 + _AFTER]))
    before = list(takewhile(_goes_on, reversed(text[max(0, at - _reach(text, at)) : at])))
    near = marked(content_keys(tuple(word for word in (*before, *after) if word.kind is not Kind.HAN)))
    ahead = "".join(word.text for word in after[:1] if word.kind is Kind.HAN)[:_HAN_NEAR]
    behind = "".join(word.text for word in before[:1] if word.kind is Kind.HAN)[-_HAN_NEAR:]
    return near | (_han_classes(ahead) or _han_classes(behind))


def _reach(text: Words, at: int) -> int:
    """How many words before the number may say what it counts: all of "the number of people killed rose to"."""
    told = at and text[at - 1].text in _REACHED and any(word.text in _COUNTS for word in text[:at])
    return at if told else _BEFORE


def _goes_on(word: Word) -> bool:
    return word.kind not in (Kind.BREAK, Kind.NUMBER) and word.text not in _JOINTS


def _han_classes(text: str) -> Keys:
    return frozenset("~" + name for name, pattern in _HAN_CLASSES if pattern.search(text))


def _agree(a: Word, b: Word, one: Words, other: Words) -> bool:
    """Whether they are the same number, or one is the other rounded; units must be the same to be compared."""
    x, y = value_of(a.text), value_of(b.text)
    if a.text.strip("0123456789.") != b.text.strip("0123456789.") or x == y:
        return True
    return (_is_rounded(a, one) or _is_rounded(b, other)) and abs(x - y) <= _ROUNDING * max(x, y)


def value_of(told: str) -> float:
    """The first number in an amount: 40.5 for "€40.5", 7 for "At least seven people"; 0 where there is none."""
    number = next((word.text for word in words(told) if word.kind is Kind.NUMBER), "0")
    return float(number.strip("$€£¥%"))


def _as_told(figure: Word, text: str) -> str:
    """The words of `text` that give the figure, "at least seven people"; the figure alone where they are not found."""
    spans = han_spans(Short.AMOUNT, text) if is_cjk(text) else amounts(text)
    told = (text[span.start : span.end] for span in spans)
    return next((each for each in told if figure.text in _numbers(words(each))), figure.text)


def _is_rounded(number: Word, text: Words) -> bool:
    at = next(place for place, word in enumerate(text) if word is number)
    before: Sequence[Word] = text[max(0, at - 3) : at]
    return any(word.text in _ROUNDED for word in before) or (
        value_of(number.text) >= 1_000 and value_of(number.text) % 100 == 0
    )


def _figures(text: Words) -> frozenset[str]:
    return frozenset(text[at].text for at in range(len(text)) if _is_figure(text, at))


def _numbers(text: Words) -> frozenset[str]:
    return frozenset(word.text for word in text if word.kind is Kind.NUMBER)


def _is_year(word: Word) -> bool:
    return word.text.isdigit() and 1900 <= int(word.text) <= 2100


def _years(text: Words) -> frozenset[str]:
    return frozenset(word.text for word in text if word.kind is Kind.NUMBER and _is_year(word))
