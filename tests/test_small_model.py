"""A real language model behind a real server and LangChain's client: whatever it babbles, nothing unverified shows."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.types import EXTRACTS, Answer, Status
from bot.writing.chat_model import open_chat_model
from bot.writing.claims import claims
from tests.provider import Provider, serving
from tests.small_archive import ALL, build
from tests.smollm2 import SmolLM2
from tests.watched import BOT, environment
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.settings import STAND_IN_MODEL, Settings

QUESTIONS = ("Who said that we lost nobody?", "What does a ticket for the ferry cost?")
KNOWN_LINKS = {article.source.url for article in ALL} | {article.origin for article in ALL}


@pytest.fixture(scope="module")
def smollm2() -> SmolLM2:
    return SmolLM2()


@pytest.fixture(scope="module")
def served(smollm2: SmolLM2) -> Iterator[str]:
    with serving(Provider(speak=smollm2.speak)) as provider:
        yield provider.url


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    build(tmp_path / "desk")
    return tmp_path / "desk"


def unverified(smollm2: SmolLM2, shown: list[str]) -> list[str]:
    """The sentences of its last reply that are not among those that may be shown."""
    said = [claim.text for claim in claims([smollm2.said[-1]], ())]
    return [text for text in said if len(text) > 8 and not any(text in sentence for sentence in shown)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_what_stands_in_an_article_is_shown(
    question: str, smollm2: SmolLM2, served: str, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", served)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    heard: list[str] = []
    settings = Settings(data_dir=desk, embedding_model=STAND_IN_MODEL)
    spoken = smollm2.tokens
    with Archive.open(settings, HashEmbedder()) as archive:
        answerer = Answerer(archive, open_chat_model("openai:smollm2", 120))
        answer = answerer.answer(question, on_sentence=heard.append)
    assert smollm2.tokens > spoken
    assert smollm2.said[-1].strip()
    assert answer.status in set(Status)
    check(answer)
    shown = [sentence.text for sentence in answer.sentences]
    assert [re.sub(r"( \[\d+\])+$", "", text) for text in heard] == (
        shown if answer.model != EXTRACTS else []
    )


def check(answer: Answer) -> None:
    """Every sentence cites, every quote stands at its place, and what the model wrote has its words from the quotes."""
    texts = {article.id: article.text for article in ALL}
    quotes = {citation.number: citation for citation in answer.citations}
    for citation in answer.citations:
        assert texts[citation.article_id][citation.start : citation.end] == citation.quote
        assert citation.source.url in KNOWN_LINKS | {""}
    for sentence in answer.sentences:
        cited = " ".join(quotes[number].quote for number in sentence.citations).lower()
        assert cited
        assert set(re.findall(r"\d+", sentence.text)) <= set(re.findall(r"\d+", cited))
        assert "://" not in sentence.text


def test_neither_page_nor_json_has_a_word_that_was_not_verified(
    smollm2: SmolLM2, served: str, desk: Path
) -> None:
    env = environment(
        desk,
        CITEDESK_LLM="openai:smollm2",
        OPENAI_BASE_URL=served,
        OPENAI_API_KEY="none",
        CITEDESK_LLM_TIMEOUT="120",
    )
    pages = []
    for options in ([], ["--json"]):
        command = [*BOT, "ask", QUESTIONS[0], *options]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=150)
        assert done.returncode in (0, 1, 3), done.stderr
        pages.append(" ".join(done.stdout.split()))
    page, line = pages
    fields = json.loads(line)
    shown = [sentence["text"] for sentence in fields["sentences"]]
    hidden = unverified(smollm2, [*shown, *(article.text for article in ALL)])
    assert hidden or shown
    for text in hidden:
        assert " ".join(text.split()) not in page
        assert text not in line
    links = re.findall(r"https?://([^\s\"#?)\]]+)", f"{page} {line}")
    assert {link.split("/")[0] for link in links} <= {"courier.example", "gazette.example"}
    assert fields["dropped"] or shown or fields["status"] == Status.NO_EVIDENCE
