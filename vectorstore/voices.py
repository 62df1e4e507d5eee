"""One voice a story: of near-copies only one member is heard, so that nobody takes its copies for further sources.

The canonical member speaks wherever it holds the words; a sentence that only another member has is cited from that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vectorstore.copies import GRAM, share_held, shingled
from vectorstore.embedder import Vectors
from vectorstore.lookup import Found, Lookup
from vectorstore.stories import Stories
from vectorstore.types import Filter, Match, Passage

HELD = 0.5  # share of the 5-grams: the words are there, but for light edits
ASKED_ABOUT = 3  # sentences of a passage, those nearest to the question


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its scores."""

    found: Found
    dense: float
    lexical: float
    fused: float

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
        """The first `k` of `hits` (best first) that are left when each story speaks through one member."""
        places = self._stories.places({hit.passage.article_id for hit in hits})
        voices: dict[str, str] = {}
        heard: dict[str, Hit] = {}
        for hit in hits:
            place = places.get(hit.passage.article_id)
            story = place.story if place else hit.passage.article_id
            if story not in voices:
                if place and not place.canonical:
                    hit = self._canonical(hit, story, where, vector) or hit
                voices[story] = hit.passage.article_id
            if voices[story] == hit.passage.article_id:
                heard.setdefault(hit.passage.id, hit)
            if len(heard) == k:
                break
        return list(heard.values())

    def match(self, hit: Hit, vector: Vectors) -> Match:
        """The Match of a hit, with the other links of its story."""
        article_id, found = hit.passage.article_id, hit.found
        place = self._stories.places([article_id]).get(article_id)
        story = place.story if place else article_id
        others = dict.fromkeys((*found.also_in, *self._stories.links(story, but=article_id)))
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
        ids = self._lookup.passing(self._stories.passages(canonical), where)
        same = holding(hit.passage, hit.found.item.sentences @ vector, self._lookup.found(ids).values())
        return replace(hit, found=same, dense=float(same.item.vector @ vector)) if same else None


def holding(passage: Passage, scores: Vectors, others: Iterable[Found]) -> Found | None:
    """Which of `others`, all of one article, holds most of the sentence nearest to the question.

    `scores[i]` is the question's cosine with the passage's sentence i. None when the article lacks one of the nearest
    sentences, or most of the passage.
    """
    pages = [(shingled(other.item.passage.text), other) for other in others]
    whole = frozenset[int]().union(*(page.distinct for page, _ in pages))
    words = " ".join(_folded(other.item.passage.text) for _, other in pages)
    nearest = sorted(range(len(passage.sentences)), key=lambda i: -scores[i])[:ASKED_ABOUT]
    wanted = [*(passage.sentence(i) for i in nearest), passage.text]
    if not pages or not all(_stands(text, words, whole) for text in wanted):
        return None
    texts = [shingled(text) for text in wanted]
    return max(pages, key=lambda page: tuple(share_held(text, page[0]) for text in (texts[0], texts[-1])))[1]


def _stands(text: str, words: str, grams: frozenset[int]) -> bool:
    """Whether the text is there: most of its 5-grams, or one too short for them to the letter."""
    found = shingled(text)
    if found.words <= GRAM:
        return _folded(text) in words
    return len(found.distinct & grams) >= HELD * len(found.distinct)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
