"""Clean offsets in the original: the same words, whatever clean-up folded, joined or left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.offsets import original

RAW = """Share this

# Bridge *reopens*

The **bridge** reopened on [Monday](https://news.example/a-very-long-address?with=a&query=1).
It was shut
in May.

Advertisement

北京大桥
于周一重新开放。
"""
CLEAN = "The bridge reopened on Monday. It was shut in May.\n\n北京大桥于周一重新开放。"


def words_at(clean: str, raw: str, words: str) -> str:
    start = clean.index(words)
    place = original(clean, raw).place(start, start + len(words))
    assert place
    return raw[place.start : place.end]


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("bridge", "bridge"),
        ("The bridge reopened", "The **bridge** reopened"),
        ("shut in May", "shut\nin May"),
        ("大桥于周一", "大桥\n于周一"),
    ],
)
def test_words_are_found_where_they_stood(words: str, there: str) -> None:
    assert words_at(CLEAN, RAW, words) == there


def test_a_paragraph_that_comes_twice_is_found_twice() -> None:
    raw = "Again.\nFirst one.\nAgain.\nLast one."
    found = original("First one.\n\nAgain.", raw)
    place = found.place(len("First one.\n\n"), len("First one.\n\nAgain."))
    assert place
    assert place.start == raw.rindex("Again.")


def test_what_stands_in_another_order_is_found_too() -> None:
    assert words_at("The body.\n\nThe title.", "The title.\nThe body.", "The title.") == "The title."


def test_words_that_are_not_there_have_no_place() -> None:
    assert original("Nowhere to be seen.", "Something else.").place(0, 7) is None


@given(st.lists(st.text(alphabet="abcdeé 北京.,!", min_size=1, max_size=30), min_size=1, max_size=8))
def test_every_run_is_the_same_but_for_white_space(paragraphs: list[str]) -> None:
    clean = "\n\n".join(" ".join(p.split()) for p in paragraphs)
    raw = "Menu\n" + "\n\tx\n".join(paragraphs)
    for start, place, length in original(clean, raw).runs:
        assert clean[start : start + length].split() == raw[place : place + length].split()


def test_every_paragraph_of_a_long_text_is_found() -> None:
    paragraphs = [f"Paragraph {n} says that the **council** met and voted {n} times." for n in range(3000)]
    clean = "\n\n".join(p.replace("*", "") for p in paragraphs)
    found = original(clean, "\n".join(paragraphs))
    place = found.place(clean.index("Paragraph 2999"), len(clean))
    assert place
    assert found.text[place.start : place.end] == paragraphs[-1]
