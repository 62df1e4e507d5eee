"""ZIP archives and compressed files, unpacked in memory piece by piece; nothing is ever written to a disk.

What an archive declares is checked before anything is unpacked, and held to while it is.
"""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from io import SEEK_END, BufferedReader, RawIOBase
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ingest.draft import Unreadable
from ingest.sources import SUFFIXES, kind_of, printable

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
GZIP = b"\x1f\x8b"
MOST_MEMBERS = 100_000
LARGEST_TOTAL = 10_000_000_000
# Text shrinks to a tenth, pages full of mark-up to a thirtieth; a bomb to a thousandth.
MOST_RATIO = 100
_ALWAYS = 50_000_000
_LARGEST_DIRECTORY = 20_000_000
_PIECE = 65_536
_HIDDEN = re.compile(r"(?:^|/)(?:\.(?!\.?/)|__MACOSX/)")
UNPACKING = (BadGzipFile, BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, or why it is not read; `name` is only ever a label."""

    name: str
    size: int
    stream: BufferedReader | None = None
    reason: str = ""
    skipped: bool = False


class _Unpacked(RawIOBase):
    """What comes out of a decompressor, up to a limit; its errors are Unreadable."""

    def __init__(self, packed: IO[bytes] | GzipFile, limit: int) -> None:
        self._packed, self._limit, self._read = packed, limit, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._packed.read(len(buffer))
        except UNPACKING as error:
            raise Unreadable("its compressed data is damaged; pack it again") from error
        self._read += len(data)
        if self._read > self._limit:
            raise Unreadable(f"it unpacks to more than {self._limit // 1_000_000} MB; unpack it first")
        buffer[: len(data)] = data
        return len(data)


class _Archive:
    """A stream for ZipFile, which would read a table of contents of any size into memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_DIRECTORY:
            raise BadZipFile("directory too large")
        return self._stream.read(size)


def ungzipped(stream: BinaryIO) -> BufferedReader:
    """The content of a gzip file, read as it is unpacked. Reading raises Unreadable when it is damaged or a bomb."""
    limit = max(_ALWAYS, MOST_RATIO * _size(stream))
    return BufferedReader(_Unpacked(GzipFile(fileobj=stream), limit), _PIECE)


def open_archive(
    stream: BinaryIO, largest: int = LARGEST_TOTAL, most: int = MOST_MEMBERS, always: int = _ALWAYS
) -> ZipFile:
    """The ZIP archive in `stream`, its declared size within limits. Raises Unreadable.

    It may hold `most` files and unpack to `largest` bytes, and no more than `always` where that is far above its size.
    """
    try:
        archive = ZipFile(_Archive(stream))
    except (*UNPACKING, LookupError, OSError) as error:
        raise Unreadable("it is a damaged ZIP archive; pack it again") from error
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > most:
        raise Unreadable(f"it holds more than {most:,} files; split it")
    # Against the size of the archive itself: members that share their data would each look harmless.
    if total > min(largest, max(always, MOST_RATIO * _size(stream))):
        raise Unreadable(f"it unpacks to {total // 1_000_000:,} MB, too much for its size; unpack it first")
    return archive


def is_document(archive: ZipFile) -> bool:
    """True for a Word document, which is a ZIP archive as well. Raises Unreadable for other office documents."""
    names = set(archive.namelist())
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return True
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise Unreadable("it is an office document or a book; save the article as DOCX, PDF or text")
    return False


def members(archive: ZipFile, largest: int) -> Iterator[Member]:
    """The files in an archive in their order, each open for reading until the next is asked for.

    `largest` is the size in bytes allowed for a file that is not JSON Lines. Hidden files are passed over, as in a
    folder.
    """
    seen: set[str] = set()
    for info in archive.infolist():
        name = _name(info)
        if info.is_dir() or _HIDDEN.search(name):
            continue
        reason, skipped = _why_not(info, name, largest)
        if not reason and name in seen:
            reason = "another file in the archive has the same name"
        seen.add(name)
        if reason:
            yield Member(name, info.file_size, reason=reason, skipped=skipped)
        else:
            yield _opened(archive, info, name)


def _opened(archive: ZipFile, info: ZipInfo, name: str) -> Member:
    try:
        packed = archive.open(info)
    except (*UNPACKING, LookupError, OSError):
        return Member(name, info.file_size, reason="its place in the archive is damaged; pack it again")
    unpacked = _Unpacked(packed, info.file_size)
    return Member(name, info.file_size, BufferedReader(unpacked, _PIECE))


def _why_not(info: ZipInfo, name: str, largest: int) -> tuple[str, bool]:
    kind = kind_of(name)
    if stat.S_ISLNK(info.external_attr >> 16):
        return "links in archives are not followed", True
    if kind == ".zip":
        return "an archive inside an archive is not read; unpack the outer one first", False
    if kind not in SUFFIXES:
        return f"files {f'of type {kind}' if kind else 'without a type'} are not read from an archive", True
    if info.flag_bits & 1:
        return "it is encrypted; pack it without a password", False
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "it is compressed in a way that is not read; pack it as an ordinary ZIP", False
    if info.file_size > largest and kind not in (".jsonl", ".ndjson"):
        return f"it is larger than {largest // 1_000_000} MB, too large for one article", False
    return "", False


def _name(info: ZipInfo) -> str:
    """The name as its writer meant it: many write UTF-8 without saying so, and Windows the wrong slash."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(ValueError):
            name = name.encode("cp437").decode("utf-8")
    return printable(name.replace("\\", "/"))


def _size(stream: BinaryIO) -> int:
    here = stream.tell()
    size = stream.seek(0, SEEK_END)
    stream.seek(here)
    return size
