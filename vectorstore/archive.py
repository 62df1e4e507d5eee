"""The archive: articles in, passages with their sources out. SQLite is the truth, Chroma a disposable index."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from vectorstore.backends import Backend, EmbeddedBackend, ServerBackend
from vectorstore.catalogue import Catalogue
from vectorstore.dense import Dense
from vectorstore.embedder import Embedded, Embedder
from vectorstore.errors import ArchiveError, EmbeddingModelError, IndexUnavailable, NotAnArchive, WrongModel
from vectorstore.loading import Loading
from vectorstore.lookup import Lookup
from vectorstore.outbox import Outbox
from vectorstore.rebuild import Cut, Progress, rebuild
from vectorstore.rows import vectored
from vectorstore.schema import FILE_NAME
from vectorstore.search import Search
from vectorstore.settings import Settings
from vectorstore.sightings import Sightings
from vectorstore.stories import Stories
from vectorstore.types import Article, Filter, Match, Original, Passage, Record, Standing, Stats

log = logging.getLogger(__name__)

EVERYTHING = Filter()


class Archive:
    """One archive of one data folder; a context manager, for one thread at a time.

    Everything raises ArchiveError or its kin; a failing Chroma is never an error, only slower.
    """

    def __init__(self, settings: Settings, embedder: Embedder | None, chunker: str, one_shot: bool) -> None:
        self._settings = settings
        self._embedder = embedder
        self._chunker = chunker
        self._one_shot = one_shot
        self._catalogue = Catalogue(settings.data_dir)
        self._lookup = Lookup(self._catalogue)
        self._outbox = Outbox(self._catalogue)
        self._stories = Stories(self._catalogue)
        self._search = Search(self._lookup, self._stories)
        self._dense: Dense | None = None
        self._backend: Backend | None = None
        self._build = ""
        self._loading: Loading[Embedder] | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        embedder: Embedder | None = None,
        *,
        chunker: str = "",
        one_shot: bool = False,
        check_model: bool = True,
    ) -> Self:
        """Open or create the archive of `settings.data_dir`.

        `embedder` is loaded from the settings on first use unless given. Who writes names its `chunker`. `one_shot`
        says that one question is asked and the process ends, so Chroma is opened only where that pays.
        Raises NotAnArchive, NewerArchive, WrongModel, ArchiveError.
        """
        claim_folder(settings.data_dir)
        archive = cls(settings, embedder, chunker, one_shot)
        try:
            if check_model:
                archive._check_model()
        except BaseException:
            archive.close()
            raise
        return archive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def id(self) -> str:
        """What tells this archive from every other."""
        return self._catalogue.fact("archive_id")

    def close(self) -> None:
        """Close Chroma properly, then the catalogue; safe to call twice."""
        try:
            if self._dense is not None:
                self._dense.close()
            if self._backend is not None:
                self._backend.close()
        finally:
            self._catalogue.close()

    @property
    def model_name(self) -> str:
        """The name of the embedding model, which is not loaded for it."""
        return self._embedder.name if self._embedder else self._settings.embedding_model

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded on first use. Raises EmbeddingModelError."""
        if self._embedder is None:
            self.warm_up()
            assert self._loading is not None
            try:
                self._embedder = self._loading.result()
            except EmbeddingModelError:
                self._loading = None  # tried again at the next question
                raise
        return self._embedder

    def warm_up(self) -> None:
        """Start to load the embedding model, without waiting for it."""
        from vectorstore.model import load_embedder

        if self._embedder is None and self._loading is None:
            chosen = self._settings
            load = partial(load_embedder, chosen.embedding_model, chosen.engine, chosen.cache_dir)
            self._loading = Loading(load)

    # -- reading

    def search(self, question: str, k: int = 10, where: Filter = EVERYTHING) -> list[Match]:
        """The k best passages for the question, best first, each article's text as it stands now.

        Of near-copies only one is among them; the others are links in its `also_in`.
        """
        self._check_model()
        if not self._lookup.count(where):
            return []
        vector = self.embedder.encode_query(question)
        return self._search.matches(question, vector, k, where, self._dense_of_build())

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Smoothed inverse document frequency (natural log, > 0) of each lexical term among the passages."""
        return self._search.weights(terms)

    def article(self, article_id: str) -> Record | None:
        """The stored article of this id."""
        return self._lookup.record(article_id)

    def articles(self, where: Filter | None = None) -> Iterator[Record]:
        """Every stored article, newest publication first, undated last; `where` filters all but the audience."""
        return self._lookup.records(where)

    def versions(self, article_id: str) -> list[tuple[int, str, str]]:
        """Replaced versions of an article, oldest first: number, ISO time of replacement, text."""
        return self._lookup.versions(article_id)

    def original(self, article_id: str) -> Original | None:
        """The article's text before clean-up, and where the clean words stand in it; None if it came without."""
        return self._lookup.original(article_id)

    @property
    def sightings(self) -> Sightings:
        """Which short paragraphs each publisher's articles open and end with."""
        return Sightings(self._catalogue)

    def story(self, article_id: str) -> list[Record]:
        """The members of the article's story, itself included, the canonical one first; empty for no such article."""
        place = self._stories.places([article_id]).get(article_id)
        members = self._stories.members(place.story) if place else [article_id]
        return [record for record in map(self._lookup.record, members) if record]

    def newest(self, limit: int) -> list[Record]:
        """The public articles published last, at most `limit`, newest first."""
        return self._lookup.newest(limit)

    def stats(self, *, public: bool = False) -> Stats:
        """Counts and sizes; `public` counts the articles that everybody may be answered from."""
        articles, passages, pending = self._lookup.totals()
        if public:
            articles, passages = self._lookup.public_totals()
        undated, unnamed = self._lookup.gaps()
        folder = self._settings.data_dir
        return Stats(
            articles=articles,
            passages=passages,
            pending=pending,
            bytes_sqlite=sum(map(_size, folder.glob(f"{FILE_NAME}*"))),
            bytes_index=sum(
                _size(Path(at) / name) for at, _, names in os.walk(folder / "index") for name in names
            ),
            model=self._catalogue.fact("model"),
            generation=self._catalogue.generation,
            publishers=tuple(self._lookup.publishers()),
            undated=undated,
            without_publisher=unnamed,
        )

    # -- writing

    def standing(self, article: Article, *, named: bool = False) -> Standing:
        """What storing `article` would do; `named`: the user asked for this very one, removed before or not."""
        return self._catalogue.standing(article, named=named)

    def holder(self, key: str) -> str:
        """The id of the article that stands at this place (see Article.key); empty for none."""
        return self._lookup.holder(key)

    def restriction(self, origin: str) -> str:
        """The audience an article of this origin was restricted to; empty when everybody may read it, or it is new."""
        return self._lookup.restriction(origin)

    def link(self, article: Article) -> str:
        """Record a duplicate's origin as one more link of the stored article; its id, empty if it is gone."""
        return self._catalogue.link(article)

    def add(self, items: Sequence[tuple[Article, Sequence[Passage], Embedded]]) -> None:
        """Store articles in one transaction, replacing earlier versions; on return they are safe and searchable."""
        self._check_model()
        embedder = self.embedder
        made_with = {"model": embedder.name, "dimension": str(embedder.dimension), "chunker": self._chunker}
        touched = self._stories.with_members(article.id for article, _, _ in items)
        self._catalogue.store(
            [(article, vectored(passages, found)) for article, passages, found in items],
            made_with,
            then=lambda heirs: self._stories.sort_now(touched.union(heirs)),
        )
        self._stories.sort_in(touched)

    def remove(self, article_id: str) -> bool:
        """Take an article out of every index; False when there is none of this id."""
        touched = self._stories.with_members([article_id])
        removed = self._catalogue.remove(article_id, then=lambda _: self._stories.sort_now(touched))
        self._stories.sort_in(touched)
        return removed

    def unlink(
        self, origin: str, audience: str | None = None, spared: Container[str] = frozenset()
    ) -> list[str]:
        """Forget one place of a text; the ids of the articles that stood nowhere else and are gone.

        For every audience and with the members of a file, or for the one `audience` (empty: everybody); `spared` keys
        stay.
        """
        gone = self._catalogue.unlink(origin, audience, spared)
        self._stories.sort_in()
        return gone

    def rebuild(self, cut: Cut, progress: Progress | None = None) -> None:
        """Index again, with the settings' model and this program's chunker; see vectorstore/rebuild.py.

        For an archive opened with `check_model=False`. `cut` makes an article's passages; `progress(done, total)`.
        """
        if self._catalogue.fact("model"):
            rebuild(self._catalogue, self.embedder, self._chunker, cut, progress)

    def reconcile(self) -> bool:
        """Sort in what has no story yet, and bring Chroma level with SQLite.

        False when another process owns Chroma (it will, or the next `ingest` does).
        Raises IndexUnavailable when Chroma fails; searches are right all the same.
        """
        self._stories.sort_in()
        backend = self._backend_of_build()
        if backend is None:
            return True
        try:
            return backend.level()
        except OSError as error:
            raise IndexUnavailable(f"the vector index cannot be written: {error}") from error
        finally:
            if self._dense is None or self._dense.is_exact:
                backend.close()

    # -- inside

    def _dense_of_build(self) -> Dense:
        backend = self._backend_of_build()
        if self._dense is None:
            assert backend is not None
            self._dense = Dense(self._catalogue, backend, one_shot=self._one_shot)
        return self._dense

    def _backend_of_build(self) -> Backend | None:
        """The Chroma of the archive's present build; None before anything was stored."""
        name = self._collection_name()
        if not name:
            return None
        if name != self._build:
            if self._dense is not None:
                self._dense.close()
            kind = ServerBackend if self._settings.chroma_url else EmbeddedBackend
            self._build, self._dense = name, None
            self._backend = kind(self._catalogue, self._settings, name)
        return self._backend

    def _collection_name(self) -> str:
        """Named by archive, build, model, dimension and chunker: another of these never touches this one."""
        fact = self._catalogue.fact
        if not fact("model"):
            return ""
        made_of = "/".join(fact(key) for key in ("model", "dimension", "chunker"))
        digest = hashlib.sha256(made_of.encode()).hexdigest()[:8]
        return f"citedesk-{fact('archive_id')}-{fact('build')}-{digest}"

    def _check_model(self) -> None:
        stored, chunker = self._catalogue.fact("model"), self._catalogue.fact("chunker")
        wanted = self.model_name
        if stored and stored != wanted:
            raise WrongModel(
                f"this archive was embedded with {stored!r}, but the settings name {wanted!r}. Run `ingest --rebuild` "
                f"to embed it again, or set CITEDESK_EMBEDDING_MODEL={stored}."
            )
        if self._chunker and chunker and self._chunker != chunker:
            raise WrongModel(
                "this archive was cut into passages by another version of Citedesk. "
                "Run `ingest --rebuild` to bring it up to date."
            )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # another process closed or rebuilt it just now
        return 0


def claim_folder(folder: Path) -> None:
    """Make the data folder, or refuse one that holds other files and no archive. Raises ArchiveError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise ArchiveError(
            f"cannot use the data folder {folder}: {error}. Set CITEDESK_DATA_DIR to a folder you may write."
        ) from error
    if (
        others
        and FILE_NAME not in others
        and not set(others) <= {"index", "ingest", "phrases.txt", "repl_history", "slack"}
    ):
        raise NotAnArchive(
            f"{folder} holds other files ({', '.join(sorted(others)[:3])}) and no Citedesk archive. "
            "Set CITEDESK_DATA_DIR to an empty or new folder."
        )
