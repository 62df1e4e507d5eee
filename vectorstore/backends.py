"""Where the Chroma collection comes from: a folder this process owns, or a server; and the child that applies to it."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Protocol

from vectorstore.catalogue import Catalogue
from vectorstore.chroma import ChromaIndex, open_server
from vectorstore.errors import IndexUnavailable
from vectorstore.index import VectorIndex
from vectorstore.keeper import Keeper
from vectorstore.lookup import Lookup
from vectorstore.outbox import Outbox
from vectorstore.settings import Settings

log = logging.getLogger(__name__)


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
        # -P: or it would import what lies in the working folder.
        module = [sys.executable, "-P", "-m", "vectorstore.apply"]
        self._command = [*module, str(settings.data_dir), settings.chroma_url]
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
            if self._outbox.accounts_for(index):
                return index
        self.hand_over()
        return None

    def level(self) -> bool:
        if not self._keeper.claim():
            return False
        index = self._opened()
        self._outbox.apply(index)
        if not self._outbox.accounts_for(index):
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
        self._settings = settings
        self._name = name
        self._keeper = Keeper(settings.data_dir, name)
        self._helper = _Helper(settings)
        self._index: ChromaIndex | None = None

    def open(self) -> VectorIndex | None:
        index = self._connected()
        if self._outbox.accounts_for(index):
            return index
        self.close()  # the helper may make the collection anew
        self._helper.start()  # a new server, or one that lost data
        return None

    def level(self) -> bool:
        if not self._keeper.claim():
            return False
        try:
            index = self._connected()
            self._outbox.apply(index)
            if not self._outbox.accounts_for(index):
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
