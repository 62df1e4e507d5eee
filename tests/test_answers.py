"""Answers with the bundled model over a clip of our own: the right sentence, or an honest no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.evidence.asked_for import holds_what_is_asked, office_asked, same_office
from bot.types import Status, Turn
from ingest.passages import CHUNKER, cut
from tests.archive_data import article
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.settings import Settings
from vectorstore.types import Article, Filter

CLIP = """Admiral Teodora K. Vance II acknowledged on Thursday that Marvenia had moved warships into the \
Strait of Oleth, a sharp turn in its quarrel with Sundra over fishing rights. Admiral Vance \
described the squadron’s arrival as an “unwelcome gamble” that would be felt in both capitals.

“What do they want there?” Admiral Vance asked journalists at an air base in Corvo after a visit to \
Sundra. “We shall see.” She did not say how many vessels had arrived or how many more would come.

Sundra’s officials say the ships are bound for Port Ansel, and the country’s foreign minister was \
quoted on Thursday as saying he expected to see them there within days.

The admiral spoke as intelligence services prepared to publish radar images that show supply vessels \
leaving Marvenia for anchorages off the Kell Islands.

She said she had seen no proof that the warships carried missiles."""


@pytest.fixture(scope="module")
def answerer(minilm: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with stored(minilm, tmp_path_factory.mktemp("answers"), clip()) as archive:
        yield Answerer(archive)


@contextmanager
def stored(minilm: Embedder, folder: Path, *articles: Article) -> Iterator[Archive]:
    with Archive.open(Settings(folder), minilm, chunker=CHUNKER) as archive:
        for each in articles:
            passages = cut(each, minilm)
            archive.add([(each, passages, minilm.encode_passages(passages))])
        yield archive


def clip() -> Article:
    stored = article(
        "clip", CLIP, title="Marvenian Warships Enter Strait, Admiral Says", publisher="The Oleth Mail"
    )
    return replace(stored, summary="Vance praised the squadron as a triumph and promised peace.")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("who acknowledged the naval deployment?", "acknowledged on Thursday"),
        ("Where did Vance talk to the press?", "air base in Corvo"),
        ("What did Vance call the arrival of the squadron?", "unwelcome gamble"),
        ("Where are the ships expected?", "Port Ansel"),
        ("What will the intelligence services publish?", "radar images"),
        ("when did she acknowledge it", "on Thursday"),
        ("Has Vance seen proof of missiles?", "no proof"),
    ],
)
def test_the_right_sentence_is_quoted(answerer: Answerer, question: str, words: str) -> None:
    answer = answerer.answer(question)
    assert answer.status is Status.ANSWERED
    assert words in answer.sentences[0].text
    for citation in answer.citations:
        assert CLIP[citation.start : citation.end] == citation.quote
        assert citation.source.publisher == "The Oleth Mail"
    assert {n for sentence in answer.sentences for n in sentence.citations} == {
        c.number for c in answer.citations
    }


def test_the_sentence_after_the_answer_is_no_second_answer(answerer: Answerer) -> None:
    answer = answerer.answer("What did Vance call the arrival of the squadron?")
    assert [sentence.text for sentence in answer.sentences if "What do they want" in sentence.text] == []


@pytest.mark.parametrize(
    "question",
    [
        "How many sailors were killed in the strait?",
        "What is the price of a subscription?",
        "What did Admiral Petrov say about the warships?",
        "Who is the king of Marvenia?",
        "When will the quarrel end?",
        "Did anyone promise peace?",
        "How do I log in?",
    ],
)
def test_what_the_archive_does_not_say_is_declined(answerer: Answerer, question: str) -> None:
    answer = answerer.answer(question)
    assert answer.status is Status.NO_EVIDENCE
    assert answer.sentences == ()
    assert [near.source.publisher for near in answer.nearest] == ["The Oleth Mail"]


def test_what_is_far_from_the_question_is_not_named_as_near(minilm: Embedder, tmp_path: Path) -> None:
    recipe = article(
        "recipe", "Knead the dough for ten minutes and let it rise.", title="A Loaf", publisher="Kitchen"
    )
    with stored(minilm, tmp_path, clip(), recipe) as archive:
        answer = Answerer(archive).answer("How many sailors were killed in the strait?")
    assert [near.source.publisher for near in answer.nearest] == ["The Oleth Mail"]


def test_a_filter_that_nothing_passes_says_so(answerer: Answerer) -> None:
    answer = answerer.answer("who acknowledged it?", where=Filter(publishers=("Nobody",)))
    assert answer.status is Status.NO_EVIDENCE
    assert answer.notes == ("No saved article passes the filter.",)


def test_an_empty_archive_is_its_own_answer(minilm: Embedder, tmp_path: Path) -> None:
    with Archive.open(Settings(tmp_path), minilm) as archive:
        assert Answerer(archive).answer("who?").status is Status.EMPTY_ARCHIVE


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("How many came?", "Some 1,200 came.", True),
        ("How many came?", "Three came.", True),
        ("How many came?", "Nobody knows why they came.", False),
        (
            "How many people will work at the mill?",
            "She said that 1,650 people would be employed there.",
            True,
        ),
        ("How much do the drills cost them?", "The union put the loss at 340,000 crowns a day.", True),
        ("How old is she?", "Ida Rusk has been in office for three years.", False),
        ("when did it happen", "It happened on Monday.", True),
        ("when did it happen", "It happened near Paris.", False),
        ("Where did it happen?", "It happened in Paris.", True),
        ("Where did it happen?", "It happened quickly and loudly.", False),
        ("Who said so when it rained?", "The mayor said so.", True),
        ("多少人死亡？", "三人死亡。", True),
        ("多少人死亡？", "无人知晓。", False),
    ],
)
def test_a_sentence_must_hold_what_is_asked_for(question: str, sentence: str, holds: bool) -> None:
    assert holds_what_is_asked(question, sentence) is holds


@pytest.mark.parametrize(
    ("question", "office"),
    [
        ("Who is the king of Marvenia?", "king"),
        ("who's the new prime minister", "minister"),
        ("Who will be the next director of Lumen Foundries?", "director"),
        ("Who was chief executive of Lumen Foundries?", "executive"),
        ("谁是云泊县的县长？", "县长"),
        ("云泊县的县长是谁？", "县长"),
        ("Who is coming?", "coming"),
        ("Who confirmed the deployment of the squadron?", ""),
        ("Who is Teodora Vance?", "Vance"),
        ("When did the king resign?", ""),
    ],
)
def test_the_office_that_is_asked_for(question: str, office: str) -> None:
    assert office_asked(question) == office


@pytest.mark.parametrize(
    ("office", "told"), [("boss", "president"), ("ceo", "chief"), ("pm", "prime"), ("minister", "pm")]
)
def test_one_office_has_many_names(office: str, told: str) -> None:
    assert told in same_office(office)
    assert same_office("king") == ("king",)


def test_a_change_of_subject_is_not_dragged_back(answerer: Answerer) -> None:
    thread = (Turn("Who is Gregor Aulin?", "Who is Gregor Aulin?", ""),)
    answer = answerer.answer("what about the radar images of supply vessels?", thread)
    assert answer.status is Status.ANSWERED
    assert "radar images" in answer.text
    assert answer.standalone_question == answer.question
    declined = answerer.answer("what about the price of bread?", thread)
    assert declined.status is Status.NO_EVIDENCE
    assert declined.standalone_question != declined.question
