"""Whether two texts are near-copies: trimmed, cut off by a paywall, lightly edited; never merely about the same event.

Word 5-grams and their containment |A ∩ B| / min(|A|, |B|) (Broder 1997, "On the resemblance and containment of
documents"), since a copy that lost most of its length keeps little resemblance but all of its containment. Containment
alone also joins forecasts, market reports and round-ups, so what a copy shares must stand where a copy has it and
bring its names and figures along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from xxhash import xxh3_64_intdigest

from vectorstore.facts import WORD, exclude_each_other, facts_of, figures, names

GRAM = 5  # words; a CJK character counts as a word
LEAST_CONTAINMENT = 0.5
ALIKE = 0.8  # resemblance |A ∩ B| / |A ∪ B| of texts that hardly differ: a short text's or an old one's copy
SHORT = 40  # words: below, a shared sentence would be half of the text
MUCH_LONGER = 0.5  # resemblance below which the longer text holds much that the shorter does not
FEW = 30  # words: a caption, a date line
OPENING = 50  # words: a copy's own opening paragraph; items of round-ups are longer
MOST_APART = timedelta(days=7)
LEAST_FACTS = 0.55
FEWEST_FACTS = 3
BOILERPLATE = 100  # words: a publisher's standing lines are no longer than this


@dataclass(frozen=True, slots=True)
class Shingled:
    """A text with the hashes (63 bits) of its 5-grams, in order and each once; of a shorter text, of all of it."""

    text: str
    grams: tuple[int, ...]
    distinct: frozenset[int]

    @property
    def words(self) -> int:
        """How many words it has; GRAM for a text shorter than that."""
        return len(self.grams) + GRAM - 1 if self.grams else 0


def shingled(text: str) -> Shingled:
    """The 5-grams of `text`; case, punctuation and white space do not count."""
    words = [word.casefold() for word in WORD.findall(text)]
    windows = zip(*(words[at:] for at in range(GRAM)), strict=False) if len(words) >= GRAM else [words]
    grams = tuple(_hash(" ".join(window)) for window in windows if window)
    return Shingled(text, grams, frozenset(grams))


def are_copies(a: Shingled, b: Shingled, apart: timedelta | None = None) -> bool:
    """Whether one is a near-copy of the other; `apart` is the time between their publications, if both are known."""
    shorter, longer = sorted((a, b), key=lambda text: len(text.distinct))
    shared = len(shorter.distinct & longer.distinct)
    if not shared or shared < LEAST_CONTAINMENT * len(shorter.distinct):
        return False
    resemblance = shared / (len(shorter.distinct) + len(longer.distinct) - shared)
    if resemblance < ALIKE and (shorter.words < SHORT or (apart is not None and apart > MOST_APART)):
        return False
    if resemblance < MUCH_LONGER and not _stands_where_copies_do(shorter, longer, shared):
        return False
    return _same_facts(shorter, longer)


def share_held(part: Shingled, whole: Shingled) -> float:
    """The share of the part's 5-grams that `whole` has, 0 to 1; 0 for no words."""
    return len(part.distinct & whole.distinct) / len(part.distinct) if part.distinct else 0.0


def _stands_where_copies_do(shorter: Shingled, longer: Shingled, shared: int) -> bool:
    """News is cut from its end, so a cut copy is the beginning of the longer text; the second item of a round-up, or
    a statement quoted in full, is not. What two short texts share at their ends is their publisher's standing lines.
    """
    in_longer, in_shorter = _places(longer, shorter), _places(shorter, longer)
    if in_longer[0] > max(FEW, min(OPENING, 0.75 * shared)):
        return False
    return shared >= BOILERPLATE or in_shorter[0] <= max(0.4 * len(shorter.grams), FEW)


def _places(text: Shingled, other: Shingled) -> tuple[int, int]:
    """Where in `text` what `other` shares begins and ends, a twentieth at each edge left out as chance."""
    at = [place for place, gram in enumerate(text.grams) if gram in other.distinct]
    edge = len(at) // 20
    return at[edge], at[-1 - edge] + GRAM


def _same_facts(shorter: Shingled, longer: Shingled) -> bool:
    """Yesterday's forecast and today's share their sentences, but not their figures; two matches not their names."""
    start, end = _places(shorter, longer)
    here, whole = facts_of(shorter.text), facts_of(longer.text)
    for kind in (figures, names):
        facts = {fact for place, fact in kind(here) if start <= place < end}
        there = {fact for _, fact in kind(whole)}
        if len(facts) >= FEWEST_FACTS and len(facts & there) < LEAST_FACTS * len(facts):
            return False
    return not exclude_each_other(here, whole, _common(shorter, longer), GRAM)


def _common(a: Shingled, b: Shingled) -> list[tuple[int, int]]:
    """The places of every 5-gram that both have, once in each."""
    in_a, in_b = _only(a.grams), _only(b.grams)
    return [(place, in_b[gram]) for gram, place in in_a.items() if gram in in_b]


def _only(grams: Sequence[int]) -> dict[int, int]:
    """The places of those that come once, in order."""
    times = Counter(grams)
    return {gram: place for place, gram in enumerate(grams) if times[gram] == 1}


def _hash(words: str) -> int:
    """63 bits, so that SQLite's signed integers hold it."""
    return xxh3_64_intdigest(words.encode()) >> 1
