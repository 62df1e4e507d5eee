"""What every embedder promises: the stand-in and the real one obey the same contract."""

from __future__ import annotations

import numpy as np
import pytest

from tests.archive_data import article
from vectorstore.embedder import Embedder
from vectorstore.errors import EmbeddingModelError
from vectorstore.model import load_embedder
from vectorstore.settings import BUNDLED_MODEL, ENGINES
from vectorstore.types import Passage, Span

TEXT = "The river Dun rose by three metres. Mayor Ada Holt closed both bridges."


@pytest.fixture(scope="module", params=["hashing", "multilingual", *ENGINES])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param in ENGINES:
        return load_embedder(BUNDLED_MODEL, request.param)
    return load_embedder(request.param)


def passage(prefix: str = "", text: str = TEXT, at: int = 40) -> Passage:
    middle = text.find(". ") + 1
    spans = (Span(at, at + middle), Span(at + middle + 1, at + len(text)))
    return Passage(article("x", text).id, at, at + len(text), text, spans, prefix)


def test_shapes_and_unit_length(embedder: Embedder) -> None:
    found = embedder.encode_passages([passage(), passage("A title | Dun Post")])
    assert found.passages.shape == (2, embedder.dimension)
    assert found.passages.dtype == np.float32
    assert [part.shape for part in found.sentences] == [(2, embedder.dimension)] * 2
    assert np.linalg.norm(found.passages, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(np.vstack(found.sentences), axis=1) == pytest.approx(1, abs=1e-5)
    query = embedder.encode_query("Which bridges?")
    assert query.shape == (embedder.dimension,)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-5)


def test_the_prefix_counts_and_the_batch_does_not(embedder: Embedder) -> None:
    alone = embedder.encode_passages([passage()])
    beside = embedder.encode_passages(
        [passage("Title"), passage(text=TEXT + " And more of it." * 5), passage()]
    )
    assert float(alone.passages[0] @ beside.passages[2]) == pytest.approx(1, abs=1e-5)
    assert float(alone.passages[0] @ beside.passages[0]) < 0.9999


def test_sentences_stand_for_their_own_words(embedder: Embedder) -> None:
    found = embedder.encode_passages([passage("A title")])
    closer = found.sentences[0] @ embedder.encode_query("mayor Ada Holt closed both bridges")
    assert closer[1] > closer[0]


def test_tokens_lie_on_their_characters(embedder: Embedder) -> None:
    tokens = embedder.encode_tokens([TEXT])[0]
    words = [TEXT[a:b] for a, b in zip(tokens.starts, tokens.stops, strict=True)]
    assert "river" in words
    assert tokens.vectors.ndim == 2
    assert len(tokens.vectors) == len(words)
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.encode_passages([]).passages.shape == (0, embedder.dimension)
    assert embedder.encode_tokens([]) == []
    assert embedder.count_tokens([]) == []


def test_sentences_beyond_the_limit_are_zero_not_wrong(minilm: Embedder) -> None:
    far = "Mayor Ada Holt closed both bridges."
    text = "river " * 400 + far
    spans = (Span(0, 2_399), Span(2_400, len(text)))
    found = minilm.encode_passages([Passage("a", 0, len(text), text, spans)])
    assert not found.sentences[0][1].any()


def test_a_model_that_is_not_there_names_the_remedy() -> None:
    with pytest.raises(EmbeddingModelError, match="CITEDESK_EMBEDDING_MODEL"):
        load_embedder("no-such/model")
