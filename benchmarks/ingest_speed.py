"""Ingest throughput, against the same engine alone (what cannot be saved) and against the plain script of tutorials.

All run in one process, models loaded and imports done, in turn and several times; medians count.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import corpus, plain, table
from ingest.assemble import Facts
from ingest.passages import CHUNKER
from ingest.reading import pieces
from ingest.run import Intake
from ingest.sources import Refusal, find
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.model import TransformerEmbedder, load_embedder
from vectorstore.schema import FILE_NAME
from vectorstore.settings import BUNDLED_MODEL, ENGINES, ONNX, Settings
from vectorstore.types import Passage

TARGET = 0.9
BATCH = 32
INGEST, ALONE = "ingest", "the same engine alone"
ENCODE, PLAIN = "SentenceTransformer.encode alone", "plain LangChain + Chroma"


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run: how many passages (or chunks) in how many seconds."""

    passages: int
    seconds: float

    @property
    def rate(self) -> float:
        """Passages a second."""
        return self.passages / self.seconds


def main() -> None:
    """Run every side in turn, print, and write JSON when asked."""
    parser = table.arguments("Ingest throughput against encoding alone and a plain LangChain script.")
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--engine", choices=ENGINES, default=ONNX)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.articles, options.repeats, options.engine)
    table.write(options.out, figures)


def measure(folder: Path, articles: int, repeats: int, engine: str) -> dict[str, Any]:
    """All runs of all sides."""
    embedder, model = load_embedder(BUNDLED_MODEL, engine), plain.load_model()
    source = folder / "articles.jsonl"
    stories = list(corpus.stories(articles))
    corpus.write_jsonl(source, iter(stories[:8]))
    texts = ingest(source, folder / "warm-up", embedder)
    plain.ingest(stories[:8], model, folder / "warm-up-plain")
    corpus.write_jsonl(source, iter(stories))
    runs: dict[str, list[Run]] = defaultdict(list)
    for turn in range(repeats):
        texts = timed(runs[INGEST], partial(ingest, source, folder / f"archive-{turn}", embedder))
        timed(runs[ALONE], partial(alone, texts, embedder))
        timed(runs[ENCODE], partial(model.encode, texts, batch_size=BATCH))
        timed(runs[PLAIN], partial(plain.ingest, stories, model, folder / f"plain-{turn}"))
    return report(runs, articles)


def timed(runs: list[Run], work: Callable[[], Any]) -> Any:
    """Do the work, note how long it took for how many, and return what it returns."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    runs.append(Run(len(result), seconds))
    return result


def ingest(source: Path, folder: Path, embedder: Embedder) -> list[str]:
    """What the `ingest` command does after parsing its arguments; returns what the model was shown."""
    with Archive.open(Settings(folder), embedder, chunker=CHUNKER) as archive:
        failures: list[object] = []
        intake = Intake(archive, Facts(), lambda outcome: note(outcome, failures))
        for piece in pieces(find([str(source)])):
            if isinstance(piece, Refusal):
                raise SystemExit(f"ingest refused {piece}")
            intake.take(piece)
        intake.flush()
        archive.reconcile()
    if failures:
        raise SystemExit(f"ingest failed on {failures[0]}")
    return shown(folder)


def alone(texts: list[str], embedder: Embedder) -> Sequence[object]:
    """One vector a text: the engine, tokenising and pooling, and nothing else."""
    passages = [Passage("", 0, len(text), text, ()) for text in texts]
    if isinstance(embedder, TransformerEmbedder):
        return list(embedder.model.encode(texts, batch_size=BATCH))
    return list(embedder.encode_passages(passages).passages)


def note(outcome: Any, failures: list[object]) -> None:
    """Keep what was not added: a benchmark of failures is worth nothing."""
    if outcome.outcome != "added":
        failures.append(outcome)


def shown(folder: Path) -> list[str]:
    """The text of every stored passage as the embedder sees it."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        rows = connection.execute("SELECT prefix, text FROM passages ORDER BY number").fetchall()
    return [f"{prefix}\n{text}" for prefix, text in rows]


def report(runs: dict[str, list[Run]], articles: int) -> dict[str, Any]:
    """Print medians side by side; ratios are medians of the ratios of each turn."""
    rows: list[list[object]] = []
    for name, done in runs.items():
        seconds = statistics.median(run.seconds for run in done)
        rate = statistics.median(run.rate for run in done)
        rows.append([name, done[0].passages, seconds, rate, articles / seconds])
    title = f"Ingest of {articles:,} articles, median of {len(runs[INGEST])} turns"
    table.show(title, ["", "passages", "seconds", "passages / s", "articles / s"], rows)
    pairs = zip(runs[INGEST], runs[ALONE], strict=True)
    ratio = statistics.median(mine.rate / bare.rate for mine, bare in pairs)
    verdict = table.verdict("ingest / the same engine alone", ratio, TARGET, at_least=True)
    columns = ("side", "passages", "seconds", "passages_per_second", "articles_per_second")
    sides = [dict(zip(columns, row, strict=True)) for row in rows]
    return {"benchmark": "ingest_speed", "articles": articles, "sides": sides, "verdicts": [verdict]}


if __name__ == "__main__":
    main()
