"""Small articles and synthetic vectors for tests of the archive."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vectorstore.archive import Archive
from vectorstore.embedder import Embedded, HashEmbedder, Vectors, unit
from vectorstore.settings import Settings
from vectorstore.types import Article, Passage, Source, Span


def settings(folder: Path, **more: object) -> Settings:
    """Settings of an archive in `folder` with the stand-in embedder."""
    return Settings(data_dir=folder, embedding_model="hashing", **more)  # type: ignore[arg-type]


def opened(folder: Path, **more: object) -> Archive:
    """The archive in `folder` with the stand-in embedder."""
    return Archive.open(settings(folder, **more), chunker="test")


def article(name: str, text: str, **card: object) -> Article:
    """An article known by `https://news.example/NAME`."""
    url = f"https://news.example/{name}"
    return Article(Source(title=card.pop("title", name), url=url, **card), text, url)  # type: ignore[arg-type]


def item(article: Article) -> tuple[Article, list[Passage], Embedded]:
    """`article` with one passage a line, ready for Archive.add."""
    passages = lines_of(article)
    return article, passages, HashEmbedder().encode_passages(passages)


def lines_of(article: Article) -> list[Passage]:
    """A passage for each line of `article`."""
    passages, at = [], 0
    for line in article.text.split("\n"):
        end = at + len(line)
        if line:
            prefix = article.source.title
            passages.append(Passage(article.id, at, end, line, (Span(at, end),), prefix))
        at = end + 1
    return passages


def put(archive: Archive, *articles: Article) -> None:
    """Add articles, one passage a line."""
    archive.add([item(each) for each in articles])


def random_vectors(count: int, dimension: int = 64, seed: int = 0) -> Vectors:
    """Unit vectors, float32[count, dimension], the same every time."""
    return unit(np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32))


def many(count: int, seed: int = 0, prefix: str = "bulk") -> tuple[Article, list[Passage], Embedded]:
    """One article of `count` short passages with random vectors."""
    lines = [f"{prefix} line number {number}" for number in range(count)]
    big = article(prefix, "\n".join(lines))
    passages = lines_of(replace_text(big, "\n".join(lines)))
    vectors = random_vectors(count, seed=seed)
    return big, passages, Embedded(vectors, tuple(vectors[i : i + 1] for i in range(count)))


def replace_text(article: Article, text: str) -> Article:
    """The same article with another text."""
    return Article(article.source, text, article.origin, article.summary)
