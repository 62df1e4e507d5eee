"""A word of time in an article means that article's day, counted from when and where it was published."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.as_json import answer_json, json_line
from bot.cite import cited
from bot.dates.dated import dated, day_words, iso, readable
from bot.from_json import answer_from_json
from bot.page import sources_page
from bot.slack.reply import answer_replies
from bot.terminal import plain
from bot.types import Answer, Citation, Evidence, Status
from tests.small_archive import HARBOUR, passage_of
from vectorstore.types import Match

PUBLISHED = datetime(2024, 10, 24, 9, 0, tzinfo=timezone(timedelta(hours=-4)))  # a Thursday


@pytest.mark.parametrize(
    ("sentence", "dates"),
    [
        ("The harbour reopened on Wednesday after the storm.", ["Wednesday 2024-10-23"]),
        ("Brandt acknowledged on Thursday that ships had moved.", ["Thursday 2024-10-24"]),
        ("Brandt said Wednesday the ferry was lost.", ["Wednesday 2024-10-23"]),
        ("On Friday, two men were arrested.", ["Friday 2024-10-18"]),
        ("Lind was arrested late Tuesday.", ["Tuesday 2024-10-22"]),
        ("It has been closed since Monday.", ["Monday 2024-10-21"]),
        ("The council will vote on Friday.", ["Friday 2024-10-25"]),
        ("The court is expected to rule on Thursday.", ["Thursday 2024-10-24"]),
        ("The Tarn bridge will shut at 20:00 GMT on Sunday.", ["Sunday 2024-10-27"]),
        ("The fare will be cut on Monday.", ["Monday 2024-10-28"]),
        ("The firm plans to put the boat up for sale on Monday.", ["Monday 2024-10-28"]),
        ("The hall is not expected to be closed on Sunday.", ["Sunday 2024-10-27"]),
        ("The bridge was shut at 20:00 GMT on Sunday.", ["Sunday 2024-10-20"]),
        ("The firm wanted to sell and shut the plant on Monday.", ["Monday 2024-10-21"]),
        ("The ferry sails again from Friday.", ["Friday 2024-10-25"]),
        ("On Friday, the ferry will sail.", ["Friday 2024-10-25"]),
        ("The vote is next Friday.", ["Friday 2024-10-25"]),
        ("The show is open until Sunday.", ["Sunday 2024-10-27"]),
        (
            "He said on Wednesday that the ferry will sail on Friday.",
            ["Wednesday 2024-10-23", "Friday 2024-10-25"],
        ),
        (
            "“We will sail on Friday,” he said on Tuesday.",
            ["Friday 2024-10-25", "Tuesday 2024-10-22"],
        ),
        (
            "The vote was held on Tuesday last week.",
            ["Tuesday 2024-10-15", "last week 2024-10-14/2024-10-20"],
        ),
        ("The vote was last Saturday.", ["Saturday 2024-10-19"]),
        ("It opened yesterday and closes tomorrow.", ["yesterday 2024-10-23", "tomorrow 2024-10-25"]),
        ("Three days ago the bridge fell.", ["Three days ago 2024-10-21"]),
        ("Prices rose last month and may fall next year.", ["last month 2024-09", "next year 2025"]),
        ("Lind was arrested in March last year.", ["March last year 2023-03"]),
        ("The pier opens in June of next year.", ["June of next year 2025-06"]),
        ("Olivia May last year left the council.", ["last year 2023"]),
        ("Prices rose last week.", ["last week 2024-10-14/2024-10-20"]),
        ("奥斯汀周三表示，渡轮将于周五恢复通航。", ["周三 2024-10-23", "周五 2024-10-25"]),
        ("周五渡轮将恢复通航。", ["周五 2024-10-25"]),
        ("他上周二到达，下周一离开。", ["上周二 2024-10-15", "下周一 2024-10-28"]),
        ("昨天发生地震，上周也有。", ["昨天 2024-10-23", "上周 2024-10-14/2024-10-20"]),
        ("奥斯汀23日在罗马表示。", ["23日 2024-10-23"]),
        ("他30日抵达，拟于30日离开。", ["30日 2024-09-30", "30日 2024-10-30"]),
        ("上个月和去年", ["上个月 2024-09", "去年 2023"]),
        # Names, habits, dates the text tells itself, and what may mean two days.
        ("The Sunday Times reported the loss on Good Friday.", []),
        ("He visits every Friday, and the Friday Agreement held.", []),
        ("The vote was held on Wednesday, Oct. 16.", []),
        ("The vote was last Tuesday.", []),
        ("He had until Friday to resign.", []),
        ("In the last week of the campaign he lost.", []),
        ("周日报道了此事，10月23日也有。", []),
        ("The harbour reopened after the storm.", []),
    ],
)
def test_what_the_words_mean(sentence: str, dates: list[str]) -> None:
    assert [f"{each.text} {each.date}" for each in dated(sentence, 0, PUBLISHED)] == dates


def test_without_a_date_nothing_is_said() -> None:
    assert dated("It happened on Wednesday.", 0, None) == ()


def test_the_day_is_the_source_s_own() -> None:
    late = datetime(2024, 10, 24, 23, 30, tzinfo=timezone(timedelta(hours=-4)))
    assert [each.date for each in dated("It opened today.", 0, late)] == ["2024-10-24"]
    assert [each.date for each in dated("It opened today.", 0, late.astimezone(UTC))] == ["2024-10-25"]


@pytest.mark.parametrize(
    ("now", "sentence", "date"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), "It opened on Tuesday.", "2024-12-31"),
        (datetime(2025, 1, 1, tzinfo=UTC), "Prices rose last month.", "2024-12"),
        (datetime(2024, 3, 1, tzinfo=UTC), "It opened yesterday.", "2024-02-29"),
        (datetime(2024, 12, 31, tzinfo=UTC), "It will open on Wednesday.", "2025-01-01"),
        (datetime(2024, 1, 2, tzinfo=UTC), "他30日抵达。", "2023-12-30"),
    ],
)
def test_years_end_and_leap(now: datetime, sentence: str, date: str) -> None:
    assert [each.date for each in dated(sentence, 0, now)] == [date]


def test_dates_for_people() -> None:
    assert readable("2024-10-03") == "3 Oct 2024"
    assert readable("2024-10") == "Oct 2024"
    assert readable("2024") == "2024"
    assert (iso(date(824, 1, 1), date(824, 12, 31)), readable("0824")) == ("0824", "824")
    assert (iso(date(824, 2, 1), date(824, 2, 29)), readable("0824-02")) == ("0824-02", "Feb 824")
    assert readable("2024-10-14/2024-10-20") == "14 Oct 2024 to 20 Oct 2024"
    assert readable("2024-10-14/2024-10-20", "zh") == "2024年10月14日至2024年10月20日"
    assert iso(PUBLISHED.date(), PUBLISHED.date()) == "2024-10-24"


def citation() -> Citation:
    match = Match(passage_of(HARBOUR), HARBOUR.source, 0.0, 0.0, 0.0, ())
    return cited([("t", [Evidence(match, 0, 1.0)])])[1][0]


def answer() -> Answer:
    return Answer("q", "q", Status.ANSWERED, citations=(citation(),))


def test_a_citation_knows_the_days_of_its_quote() -> None:
    found = citation()
    (day,) = found.dates
    assert HARBOUR.text[day.start : day.end] == day.text == "Wednesday"
    assert found.quote == HARBOUR.text[found.start : found.end]
    assert day_words(found) == "Wednesday = 23 Oct 2024"


def test_the_day_is_shown_under_the_quote_and_goes_through_json() -> None:
    assert "    Wednesday = 23 Oct 2024" in [plain(line) for line in sources_page(answer())]
    fields = json.loads(json_line(answer_json(answer())))
    assert fields["citations"][0]["dates"] == [
        {"text": "Wednesday", "start": 35, "end": 44, "date": "2024-10-23"}
    ]
    assert answer_from_json(fields).citations[0].dates == citation().dates
    del fields["citations"][0]["dates"]  # as an earlier Citedesk wrote it
    assert answer_from_json(fields).citations[0].dates == ()


def test_the_day_is_shown_in_slack() -> None:
    (reply,) = answer_replies(answer(), "a1")
    assert "Wednesday = 23 Oct 2024" in json.dumps(reply.blocks)
