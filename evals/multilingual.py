"""The multilingual model offline: questions and articles in English and Chinese, each across the other.

`xquad` has the same paragraphs and questions in both languages. Every other article is ingested (those that
evals/centre.py did not fit on); the questions of the rest are questions whose article is absent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.answering import Answerer
from bot.types import Evidence, Status
from evals.archives import opened
from evals.centre import articles
from evals.floors import passes
from evals.public_sets import Paragraph, Set
from vectorstore.settings import MULTILINGUAL_MODEL

Some = TypeVar("Some")

RANKS = 1, 5
SENTENCE_RANKS = 1, 3
DEPTH = max(RANKS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one language; `paragraph` is its number and `answer` where the paragraph's own says it."""

    text: str
    paragraph: int
    answer: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Half:
    """Paragraphs of every other article in one language, and the questions about them."""

    paragraphs: list[str]
    questions: list[Asked]

    @classmethod
    def read(cls, data: Path, language: str, first: int) -> Half:
        """The articles `first`, `first` + 2, …"""
        found = [part for article in articles(data, language)[first::2] for part in article["paragraphs"]]
        asked = [
            Asked(
                qa["question"],
                number,
                (start := qa["answers"][0]["answer_start"], start + len(qa["answers"][0]["text"])),
            )
            for number, part in enumerate(found)
            for qa in part["qas"]
        ]
        return cls([part["context"] for part in found], asked)


def run(data: Path, limit: int) -> bool:
    """Measure and print every figure; False when one is below its floor."""
    halves = {language: Half.read(data, language, 1) for language in ("en", "zh")}
    mixed = [halves[("en", "zh")[n % 2]].paragraphs[n] for n in range(len(halves["en"].paragraphs))]
    figures: dict[str, float] = {}
    for name, paragraphs in (
        ("en", halves["en"].paragraphs),
        ("zh", halves["zh"].paragraphs),
        ("mixed", mixed),
    ):
        with (
            tempfile.TemporaryDirectory() as folder,
            opened(_archived(paragraphs), MULTILINGUAL_MODEL, Path(folder)) as archive,
        ):
            answerer = Answerer(archive)
            for language, half in halves.items():
                asked = _some(half.questions, limit)
                for rank, share in zip(RANKS, _found(answerer, asked), strict=True):
                    figures[f"{language}_{name}_at_{rank}"] = share
            if name == "en":
                absent = Half.read(data, "zh", 0).questions
                figures |= _sentences(answerer, halves, limit) | _declined(answerer, _some(absent, limit))
    return passes("multilingual", figures)


def _archived(paragraphs: Sequence[str]) -> Set:
    """Each paragraph as an article, known by its number."""
    return Set(
        "multilingual",
        tuple(Paragraph(_url(n), "", f"Paragraph {n}", text) for n, text in enumerate(paragraphs)),
        (),
    )


def _found(answerer: Answerer, asked: Sequence[Asked]) -> Iterator[float]:
    """The share of questions whose paragraph is among the first, by rank."""
    places = []
    for question in asked:
        urls = [match.source.url for match in answerer.retrieve(question.text, DEPTH)]
        places.append(urls.index(_url(question.paragraph)) if _url(question.paragraph) in urls else DEPTH)
    yield from (sum(place < rank for place in places) / len(places) for rank in RANKS)


def _sentences(answerer: Answerer, halves: dict[str, Half], limit: int) -> dict[str, float]:
    """How often the English sentence with the answer comes first to a Chinese question, and how many are answered."""
    pairs = _some(list(zip(halves["zh"].questions, halves["en"].questions, strict=True)), limit)
    places, answered = [], 0
    for chinese, english in pairs:
        _, ranked = answerer.evidence(chinese.text)
        right = [e.match.source.url == _url(english.paragraph) and _holds(e, english.answer) for e in ranked]
        places.append(right.index(True) if True in right else len(right) + DEPTH)
        answered += answerer.answer(chinese.text).status is Status.ANSWERED
    shares = {
        f"zh_en_sentence_at_{rank}": sum(p < rank for p in places) / len(pairs) for rank in SENTENCE_RANKS
    }
    return {**shares, "zh_en_answered": answered / len(pairs)}


def _holds(evidence: Evidence, answer: tuple[int, int]) -> bool:
    span = evidence.match.passage.sentences[evidence.sentence]
    return bool(span.start <= answer[0] < span.end)


def _declined(answerer: Answerer, asked: Sequence[Asked]) -> dict[str, float]:
    declined = sum(answerer.answer(question.text).status is Status.NO_EVIDENCE for question in asked)
    return {"zh_en_absent_declined": declined / len(asked)}


def _some(all_: Sequence[Some], limit: int) -> Sequence[Some]:
    return all_[:: max(1, len(all_) // limit)] if limit else all_


def _url(number: int) -> str:
    return f"https://paragraphs.example/{number}"
