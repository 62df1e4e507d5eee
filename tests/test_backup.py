"""One file holds an archive, also while others write."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.archive_data import article, opened, put, settings
from vectorstore.backup import backup, restore
from vectorstore.errors import ArchiveError, NotAnArchive
from vectorstore.schema import FILE_NAME


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


def test_an_archive_without_articles_gives_way(tmp_path: Path) -> None:
    with opened(tmp_path / "data") as archive:
        put(archive, article("first", "The river Dun rose."))
    backup(settings(tmp_path / "data"), tmp_path / "copy")
    opened(tmp_path / "new").close()
    restore(settings(tmp_path / "new"), tmp_path / "copy")
    with opened(tmp_path / "new") as archive:
        assert archive.stats().articles == 1


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
