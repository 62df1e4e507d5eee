"""One file holds an archive, also while others write."""

from __future__ import annotations

import resource
import threading
from pathlib import Path

import pytest

from tests.archive_data import article, item, opened, put, settings
from vectorstore.backup import backup, restore
from vectorstore.errors import ArchiveError, NotAnArchive
from vectorstore.rows import vectored
from vectorstore.schema import FILE_NAME
from vectorstore.types import Standing


def test_a_backup_made_while_others_write_is_one_moment(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    stop = threading.Event()
    written = threading.Event()

    def write() -> None:
        with opened(tmp_path / "data") as writer:
            number = 0
            while not stop.is_set():
                put(writer, *(article(f"{number}-{half}", f"Report {number} part {half}.") for half in "ab"))
                number += 1
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    written.wait(30)
    backup(settings(tmp_path / "data"), tmp_path / "copy.citedesk")
    stop.set()
    writer.join()
    restore(settings(tmp_path / "new"), tmp_path / "copy.citedesk")
    with opened(tmp_path / "new") as archive:
        titles = [record.article.source.title for record in archive.articles()]
        halves = [title[:-2] for title in titles if title != "first"]
        assert halves
        assert all(halves.count(number) == 2 for number in halves)
        assert archive.search("river Dun")[0].passage.text == "The river Dun rose."
        assert archive.reconcile()
        assert archive.stats().pending == 0


def test_a_restored_archive_is_its_own(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    restore(settings(tmp_path / "new"), tmp_path / "copy")
    with opened(tmp_path / "data") as one, opened(tmp_path / "new") as two:
        assert one._collection_name() != two._collection_name()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    with pytest.raises(ArchiveError, match="exists already"):
        backup(settings(tmp_path / "data"), tmp_path / "copy")
    with pytest.raises(ArchiveError, match="holds an archive already"):
        restore(settings(tmp_path / "data"), tmp_path / "copy")


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    for folder in (tmp_path / "nowhere", tmp_path / "data" / FILE_NAME):
        with pytest.raises(ArchiveError, match=f"^cannot write {folder}/copy: .*Choose a folder"):
            backup(settings(tmp_path / "data"), folder / "copy")


def test_a_disk_that_is_full_is_the_one_of_the_file(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(ArchiveError, match=f"^cannot write {tmp_path}/copy: .*Choose a folder"):
            backup(settings(tmp_path / "data"), tmp_path / "copy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_an_archive_without_articles_gives_way(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    opened(tmp_path / "new").close()
    restore(settings(tmp_path / "new"), tmp_path / "copy")
    with opened(tmp_path / "new") as archive:
        assert archive.stats().articles == 1


def test_whoever_opened_the_archive_before_goes_on_with_what_is_restored(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    with opened(tmp_path / "new") as writer:
        assert writer.search("river Dun") == []
        restore(settings(tmp_path / "new"), tmp_path / "copy")
        assert [match.source.title for match in writer.search("river Dun")] == ["first"]
        put(writer, article("second", "Dockers walked out."))
    with opened(tmp_path / "new") as archive:
        assert {record.article.source.title for record in archive.articles()} == {"first", "second"}
        assert archive.reconcile()


def test_what_is_stored_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    refusals: list[ArchiveError] = []

    def bring_back() -> None:
        try:
            restore(settings(tmp_path / "new"), tmp_path / "copy")
        except ArchiveError as error:
            refusals.append(error)

    at_work = threading.Thread(target=bring_back)

    def meanwhile(_: object) -> None:
        at_work.start()
        at_work.join(0.5)  # it looks at the archive, in which nothing is committed yet

    with opened(tmp_path / "new") as writer:
        found, passages, embedded = item(article("second", "Dockers walked out."))
        writer._catalogue.store([(found, vectored(passages, embedded))], {}, then=meanwhile)
        at_work.join()
        assert writer.stats().articles == 1
    assert "holds an archive already" in str(refusals)
    with opened(tmp_path / "new") as archive:
        assert [record.article.source.title for record in archive.articles()] == ["second"]


def test_a_bad_file_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "garbage").write_bytes(b"garbage" * 500)
    gone = article("first", "The river Dun rose.")
    with opened(tmp_path / "data") as archive:
        put(archive, gone)
        archive.remove(gone.id)
    for file in ("garbage", "missing"):
        with pytest.raises(ArchiveError):
            restore(settings(tmp_path / "data"), tmp_path / file)
    with opened(tmp_path / "data") as archive:
        assert archive.standing(gone) == Standing.REMOVED


def test_leftovers_of_another_archive_are_not_mixed_in(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
        backup(settings(tmp_path / "data"), tmp_path / "copy")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / f"{FILE_NAME}-wal").write_bytes(b"left by a kill")
    with pytest.raises(ArchiveError, match="-wal"):
        restore(settings(tmp_path / "new"), tmp_path / "copy")


def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "garbage").write_bytes(b"garbage" * 500)
    with pytest.raises(NotAnArchive):
        restore(settings(tmp_path / "new"), tmp_path / "garbage")
    with pytest.raises(ArchiveError, match="there is no file"):
        restore(settings(tmp_path / "new"), tmp_path / "missing")
    with pytest.raises(ArchiveError, match="there is no archive"):
        backup(settings(tmp_path / "new"), tmp_path / "copy")
    assert not (tmp_path / "new" / FILE_NAME).exists()
    assert not (tmp_path / "copy").exists()
