"""The multilingual model offline: questions and articles in English and Chinese, each across the other.

`xquad` has the same paragraphs and questions in both languages. Every other article is ingested (those that
evals/centre.py did not fit on); the questions of the rest are questions whose article is absent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.answering import Answerer
from bot.types import Evidence, Status
from evals.archives import opened
from evals.floors import passes
from evals.public_sets import Paragraph, Question, Set, address, xquad
from vectorstore.settings import MULTILINGUAL_MODEL

Some = TypeVar("Some")

RANKS = 1, 5
SENTENCE_RANKS = 1, 3
DEPTH = max(RANKS)


def run(data: Path, limit: int) -> bool:
    """Measure and print every figure; False when one is below its floor."""
    halves = {language: half(data, language, 1) for language in ("en", "zh")}
    pairs = zip(halves["en"].paragraphs, halves["zh"].paragraphs, strict=True)
    mixed = tuple(pair[number % 2] for number, pair in enumerate(pairs))
    figures: dict[str, float] = {}
    for name, paragraphs in (
        ("en", halves["en"].paragraphs),
        ("zh", halves["zh"].paragraphs),
        ("mixed", mixed),
    ):
        with (
            tempfile.TemporaryDirectory() as folder,
            opened(Set("multilingual", paragraphs, ()), MULTILINGUAL_MODEL, Path(folder)) as archive,
        ):
            answerer = Answerer(archive)
            for language, public in halves.items():
                asked = _some(public.questions, limit)
                for rank, share in zip(RANKS, _found(answerer, asked), strict=True):
                    figures[f"{language}_{name}_at_{rank}"] = share
            if name == "en":
                absent = half(data, "zh", 0).questions
                figures |= _sentences(answerer, halves, limit) | _declined(answerer, _some(absent, limit))
    return passes("multilingual", figures)


def half(data: Path, language: str, first: int) -> Set:
    """Every other article in one language, its paragraphs known by their number, which is the same in each."""
    public = xquad(data, language, language).every_other_topic(first)
    urls = {paragraph.url: address(number) for number, paragraph in enumerate(public.paragraphs)}
    paragraphs = (
        Paragraph(urls[each.url], "", f"Paragraph {number}", each.text)
        for number, each in enumerate(public.paragraphs)
    )
    questions = (replace(question, url=urls[question.url]) for question in public.questions)
    return Set(public.name, tuple(paragraphs), tuple(questions))


def _found(answerer: Answerer, asked: Sequence[Question]) -> Iterator[float]:
    """The share of questions whose paragraph is among the first, by rank."""
    places = []
    for question in asked:
        urls = [match.source.url for match in answerer.retrieve(question.text, DEPTH)]
        places.append(urls.index(question.url) if question.url in urls else DEPTH)
    yield from (sum(place < rank for place in places) / len(places) for rank in RANKS)


def _sentences(answerer: Answerer, halves: dict[str, Set], limit: int) -> dict[str, float]:
    """How often the English sentence with the answer comes first to a Chinese question, and how many are answered."""
    pairs = _some(list(zip(halves["zh"].questions, halves["en"].questions, strict=True)), limit)
    places, answered = [], 0
    for chinese, english in pairs:
        _, ranked = answerer.evidence(chinese.text)
        right = [e.match.source.url == english.url and _holds(e, english.starts[0]) for e in ranked]
        places.append(right.index(True) if True in right else len(right) + DEPTH)
        answered += answerer.answer(chinese.text).status is Status.ANSWERED
    shares = {
        f"zh_en_sentence_at_{rank}": sum(p < rank for p in places) / len(pairs) for rank in SENTENCE_RANKS
    }
    return {**shares, "zh_en_answered": answered / len(pairs)}


def _holds(evidence: Evidence, start: int) -> bool:
    span = evidence.match.passage.sentences[evidence.sentence]
    return bool(span.start <= start < span.end)


def _declined(answerer: Answerer, asked: Sequence[Question]) -> dict[str, float]:
    declined = sum(answerer.answer(question.text).status is Status.NO_EVIDENCE for question in asked)
    return {"zh_en_absent_declined": declined / len(asked)}


def _some(all_: Sequence[Some], limit: int) -> Sequence[Some]:
    return all_[:: max(1, len(all_) // limit)] if limit else all_
