"""Fits vectorstore/centre.json: what the vectors of multilingual-e5-small share, and what tells Chinese from English.

`python -m evals.centre [DATA]` writes it from every other article of `xquad`, the same paragraphs and questions in both
languages; evals/multilingual.py measures on the rest.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from evals.public_sets import Set, xquad
from vectorstore.embedder import Vectors
from vectorstore.multilingual import CENTRE, load_e5
from vectorstore.onnx import OnnxEmbedder

LANGUAGES = "en", "zh"
DECIMALS = 4


def main(data: Path) -> None:
    """Write the file."""
    embedder = load_e5(plain=True)
    halves = (xquad(data, language, language).every_other_topic(0) for language in LANGUAGES)
    english, chinese = (_mean(embedder, half) for half in halves)
    difference = (chinese - english) / np.linalg.norm(chinese - english)
    fitted = {"centre": (english + chinese) / 2, "difference": difference}
    lines = [f"{json.dumps(name)}: {json.dumps(_rounded(vector))}" for name, vector in fitted.items()]
    CENTRE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def _mean(embedder: OnnxEmbedder, public: Set) -> Vectors:
    """Of the tokens of paragraphs and of questions, each half."""
    texts = [f"passage: {paragraph.text}" for paragraph in public.paragraphs]
    questions = [f"query: {asked.text}" for asked in public.questions]
    halves = [
        np.mean([found.vectors.mean(axis=0) for found in embedder.encode_tokens(some)], axis=0)
        for some in (texts, questions)
    ]
    return np.asarray(sum(halves) / 2, np.float32)


def _rounded(vector: Vectors) -> list[float]:
    return [round(float(value), DECIMALS) for value in vector]


if __name__ == "__main__":
    from evals.run import DATA

    main(Path(sys.argv[1]) if sys.argv[1:] else DATA)
