"""Whether sources say different things about the same: other figures, yes against no, another day, another winner.

Made to be silent rather than to call a quarrel where there is none: both sentences must cover what the question asks
about, come from different stories, and differ in the very thing that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from bot.conversation.territories import territories
from bot.dates.dated import readable
from bot.evidence.figures import figures_differ, value_of
from bot.evidence.polarity import opposed
from bot.evidence.rivals import days_differ, winners_differ
from bot.evidence.tallies import marked
from bot.lexicon import MONTHS, WEEKDAYS
from bot.types import Evidence
from bot.words import Keys, Kind, Word, Words, content_keys, has_name, words
from vectorstore.lexical import content_words
from vectorstore.sentences import is_cjk

NEAR = 4.0  # below the best score: what is weaker is about something else, unless it counts the same of the same name
_COVERED = 0.65  # of the question's content words, by each side
_CHINESE_SHARE = 0.7  # of the bigrams of a Chinese question are words, at best
_OTHER_TIME = 45  # days between two reports after which "the same count" may be another event's
_MISSING = re.compile(r"\bmissing\b|失踪|失蹤", re.IGNORECASE)
_LATER = {"en": "Later reports give other figures: {sides}.", "zh": "较新的报道给出了不同的数字：{sides}。"}
_SIDES = {"en": "They say different things: {sides}.", "zh": "各方说法不一：{sides}。"}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a disagreement: what it says ("at least seven people", "no"), and the sentence that says it."""

    says: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sides of different stories, the newer first; `updates`: the newer only counts on."""

    newer: Side
    older: Side
    updates: bool

    def note(self, language: str = "en") -> str:
        """Both sides, each with its date, for the reader."""
        notes = _LATER if self.updates else _SIDES
        sides = "；" if language == "zh" else "; "
        said = sides.join(_told(side, language) for side in (self.newer, self.older))
        return notes.get(language, notes["en"]).format(sides=said)


Differ = Callable[[str, Evidence, Evidence], tuple[str, str] | None]
_WAYS: tuple[Differ, ...] = (figures_differ, opposed, days_differ, winners_differ)


def both_sides(
    question: str, chosen: Sequence[Evidence], ranked: Sequence[Evidence], answers: Callable[[Evidence], bool]
) -> tuple[list[Evidence], Disagreement | None]:
    """`chosen`, best first, with the other side beside its best if sources disagree; and how they do.

    The other side is looked for among `ranked`, where it need not be among the best; it must still answer. Of a count
    that goes on, the newest is given.
    """
    if not chosen:
        return [], None
    best = chosen[0]
    rivals = [e for e in ranked if answers(e)]
    near = [e for e in rivals if e.score >= best.score - NEAR]
    far = [e for e in rivals if e.score < best.score - NEAR] if _names(question) else []
    pairs = [
        *_pairs(question, [best], [*chosen[1:], *near]),
        *_pairs(question, [best], far, (figures_differ,)),
    ]
    if not pairs:
        return list(chosen), None
    found = max(pairs, key=lambda each: _published(each.newer.evidence) if each.updates else date.min)
    pair = [found.newer.evidence, found.older.evidence]
    others = [e for e in chosen if not any(_same(e, side) for side in pair)]
    return [*pair, *others][: max(2, len(chosen))], found


def disagreement(question: str, evidence: Sequence[Evidence]) -> Disagreement | None:
    """How sentences that are cited together disagree; None where they do not."""
    return next(_pairs(question, evidence, evidence), None)


def _pairs(
    question: str, ours: Sequence[Evidence], theirs: Sequence[Evidence], ways: Sequence[Differ] = _WAYS
) -> Iterator[Disagreement]:
    for one in ours:
        for other in theirs:
            if _independent(one, other) and _about_the_same(question, one, other):
                yield from _differences(question, one, other, ways)


def _differences(
    question: str, one: Evidence, other: Evidence, ways: Sequence[Differ]
) -> Iterator[Disagreement]:
    newer, older = (one, other) if _published(one) >= _published(other) else (other, one)
    for way in ways:
        if says := way(question, newer, older):
            yield Disagreement(
                Side(says[0], newer), Side(says[1], older), _counts_on(question, way, says, newer, older)
            )


def _counts_on(question: str, way: Differ, says: tuple[str, str], newer: Evidence, older: Evidence) -> bool:
    """Whether the same count went up from one day to a later one; that of the missing goes down as well."""
    later = _published(newer) > _published(older) > date.min
    goes_on = value_of(says[0]) > value_of(says[1]) or _MISSING.search(question) is not None
    return way is figures_differ and later and goes_on


def _independent(one: Evidence, other: Evidence) -> bool:
    a, b = one.match, other.match
    same_story = (a.story or a.passage.article_id) == (b.story or b.passage.article_id)
    return not same_story and a.passage.article_id != b.passage.article_id


def _about_the_same(question: str, one: Evidence, other: Evidence) -> bool:
    """Whether both speak of all that the question names, at about the same time."""
    days = sorted((_published(one), _published(other)))
    if days[0] > date.min and (days[1] - days[0]).days > _OTHER_TIME:
        return False
    named = (_names_all(question, *pair) for pair in ((one, other), (other, one)))
    return all(named) and all(_share(question, e) >= _COVERED for e in (one, other))


def _names(question: str) -> list[Word]:
    return [word for word in words(question)[1:] if word.kind is Kind.NAME]


def _names_all(question: str, evidence: Evidence, other: Evidence) -> bool:
    """Whether every name of the question stands in the sentence or, where it names no other place, around it.

    A place that stands nowhere there is taken for meant where the `other` report knows the places that do.
    """
    said = words(evidence.text)
    missing = [word for word in _names(question) if not word.keys & content_keys(said)]
    if not missing:
        return True
    asked = content_keys(tuple(_names(question)))
    if any(_is_elsewhere(*pair) and not pair[1].keys & asked for pair in pairwise(said)):
        return False
    around = _around(evidence)
    missing = [word for word in missing if not word.keys & around]
    return not missing or (len(missing) < len(_names(question)) and _is_placed_by(said, question, other))


def _is_placed_by(said: Words, question: str, other: Evidence) -> bool:
    """Whether something else that a sentence names stands in the other report too, and nothing of it is a country."""
    own = [word for word in said if word.kind is Kind.NAME and not word.keys & content_keys(words(question))]
    known, countries = _around(other), _countries()
    return any(word.keys & known for word in own) and not any(word.keys & countries for word in own)


@cache
def _countries() -> Keys:
    keys = content_keys(words(f"in {' , '.join(territories('en'))}"))
    return frozenset(key for key in keys if has_name(frozenset({key})))


def _around(evidence: Evidence) -> Keys:
    return content_keys(words(f"{evidence.match.source.title}. {evidence.match.passage.text}"))


def _is_elsewhere(before: Word, word: Word) -> bool:
    """Whether they are the "in Velmora" of a sentence that leaves the question's own names out."""
    dated = word.text in WEEKDAYS or word.text in MONTHS
    return before.text in ("in", "at", "near", "outside", "of") and word.kind is Kind.NAME and not dated


def _share(question: str, evidence: Evidence) -> float:
    """How much of the question's content stands in the sentence and its article's title; its names anywhere near."""
    told = f"{evidence.match.source.title}. {evidence.text}"
    keys, around = marked(content_keys(words(told))), _around(evidence)
    wanted = [question[a:b] for a, b in content_words(question)]
    found = [
        each in told if is_cjk(each) else _stands(each, around if each[:1].isupper() else keys)
        for each in wanted
    ]
    return sum(found) / max(1, len(found)) / (_CHINESE_SHARE if is_cjk(question) else 1.0)


def _stands(word: str, keys: frozenset[str]) -> bool:
    return all(marked(each.keys) & keys for each in words(f"a {word}")[1:])


def _same(one: Evidence, other: Evidence) -> bool:
    return one.match.passage.id == other.match.passage.id and one.sentence == other.sentence


def _published(evidence: Evidence) -> date:
    published = evidence.match.source.published
    return published.date() if published else date.min


def _told(side: Side, language: str) -> str:
    source = side.evidence.match.source
    day = readable(source.published.date().isoformat(), language) if source.published else ""
    about = ", ".join(filter(None, (source.publisher, day)))
    return f"{side.says} ({about})" if about else side.says
