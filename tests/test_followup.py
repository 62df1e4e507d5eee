"""Follow-ups completed from the thread, and questions that must be left alone."""

from __future__ import annotations

import pytest

from bot.followup import content_words, standalone
from bot.types import Turn


def turn(question: str, answer: str) -> Turn:
    return Turn(question, question, answer)


DEPLOYMENT = turn(
    "who confirmed the troop deployment?",
    "Defense Secretary Lloyd J. Austin III confirmed on Wednesday that North Korea had sent troops. [1]",
)
TROOPS = turn("How many troops did Russia send?", "Russia sent 3,000 troops. [1]")
ALLIANCE = turn("What did Putin say about NATO?", "“We will respond,” Vladimir V. Putin said. [1]")
SPEECH = turn("Where did Angela Merkel speak?", "Ms. Merkel spoke in Berlin. [1]")
HARLOW = turn(
    "who confirmed the landing?",
    "Calvera said little. Secretary Edmund J. Harlow Jr. of Calvera confirmed the landing at Port Halden. [1]",
)
BORN = turn("Where was Walter Enderby born?", "Mr. Enderby was born in Hull. [1]")
CHINESE = turn("俄罗斯派了多少军队？", "俄罗斯派遣了三千名士兵。[1]")
AUSTIN = "Defense Secretary Lloyd J. Austin III"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DEPLOYMENT, "and when did he say it?", f"when did {AUSTIN} say it? (confirmed troop deployment)"),
        (DEPLOYMENT, "Where did he speak?", f"Where did {AUSTIN} speak?"),
        (DEPLOYMENT, "What is his job?", f"What is {AUSTIN}'s job?"),
        (DEPLOYMENT, "how many troops are there", "how many troops are there"),
        (DEPLOYMENT, "was there a vote?", "was there a vote?"),
        (BORN, "and when did he die?", "when did Walter Enderby die?"),
        (BORN, "who was his wife?", "who was Walter Enderby's wife?"),
        (DEPLOYMENT, "why?", "why? (confirmed troop deployment)"),
        (DEPLOYMENT, "who else?", "who else? (confirmed troop deployment)"),
        (DEPLOYMENT, "tell me more", "tell me more (confirmed troop deployment)"),
        (DEPLOYMENT, "Is that true?", "Is that true? (confirmed troop deployment)"),
        (DEPLOYMENT, "Who said that?", "Who said that? (confirmed troop deployment)"),
        (DEPLOYMENT, "Where are they expected?", "Where are they expected? (confirmed troop deployment)"),
        (DEPLOYMENT, "Were those sent?", "Were those sent? (confirmed troop deployment)"),
        (DEPLOYMENT, "When did this happen?", "When did this happen? (confirmed troop deployment)"),
        (DEPLOYMENT, "What happened there?", "What happened there? (confirmed troop deployment)"),
        (DEPLOYMENT, "Did Moscow deny it?", "Did Moscow deny it? (confirmed troop deployment)"),
        (DEPLOYMENT, "When did Austin say it?", "When did Austin say it? (confirmed troop deployment)"),
        (DEPLOYMENT, "Did Putin meet him?", "Did Putin meet him? (confirmed troop deployment)"),
        (DEPLOYMENT, "And in Kursk?", "in Kursk? (confirmed troop deployment)"),
        (TROOPS, "what about China?", "How many troops did China send?"),
        (TROOPS, "And how about North Korea?", "How many troops did North Korea send?"),
        (TROOPS, "how about tanks?", "how about tanks? (troops Russia send)"),
        (TROOPS, "Ukraine?", "Ukraine? (troops Russia send)"),
        (TROOPS, "and when?", "when? (troops Russia send)"),
        (ALLIANCE, "When did he say it?", "When did Putin say it? (NATO)"),
        (SPEECH, "what did she say?", "what did Angela Merkel say? (speak)"),
        (SPEECH, "Who met her there?", "Who met Angela Merkel there? (speak)"),
        (HARLOW, "when did he?", "when did Secretary Edmund J. Harlow Jr. of Calvera? (confirmed landing)"),
        (CHINESE, "那乌克兰呢？", "那乌克兰呢？（俄罗斯派了多少军队）"),
        (CHINESE, "为什么？", "为什么？（俄罗斯派了多少军队）"),
        (CHINESE, "他们什么时候到的？", "他们什么时候到的？（俄罗斯派了多少军队）"),
        (CHINESE, "这是什么时候的事？", "这是什么时候的事？（俄罗斯派了多少军队）"),
    ],
)  # fmt: skip
def test_a_follow_up_is_completed(before: Turn, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (DEPLOYMENT, "Who won the Nobel Prize in Literature?"),
        (DEPLOYMENT, "What is the price of a subscription?"),
        (DEPLOYMENT, "How many people died in the flood?"),
        (DEPLOYMENT, "And who won the election in Georgia?"),
        (DEPLOYMENT, "Are there plans for a new bridge in Lisbon?"),
        (DEPLOYMENT, "North Korean troops in Kursk"),
        (DEPLOYMENT, "Kursk casualties"),
        (DEPLOYMENT, "Did Putin say he would resign?"),
        (DEPLOYMENT, "What did the minister say when he resigned?"),
        (DEPLOYMENT, "What did Tesla announce about its factory?"),
        (DEPLOYMENT, "How did the troops get their weapons?"),
        (DEPLOYMENT, "What did the minister say about the budget that was passed?"),
        (DEPLOYMENT, "Why did the company that made those chips close?"),
        (DEPLOYMENT, "How long does it take to fly to Seoul?"),
        (DEPLOYMENT, "Is it true that China banned coal imports?"),
        (DEPLOYMENT, "What time is it in Seoul?"),
        (DEPLOYMENT, "When did the treaty expire?"),
        (SPEECH, "What did Mr. Scholz say about her speech?"),
        (CHINESE, "朝鲜派了多少士兵？"),
        (CHINESE, "谁获得了诺贝尔文学奖？"),
        (CHINESE, "土耳其的其他城市发生了什么地震？"),
        (CHINESE, "那不勒斯的人口是多少？"),
    ],
)
def test_a_question_of_its_own_is_left_alone(before: Turn, question: str) -> None:
    assert standalone(question, [before]) == question


def test_the_first_question_is_never_changed() -> None:
    assert standalone("and when did he say it?", []) == "and when did he say it?"


def test_a_chain_of_follow_ups_leans_on_what_was_understood_last() -> None:
    second = standalone("what about China?", [TROOPS])
    thread = [TROOPS, Turn("what about China?", second, "China sent none. [1]")]
    assert standalone("And Japan?", thread) == "Japan? (troops China send)"
    assert standalone("how about Japan?", thread) == "How many troops did Japan send?"


def test_what_is_borrowed_stays_short() -> None:
    wordy = turn(" ".join(f"topic{n}" for n in range(50)), "")
    assert len(content_words(standalone("why?", [wordy]))) == 12
