"""Passages: whole sentences, within the model's limit, every sentence somewhere, offsets exact."""

from __future__ import annotations

from itertools import pairwise

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


TALK = (
    "Ada Quill has run the port of Larkhaven since May, and before that she sailed on tankers for nine years.",
    "Why did you close the ferry?",
    "The hull was rotten. Nobody had looked at it since it was built. I was not going to wait for a drowning.",
    "Did the mayor know? He opened the pier himself.",
    "He did. I told him in the first week, and he said that I should do it quickly, so I did it the same day.",
)


@pytest.mark.parametrize("lead", range(14))
def test_no_passage_is_cut_between_a_question_and_its_answer(lead: int) -> None:
    before = " ".join(f"It was said that day {n} of the storm was bad." for n in range(lead))
    text = "\n\n".join(filter(None, (before, *TALK * 6)))
    passages = cut(article("name", text), HashEmbedder())
    assert {s for p in passages for s in p.sentences} == set(split(text))
    for question, answer in ((TALK[1], TALK[2]), (TALK[3], TALK[4])):
        together = f"{question}\n\n{answer}"
        starts = [at for at in range(len(text)) if text.startswith(together, at)]
        for at in starts:
            assert any(p.start <= at and at + len(together) <= p.end for p in passages)
    for one, other in pairwise(passages):
        assert other.start > one.start
        assert other.end > one.end


def test_an_answer_longer_than_a_passage_keeps_its_first_sentence_beside_the_question() -> None:
    text = f"{LONG}\n\nQ: And what of the bridge\n\n{LONG}"
    passages = cut(article("name", text), HashEmbedder())
    assert any("what of the bridge\n\nOn day 0 the council" in passage.text for passage in passages)
    assert {s for p in passages for s in p.sentences} == set(split(text))


def test_a_text_of_questions_alone_is_cut_all_the_same() -> None:
    text = "\n\n".join(f"And what did witness {n} say about the old bridge of Dunmere?" for n in range(80))
    passages = cut(article("name", text), HashEmbedder())
    assert {s for p in passages for s in p.sentences} == set(split(text))
    assert 4 < len(passages) < 12
