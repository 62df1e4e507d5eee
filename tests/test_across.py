"""Questions and articles in different languages: answered with the multilingual model, told about without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.english_only import is_foreign
from bot.types import Status
from bot.wording import CHINESE, ENGLISH, say
from ingest.passages import CHUNKER, cut
from tests.archive_data import article
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.model import load_embedder
from vectorstore.settings import BUNDLED_MODEL, MULTILINGUAL_MODEL, Settings

ENGLISH_ARTICLES = {
    "Bridges closed": "The river Dun rose by three metres on Tuesday. Mayor Ada Holt closed both bridges of the town. "
    "Trains between Dunford and Marlow were not affected.",
    "A school for Marlow": "The county will build a new primary school in Marlow. It will cost 14 million pounds and "
    "open in September 2027, the education officer Ines Varga said.",
    "Orchestra on tour": "The Marlow youth orchestra plays in four cities of Portugal this summer. Its conductor is "
    "Tomas Lind, who is only 24 years old.",
}
CHINESE_ARTICLES = {
    "海港新闻": "临海港口的起重机操作员星期一开始罢工。工会要求把工资提高百分之八。"
    "港务局局长周立群说，谈判将在下周继续。",
    "博物馆": "云川市的陶瓷博物馆因屋顶漏水而关闭。馆长林若梅说，修理需要六个月。没有展品受损。",
}


@pytest.fixture(scope="module")
def multilingual() -> Embedder:
    return load_embedder(MULTILINGUAL_MODEL)


def filled(folder: Path, embedder: Embedder, texts: dict[str, str]) -> Archive:
    archive = Archive.open(Settings(folder, embedding_model=embedder.name), embedder, chunker=CHUNKER)
    articles = [
        article(f"https://dun.example/{n}", text, title=title)
        for n, (title, text) in enumerate(texts.items())
    ]
    passages = [cut(one, embedder) for one in articles]
    archive.add(
        [(one, parts, embedder.encode_passages(parts)) for one, parts in zip(articles, passages, strict=True)]
    )
    return archive


@pytest.fixture(scope="module")
def mixed(multilingual: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    texts = ENGLISH_ARTICLES | CHINESE_ARTICLES
    with filled(tmp_path_factory.mktemp("mixed"), multilingual, texts) as archive:
        yield Answerer(archive)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("谁关闭了城里的两座桥？", "Mayor Ada Holt closed both bridges"),
        ("马洛的新小学要花多少钱？", "14 million pounds"),
        ("青年管弦乐团在哪里演出？", "four cities of Portugal"),
        ("Why is the ceramics museum closed?", "陶瓷博物馆因屋顶漏水而关闭"),
        ("How much higher wages does the union of the crane operators demand?", "工资提高百分之八"),
        ("Who closed both bridges of the town?", "Mayor Ada Holt closed both bridges"),
        ("陶瓷博物馆为什么关闭？", "陶瓷博物馆因屋顶漏水而关闭"),
    ],
)
def test_a_mixed_archive_answers_both_ways(mixed: Answerer, question: str, told: str) -> None:
    answer = mixed.answer(question)
    assert answer.status is Status.ANSWERED
    assert told in answer.citations[0].quote
    assert answer.language == (CHINESE if is_foreign(question) else ENGLISH)
    assert answer.notes == ()


@pytest.mark.parametrize(
    "question", ["谁赢得了网球决赛？", "海洋里最深的地方有多深？", "国会什么时候通过了预算？"]
)
def test_what_no_article_says_is_declined_across_languages(mixed: Answerer, question: str) -> None:
    answer = mixed.answer(question)
    assert answer.status is Status.NO_EVIDENCE
    assert answer.nearest


def test_a_chinese_question_to_the_english_model_is_told_the_remedy(minilm: Embedder, tmp_path: Path) -> None:
    with filled(tmp_path, minilm, ENGLISH_ARTICLES) as archive:
        answerer = Answerer(archive)
        assert answerer.answer("谁关闭了城里的两座桥？").notes == (
            say(CHINESE, "english_only", model=BUNDLED_MODEL),
        )
        russian = answerer.answer("Кто закрыл оба моста?")
        assert say(ENGLISH, "english_only", model=BUNDLED_MODEL) in russian.notes
        assert answerer.answer("Who closed both bridges of the town?").notes == ()


def test_where_chinese_articles_answer_there_is_no_such_word(minilm: Embedder, tmp_path: Path) -> None:
    with filled(tmp_path, minilm, ENGLISH_ARTICLES | CHINESE_ARTICLES) as archive:
        answer = Answerer(archive).answer("陶瓷博物馆为什么关闭？")
        assert answer.status is Status.ANSWERED
        assert answer.notes == ()


def test_nor_where_the_nearest_article_is_chinese(minilm: Embedder, tmp_path: Path) -> None:
    with filled(tmp_path, minilm, CHINESE_ARTICLES) as archive:
        answer = Answerer(archive).answer("陶瓷博物馆的门票多少钱？")
        assert answer.status is Status.NO_EVIDENCE
        assert answer.nearest
        assert answer.notes == ()


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("Who?", False),
        ("Qui a fermé Łódź et Hải Phòng ?", False),
        ("谁？", True),
        ("Кто?", True),
        ("42?", False),
    ],
)
def test_which_scripts_are_foreign(text: str, foreign: bool) -> None:
    assert is_foreign(text) is foreign
