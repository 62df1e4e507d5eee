"""The archive: articles in, passages with their sources out. SQLite is the truth, Chroma a disposable index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from vectorstore.embedder import Embedded, Embedder
from vectorstore.settings import Settings
from vectorstore.types import Article, Filter, Match, Passage, Record, Stats


class Archive:
    """One archive of one data folder, opened by one process or thread; a context manager.

    Interface agreed between the rooms; the body is being built.
    """

    @classmethod
    def open(cls, settings: Settings, embedder: Embedder | None = None, *, one_shot: bool = False) -> Self:
        """Open or create the archive of `settings.data_dir`.

        `embedder` is loaded from the settings on first use unless given. `one_shot` says that one question is
        asked and the process ends, so Chroma is opened only where that pays.
        Raises NotAnArchive, NewerArchive, WrongModel, ArchiveError.
        """
        raise NotImplementedError

    # reading
    def search(self, question: str, k: int = 10, where: Filter = Filter()) -> list[Match]: ...
    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Smoothed inverse document frequency (natural log, > 0) of each lexical term in this archive."""
        ...
    def article(self, article_id: str) -> Record | None: ...
    def articles(self, where: Filter | None = None) -> Iterator[Record]:
        """Every stored article, newest publication first; with a filter (any audience), those it lets through."""
        ...
    def stats(self) -> Stats: ...

    # writing
    def add(self, items: Sequence[tuple[Article, Sequence[Passage], Embedded]]) -> None:
        """Store the articles in one transaction, replacing earlier versions of the same id."""
        ...
    def remove(self, article_id: str) -> bool: ...
    def reconcile(self) -> None:
        """Bring Chroma level with SQLite if this process owns it or can get the lock."""
        ...
    def close(self) -> None: ...
