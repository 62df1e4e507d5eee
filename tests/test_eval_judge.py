"""Questions asked of a small archive and judged: conversations, filters, what must not be said, near-copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.conversation.thread import MOST_TURNS, grown
from bot.evaluation.cases import Case, Conversation
from bot.evaluation.judge import results_of
from bot.evaluation.result import Result, result_json, result_of
from bot.types import Answer, Status
from ingest.passages import CHUNKER, cut
from tests.archive_data import article
from tests.small_archive import BUDGET, HARBOUR, build
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.settings import STAND_IN_MODEL, Settings
from vectorstore.types import Filter


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """The small archive, searched by its words."""
    folder = tmp_path_factory.mktemp("desk")
    build(folder)
    with Archive.open(Settings(data_dir=folder, embedding_model=STAND_IN_MODEL), one_shot=True) as archive:
        yield Answerer(archive)


def asked(answerer: Answerer, *turns: Case, where: Filter | None = None) -> list[Result]:
    return list(results_of(answerer, Conversation("q.jsonl", turns, where or Filter())))


def test_a_right_answer(desk: Answerer) -> None:
    case = Case("Who said that we lost nobody?", ("ilse brandt",), kind="who", language="en", id="x")
    [result] = asked(desk, case)
    assert (result.status, result.correct, result.answer_hit) == ("answered", True, True)
    assert (result.article_rank, result.sentence_rank) == (1, 1)
    assert result.citations == result.citations_found > 0
    assert (result.id, result.file, result.turn, result.type) == ("x", "q.jsonl", 1, "who")
    best = result.retrieved[0]
    assert (best.rank, best.right, best.publisher) == (1, True, "The Velmora Courier")
    assert best.published == "2024-10-23T09:30:00-04:00"
    assert result.evidence[0].right
    assert result.confidence == result.evidence[0].confidence
    assert result_of(result_json(result)) == result


def test_a_wrong_answer_and_what_was_found_for_it(desk: Answerer) -> None:
    [result] = asked(desk, Case("Who said that we lost nobody?", ("Otto Lind",)))
    assert (result.status, result.correct, result.answer_hit, result.sentence_rank) == (
        "answered",
        False,
        False,
        None,
    )
    assert result.article_rank is not None
    assert result.article_rank > 1
    assert [item.right for item in result.retrieved] == [
        item.rank == result.article_rank for item in result.retrieved
    ]


def test_what_must_not_be_said_is_found_in_the_answer_and_makes_it_wrong(desk: Answerer) -> None:
    case = Case("Who said that we lost nobody?", ("Ilse Brandt",), must_not_say=("WE LOST NOBODY", "drowned"))
    [result] = asked(desk, case)
    assert (result.answer_hit, result.correct, result.said) == (True, False, ("WE LOST NOBODY",))


def test_articles_alone_can_be_expected(desk: Answerer) -> None:
    question = "Who said that we lost nobody?"
    [right] = asked(desk, Case(question, urls=(HARBOUR.source.url,)))
    [other] = asked(desk, Case(question, urls=(BUDGET.source.url,)))
    assert (right.correct, right.article_rank, right.answer_hit) == (True, 1, False)
    assert not other.correct
    assert other.article_rank != 1


def test_a_follow_up_is_judged_by_what_it_was_understood_as(desk: Answerer) -> None:
    first = Case("When did the harbour of Velmora reopen?")
    follow = Case("And what did the mayor say of it?", ("lost nobody",), id="f")
    [result] = asked(desk, first, follow)
    assert (result.id, result.turn) == ("f", 2)
    assert result.standalone_question != result.question
    assert "harbour" in result.standalone_question.casefold()
    assert result.retrieved[0].title == HARBOUR.source.title
    [alone] = asked(desk, follow)
    assert alone.standalone_question == alone.question


def test_a_filter_holds_for_the_answer_and_for_what_is_retrieved(desk: Answerer) -> None:
    late = Filter(since=datetime(2024, 11, 1, tzinfo=UTC))
    [result] = asked(desk, Case("Who said that we lost nobody?", ("Ilse Brandt",)), where=late)
    assert {item.title for item in result.retrieved} == {BUDGET.source.title}
    assert (result.article_rank, result.correct) == (None, False)


def test_declining_what_nothing_answers_is_correct(minilm: Embedder, tmp_path: Path) -> None:
    flood = article(
        "flood", "The river Dun rose by three metres on Monday. Mayor Ada Holt closed both bridges."
    )
    strike = article("strike", "Dockers in Wexcombe walked out on Friday. They want nine percent more.")
    with Archive.open(Settings(tmp_path / "data"), minilm, chunker=CHUNKER) as archive:
        for stored in (flood, strike):
            passages = cut(stored, minilm)
            archive.add([(stored, passages, minilm.encode_passages(passages))])
        results = [
            asked(Answerer(archive), case)[0]
            for case in (
                Case("Who closed the bridges?", ("ada holt",)),
                Case("When did the dockers walk out?", ("Friday",), (strike.source.url,)),
                Case("When did the dockers walk out?", ("Friday",), ("https://elsewhere.example",)),
                Case("Who won the tennis final in Lisk?", unanswerable=True),
            )
        ]
    assert [result.article_rank for result in results] == [1, 1, None, None]
    assert [result.status for result in results] == ["answered", "answered", "answered", "no_evidence"]
    assert all(result.correct for result in results)


def test_what_was_asked_enters_the_thread_declined_or_not_and_not_for_ever() -> None:
    answer = Answer("q", "the q", Status.ANSWERED)
    [turn] = grown((), answer)
    assert (turn.question, turn.standalone_question) == ("q", "the q")
    assert grown((turn,), replace(answer, status=Status.NO_EVIDENCE)) == (turn, turn)
    thread = (turn,) * MOST_TURNS
    last = grown(thread, replace(answer, question="last"))
    assert (len(last), last[-1].question) == (MOST_TURNS, "last")
