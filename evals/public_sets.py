"""Question sets: SQuAD 2.0 and XQuAD, paragraphs as articles, and the news of our own in evals/desk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DESK = Path(__file__).with_name("desk")
DESK_SET = "desk"


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the paragraph at `url`: the answers, and the characters at which they begin in it."""

    text: str
    url: str
    answers: tuple[str, ...]
    starts: tuple[int, ...]
    is_impossible: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as an article; `topic` is the encyclopaedia article it is of, `title` what is stored as its title."""

    url: str
    topic: str
    title: str
    text: str
    publisher: str = ""
    published: str = ""


@dataclass(frozen=True)
class Set:
    """Paragraphs, and questions about them."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    questions: tuple[Question, ...]

    def title(self, url: str) -> str:
        """The topic of the paragraph at `url`."""
        return self._by_url[url].topic

    def text(self, url: str) -> str:
        """The text of the paragraph at `url`."""
        return self._by_url[url].text

    def every_other_topic(self, first: int) -> Set:
        """The paragraphs of the topics number `first`, `first` + 2, … and the questions about them."""
        topics = frozenset(list(dict.fromkeys(p.topic for p in self.paragraphs))[first::2])
        paragraphs = tuple(p for p in self.paragraphs if p.topic in topics)
        return Set(self.name, paragraphs, tuple(q for q in self.questions if self.title(q.url) in topics))

    def write_articles(self, path: Path) -> None:
        """The paragraphs as JSON Lines that `ingest` reads."""
        kept = ("title", "publisher", "published", "url", "text")
        rows = [{name: getattr(p, name) for name in kept if getattr(p, name)} for p in self.paragraphs]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

    @cached_property
    def _by_url(self) -> Mapping[str, Paragraph]:
        return {paragraph.url: paragraph for paragraph in self.paragraphs}


def squad2(data: Path) -> Set:
    """Half of the SQuAD 2.0 development set. Raises OSError when it is not in the folder `data`."""
    paragraphs = tuple(
        Paragraph(address(row["doc_id"]), row["title"], row["title"], row["text"])
        for row in _lines(data / "squad2" / "passages.jsonl")
    )
    questions = tuple(
        Question(
            row["question"],
            address(row["doc_id"]),
            *_answers(row["answers"]),
            is_impossible=row["is_impossible"],
        )
        for row in _lines(data / "squad2" / "questions.jsonl")
    )
    return Set("squad2", paragraphs, questions)


def xquad(data: Path, asked: str = "en", held: str = "en") -> Set:
    """XQuAD: questions in the language `asked` ("en" or "zh") about paragraphs in the language `held`.

    Raises OSError when it is not in the folder `data`.
    """
    texts, answers = _topics(data, held), {}
    paragraphs = []
    for number, topic in enumerate(texts):
        for part, paragraph in enumerate(topic["paragraphs"]):
            url = address(f"{held}-{number}-{part}")
            paragraphs.append(Paragraph(url, topic["title"], topic["title"], paragraph["context"]))
            answers |= {qa["id"]: (url, *_answers(qa["answers"])) for qa in paragraph["qas"]}
    questions = tuple(
        Question(qa["question"], *answers[qa["id"]])
        for topic in _topics(data, asked)
        for paragraph in topic["paragraphs"]
        for qa in paragraph["qas"]
    )
    name = f"xquad-{asked}" if asked == held else f"xquad-{asked}-{held}"
    return Set(name, tuple(paragraphs), questions)


def desk() -> Set:
    """News of our own writing with questions as readers type them; a topic is a story, of one article or several."""
    asked = list(_lines(DESK / "questions.jsonl"))
    stories = {url: row["story"] for row in asked for url in row["urls"]}
    articles = {row["url"]: row for row in _lines(DESK / "articles.jsonl")}
    paragraphs = tuple(
        Paragraph(url, stories.get(url, url), row["title"], row["text"], row["publisher"], row["published"])
        for url, row in articles.items()
    )
    return Set(DESK_SET, paragraphs, tuple(_desk_question(row, articles) for row in asked))


def _desk_question(row: dict[str, Any], articles: Mapping[str, dict[str, Any]]) -> Question:
    url = row["urls"][0]
    if row.get("unanswerable"):
        return Question(row["question"], url, (), (), is_impossible=True)
    at = articles[url]["text"].index(row["sentence"])
    starts = tuple(at + row["sentence"].index(answer) for answer in row["answers"])
    return Question(row["question"], url, tuple(row["answers"]), starts)


def _topics(data: Path, language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((data / "xquad" / f"xquad.{language}.json").read_text("utf-8"))[
        "data"
    ]
    return found


def _answers(found: list[dict[str, Any]]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(a["text"] for a in found), tuple(a["answer_start"] for a in found)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def address(name: object) -> str:
    """Where a paragraph that is known by `name` is said to lie."""
    return f"https://paragraphs.example/{name}"
