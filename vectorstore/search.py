"""A search: the nearest passages by meaning and by words, their scores fused, then one voice a story."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from vectorstore.dense import Dense
from vectorstore.embedder import Vectors
from vectorstore.fusion import fused
from vectorstore.lexical import query_terms
from vectorstore.lookup import Lookup
from vectorstore.stories import Stories
from vectorstore.types import Filter, Match
from vectorstore.voices import Hit, Voices

CANDIDATES = 50  # from each side, before fusion
FARTHEST = 16_000  # candidates from each side, where hundreds of copies stand in front of everything else
NARROW = 5_000  # passages: a filter that leaves fewer is searched exactly, row by row
OVERFETCH = 10
FEW = 1_000  # passages: a smaller archive says little about how common a word is, so it is weighed as if it had these


class Search:
    """Searches of one archive; each reads what the catalogue holds at its moment. Raises ArchiveError."""

    def __init__(self, lookup: Lookup, stories: Stories) -> None:
        self._lookup = lookup
        self._voices = Voices(lookup, stories)

    def matches(self, question: str, vector: Vectors, k: int, where: Filter, dense: Dense) -> list[Match]:
        """The k best passages for the question, whose vector is `vector`, best first, one member of each story."""
        weights = self.weights(query_terms(question))
        reach = CANDIDATES
        while True:
            hits, more = self._hits(vector, weights, reach, where, dense)
            heard = self._voices.heard(hits, k, where, vector)
            if len(heard) >= k or not more or reach >= FARTHEST:
                return [self._voices.match(hit, vector) for hit in heard]
            reach *= 4

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Smoothed inverse document frequency (natural log, > 0) of each lexical term among the passages."""
        total = max(self._lookup.totals()[1], FEW)
        cap = max(2_000, total // 10)
        counts = {term: self._lookup.frequency(term, cap) for term in terms}
        return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}

    def _hits(
        self, vector: Vectors, weights: Mapping[str, float], reach: int, where: Filter, dense: Dense
    ) -> tuple[list[Hit], bool]:
        """The candidates, best first, and whether there are more behind them."""
        near = self._nearest(vector, reach, where, dense)
        lexical = self._lexical(weights, reach, where)
        found = self._lookup.found({*near, *lexical})
        # Each statement sees the archive of its own moment: what came in between must not slip past the filter.
        passing = self._lookup.passing(found, where)
        cosines = {id_: float(row.item.vector @ vector) for id_, row in found.items() if id_ in passing}
        lexical = {id_: score for id_, score in lexical.items() if id_ in cosines}
        scores = fused(cosines, lexical, sum(weights.values()))
        best = sorted(cosines, key=lambda id_: (-scores[id_], id_))
        hits = [Hit(found[id_], cosines[id_], lexical.get(id_, 0.0), scores[id_]) for id_ in best]
        return hits, len(near) >= reach

    def _nearest(self, vector: Vectors, k: int, where: Filter, dense: Dense) -> dict[str, float]:
        if not self._lookup.narrows(where):
            return dict(dense.query(vector, k))
        if self._lookup.count(where) > NARROW:
            hits = dense.query(vector, k * OVERFETCH)
            passing = self._lookup.passing([id_ for id_, _ in hits], where)
            if len(passing) >= k:
                return dict([hit for hit in hits if hit[0] in passing][:k])
        ids, matrix = self._lookup.vectors(where)
        scores = (matrix @ vector).tolist() if ids else []
        return dict(sorted(zip(ids, scores, strict=True), key=lambda hit: -hit[1])[:k])

    def _lexical(self, weights: Mapping[str, float], k: int, where: Filter) -> dict[str, float]:
        """BM25, or in a small archive the weight of the terms found: SQLite's BM25 is 0 for a word in half of it."""
        if self._lookup.totals()[1] >= FEW:
            return self._lookup.words(list(weights), k, where)
        found: Counter[str] = Counter()
        for term, weight in weights.items():
            for passage_id in self._lookup.words([term], FEW, where):
                found[passage_id] += weight  # type: ignore[assignment]
        return dict(found.most_common(k))
