"""What an answer is: sentences, each with the citations that support it. Terminal, Slack and JSON render this."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vectorstore.types import Filter, Match, Source

EXTRACTS = "extracts"


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"
    UNVERIFIED = "unverified"
    EMPTY_ARCHIVE = "empty_archive"


@dataclass(frozen=True, slots=True)
class Dated:
    """A word of time in an article ("Wednesday", "last week"): its characters [start, end), and the date it means
    there, in ISO 8601: a day, a month, a year, or an interval of days."""

    text: str
    start: int
    end: int
    date: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim `quote`: characters [start, end) of the article's clean text.

    `also_in` are the other links of its story, near-copies included; under those in `same_text` stands this very text.
    `context` are the article's words just before the quote, where the quote alone would not be understood ("He said…").
    `dates` are the words of time in the quote, as its article means them.
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
    context: str = ""
    dates: tuple[Dated, ...] = ()


@dataclass(frozen=True, slots=True)
class Short:
    """The short answer ("25 October", "Lloyd J. Austin III"): characters [start, end) of the article, inside the quote
    of citation `number`."""

    text: str
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the answer and the numbers of the citations under it."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article that comes closest when nothing answers, and its words that do; empty where none comes near."""

    article_id: str
    source: Source
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that may answer: number `sentence` of the match's passage.

    `score` ranks (higher is better; a difference of 1 is a factor of e in how likely one answers and not the other);
    `confidence`, 0 to 1, is how sure it is that it answers at all (see bot/evidence/scorer.py).
    """

    match: Match
    sentence: int
    score: float
    confidence: float = 1.0

    @property
    def text(self) -> str:
        return self.match.passage.sentence(self.sentence)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as the bot understood it.

    `question` is what was typed, `standalone` the same completed from the thread, `search` what is looked for: the
    stand-alone question without the words that only say when. `where` holds the filter that was set, narrowed by those
    words; `given` that filter as it was set. `now` is the moment the question was asked, aware. `latest`: it asks for
    the present state, so that newer reports come first. `language` is the ISO 639-1 code in which the bot speaks
    around the answer. `notes` are remarks for the reader.
    """

    question: str
    standalone: str
    search: str
    where: Filter
    given: Filter
    now: datetime
    latest: bool = False
    language: str = "en"
    notes: tuple[str, ...] = ()


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
    `conflict` says that the cited sources disagree, `updates` that the later ones only count on; `short` leads the
    answer where the question asks for a person, a time, a place or a number; `language` is the one of the words around
    the answer; `dropped` counts, by reason, the language model's sentences that are not shown.
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
    updates: bool = False
    elapsed_ms: int = 0
    short: Short | None = None
    language: str = "en"
    dropped: tuple[tuple[str, int], ...] = ()

    @property
    def text(self) -> str:
        """The answer in one line, each sentence followed by its [n]."""
        return " ".join(s.text + "".join(f" [{n}]" for n in s.citations) for s in self.sentences)
