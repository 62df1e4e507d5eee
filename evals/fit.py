"""Fits the scorer of an embedding model: `python -m evals.fit [--model NAME]` writes bot/evidence/scorers/NAME.json
and docs/scorer.md.

The same data and machine give the same file. Fitted on half of the topics; the figures in it are of the other half.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bot.evidence.features import GROUPS, NAMES
from bot.evidence.interaction import Matrix
from bot.evidence.scorer import FOLDER, Script, scorer_from
from evals import measures
from evals.public_sets import DESK_SET, Set, desk, squad2, xquad
from evals.run import DATA
from evals.scorer_page import PAGE, page
from evals.training import IMPOSSIBLE, NO_ARTICLE, NO_PARAGRAPH, OWN, UNANSWERABLE, Sample, samples
from vectorstore.settings import BUNDLED_MODEL

ANSWERED = 0.92  # of the questions that have an answer: at a confidence of 0.5
RIDGE = 1e-3
LEAST_SPREAD = 1e-3
# How much each way of asking counts for the gate. Those of squad2 that look answerable by design, weighed more, teach
# doubt about everything; the news are few, and what people really ask.
WEIGHTS = {OWN: 1.0, NO_ARTICLE: 1.0, NO_PARAGRAPH: 0.3, IMPOSSIBLE: 0.3, UNANSWERABLE: 1.0}
RANK_NEWS, GATE_NEWS = 4.0, 2.0
WRONG = 0.5  # a question whose best sentence is the wrong one says less about what an answer looks like

# More support never makes an answer less likely: the weights of these may be negative, no others. That also fits better
# to topics that were held out.
RANK_FREE = frozenset(GROUPS["form"]) - {"close"}
GATE_FREE = frozenset({"negation_differs"})
GATE = tuple(n for n in NAMES if n not in RANK_FREE | {"close"} or n in GATE_FREE)


def sets(data: Path, model: str) -> list[Set]:
    """What a model is fitted on: the default one on English and Chinese apart, any other across them too.

    XQuAD is a part of SQuAD in both languages, so that a model that has it need not embed all of `squad2`.
    """
    own = [xquad(data), desk(), xquad(data, "zh", "zh")]
    if model == BUNDLED_MODEL:
        return [squad2(data), *own]
    return [*own, xquad(data, "zh", "en"), xquad(data, "en", "zh")]


def fitted(found: Sequence[Sample]) -> dict[str, Any]:
    """The scorer of one script as it is written, fitted on the samples that are not held out."""
    seen = [sample for sample in found if not sample.held_out]
    mean, scale = _scale(seen)
    rank, shift = _rank(seen, mean, scale)
    gate, bias = _gate(seen, rank, mean, scale)
    scorer = {"rank": rank, "shift": shift, "gate": gate, "bias": bias}
    confidences = measures.confidences(scorer_from(scorer), [s for s in seen if s.way == OWN])
    bound = float(np.quantile(confidences, 1 - ANSWERED))
    return scorer | {"bias": round(bias - float(np.log(bound / (1 - bound))), 4)}


def _scale(seen: Sequence[Sample]) -> tuple[Matrix, Matrix]:
    rows = np.concatenate([sample.rows for sample in seen])
    spread = rows.std(axis=0)
    # What is the same everywhere says nothing: an infinite scale gives it no weight.
    return rows.mean(axis=0), np.where(spread < LEAST_SPREAD, np.inf, spread)


def _rank(seen: Sequence[Sample], mean: Matrix, scale: Matrix) -> tuple[dict[str, float], float]:
    """Listwise softmax: the right sentences of a question against all others found for it."""
    usable = [sample for sample in seen if sample.right.any()]
    rows = (np.concatenate([sample.rows for sample in usable]) - mean) / scale
    right = np.concatenate([sample.right for sample in usable]).astype(float)
    lengths = np.array([len(sample.right) for sample in usable])
    starts = np.cumsum([0, *lengths[:-1]])
    weight = np.array([RANK_NEWS if sample.set == DESK_SET else 1.0 for sample in usable])
    weight /= weight.sum()

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores = rows @ weights
        likely = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), lengths))
        total, good = np.add.reduceat(likely, starts), np.add.reduceat(likely * right, starts)
        pull = likely / np.repeat(total, lengths) - likely * right / np.repeat(good, lengths)
        gradient = rows.T @ (pull * np.repeat(weight, lengths)) + 2 * RIDGE * weights
        return float(weight @ np.log(total / good) + RIDGE * weights @ weights), gradient

    bounds = [(None if name in RANK_FREE else 0.0, None) for name in NAMES]
    weights = minimize(loss, np.full(len(NAMES), 0.1), jac=True, method="L-BFGS-B", bounds=bounds).x
    named = _named(NAMES, weights / scale)
    raw = np.array([named.get(name, 0.0) for name in NAMES])
    typical = np.median(np.concatenate([sample.rows[sample.right] for sample in usable]) @ raw)
    return named, round(-float(typical), 4)


def _gate(
    seen: Sequence[Sample], rank: Mapping[str, float], mean: Matrix, scale: Matrix
) -> tuple[dict[str, float], float]:
    """Logistic regression on the best sentence of each question: asked as it is, or with its answer taken away."""
    raw = np.array([rank.get(name, 0.0) for name in NAMES])
    use = [NAMES.index(name) for name in GATE]
    best = [(sample, int((sample.rows @ raw).argmax())) for sample in seen]
    rows = (np.array([sample.rows[place] for sample, place in best]) - mean)[:, use] / scale[use]
    rows = np.column_stack([rows, np.ones(len(rows))])
    answered = np.array([sample.way == OWN for sample, _ in best], float)
    weight = np.array(
        [
            WEIGHTS[s.way]
            * (GATE_NEWS if s.set == DESK_SET else 1.0)
            * (WRONG if s.way == OWN and not s.right[at] else 1.0)
            for s, at in best
        ]
    )
    weight *= np.where(answered == 1, 1 / weight[answered == 1].sum(), 1 / weight[answered == 0].sum()) / 2

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        odds = rows @ weights
        surprise = np.logaddexp(0, -odds) * answered + np.logaddexp(0, odds) * (1 - answered)
        decay = np.append(2 * RIDGE * weights[:-1], 0.0)
        gradient = rows.T @ (weight * (1 / (1 + np.exp(-odds)) - answered)) + decay
        return float(weight @ surprise + RIDGE * weights[:-1] @ weights[:-1]), gradient

    bounds = [(None if name in GATE_FREE else 0.0, None) for name in GATE] + [(None, None)]
    weights = minimize(loss, np.full(len(bounds), 0.05), jac=True, method="L-BFGS-B", bounds=bounds).x
    named = _named(GATE, weights[:-1] / scale[use])
    moved = sum(named.get(name, 0.0) * mean[NAMES.index(name)] for name in GATE)
    return named, round(float(weights[-1] - moved), 4)


def _named(names: Sequence[str], weights: Matrix) -> dict[str, float]:
    """Rounded, those that count for nothing left out."""
    return {
        name: round(float(weight), 3)
        for name, weight in zip(names, weights, strict=True)
        if abs(weight) >= 5e-4
    }


def gathered(public: Set, model: str, folder: Path | None) -> list[Sample]:
    """The samples of a set, taken from `folder` or kept there."""
    kept = folder and folder / f"{model}-{public.name}.pickle"
    if kept and kept.exists():
        found: list[Sample] = pickle.loads(kept.read_bytes())
        return found
    with tempfile.TemporaryDirectory() as work:
        found = list(samples(public, model, Path(work)))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(found))
    return found


def main() -> int:
    """Fit, write the file and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=BUNDLED_MODEL)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--gathered", type=Path, help="a folder that keeps what is found")
    chosen = parser.parse_args()
    found: defaultdict[Script, list[Sample]] = defaultdict(list)
    for public in sets(chosen.data, chosen.model):
        print(f"{public.name}: {len(public.questions)} questions", flush=True)
        for sample in gathered(public, chosen.model, chosen.gathered):
            found[sample.script].append(sample)
    scripts = {script: fitted(of_script) for script, of_script in sorted(found.items())}
    for script, scorer in scripts.items():
        scorer["held_out"] = measures.held_out(scorer_from(scorer), found[script])
    written = {
        "model": chosen.model,
        "made_by": f"python -m evals.fit --model {chosen.model}",
        "scripts": scripts,
    }
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{chosen.model}.json"
    path.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    PAGE.write_text(page(), "utf-8")
    print(json.dumps({script: scorer["held_out"] for script, scorer in scripts.items()}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
