"""One file holds an archive: a consistent copy of the catalogue, from which every index can be made again."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing, suppress
from pathlib import Path

from vectorstore import schema
from vectorstore.archive import claim_folder
from vectorstore.catalogue import Catalogue, translated
from vectorstore.errors import ArchiveBusy, ArchiveError, DiskFull, NotAnArchive
from vectorstore.lookup import Lookup
from vectorstore.settings import Settings


def backup(settings: Settings, file: Path) -> None:
    """Write the archive to `file`, as of one moment, while others may write on.

    Raises ArchiveError when there is no archive, `file` exists, or cannot be written.
    """
    if not (settings.data_dir / schema.FILE_NAME).is_file():
        raise ArchiveError(
            f"there is no archive in {settings.data_dir}. Run `ingest` on some articles first."
        )
    if file.exists():
        raise ArchiveError(f"{file} exists already. Name another file, or remove it first.")
    part = file.with_name(f".{file.name}.{uuid.uuid4().hex[:8]}")
    catalogue = Catalogue(settings.data_dir)
    try:
        part.touch()  # SQLite would not say that it is the folder
        with translated(catalogue.path):
            catalogue.connection.execute("VACUUM INTO ?", (str(part),))
        os.replace(part, file)
    except (OSError, DiskFull) as error:
        why = error.strerror if isinstance(error, OSError) else error.__cause__
        raise ArchiveError(
            f"cannot write {file}: {why}. Choose a folder you may write, with room."
        ) from error
    finally:
        catalogue.close()
        with suppress(OSError):
            part.unlink()


def restore(settings: Settings, file: Path) -> None:
    """Make the data folder's archive from a backup; the vector index is built at the next `ingest`.

    Raises ArchiveError when the folder holds an archive already, or `file` is no backup of ours.
    """
    _check(file)
    folder, target = settings.data_dir, settings.data_dir / schema.FILE_NAME
    if target.exists():
        with closing(Catalogue(folder)) as archive:
            _refuse_articles(archive)
    elif left := [path.name for path in folder.glob(f"{schema.FILE_NAME}-*")]:
        raise ArchiveError(
            f"{folder} still holds {', '.join(left)} of an archive that was there. Move them away too."
        )
    claim_folder(folder)
    part = folder / f".{uuid.uuid4().hex[:8]}.sqlite3"
    try:
        _copy(file, part)
        with closing(Catalogue(folder)) as archive, closing(Catalogue(folder)) as seen:
            _fill(archive, part, seen)
    except OSError as error:
        raise ArchiveError(f"cannot restore into {folder}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _fill(archive: Catalogue, part: Path, seen: Catalogue) -> None:
    """Put the content of `part` in place of the archive's, in one transaction, so that whoever has it open goes on.

    `seen` is the same archive, looked at once nobody else can write. Raises ArchiveError when it holds an article.
    """

    def look(status: int, left: int, pages: int) -> None:
        if status == sqlite3.SQLITE_BUSY:
            raise ArchiveBusy(f"{archive.path} is locked by another process. Try again when it is done.")
        if left == pages - 1:  # the first page holds the lock
            _refuse_articles(seen)

    with translated(archive.path), closing(sqlite3.connect(part)) as source:
        source.backup(archive.connection, pages=1, progress=look)


def _refuse_articles(archive: Catalogue) -> None:
    if Lookup(archive).totals()[0]:  # one without articles gives way: asking a question makes it
        raise ArchiveError(
            f"{archive.path.parent} holds an archive already. Move the whole folder away first, or set "
            "CITEDESK_DATA_DIR to a new one."
        )


def _check(file: Path) -> None:
    if not file.is_file():
        raise ArchiveError(f"there is no file {file}. Name the file that `bot backup` wrote.")
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            ours = connection.execute("PRAGMA application_id").fetchone()[0] == schema.APPLICATION_ID
            whole = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise NotAnArchive(f"{file} is not a backup of a Citedesk archive ({error}).") from error
    if not ours or not whole:
        raise NotAnArchive(f"{file} is {'a damaged' if ours else 'not a'} backup of a Citedesk archive.")


def _copy(file: Path, part: Path) -> None:
    with translated(part):
        source = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        target = sqlite3.connect(part, isolation_level=None)
        try:
            source.backup(target)
            schema.prepare(target, file)  # whoever has the archive open knows today's format only
            # An archive of its own: the original may go on under the old name, on the same Chroma server.
            target.execute("UPDATE meta SET value = ? WHERE key = 'archive_id'", (uuid.uuid4().hex[:12],))
            target.execute("DELETE FROM outbox")
            target.execute(
                "INSERT INTO outbox SELECT id, 0, row_number() OVER (ORDER BY number) FROM passages"
            )
        finally:
            source.close()
            target.close()
