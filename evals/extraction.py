"""Article text out of saved web pages, through the `ingest` command itself, scored as Zyte's benchmark scores it.

Of each page, shingles of four words are compared with those of the article as people marked it (counting repeats);
precision and recall are means over pages, F1 comes from the two means.
Source: github.com/scrapinghub/article-extraction-benchmark, whose 181 pages these are.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import mean

from evals.floors import passes
from vectorstore.archive import Archive
from vectorstore.settings import Settings

_WORD = re.compile(r"\w+")
_SHINGLE = 4


def run(data: Path) -> bool:
    """Ingest the pages under `data`/article_extraction and print the figures; False when one is below its floor."""
    truth = json.loads((data / "article_extraction" / "ground-truth.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        pages.mkdir()
        for name in truth:
            packed = data / "article_extraction" / "html" / f"{name}.html.gz"
            (pages / f"{name}.html").write_bytes(gzip.decompress(packed.read_bytes()))
        texts = ingested(pages, Path(folder) / "data")
    return passes("extraction", figures([(row["articleBody"], texts[name]) for name, row in truth.items()]))


def ingested(pages: Path, data: Path) -> dict[str, str]:
    """The stored text of each file in `pages` by its stem, empty where the command stored none."""
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(data), "CITEDESK_EMBEDDING_MODEL": "hashing"}
    command = [str(Path(sys.executable).with_name("ingest")), str(pages), "--json"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}")
    found = [row for row in map(json.loads, done.stdout.splitlines()) if "input" in row]
    with Archive.open(Settings(data_dir=data, embedding_model="hashing")) as archive:
        records = {Path(row["input"]).stem: archive.article(row["article_id"] or "") for row in found}
    return {stem: record.article.text if record else "" for stem, record in records.items()}


def figures(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """F1, precision, recall over (true text, found text), and the share of pages without any difference."""
    counted = [(_shingles(true), _shingles(found)) for true, found in pairs]
    precision = mean((true & found).total() / found.total() for true, found in counted if found)
    recall = mean((true & found).total() / true.total() for true, found in counted if true)
    exact = mean(true == found for true, found in counted)
    f1 = 2 * precision * recall / (precision + recall)
    return {"f1": f1, "precision": precision, "recall": recall, "exact": exact}


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    count = max(len(words) - _SHINGLE, 0) + 1
    return Counter(tuple(words[at : at + _SHINGLE]) for at in range(count if words else 0))
