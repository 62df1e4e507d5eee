"""Whole conversations over an archive with the bundled model: what is understood and which sentence is cited, turn by
turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answering import Answerer
from bot.as_json import answer_json
from bot.page import answer_page
from bot.slack.reply import answer_replies
from bot.terminal import plain
from bot.types import Status, Turn
from tests.conversation_data import build
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder

DECLINED = ""
IN_ENGLISH = (
    (
        "Who opened the tidal barrier at Quarrenport?",
        "Who opened the tidal barrier",
        "Odile R. Vantongeren opened",
    ),
    ("when?", "When was the tidal barrier opened at Quarrenport?", "on Tuesday"),
    ("How much did it cost?", "How much did the tidal barrier cost?", "410 million florins"),
    ("What do fishermen fear?", "What do fishermen fear?", "herring out of the estuary"),
    ("Where was she born?", "Where was Odile R. Vantongeren born?", "born in Quarrenport in 1968"),
    (
        "What did she say about Drenland?",
        "What did Odile R. Vantongeren say about Drenland?",
        "welcome to copy",
    ),
    ("How many dredgers did Drenland send?", "How many dredgers did Drenland send?", "fourteen dredgers"),
    ("and Norrland?", "How many dredgers did Norrland send?", "six dredgers"),
    ("Where are they moored?", "Where are the dredgers moored?", "Tarn Quay"),
    ("And why did they come?", "Why did the dredgers come?", "because sand had closed"),
    ("Who leads the fleet?", "Who leads the fleet?", "Ulrik Sandoval"),
    ("What did he tell reporters?", "What did Ulrik Sandoval tell reporters?", "open by June"),
    ("What caused the fire at the Lantern Theatre?", "What caused the fire", "a faulty spotlight"),
    ("When was it founded?", "the Lantern Theatre founded?", "founded in 1874"),
    ("Who won the Nobel Prize in Literature?", "Who won the Nobel Prize in Literature?", DECLINED),
    ("And in 1998?", "Who won the Nobel Prize in Literature in 1998?", DECLINED),
)
IN_CHINESE = (
    ("望鹭桥什么时候通车？", "望鹭桥什么时候通车？", "6月1日上午通车"),
    ("它是谁建造的？", "望鹭桥是谁建造的？", "南岭路桥公司"),
    ("县长宣布了什么？", "县长宣布了什么？", "十年内不收费"),
    ("他说了什么？", "杜若衡说了什么？", "近了四十分钟"),
    ("蒙古派出了多少救援人员？", "蒙古派出了多少救援人员？", "八十名"),
    ("那越南呢？", "越南派出了多少救援人员？", "一百二十名"),
    ("救援队为什么改乘卡车前往？", "救援队为什么改乘卡车前往？", "铁路中断"),
    ("罗青禾表示了什么？", "罗青禾表示了什么？", "持续两周"),
    ("望鹭桥全长多少米？", "望鹭桥全长多少米？", "一千八百米"),
    ("它什么时候通车？", "望鹭桥什么时候通车？", "6月1日上午"),
    ("谁获得了诺贝尔文学奖？", "谁获得了诺贝尔文学奖？", DECLINED),
    ("那去年呢？", "去年谁获得了诺贝尔文学奖？", DECLINED),
)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory, minilm: Embedder) -> Iterator[Answerer]:
    settings = build(tmp_path_factory.mktemp("talk") / "desk", minilm)
    with Archive.open(settings, minilm) as archive:
        yield Answerer(archive)


def test_what_was_understood_is_shown_wherever_it_was_asked_also_when_declined(answerer: Answerer) -> None:
    prize = "Who won the Nobel Prize in Literature?"
    answer = answerer.answer("And in 1998?", [Turn(prize, prize, "")])
    assert answer.status is Status.NO_EVIDENCE
    understood = "Understood as: Who won the Nobel Prize in Literature in 1998?"
    assert understood in [plain(each) for each in answer_page(answer)]
    assert understood in " ".join(reply.text for reply in answer_replies(answer, "id"))
    assert answer_json(answer)["standalone_question"] == "Who won the Nobel Prize in Literature in 1998?"


@pytest.mark.parametrize("turns", [IN_ENGLISH, IN_CHINESE], ids=["English", "Chinese"])
def test_a_conversation(turns: tuple[tuple[str, str, str], ...], answerer: Answerer) -> None:
    thread: list[Turn] = []
    for question, understood, cited in turns:
        answer = answerer.answer(question, thread)
        assert understood in answer.standalone_question
        assert answer.status is (Status.ANSWERED if cited else Status.NO_EVIDENCE), question
        assert not cited or any(cited in each.quote for each in answer.citations), (question, answer.text)
        thread.append(Turn(question, answer.standalone_question, answer.text))
