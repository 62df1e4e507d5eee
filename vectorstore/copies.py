"""Whether two texts are near-copies: trimmed, cut off by a paywall, lightly edited; never merely about the same event.

Word 5-grams and their containment |A ∩ B| / min(|A|, |B|) (Broder 1997, "On the resemblance and containment of
documents"), since a copy that lost most of its length keeps little resemblance but all of its containment. Containment
alone also joins forecasts, market reports and round-ups, so what a copy shares must stand where a copy has it and
bring its names and figures along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from xxhash import xxh3_64_intdigest

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

_CJK = "぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々"
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
_WORD = re.compile(rf"\d+(?:[.,:]\d+)*|[{_NUMERALS}]{{2,}}|[{_CJK}]|[^\W\d_{_CJK}]+")
_NUMBER = re.compile(rf"\d|[{_NUMERALS}]{{2}}")
_SENTENCE_END = re.compile(r"[.!?:;…\n“”\"。！？]")


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
    words = [word.casefold() for word in _WORD.findall(text)]
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
    for kind in (_figures, _names):
        facts = {fact for place, fact in kind(shorter.text) if start <= place < end}
        there = {fact for _, fact in kind(longer.text)}
        if len(facts) >= FEWEST_FACTS and len(facts & there) < LEAST_FACTS * len(facts):
            return False
    return True


def _figures(text: str) -> Iterator[tuple[int, str]]:
    """Each number with the word behind it, and its place among the words."""
    words = [*_WORD.findall(text), ""]
    return ((i, f"{word} {words[i + 1]}".casefold()) for i, word in enumerate(words) if _NUMBER.match(word))


def _names(text: str) -> Iterator[tuple[int, str]]:
    """Words that a capital marks as names, not at the beginning of a sentence, and their places among the words."""
    before = -1
    for place, match in enumerate(_WORD.finditer(text)):
        word = match.group()
        if before >= 0 and word[0].isupper() and not _SENTENCE_END.search(text, before, match.start()):
            yield place, word.casefold()
        before = match.end()


def _hash(words: str) -> int:
    """63 bits, so that SQLite's signed integers hold it."""
    return xxh3_64_intdigest(words.encode()) >> 1
