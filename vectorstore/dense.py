"""Nearest passages by embedding: Chroma where this process owns it, else exactly; what Chroma lacks is merged in."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import Protocol

from vectorstore.catalogue import Catalogue
from vectorstore.embedder import Vectors
from vectorstore.errors import IndexUnavailable
from vectorstore.index import VectorIndex
from vectorstore.keeper import Keeper
from vectorstore.lookup import Lookup
from vectorstore.mirror import Mirror
from vectorstore.outbox import Outbox
from vectorstore.settings import Settings

log = logging.getLogger(__name__)

ONE_SHOT_EXACT_BELOW = (
    20_000  # passages: below, reading them all is quicker than importing and opening Chroma
)
HAND_OVER_AT = 2_000  # waiting changes: above, a child applies them, since Chroma's writes hold the GIL
RETRY_SECONDS = 30.0


class Backend(Protocol):
    """Where the Chroma collection comes from."""

    def open(self) -> VectorIndex | None:
        """The index to read from; None when it is not ours to use now. Raises IndexUnavailable."""
        ...

    def level(self) -> bool:
        """Apply the outbox and check the index against the catalogue; False when it is not ours now."""
        ...

    def hand_over(self) -> bool:
        """Let another process apply the outbox. True when it was started and the index is closed to us."""
        ...

    def close(self) -> None: ...


class EmbeddedBackend:
    """A folder of Chroma's that one process at a time owns."""

    def __init__(self, catalogue: Catalogue, settings: Settings, name: str) -> None:
        self._outbox = Outbox(catalogue)
        self._lookup = Lookup(catalogue)
        self._keeper = Keeper(settings.data_dir, name)
        self._data_dir = settings.data_dir
        self._child: subprocess.Popen[bytes] | None = None

    def open(self) -> VectorIndex | None:
        if self._child and self._child.poll() is None:
            return None
        if not self._keeper.claim():
            return None
        return self._opened()

    def level(self) -> bool:
        if not self._keeper.claim():
            return False
        index = self._opened()
        self._outbox.apply(index)
        if index.count() != self._lookup.totals()[1] and not self._outbox.size():
            log.warning("the vector index does not hold what the archive holds; rebuilding it")
            index = self._fresh()
            self._outbox.apply(index)
        return True

    def hand_over(self) -> bool:
        self.close()
        command = [sys.executable, "-m", "vectorstore.apply", str(self._data_dir)]
        self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return True

    def close(self) -> None:
        self._keeper.release()

    def _opened(self) -> VectorIndex:
        try:
            if self._keeper.is_sound():
                return self._keeper.open()
        except IndexUnavailable as error:
            log.warning("%s; rebuilding the vector index from the archive", error)
        return self._fresh()

    def _fresh(self) -> VectorIndex:
        # In this order: killed in between, the folder is still unsound and the next owner starts over.
        self._outbox.post_all()
        self._keeper.clear()
        return self._keeper.open()


class ServerBackend:
    """A Chroma server shared by all processes; the folder lock only keeps two of ours from applying at once."""

    def __init__(self, catalogue: Catalogue, settings: Settings, name: str) -> None:
        self._outbox = Outbox(catalogue)
        self._lookup = Lookup(catalogue)
        self._settings = settings
        self._name = name
        self._keeper = Keeper(settings.data_dir, name)
        self._index: VectorIndex | None = None

    def open(self) -> VectorIndex | None:
        from vectorstore.chroma import open_server

        self._index = open_server(self._settings.chroma_url, self._name, self._settings.chroma_timeout)
        if not self._index.count() and self._lookup.totals()[1] and not self._outbox.size():
            self._outbox.post_all()  # a server that lost its data, or a new one
        return self._index

    def level(self) -> bool:
        if not self._keeper.claim():
            return False
        try:
            index = self._index or self.open()
            if index is None:
                return False
            self._outbox.apply(index)
            if index.count() != self._lookup.totals()[1] and not self._outbox.size():
                self._start_over(index)
        finally:
            self._keeper.release()
        return True

    def hand_over(self) -> bool:
        return False  # writes go over the network and hold nothing up

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def _start_over(self, index: VectorIndex) -> None:
        from vectorstore.chroma import ChromaIndex

        if isinstance(index, ChromaIndex):
            index.drop_others(self._name, keep="")
        self.close()
        self._outbox.post_all()
        fresh = self.open()
        if fresh is not None:
            self._outbox.apply(fresh)


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
        self._seen = ""
        self._retry_at = 0.0

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Up to k ids of passages with their cosines, best first; an id may be gone from the catalogue."""
        self._follow()
        if self._index is not None:
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
        state = f"{self._catalogue.generation}/{self._outbox.size()}"
        if self._index is None and time.monotonic() >= self._retry_at and self._pays():
            self._try_open()
            state = f"{self._catalogue.generation}/{self._outbox.size()}"
        if state == self._seen:
            return
        self._seen = state
        if self._index is None:
            self._all.follow()
            return
        if self._outbox.size() > HAND_OVER_AT and self._backend.hand_over():
            self._index = None
            self._all.follow()
            return
        self._waiting.follow()
        self._dead = min(self._outbox.removed(), HAND_OVER_AT)

    def _pays(self) -> bool:
        return not self._one_shot or self._lookup.totals()[1] >= ONE_SHOT_EXACT_BELOW

    def _try_open(self) -> None:
        self._retry_at = time.monotonic() + RETRY_SECONDS
        try:
            self._index = self._backend.open()
        except (IndexUnavailable, OSError) as error:
            self._give_up(error)
        if self._index is not None:
            self._seen = ""
            self._all = Mirror(self._lookup, waiting=False)

    def _give_up(self, error: Exception) -> None:
        log.warning("%s; searching exactly meanwhile", error)
        self._seen = ""
        self._retry_at = time.monotonic() + RETRY_SECONDS
        self.close()
