"""The shipped samples: enough of them, in the promised formats, and the questions fit them word for word."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "samples"
FILES = sorted((SAMPLES / "articles").iterdir())
QUESTIONS = [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text("utf-8").splitlines()]
SUMMARY_LABEL = re.compile(r"^(?:总结|Summary)[:：]?\s*$", re.MULTILINE)

TURNS = [
    turn
    for line in (SAMPLES / "conversations.jsonl").read_text("utf-8").splitlines()
    for turn in json.loads(line)["turns"]
]


def bodies(path: Path) -> list[str]:
    """What the articles of a file say, without the summaries of clips: those are never cited."""
    text = path.read_text("utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line)["text"] for line in text.splitlines()]
    if path.suffix == ".html":
        return [html.unescape(" ".join(re.findall(r"<p>(.*?)</p>", text, re.DOTALL)))]
    return [SUMMARY_LABEL.split(text)[0]]


TEXTS = [body for path in FILES for body in bodies(path)]


def test_there_are_enough_articles() -> None:
    assert len(TEXTS) >= 8
    assert sum("Port Halden" in text for text in TEXTS) >= 3


@pytest.mark.parametrize("suffix", [".md", ".html", ".txt", ".jsonl"])
def test_every_text_format_is_shown(suffix: str) -> None:
    assert any(path.suffix == suffix for path in FILES)


def test_one_clip_carries_leftovers_and_a_summary() -> None:
    clip = (SAMPLES / "articles" / "port-halden-1-troops-confirmed.clip.txt").read_text("utf-8")
    body, summary = SUMMARY_LABEL.split(clip)
    assert "\n内容\n" in body
    assert "Thank you for your patience while we verify access." in body
    assert "subscriber?\u00a0Log in." in body
    assert len(summary.split()) > 40


def test_one_article_is_chinese() -> None:
    assert any(len(re.findall(r"[\u4e00-\u9fff]", text)) > 300 for text in TEXTS)


def test_lengths_are_those_of_news_articles() -> None:
    words = [len(re.findall(r"[\u4e00-\u9fff]|[^\W_]+", text)) for text in TEXTS]
    assert min(words) >= 250
    assert max(words) <= 700


@pytest.mark.parametrize(
    "question", [q for q in QUESTIONS if not q["unanswerable"]], ids=lambda q: str(q["question"])
)
def test_an_answer_occurs_word_for_word(question: dict[str, object]) -> None:
    answers = question["answers"]
    assert isinstance(answers, list)
    assert answers
    for answer in answers:
        assert any(answer in text for text in TEXTS), answer


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: str(turn["question"]))
def test_what_answers_a_turn_occurs_word_for_word(turn: dict[str, object]) -> None:
    answers = turn["answers"]
    assert isinstance(answers, list)
    assert answers
    assert all(any(answer in text for text in TEXTS) for answer in answers), answers


def test_the_questions_cover_what_they_should() -> None:
    unanswerable = [q for q in QUESTIONS if q["unanswerable"]]
    chinese = [q for q in QUESTIONS if re.search(r"[\u4e00-\u9fff]", q["question"])]
    assert len(QUESTIONS) >= 25
    assert len(unanswerable) >= 6
    assert len(chinese) >= 3
    assert all(q["answers"] == [] for q in unanswerable)
    assert len({q["question"] for q in QUESTIONS}) == len(QUESTIONS)


def test_nothing_but_reserved_domains_is_linked() -> None:
    for path in FILES:
        hosts = set(re.findall(r"https?://([^/\s\"'<>]+)", path.read_text("utf-8")))
        assert hosts <= {"www.example.com", "www.example.org", "schema.org"}, path.name
