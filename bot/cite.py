"""Numbers for what supports each sentence: the same words of the same article keep one number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dates.dated import dated
from bot.types import Citation, Evidence, Sentence


def cited(
    supported: Iterable[tuple[str, Sequence[Evidence]]],
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Sentences with citation numbers, and the citations, in order of appearance; each quote is verbatim."""
    citations: dict[tuple[str, int], Citation] = {}
    sentences = []
    for text, evidence in supported:
        numbers = [_number(citations, item) for item in evidence]
        sentences.append(Sentence(text, tuple(dict.fromkeys(numbers))))
    return tuple(sentences), tuple(citations.values())


def _number(citations: dict[tuple[str, int], Citation], evidence: Evidence) -> int:
    match = evidence.match
    span = match.passage.sentences[evidence.sentence]
    place = (match.passage.article_id, span.start)
    if place not in citations:
        citations[place] = Citation(
            number=len(citations) + 1,
            article_id=match.passage.article_id,
            source=match.source,
            quote=evidence.text,
            start=span.start,
            end=span.end,
            also_in=match.also_in,
            corrected=match.corrected,
            story=match.story,
            same_text=match.same_text,
            dates=dated(evidence.text, span.start, match.source.published),
        )
    return citations[place].number
