"""Sentence boundaries in news: abbreviations, initials, quotations, Chinese."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectorstore.sentences import is_cjk, split


def sentences(text: str, language: str = "") -> list[str]:
    return [text[span.start : span.end] for span in split(text, language)]


@pytest.mark.parametrize(
    "parts",
    [
        [
            "Secretary Lloyd J. Austin III confirmed it on Wednesday.",
            "Mr. Austin called it “very serious.”",
            "He left.",
        ],
        ["U.S. Says Troops Are in Russia.", "He was born in the U.S.", "The plan failed."],
        [
            "“He wanted weapons from the D.P.R.K.,’’ he said, using the abbreviation.",
            "“What now?” Ms. Reyes asked.",
        ],
        [
            "“What exactly are they doing?” Mr. Austin told reporters.",
            "“Left to be seen.”",
            "He gave no details.",
        ],
        ["Gen. Ana Ruiz met Sen. Bob Lee at No. 5 King St. in Ostrey.", "It was late."],
        ["He arrived at 5 p.m. Friday.", "He left at 6 a.m.", "The rest stayed."],
        ["It cost $3.5 million vs. $2 million.", "(He did not say why.)", "Nobody asked."],
        ["Prices rose 3.2 percent.", "“Stop!” the minister shouted.", "'Yes,' she said.", "They stopped."],
        [
            "Dr. Jane Q. Public Jr. agreed with Apple Inc. of the U.K. on Jan. 5.",
            "See www.example.com.",
            "Bye.",
        ],
        ["国防部长周三证实，朝鲜已派兵。", "“这非常严重。”他说。", "泽连斯基：“他们来了！”", "随后离开。"],
        ["“It was minus 40.”", "She said no more.", "He agreed."],
        [
            "It will be done in May.",
            "Sarah Vane left in Dec.",
            "“We won,” she said.",
            "He left Oct. 3 at noon.",
        ],
        [
            "The talks start at 9 a.m.",
            '"Sarah is late," he said.',
            "They ended in Aug. and Sept.",
            "It rained.",
        ],
        ["多少人？", "没有人知道！", "价格上涨3.2%。"],
    ],
    ids=lambda parts: parts[0][:24],
)
def test_boundaries(parts: list[str]) -> None:
    glue = "" if is_cjk(parts[0]) else " "
    assert sentences(glue.join(parts)) == parts


def test_paragraphs_end_sentences() -> None:
    assert sentences("A headline without a full stop\n\nThe first sentence.\nThe second") == [
        "A headline without a full stop",
        "The first sentence.",
        "The second",
    ]


def test_hard_wrapped_lines_do_not() -> None:
    text = (
        "The council of Dunmere voted on Monday evening to close the\nold bridge for two years. It is unsafe."
    )
    assert len(sentences(text)) == 2


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet=st.sampled_from("aB .!?。“”’'\"\n\t ()他说：5"), max_size=80))
def test_every_word_is_in_exactly_one_sentence(text: str) -> None:
    spans = split(text)
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    assert {at for at, character in enumerate(text) if character.isalnum()} <= set(covered)
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)
