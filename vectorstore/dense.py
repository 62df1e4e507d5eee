"""Nearest passages by embedding: Chroma where this process owns it, else exactly; what Chroma lacks is merged in."""

from __future__ import annotations

import logging
import time

from vectorstore.backends import Backend
from vectorstore.catalogue import Catalogue
from vectorstore.embedder import Vectors
from vectorstore.errors import CitedeskError, IndexUnavailable
from vectorstore.index import VectorIndex
from vectorstore.lookup import Lookup
from vectorstore.mirror import Mirror
from vectorstore.outbox import Outbox

log = logging.getLogger(__name__)

ONE_SHOT_EXACT_BELOW = (
    20_000  # passages: below, reading them all is quicker than importing and opening Chroma
)
HAND_OVER_AT = 2_000  # waiting changes: above, a child applies them, since Chroma's writes hold the GIL
RETRY_SECONDS = 30.0


class Dense:
    """Nearest passages of the whole archive. Follows the catalogue; never wrong, at worst slower."""

    def __init__(self, catalogue: Catalogue, backend: Backend, *, one_shot: bool) -> None:
        self._catalogue = catalogue
        self._lookup = Lookup(catalogue)
        self._outbox = Outbox(catalogue)
        self._backend = backend
        self._one_shot = one_shot
        self._index: VectorIndex | None = None
        self._all = Mirror(self._lookup, waiting=False)
        self._waiting = Mirror(self._lookup, waiting=True)
        self._dead = 0
        self._behind = False
        self._seen = ""
        self._retry_at = 0.0

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Up to k ids of passages with their cosines, best first; an id may be gone from the catalogue."""
        self._follow()
        if self._index is not None and not self._behind:
            try:
                return self._merged(self._index, vector, k)
            except IndexUnavailable as error:
                self._give_up(error)
                self._follow()
        return self._all.query(vector, k)

    @property
    def is_exact(self) -> bool:
        """True while searches do not use Chroma."""
        return self._index is None

    def close(self) -> None:
        """Close Chroma properly and free its folder; safe to call twice."""
        self._index = None
        self._backend.close()

    def _merged(self, index: VectorIndex, vector: Vectors, k: int) -> list[tuple[str, float]]:
        best = dict(index.query(vector, k + self._dead))
        best.update(self._waiting.query(vector, k))
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[: k + self._dead]

    def _follow(self) -> None:
        """Bring what this process holds level with the catalogue, if anything changed since the last look."""
        if self._index is None and time.monotonic() >= self._retry_at and self._pays():
            self._try_open()
        waiting = self._outbox.size()
        state = f"{self._catalogue.generation}/{waiting}"
        if state == self._seen:
            return
        self._behind = waiting > HAND_OVER_AT
        if self._index is not None and self._behind and self._backend.hand_over():
            self._index = None
        if self._index is None or self._behind:
            self._all.follow()
        else:
            self._waiting.follow()
            self._dead = self._outbox.removed()
        self._seen = state  # last: what Ctrl-C interrupts is done again

    def _pays(self) -> bool:
        return not self._one_shot or self._lookup.totals()[1] >= ONE_SHOT_EXACT_BELOW

    def _try_open(self) -> None:
        self._retry_at = time.monotonic() + RETRY_SECONDS
        try:
            self._index = self._backend.open()
        except (CitedeskError, OSError) as error:
            self._give_up(error)
        if self._index is not None:
            self._seen = ""
            self._all = Mirror(self._lookup, waiting=False)

    def _give_up(self, error: Exception) -> None:
        log.warning("%s; searching exactly meanwhile", error)
        self._seen = ""
        self._retry_at = time.monotonic() + RETRY_SECONDS
        self.close()
