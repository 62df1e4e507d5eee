"""Sentences that lean on their neighbour are shown with it, and the short answer leads the page."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.as_json import answer_json, json_line
from bot.dressed import dressed, leading
from bot.evidence.neighbours import context_of, leans
from bot.from_json import answer_from_json
from bot.page import answer_page
from bot.slack.quotes import quotes_view
from bot.slack.reply import answer_replies
from bot.terminal import Screen
from bot.types import Answer, Citation, Sentence, Short, Status
from tests.small_archive import build
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.sentences import split
from vectorstore.settings import STAND_IN_MODEL, Settings
from vectorstore.types import Article, Source

PIER = Article(
    Source(
        "Calvera Confirms Troops",
        "The Lisk Courier",
        published=datetime(2024, 11, 13, tzinfo=UTC),
        language="en",
    ),
    "Defense Secretary Edmund J. Harlow Jr. spoke at Pier No. 5. He confirmed that 1,200 soldiers had come. "
    "Nobody asked why. But the soldiers will leave in March. The harbor of Lisk stayed open on Friday.",
    origin="file:///pier.txt",
)
BANK = Article(
    Source("央行降息", "海港日报", language="zh"),
    "央行行长苏文娜周四宣布降息。她表示，通胀已降至2.3%。分析人士表示欢迎。",
    origin="file:///bank.txt",
)


@pytest.mark.parametrize(
    "sentence",
    [
        "He said no.",
        "In a statement, she said no.",
        "The minister said no.",
        "The defense ministry denied it.",
        "The company cut 300 jobs.",
        "It sank within an hour.",
        "This was denied by the army.",
        "But Harlow said no.",
        "Both left on Friday.",
        "“We lost nobody,” she said.",
        "The 31-year-old signed for two years.",
        "The bank's owner has not said why.",
        "他周三说，不会。",
        "该公司裁员300人。",
    ],
)
def test_a_sentence_that_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Harlow said no.",
        "The prime minister, Elin Haugstad, said no.",
        "The former mayor of Wexcombe left.",
        "The defense ministry of Calvera denied it.",
        "The Bank of Norvale cut its rate.",
        "The bank's owner, Lisk Holdings, has not said why.",
        "The bank’s chief auditor, Orla Finn, left.",
        "The 31-year-old striker Jan Holt signed.",
        "The 90-year-old bridge of Lisk fell.",
        "This week, Harlow left.",
        "It is unclear who won.",
        "After Harlow spoke, he left.",
        "“We lost nobody,” Mayor Brandt said.",
        '"This is not what we hoped for," said Mayor Brandt.',
        "“They never asked us,” Otto Lind told the court.",
        "哈洛说，不会。",
        "其中两人受伤。",
    ],
)
def test_a_sentence_that_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


def context(article: Article, quote: str) -> str:
    return context_of(article.text, split(article.text), article.text.index(quote))


def test_the_context_is_what_stands_just_before() -> None:
    assert context(PIER, "He confirmed") == "Defense Secretary Edmund J. Harlow Jr. spoke at Pier No. 5."
    assert context(PIER, "But the soldiers") == "Nobody asked why."
    assert context(PIER, "The harbor of Lisk") == ""
    assert context(PIER, "Defense Secretary") == ""
    assert context(BANK, "她表示") == "央行行长苏文娜周四宣布降息。"


def test_a_heading_explains_nothing() -> None:
    text = "Harlow spoke at the pier.\n\nThe Harlow Question\n\nHe left at noon."
    assert context_of(text, split(text), text.index("He left")) == text[: text.index("He left")].strip()


def test_a_name_two_sentences_back_is_reached_and_no_further() -> None:
    text = "Harlow spoke at the pier. It was cold. {}He left at noon."
    near = text.format("")
    assert context_of(near, split(near), near.index("He left")) == "Harlow spoke at the pier. It was cold."
    far = text.format("Nobody cheered. ")
    assert context_of(far, split(far), far.index("He left")) == ""


@pytest.mark.parametrize(
    ("before", "sentence", "explained"),
    [
        (
            "Clinic director Ilse Marn counted nine patients.",
            "The bridge, built in 1950, fell at dusk.",
            False,
        ),
        ("A footbridge in Tarn gave way.", "The bridge, built in 1950, fell at dusk.", True),
        ("The mines of Lisk are old.", "The mine closed in May.", True),
        ("Jonas Hale spoke at the pier.", "The mayor said no.", True),
        ("Hale said that he was tired.", "The mayor said no.", True),
        ("It rained in Port Halden.", "The mayor said no.", False),
        ("The harbour of Lisk froze.", "The mayor said no.", False),
        ("Jonas Hale spoke at the pier.", "The company cut 300 jobs.", False),
        ("Lisk Docks, a shipping company, lost money.", "The company cut 300 jobs.", True),
    ],
)
def test_the_thing_itself_must_stand_in_the_context(before: str, sentence: str, explained: bool) -> None:
    text = f"{before} {sentence}"
    assert context_of(text, split(text), len(before) + 1) == (before if explained else "")


@pytest.mark.parametrize(
    ("before", "sentence", "explained"),
    [
        ("Ilse Marn mapped the deep rivers.", "She was awarded the prize in 1998.", True),
        ("She is survived by a son, Nils, of Tarn.", "She was awarded the prize in 1998.", False),
        ("The Aurelia sailed from Lisk in May.", "Her best-known work was printed in 1984.", False),
        ("It left the port of Lisk.", "They came back in June.", False),
        ("Nobody asked the divers.", "They came back in June.", True),
    ],
)
def test_he_and_she_need_somebody_and_no_pronoun_explains_another(
    before: str, sentence: str, explained: bool
) -> None:
    text = f"{before} {sentence}"
    assert context_of(text, split(text), len(before) + 1) == (before if explained else "")


def test_what_speaks_of_something_else_is_not_put_in_between() -> None:
    text = "A footbridge in Tarn fell. {} The bridge, built in 1950, had rusted."
    other = text.format("Clinic director Ilse Marn counted nine patients.")
    assert context_of(other, split(other), other.index("The bridge")) == ""
    same = text.format("It was the longest bridge.")
    assert context_of(same, split(same), same.index("The bridge")) == same[: same.index(" The bridge")]


def test_a_number_is_no_name() -> None:
    text = "Jan Holt led the divers. Eleven came up at dusk. He was the last."
    assert context_of(text, split(text), text.index("He was")) == text[: text.index("He was")].strip()


def citation(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(number, article.id, article.source, quote, start, start + len(quote))


def answered(*citations: Citation, model: str = "extracts", text: str = "") -> Answer:
    sentences = tuple(Sentence(text or c.quote, (c.number,)) for c in citations)
    return Answer("", "", Status.ANSWERED, sentences, citations, model=model)


CONFIRMED = citation(PIER, "He confirmed that 1,200 soldiers had come.")
FIRST = citation(PIER, "Defense Secretary Edmund J. Harlow Jr. spoke at Pier No. 5.", 2)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:  # type: ignore[misc]
    folder: Path = tmp_path_factory.mktemp("neighbours")
    build(folder, (PIER, BANK))
    settings = Settings(data_dir=folder, embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, HashEmbedder()) as opened:
        yield opened


def test_an_answer_is_dressed(archive: Archive) -> None:
    answer = dressed(answered(CONFIRMED), "How many soldiers had come?", archive)
    (cited,) = answer.citations
    text = PIER.text
    assert text[: cited.start].rstrip().endswith(cited.context)
    assert cited.context == FIRST.quote
    assert answer.short is not None
    assert answer.short.text == text[answer.short.start : answer.short.end] == "1,200 soldiers"
    assert cited.start <= answer.short.start < answer.short.end <= cited.end
    back = answer_from_json(json.loads(json_line(answer_json(answer))))
    assert (back.short, back.citations[0].context) == (answer.short, cited.context)


def test_what_is_cited_anyway_is_no_context(archive: Archive) -> None:
    answer = dressed(answered(CONFIRMED, FIRST), "How many soldiers had come?", archive)
    assert [cited.context for cited in answer.citations] == ["", ""]


def test_what_is_cited_within_the_context_is_not_repeated(archive: Archive) -> None:
    leaves = citation(PIER, "But the soldiers will leave in March.")
    asked = citation(PIER, "Nobody asked why.", 2)
    answer = dressed(answered(leaves, asked), "When will the soldiers leave?", archive)
    assert [cited.context for cited in answer.citations] == ["", ""]


def test_no_short_answer_where_sources_disagree_or_nothing_answers(archive: Archive) -> None:
    question = "How many soldiers had come?"
    assert dressed(replace(answered(CONFIRMED), conflict=True), question, archive).short is None
    declined = Answer("", "", Status.NO_EVIDENCE)
    assert dressed(declined, question, archive) == declined


def test_a_model_that_says_other_words_gets_no_short_answer(archive: Archive) -> None:
    question = "How many soldiers had come?"
    said = answered(CONFIRMED, model="m", text="There are 1,200 soldiers now.")
    other = answered(CONFIRMED, model="m", text="More than a thousand came.")
    assert dressed(said, question, archive).short is not None
    assert dressed(other, question, archive).short is None


def test_the_short_answer_leads_unless_the_answer_begins_with_it() -> None:
    short = Short("1,200 soldiers", 1, 0, 14)
    assert leading(replace(answered(CONFIRMED), short=short)) == short
    begins = answered(CONFIRMED, model="m", text="1,200 soldiers came.")
    assert leading(replace(begins, short=short)) is None
    assert leading(replace(answered(CONFIRMED, text="1,200 soldiers."), short=short)) is None


def page(answer: Answer) -> list[str]:
    stream = io.StringIO()
    Screen(stream).show(answer_page(answer))
    return stream.getvalue().splitlines()


def test_how_it_looks(archive: Archive) -> None:
    answer = dressed(answered(CONFIRMED), "How many soldiers had come?", archive)
    lines = page(answer)
    assert lines[0] == "1,200 soldiers [1]"
    assert lines[1] == f"{FIRST.quote} {CONFIRMED.quote} [1]"
    styles = [span.style for span in list(answer_page(answer))[1].spans]
    assert styles == ["faint", "", "mark"]
    assert next(iter(answer_page(answer))).spans[0].style == "strong"


def test_a_model_s_source_has_its_context(archive: Archive) -> None:
    answer = dressed(
        answered(CONFIRMED, model="m", text="There are 1,200 soldiers."), "How many soldiers?", archive
    )
    assert f"[1] {FIRST.quote} “{CONFIRMED.quote}”" in page(answer)


def test_slack_says_the_same(archive: Archive) -> None:
    answer = dressed(answered(CONFIRMED), "How many soldiers had come?", archive)
    (reply,) = answer_replies(answer, "A1")
    assert reply.text.split("\n")[:2] == ["1,200 soldiers [1]", f"{FIRST.quote} {CONFIRMED.quote} [1]"]
    short, sentence = (block["elements"][0]["elements"] for block in reply.blocks[:2])
    assert short[0] == {"type": "text", "text": "1,200 soldiers", "style": {"bold": True}}
    assert sentence[0] == {"type": "text", "text": FIRST.quote, "style": {"italic": True}}
    quoted = quotes_view(answer)["blocks"][0]["elements"][1]["elements"]
    assert [element["text"] for element in quoted] == [f"{FIRST.quote} ", CONFIRMED.quote]
