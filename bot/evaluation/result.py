"""What came of a question: flat, plain values, so that a saved run can be read again and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.types import Status


@dataclass(frozen=True, slots=True)
class Retrieved:
    """An article that was found, with its best passage; `right`: the case asks for it."""

    rank: int
    article_id: str
    title: str
    publisher: str
    published: str
    url: str
    right: bool
    score: float
    passage: str


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that was found, best first, and the `confidence` that it answers."""

    text: str
    title: str
    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case. Ranks count from 1; None: not among the first ten articles or three sentences.

    `correct`: answered with an expected string (or, where only `urls` are expected, from a right article) and nothing
    that must not be said; or declined, where nothing answers. `confidence` is that of the best sentence found. `said`
    are the strings of `must_not_say` that were said.
    """

    question: str
    unanswerable: bool
    status: str
    article_rank: int | None
    sentence_rank: int | None
    answer_hit: bool
    citations: int
    citations_found: int
    latency_ms: int
    id: str = ""
    file: str = ""
    turn: int = 1
    type: str = "other"
    language: str = "en"
    standalone_question: str = ""
    answers: tuple[str, ...] = ()
    correct: bool = False
    confidence: float = 0.0
    must_not_say: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    answer: str = ""
    retrieved: tuple[Retrieved, ...] = ()
    evidence: tuple[Found, ...] = ()

    @property
    def answered(self) -> bool:
        return self.status == Status.ANSWERED

    @property
    def badness(self) -> int:
        """0: correct; 1: declined what is there; 2: answered wrongly, or what nothing answers; 3: said what it must
        not."""
        if self.said:
            return 3
        return 0 if self.correct else 1 + self.answered

    @property
    def would_be_right(self) -> bool:
        """Whether it is right if answered: as it was answered or, where it was declined, by the best sentence."""
        if self.unanswerable:
            return False
        return self.correct if self.answered else any(found.right for found in self.evidence[:1])


def result_json(result: Result) -> dict[str, Any]:
    """One object of `bot eval --json`; fields are added, never renamed."""
    return asdict(result)


def result_of(read: Mapping[str, Any]) -> Result:
    """The Result that `result_json` wrote, by this version or an earlier. Raises KeyError, TypeError, ValueError."""
    known = {field.name for field in fields(Result)}
    values = {name: value for name, value in read.items() if name in known}
    if not isinstance(values["question"], str):
        raise TypeError("its question is no text")
    values["retrieved"] = tuple(Retrieved(**each) for each in values.get("retrieved", ()))
    values["evidence"] = tuple(Found(**each) for each in values.get("evidence", ()))
    for name in ("answers", "must_not_say", "said"):
        values[name] = tuple(values.get(name, ()))
    return Result(**values)
