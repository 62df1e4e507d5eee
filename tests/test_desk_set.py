"""The desk set holds together: answers stand in their articles, nothing is asked twice, and both halves are usable."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from evals.training import is_held_out

DESK = Path(__file__).parent.parent / "evals" / "desk"
TYPES = {"who", "when", "where", "how many", "what", "why", "how", "yes/no", "which"}
STYLES = {"short", "plain", "long", "typo"}
KINDS = {
    "near_miss",
    "absent",
    "other_person",
    "other_time",
    "other_number",
    "premise",
    "general",
    "meta",
}


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (DESK / name).read_text("utf-8").splitlines()]


ARTICLES = {article["url"]: article for article in lines("articles.jsonl")}
QUESTIONS = lines("questions.jsonl")
ANSWERABLE = [question for question in QUESTIONS if not question.get("unanswerable")]
UNANSWERABLE = [question for question in QUESTIONS if question.get("unanswerable")]


def test_the_set_is_as_large_as_promised() -> None:
    assert len(ARTICLES) == len(lines("articles.jsonl")) == 48
    assert len(ANSWERABLE) >= 240
    assert len(UNANSWERABLE) >= 180


def test_articles_are_whole() -> None:
    for url, article in ARTICLES.items():
        assert 150 <= len(article["text"].split()) <= 380, url
        assert article["title"], url
        assert article["publisher"], url
        assert datetime.fromisoformat(article["published"]).tzinfo, url


def test_every_answer_stands_in_a_sentence_of_its_article() -> None:
    for question in ANSWERABLE:
        assert question["type"] in TYPES, question
        assert question["style"] in STYLES, question
        assert question["answers"], question
        assert all(question["sentence"] in ARTICLES[url]["text"] for url in question["urls"]), question
        assert all(answer in question["sentence"] for answer in question["answers"]), question


def test_unanswerable_questions_name_a_kind_and_an_article() -> None:
    for question in UNANSWERABLE:
        assert question["kind"] in KINDS, question
        assert "answers" not in question, question
        assert set(question["urls"]) <= set(ARTICLES), question


def test_every_article_is_asked_about() -> None:
    assert {url for question in QUESTIONS for url in question["urls"]} == set(ARTICLES)


def test_nothing_is_asked_twice() -> None:
    asked = Counter(question["question"].casefold().strip(" ?") for question in QUESTIONS)
    assert [text for text, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("kind", ["answerable", *sorted(KINDS)])
def test_both_halves_hold_a_fair_share(kind: str) -> None:
    halves = [
        is_held_out(question["story"]) for question in QUESTIONS if question.get("kind", "answerable") == kind
    ]
    assert 0.35 <= sum(halves) / len(halves) <= 0.65
