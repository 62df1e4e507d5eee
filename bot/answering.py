"""From a question to a verified, cited answer; what the terminal, Slack and JSON all show."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.cite import cited
from bot.conversation.followup import names_its_subject
from bot.dates.in_time import at_any_time, since_event
from bot.dates.published import days_dropped, generous, of_the_days, tells_of_days
from bot.dates.recency import newest_first
from bot.dressed import dressed
from bot.english_only import unread
from bot.evidence.disagreement import Disagreement, both_sides, disagreement
from bot.evidence.extracts import CAUTION, answers, choose
from bot.evidence.finder import Finder, by_evidence
from bot.evidence.happened import happened
from bot.evidence.nobody import with_nobody
from bot.evidence.one_source import one_source
from bot.evidence.reranker import Reranker, open_reranker
from bot.types import EXTRACTS, Answer, Citation, Evidence, Nearest, Sentence, Status, Turn, Understood
from bot.understanding import understand
from bot.wording import say
from bot.writing.chat_model import ChatModel, open_chat_model
from bot.writing.writer import OnSupported, Supported, Written, write
from vectorstore.archive import Archive
from vectorstore.settings import Settings
from vectorstore.types import Filter, Match

MATCHES = 16
FARTHEST = 256  # matches, among which those of the days of a question are looked for
SHOWN_TO_MODEL = 8
NEAREST = 3
NEAR = 0.7  # of the best match's score: what is farther away than that is about something else
TELLING = 0.25  # the least confidence of a sentence that is shown as the nearest; others only confuse
EVERYTHING = Filter()

OnSentence = Callable[[str], None]


class Answerer:
    """Answers questions from one archive, with extracts or, given a language model, in its words, verified."""

    def __init__(
        self,
        archive: Archive,
        model: ChatModel | None = None,
        caution: float = CAUTION,
        reranker: Reranker | None = None,
    ) -> None:
        """`caution`: the least confidence with which a sentence answers."""
        self.archive = archive
        self._model = model
        self.caution = caution
        self._finder = Finder(archive, reranker)

    def answer(
        self,
        question: str,
        thread: Sequence[Turn] = (),
        where: Filter = EVERYTHING,
        on_sentence: OnSentence | None = None,
        now: datetime | None = None,
    ) -> Answer:
        """The answer to `question`, completed from the earlier turns of `thread`, from the articles `where` allows.

        `on_sentence` is called with each sentence of a language model, and its [n], as soon as it is verified; `now`
        (aware; by default the clock's) is what "yesterday" counts from.
        Raises CitedeskError when the archive, the embedding model or the language model fails.
        """
        started = time.monotonic()
        asked = self._understood(question, thread, where, now or datetime.now().astimezone())
        asked, answer = self._in_time(asked, on_sentence)
        if (
            answer.status is Status.NO_EVIDENCE
            and asked.standalone != question
            and names_its_subject(question)
        ):
            alone, other = self._in_time(self._understood(question, (), where, asked.now), on_sentence)
            asked, answer = (alone, other) if other.status is Status.ANSWERED else (asked, answer)
        answer = dressed(replace(answer, language=asked.language), asked.standalone, self.archive)
        unread_note = unread(asked.search, answer, self.archive.model_name)
        elapsed = round((time.monotonic() - started) * 1000)
        return replace(
            answer,
            question=question,
            standalone_question=asked.standalone,
            notes=tuple(filter(None, (*asked.notes, *answer.notes, unread_note))),
            since=asked.where.since,
            until=asked.where.until,
            elapsed_ms=elapsed,
        )

    def without_model(self) -> Answerer:
        """The same, answering with extracts."""
        plain = Answerer(self.archive, caution=self.caution)
        plain._finder = self._finder
        return plain

    def retrieve(self, question: str, k: int, where: Filter = EVERYTHING) -> list[Match]:
        """The `k` best passages for a stand-alone question, best first; the first few in the order of what they say."""
        matches = self.archive.search(question, k, where)
        return by_evidence(matches, self._finder.rank(question, matches))

    def evidence(
        self, question: str, where: Filter = EVERYTHING, given: Filter | None = None
    ) -> tuple[list[Match], list[Evidence]]:
        """What the archive holds for a stand-alone question: passages and sentences, each best first, of one member
        of each story. Limits of `where` that `given` (by default the same) does not have are days anywhere on earth.
        """
        matches = self._of_the_days(question, where, generous(where, given or where))
        ranked = with_nobody(question, self._finder.rank(question, matches))
        return one_source(by_evidence(matches, ranked), ranked)

    def _understood(self, question: str, thread: Sequence[Turn], where: Filter, now: datetime) -> Understood:
        asked = understand(question, thread, where, now, self._model)
        return since_event(asked, lambda what, k: self.retrieve(what, k, where))

    def _of_the_days(self, question: str, where: Filter, wide: Filter) -> list[Match]:
        """The best matches of the days of `where`, out of ever more of `wide`: its other days may take their places."""
        k = MATCHES
        while True:
            found = self.archive.search(question, k, wide)
            matches = of_the_days(found, where)
            if len(matches) >= MATCHES or len(found) < k or k >= FARTHEST:
                return matches[:MATCHES]
            k *= 2

    def _in_time(self, asked: Understood, on_sentence: OnSentence | None) -> tuple[Understood, Answer]:
        """The answer from the days of the question or, where they hold none, from any; and which days it was."""
        answer = self._answer(asked, on_sentence)
        if answer.status is not Status.NO_EVIDENCE or asked.where == asked.given:
            return asked, answer
        for anytime in at_any_time(asked)[: 1 if self._model else None]:
            other = self._answer(anytime, on_sentence)
            if other.citations and tells_of_days(asked, other):
                break
        if answer.nearest and not other.citations:
            anytime, other = asked, answer
        return anytime, replace(other, notes=(*days_dropped(asked, other), *other.notes))

    def _answer(self, asked: Understood, on_sentence: OnSentence | None) -> Answer:
        matches, evidence = self.evidence(asked.search, asked.where, asked.given)
        if not matches:
            return self._nothing(asked)
        good = partial(answers, asked.search, caution=self.caution)
        if asked.latest:
            evidence = newest_first(evidence, good)
        chosen = choose(asked.search, evidence, self.caution)
        extracts, conflict = both_sides(asked.search, chosen, evidence, good)
        if openings := happened(asked, matches, self.archive, answered=bool(extracts)):
            extracts, conflict = openings, None
        if self._model is None:
            return _disputed(_extracted(extracts, matches, evidence), conflict, asked.language)
        written = write(
            self._model, asked.standalone, matches[:SHOWN_TO_MODEL], _numbered(on_sentence), asked.now.date()
        )
        written = replace(written, language=asked.language)
        extracted = _disputed(_extracted(extracts, matches, evidence), conflict, asked.language)
        declined = _declined(matches, evidence, self._model.name)
        answer = _judged(written, extracted, declined, self._model.name)
        if written.sentences:
            quoted = [evidence for _, support in written.sentences for evidence in support]
            answer = _disputed(answer, disagreement(asked.search, quoted), asked.language)
        return replace(answer, dropped=written.counts)

    def _nothing(self, asked: Understood) -> Answer:
        if not self.archive.stats().articles:
            return Answer("", "", Status.EMPTY_ARCHIVE)
        note = say(asked.language, "none_may" if asked.where.is_open else "none_passes")
        return Answer("", "", Status.NO_EVIDENCE, notes=(note,))


@contextmanager
def open_answerer(settings: Settings, *, one_shot: bool) -> Iterator[Answerer]:
    """An Answerer over the archive and the language model of the settings; closes the archive properly."""
    model = open_chat_model(settings.llm, settings.llm_timeout) if settings.llm else None
    with Archive.open(settings, one_shot=one_shot) as archive:
        if not one_shot:
            archive.warm_up()
        reranker = open_reranker(settings.reranker) if settings.reranker else None
        yield Answerer(archive, model, settings.caution, reranker)


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


def _judged(written: Written, extracted: Answer, declined: Answer, model: str) -> Answer:
    """The answer made of what the model wrote, as far as it was verified; else the extracts, or nothing."""
    sentences, citations = cited(written.sentences)
    if sentences:
        return _answered(sentences, citations, notes=written.notes, model=model)
    if written.no_answer:
        return declined
    status = Status.UNVERIFIED if extracted.status is Status.NO_EVIDENCE else extracted.status
    return replace(extracted, status=status, notes=(*written.notes, *extracted.notes))


def _extracted(
    extracts: Sequence[Evidence], matches: Sequence[Match], evidence: Sequence[Evidence]
) -> Answer:
    if not extracts:
        return _declined(matches, evidence)
    sentences, citations = cited([(e.text, [e]) for e in extracts])
    return _answered(sentences, citations)


def _disputed(answer: Answer, conflict: Disagreement | None, language: str) -> Answer:
    """`answer` with what its sources disagree about, if anything."""
    if conflict is None:
        return answer
    notes = (*answer.notes, conflict.note(language))
    return replace(answer, conflict=True, updates=conflict.updates, notes=notes)


def _answered(
    sentences: tuple[Sentence, ...],
    citations: tuple[Citation, ...],
    notes: tuple[str, ...] = (),
    model: str = EXTRACTS,
) -> Answer:
    return Answer("", "", Status.ANSWERED, sentences, citations, notes=notes, model=model)


def _declined(matches: Sequence[Match], evidence: Sequence[Evidence], model: str = EXTRACTS) -> Answer:
    near: dict[str, Nearest] = {}
    telling = ((e.match, e.text) for e in evidence if e.confidence >= TELLING)
    best = max((match.fused for match in matches), default=0.0)
    least = min(best, NEAR * best)
    for match, quote in [*telling, *((match, "") for match in matches if match.fused >= least)]:
        near.setdefault(match.passage.article_id, Nearest(match.passage.article_id, match.source, quote))
    return Answer("", "", Status.NO_EVIDENCE, nearest=tuple(near.values())[:NEAREST], model=model)
