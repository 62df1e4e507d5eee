"""Words as the full-text index sees them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archive_data import article, opened, put
from vectorstore.lexical import content_words, index_text, match_expression, query_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The U.S. and the D.P.R.K. told us.", "the usa and the dprk told us"),
        ("US, USA and U.S.A.", "usa usa and usa"),
        ("Austin’s 3,000 troops", "austin s 3 000 troops"),
        ("朝鲜派兵", "朝鲜 鲜派 派兵"),
        ("在 Kursk 的朝鲜兵", "在 kursk 的朝 朝鲜 鲜兵"),
    ],
)
def test_index_text(text: str, terms: str) -> None:
    assert index_text(text) == terms


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("who confirmed the troop deployment?", ["confirmed", "troop", "deployment"]),
        ("朝鲜向哪里派兵？", ["朝鲜", "鲜向", "派兵"]),
        ("who said what", ["who", "said", "what"]),
        ("🙂", []),
    ],
)
def test_query_terms(question: str, terms: list[str]) -> None:
    assert query_terms(question) == terms


def test_content_words_lie_in_the_question() -> None:
    question = "Who confirmed Austin's 3,000-troop deployment in the U.S.?"
    assert [question[a:b] for a, b in content_words(question)] == [
        "confirmed",
        "Austin",
        "3,000-troop",
        "deployment",
        "U.S.",
    ]


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=60))
def test_no_question_is_syntax(tmp_path_factory: pytest.TempPathFactory, question: str) -> None:
    with opened(tmp_path_factory.mktemp("syntax")) as archive:
        put(archive, article("flood", "The river rose."))
        archive.search(question or "x")
    assert match_expression(["a", "b"]) == '"a" OR "b"'
