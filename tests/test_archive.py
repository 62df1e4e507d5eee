"""The archive's promises, with every way of finding nearest vectors behind it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.archive_data import article, many, opened, put, random_vectors, replace_text, settings
from tests.conftest import ChromaServer
from vectorstore import dense
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded
from vectorstore.errors import ArchiveError, IndexUnavailable, NewerArchive, NotAnArchive, WrongModel
from vectorstore.keeper import Keeper
from vectorstore.schema import FILE_NAME, FORMAT
from vectorstore.types import Article, Filter, Passage, Source, Span, Standing

FLOOD = "The river Dun rose by three metres on Monday.\nMayor Ada Holt closed both bridges."
STRIKE = "Dockers in Wexcombe walked out on Friday.\nThe union wants a raise of nine percent."


@pytest.fixture(params=["exact", "embedded", "server"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """An archive whose nearest vectors come from each place in turn."""
    more: dict[str, object] = {}
    if request.param == "server":
        server: ChromaServer = request.getfixturevalue("chroma_server")
        more = {"chroma_url": server.url, "chroma_timeout": 20.0}
    other = Keeper(tmp_path / "data", "somebody else's")
    if request.param == "exact":
        assert other.claim()
    with opened(tmp_path / "data", **more) as made:
        yield made
        if made.stats().passages:
            made._dense_of_build().query(random_vectors(1)[0], 1)
            assert made._dense_of_build().is_exact == (request.param == "exact")
    other.release()


def texts(archive: Archive, question: str, **more: object) -> list[str]:
    return [match.passage.text for match in archive.search(question, 10, Filter(**more))]  # type: ignore[arg-type]


def level(archive: Archive) -> None:
    archive.reconcile()


def leave(archive: Archive) -> None:
    """Leave the changes in the outbox."""


@pytest.mark.parametrize("settle", [level, leave], ids=["applied", "waiting"])
class TestSearch:
    def test_finds_the_passage_and_its_source(
        self, archive: Archive, settle: Callable[[Archive], None]
    ) -> None:
        put(archive, article("flood", FLOOD, publisher="Dun Post"), article("strike", STRIKE))
        settle(archive)
        best = archive.search("Which bridges did the mayor close?")[0]
        assert best.passage.text == "Mayor Ada Holt closed both bridges."
        assert (best.source.title, best.source.publisher) == ("flood", "Dun Post")
        assert best.source.url == "https://news.example/flood"

    def test_replaced_text_no_longer_answers(
        self, archive: Archive, settle: Callable[[Archive], None]
    ) -> None:
        old = article("flood", FLOOD)
        put(archive, old)
        settle(archive)
        assert "Mayor Ada Holt closed both bridges." in texts(archive, "mayor bridges")
        put(archive, replace_text(old, "Mayor Ada Holt opened one bridge."))
        settle(archive)
        assert texts(archive, "mayor bridges") == ["Mayor Ada Holt opened one bridge."]

    def test_removed_article_is_gone_from_every_index(
        self, archive: Archive, settle: Callable[[Archive], None]
    ) -> None:
        flood, strike = article("flood", FLOOD), article("strike", STRIKE)
        put(archive, flood, strike)
        settle(archive)
        texts(archive, "river")
        assert archive.remove(flood.id)
        settle(archive)
        assert {m.passage.article_id for m in archive.search("river Dun mayor bridges")} == {strike.id}
        assert archive.article(flood.id) is None
        assert not archive.remove(flood.id)

    def test_stale_metadata_is_gone_after_storing_again(
        self, archive: Archive, settle: Callable[[Archive], None]
    ) -> None:
        put(archive, article("flood", FLOOD, publisher="Old Name"))
        settle(archive)
        put(archive, article("flood", FLOOD, publisher="New Name"))
        settle(archive)
        assert texts(archive, "river", publishers=("Old Name",)) == []
        assert [m.source.publisher for m in archive.search("river")] == ["New Name", "New Name"]

    def test_two_character_chinese_word(self, archive: Archive, settle: Callable[[Archive], None]) -> None:
        put(archive, article("cn", "国防部长周三证实，朝鲜已派兵前往。"), article("flood", FLOOD))
        settle(archive)
        best = archive.search("朝鲜")[0]
        assert best.passage.text.startswith("国防部长")
        assert best.lexical > 0

    def test_filters(self, archive: Archive, settle: Callable[[Archive], None]) -> None:
        march = datetime(2025, 3, 1, tzinfo=UTC)
        put(
            archive,
            article("a", "The river rose in March.", publisher="Dun Post", published=march),
            article("b", "The river fell in May.", publisher="Sea News", published=march.replace(month=5)),
            article("c", "The river froze."),
        )
        settle(archive)
        assert len(texts(archive, "river")) == 3
        assert texts(archive, "river", publishers=("dun post",)) == ["The river rose in March."]
        assert texts(archive, "river", since=march.replace(month=4)) == ["The river fell in May."]
        assert texts(archive, "river", until=march) == ["The river rose in March."]
        assert texts(archive, "river", publishers=("Nobody",)) == []

    def test_private_articles_answer_only_in_their_channel(
        self, archive: Archive, settle: Callable[[Archive], None]
    ) -> None:
        put(archive, article("open", "The river rose."), article("secret", "The dam broke.", audience="C1"))
        settle(archive)
        assert texts(archive, "dam broke") == ["The river rose."]
        assert texts(archive, "dam broke", audience="C2") == ["The river rose."]
        assert texts(archive, "dam broke", audience="C1")[0] == "The dam broke."


def test_an_archive_of_one_passage_answers(archive: Archive) -> None:
    put(archive, article("one", "The dam broke."))
    match = archive.search("dam")[0]
    assert match.passage.text == "The dam broke."
    assert match.fused > 0


def test_empty_archive_finds_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        assert archive.search("anything") == []
        assert archive.stats().articles == 0


def test_more_than_sqlite_and_chroma_take_at_once(archive: Archive) -> None:
    bulk = _, passages, embedded = many(33_500)
    archive.add([bulk])
    applied = archive.reconcile()
    assert archive.stats().pending == (0 if applied else 33_500)
    hits = archive._dense_of_build().query(embedded.passages[33_000], 3)
    assert hits[0] == (passages[33_000].id, pytest.approx(1.0, abs=1e-4))
    assert len(archive.search("line number 33000", 10)) == 10


def test_a_broad_filter_finds_enough(archive: Archive) -> None:
    """More passages pass than are searched row by row, and the nearest ones overall do not pass."""
    near, passages, _ = many(600, prefix="near")
    question = archive.embedder.encode_query("rivers")
    close = [question + 0.01 * v for v in random_vectors(600)]
    stacked = random_vectors(600) * 0 + close
    archive.add([(near, passages, Embedded(stacked, tuple(stacked[i : i + 1] for i in range(600))))])
    big, more, vectors = many(5_200, seed=3, prefix="far")
    kept = big.source.__class__(title="far", url=big.source.url, publisher="Far Press")
    archive.add([(big.__class__(kept, big.text, big.origin), more, vectors)])
    archive.reconcile()
    found = archive.search("rivers", 20, Filter(publishers=("Far Press",)))
    assert len(found) == 20
    assert {match.source.publisher for match in found} == {"Far Press"}


def test_standing(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        flood = article("flood", FLOOD)
        assert archive.standing(flood) == Standing.NEW
        put(archive, flood)
        assert archive.standing(flood) == Standing.UNCHANGED
        assert archive.standing(article("flood", FLOOD, author="A. Reporter")) == Standing.CHANGED
        assert archive.standing(article("flood", STRIKE)) == Standing.CHANGED
        copy = article("copy", FLOOD)
        assert archive.standing(copy) == Standing.DUPLICATE
        assert archive.link(copy) == flood.id
        assert archive.standing(copy) == Standing.UNCHANGED
        assert archive.search("river")[0].also_in == (copy.origin,)
        archive.remove(flood.id)
        assert [archive.standing(each) for each in (flood, copy)] == [Standing.REMOVED, Standing.REMOVED]
        assert archive.standing(copy, named=True) == Standing.NEW


def test_a_copy_keeps_the_text_that_changed_elsewhere(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        flood, copy = article("flood", FLOOD), article("copy", FLOOD)
        put(archive, flood)
        archive.link(copy)
        put(archive, replace_text(flood, STRIKE))
        assert {record.article.origin: record.article.text for record in archive.articles()} == {
            flood.origin: STRIKE,
            copy.origin: FLOOD,
        }
        assert archive.search("mayor bridges")[0].source.url == copy.source.url


def test_versions_are_kept_and_corrections_dated(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        flood = article("flood", FLOOD)
        put(archive, flood)
        put(archive, replace_text(flood, STRIKE))
        record = archive.article(flood.id)
        assert record is not None
        assert (record.versions, record.article.text) == (2, STRIKE)
        assert record.corrected is not None
        assert [(number, text) for number, _, text in archive.versions(flood.id)] == [(1, FLOOD)]


def test_public_and_private_never_meet(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD))
        longer = article("flood", FLOOD + "\nOnly subscribers read this.", audience="C1")
        assert archive.standing(longer) == Standing.NEW
        put(archive, longer)
        assert archive.search("river")[0].source.audience == ""
        assert "Only subscribers read this." not in texts(archive, "only subscribers read")
        assert "Only subscribers read this." in texts(archive, "only subscribers read", audience="C1")
        assert archive.standing(longer) == Standing.UNCHANGED


def test_a_private_copy_leaves_no_trace_in_the_public_article(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        public, private = article("flood", FLOOD), article("intranet", FLOOD, audience="C1")
        put(archive, public)
        assert archive.standing(private) == Standing.DUPLICATE
        assert archive.link(private) == public.id
        assert archive.search("river")[0].also_in == ()
        other = article("elsewhere", STRIKE, audience="C1")
        put(archive, other)
        assert archive.standing(article("open", STRIKE)) == Standing.NEW


def test_a_link_is_one_whatever_is_in_it(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        told = replace(
            article("flood", FLOOD), origin="id:x\nhttps://post.example/real", source=Source("Flood")
        )
        put(archive, told, article("strike", STRIKE))
        link = replace(told, origin="id:y\nhttps://post.example/other")
        archive.link(link)
        record = archive.article(told.id)
        assert record
        assert record.links == (told.origin, link.origin)
        assert archive.search("river")[0].also_in == ()


def test_publishers_are_found_in_any_case(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD, publisher="Ärzteblatt"))
        assert len(texts(archive, "river", publishers=("ärzteBLATT",))) == 2


def test_another_connection_sees_the_new_state_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as reader, opened(tmp_path) as writer:
        put(writer, article("flood", FLOOD))
        assert texts(reader, "river")[0].startswith("The river Dun")
        writer.reconcile()
        put(writer, article("strike", STRIKE))
        assert texts(reader, "dockers walked")[0].startswith("Dockers")
        writer.remove(article("flood", FLOOD).id)
        assert all("Dun" not in text for text in texts(reader, "river Dun"))


def test_the_wrong_model_is_refused_and_rebuild_named(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD))
    from vectorstore.settings import Settings

    with pytest.raises(WrongModel, match="ingest --rebuild"):
        Archive.open(Settings(tmp_path, embedding_model="another-model"))
    with pytest.raises(WrongModel, match="ingest --rebuild"):
        Archive.open(settings(tmp_path), chunker="another chunker")


def test_rebuild_with_another_chunker_swaps_all_passages(tmp_path: Path) -> None:
    def whole(article, embedder):  # type: ignore[no-untyped-def]
        return [Passage(article.id, 0, len(article.text), article.text, (Span(0, len(article.text)),))]

    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD), article("strike", STRIKE))
        archive.reconcile()
    with Archive.open(settings(tmp_path), chunker="whole", check_model=False) as archive:
        archive.rebuild(whole)
        archive.reconcile()
        assert archive.stats().passages == 2
        assert archive.stats().pending == 0
    with Archive.open(settings(tmp_path), chunker="whole") as archive:
        assert texts(archive, "mayor bridges")[0] == FLOOD
        folders = [path for path in (tmp_path / "index").iterdir() if path.is_dir()]
        assert len(folders) == 1


def test_an_article_that_changes_while_it_is_embedded_again(tmp_path: Path) -> None:
    """The passages made from the text before must not come in with the swap."""
    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD))
    with (
        opened(tmp_path) as ingesting,
        Archive.open(settings(tmp_path), chunker="whole", check_model=False) as archive,
    ):

        def cut(article, embedder):  # type: ignore[no-untyped-def]
            if article.text == FLOOD:
                put(ingesting, replace_text(article, STRIKE))
            return [Passage(article.id, 0, len(article.text), article.text, (Span(0, len(article.text)),))]

        archive.rebuild(cut)
        assert texts(archive, "river dockers") == [STRIKE]


def test_a_running_reader_notices_the_swap(tmp_path: Path) -> None:
    with opened(tmp_path) as reader:
        put(reader, article("flood", FLOOD))
        with sqlite3.connect(tmp_path / FILE_NAME) as other:
            other.execute("UPDATE meta SET value = 'another' WHERE key = 'model'")
        with pytest.raises(WrongModel, match="ingest --rebuild"):
            reader.search("river")


def test_an_archive_from_a_newer_version_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as newer:
        newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(NewerArchive, match="newer Citedesk"):
        opened(tmp_path)


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(NotAnArchive, match=r"thesis\.doc"):
        opened(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as other:
        other.execute("CREATE TABLE theirs (x)")
    with pytest.raises(NotAnArchive, match="not a Citedesk archive"):
        opened(tmp_path)


def test_a_damaged_catalogue_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"garbage" * 1000)
    with pytest.raises(ArchiveError, match="bot restore"):
        opened(tmp_path)


def test_a_file_as_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="CITEDESK_DATA_DIR"):
        opened(tmp_path / "file")


def test_source_survives_storage(tmp_path: Path) -> None:
    card = Source(
        title="Titel „ß“",
        publisher="P",
        author="A",
        url="https://news.example/x",
        published=datetime.fromisoformat("2024-10-23T18:00:00+09:00"),
        language="de",
        fetched_at=datetime(2024, 10, 24, tzinfo=UTC),
        audience="C9",
        incomplete=True,
    )
    with opened(tmp_path) as archive:
        stored = Article(card, FLOOD, "https://news.example/x", "a summary")
        put(archive, stored)
        record = archive.article(stored.id)
        assert record is not None
        assert record.article.source == card
        assert record.article.summary == "a summary"


def test_a_server_that_stops_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "RETRY_SECONDS", 0.2)
    server = ChromaServer(tmp_path / "server")
    server.start()
    with opened(tmp_path / "data", chroma_url=server.url, chroma_timeout=20.0) as archive:
        put(archive, article("flood", FLOOD))
        archive.reconcile()
        assert texts(archive, "river")[0].startswith("The river")
        assert not archive._dense_of_build().is_exact
        server.stop()
        assert texts(archive, "river")[0].startswith("The river")
        assert archive._dense_of_build().is_exact
        put(archive, article("strike", STRIKE))
        with pytest.raises(IndexUnavailable):
            archive.reconcile()
        assert texts(archive, "dockers walked")[0].startswith("Dockers")
        server.start()
        assert archive.reconcile()
        time.sleep(0.3)
        assert texts(archive, "dockers walked")[0].startswith("Dockers")
        assert not archive._dense_of_build().is_exact
        assert archive.stats().pending == 0
    server.stop()


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_an_index_that_lost_vectors_is_not_believed_while_a_change_waits(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "RETRY_SECONDS", 0.0)
    more: dict[str, object] = {}
    if kind == "server":
        more = {"chroma_url": request.getfixturevalue("chroma_server").url, "chroma_timeout": 20.0}
    with opened(tmp_path, **more) as archive:
        put(archive, article("flood", FLOOD), article("strike", STRIKE))
        archive.reconcile()
        index = archive._backend_of_build().open()
        index.delete(archive._lookup.vectors(Filter())[0])
    with opened(tmp_path, **more) as archive:
        put(archive, article("fair", "A fair opened in Corran."))
        vector = random_vectors(1, archive.embedder.dimension)[0]
        nearest = archive._dense_of_build()
        assert len(nearest.query(vector, 10)) == 5
        assert nearest.is_exact
        archive._backend_of_build()._helper._child.wait(30)
        assert len(nearest.query(vector, 10)) == 5
        assert (nearest.is_exact, archive.stats().pending) == (False, 0)


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_an_index_is_believed_while_what_it_lacks_or_still_has_waits(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    more: dict[str, object] = {}
    if kind == "server":
        more = {"chroma_url": request.getfixturevalue("chroma_server").url, "chroma_timeout": 20.0}
    with opened(tmp_path, **more) as archive:
        put(archive, article("flood", FLOOD), article("strike", STRIKE))
        archive.reconcile()
    with opened(tmp_path, **more) as archive:
        archive.remove(article("flood", FLOOD).id)
        put(archive, article("fair", "A fair opened in Corran."))
        vector = random_vectors(1, archive.embedder.dimension)[0]
        assert len(archive._dense_of_build().query(vector, 10)) == 5  # two of them are dead
        assert (archive._dense_of_build().is_exact, archive.stats().pending) == (False, 3)


def test_two_archives_on_one_server_do_not_meet(tmp_path: Path, chroma_server: ChromaServer) -> None:
    more = {"chroma_url": chroma_server.url, "chroma_timeout": 20.0}
    with opened(tmp_path / "a", **more) as one, opened(tmp_path / "b", **more) as two:
        put(one, article("flood", FLOOD))
        put(two, article("strike", STRIKE))
        one.reconcile(), two.reconcile()
        assert {m.source.title for m in one.search("river dockers")} == {"flood"}
        assert {m.source.title for m in two.search("river dockers")} == {"strike"}


def test_passages_of_another_make_are_never_mixed_in(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        put(archive, article("flood", FLOOD))
        late = Archive.open(settings(tmp_path), chunker="test")
        with sqlite3.connect(tmp_path / FILE_NAME) as other:
            other.execute("UPDATE meta SET value = 'rebuilt' WHERE key = 'chunker'")
        with late, pytest.raises(WrongModel, match="ingest"):
            put(late, article("strike", STRIKE))
        assert archive.stats().articles == 1
