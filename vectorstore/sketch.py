"""A sketch: the few hashes of a text by which its near-copies are found without comparing it with every other text.

FracMinHash (Irber et al. 2022, doi:10.1101/2022.01.11.475838): every hash below a fixed limit, not a fixed number of
hashes, so that a short piece of a long text is found by it too, which MinHash signatures of equal length miss.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set

HASHES = 1 << 63
LIMIT = HASHES // 16
FEWEST = 24  # hashes, for texts so short that hardly any falls below the limit


def sketch(grams: Iterable[int]) -> list[int]:
    """The hashes below LIMIT, or the FEWEST lowest if those are more; ascending."""
    ordered = sorted(set(grams))
    below = [value for value in ordered if value < LIMIT]
    return below if len(below) >= FEWEST else ordered[:FEWEST]


def estimate(a: Collection[int], b: Set[int]) -> float:
    """The containment |A ∩ B| / min(|A|, |B|) of two texts, estimated from their sketches; 0 when nothing is shared."""
    limit = min(_limit(a), _limit(b))
    ours, theirs = {value for value in a if value <= limit}, {value for value in b if value <= limit}
    return len(ours & theirs) / min(len(ours), len(theirs)) if ours and theirs else 0.0


def _limit(hashes: Collection[int]) -> int:
    """Up to where a sketch holds every hash of its text."""
    if len(hashes) < FEWEST:
        return HASHES
    return max(LIMIT, *hashes)
