"""An `ingest` of many pages, killed again and again: what was reported as stored is neither lost nor done again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import corpus
from evals.floors import passes

PAGES = 600
KILLS = 8
INGEST = str(Path(sys.executable).with_name("ingest"))


def run() -> bool:
    """Kill, run to the end, count; False when a floor is missed."""
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        _write(pages)
        return passes("resume", _figures(pages, Path(folder) / "data"))


def _figures(pages: Path, data: Path) -> dict[str, float]:
    chance = random.Random(4)
    stored: set[str] = set()
    redone = halfway = 0
    for _ in range(KILLS):
        said = _ingest(pages, data, kill_after=chance.uniform(0.1, 2.5))
        redone += len(stored & _named(said, "added", "updated"))
        stored |= _named(said, "added")
        halfway += 0 < len(stored) < PAGES
    last = _ingest(pages, data)
    redone += len(stored & _named(last, "added", "updated"))
    kept = _named(last, "added", "unchanged")
    return {
        "kept": len(kept) / PAGES,
        "lost": len(stored - kept),
        "redone": redone,
        "stopped_halfway": halfway,
    }


def _ingest(pages: Path, data: Path, kill_after: float = 0.0) -> list[dict[str, str]]:
    """The articles that one run reported, killed some seconds after it first stored one (0: let it end)."""
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(data)}
    lines = []
    with subprocess.Popen([INGEST, str(pages), "--json"], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for line in process.stdout:
            lines.append(line)
            if kill_after and b'"added"' in line:
                time.sleep(kill_after)
                process.kill()
                kill_after = 0.0
    whole = [line for line in lines if line.endswith(b"\n")]
    return [row for row in map(json.loads, whole) if "input" in row]


def _named(said: list[dict[str, str]], *outcomes: str) -> set[str]:
    return {row["article_id"] for row in said if row["outcome"] in outcomes}


def _write(folder: Path) -> None:
    folder.mkdir()
    for number, story in enumerate(corpus.stories(PAGES)):
        head = f"<title>{story.title}</title>"
        body = f"<h1>{story.title}</h1><p>{'</p><p>'.join(story.sentences)}</p>"
        page = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
        path = folder / f"{number:04}.html"
        path.write_text(page, "utf-8")
        os.utime(path, (time.time() - 3600,) * 2)
