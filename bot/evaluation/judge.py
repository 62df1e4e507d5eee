"""One conversation asked and compared with what its line expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.answering import Answerer
from bot.conversation.thread import grown
from bot.evaluation.cases import Case, Conversation
from bot.evaluation.result import Found, Result, Retrieved
from bot.types import Answer, Evidence, Status, Turn, Understood
from bot.understanding import understand
from bot.untrusted import one_line
from vectorstore.types import Filter, Match

ARTICLES = 10
LISTED = 3
SENTENCES = 3
_PASSAGES = 50  # enough to see ten articles


def results_of(answerer: Answerer, conversation: Conversation) -> Iterator[Result]:
    """Ask every question of the conversation in one thread; a Result for each that expects something.

    Raises what answering raises.
    """
    thread: tuple[Turn, ...] = ()
    for number, case in enumerate(conversation.turns, 1):
        now = case.now or datetime.now().astimezone()
        answer = answerer.answer(case.question, thread, conversation.where, now=now)
        if not case.context:
            asked = _asked(answer, thread, conversation.where, now)
            yield replace(judged(answerer, case, answer, asked), file=conversation.file, turn=number)
        thread = grown(thread, answer)


def judged(answerer: Answerer, case: Case, answer: Answer, asked: Understood) -> Result:
    """Compare an answer, and what is found for its question as it was `asked`, with what the case expects."""
    matches = answerer.retrieve(asked.search, _PASSAGES, asked.where)
    evidence = answerer.evidence(asked.search, asked.where)[1]
    articles = list(_articles(answerer, case, matches))
    found = [_found(answerer, case, item) for item in evidence[:SENTENCES]]
    told = (answer.text, *(citation.quote for citation in answer.citations))
    said = tuple(text for text in case.must_not_say if _occurs([text], told))
    return Result(
        question=case.question,
        unanswerable=case.unanswerable,
        status=answer.status.value,
        article_rank=next((article.rank for article in articles if article.right), None),
        sentence_rank=next(
            (n for n, item in enumerate(evidence[:SENTENCES], 1) if _holds(case, item.text)), None
        ),
        answer_hit=_holds(case, *told),
        citations=len(answer.citations),
        citations_found=sum(_quotes_found(answerer, answer)),
        latency_ms=answer.elapsed_ms,
        id=case.id,
        type=case.kind,
        language=case.language,
        standalone_question=answer.standalone_question,
        answers=case.answers,
        correct=not said and _is_correct(case, answer, told),
        confidence=found[0].confidence if found else 0.0,
        must_not_say=case.must_not_say,
        said=said,
        answer=answer.text,
        retrieved=tuple(articles[:LISTED]),
        evidence=tuple(found),
    )


def _asked(answer: Answer, thread: Sequence[Turn], where: Filter, now: datetime) -> Understood:
    """What the bot searched for, in the days that were applied.

    A question that a language model completed is understood from its completion: the model is not asked again.
    """
    asked = understand(answer.question, thread, where, now)
    if asked.standalone != answer.standalone_question:
        asked = understand(answer.standalone_question, (), where, now)
    return replace(asked, where=replace(asked.where, since=answer.since, until=answer.until))


def _articles(answerer: Answerer, case: Case, matches: Sequence[Match]) -> Iterator[Retrieved]:
    """The first ten articles, each with its best passage."""
    best = {match.passage.article_id: match for match in reversed(matches)}
    order = dict.fromkeys(match.passage.article_id for match in matches)
    for rank, match in enumerate([best[article_id] for article_id in order][:ARTICLES], 1):
        source = match.source
        yield Retrieved(
            rank=rank,
            article_id=match.passage.article_id,
            title=source.title,
            publisher=source.publisher,
            published=source.published.isoformat() if source.published else "",
            url=source.url,
            right=_is_right(answerer, case, match),
            score=round(match.fused, 4),
            passage=one_line(match.passage.text),
        )


def _is_right(answerer: Answerer, case: Case, match: Match) -> bool:
    record = answerer.archive.article(match.passage.article_id)
    if record is None:
        return False
    if case.urls:  # a copy of the article that was asked for speaks for it
        return bool({record.article.source.url, *record.links, *match.also_in} & {*case.urls})
    return _holds(case, record.article.text)


def _found(answerer: Answerer, case: Case, item: Evidence) -> Found:
    right = _holds(case, item.text) if case.answers else _is_right(answerer, case, item.match)
    return Found(
        text=one_line(item.text),
        title=item.match.source.title,
        confidence=round(item.confidence, 4),
        right=right,
    )


def _is_correct(case: Case, answer: Answer, told: Sequence[str]) -> bool:
    if case.unanswerable:
        return answer.status is not Status.ANSWERED
    if answer.status is not Status.ANSWERED:
        return False
    if case.answers:
        return _holds(case, *told)
    return any({c.source.url, *c.also_in} & {*case.urls} for c in answer.citations)


def _holds(case: Case, *texts: str) -> bool:
    return _occurs(case.answers, texts)


def _occurs(wanted: Iterable[str], texts: Sequence[str]) -> bool:
    return any(each.casefold() in text.casefold() for each in wanted if each for text in texts)


def _quotes_found(answerer: Answerer, answer: Answer) -> Iterator[bool]:
    for citation in answer.citations:
        record = answerer.archive.article(citation.article_id)
        yield bool(record and record.article.text[citation.start : citation.end] == citation.quote)
