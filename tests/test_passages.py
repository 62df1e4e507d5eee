"""Passages: whole sentences, within the model's limit, every sentence somewhere, offsets exact."""

from __future__ import annotations

import pytest

from ingest.passages import PASSAGE_TOKENS, cut
from tests.archive_data import article
from vectorstore.embedder import Embedder, HashEmbedder
from vectorstore.sentences import split

LONG = " ".join(
    f"On day {n} the council of Dunmere heard witness number {n} about the bridge." for n in range(80)
)
NO_STOPS = "word " * 2_000
CHINESE = "国防部长周三证实，朝鲜已派兵前往。" * 60
ENDLESS = "x" * 5_000


@pytest.mark.parametrize(
    "text", [LONG, NO_STOPS, CHINESE, ENDLESS, "One.", "短。"], ids=lambda text: text[:10]
)
def test_passages_cover_the_text_and_fit_the_model(text: str, minilm: Embedder) -> None:
    stored = article("name", text, title="A title that says what it is about", publisher="Dun Post")
    passages = cut(stored, minilm)
    covered = {at for passage in passages for span in passage.sentences for at in range(span.start, span.end)}
    assert {at for at, character in enumerate(text) if not character.isspace()} <= covered
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.prefix.startswith("A title")
        whole = minilm.count_tokens([f"{passage.prefix}\n{passage.text}"])[0]
        assert whole + 2 <= minilm.max_tokens
    assert len({passage.id for passage in passages}) == len(passages)


def test_neighbours_share_one_sentence() -> None:
    first, second, *_ = cut(article("name", LONG), HashEmbedder())
    assert first.sentences[-1] == second.sentences[0]
    assert len(first.sentences) > 5


def test_sentences_are_kept_whole() -> None:
    expected = {(span.start, span.end) for span in split(LONG)}
    for passage in cut(article("name", LONG), HashEmbedder()):
        assert {(span.start, span.end) for span in passage.sentences} <= expected
        assert sum(HashEmbedder().count_tokens([passage.text])) <= PASSAGE_TOKENS


def test_a_huge_title_leaves_room_for_text(minilm: Embedder) -> None:
    passages = cut(article("name", LONG, title="Very long title " * 60), minilm)
    assert all(minilm.count_tokens([p.prefix])[0] < 60 for p in passages)
    assert len(passages) < 30


def test_same_text_same_ids_other_title_other_ids() -> None:
    one, again = (cut(article("name", LONG), HashEmbedder()) for _ in range(2))
    other = cut(article("name", LONG, title="Another"), HashEmbedder())
    assert [p.id for p in one] == [p.id for p in again]
    assert not {p.id for p in one} & {p.id for p in other}
