"""The embedding model without torch: an exported graph in ONNX Runtime, which starts in a quarter of a second.

The graph gives token vectors; pooling is numpy's. What the graph cannot say stands on its card.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.embedder import Embedded, Tokens, Vectors, unit
from vectorstore.late import Spans, sentence_vectors, spans_of, token_vectors
from vectorstore.types import Passage

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

GRAPH, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "card.json"

# Tokens a run, padding included: more at once only falls out of the processor's cache (88 passages/s at 512, 51 at
# 8,192, on two cores) and takes memory.
_BATCH_TOKENS = 512


@dataclass(frozen=True, slots=True)
class Card:
    """What belongs to a graph: `pooling` is "mean" or "cls"; `alone`: each text in a run of its own.

    (Dynamic int8 scales a whole run by its largest value, so neighbours would change a text's vector.)
    """

    dimension: int
    max_tokens: int
    pooling: str
    pad: int
    query_prompt: str
    passage_prompt: str
    alone: bool = False

    def write(self, folder: Path) -> None:
        """Into `folder`, as JSON."""
        (folder / CARD).write_text(json.dumps(asdict(self)), "utf-8")


class OnnxEmbedder:
    """A sentence-transformers model as `vectorstore.export` wrote it into `folder`; see TransformerEmbedder."""

    note = ""

    def __init__(self, name: str, folder: Path, engine: str) -> None:
        self.name = name
        self.engine = engine
        self._card = Card(**json.loads((folder / CARD).read_text("utf-8")))
        self.dimension = self._card.dimension
        self.max_tokens = self._card.max_tokens
        self._tokenizer = _tokenizer(folder / TOKENIZER)
        self._session = _session(folder / GRAPH)
        self._inputs = {found.name for found in self._session.get_inputs()}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self._tokenizer.no_truncation()
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in found]

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        prompt = self._card.passage_prompt
        heads = [f"{prompt}{p.prefix}\n" if p.prefix else prompt for p in passages]
        whole = np.zeros((len(passages), self.dimension), np.float32)
        parts: dict[int, Vectors] = {}
        for i, tokens, spans in self._read([head + p.text for head, p in zip(heads, passages, strict=True)]):
            whole[i] = self._pooled(tokens)
            parts[i] = sentence_vectors(passages[i], len(heads[i]), tokens, spans)
        return Embedded(unit(whole), tuple(parts[i] for i in range(len(passages))))

    def encode_query(self, text: str) -> Vectors:
        ((_, tokens, _),) = self._read([self._card.query_prompt + text])
        return unit(self._pooled(tokens))

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        found = {i: token_vectors(tokens, spans) for i, tokens, spans in self._read(texts)}
        return [found[i] for i in range(len(texts))]

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[int, Vectors, Spans]]:
        """Every text's number, token vectors and their characters, texts of like length together."""
        self._tokenizer.enable_truncation(self.max_tokens)
        encodings = self._tokenizer.encode_batch(list(texts))
        for rows in _batches([len(e.ids) for e in encodings], 0 if self._card.alone else _BATCH_TOKENS):
            vectors = self._run([encodings[i] for i in rows])
            for row, i in enumerate(rows):
                yield i, vectors[row, : len(encodings[i].ids)], spans_of(encodings[i].offsets)

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        shape = len(encodings), max(len(e.ids) for e in encodings)
        ids = np.full(shape, self._card.pad, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, np.int64)}
        found = self._session.run(None, {name: feed[name] for name in self._inputs})
        return np.asarray(found[0], np.float32)

    def _pooled(self, tokens: Vectors) -> Vectors:
        return np.asarray(tokens[0] if self._card.pooling == "cls" else tokens.mean(axis=0), np.float32)


def _batches(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Places in `lengths`, longest first, in groups that take at most `tokens` with their padding, or of one."""
    rows: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if rows and (len(rows) + 1) * lengths[rows[0]] > tokens:
            yield rows
            rows = []
        rows.append(place)
    if rows:
        yield rows


def _tokenizer(path: Path) -> Tokenizer:
    # The tokenizer's own threads deadlock in a forked child; the graph keeps the cores busy without them.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(path))
    found.no_padding()
    return found


def runtime() -> Any:
    """The onnxruntime package, which from now on sends nothing home; the only way in the house to import it.

    Its wheels (1.29 and later) report every process to their maker and leave a device id in the cache folder. On
    Linux and macOS only this variable stops that, and only before the import; on Windows it takes the call.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(3)  # else it complains of missing GPUs
    return onnxruntime


def _session(path: Path) -> Any:
    onnxruntime = runtime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = _cores()
    # Spinning threads win 3 % alone and lose far more when anything else runs beside.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
