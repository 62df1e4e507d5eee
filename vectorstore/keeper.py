"""Who may open a folder of Chroma's, and whether it is sound.

Chroma corrupts a folder that two processes open, and crashes the process that opens a torn one. So one process at a
time owns the folder (a file lock the system frees when it dies), and the index files are checked before Chroma
touches them: by a stamp left at the last proper close, else by their structure.
"""

from __future__ import annotations

import json
import logging
import os
import pickletools
import shutil
import sqlite3
import struct
import uuid
from pathlib import Path

from filelock import FileLock, Timeout

from vectorstore.chroma import ChromaIndex, open_embedded

log = logging.getLogger(__name__)


class Keeper:
    """Owns `data_dir/index`, where the collection `name` lies in a folder of its own."""

    def __init__(self, data_dir: Path, name: str) -> None:
        self._root = data_dir / "index"
        self._folder = self._root / name
        self._state = self._root / f"{name}.json"
        self._name = name
        self._lock = FileLock(self._root / "owner.lock", thread_local=False)
        self._index: ChromaIndex | None = None

    def claim(self, wait: float = 0.0) -> bool:
        """Become the owner, waiting at most `wait` seconds; False when another process is."""
        if self._lock.is_locked:
            return True
        self._root.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            return False
        return True

    def is_sound(self) -> bool:
        """Whether the folder can be opened as it is. Only for the owner; never opens it with Chroma."""
        if self._index is not None:
            return True
        state = self._read_state()
        if not self._folder.is_dir() or not (self._folder / "chroma.sqlite3").is_file():
            return False
        if state.get("phase") == "closed":
            return bool(state.get("files") == _stamp(self._folder))
        # Died while it was open: structure tells. Died while opening, or twice in a row: Chroma may crash on it.
        return state.get("phase") == "open" and not state.get("again") and _is_whole(self._folder)

    def is_new(self) -> bool:
        """Whether there never was a folder of this name."""
        return not self._folder.exists() and not self._state.exists()

    def open(self) -> ChromaIndex:
        """The index of the folder, an empty one if there is none. Only for the owner, after `is_sound` or `clear`."""
        if self._index is not None:
            return self._index
        again = self._read_state().get("phase") == "open"
        self._write_state({"phase": "opening"})
        self._index = open_embedded(self._folder, self._name)
        self._index.count()
        self._write_state({"phase": "open", "again": again})
        return self._index

    def clear(self) -> None:
        """Move the folder aside and delete it, with whatever earlier builds left."""
        self._close_index()
        for child in self._root.iterdir():
            if child.is_dir():
                aside = child.with_name(f"old-{uuid.uuid4().hex}")
                child.rename(aside)
                shutil.rmtree(aside, ignore_errors=True)
            elif child != Path(self._lock.lock_file):
                child.unlink(missing_ok=True)

    def release(self) -> None:
        """Close Chroma, stamp the files as properly closed, and let others own the folder. Safe to call twice."""
        if not self._lock.is_locked:
            return
        try:
            if self._index is not None:
                self._close_index()
                self._write_state({"phase": "closed", "files": _stamp(self._folder)})
        except OSError as error:  # without a stamp the next owner checks the files themselves
            log.warning("the vector index could not be stamped as closed: %s", error)
        finally:
            self._lock.release()

    def _close_index(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def _read_state(self) -> dict[str, object]:
        try:
            state = json.loads(self._state.read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _write_state(self, state: dict[str, object]) -> None:
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(state))
        os.replace(fresh, self._state)


def _stamp(folder: Path) -> dict[str, list[int]]:
    """Size and modification time (ns) of every file below `folder`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}


def _is_whole(folder: Path) -> bool:
    segments = [child for child in folder.iterdir() if child.is_dir()]
    try:
        return _database_is_whole(folder / "chroma.sqlite3") and all(map(_segment_is_whole, segments))
    except (OSError, sqlite3.DatabaseError, struct.error, ValueError) as error:
        log.info("index files of %s are torn: %s", folder, error)
        return False


def _database_is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    finally:
        connection.close()


def _segment_is_whole(segment: Path) -> bool:
    """Whether hnswlib's files agree with each other: it rewrites them in place, without a temporary file or fsync."""
    if not any(segment.iterdir()):
        return True  # nothing persisted yet; the vectors are in Chroma's log
    header = (segment / "header.bin").read_bytes()
    capacity, count, size = struct.unpack_from("<QQ", header, 4) + struct.unpack_from("<Q", header, 20)
    return (
        count <= capacity
        and (segment / "data_level0.bin").stat().st_size == count * size
        and (segment / "length.bin").stat().st_size == 4 * count
        and _links_end_at(segment / "link_lists.bin", count)
        and _recorded(segment / "index_metadata.pickle") == count
    )


def _links_end_at(path: Path, count: int) -> bool:
    """Whether `count` records of (u32 length, payload) end exactly at the end of the file."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        for _ in range(count):
            prefix = file.read(4)
            if len(prefix) < 4:
                return False
            length = struct.unpack("<I", prefix)[0]
            at += 4 + length
            if at > size:
                return False
            if length:
                file.seek(at)
    return at == size


def _recorded(path: Path) -> int:
    """`total_elements_added` in Chroma's pickle, read without running it; -1 when it is cut off."""
    content = path.read_bytes()
    if not content.endswith(b"."):
        return -1
    key = None
    for opcode, value, _ in pickletools.genops(content):
        if key == "total_elements_added" and isinstance(value, int) and "PUT" not in opcode.name:
            return value
        if opcode.name in ("BINUNICODE", "SHORT_BINUNICODE"):
            key = value
    return -1
