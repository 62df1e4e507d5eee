"""What reading words of time, and taking near-copies for one story, are worth on the news of our own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.answering import Answerer
from bot.types import Evidence
from bot.understanding import understand
from evals.archives import opened
from evals.copies_made import edited, first
from evals.public_sets import Question, Set, desk
from evals.training import is_held_out
from vectorstore.archive import Archive
from vectorstore.settings import BUNDLED_MODEL
from vectorstore.types import Filter, Match

TIME_COLUMNS = ("sentence first", "sentence in 3")
STORY_COLUMNS = ("article in 5 passages", "different articles among 5")
Row = tuple[str, Sequence[float | None]]
_EVERYTHING = Filter()


def time() -> Iterator[Row]:
    """Questions asked a day after the article, with "yesterday": the word read, and left as a word like any other."""
    public = desk()
    days = {p.url: datetime.fromisoformat(p.published) for p in public.paragraphs}
    with tempfile.TemporaryDirectory() as folder, opened(public, BUNDLED_MODEL, Path(folder)) as archive:
        answerer = Answerer(archive)
        read, unread = [], []
        for question in _asked(public):
            text = f"{question.text.rstrip(' ?')} yesterday?"
            asked = understand(text, (), _EVERYTHING, days[question.url] + timedelta(days=1))
            read.append((question, answerer.evidence(asked.search, asked.where, asked.given)[1]))
            unread.append((question, answerer.evidence(text)[1]))
    yield "everything", _sentences(read)
    yield "without reading words of time", _sentences(unread)


def stories() -> Iterator[Row]:
    """Two near-copies beside each article, at other publishers: one voice a story, and every copy a source."""
    public = _copied(desk())
    own = [p.url for p in desk().paragraphs]
    originals = {url: url for url in own} | {
        f"{url}/{way}": url for url in own for way in ("trimmed", "edited")
    }
    with tempfile.TemporaryDirectory() as folder, opened(public, BUNDLED_MODEL, Path(folder)) as archive:
        answerer = Answerer(archive)
        asked = list(_asked(public))
        together = [(q, answerer.retrieve(q.text, 5)) for q in asked]
        apart = [(q, _every_copy(archive, q.text)) for q in asked]
    for name, found in (("everything", together), ("without stories", apart)):
        urls = [(q.url, [originals[m.source.url] for m in matches[:5]]) for q, matches in found]
        yield (
            name,
            [
                sum(url in these for url, these in urls) / len(urls),
                sum(len(set(these)) / 5 for _, these in urls) / len(urls),
            ],
        )


def _asked(public: Set) -> Iterator[Question]:
    for question in public.questions:
        if not question.is_impossible and is_held_out(public.title(question.url)):
            yield question


def _sentences(found: Sequence[tuple[Question, Sequence[Evidence]]]) -> list[float]:
    ranks = [
        next((rank for rank, e in enumerate(evidence) if _answers(question, e)), 99)
        for question, evidence in found
    ]
    return [sum(rank < k for rank in ranks) / len(ranks) for k in (1, 3)]


def _answers(question: Question, evidence: Evidence) -> bool:
    span = evidence.match.passage.sentences[evidence.sentence]
    return evidence.match.source.url == question.url and any(
        span.start <= at < span.end for at in question.starts
    )


def _copied(public: Set) -> Set:
    random, copies = Random(5), []
    pool = " ".join(p.text for p in public.paragraphs).split()
    for p in public.paragraphs:
        trimmed = replace(p, url=f"{p.url}/trimmed", publisher="Harbour Wire", text=first(p.text, 0.7))
        light = edited(p.text, 0.02, pool, random)
        copies += [trimmed, replace(p, url=f"{p.url}/edited", publisher="Evening Post", text=light)]
    return replace(public, paragraphs=(*public.paragraphs, *copies))


def _every_copy(archive: Archive, question: str) -> list[Match]:
    """What a search finds when every copy speaks for itself."""
    voices = archive._search._voices
    heard, voices.heard = voices.heard, lambda hits, k, where, vector: list(hits[:k])  # type: ignore[method-assign]
    try:
        return archive.search(question, 5)
    finally:
        voices.heard = heard  # type: ignore[method-assign]
