"""The public question sets (SQuAD 2.0 and XQuAD): paragraphs as articles, questions with where their answers stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


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


@dataclass(frozen=True)
class Set:
    """Paragraphs, and questions about them."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    questions: tuple[Question, ...]

    def title(self, url: str) -> str:
        """The topic of the paragraph at `url`."""
        return self._topics[url]

    def write_articles(self, path: Path) -> None:
        """The paragraphs as JSON Lines that `ingest` reads."""
        rows = [{"title": p.title, "text": p.text, "url": p.url} for p in self.paragraphs]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")

    @cached_property
    def _topics(self) -> Mapping[str, str]:
        return {paragraph.url: paragraph.topic for paragraph in self.paragraphs}


def squad2(data: Path) -> Set:
    """Half of the SQuAD 2.0 development set. Raises OSError when it is not in the folder `data`."""
    paragraphs = tuple(
        Paragraph(_url(row["doc_id"]), row["title"], row["title"], row["text"])
        for row in _lines(data / "squad2" / "passages.jsonl")
    )
    questions = tuple(
        Question(
            row["question"],
            _url(row["doc_id"]),
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
            url = _url(f"{held}-{number}-{part}")
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


def _url(name: object) -> str:
    return f"https://paragraphs.example/{name}"
