"""What the shipped phrases cut and what they keep: short paragraphs in fourteen languages, in evals/leftovers.

Phrases were tuned on cut.txt; held_out.txt was written after them and only its total is looked at. kept.txt holds
sentences of articles about subscriptions, cookies and the like; with `data`, every sentence of its real articles
must stay as well, up to the leftovers that people left in them (at most one in a thousand).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from evals.floors import passes
from ingest.boilerplate import shipped

LEFTOVERS = Path(__file__).with_name("leftovers")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def run(data: Path | None = None) -> bool:
    """Print the shares kept and cut; False when one is below its floor. `data`: the folder of real articles."""
    return passes("boilerplate", figures() | (real(data) if data else {}))


def figures() -> dict[str, float]:
    """Share of sentences kept and of leftovers cut, with their numbers."""
    kept, cut, held_out = ([text for _, text in read(f"{name}.txt")] for name in ("kept", "cut", "held_out"))
    shares = {"kept": 1 - _share_cut(kept), "cut": _share_cut(cut), "held_out": _share_cut(held_out)}
    return shares | {"kept_n": len(kept), "cut_n": len(cut), "held_out_n": len(held_out)}


def real(data: Path) -> dict[str, float]:
    """Share of the sentences and short paragraphs of `data`/article_extraction's articles that stay."""
    truth = json.loads((data / "article_extraction" / "ground-truth.json").read_text("utf-8"))
    blocks = [line.strip() for row in truth.values() for line in row["articleBody"].split("\n")]
    pieces = {piece for block in blocks for piece in (block, *_SENTENCE.split(block)) if len(piece) > 8}
    return {"real_kept": 1 - _share_cut(pieces), "real_n": len(pieces)}


def read(name: str) -> Iterator[tuple[str, str]]:
    """(language, text) of each line of a file of `LEFTOVERS`."""
    for line in (LEFTOVERS / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            language, _, text = line.partition("\t")
            yield language, text


def _share_cut(texts: Collection[str]) -> float:
    return sum(map(shipped().is_leftover, texts)) / len(texts)
