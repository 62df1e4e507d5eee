"""Whether anybody was hurt: the sentence that says that nobody was answers it."""

from __future__ import annotations

import pytest

from bot.evidence.nobody import with_nobody
from bot.types import Evidence
from tests.archive_data import article, item
from vectorstore.types import Match

FIRE = "A fire in the hall of Lisk Airport forced out 6,500 people."
HURT = "Was anyone hurt in the fire at Lisk Airport?"


def evidence(text: str, score: float, name: str = "fire") -> Evidence:
    stored = article(name, text)
    _, (passage,), _ = item(stored)
    return Evidence(Match(passage, stored.source, 0.0, 0.0, 0.0, (0.0,)), 0, score, 0.9 + score / 10)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (HURT, "Nobody was seriously hurt."),
        (HURT, "- No one was injured."),
        (HURT.replace("anyone", "anybody"), "None of the passengers was wounded."),
        ("Has anyone been dismissed over the fire?", "No one has been dismissed so far."),
    ],
)
def test_nobody_answers_whether_anyone_was(question: str, sentence: str) -> None:
    ranked = [evidence(FIRE, 0.0), evidence(sentence, -5.0)]
    found = with_nobody(question, ranked)
    assert [e.text for e in found] == [sentence, FIRE]
    assert (found[0].score, found[0].confidence) == (0.0, 0.9)


@pytest.mark.parametrize(
    ("question", "ranked"),
    [
        (HURT, [evidence(FIRE, 0.0), evidence("Nobody was hurt.", -5.0, "another")]),
        (HURT, [evidence("Nine people were hurt.", 0.0), evidence("Nobody was hurt in the street.", -5.0)]),
        (HURT, [evidence(FIRE, 0.0), evidence("Nine were hurt.", -1.0), evidence("Nobody was hurt.", -5.0)]),
        (HURT, [evidence(FIRE, 0.0), evidence("Nobody asked why.", -5.0)]),
        ("Who was hurt in the fire?", [evidence(FIRE, 0.0), evidence("Nobody was hurt.", -5.0)]),
        (HURT, []),
    ],
)
def test_what_is_of_another_or_told_better_is_left_alone(question: str, ranked: list[Evidence]) -> None:
    assert with_nobody(question, ranked) == ranked
