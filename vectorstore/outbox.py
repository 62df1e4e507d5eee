"""Changes that the vector index has not seen yet: posted in the catalogue's transactions, applied in batches."""

from __future__ import annotations

from vectorstore.catalogue import Catalogue
from vectorstore.index import VectorIndex
from vectorstore.lookup import Lookup

BATCH = 1000


class Outbox:
    """The catalogue's outbox. An index that has seen all of it holds exactly the catalogue's passages."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lookup = Lookup(catalogue)

    def size(self) -> int:
        """Number of changes that wait."""
        return self._lookup.totals()[2]

    def removed(self) -> int:
        """How many of them are removals, so how many dead ids the index may still return."""
        return int(self._catalogue.select("SELECT count(*) FROM outbox WHERE removed")[0][0])

    def accounts_for(self, index: VectorIndex) -> bool:
        """Whether `index` counts what the archive holds, give or take what waits. Raises IndexUnavailable."""
        query = "SELECT (SELECT count(*) FROM passages), count(*), total(removed) FROM outbox"
        passages, waiting, removed = self._catalogue.select(query)[0]
        return bool(passages - (waiting - removed) <= index.count() <= passages + removed)

    def post_all(self) -> None:
        """Post every passage anew, for an index that starts empty."""
        with self._catalogue.transaction() as sql:
            sql.execute("DELETE FROM outbox")
            sql.execute("INSERT INTO outbox SELECT id, 0, row_number() OVER (ORDER BY number) FROM passages")

    def apply(self, index: VectorIndex) -> None:
        """Apply all that waits; a batch leaves the outbox only when the index has it.

        Raises IndexUnavailable; what was not applied stays.
        """
        while batch := self._next():
            gone = [id_ for id_, removed, _ in batch if removed]
            index.delete(gone)
            for ids, vectors in self._lookup.vectors_by_id([id_ for id_, removed, _ in batch if not removed]):
                index.upsert(ids, vectors)
            with self._catalogue.transaction() as sql:
                # seq: a passage that changed again meanwhile has a newer entry, which stays
                sql.executemany(
                    "DELETE FROM outbox WHERE passage_id = ? AND seq = ?",
                    [(id_, seq) for id_, _, seq in batch],
                )

    def _next(self) -> list[tuple[str, int, int]]:
        query = "SELECT passage_id, removed, seq FROM outbox ORDER BY seq LIMIT ?"
        return [tuple(row) for row in self._catalogue.select(query, BATCH)]
