"""A language model's answer, of which only verified sentences leave this file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.errors import LanguageModelError
from bot.types import Evidence
from bot.wording import ENGLISH, count, say
from bot.writing.chat_model import ChatModel
from bot.writing.claims import Claim, claims
from bot.writing.model_prompt import prompt
from bot.writing.verify import other_script, says_something, verify
from vectorstore.types import Match

LONGEST_ANSWER = 6

Supported = tuple[str, tuple[Evidence, ...]]
OnSupported = Callable[[str, tuple[Evidence, ...]], None]


class Reason(StrEnum):
    """Why a sentence of the model is not shown."""

    UNSUPPORTED = "unsupported"
    OTHER_LANGUAGE = "other_language"
    SAYS_NOTHING = "says_nothing"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence of the model that is not shown."""

    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote: verified sentences, each with what supports it, and what was dropped.

    `no_answer` says that the model found no answer in the passages, `empty` that it wrote no sentence at all,
    `cut` why its reply broke off ("" if it did not); `language` is the one of the remarks.
    """

    sentences: tuple[Supported, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    no_answer: bool = False
    empty: bool = False
    cut: str = ""
    language: str = ENGLISH

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many sentences were dropped, by reason."""
        return tuple(Counter(str(drop.reason) for drop in self.dropped).items())

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks for the reader."""
        reasons = Counter(drop.reason for drop in self.dropped)
        remarks = (
            count(self.language, "unsupported", reasons[Reason.UNSUPPORTED]),
            count(self.language, "foreign", reasons[Reason.OTHER_LANGUAGE]),
            say(self.language, "wrote_nothing") if self.empty else "",
            self.cut,
        )
        return tuple(remark for remark in remarks if remark)


def write(
    model: ChatModel,
    question: str,
    matches: Sequence[Match],
    on_sentence: OnSupported | None = None,
    today: date | None = None,
) -> Written:
    """The model's answer to `question` from `matches`; `on_sentence` gets each sentence once it is verified.

    Raises SettingsError, and LanguageModelError when the reply breaks off before any sentence was verified.
    """
    if not matches:
        return Written(no_answer=True)
    asked = prompt(question, matches, today)
    broken: list[LanguageModelError] = []
    sieve = _Sieve(asked.labels, on_sentence)
    with closing(model.stream(asked.system, asked.user)) as chunks:
        for claim in claims(_until_broken(chunks, broken), asked.labels):
            sieve.take(claim)
            if len(sieve.sentences) == LONGEST_ANSWER:
                break
    if broken and not sieve.sentences:
        raise broken[0]
    return sieve.written(str(broken[0]) if broken else "")


def _until_broken(chunks: Iterator[str], broken: list[LanguageModelError]) -> Iterator[str]:
    """The chunks; an error ends them and is kept, so that the sentences that did arrive are still read."""
    try:
        yield from chunks
    except LanguageModelError as error:
        broken.append(error)


class _Sieve:
    """Takes claims one by one and keeps those that hold."""

    def __init__(self, labels: Mapping[str, Match], on_sentence: OnSupported | None) -> None:
        self.sentences: list[Supported] = []
        self._labels = labels
        self._on_sentence = on_sentence
        self._dropped: list[Dropped] = []
        self._declined = False
        self._before = ""
        self._seen: set[str] = set()

    def take(self, claim: Claim) -> None:
        """Keep `claim`, with what supports it, or note why not; a repetition counts once."""
        if claim.text in self._seen:
            return
        self._seen.add(claim.text)
        before, self._before = self._before, ""
        if claim.declines:
            self._declined = True
        elif evidence := verify(claim, self._labels, before) if claim.finished else ():
            self._before = claim.text
            self.sentences.append((claim.text, evidence))
            if self._on_sentence:
                self._on_sentence(claim.text, evidence)
        else:
            self._dropped.append(Dropped(claim.text, self._reason(claim)))

    def written(self, cut: str) -> Written:
        """What has been kept so far."""
        empty = not (self.sentences or self._dropped or self._declined)
        declined = self._declined and not self.sentences
        return Written(tuple(self.sentences), tuple(self._dropped), declined, empty, cut)

    def _reason(self, claim: Claim) -> Reason:
        if not says_something(claim.text):
            return Reason.SAYS_NOTHING
        if not claim.finished:
            return Reason.UNFINISHED
        foreign = other_script(claim.text, list(self._labels.values()))
        return Reason.OTHER_LANGUAGE if foreign else Reason.UNSUPPORTED
