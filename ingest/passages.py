"""Articles cut into passages: whole sentences, about 200 tokens, one sentence of overlap; see interviews.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.interviews import bound
from vectorstore.embedder import Embedder
from vectorstore.sentences import split
from vectorstore.types import Article, Passage, Span, prefix_of

CHUNKER = "sentences-2"

PASSAGE_TOKENS = 200
_PREFIX_TOKENS = 48
_SPECIAL_TOKENS = 3
_LEAST_TOKENS = 16


def cut(article: Article, embedder: Embedder) -> list[Passage]:
    """The passages of `article`, in order; every sentence is in at least one, and each fits the model's limit.

    A sentence longer than a passage is cut at white space.
    """
    prefix = _prefix(article, embedder)
    beside = _SPECIAL_TOKENS + embedder.count_tokens([prefix])[0]
    room = max(_LEAST_TOKENS, min(PASSAGE_TOKENS, embedder.max_tokens - beside))
    spans = [
        part
        for span in split(article.text, article.source.language)
        for part in _fitting(article.text, span, embedder, room)
    ]
    sizes = embedder.count_tokens([article.text[s.start : s.end] for s in spans])
    return [
        Passage(
            article_id=article.id,
            start=spans[first].start,
            end=spans[last].end,
            text=article.text[spans[first].start : spans[last].end],
            sentences=tuple(spans[first : last + 1]),
            prefix=prefix,
        )
        for first, last in _windows(sizes, room, bound(article.text, spans, sizes, room))
    ]


def _prefix(article: Article, embedder: Embedder) -> str:
    title = article.source.title
    while title and embedder.count_tokens([title])[0] > _PREFIX_TOKENS - 16:
        title = title[: len(title) * 3 // 4].rstrip()
    return prefix_of(article.source, title)


def _windows(sizes: Sequence[int], room: int, firsts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last sentence of each passage; a passage starts with the last sentence of the one before.

    No passage is cut between a sentence and the one that `firsts` names for it, unless they do not fit in one.
    """
    first, total = 0, 0
    for number, size in enumerate(sizes):
        if number > first and total + size > room:
            held = firsts[number]
            start = held if held > first and _fit(sizes, held, number, room) else number
            yield first, start - 1
            first = start - 1 if _fit(sizes, start - 1, _last(firsts, number), room) else start
            total = sum(sizes[first:number])
        total += size
    if sizes:
        yield first, len(sizes) - 1


def _last(firsts: Sequence[int], number: int) -> int:
    """The last sentence that must not be cut from the one that `number` must not be cut from."""
    return next(
        (n - 1 for n in range(number + 1, len(firsts)) if firsts[n] != firsts[number]), len(firsts) - 1
    )


def _fit(sizes: Sequence[int], first: int, last: int, room: int) -> bool:
    return sum(sizes[first : last + 1]) <= room


def _fitting(text: str, span: Span, embedder: Embedder, room: int) -> Iterator[Span]:
    """`span`, or its pieces if it alone is too long for a passage."""
    if span.end - span.start <= room or embedder.count_tokens([text[span.start : span.end]])[0] <= room:
        yield span
        return
    middle = (span.start + span.end) // 2
    gap = text.rfind(" ", span.start + 1, middle)
    at = gap + 1 if gap > 0 else middle
    for half in (Span(span.start, at), Span(at, span.end)):
        stripped = _stripped(text, half)
        if stripped.start < stripped.end:
            yield from _fitting(text, stripped, embedder, room)


def _stripped(text: str, span: Span) -> Span:
    body = text[span.start : span.end]
    start = span.start + len(body) - len(body.lstrip())
    return Span(start, start + len(body.strip()))
