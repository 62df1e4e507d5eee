"""An exact index that follows the catalogue: all its passages, or those that still wait in the outbox."""

from __future__ import annotations

import numpy as np

from vectorstore.embedder import Vectors
from vectorstore.index import ExactIndex
from vectorstore.lookup import Lookup


class Mirror:
    """Reads only what changed since the last look: row numbers are never used twice."""

    def __init__(self, lookup: Lookup, *, waiting: bool) -> None:
        self._lookup = lookup
        self._waiting = waiting
        self._index = ExactIndex()
        self._ids: dict[int, str] = {}

    def follow(self) -> None:
        """Bring the index level with the catalogue."""
        wanted = self._lookup.numbers(waiting=self._waiting)
        held = np.fromiter(self._ids, dtype=np.int64, count=len(self._ids))
        for number in np.setdiff1d(held, wanted).tolist():  # the index first: Ctrl-C may fall in between
            self._index.delete([self._ids[number]])
            del self._ids[number]
        missing = np.setdiff1d(wanted, held)
        for ids, numbers, vectors in self._lookup.vectors_of(missing.tolist()):
            self._index.upsert(ids, vectors)
            self._ids.update(zip(numbers, ids, strict=True))

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See VectorIndex.query."""
        return self._index.query(vector, k)

    def count(self) -> int:
        """Number of passages mirrored."""
        return self._index.count()
