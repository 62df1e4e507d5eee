"""The voices of a story: of near-copies the canonical one is heard wherever it holds the words.

Only what it lacks, or says with another figure or name, is heard from another member, under the same story.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vectorstore.copies import GRAM, Shingled, are_copies, share_held, shingled
from vectorstore.embedder import Vectors
from vectorstore.facts import WORD
from vectorstore.lookup import Found, Lookup
from vectorstore.sentences import is_cjk
from vectorstore.stories import Place, Stories
from vectorstore.types import Filter, Match, Passage

_WORD = re.compile(r"\w+(?:[.,:]\d+)*")

HELD = 0.5  # share of the 5-grams: the words are there, but for light edits
HELD_WIDE = 0.9  # the same in a script whose names no capital shows
ASKED_ABOUT = 3  # sentences of a passage, those nearest to the question
MOST_VOICES = 2  # members of one story in one search
MOST_COMPARED = 60  # hits
MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its scores."""

    found: Found
    dense: float
    lexical: float
    fused: float
    story: str = ""

    @property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.found.item.passage


class Voices:
    """Chooses who speaks for each story. Raises ArchiveError."""

    def __init__(self, lookup: Lookup, stories: Stories) -> None:
        self._lookup = lookup
        self._stories = stories

    def heard(self, hits: Sequence[Hit], k: int, where: Filter, vector: Vectors) -> list[Hit]:
        """The first `k` of `hits` (best first), those of copies replaced by what the canonical member says."""
        hits = self._corrected(hits, where)
        places = self._places(hits, where)
        members: defaultdict[str, set[str]] = defaultdict(set)
        heard: dict[str, Hit] = {}
        for hit in hits:
            article_id = hit.passage.article_id
            place = places.get(article_id, Place(article_id, canonical=True))
            if not place.canonical:
                hit = self._canonical(hit, place.story, where, vector) or hit
            story = members[place.story]
            if hit.passage.article_id in story or len(story) < MOST_VOICES:
                story.add(hit.passage.article_id)
                heard.setdefault(hit.passage.id, replace(hit, story=place.story))
            if len(heard) == k:
                break
        return list(heard.values())

    def _corrected(self, hits: Sequence[Hit], where: Filter) -> list[Hit]:
        """The hits, those in a text that another member has corrected replaced by its nearest passage; what it left out
        is not heard, unless `where` leaves out the correction itself."""
        newer = self._stories.corrections({hit.passage.article_id for hit in hits})
        pages = {by: self._passing(by, where) for by in set(newer.values())}

        def now(hit: Hit) -> Hit | None:
            others = pages.get(newer.get(hit.passage.article_id, ""))
            if not others:
                return hit
            nearest = nearest_to(hit.passage, others)
            return replace(hit, found=nearest) if nearest else None

        return [hit for hit in map(now, hits) if hit]

    def _passing(self, article_id: str, where: Filter) -> list[Found]:
        ids = self._lookup.passing(self._stories.passages(article_id), where)
        return list(self._lookup.found(ids).values())

    def _places(self, hits: Sequence[Hit], where: Filter) -> dict[str, Place]:
        """Where the articles of the hits belong; a private copy of a public article is its copy to those who see both.

        (The archive keeps their stories apart: nothing of the private one may show elsewhere.)
        """
        places = self._stories.places({hit.passage.article_id for hit in hits})
        if where.audience:
            shown = list(dict.fromkeys(hit.passage.article_id for hit in hits[:MOST_COMPARED]))
            private = [id_ for id_ in shown if self._audience(hits, id_)]
            public = [id_ for id_ in shown if id_ not in private]
            for id_ in private:
                twin = next((other for other in public if self._are_copies(id_, other)), None)
                if twin:
                    story = places[twin].story if twin in places else twin
                    places[id_] = Place(story, canonical=False)
        return places

    def _audience(self, hits: Sequence[Hit], article_id: str) -> str:
        return next(hit.found.source.audience for hit in hits if hit.passage.article_id == article_id)

    def _are_copies(self, one: str, other: str) -> bool:
        a, b = self._lookup.record(one), self._lookup.record(other)
        return bool(a and b and are_copies(shingled(a.article.text), shingled(b.article.text)))

    def match(self, hit: Hit, vector: Vectors) -> Match:
        """The Match of a hit, with the other links of its story."""
        article_id, found = hit.passage.article_id, hit.found
        story = hit.story or article_id
        others = [*dict.fromkeys((*found.also_in, *self._stories.links(story, but=article_id)))][:MOST_LINKS]
        return Match(
            passage=hit.passage,
            source=found.source,
            dense=hit.dense,
            lexical=hit.lexical,
            fused=hit.fused,
            sentence_scores=tuple(float(x) for x in found.item.sentences @ vector),
            also_in=tuple(link for link in others if link != found.source.url),
            corrected=found.corrected,
            story=story,
            same_text=found.also_in,
        )

    def _canonical(self, hit: Hit, canonical: str, where: Filter, vector: Vectors) -> Hit | None:
        """The same words in the story's canonical member, at the same rank; None where it lacks them."""
        others = self._passing(canonical, where)
        same = holding(hit.passage, hit.found.item.sentences @ vector, others)
        return replace(hit, found=same, dense=float(same.item.vector @ vector)) if same else None


def nearest_to(passage: Passage, others: Iterable[Found]) -> Found | None:
    """The one of `others` that shares most words with the passage; None when all share little."""
    words = frozenset(WORD.findall(passage.text.casefold()))
    shares = [
        (len(words.intersection(WORD.findall(other.item.passage.text.casefold()))), other) for other in others
    ]
    most, nearest = max(shares, key=lambda share: share[0], default=(0, None))
    return nearest if most >= HELD * len(words) else None


def holding(passage: Passage, scores: Vectors, others: Iterable[Found]) -> Found | None:
    """Which of `others`, all of one article, holds most of the sentence nearest to the question.

    `scores[i]` is the question's cosine with the passage's sentence i. None when the article lacks that sentence or
    most of the passage, or says one of the next nearest with other figures or names.
    """
    pages = [(shingled(other.item.passage.text), other) for other in others]
    if not pages:
        return None
    whole = frozenset[int]().union(*(page.distinct for page, _ in pages))
    said = [_Said.of(sentence) for _, other in pages for sentence in _sentences(other.item.passage)]
    nearest = sorted(range(len(passage.sentences)), key=lambda i: -scores[i])[:ASKED_ABOUT]
    asked = [_Said.of(passage.sentence(i)) for i in nearest]
    all_of_it = shingled(passage.text)
    if (
        len(all_of_it.distinct & whole) < HELD * len(all_of_it.distinct)
        or not asked
        or not asked[0].is_among(said)
    ):
        return None
    if any(one.is_told_otherwise(said) for one in asked[1:]):
        return None
    return max(pages, key=lambda page: (share_held(asked[0].grams, page[0]), share_held(all_of_it, page[0])))[
        1
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence as it is compared: `marks` are its figures and the words that a capital may mark as names."""

    folded: str
    grams: Shingled
    words: frozenset[str]
    marks: frozenset[str]

    @classmethod
    def of(cls, sentence: str) -> _Said:
        words = _WORD.findall(sentence)
        marks = {word.casefold() for word in words if word[0].isupper() or word[0].isdigit()}
        folded = " ".join(sentence.casefold().split())
        return cls(folded, shingled(sentence), frozenset(map(str.casefold, words)), frozenset(marks))

    def is_among(self, others: Sequence[_Said]) -> bool:
        """Whether one of the others says the same: to the letter, or edited lightly and with the same facts."""
        return any(self.folded in other.folded or self._is_edited(other) for other in others)

    def is_told_otherwise(self, others: Sequence[_Said]) -> bool:
        """Whether the others say it, but with other facts."""
        return not self.is_among(others) and any(self._is_like(other) for other in others)

    def _is_edited(self, other: _Said) -> bool:
        return self._is_like(other) and self.marks <= other.words

    def _is_like(self, other: _Said) -> bool:
        least = HELD_WIDE if is_cjk(self.folded) else HELD
        return self.grams.words > GRAM and share_held(self.grams, other.grams) >= least


def _sentences(passage: Passage) -> Iterator[str]:
    return (passage.sentence(i) for i in range(len(passage.sentences)))
