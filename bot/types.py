"""What an answer is: sentences, each with the citations that support it. Terminal, Slack and JSON render this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vectorstore.types import Match, Source

EXTRACTS = "extracts"


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"
    UNVERIFIED = "unverified"
    EMPTY_ARCHIVE = "empty_archive"


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim `quote`: characters [start, end) of the article's clean text.

    `also_in` are the other links of its story, near-copies included; under those in `same_text` stands this very text.
    """

    number: int
    article_id: str
    source: Source
    quote: str
    start: int
    end: int
    also_in: tuple[str, ...] = ()
    corrected: datetime | None = None
    story: str = ""
    same_text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the answer and the numbers of the citations under it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article that comes closest when nothing answers."""

    article_id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may answer: number `sentence` of the match's passage, with its score (higher is better).

    `coverage` is how well the sentence covers the question's content words on average, `weakest` how well the one it
    covers worst, `names` how well the passage covers the worst of the question's names; cosines, 1 for the very words.
    Chinese is compared by its characters alone, where `weakest` is no more than `coverage`.
    """

    match: Match
    sentence: int
    score: float
    coverage: float = 1.0
    weakest: float = 1.0
    names: float = 1.0

    @property
    def text(self) -> str:
        return self.match.passage.sentence(self.sentence)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a thread."""

    question: str
    standalone_question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `model` is "extracts" or the language model's name; `notes` are short remarks meant for the reader;
    `conflict` says that the cited sources disagree.
    """

    question: str
    standalone_question: str
    status: Status
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    notes: tuple[str, ...] = ()
    model: str = EXTRACTS
    since: datetime | None = None
    until: datetime | None = None
    conflict: bool = False
    elapsed_ms: int = 0

    @property
    def text(self) -> str:
        """The answer in one line, each sentence followed by its [n]."""
        return " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in self.sentences)
