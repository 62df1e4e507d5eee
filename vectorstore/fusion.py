"""Dense and lexical scores as one: each in units that do not depend on what else the archive holds."""

from __future__ import annotations

from collections.abc import Mapping

LEXICAL_WEIGHT = 0.5


def fused(dense: Mapping[str, float], lexical: Mapping[str, float], ceiling: float) -> dict[str, float]:
    """Cosine plus weighted BM25, by passage id; an id that a side lacks counts as 0 there.

    `ceiling` is the BM25 that a passage would approach if it matched every term of the question: it makes the
    lexical half a coverage between 0 and about 1, defined for an archive of one passage too.
    """
    scale = LEXICAL_WEIGHT / ceiling if ceiling > 0 else 0.0
    return {id_: dense.get(id_, 0.0) + scale * lexical.get(id_, 0.0) for id_ in {*dense, *lexical}}
