"""Late pooling: the vectors of sentences and words, out of the token vectors of the text they stand in.

"Late chunking", Günther et al. 2024, arXiv:2409.04701: one forward pass serves passage, sentences and tokens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedder import Tokens, Vectors, unit
from vectorstore.types import Passage

Spans = NDArray[np.int64]


def spans_of(offsets: object) -> Spans:
    """A tokenizer's (start, stop) pairs as int64[t, 2]; special tokens are empty spans."""
    return np.array(offsets, dtype=np.int64).reshape(-1, 2)


def sentence_vectors(passage: Passage, shift: int, tokens: Vectors, spans: Spans) -> Vectors:
    """float32[len(sentences), d]: the mean of each sentence's tokens, at unit length.

    `tokens` float32[t, d] and `spans` int64[t, 2] are those of the whole text, in which the passage begins at `shift`.
    A sentence that the model cut off is a row of zeros.
    """
    starts = spans[:, 0] - shift + passage.start
    real = spans[:, 1] > spans[:, 0]
    vectors = np.zeros((len(passage.sentences), tokens.shape[1]), np.float32)
    for number, sentence in enumerate(passage.sentences):
        inside = real & (starts >= sentence.start) & (starts < sentence.end)
        if inside.any():
            vectors[number] = tokens[inside].mean(axis=0)
    return unit(vectors)


def token_vectors(tokens: Vectors, spans: Spans) -> Tokens:
    """The tokens that stand for characters, at unit length."""
    real = spans[:, 1] > spans[:, 0]
    return Tokens(unit(tokens[real]), spans[real, 0], spans[real, 1])
