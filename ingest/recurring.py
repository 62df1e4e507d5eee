"""Leftovers that no list knows: a short paragraph at the edge of three unrelated articles of one publisher.

Background of a running story recurs as well and must stay: articles do not count as unrelated when their headlines
share a word or their openings share several, and an article does not count at all when the paragraph speaks of what
its headline or opening speaks of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol

_LONGEST = 400
_FIRST, _LAST = 2, 5
_ENOUGH = 3
_LEAD = 400
_STEM = 5
_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile("[\u3041-\u30fa\u3400-\u9fff\uac00-\ud7a3]+")
_DIGITS = re.compile(r"\d+")
_SAME_WORD = 2
_SAME_OPENING = 6
# Words of four letters and more that say nothing of what an article is about, by their first five letters.
_FILLERS = (
    "about above after again again along also among anoth aroun away back been befor being below betwe both came "
    "come could days does done down durin each early even ever every few first follo from full gets give goes good "
    "great half have here high home into its itself just keep last late later least less like littl long made make "
    "many maybe more most much must near never news next night now once only onto other over part past peopl plan "
    "repor right said same says say seen shall she should since some soon still such take tell than that the their "
    "them then there these they thing this those three throu time today toget told took towar two under until upon "
    "very want week weeks well went were what when where which while who whole whose will with withi witho would "
    "year years yeste your monda tuesd wedne thurs frida satur sunda morni eveni  janua febru "
    "march april july augus septe octob novem decem "
    "aber alle auch dass denn dies diese doch eine einem einen einer eines haben hatte immer jetzt kann mehr nach "
    "nicht noch oder schon sein seine seit sich sind soll über unter viele wegen weil werde wird worden wurde zwisc "
    "avec avoir cette comme dans depui deux elle entre etre être fait leur mais même nous pour plus quand sans selon "
    "sera sont sous tous tout très vers votre como cuand desde donde ella entre esta este estos fuera hacia hasta "
    "mucho para pero porqu puede sobre tambi tiene todos anche come degli della delle dello dopo essere hanno molto "
    "nella nelle ogni quest senza sono sulla tutti ainda após cada isso mais muito pela pelo quand seus também tinha "
    "deze door heeft maar meer naar niet omdat over tegen voor waren werd zijn были было этого также после когда "
    "чтобы только более"
)
_EMPTY = frozenset(_FILLERS.split())


class Sightings(Protocol):
    """Where paragraphs were seen; `vectorstore.sightings` keeps it."""

    def of(self, publisher: str, paragraph: str) -> dict[str, str]:
        """Topic by article id."""
        ...

    def replace(self, seen: Mapping[str, Sequence[tuple[str, str, str]]]) -> None:
        """Make `seen` all that was seen in those articles."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """A text without its recurring paragraphs, and those."""

    text: str
    removed: tuple[str, ...] = ()


@dataclass(slots=True)
class Recurring:
    """Decides over a stream of articles; what it saw waits in memory until `save`.

    What is cut depends on all that was seen, not on its order: articles that came before a paragraph was known to
    recur are named by `now_known` and are to be stored again.
    """

    sightings: Sightings
    _seen: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    _earlier: set[str] = field(default_factory=set)

    def cut(self, text: str, publisher: str, title: str, article_id: str) -> Cut:
        """`text` (paragraphs with a blank line between them) without what recurs at `publisher`."""
        name, topic = publisher.casefold().strip(), topic_of(title, text)
        self._seen.pop(article_id, None)
        paragraphs = edges(text) if name else {}
        before = {key: self._holders(name, key, article_id) for key in paragraphs}
        self._seen[article_id] = [(name, key, topic) for key in paragraphs]
        gone = set()
        for key, paragraph in paragraphs.items():
            if recurs(paragraph, {**before[key], article_id: topic}):
                gone.add(paragraph)
                if not recurs(paragraph, before[key]):
                    self._earlier |= before[key].keys()
        return _without(text, gone)

    def cut_again(self, text: str, publisher: str, article_id: str) -> Cut:
        """The stored `text` of an article without what turned out to recur; what was seen in it stays as it is."""
        name, gone = publisher.casefold().strip(), set()
        for key, paragraph in edges(text).items():
            holders = self._holders(name, key)
            if article_id in holders and recurs(paragraph, holders):
                gone.add(paragraph)
        return _without(text, gone)

    def now_known(self) -> list[str]:
        """Ids of earlier articles that hold a paragraph which has become known to recur since the last call."""
        earlier, self._earlier = sorted(self._earlier), set()
        return earlier

    @property
    def waiting(self) -> int:
        """Of how many articles the sightings wait to be stored; each is looked through for every paragraph."""
        return len(self._seen)

    def forget(self, article_id: str) -> None:
        """Nothing was seen in this article: it will not be stored under this id."""
        self._seen.pop(article_id, None)

    def save(self) -> None:
        """Store what was seen; to be called after the articles that it changes are stored."""
        if self._seen:
            self.sightings.replace(self._seen)
        self._seen = {}

    def _holders(self, publisher: str, paragraph: str, but: str = "") -> dict[str, str]:
        stored = {
            id_: topic
            for id_, topic in self.sightings.of(publisher, paragraph).items()
            if id_ not in self._seen
        }
        waiting = {
            id_: topic
            for id_, seen in self._seen.items()
            for name, key, topic in seen
            if (name, key) == (publisher, paragraph)
        }
        return {id_: topic for id_, topic in {**stored, **waiting}.items() if id_ != but}


def edges(text: str) -> dict[str, str]:
    """The short paragraphs at the beginning and the end of `text`, by the hash that is equal but for digits."""
    paragraphs = text.split("\n\n")
    near = {*paragraphs[:_FIRST], *paragraphs[-_LAST:]} if len(paragraphs) > 1 else set()
    short = sorted(one for one in near if len(one) <= _LONGEST and any(map(str.isalpha, one)))
    return {_hash(one): one for one in short}


def topic_of(title: str, text: str) -> str:
    """What an article is about, as `recurs` compares it: stems of its title, a bar, stems of its opening."""
    lead = max(text.split("\n\n")[:3], key=len)[:_LEAD]
    return f"{' '.join(sorted(_stems(title)))}|{' '.join(sorted(_stems(lead)))}"


def recurs(paragraph: str, topics: Mapping[str, str]) -> bool:
    """True if three of the articles with these topics are unrelated to the paragraph and to one another."""
    stems = _stems(paragraph)
    about = [_parsed(topics[id_]) for id_ in sorted(topics)]
    foreign = [(title, lead) for title, lead in about if _weight(stems & (title | lead)) < _SAME_WORD]
    apart = {
        (i, j) for (i, one), (j, other) in combinations(enumerate(foreign), 2) if not _are_related(one, other)
    }
    return any((i, k) in apart and (j, k) in apart for i, j in apart for k in range(j + 1, len(foreign)))


def _are_related(
    one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]
) -> bool:
    if _weight(one[0] & other[0]) >= _SAME_WORD:
        return True
    return _weight((one[0] | one[1]) & (other[0] | other[1])) >= _SAME_OPENING


def _weight(shared: frozenset[str]) -> int:
    """A shared word counts two, a pair of Chinese characters one: pairs are shared by chance."""
    return sum(1 if _WIDE.match(stem) else 2 for stem in shared)


def _stems(text: str) -> frozenset[str]:
    """Beginnings of its words (Ukraine and Ukrainian are one), pairs of characters where words are not set apart."""
    folded = text.casefold()
    wide = (run[i : i + 2] for run in _WIDE.findall(folded) for i in range(len(run) - 1))
    words = {word[:_STEM] for word in _WORD.findall(_WIDE.sub(" ", folded)) if len(word) > 3}
    return frozenset({*wide, *(words - _EMPTY)})


def _parsed(topic: str) -> tuple[frozenset[str], frozenset[str]]:
    title, _, lead = topic.partition("|")
    return frozenset(title.split()), frozenset(lead.split())


def _hash(paragraph: str) -> str:
    same = _DIGITS.sub("0", " ".join(paragraph.casefold().split()))
    return hashlib.sha256(same.encode()).hexdigest()[:16]


def _without(text: str, gone: set[str]) -> Cut:
    paragraphs = text.split("\n\n")
    kept = [one for one in paragraphs if one not in gone]
    if not gone or not kept:
        return Cut(text)
    return Cut("\n\n".join(kept), tuple(one for one in paragraphs if one in gone))
