"""The short answer: a name, time, place or amount inside the quote, or nothing when it is not sure."""

from __future__ import annotations

import pytest

from bot.short.answer_type import Kind, asked_for
from bot.short.span import answer_candidates, short_span, type_fit

CONFIRMED = "Defense Secretary Edmund J. Harlow Jr. confirmed on Wednesday that Calvera had sent troops to Port Halden."
PASSIVE = "The deployment was confirmed on Wednesday by Defense Secretary Edmund J. Harlow Jr., who spoke in Storhavn."
BRIDGE = "The bridge will cost $4 million and take three years to build."
COUNTED = "The attack killed 12 soldiers and wounded 30 civilians, the governor said."
HAN = "国防部长埃德蒙·哈洛周三证实，卡尔韦拉已派出1200名士兵和40辆车。"


def short(question: str, sentence: str) -> str:
    span = short_span(question, sentence)
    return sentence[span[0] : span[1]] if span else ""


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("Who confirmed it?", Kind.PERSON, ""),
        ("By whom was it confirmed?", Kind.PERSON, ""),
        ("Whose boat sank?", Kind.PERSON, "whose"),
        ("What is the governor's name?", Kind.PERSON, ""),
        ("Which company built the bridge?", Kind.NAME, "company"),
        ("When did it sink?", Kind.TIME, ""),
        ("In what year did it sink?", Kind.TIME, "year"),
        ("Where did it sink?", Kind.PLACE, ""),
        ("In which city was the summit?", Kind.PLACE, "city"),
        ("How many soldiers were sent?", Kind.AMOUNT, "soldiers"),
        ("How much did the bridge cost?", Kind.AMOUNT, "money"),
        ("How old is she?", Kind.AMOUNT, "years"),
        ("What percentage of voters agreed?", Kind.AMOUNT, "percent"),
        ("谁证实了部署？", Kind.PERSON, ""),
        ("船什么时候沉的？", Kind.TIME, ""),
        ("峰会在哪里举行？", Kind.PLACE, ""),
        ("派出了多少名士兵？", Kind.AMOUNT, "名"),
    ],
)
def test_what_is_asked_for(question: str, kind: Kind, unit: str) -> None:
    asked = asked_for(question)
    assert asked is not None
    assert (asked.kind, asked.unit) == (kind, unit)


@pytest.mark.parametrize(
    "question",
    ["Why did it sink?", "What did Harlow say when he arrived?", "How does it work?", "为什么会沉没？"],
)
def test_no_short_answer_is_asked_for(question: str) -> None:
    assert asked_for(question) is None
    assert not answer_candidates(question, CONFIRMED)
    assert type_fit(question, CONFIRMED) == 1.0


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Who confirmed the deployment?", CONFIRMED, "Defense Secretary Edmund J. Harlow Jr."),
        ("Who confirmed the deployment?", PASSIVE, "Defense Secretary Edmund J. Harlow Jr."),
        (
            "Who is leading the inquiry?",
            "The inquiry is led by Judge Pieter van der Berg, a former mayor of Wexcombe.",
            "Judge Pieter van der Berg",
        ),
        (
            "Who did Harlow meet?",
            "Harlow met Marta Lindquist-Oye, the commander of the 3rd Coastal Brigade, in Port Halden.",
            "Marta Lindquist-Oye",
        ),
        (
            "Who said that the plan would fail?",
            "“The plan will fail,” said Olav Tveit, 79, the federation's chairman.",
            "Olav Tveit",
        ),
        ("When did Harlow confirm the deployment?", CONFIRMED, "Wednesday"),
        (
            "When will the troops leave?",
            "The troops are to leave Port Halden by March 31, 2025.",
            "by March 31, 2025",
        ),
        ("How many soldiers were killed?", COUNTED, "12 soldiers"),
        ("How many civilians were wounded?", COUNTED, "30 civilians"),
        ("How much will the bridge cost?", BRIDGE, "$4 million"),
        ("How long will the bridge take to build?", BRIDGE, "three years"),
        ("How high was the river Dun?", "The river Dun rose to 3.2 metres on Sunday night.", "3.2 metres"),
        ("What share of voters backed the plan?", "A third of voters backed the plan on Sunday.", "A third"),
        (
            "Where did the fire start?",
            "The fire started in the old cannery, officials said.",
            "the old cannery",
        ),
        (
            "Which company built the bridge?",
            "Fennick & Daughters built the bridge for the city of Wexcombe.",
            "Fennick & Daughters",
        ),
        ("谁证实了部署？", HAN, "国防部长埃德蒙·哈洛"),
        ("派出了多少名士兵？", HAN, "1200名士兵"),
        ("部队什么时候离开？", "该部说，部队将于2025年3月31日离开哈尔登港。", "2025年3月31日"),
        ("谁证实了部署？", CONFIRMED, "Defense Secretary Edmund J. Harlow Jr."),
        ("哈洛什么时候证实的？", CONFIRMED, "Wednesday"),
    ],
)
def test_the_short_answer(question: str, sentence: str, answer: str) -> None:
    assert short(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who met Harlow and Ravndal?", "Harlow and Ravndal were met at the pier."),
        ("Who confirmed the deployment?", "Harlow’s spokesman said that the deployment was confirmed."),
        ("Who confirmed the deployment?", "The deployment was confirmed on Wednesday."),
        ("When did Harlow speak to Ravndal?", "Harlow spoke to Ravndal at length."),
        ("How many soldiers were sent?", "Harlow did not say how many soldiers were sent in 2024."),
        ("Where did Harlow speak?", "Harlow spoke for an hour and took no questions."),
        ("How many people will work at the factory?", "The factory will cost 3.8 billion euro to build."),
        (
            "How many people will work at the factory?",
            "The factory will cost $3 million; work begins in May.",
        ),
        (
            "Where was the box of ballots kept?",
            "The box of ballots from Polling Station No. 14 was kept safe.",
        ),
        ("谁会见了哈洛？", "哈洛在码头受到欢迎。"),
    ],
)
def test_when_unsure_none_is_given(question: str, sentence: str) -> None:
    assert short(question, sentence) == ""


def test_a_sentence_of_the_kind_asked_for_fits_better() -> None:
    question = "Who confirmed the deployment of the troops?"
    named, unnamed = (
        type_fit(question, CONFIRMED),
        type_fit(question, "The deployment of the troops was confirmed."),
    )
    assert named > 0.8
    assert unnamed == 0.0


def test_candidates_say_something_new() -> None:
    found = answer_candidates(
        "When did the C.S. Patience leave in 2024?", "In 2024, on May 3, 2024, she left."
    )
    assert [(c.start, c.end) for c in found] == [(12, 23)]
