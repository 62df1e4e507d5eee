"""Peak memory of `ingest` on one JSON Lines file of many short articles, with the real model.

The child's tree is polled, so a process that ingest itself starts counts too.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks import corpus, table
from benchmarks.child import environment, script

POLL_SECONDS = 0.05
TARGET_GB = 1.5


def main() -> None:
    """Ingest, poll, print, and write JSON when asked."""
    parser = table.arguments("Peak memory of one ingest run.")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--sentences", type=int, default=4, help="sentences an article (about 20 words each)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), options.articles, options.sentences)
    table.write(options.out, figures)


def measure(folder: Path, articles: int, sentences: int) -> dict[str, Any]:
    """Run `ingest` on a generated file; its summary and its peak."""
    source = folder / "articles.jsonl"
    corpus.write_jsonl(source, corpus.stories(articles, sentences=sentences))
    start = time.perf_counter()
    log = folder / "log.jsonl"
    with log.open("w") as output:
        process = subprocess.Popen(
            [script("ingest"), "--json", source], stdout=output, env=environment(folder)
        )
        peak = peak_bytes(process)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"ingest ended with exit code {process.returncode}")
    return report(json.loads(log.read_text().splitlines()[-1])["summary"], seconds, peak)


def peak_bytes(process: subprocess.Popen[bytes]) -> int:
    """The largest resident size of the process and its descendants together, until it ends."""
    peak, watched = 0, psutil.Process(process.pid)
    while process.poll() is None:
        peak = max(peak, tree_bytes(watched))
        time.sleep(POLL_SECONDS)
    return peak


def tree_bytes(root: psutil.Process) -> int:
    """Resident bytes of a process and its descendants; those that have just ended count nothing."""
    total = 0
    for process in (root, *children(root)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def children(root: psutil.Process) -> list[psutil.Process]:
    """All descendants now; none when the process has just ended."""
    try:
        return list(root.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def report(summary: dict[str, Any], seconds: float, peak: int) -> dict[str, Any]:
    """Print the run in one row and the verdict."""
    counts = {key: value for key, value in summary.items() if value}
    table.show("One ingest run", ["seconds", "peak GB", "summary"], [[seconds, peak / 1e9, counts]])
    verdict = table.verdict("peak memory in GB", peak / 1e9, TARGET_GB)
    return {
        "benchmark": "memory",
        "seconds": seconds,
        "peak_bytes": peak,
        "summary": summary,
        "verdicts": [verdict],
    }


if __name__ == "__main__":
    main()
