"""Warm questions to a large archive: the search against the sum of the three bare things it cannot do without, and the
whole answer without a language model.

The vectors are synthetic (clusters around real encodings of questions), so filling the archive takes minutes.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from langchain_chroma import Chroma

from benchmarks import corpus, table
from benchmarks.plain import SentenceTransformerEmbeddings, load_model
from bot.answering import Answerer
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded, Embedder, Vectors, unit
from vectorstore.lexical import TOKENIZER, match_expression, query_terms
from vectorstore.model import load_embedder
from vectorstore.settings import BUNDLED_MODEL, Settings
from vectorstore.types import Article, Passage, Source, Span

BATCH = 500
CANDIDATES = 50
CLUSTERS = 400
SENTENCES_A_PASSAGE = 6  # about 190 tokens with made-up names: passages are cut at 200
TARGET = 1.5
ANSWER = "Answerer.answer, extracts"
ANSWER_MS = {"p50": 300.0, "p95": 500.0}
SUM = "sum of the three bare parts"
PARTS = ("encode the question", "bare Chroma query", "bare FTS5 query")

Item = tuple[Article, list[Passage], Embedded]


def main() -> None:
    """Fill the stores, ask, print, and write JSON when asked."""
    parser = table.arguments("Warm question latency of an archive of synthetic passages.")
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.passages, options.questions)
    table.write(options.out, figures)


def measure(folder: Path, passages: int, count: int) -> dict[str, Any]:
    """Time every question on every side; milliseconds."""
    embedder = load_embedder(BUNDLED_MODEL)
    with Archive.open(Settings(folder / "archive"), embedder) as archive:
        plain = plain_store(folder / "plain", load_model())
        words = sqlite3.connect(folder / "words.sqlite3")
        fill(archive, plain, words, synthetic(passages, embedder))
        sides = contenders(archive, plain, words, embedder)
        timings = ask(sides, corpus.questions(count + 20))[20:]
        words.close()
    return report(np.array(timings) * 1000, list(sides), passages)


def plain_store(folder: Path, model: Any) -> Chroma:
    """LangChain's Chroma; cosine and ef_search as the archive's, so that both search the same graph."""
    return Chroma(
        client=chromadb.PersistentClient(str(folder)),
        embedding_function=SentenceTransformerEmbeddings(model),
        collection_configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
    )


def contenders(
    archive: Archive, plain: Chroma, words: sqlite3.Connection, embedder: Embedder
) -> dict[str, Callable[[str, Vectors], object]]:
    """Everything that is timed, by name; each gets the question and its vector."""
    bare = plain._client.get_collection(plain._collection_name)  # the very collection LangChain queries

    answerer = Answerer(archive)

    def query_words(question: str) -> object:
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?"
        return words.execute(sql, (match_expression(query_terms(question)), CANDIDATES)).fetchall()

    return {
        "Archive.search": lambda question, _: archive.search(question, 10),
        ANSWER: lambda question, _: answerer.answer(question),
        PARTS[0]: lambda question, _: embedder.encode_query(question),
        PARTS[1]: lambda _, vector: bare.query(
            query_embeddings=vector[None], n_results=CANDIDATES, include=["distances"]
        ),
        PARTS[2]: lambda question, _: query_words(question),
        "LangChain similarity_search": lambda question, _: plain.similarity_search(question, 10),
    }


def ask(sides: dict[str, Callable[[str, Vectors], object]], questions: list[str]) -> list[list[float]]:
    """Seconds of each question on each side; who goes first changes with every question."""
    names = list(sides)
    timings = []
    for number, question in enumerate(questions):
        vector = np.asarray(sides[PARTS[0]](question, np.zeros(0, np.float32)))
        took = {}
        for name in names[number % len(names) :] + names[: number % len(names)]:
            start = time.perf_counter()
            sides[name](question, vector)
            took[name] = time.perf_counter() - start
        timings.append([took[name] for name in names])
    return timings


def report(ms: Any, names: list[str], passages: int) -> dict[str, Any]:
    """Print p50 and p95 of every side, and the ratio to the sum of the parts."""
    columns = {name: ms[:, i] for i, name in enumerate(names)}
    columns[SUM] = np.sum([columns[part] for part in PARTS], axis=0)
    figures = {name: [float(q) for q in np.percentile(values, (50, 95))] for name, values in columns.items()}
    floor = figures[SUM]
    rows = [[name, *pair, pair[0] / floor[0], pair[1] / floor[1]] for name, pair in figures.items()]
    title = f"Question latency, {passages:,} passages, {len(ms)} questions, milliseconds"
    table.show(title, ["", "p50", "p95", "p50 / sum", "p95 / sum"], rows)
    ratios = {q: figures["Archive.search"][i] / floor[i] for i, q in enumerate(("p50", "p95"))}
    verdicts = [table.verdict(f"Archive.search / sum, {q}", ratio, TARGET) for q, ratio in ratios.items()]
    verdicts += [
        table.verdict(f"whole answer in ms, {q}", figures[ANSWER][i], target)
        for i, (q, target) in enumerate(ANSWER_MS.items())
    ]
    return {"benchmark": "question_latency", "passages": passages, "ms": figures, "verdicts": verdicts}


def fill(archive: Archive, plain: Chroma, words: sqlite3.Connection, items: Iterator[Item]) -> None:
    """Put the same passages into all three stores; say how long each took."""
    words.execute(f"CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = '{TOKENIZER}')")
    took = [0.0, 0.0, 0.0]
    while batch := list(islice(items, BATCH)):
        marks = [time.perf_counter()]
        archive.add(batch)
        marks.append(time.perf_counter())
        fill_plain(plain, batch)
        marks.append(time.perf_counter())
        texts = [(passage.text,) for _, passages, _ in batch for passage in passages]
        words.executemany("INSERT INTO words VALUES (?)", texts)
        words.commit()
        marks.append(time.perf_counter())
        took = [total + marks[i + 1] - marks[i] for i, total in enumerate(took)]
    start = time.perf_counter()
    archive.reconcile()
    took[0] += time.perf_counter() - start
    print("filled: archive {:.0f} s, plain Chroma {:.0f} s, FTS5 {:.0f} s".format(*took))


def fill_plain(plain: Chroma, batch: list[Item]) -> None:
    """What `Chroma.from_documents` stores, with the vectors given."""
    collection = plain._client.get_collection(plain._collection_name)
    passages = [passage for _, group, _ in batch for passage in group]
    collection.add(
        ids=[p.id for p in passages],
        embeddings=np.concatenate([embedded.passages for *_, embedded in batch]),
        documents=[p.text for p in passages],
        metadatas=[{"title": a.source.title, "source": a.source.publisher} for a, ps, _ in batch for _ in ps],
    )


def synthetic(count: int, embedder: Embedder) -> Iterator[Item]:
    """One-passage articles with unit vectors scattered around CLUSTERS real ones."""
    random = np.random.default_rng(5)
    centres = np.stack([embedder.encode_query(q) for q in corpus.questions(CLUSTERS, seed=23)])
    scale = 0.8 / np.sqrt(embedder.dimension)
    for story in corpus.stories(count, sentences=SENTENCES_A_PASSAGE):
        centre = centres[random.integers(CLUSTERS)]
        article, passage = one_passage(story)
        noise = random.standard_normal((1 + len(passage.sentences), len(centre)), np.float32) * scale
        vectors = unit(centre + noise)
        yield article, [passage], Embedded(vectors[:1], (vectors[1:],))


def one_passage(story: corpus.Story) -> tuple[Article, Passage]:
    """The story as an article of one passage."""
    source = Source(story.title, story.publisher, url=story.url, published=story.published, language="en")
    text = " ".join(story.sentences)
    article = Article(source, text, story.url)
    spans, start = [], 0
    for sentence in story.sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    prefix = f"{story.title} | {story.publisher} | {story.published:%Y-%m-%d}"
    return article, Passage(article.id, 0, len(text), text, tuple(spans), prefix)


if __name__ == "__main__":
    main()
