"""The engines against each other and against bare SentenceTransformer.encode: speed, start, memory, and reading on.

Speeds are of one run each on the same texts, in turn and several times; ratios are medians of the ratios of each turn.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import corpus, plain, table
from vectorstore.embedder import Embedder
from vectorstore.model import load_embedder
from vectorstore.settings import BUNDLED_MODEL, ENGINES, ONNX, ONNX_INT8
from vectorstore.types import Passage

BARE = "SentenceTransformer.encode"
READ = 6  # passages whose tokens are read for one question
CHARACTERS = 1_000
TARGETS = {ONNX: 1.5, ONNX_INT8: 2.0}  # times the bare encoder

START = """
import json, sys, time
import psutil
start = time.perf_counter()
from vectorstore.model import load_embedder
embedder = load_embedder(sys.argv[1], sys.argv[2])
embedder.encode_query("Which bridges were closed?")
ready = time.perf_counter() - start
texts = json.load(sys.stdin)
start = time.perf_counter()
embedder.encode_tokens(texts)
cold = time.perf_counter() - start
print(json.dumps({"start": ready, "read_cold": cold, "megabytes": psutil.Process().memory_info().rss / 1e6}))
"""


def main() -> None:
    """Measure, print, and write JSON when asked."""
    parser = table.arguments("Speed, start and memory of the embedding engines.")
    parser.add_argument("--passages", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    texts = [story.text[:CHARACTERS] for story in corpus.stories(options.passages)]
    embedders = {engine: load_embedder(BUNDLED_MODEL, engine) for engine in ENGINES}
    rates = speeds(embedders, texts, options.repeats)
    starts = {engine: started(engine, texts[:READ], options.repeats) for engine in ENGINES}
    reads = {engine: warm_read(embedder, texts, options.repeats) for engine, embedder in embedders.items()}
    table.write(options.out, report(rates, starts, reads))


def speeds(embedders: dict[str, Embedder], texts: list[str], repeats: int) -> dict[str, list[float]]:
    """Passages a second of every engine and of the bare encoder, one figure a turn."""
    passages = [Passage("", 0, len(text), text, ()) for text in texts]
    model = plain.load_model()
    rates: dict[str, list[float]] = defaultdict(list)
    for _ in range(repeats):
        rates[BARE].append(len(texts) / seconds(lambda: model.encode(texts)))
        for engine, embedder in embedders.items():
            took = seconds(lambda embedder=embedder: embedder.encode_passages(passages))  # type: ignore[misc]
            rates[engine].append(len(texts) / took)
    return rates


def started(engine: str, texts: list[str], repeats: int) -> dict[str, float]:
    """Medians, in a fresh interpreter: seconds to the first question's vector, to read passages, megabytes."""
    command = [sys.executable, "-c", START, BUNDLED_MODEL, engine]
    runs = []
    for _ in range(repeats):
        done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def warm_read(embedder: Embedder, texts: Sequence[str], repeats: int) -> float:
    """Seconds to read the tokens of READ passages, median."""
    return statistics.median(
        seconds(lambda start=start: embedder.encode_tokens(texts[start : start + READ]))  # type: ignore[misc]
        for start in range(0, READ * repeats * 3, READ)
    )


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report(
    rates: dict[str, list[float]], starts: dict[str, dict[str, float]], reads: dict[str, float]
) -> dict[str, Any]:
    """Print one row an engine and the verdicts; the same as a dictionary."""
    ratios = {
        name: statistics.median(mine / bare for mine, bare in zip(found, rates[BARE], strict=True))
        for name, found in rates.items()
    }
    rows: list[list[object]] = [[BARE, statistics.median(rates[BARE]), 1.0, "", "", "", ""]]
    rows += [
        [
            engine,
            statistics.median(rates[engine]),
            ratios[engine],
            starts[engine]["start"],
            starts[engine]["megabytes"],
            1000 * starts[engine]["read_cold"],
            1000 * reads[engine],
        ]
        for engine in ENGINES
    ]
    header = ["", "passages / s", "ratio", "start s", "MB", f"read {READ} cold ms", f"read {READ} warm ms"]
    table.show(f"Engines, passages of {CHARACTERS:,} characters", header, rows)
    verdicts = [
        table.verdict(f"{engine} / {BARE}", ratios[engine], target, at_least=True)
        for engine, target in TARGETS.items()
    ]
    return {"benchmark": "engines", "rates": rates, "ratios": ratios, "starts": starts, "verdicts": verdicts}


if __name__ == "__main__":
    main()
