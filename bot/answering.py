"""From a question to a verified, cited answer; what the terminal, Slack and JSON all show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bot.chat_model import ChatModel, open_chat_model
from bot.cite import cited
from bot.evidence import Finder
from bot.extracts import choose
from bot.followup import standalone
from bot.one_source import one_source
from bot.types import Answer, Evidence, Nearest, Status, Turn
from bot.writer import OnSupported, Supported, write
from vectorstore.archive import Archive
from vectorstore.settings import Settings
from vectorstore.types import Filter, Match

MATCHES = 16
SHOWN_TO_MODEL = 8
NEAREST = 3
EVERYTHING = Filter()

OnSentence = Callable[[str], None]


class Answerer:
    """Answers questions from one archive, with extracts or, given a language model, in its words, verified."""

    def __init__(self, archive: Archive, model: ChatModel | None = None) -> None:
        self.archive = archive
        self._model = model
        self._finder = Finder(archive)

    def answer(
        self,
        question: str,
        thread: Sequence[Turn] = (),
        where: Filter = EVERYTHING,
        on_sentence: OnSentence | None = None,
    ) -> Answer:
        """The answer to `question`, completed from the earlier turns of `thread`, from the articles `where` allows.

        `on_sentence` is called with each sentence of a language model, and its [n], as soon as it is verified.
        Raises CitedeskError when the archive, the embedding model or the language model fails.
        """
        started = time.monotonic()
        asked = standalone(question, thread)
        answer = self._answer(question, asked, where, on_sentence)
        elapsed = round((time.monotonic() - started) * 1000)
        return replace(answer, since=where.since, until=where.until, elapsed_ms=elapsed)

    def without_model(self) -> Answerer:
        """The same, answering with extracts."""
        plain = Answerer(self.archive)
        plain._finder = self._finder
        return plain

    def evidence(self, question: str, where: Filter = EVERYTHING) -> tuple[list[Match], list[Evidence]]:
        """What the archive holds for a stand-alone question: passages and sentences, each best first, of one member
        of each story."""
        matches = self.archive.search(question, MATCHES, where)
        return one_source(matches, self._finder.rank(question, matches))

    def _answer(self, question: str, asked: str, where: Filter, on_sentence: OnSentence | None) -> Answer:
        matches, evidence = self.evidence(asked, where)
        if not matches:
            return self._nothing(question, asked, where)
        extracts = choose(asked, evidence)
        if self._model is None:
            return _extracted(question, asked, extracts, matches)
        written = write(self._model, asked, matches[:SHOWN_TO_MODEL], _numbered(on_sentence))
        sentences, citations = cited(written.sentences)
        if sentences:
            return Answer(
                question,
                asked,
                Status.ANSWERED,
                sentences,
                citations,
                notes=written.notes,
                model=self._model.name,
            )
        if written.no_answer:
            return _declined(question, asked, matches, self._model.name)
        fallback = _extracted(question, asked, extracts, matches)
        status = Status.UNVERIFIED if fallback.status is Status.NO_EVIDENCE else fallback.status
        return replace(fallback, status=status, notes=(*written.notes, *fallback.notes))

    def _nothing(self, question: str, asked: str, where: Filter) -> Answer:
        if not self.archive.stats().articles:
            return Answer(question, asked, Status.EMPTY_ARCHIVE)
        note = (
            "No saved article passes the filter."
            if not where.is_open
            else "No saved article may answer here."
        )
        return Answer(question, asked, Status.NO_EVIDENCE, notes=(note,))


@contextmanager
def open_answerer(settings: Settings, *, one_shot: bool) -> Iterator[Answerer]:
    """An Answerer over the archive and the language model of the settings; closes the archive properly."""
    model = open_chat_model(settings.llm, settings.llm_timeout) if settings.llm else None
    with Archive.open(settings, one_shot=one_shot) as archive:
        if not one_shot:
            archive.warm_up()
        yield Answerer(archive, model)


def _numbered(on_sentence: OnSentence | None) -> OnSupported | None:
    """Passes sentences on with the citation numbers that the finished answer will give them."""
    if on_sentence is None:
        return None
    shown: list[Supported] = []

    def say(text: str, evidence: tuple[Evidence, ...]) -> None:
        shown.append((text, evidence))
        numbers = cited(shown)[0][-1].citations
        on_sentence(text + "".join(f" [{number}]" for number in numbers))

    return say


def _extracted(question: str, asked: str, extracts: Sequence[Evidence], matches: Sequence[Match]) -> Answer:
    if not extracts:
        return _declined(question, asked, matches)
    sentences, citations = cited([(e.text, [e]) for e in extracts])
    return Answer(question, asked, Status.ANSWERED, sentences, citations)


def _declined(question: str, asked: str, matches: Sequence[Match], model: str = "extracts") -> Answer:
    by_article = {m.passage.article_id: Nearest(m.passage.article_id, m.source) for m in matches}
    nearest = tuple(by_article.values())[:NEAREST]
    return Answer(question, asked, Status.NO_EVIDENCE, nearest=nearest, model=model)
