"""The bot's own words: every phrase in every language, and the language of the question around the answer."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter

import pytest

from bot.page import answer_page
from bot.slack.reply import answer_replies
from bot.terminal import plain
from bot.types import EXTRACTS, Answer, Citation, Nearest, Sentence, Status
from bot.wording import CHINESE, ENGLISH, PHRASES, count, day, language_of, say
from bot.writing.writer import Dropped, Reason, Written
from vectorstore.types import Source

DAY = datetime(2024, 10, 3, tzinfo=UTC)
SOURCE = Source("Two bridges closed", "Dun Post", url="https://dun.example/a", published=DAY, incomplete=True)
SAID = "Mayor Ada Holt closed both bridges."
ANSWER = Answer(
    "谁关闭了桥？",
    "谁关闭了那两座桥？",
    Status.ANSWERED,
    (Sentence(SAID, (1,)),),
    (Citation(1, "a", SOURCE, SAID, 0, len(SAID), corrected=DAY),),
    model=EXTRACTS,
    since=DAY,
    conflict=True,
    language=CHINESE,
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_language_has_every_phrase_with_the_same_placeholders() -> None:
    english = PHRASES[ENGLISH]
    for phrases in PHRASES.values():
        assert {key: placeholders(text) for key, text in phrases.items()} == {
            key: placeholders(text) for key, text in english.items()
        }


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Who closed the bridges?", ENGLISH),
        ("谁关闭了桥？", CHINESE),
        ("Ada Holt 说了什么？", CHINESE),
        ("Who is 林若梅?", ENGLISH),
        ("When did mayor 陈立群 open the bridge?", ENGLISH),
        ("AI 公司什么时候裁员？", CHINESE),
        ("誰が橋を閉めましたか", ENGLISH),
        ("누가 다리를 폐쇄했나", ENGLISH),
        ("Qui a fermé les ponts ?", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_the_language_of_a_question(question: str, language: str) -> None:
    assert language_of(question) == language


def test_an_unknown_language_is_answered_in_english() -> None:
    assert say("fr", "sources") == "Sources"


def test_counts_and_days() -> None:
    assert count(ENGLISH, "unsupported", 1).startswith("1 sentence was")
    assert count(CHINESE, "unsupported", 3).startswith("有 3 句话")
    assert count(CHINESE, "unsupported", 0) == ""
    assert (day(ENGLISH, DAY), day(CHINESE, DAY), day(CHINESE, None)) == ("3 Oct 2024", "2024年10月3日", "")


def english_left_in(text: str) -> str:
    """What of `text` is Latin letters, without the words of the article and the addresses."""
    for known in (
        SAID,
        "Mayor Ada Holt",
        "Two bridges closed",
        "Dun Post",
        "dun.example",
        "https",
        "text",
        "ingest FOLDER",
    ):
        text = text.replace(known, "")
    return "".join(c for c in text if c.isascii() and c.isalpha())


def test_a_chinese_question_gets_chinese_words_around_the_quote() -> None:
    lines = [plain(line).split("#")[0] for line in answer_page(ANSWER)]
    assert f"{SAID} [1]" in lines
    assert "来源" in lines
    assert any("2024年10月3日更正" in line for line in lines)
    assert english_left_in("".join(lines)) == "a"  # the page of the address


@pytest.mark.parametrize("status", [Status.NO_EVIDENCE, Status.UNVERIFIED, Status.EMPTY_ARCHIVE])
def test_a_chinese_question_is_declined_in_chinese(status: Status) -> None:
    near = Nearest("a", Source("Two bridges closed", "Dun Post", published=DAY))
    answer = Answer("谁？", "谁？", status, nearest=(near,), language=CHINESE)
    assert english_left_in("".join(plain(line) for line in answer_page(answer))) == ""
    for reply in answer_replies(answer, "id"):
        assert english_left_in(reply.text) == ""


def test_slack_says_it_in_chinese_too() -> None:
    (reply,) = answer_replies(ANSWER, "id")
    assert "来源" in reply.text
    labels = [element["text"]["text"] for element in reply.blocks[-1]["elements"]]
    assert labels == ["👍 有帮助", "👎 没帮助", "显示引文"]


def test_what_a_model_wrote_in_vain_is_told_in_chinese() -> None:
    written = Written(dropped=(Dropped("x", Reason.OTHER_LANGUAGE),), language=CHINESE)
    assert written.notes == (say(CHINESE, "one_foreign"),)
