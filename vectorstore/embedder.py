"""What an embedder is, and the deterministic stand-in that obeys the same contract without a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.types import Passage

Vectors = NDArray[np.float32]

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Unit vectors of passages: `passages` is float32[n, d], `sentences[i]` is float32[len(sentences of i), d]."""

    passages: Vectors
    sentences: tuple[Vectors, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's tokens in context: unit vectors float32[t, d], and the characters [starts, stops) they stand for.

    To compare with other tokens: their space may be another one than that of passages and questions.
    """

    vectors: Vectors
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]


class Embedder(Protocol):
    """Turns passages and questions into unit vectors of one space.

    `name` identifies the space in the archive, which all engines share; `max_tokens` is where the model silently cuts
    off; `note` says why another engine runs than was asked for, and is empty when it is the right one.
    """

    @property
    def name(self) -> str: ...
    @property
    def engine(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as this model counts them, special tokens not included."""
        ...

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        """Vectors of `prefix` + `text` of each passage, and of its sentences inside that context."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """float32[d], unit length."""
        ...

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """Token vectors of each text, special tokens left out, for late interaction."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """Rows scaled to length one; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


class HashEmbedder:
    """Bag of hashed words: no model, no download, same vectors on every machine.

    For tests and dry runs (`CITEDESK_EMBEDDING_MODEL=hashing`): it matches words, not meaning.
    """

    name = "hashing"
    engine = "no model"
    note = ""
    dimension = 64
    max_tokens = 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_words(text)) for text in texts]

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        whole = [self._vector(f"{p.prefix} {p.text}") for p in passages]
        parts = tuple(
            np.stack([self._vector(p.sentence(i)) for i in range(len(p.sentences))])
            if p.sentences
            else np.zeros((0, self.dimension), np.float32)
            for p in passages
        )
        return Embedded(np.stack(whole) if whole else np.zeros((0, self.dimension), np.float32), parts)

    def encode_query(self, text: str) -> Vectors:
        return self._vector(text)

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> Tokens:
        words = list(_WORD.finditer(text.lower()))
        vectors = np.zeros((len(words), self.dimension), np.float32)
        for row, word in enumerate(words):
            vectors[row] = self._vector(word.group())
        return Tokens(
            vectors, np.array([w.start() for w in words], int), np.array([w.end() for w in words], int)
        )

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, np.float32)
        for word in _words(text) or [""]:
            digest = hashlib.sha256(word.encode()).digest()
            vector[digest[0] % self.dimension] += 1.0 if digest[1] % 2 else -1.0
            vector[digest[2] % self.dimension] += 1.0 if digest[3] % 2 else -1.0
        return unit(vector) if vector.any() else unit(np.ones(self.dimension, np.float32))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
