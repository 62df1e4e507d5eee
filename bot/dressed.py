"""An answer made ready for its reader: quotes with what makes them understandable, and the short answer in front."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.dates.dated import readable
from bot.evidence.neighbours import context_of, leans
from bot.short.span import short_span
from bot.types import EXTRACTS, Answer, Citation, Short, Status
from vectorstore.sentences import split

if TYPE_CHECKING:
    from vectorstore.archive import Archive


def dressed(answer: Answer, question: str, archive: Archive) -> Answer:
    """`answer` with the context of quotes that lean on their neighbours, and the short answer to `question`."""
    if answer.status is not Status.ANSWERED:
        return answer
    citations = tuple(_in_context(citation, answer.citations, archive) for citation in answer.citations)
    return replace(answer, citations=citations, short=_short(answer, question, archive))


def leading(answer: Answer) -> Short | None:
    """The short answer where it is to be shown: not above an answer that is no more, nor a text that begins with it."""
    if answer.short is None or not answer.sentences:
        return None
    said, short = _plain(answer.sentences[0].text), _plain(answer.short.text)
    alone = said == short and len(answer.sentences) == 1
    begins = answer.model != EXTRACTS and said.startswith(short)
    return None if alone or begins else answer.short


def short_day(answer: Answer, short: Short) -> str:
    """What follows the short answer where it is a word of time, " (23 Oct 2024)" behind "Wednesday"; else ""."""
    cited = (c for c in answer.citations if c.number == short.number)
    dates = (each for c in cited for each in c.dates if short.start <= each.start and each.end <= short.end)
    return next((f" ({readable(each.date, answer.language)})" for each in dates), "")


def lead_in(answer: Answer, numbers: tuple[int, ...]) -> str:
    """What stands before a sentence of extracts: the context of the first of its citations `numbers`."""
    if answer.model != EXTRACTS:
        return ""
    return next((c.context for c in answer.citations if c.number in numbers[:1]), "")


def _in_context(citation: Citation, others: tuple[Citation, ...], archive: Archive) -> Citation:
    if not leans(citation.quote):
        return citation
    record = archive.article(citation.article_id)
    if record is None or record.article.text[citation.start : citation.end] != citation.quote:
        return citation
    text = record.article.text
    context = context_of(text, split(text, record.article.source.language), citation.start)
    shown = any(other.quote and other.quote in context for other in others)
    return replace(citation, context="" if shown else context)


def _short(answer: Answer, question: str, archive: Archive) -> Short | None:
    """The short answer out of the first citation; sources that disagree have none, nor has a model that says other."""
    if answer.conflict or not answer.citations:
        return None
    first = answer.citations[0]
    record = archive.article(first.article_id)
    told = f"{first.source} {record.article.text}" if record else ""
    span = short_span(question, first.quote, told)
    if span is None:
        return None
    text = first.quote[span[0] : span[1]]
    if answer.model != EXTRACTS and not _says(answer, text):
        return None
    return Short(text, first.number, first.start + span[0], first.start + span[1])


def _says(answer: Answer, text: str) -> bool:
    """Whether the words of the model say the short answer too."""
    said = set(_plain(" ".join(sentence.text for sentence in answer.sentences)).split())
    return set(_plain(text).split()) <= said


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
