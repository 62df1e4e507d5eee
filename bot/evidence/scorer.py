"""The trained scorer: which sentence answers best, and how sure it is that it answers at all.

Linear models over the features of features.py, fitted by `python -m evals.fit`, which writes the readable files in
scorers/, one an embedding model, each with its figures on questions it was not fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.evidence.features import NAMES
from bot.evidence.interaction import Matrix
from vectorstore.sentences import is_cjk
from vectorstore.settings import BUNDLED_MODEL

FOLDER = Path(__file__).with_name("scorers")


class Script(StrEnum):
    """In what scripts question and sentence are written; what a cosine or a shared word means depends on it."""

    ALPHABET = "alphabet"
    CJK = "cjk"
    ACROSS = "across"


@dataclass(frozen=True, slots=True)
class Scorer:
    """Weights float[len(NAMES)] in the order of NAMES.

    `shift` makes the score of a typical right sentence 0; `bias` puts a confidence of 0.5 where 92 % of the questions
    that have an answer are answered.
    """

    rank: Matrix
    shift: float
    gate: Matrix
    bias: float

    def scores(self, rows: Matrix) -> Matrix:
        """float[n], higher is better; a difference of 1 is a factor of e in the odds of one against the other."""
        return rows @ self.rank + self.shift

    def confidences(self, rows: Matrix) -> Matrix:
        """float[n], 0 to 1: how sure it is that each sentence answers. Log-odds, moved by `bias`: no frequency."""
        return 1 / (1 + np.exp(-(rows @ self.gate + self.bias)))


Scorers = Mapping[Script, Scorer]


def script_of(question: str, text: str) -> Script:
    """The scripts of a question and of the text that may answer it."""
    if is_cjk(question) != is_cjk(text):
        return Script.ACROSS
    return Script.CJK if is_cjk(question) else Script.ALPHABET


@lru_cache(maxsize=4)
def scorers_for(model: str) -> Scorers:
    """The scorers fitted with the embedding model; the default model's where there are none.

    Scripts that are missing are those between which the model finds nothing.
    """
    path = FOLDER / f"{model}.json"
    if "/" in model or not path.is_file():
        path = FOLDER / f"{BUNDLED_MODEL}.json"
    fitted = json.loads(path.read_text("utf-8"))["scripts"]
    return {Script(script): scorer_from(found) for script, found in fitted.items()}


def scorer_from(fitted: Mapping[str, Any]) -> Scorer:
    """The scorer of what `python -m evals.fit` wrote; a feature that it lacks counts for nothing.

    Raises KeyError for a feature that this program does not know: it was fitted by another version.
    """
    return Scorer(
        _weights(fitted["rank"]),
        float(fitted["shift"]),
        _weights(fitted["gate"]),
        float(fitted["bias"]),
    )


def _weights(named: Mapping[str, float]) -> Matrix:
    places = {name: place for place, name in enumerate(NAMES)}
    weights = np.zeros(len(NAMES))
    for name, weight in named.items():
        weights[places[name]] = weight
    return weights
