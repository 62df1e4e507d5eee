"""Bodies unpacked in small pieces: a gzip bomb is cut where its limit is, not where its end is."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from ingest.draft import Unreadable
from ingest.web.connection import SAVE, Response

_GZIP = b"\x1f\x8b"


def unpacked(response: Response) -> Iterator[bytes]:
    """The body decompressed, in pieces of at most a megabyte however much it was packed."""
    encoding = response.headers.get("content-encoding", "").lower()
    if encoding in ("", "identity"):
        return response.body
    if encoding not in ("gzip", "x-gzip"):
        raise Unreadable(f"the server packs its answer as {encoding}, which nobody asked for; {SAVE}")
    return _inflated(response.body)


def gunzipped(data: bytes, limit: int) -> bytes:
    """`data`, unpacked if it is a gzip file. Raises Unreadable when that is more than `limit` bytes, or damaged."""
    if not data.startswith(_GZIP):
        return data
    plain = b"".join(cut(_inflated([data]), limit + 1))
    if len(plain) > limit:
        raise Unreadable(f"it is larger than {limit // 1_000_000} MB when unpacked, too large for a list")
    return plain


def cut(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """The first `limit` bytes; the rest is never asked for."""
    left = limit
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            if unpacking.eof:  # what follows the end is nobody's page, and nothing counts it
                break
            while piece and not unpacking.eof:
                yield unpacking.decompress(piece, 1_000_000)
                piece = unpacking.unconsumed_tail
    except zlib.error as error:
        raise Unreadable(f"its compression is damaged; try again later, or {SAVE}") from error
    if not unpacking.eof:
        raise Unreadable(f"its compression ends too early; try again later, or {SAVE}")
