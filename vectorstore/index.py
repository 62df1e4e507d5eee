"""What a vector index is, and the exact one: a matrix in memory, never stale, never wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from vectorstore.embedder import Vectors


class VectorIndex(Protocol):
    """Unit vectors by id, searched by cosine. Raises IndexUnavailable when it cannot answer."""

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Put vectors, float32[n, d], under their ids, replacing what was there. Any n."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Take ids out; unknown ones are ignored."""
        ...

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The k nearest ids with their cosines, best first; fewer when the index holds fewer."""
        ...

    def count(self) -> int:
        """Number of vectors."""
        ...

    def close(self) -> None:
        """Let go of files and connections; safe to call twice."""
        ...


class ExactIndex:
    """Every vector in one float32 matrix (1.5 KB a passage at 384 dimensions)."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._matrix: Vectors = np.zeros((0, 0), np.float32)

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._reserve(len(self._ids) + len(ids), vectors.shape[1] if len(ids) else 0)
        for id_, vector in zip(ids, vectors, strict=True):
            row = self._rows.setdefault(id_, len(self._ids))
            if row == len(self._ids):
                self._ids.append(id_)
            self._matrix[row] = vector

    def delete(self, ids: Sequence[str]) -> None:
        for id_ in ids:
            row = self._rows.pop(id_, None)
            if row is None:
                continue
            last = self._ids.pop()
            if last != id_:  # the last row takes the place of the one that goes
                self._ids[row] = last
                self._rows[last] = row
                self._matrix[row] = self._matrix[len(self._ids)]

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        count = len(self._ids)
        if not count or k < 1:
            return []
        scores = self._matrix[:count] @ vector
        k = min(k, count)
        best = np.argpartition(-scores, k - 1)[:k]
        ranked = sorted(best, key=lambda row: (-scores[row], self._ids[row]))
        return [(self._ids[row], float(scores[row])) for row in ranked]

    def count(self) -> int:
        return len(self._ids)

    def close(self) -> None:
        self._ids, self._rows, self._matrix = [], {}, np.zeros((0, 0), np.float32)

    def _reserve(self, rows: int, dimension: int) -> None:
        if rows <= len(self._matrix):
            return
        bigger = np.zeros((max(rows, len(self._matrix) * 3 // 2), dimension), np.float32)
        if len(self._ids):
            bigger[: len(self._ids)] = self._matrix[: len(self._ids)]
        self._matrix = bigger
