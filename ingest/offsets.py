"""Where the words of a clean text stand in the text it was made from: white space ignored, mark-up skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.types import Original

_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
_NEAR = 600  # characters of mark-up, such as a link's address, that may stand between two words
_ANCHOR = 3  # words in a row that tell a place
_TRIES = 200  # places that a paragraph is looked for at, word by word; beyond, it is left without one


@dataclass(frozen=True, slots=True)
class _Dense:
    """A text without its white space, and where each of its characters stood."""

    text: str
    places: NDArray[np.int64]


def original(clean: str, raw: str) -> Original:
    """`raw` as the original of `clean`: every paragraph is looked for after the one before, else anywhere."""
    clean_dense, raw_dense = _dense(clean), _dense(raw)
    pairs = list(_pairs(clean, clean_dense, raw_dense))
    return Original(raw, tuple(_runs(clean_dense.places, raw_dense.places, pairs)))


def _dense(text: str) -> _Dense:
    places = np.array([at for at, character in enumerate(text) if not character.isspace()], dtype=np.int64)
    return _Dense("".join(text.split()), places)


def _pairs(clean: str, mine: _Dense, raw: _Dense) -> Iterator[tuple[int, int, int]]:
    """Equal stretches of the dense texts: start in the clean one, start in the raw one, length."""
    at = cursor = 0
    for paragraph in clean.split("\n\n"):
        length = len("".join(paragraph.split()))
        piece = mine.text[at : at + length]
        found = _whole(piece, raw.text, cursor)
        if found >= 0:
            yield at, found, length
            cursor = max(cursor, found + length)
        else:
            for start, place, size in _by_words(paragraph, raw.text, cursor):
                yield at + start, place, size
                cursor = place + size
        at += length


def _whole(piece: str, raw: str, cursor: int) -> int:
    after = raw.find(piece, cursor)
    return after if after >= 0 else raw.find(piece)


def _by_words(paragraph: str, raw: str, cursor: int) -> Iterator[tuple[int, int, int]]:
    """Word after word, each near the one before; what is not there is left out."""
    parts = [(len("".join(paragraph[: p.start()].split())), p[0]) for p in _WORD_OR_SIGN.finditer(paragraph)]
    words = [part for _, part in parts if part.isalnum()]
    at = _anchor(words[:_ANCHOR], raw, cursor)
    for start, part in parts if at >= 0 else ():
        # A sign counts only where the last word ended: it is everywhere.
        far = _NEAR if part.isalnum() else 0
        found = raw.find(part, at, at + far + len(part))
        if found >= 0:
            yield start, found, len(part)
            at = found + len(part)


def _anchor(words: list[str], raw: str, cursor: int) -> int:
    """Where the first words stand close together; -1 when nowhere near."""
    at = raw.find(words[0], cursor) if words else -1
    for _ in range(_TRIES):
        if at < 0:
            break
        end = at
        for word in words:
            found = raw.find(word, end, end + _NEAR)
            if found < 0:
                break
            end = found + len(word)
        else:
            return at
        at = raw.find(words[0], at + 1)
    return -1


def _runs(
    clean: NDArray[np.int64], raw: NDArray[np.int64], pairs: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int]]:
    """The stretches in places of the texts themselves, broken where one has white space that the other lacks."""
    if not pairs:
        return
    mine = np.concatenate([clean[start : start + length] for start, _, length in pairs])
    theirs = np.concatenate([raw[place : place + length] for _, place, length in pairs])
    if not len(mine):
        return
    broken = np.flatnonzero((np.diff(mine) != np.diff(theirs)) | (np.diff(mine) > 2)) + 1
    for stretch in np.split(np.arange(len(mine)), broken):
        first, last = stretch[0], stretch[-1]
        yield int(mine[first]), int(theirs[first]), int(mine[last] - mine[first] + 1)
