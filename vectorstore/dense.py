"""Nearest passages by embedding: Chroma where this process owns it, else exactly; what Chroma lacks is merged in."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from typing import Protocol

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import ChromaIndex, open_server
from vectorstore.embedder import Vectors
from vectorstore.errors import CitedeskError, IndexUnavailable
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
        """The index to read from; None when it is not ours, or not sound, now. Raises IndexUnavailable."""
        ...

    def level(self) -> bool:
        """Apply the outbox and check the index against the catalogue; False when it is not ours now."""
        ...

    def hand_over(self) -> bool:
        """Let a child apply the outbox. True when the index is closed to us meanwhile."""
        ...

    def close(self) -> None: ...


class _Helper:
    """The child that applies the outbox, one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._command = [
            sys.executable,
            "-m",
            "vectorstore.apply",
            str(settings.data_dir),
            settings.chroma_url,
        ]
        self._child: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start it unless it runs; its own session, so that Ctrl-C here does not stop it there."""
        if not self.is_running():
            quiet = subprocess.DEVNULL
            self._child = subprocess.Popen(
                self._command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
            )


class EmbeddedBackend:
    """A folder of Chroma's that one process at a time owns. Readers never repair it: a child does."""

    def __init__(self, catalogue: Catalogue, settings: Settings, name: str) -> None:
        self._outbox = Outbox(catalogue)
        self._lookup = Lookup(catalogue)
        self._keeper = Keeper(settings.data_dir, name)
        self._helper = _Helper(settings)

    def open(self) -> VectorIndex | None:
        if self._helper.is_running() or not self._keeper.claim():
            return None
        passages, waiting = self._lookup.totals()[1:]
        if self._keeper.is_sound() or (self._keeper.is_new() and waiting == passages):
            index = self._keeper.open()
            if waiting or index.count() == passages:
                return index
        self.hand_over()
        return None

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
        self._helper.start()
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
        self._helper = _Helper(settings)
        self._index: ChromaIndex | None = None

    def open(self) -> VectorIndex | None:
        index = self._connected()
        passages, waiting = self._lookup.totals()[1:]
        if waiting or index.count() == passages:
            return index
        self._helper.start()  # a new server, or one that lost data
        return None

    def level(self) -> bool:
        if not self._keeper.claim():
            return False
        try:
            index = self._connected()
            self._outbox.apply(index)
            if index.count() != self._lookup.totals()[1] and not self._outbox.size():
                index.drop_collections(self._name, keep="")
                self.close()
                self._outbox.post_all()
                index = self._connected()
                self._outbox.apply(index)
            index.drop_collections(self._name.rsplit("-", 2)[0] + "-", keep=self._name)
        finally:
            self._keeper.release()
        return True

    def hand_over(self) -> bool:
        self._helper.start()
        return False

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def _connected(self) -> ChromaIndex:
        if self._index is None:
            settings = self._settings
            self._index = open_server(settings.chroma_url, self._name, settings.chroma_timeout)
        return self._index


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
