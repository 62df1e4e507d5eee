"""A loaded sentence-transformers model written as an ONNX graph, and used only if its vectors are the same.

Covers a transformer with mean or first-token pooling; any other model stays with torch.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.embedder import Vectors
from vectorstore.onnx import GRAPH, TOKENIZER, Card, OnnxEmbedder, runtime
from vectorstore.settings import ONNX_INT8
from vectorstore.types import Passage, Span

if TYPE_CHECKING:
    from vectorstore.model import TransformerEmbedder

TOLERANCE = 1e-4  # of any component of any unit vector
LEAST_COSINE = 0.95  # between an int8 vector and the model's own: below, quantisation has broken the model

_OPSET = 17
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_PROBES = (
    "",
    " ",
    "Why?",
    "朝鲜向俄罗斯派出了多少军队？",
    "Mayor Ada Holt closed both bridges on Tuesday; the river Dun had risen by 3.2 metres, “a first since 1968”.",
    "Le maire a fermé les deux ponts. Η στάθμη ανέβηκε. 川の水位が上がった。 ارتفع منسوب النهر 🌊",
    "The council met for the third time this week, and again it agreed on nothing. " * 12,
    "Beyond every limit of length goes this one, word by word, and then some more of it. " * 90,
)


class Unexportable(Exception):
    """This model's graph would not be the same model; says why. Trying again is no use."""


class ExportFailed(Exception):
    """A library could not do it this time."""


def export(embedder: TransformerEmbedder, folder: Path, engine: str) -> None:
    """Write graph, tokenizer and card of the loaded model into the empty `folder`, and compare.

    Raises Unexportable, ExportFailed, or OSError when the disk is full.
    """
    card, tokenizer = _examined(embedder, engine)
    try:
        with _quietly():
            _write_graph(embedder.model, folder / GRAPH)
            if engine == ONNX_INT8:
                _quantise(folder / GRAPH)
        tokenizer.save(str(folder / TOKENIZER))
        card.write(folder)
        exported = OnnxEmbedder(embedder.name, folder, engine)
        difference, cosine = compare(embedder, exported)
    except OSError:
        raise
    except Exception as error:  # of torch, transformers, onnx, tokenizers and onnxruntime
        raise ExportFailed(f"{type(error).__name__}: {error}".splitlines()[0]) from error
    if engine == ONNX_INT8 and cosine < LEAST_COSINE:
        raise Unexportable(f"int8 changes its vectors too much (cosine {cosine:.3f})")
    if engine != ONNX_INT8 and difference > TOLERANCE:
        raise Unexportable(f"the exported graph gives other vectors (by {difference:.1g})")


def compare(one: TransformerEmbedder, other: OnnxEmbedder) -> tuple[float, float]:
    """The largest difference of a component, and the least cosine, over questions, passages, sentences and tokens.

    One text at a time and all at once, since padding is where graphs go wrong.
    """
    passages = [_passage(text) for text in _PROBES]
    pairs = [(one.encode_query(text), other.encode_query(text)) for text in _PROBES]
    ours, theirs = one.encode_passages(passages), other.encode_passages(passages)
    pairs.append((ours.passages, theirs.passages))
    pairs += zip(ours.sentences, theirs.sentences, strict=True)
    tokens = zip(one.encode_tokens(_PROBES), other.encode_tokens(_PROBES), strict=True)
    whole = [pair for pair in pairs if pair[0].size]
    pairs += [(mine.vectors, its.vectors) for mine, its in tokens if mine.vectors.size or its.vectors.size]
    return max(_difference(a, b) for a, b in pairs), min(_cosine(a, b) for a, b in whole)


def _difference(a: Vectors, b: Vectors) -> float:
    return float(np.abs(a - b).max()) if a.size else 0.0


def _cosine(a: Vectors, b: Vectors) -> float:
    there = np.atleast_2d(a).any(axis=1)  # sentences that were cut off are zero in both
    return float((np.atleast_2d(a) * np.atleast_2d(b)).sum(axis=1)[there].min(initial=1.0))


def _passage(text: str) -> Passage:
    middle = len(text) // 2
    return Passage("probe", 0, len(text), text, (Span(0, middle), Span(middle, len(text))), "A title | Post")


def _examined(embedder: TransformerEmbedder, engine: str) -> tuple[Card, Any]:
    """The card and the fast tokenizer. Raises Unexportable for what the graph and numpy would not do the same."""
    model = embedder.model
    parts = [type(part).__name__ for part in model]
    if parts[:2] != ["Transformer", "Pooling"] or set(parts[2:]) - {"Normalize"}:
        raise Unexportable(f"it is made of {', '.join(parts)}")
    transformer, pooling = model[0], model[1]
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    weights = next(transformer.auto_model.parameters())
    if pooling.pooling_mode not in ("mean", "cls") or not pooling.include_prompt:
        raise Unexportable(f"its pooling is {pooling.pooling_mode}")
    if tokenizer is None or model.tokenizer.padding_side != "right":
        raise Unexportable("its tokenizer is not a fast one that pads on the right")
    if str(weights.dtype) != "torch.float32" or weights.device.type != "cpu":
        raise Unexportable(f"its weights are {weights.dtype} on {weights.device}")
    card = Card(
        dimension=embedder.dimension,
        max_tokens=embedder.max_tokens,
        pooling=pooling.pooling_mode,
        pad=int(model.tokenizer.pad_token_id or 0),
        query_prompt=embedder.query_prompt,
        passage_prompt=embedder.passage_prompt,
        alone=engine == ONNX_INT8,
    )
    return card, tokenizer


def _write_graph(model: Any, path: Path) -> None:
    import torch

    class TokenVectors(torch.nn.Module):
        """The transformer with named inputs in order and one output, as the exporter wants it."""

        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.names, self.inner = names, model[0].auto_model

        def forward(self, *inputs: Any) -> Any:
            return self.inner(
                **dict(zip(self.names, inputs, strict=True)), return_dict=True
            ).last_hidden_state

    # Of unlike length: a mask of ones alone would be traced away.
    example = model.tokenizer(
        ["one two three", "and a longer one for the padding"], padding=True, return_tensors="pt"
    )
    names = [name for name in _INPUTS if name in example]
    with torch.inference_mode():
        # The exporter built on torch.export needs two more packages and takes six times as long, for the same graph.
        torch.onnx.export(
            TokenVectors(names).eval(),
            tuple(example[name] for name in names),
            str(path),
            input_names=names,
            output_names=["tokens"],
            dynamic_axes={name: {0: "texts", 1: "length"} for name in (*names, "tokens")},
            opset_version=_OPSET,
            dynamo=False,
        )


def _quantise(path: Path) -> None:
    """The weights of `path` as int8, one scale a column; a quarter of the size."""
    runtime()  # before anything else imports it
    from onnxruntime.quantization import QuantType, quantize_dynamic

    small = path.with_suffix(".int8")
    quantize_dynamic(path, small, per_channel=True, weight_type=QuantType.QInt8)
    small.replace(path)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the exporter's deprecation and tracing warnings, which are no reader's business."""
    root, drop = logging.getLogger(), lambda record: False
    root.addFilter(drop)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(drop)
