"""How sentences cover the words of a question: hand-made vectors, so that every figure can be checked by eye."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evidence.interaction import Asked, Read, asked, closeness, cover, lent, read
from vectorstore.embedder import Tokens, Vectors
from vectorstore.types import Passage, Span

# Each word has an axis of its own; "confirmed" and "acknowledged" share four fifths of theirs.
AXES = {
    word: row for row, word in enumerate(("who", "confirmed", "landing", "vance", "harbour", "the", "ships"))
}


def vector(word: str) -> Vectors:
    found = np.zeros(len(AXES) + 1, np.float32)
    if word == "acknowledged":
        found[AXES["confirmed"]], found[-1] = 0.8, 0.6
    elif word in AXES:
        found[AXES[word]] = 1
    else:
        found[-1] = 1
    return found


def tokens(text: str) -> Tokens:
    spans, at = [], 0
    for word in text.split(" "):
        bare = word.strip("?.,\n")
        start = text.index(bare, at)
        spans.append((start, start + len(bare)))
        at = start + len(bare)
    vectors = np.stack([vector(text[a:b].lower()) for a, b in spans])
    return Tokens(vectors, np.array([a for a, _ in spans]), np.array([b for _, b in spans]))


def question(text: str) -> Asked:
    return asked(text, tokens(text), lambda terms: dict.fromkeys(terms, 1.0))


def passage(*sentences: str, prefix: str = "") -> Read:
    text = " ".join(sentences)
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    whole = f"{prefix}\n{text}" if prefix else text
    spoken = tokens(whole.replace("\n", " "))
    return read(Passage("a", 0, len(text), text, tuple(spans), prefix), spoken)


def test_a_word_is_covered_by_the_token_nearest_to_it() -> None:
    covered = cover(
        question("Who confirmed landing?"), passage("Vance acknowledged it.", "The landing went on.")
    )
    assert covered.alone == pytest.approx(np.array([[0.8, 0.0], [0.0, 1.0]]), abs=1e-6)
    assert covered.anywhere == pytest.approx([0.8, 1.0], abs=1e-6)


def test_the_card_lends_nothing_to_a_sentence_but_is_told() -> None:
    covered = cover(question("landing harbour?"), passage("The ships.", prefix="landing"))
    assert covered.alone.tolist() == [[0.0], [0.0]]
    assert covered.told.tolist() == [1.0, 0.0]
    assert covered.anywhere == pytest.approx([1.0, 0.0], abs=1e-6)


def test_a_word_stands_in_a_sentence_in_any_inflection() -> None:
    covered = cover(question("confirmed landing?"), passage("They confirm landings.", "Nothing."))
    assert covered.said.tolist() == [[1.0, 0.0], [1.0, 0.0]]


def test_names_are_lent_by_the_passage_and_words_by_the_sentence_before() -> None:
    covered = cover(
        question("has Vance confirmed"), passage("Vance confirmed.", "The ships.", "The harbour.")
    )
    borrowed = lent(covered, np.array([True, False]))
    assert borrowed == pytest.approx(np.array([[1.0, 0.9, 0.8], [1.0, 0.9, 0.0]]), abs=1e-6)


def test_chinese_is_compared_by_its_characters() -> None:
    covered = cover(question("朝鲜派兵"), passage("朝鲜确认派兵。", "他们离开了。"))
    words = {word.text: row for row, word in enumerate(question("朝鲜派兵").words)}
    assert covered.alone[words["朝鲜"]].tolist() == [1.0, 0.0]
    assert covered.said[words["派兵"]].tolist() == [1.0, 0.0]


def test_a_question_without_words_and_a_sentence_without_tokens_are_covered_by_nothing() -> None:
    empty = Asked("?", (), np.zeros((0, len(AXES) + 1), np.float32), slice(0, 0), frozenset())
    found = passage("The ships.")
    assert cover(empty, found).whole.tolist() == [0.0]
    cut_off = Read(found.passage, found.vectors[:0], found.sentence[:0], found.texts, found.stems, found.card)
    assert cover(question("ships?"), cut_off).alone.tolist() == [[0.0]]


def test_weights_sum_to_one_and_rare_words_weigh_more() -> None:
    words = asked(
        "confirmed landing", tokens("confirmed landing"), lambda _: {"confirmed": 1.0, "landing": 3.0}
    )
    assert words.weights.tolist() == [0.25, 0.75]


def test_closeness_is_one_side_by_side_and_falls_with_the_distance() -> None:
    assert closeness(np.array([4, 5, 6])) == 1.0
    assert closeness(np.array([4, 8])) == 0.25
    assert closeness(np.array([4])) == 0.0
