"""A small archive made through the archive's own door, for tests of what reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.sentences import split
from vectorstore.settings import STAND_IN_MODEL, Settings
from vectorstore.types import Article, Passage, Source

NEW_YORK = timezone(timedelta(hours=-4))
HARBOUR = Article(
    Source(
        title="Velmora’s Harbour [bold]Reopens[/bold] After Storm",
        publisher="The Velmora Courier",
        author="Ines Calder",
        url="https://courier.example/2024/10/23/harbour?edition=eu#top",
        published=datetime(2024, 10, 23, 9, 30, tzinfo=NEW_YORK),
        language="en",
        incomplete=True,
    ),
    "The harbour of Velmora reopened on Wednesday after the storm. “We lost nobody,” Mayor Ilse Brandt said. "
    "The ferry to Tarn sails again from Friday, and tickets cost 12 crowns.",
    origin="https://courier.example/2024/10/23/harbour?edition=eu",
    summary="A summary that is never cited.",
)
FERRY = Article(
    Source(
        title="渡轮周五恢复通航",
        publisher="海港日报",
        published=datetime(2024, 10, 24, tzinfo=UTC),
        language="zh",
    ),
    "维尔莫拉至塔恩的渡轮将于周五恢复通航。票价为十二克朗。",
    origin="file:///clips/渡轮 24%.txt",
)
BUDGET = Article(
    Source(
        title="Tarn Council Passes Budget",
        publisher="Tarn Gazette",
        url="https://gazette.example/budget",
        published=datetime(2024, 11, 2, tzinfo=UTC),
    ),
    "The council of Tarn passed its budget of nine million crowns. Treasurer Otto Lind opposed it.",
    origin="https://gazette.example/budget",
)
ALL = (HARBOUR, FERRY, BUDGET)


def build(folder: Path, articles: Iterable[Article] = ALL) -> None:
    """Store `articles` in a new archive in `folder`, embedded with the stand-in model."""
    embedder = HashEmbedder()
    settings = Settings(data_dir=folder, embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, embedder) as archive:
        for article in articles:
            passage = passage_of(article)
            archive.add([(article, [passage], embedder.encode_passages([passage]))])


def passage_of(article: Article) -> Passage:
    """The whole text as one passage."""
    spans = tuple(split(article.text, article.source.language))
    return Passage(article.id, 0, len(article.text), article.text, spans, article.source.title)
