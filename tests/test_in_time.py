"""Time from the question to the answer, with the bundled model over a month of made-up news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.dates.published import days_dropped
from bot.evidence.happened import named
from bot.page import answer_page
from bot.terminal import plain
from bot.types import Answer, Status, Turn
from bot.understanding import understand
from ingest.passages import CHUNKER, cut
from tests.archive_data import article
from tests.small_archive import FERRY
from tests.time_archive import NEW_YORK, NEWS, QUIET_DAY, SHELLING
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings
from vectorstore.types import Article, Filter

NOW = datetime(2024, 10, 31, 9, 0, tzinfo=NEW_YORK)


@pytest.fixture(scope="module")
def answerer(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with stored(NEWS, minilm, tmp_path_factory.mktemp("news")) as archive:
        yield Answerer(archive)


@contextmanager
def stored(articles: Iterable[Article], minilm: Embedder, folder: Path) -> Iterator[Archive]:
    with Archive.open(Settings(folder), minilm, chunker=CHUNKER) as archive:
        for each in articles:
            passages = cut(each, minilm)
            archive.add([(each, passages, minilm.encode_passages(passages))])
        yield archive


def asked(answerer: Answerer, question: str, where: Filter = Filter()) -> Answer:  # noqa: B008
    return answerer.answer(question, where=where, now=NOW)


def shown(answer: Answer) -> str:
    return "\n".join(plain(line) for line in answer_page(answer))


def titles(answer: Answer) -> list[str]:
    return [citation.source.title for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "title", "limits"),
    [
        ("yesterday?", "Tarn Council Buys Trams", "from 30 Oct 2024 to 31 Oct 2024"),
        ("this week?", "Tarn Council Buys Trams", "from 28 Oct 2024 to 31 Oct 2024"),
        ("last month?", "Tarn Council Freezes Rents", "from 1 Sep 2024 to 30 Sep 2024"),
        ("in September?", "Tarn Council Freezes Rents", "from 1 Sep 2024 to 30 Sep 2024"),
        ("on 15 October?", "Tarn Council Closes Library", "from 15 Oct 2024 to 17 Oct 2024"),
        ("since Monday?", "Tarn Council Buys Trams", "from 28 Oct 2024"),
    ],
)  # fmt: skip
def test_only_articles_of_those_days_answer(
    answerer: Answerer, question: str, title: str, limits: str
) -> None:
    answer = asked(answerer, f"What did the council of Tarn decide {question}")
    assert titles(answer) == [title]
    assert f"Only articles {limits};" in shown(answer)


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("last week?", "from 21 Oct 2024 to 27 Oct 2024"),
        ("in August?", "from Aug 2024"),
        ("on 3 May?", "from 3 May 2024 to 5 May 2024"),
    ],
)
def test_days_that_hold_nothing_are_dropped_with_a_word(answerer: Answerer, question: str, days: str) -> None:
    answer = asked(answerer, f"What did the council of Tarn decide to buy {question}")
    assert answer.status is Status.ANSWERED
    assert titles(answer)[0] == "Tarn Council Buys Trams"
    assert (answer.since, answer.until) == (None, None)
    assert f"No saved article {days} answers this; the answer is from other dates." in shown(answer)


def test_two_years_later_a_weekday_still_finds_the_article_that_says_it(answerer: Answerer) -> None:
    later = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    answer = answerer.answer("What did the council of Tarn decide on Tuesday?", now=later)
    assert titles(answer)[0] == "Tarn Council Closes Library"
    assert (
        "No saved article from 24 Nov 2026 to 26 Nov 2026 answers this; the answer is from other dates."
        in answer.notes
    )


def test_an_undated_article_answers_when_no_dated_one_does(answerer: Answerer) -> None:
    question = "What did the cook of Tarn decide to bake yesterday?"
    answer = asked(answerer, question)
    assert titles(answer) == ["A Recipe"]
    assert answer.notes == (
        "No saved article from 30 Oct 2024 to 31 Oct 2024 answers this; "
        "the answer is from articles that carry no date.",
    )


def test_a_follow_up_s_own_time_overrules_what_it_borrows(answerer: Answerer) -> None:
    question = "What did the council of Tarn decide yesterday?"
    first = Turn(
        question, question, "The council of Tarn decided to buy eight trams from a maker in Velmora. [1]"
    )
    answer = answerer.answer("And in September?", (first,), now=NOW)
    assert titles(answer) == ["Tarn Council Freezes Rents"]


def test_chinese_words_of_time(answerer: Answerer) -> None:
    chinese = understand("十月谁辞职了？", (), Filter(), NOW)
    answer = Answer(
        "", "", Status.ANSWERED, citations=asked(answerer, "Who is the mayor of Velmora?").citations
    )
    assert days_dropped(replace(chinese, language="zh"), answer) == (
        "2024年10月 的文章没有回答这个问题；以下答案来自其他日期。",
    )


def test_a_year_may_be_when_it_happened(answerer: Answerer) -> None:
    answer = asked(answerer, "How many villagers were killed in the massacre at Brenholt in 1994?")
    assert "340" in answer.sentences[0].text
    assert (answer.since, answer.notes) == (None, ())


def test_an_explicit_filter_holds(answerer: Answerer) -> None:
    september = Filter(
        since=datetime(2024, 9, 1, tzinfo=UTC), until=datetime(2024, 9, 30, 23, 59, tzinfo=UTC)
    )
    answer = asked(answerer, "What did the council of Tarn decide yesterday?", september)
    assert titles(answer) == ["Tarn Council Freezes Rents"]
    assert (answer.since, answer.until) == (september.since, september.until)
    assert "The filter allows no article from 30 Oct 2024 to 31 Oct 2024; the filter holds." in answer.notes


def test_where_no_day_answers_the_nearest_are_of_the_days_asked_for(answerer: Answerer) -> None:
    answer = asked(answerer, "Who painted the ceiling of the opera yesterday?")
    assert answer.status is Status.NO_EVIDENCE
    assert [nearest.source.title for nearest in answer.nearest] == ["Tarn Council Buys Trams"]
    assert "nor in those of other dates" in shown(answer)


def test_a_busy_day_before_does_not_hide_the_day(minilm: Embedder, tmp_path: Path) -> None:
    with stored((*SHELLING, QUIET_DAY), minilm, tmp_path) as archive:
        now = datetime(2024, 10, 31, 10, tzinfo=UTC)
        found = Answerer(archive).answer(
            "How many rockets did the Vellmark garrison fire yesterday?", now=now
        )
    assert titles(found) == [QUIET_DAY.source.title]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "What happened in Velmora in October?",
            ["Tarn Council Buys Trams", "Velmora Has a New Mayor", "Velmora Mourns After Ostrand Bridge Collapse"],
        ),
        (
            "What has happened in Sundra since the election?",
            ["Sundra Scraps Fuel Tax", "Sundra Votes in Parliamentary Election"],
        ),
        ("What happened yesterday?", ["Tarn Council Buys Trams"]),
        ("What happened in Brenholt?", ["A Village Remembers"]),
        ("Is there any news about the mayor of Velmora?", ["Velmora Has a New Mayor", "New Mayor in Velmora"]),
    ],
)  # fmt: skip
def test_what_has_happened_is_told_by_how_articles_open(
    answerer: Answerer, question: str, expected: list[str]
) -> None:
    answer = asked(answerer, question)
    assert titles(answer) == expected
    opens = {news.source.title: news.text for news in NEWS}
    for citation in answer.citations:
        assert (citation.start, opens[citation.source.title].index(citation.quote)) == (0, 0)


def test_what_has_happened_where_no_article_tells_is_declined(answerer: Answerer) -> None:
    for question in ("What happened in Brackwater in October?", "Any news about Brackwater?"):
        assert asked(answerer, question).status is Status.NO_EVIDENCE


def test_what_has_happened_in_chinese(minilm: Embedder, tmp_path: Path) -> None:
    with stored((FERRY, *NEWS), minilm, tmp_path) as archive:
        answerer = Answerer(archive)
        assert titles(asked(answerer, "上周维尔莫拉发生了什么？")) == [FERRY.source.title]
        assert titles(asked(answerer, "维尔莫拉有什么消息？")) == [FERRY.source.title]
        assert asked(answerer, "滨海市发生了什么？").status is Status.NO_EVIDENCE


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What happened in Tarn?", ("Tarn",)),
        ("What's the latest on the fuel tax?", ("fuel", "tax")),
        ("What is new?", ()),
        ("滨江最近有什么消息？", ("滨江",)),
        ("滨江发生了什么事？", ("滨江",)),
        ("What is the new name of Tarn?", None),
        ("What happened to him?", None),
        ("What happened when the mayor resigned?", None),
        ("What happens in Tarn?", None),
        ("Which news agency reported it?", None),
        ("消息是谁发布的？", None),
    ],
)
def test_what_a_broad_question_names(question: str, names: tuple[str, ...] | None) -> None:
    assert named(question) == names


def test_an_event_is_dated_from_the_archive(answerer: Answerer) -> None:
    answer = asked(answerer, "What has the government of Sundra done about the fuel tax since the election?")
    assert titles(answer) == ["Sundra Scraps Fuel Tax"]
    assert (
        "“since the election” is taken as since 13 Oct 2024, from “Sundra Votes in Parliamentary Election”."
        in answer.notes
    )


def test_an_event_the_archive_does_not_know_is_dropped_with_a_word(answerer: Answerer) -> None:
    answer = asked(answerer, "What has happened to the fuel tax since the ceasefire?")
    assert answer.status is Status.ANSWERED
    assert any("“the ceasefire”" in note for note in answer.notes)


def test_the_present_mayor_is_the_new_one(answerer: Answerer) -> None:
    for question in ("Who is the mayor of Velmora?", "Who is the current mayor of Velmora?"):
        assert titles(asked(answerer, question))[0] == "Velmora Has a New Mayor"


def test_the_mayor_of_then_is_still_found(answerer: Answerer) -> None:
    assert "Ada Holt" in asked(answerer, "Who was the mayor of Velmora in 2021?").text


def test_two_papers_with_different_tolls_are_both_given(answerer: Answerer) -> None:
    answer = asked(answerer, "How many workers were injured in the fire at the Kell mill?")
    assert answer.conflict
    assert {*titles(answer)} == {"Kell Mill Burns", "Fire at Kell Mill"}
    page = shown(answer)
    assert "The sources disagree." in page
    assert "Six workers (Harbour Times, 9 Oct 2024); Nine workers (Velmora Courier, 9 Oct 2024)" in page


def test_a_rising_toll_is_told_newest_first(answerer: Answerer) -> None:
    answer = asked(answerer, "How many people were killed in the Ostrand bridge collapse?")
    assert answer.conflict
    assert [citation.source.publisher for citation in answer.citations][:2] == [
        "Harbour Times",
        "Velmora Courier",
    ]
    assert (
        "Later reports give other figures: 15 (Harbour Times, 21 Oct 2024); At least 12 people (Velmora Courier, "
        "19 Oct 2024)." in answer.notes
    )
    assert answer.updates
    assert "The sources disagree." not in shown(answer)


def test_yes_and_no_are_both_given(answerer: Answerer) -> None:
    answer = asked(answerer, "Did Marvenia send warships to the Strait of Oleth?")
    assert answer.conflict
    assert {*titles(answer)} == {"Admiral Speaks of Marvenian Ships", "Marvenia Rejects Reports"}


def test_sources_that_agree_are_not_said_to_disagree(answerer: Answerer) -> None:
    for question in (
        "Who confirmed that Marvenia had sent warships?",
        "Where was the fire?",
        "Who is Otto Lind?",
    ):
        assert not asked(answerer, question).conflict


ROVERS = article(
    "rovers",
    "Tarn Rovers travel to Velmora to play Oleth Athletic on November 25. The club owed 12 million crowns at "
    "the end of September.",
    title="Rovers Win Again",
    published=datetime(2024, 11, 4, tzinfo=NEW_YORK),
    language="en",
)


@pytest.mark.parametrize(
    ("question", "is_told"),
    [
        ("Who do Tarn Rovers play on November 25?", True),
        ("Who do Tarn Rovers play on 25 Nov 2024?", True),
        ("How much did Tarn Rovers owe at the end of September?", True),
        ("Who do Tarn Rovers play on November 24?", False),
        ("How much did Tarn Rovers owe in August?", False),
    ],
)
def test_a_day_that_the_quote_names_is_that_of_the_event(
    question: str, is_told: bool, minilm: Embedder, tmp_path: Path
) -> None:
    with stored([ROVERS], minilm, tmp_path / "rovers") as archive:
        answer = Answerer(archive).answer(question, now=datetime(2024, 11, 28, tzinfo=NEW_YORK))
    assert answer.status is Status.ANSWERED
    assert any("No saved article" in note for note in answer.notes) is not is_told
