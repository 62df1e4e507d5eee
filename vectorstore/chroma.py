"""The only file that imports chromadb: one collection, embedded in this process or on a server, as a VectorIndex."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TypeVar
from urllib.parse import urlsplit

from vectorstore.embedder import Vectors
from vectorstore.errors import IndexUnavailable
from vectorstore.loading import Loading

T = TypeVar("T")

# ef_search 200: candidates of 50 to 100 lose 5 % of the true neighbours at the default of 100.
# sync_threshold 5000: an embedded index is open to torn writes only while it persists, so persist seldom.
_CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 200, "sync_threshold": 5000}}
_WRITE_BATCH = 500


class ChromaIndex:
    """One Chroma collection in cosine space. `deadline` (seconds) bounds each call to a server; None for embedded."""

    def __init__(self, client: Any, name: str, deadline: float | None = None) -> None:
        self._client = client
        self._deadline = deadline
        self._batch = min(_WRITE_BATCH, self._call(client.get_max_batch_size))
        self._collection = self._call(
            lambda: client.get_or_create_collection(
                name, embedding_function=None, configuration=_CONFIGURATION
            )
        )

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        for at in range(0, len(ids), self._batch):
            some = slice(at, at + self._batch)
            self._call(partial(self._collection.upsert, ids=list(ids[some]), embeddings=vectors[some]))

    def delete(self, ids: Sequence[str]) -> None:
        for at in range(0, len(ids), self._batch):
            self._call(partial(self._collection.delete, ids=list(ids[at : at + self._batch])))

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        if k < 1:
            return []
        found = self._call(
            lambda: self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        )
        return [
            (id_, 1.0 - distance)
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def count(self) -> int:
        return int(self._call(self._collection.count))

    def close(self) -> None:
        self._client.close()

    def drop_collections(self, prefix: str, keep: str) -> None:
        """Delete the collections whose name starts with `prefix`, but for `keep`."""
        for collection in self._call(self._client.list_collections):
            if collection.name.startswith(prefix) and collection.name != keep:
                self._call(partial(self._client.delete_collection, collection.name))

    def _call(self, call: Callable[[], T]) -> T:
        try:
            return within(self._deadline, call)
        except IndexUnavailable:
            raise
        except (
            Exception
        ) as error:  # chromadb raises its own, httpx's, pyo3's and ValueError for a broken index
            raise IndexUnavailable(f"Chroma failed: {type(error).__name__}: {error}") from error


def open_embedded(folder: Path, name: str) -> ChromaIndex:
    """The collection `name` in `folder`, which this process must own (see vectorstore/keeper.py)."""
    chromadb = _chromadb()
    try:
        return ChromaIndex(chromadb.PersistentClient(str(folder), settings=_quiet(chromadb)), name)
    except BaseException as error:
        # chromadb keeps the half-made system, also after Ctrl-C, and would hand it out at the next attempt
        chromadb.api.shared_system_client.SharedSystemClient.clear_system_cache()
        if isinstance(error, Exception):
            raise IndexUnavailable(f"Chroma cannot open {folder}: {error}") from error
        raise


def open_server(url: str, name: str, deadline: float) -> ChromaIndex:
    """The collection `name` on the Chroma server at `url`; every call ends within `deadline` seconds.

    Raises IndexUnavailable when the server does not answer.
    """
    chromadb = _chromadb()
    address = urlsplit(url)
    secure = address.scheme == "https"
    try:
        client = within(
            deadline,
            lambda: chromadb.HttpClient(
                host=address.hostname or "localhost",
                port=address.port or (443 if secure else 8000),
                ssl=secure,
                settings=_quiet(chromadb),
            ),
        )
    except IndexUnavailable:
        raise
    except Exception as error:
        raise IndexUnavailable(f"no Chroma server answers at {url}: {error}") from error
    return ChromaIndex(client, name, deadline)


def within(seconds: float | None, call: Callable[[], T]) -> T:
    """`call()`, given up after `seconds`: chromadb's own client would wait for ever. Raises IndexUnavailable."""
    if seconds is None:
        return call()
    box: Queue[tuple[T | None, Exception | None]] = Queue(1)

    def run() -> None:
        try:
            box.put((call(), None))
        except Exception as error:
            box.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        result, error = box.get(timeout=seconds)
    except Empty:
        raise IndexUnavailable(f"the Chroma server did not answer within {seconds:g} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]


def _chromadb() -> Any:
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    return Loading(partial(import_module, "chromadb")).result()


def _quiet(chromadb: Any) -> Any:
    return chromadb.config.Settings(anonymized_telemetry=False)
