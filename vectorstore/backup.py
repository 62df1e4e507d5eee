"""One file holds an archive: a consistent copy of the catalogue, from which every index can be made again."""

from __future__ import annotations

import os
import sqlite3
import uuid
from pathlib import Path

from vectorstore import schema
from vectorstore.archive import claim_folder
from vectorstore.catalogue import Catalogue, translated
from vectorstore.errors import ArchiveError, NotAnArchive
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
        with translated(catalogue.path):
            catalogue.connection.execute("VACUUM INTO ?", (str(part),))
        os.replace(part, file)
    except OSError as error:
        raise ArchiveError(f"cannot write {file}: {error}. Choose a folder you may write.") from error
    finally:
        catalogue.close()
        part.unlink(missing_ok=True)


def restore(settings: Settings, file: Path) -> None:
    """Make the data folder's archive from a backup; the vector index is built at the next `ingest`.

    Raises ArchiveError when the folder holds an archive already, or `file` is no backup of ours.
    """
    target = settings.data_dir / schema.FILE_NAME
    if target.exists() and not _removed_if_empty(settings.data_dir):
        raise ArchiveError(
            f"{settings.data_dir} holds an archive already. Move the whole folder away first, or set "
            "CITEDESK_DATA_DIR to a new one."
        )
    left = [path.name for path in settings.data_dir.glob(f"{schema.FILE_NAME}-*")]
    if left:
        raise ArchiveError(
            f"{settings.data_dir} still holds {', '.join(left)} of an archive that was there. Move them away too."
        )
    _check(file)
    claim_folder(settings.data_dir)
    part = settings.data_dir / f".{uuid.uuid4().hex[:8]}.sqlite3"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _copy(file, part)
        _publish(part, target)
    except OSError as error:
        raise ArchiveError(f"cannot restore into {settings.data_dir}: {error}.") from error
    finally:
        part.unlink(missing_ok=True)


def _removed_if_empty(folder: Path) -> bool:
    """Whether the archive in `folder` held no article: it is gone then; asking a question makes such a one."""
    catalogue = Catalogue(folder)
    try:
        if Lookup(catalogue).totals()[0]:
            return False
    finally:
        catalogue.close()
    for path in folder.glob(f"{schema.FILE_NAME}*"):
        path.unlink()
    return True


def _publish(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, never over an archive that appeared meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        os.rename(part, target)


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
            schema.check_format(target, file)
            # An archive of its own: the original may go on under the old name, on the same Chroma server.
            target.execute("UPDATE meta SET value = ? WHERE key = 'archive_id'", (uuid.uuid4().hex[:12],))
            target.execute("DELETE FROM outbox")
            target.execute(
                "INSERT INTO outbox SELECT id, 0, row_number() OVER (ORDER BY number) FROM passages"
            )
        finally:
            source.close()
            target.close()
