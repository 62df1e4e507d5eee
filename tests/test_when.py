"""Words of time in a question: which days they mean on a given day, what stays to be searched for, and the traps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates.published import generous, narrowed, of_the_days
from bot.dates.when import read
from bot.question import LONGEST
from tests.small_archive import HARBOUR, passage_of
from vectorstore.types import Filter, Match, Source

NEW_YORK = timezone(timedelta(hours=-4))
NOW = datetime(2024, 10, 31, 9, 0, tzinfo=NEW_YORK)  # a Thursday


def days(question: str, now: datetime = NOW) -> str:
    """The days as "2024-10-01..2024-10-31"; an open end is empty."""
    when = read(question, now)
    return f"{when.first or ''}..{when.last or ''}"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Austin say yesterday?", "2024-10-30..2024-10-31"),
        ("What did Austin say the day before yesterday?", "2024-10-29..2024-10-31"),
        ("What happened today in Velmora?", "2024-10-31..2024-10-31"),
        ("Who resigned this morning?", "2024-10-31..2024-10-31"),
        ("What did the council decide last night?", "2024-10-30..2024-10-31"),
        ("What did the mayor say two days ago?", "2024-10-29..2024-10-31"),
        ("What did the mayor say 10 days ago?", "2024-10-21..2024-10-23"),
        ("What opened a week ago?", "2024-10-23..2024-10-25"),
        ("What opened three weeks ago?", "2024-10-07..2024-10-13"),
        ("What opened two months ago?", "2024-08-01..2024-08-31"),
        ("What opened a year ago?", "2023-01-01..2023-12-31"),
        ("What did the mayor say last week?", "2024-10-21..2024-10-27"),
        ("What did the mayor say this week?", "2024-10-28..2024-10-31"),
        ("Last week, what did the mayor say?", "2024-10-21..2024-10-27"),
        ("What did the court rule last month?", "2024-09-01..2024-09-30"),
        ("What did the court rule this month?", "2024-10-01..2024-10-31"),
        ("Who won last year?", "2023-01-01..2023-12-31"),
        ("Who won earlier this year?", "2024-01-01..2024-10-31"),
        ("What was said in the last 3 days?", "2024-10-28..2024-10-31"),
        ("What was said over the past two weeks?", "2024-10-17..2024-10-31"),
        ("What was said in the past 24 hours?", "2024-10-30..2024-10-31"),
        ("What was said in the past month?", "2024-09-30..2024-10-31"),
        ("What was said during the last six months?", "2024-04-30..2024-10-31"),
        ("Who met over the weekend?", "2024-10-26..2024-10-27"),
        ("Who met last weekend?", "2024-10-26..2024-10-27"),
        ("Who won last Tuesday?", "2024-10-29..2024-10-31"),
        ("Who won last Thursday?", "2024-10-24..2024-10-26"),
        ("What did Austin say on Wednesday?", "2024-10-30..2024-10-31"),
        ("What did Austin say Wednesday?", "2024-10-30..2024-10-31"),
        ("What did Austin say on Thursday?", "2024-10-31..2024-10-31"),
        ("What did Austin say on Friday evening?", "2024-10-25..2024-10-27"),
        ("What did Austin say on Tuesday last week?", "2024-10-22..2024-10-24"),
        ("Who resigned in October?", "2024-10-01..2024-10-31"),
        ("who resigned in october", "2024-10-01..2024-10-31"),
        ("who resigned in december", "2023-12-01..2023-12-31"),
        ("who resigned in may", "2024-05-01..2024-05-31"),
        ("Who resigned in May?", "2024-05-01..2024-05-31"),
        ("Who resigned last October?", "2023-10-01..2023-10-31"),
        ("Who resigned in October 2023?", "2023-10-01..2023-10-31"),
        ("Who resigned in October last year?", "2023-10-01..2023-10-31"),
        ("Who resigned in 2023?", "2023-01-01..2023-12-31"),
        ("Who resigned on 23 October?", "2024-10-23..2024-10-25"),
        ("Who resigned on the 23rd of October 2023?", "2023-10-23..2023-10-25"),
        ("Who resigned on October 7, 2023?", "2023-10-07..2023-10-09"),
        ("Who resigned on Oct. 7?", "2024-10-07..2024-10-09"),
        ("Who resigned on November 5?", "2023-11-05..2023-11-07"),
        ("Who resigned on 2024-10-23?", "2024-10-23..2024-10-25"),
        ("Who resigned on 23.10.2024?", "2024-10-23..2024-10-25"),
        ("Who resigned on 10/23/2024?", "2024-10-23..2024-10-25"),
        ("What has changed since Monday?", "2024-10-28.."),
        ("What has changed since October?", "2024-10-01.."),
        ("What has changed since 2023?", "2023-01-01.."),
        ("What was known before March 5?", "..2024-03-04"),
        ("What was said after March 5?", "2024-03-06.."),
        ("Who governed until March 5?", "..2024-03-05"),
        ("What was decided between 1 and 5 March?", "2024-03-01..2024-03-05"),
        ("What was decided between March 1 and 5?", "2024-03-01..2024-03-05"),
        ("What was decided between March 1 and March 5?", "2024-03-01..2024-03-05"),
        ("What was decided between 28 December and 3 January?", "2023-12-28..2024-01-03"),
        ("What was decided from Monday to Wednesday?", "2024-10-28..2024-10-30"),
        ("What was decided between 2019 and 2021?", "2019-01-01..2021-12-31"),
        ("What was decided in early October?", "2024-10-01..2024-10-10"),
        ("What was decided in mid-October?", "2024-10-11..2024-10-20"),
        ("What was decided in late October 2023?", "2023-10-21..2023-10-31"),
        ("What was decided at the end of February 2024?", "2024-02-21..2024-02-29"),
        ("What was the profit in Q3 2024?", "2024-07-01..2024-11-14"),
        ("What did he say about last week's attack?", "2024-10-21.."),
        ("What did he say about Tuesday's vote?", "2024-10-29.."),
        ("昨天市长说了什么？", "2024-10-30..2024-10-31"),
        ("前天市长说了什么？", "2024-10-29..2024-10-31"),
        ("今天市长说了什么？", "2024-10-31..2024-10-31"),
        ("上周市长说了什么？", "2024-10-21..2024-10-27"),
        ("本周市长说了什么？", "2024-10-28..2024-10-31"),
        ("上个月谁辞职了？", "2024-09-01..2024-09-30"),
        ("去年谁赢了？", "2023-01-01..2023-12-31"),
        ("今年谁赢了？", "2024-01-01..2024-10-31"),
        ("10月谁辞职了？", "2024-10-01..2024-10-31"),
        ("十月谁辞职了？", "2024-10-01..2024-10-31"),
        ("12月谁辞职了？", "2023-12-01..2023-12-31"),
        ("2024年10月谁辞职了？", "2024-10-01..2024-10-31"),
        ("2023年10月7日发生了什么？", "2023-10-07..2023-10-09"),
        ("去年10月初谁辞职了？", "2023-10-01..2023-10-10"),
        ("三天前市长说了什么？", "2024-10-28..2024-10-30"),
        ("过去两周有多少人遇难？", "2024-10-17..2024-10-31"),
        ("最近三个月有多少人遇难？", "2024-07-31..2024-10-31"),
        ("周三奥斯汀说了什么？", "2024-10-30..2024-10-31"),
        ("上周三奥斯汀说了什么？", "2024-10-23..2024-10-25"),
        ("星期一奥斯汀说了什么？", "2024-10-28..2024-10-30"),
        ("上周末谁赢了？", "2024-10-26..2024-10-27"),
        ("自10月以来有什么变化？", "2024-10-01.."),
        ("从周一至今有什么变化？", "2024-10-28.."),
        ("2023年以前谁是市长？", "..2022-12-31"),
        ("What opened 100 years ago?", "1924-01-01..1924-12-31"),
        ("1949年10月1日发生了什么？", "1949-10-01..1949-10-03"),
    ],
)
def test_days_are_counted_from_now(question: str, expected: str) -> None:
    assert days(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 2024 election?",
        "What is in the 2024 budget?",
        "How many died in the 1968 flood?",
        "Who spoke at the October 2024 meeting?",
        "What did he say about the October 7 attack?",
        "What did the Friday Agreement say?",
        "Who founded the Monday Club?",
        "What did the Sunday Times report?",
        "Who led the March on Washington?",
        "Who spoke in March on Washington?",
        "What did Theresa May say about trade?",
        "What has happened since May resigned?",
        "May I ask who won?",
        "Who may open the bridge?",
        "What did USA Today report?",
        "Who hosts Last Week Tonight?",
        "Who sang “Yesterday”?",
        'Who wrote "In October"?',
        "What happened in the last week of the campaign?",
        "What did he do in the last two years of his life?",
        "What is in last year's budget?",
        "What was the second of the demands?",
        "Will parliament vote on Tuesday?",
        "What will happen in December?",
        "What is planned for next week?",
        "Who is running in 2028?",
        "How many cases were there in 2000%?",
        "Which street has 1990 houses?",
        "Who died on 30 February?",
        "Who is the president?",
        "What was built in the 1990s?",
        "2024年大选谁赢了？",
        "2024年的预算是多少？",
        "谁最先登上月球？",
        "《昨天》是谁写的？",
        "以上周期是多久？",
        "今日俄罗斯报道了什么？",
        "议会将在周二投票吗？",
        "Who built the Korvat mine 1200 years ago?",
        "What happened in Dunmere 2023 years ago?",
        "What changed over the last 500 years?",
        "Who was president on 4 March 1861?",
        "Who was shot on April 14, 1865?",
        "Who ruled Norvale in March 1848?",
        "Who ruled Norvale in early March 1848?",
        "Who ruled before 1 January 0001?",
        "Who rules until 31 December 9999?",
        "Who fought between 1 and 5 March 1861?",
        "1861年3月4日谁是总统？",
        "1840年发生了什么？",
        "1200年前谁建了寺庙？",
        "300年前谁建了寺庙？",
    ],
)
def test_what_only_looks_like_a_time_limits_nothing(question: str) -> None:
    when = read(question, NOW)
    assert (when.is_open, when.search) == (True, question)


@pytest.mark.parametrize(
    ("now", "question", "expected"),
    [
        (datetime(2025, 1, 1, 0, 30, tzinfo=UTC), "What happened yesterday?", "2024-12-31..2025-01-01"),
        (datetime(2025, 1, 1, 0, 30, tzinfo=UTC), "What happened last month?", "2024-12-01..2024-12-31"),
        (datetime(2025, 1, 1, 0, 30, tzinfo=UTC), "What happened last week?", "2024-12-23..2024-12-29"),
        (datetime(2025, 1, 1, 0, 30, tzinfo=UTC), "What happened in December?", "2024-12-01..2024-12-31"),
        (datetime(2025, 1, 1, 0, 30, tzinfo=UTC), "What happened last year?", "2024-01-01..2024-12-31"),
        (datetime(2024, 3, 1, 12, tzinfo=UTC), "What happened yesterday?", "2024-02-29..2024-03-01"),
        (datetime(2024, 3, 31, 12, tzinfo=UTC), "What happened in the past month?", "2024-02-29..2024-03-31"),
        (datetime(2025, 3, 1, 12, tzinfo=UTC), "What happened on 29 February?", "2024-02-29..2024-03-02"),
        (datetime(2026, 11, 28, 12, tzinfo=UTC), "What happened on Wednesday?", "2026-11-25..2026-11-27"),
        (datetime(2024, 11, 3, 12, tzinfo=UTC), "What happened this weekend?", "2024-11-02..2024-11-03"),
        (datetime(2024, 12, 31, 23, tzinfo=UTC), "昨天发生了什么？", "2024-12-30..2024-12-31"),
        (datetime(2025, 1, 15, tzinfo=UTC), "上个月发生了什么？", "2024-12-01..2024-12-31"),
    ],
)
def test_years_end_and_leap(now: datetime, question: str, expected: str) -> None:
    assert days(question, now) == expected


def test_the_day_is_that_of_the_asker() -> None:
    tokyo = datetime(2024, 10, 31, 8, tzinfo=timezone(timedelta(hours=9)))
    assert days("What happened yesterday?", tokyo) == "2024-10-30..2024-10-31"
    assert days("What happened yesterday?", tokyo.astimezone(UTC)) == "2024-10-29..2024-10-30"


@pytest.mark.parametrize(
    ("question", "search", "bare"),
    [
        ("What did Austin say yesterday?", "What did Austin say?", "What did Austin say?"),
        ("Yesterday, who resigned?", "who resigned?", "who resigned?"),
        ("Who resigned last week in Tarn?", "Who resigned in Tarn?", "Who resigned in Tarn?"),
        ("Who resigned in October 2023?", "Who resigned in October 2023?", "Who resigned?"),
        ("Who resigned on Wednesday?", "Who resigned on Wednesday?", "Who resigned?"),
        ("What did he say about last week's attack?", "What did he say about attack?", "What did he say about attack?"),
        ("昨天市长说了什么？", "市长说了什么？", "市长说了什么？"),
        ("2024年10月谁辞职了？", "2024年10月谁辞职了？", "谁辞职了？"),
        ("Yesterday?", "Yesterday?", "Yesterday?"),
    ],
)  # fmt: skip
def test_only_words_that_articles_do_not_repeat_are_taken_out(question: str, search: str, bare: str) -> None:
    when = read(question, NOW)
    assert (when.search, when.bare) == (search, bare)


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("Who is the current mayor?", True),
        ("Who is the mayor of Velmora?", True),
        ("Is Brandt still mayor?", True),
        ("What is the latest on the strike?", True),
        ("How many have been killed so far?", True),
        ("Where are the ships now?", True),
        ("What has he said recently?", True),
        ("目前的市长是谁？", True),
        ("罢工的最新情况是什么？", True),
        ("Who was the mayor in 1968?", False),
        ("What did Brandt say about the strike?", False),
        ("Who confirmed the deployment?", False),
        ("谁证实了部署？", False),
    ],
)
def test_the_present_state_is_recognised(question: str, latest: bool) -> None:
    assert read(question, NOW).latest is latest


@pytest.mark.parametrize(
    ("question", "anchor"),
    [
        ("What has changed since the election?", "the election"),
        ("What has changed in Tarn since Austin's visit?", "Austin's visit"),
        ("What has changed since the war began?", "the war began"),
        ("自从选举以来有什么变化？", "选举"),
        ("选举以来有什么变化？", "选举"),
        ("What has changed since Monday?", ""),
        ("Why did he stay, since the company is bankrupt?", ""),
        ("What has changed?", ""),
    ],
)
def test_an_event_to_count_from_is_named(question: str, anchor: str) -> None:
    assert read(question, NOW).anchor == anchor


def match_of(published: datetime | None) -> Match:
    return Match(passage_of(HARBOUR), Source("t", published=published), 0.0, 0.0, 0.0, ())


@pytest.mark.parametrize(
    ("published", "passes"),
    [
        (datetime(2024, 10, 30, tzinfo=UTC), True),  # a date without a time
        (
            datetime(2024, 10, 30, 1, tzinfo=timezone(timedelta(hours=9))),
            True,
        ),  # the 30th where it was written
        (datetime(2024, 10, 30, 4, 30, tzinfo=UTC), True),
        (datetime(2024, 10, 31, 3, tzinfo=UTC), True),
        (datetime(2024, 10, 31, 23, 59, tzinfo=NEW_YORK), True),
        (datetime(2024, 10, 29, 23, 0, tzinfo=NEW_YORK), False),
        (datetime(2024, 10, 29, tzinfo=UTC), False),
        (datetime(2024, 11, 1, 5, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_an_article_passes_by_the_day_on_its_card_or_here(published: datetime | None, passes: bool) -> None:
    where = narrowed(Filter(), read("What happened yesterday?", NOW), NOW)
    assert where is not None
    assert bool(of_the_days([match_of(published)], where)) is passes
    wide = generous(where, Filter())
    assert wide.since
    assert wide.until
    assert not passes or (published and wide.since <= published <= wide.until)


def test_words_of_time_only_narrow_an_explicit_filter() -> None:
    given = Filter(since=datetime(2024, 10, 30, 12, tzinfo=UTC), until=datetime(2024, 10, 30, 18, tzinfo=UTC))
    where = narrowed(given, read("What happened yesterday?", NOW), NOW)
    assert where == given
    assert generous(given, given) == given
    assert narrowed(given, read("What happened last month?", NOW), NOW) is None


def test_everything_else_passes_a_filter_that_is_open() -> None:
    matches = [match_of(None), match_of(datetime(1999, 1, 1, tzinfo=UTC))]
    assert of_the_days(matches, Filter()) == matches


_PIECES = (
    "what happened", "in", "on", "since", "between", "and", "the", "last", "past", "9999", "31", "0", "may", "March",
    "October", "2024", "week", "years", "ago", "yesterday", "'s", ",", "?", "Tuesday", "Q4", "30.2.2024", "2024-13",
    "1861", "0001", "1861年", "1月",
    "昨天", "十月", "三十一日", "上", "周", "月", "2024年", "999个月前", "以来", "自", "前", "“", "”", "\0",
)  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_no_question_is_too_odd_to_read(pieces: list[str], today: date) -> None:
    question = " ".join(pieces)
    when = read(question, datetime.combine(today, time(12), UTC))
    assert all(word in question for word in when.words)
    assert not (when.first and when.last) or when.first <= when.last
    assert when.first is None or when.first <= today
    where = narrowed(Filter(), when, datetime.combine(today, time(12), UTC))
    assert where is not None
    generous(where, Filter())


def test_the_longest_question_is_read_at_once() -> None:
    for piece in ("in ", "between 1 ", "since the a", "last ", "昨天自", "“"):
        read(piece * (LONGEST // len(piece)), NOW)
