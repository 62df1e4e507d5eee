"""Figures of a scorer on samples: what comes first, and how well it tells what it can answer from what it cannot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.evidence.extracts import CAUTION
from bot.evidence.interaction import Matrix
from bot.evidence.scorer import Scorer
from evals.training import IMPOSSIBLE, NO_ARTICLE, NO_PARAGRAPH, OWN, UNANSWERABLE, Sample

ANSWERED = (
    0.5,
    0.6,
    0.7,
    0.8,
    0.85,
    0.9,
    0.92,
    0.95,
    0.98,
)  # of the answerable questions, where the curve is taken


def held_out(scorer: Scorer, found: Sequence[Sample]) -> dict[str, object]:
    """Every figure, of the samples that are held out."""
    kept = [sample for sample in found if sample.held_out]
    return {
        "ranking": {name: ranking(scorer, of_set) for name, of_set in _by_set(kept).items()},
        "at_default": _declined(scorer, kept, CAUTION),
        "declined_at_92": {name: declined(scorer, of_set) for name, of_set in _by_set(kept).items()},
        "curve": curve(scorer, kept),
    }


def ranking(scorer: Scorer, found: Sequence[Sample]) -> dict[str, float]:
    """Shares of the questions asked as they are: the right sentence first or in the first three, the right passage
    first or in the first five."""
    own = [sample for sample in found if sample.way == OWN]
    ranks = [_ranks(scorer, sample) for sample in own]
    return {
        "questions": len(own),
        "sentence_at_1": _share([sentence == 0 for sentence, _ in ranks]),
        "sentence_at_3": _share([sentence < 3 for sentence, _ in ranks]),
        "passage_at_1": _share([passage == 0 for _, passage in ranks]),
        "passage_at_5": _share([passage < 5 for _, passage in ranks]),
    }


def declined(scorer: Scorer, found: Sequence[Sample], answered: float = 0.92) -> dict[str, float]:
    """Shares declined by way of asking, where `answered` of the questions asked as they are would be answered; and the
    best balanced accuracy of telling them from those made to look answerable."""
    own = confidences(scorer, [sample for sample in found if sample.way == OWN])
    shares = _declined(scorer, found, float(np.quantile(own, 1 - answered)))
    impossible = confidences(scorer, [sample for sample in found if sample.way == IMPOSSIBLE])
    if impossible.size:
        bounds = np.quantile(np.concatenate([own, impossible]), np.linspace(0, 1, 201))
        balanced = [((own >= bound).mean() + (impossible < bound).mean()) / 2 for bound in bounds]
        shares["impossible_balanced"] = round(float(max(balanced)), 4)
    return shares


def curve(scorer: Scorer, found: Sequence[Sample]) -> list[dict[str, float]]:
    """Coverage against wrong answers: at each caution the answered of those that have an answer, the right ones among
    them, and the answered of those whose article, whose paragraph is missing or who were made to look answerable."""
    own = [sample for sample in found if sample.way == OWN]
    confident = confidences(scorer, own)
    right = np.array([_ranks(scorer, sample)[0] == 0 for sample in own])
    points = []
    for share in ANSWERED:
        bound = float(np.quantile(confident, 1 - share))
        point = {"caution": round(bound, 3), "answered": share, "right": _share(right[confident >= bound])}
        for way in (NO_ARTICLE, NO_PARAGRAPH, IMPOSSIBLE, UNANSWERABLE):
            others = confidences(scorer, [sample for sample in found if sample.way == way])
            if others.size:
                point[f"answered_{way}"] = _share(others >= bound)
        points.append(point)
    return points


def confidences(scorer: Scorer, found: Sequence[Sample]) -> Matrix:
    """float[len(found)]: the confidence in the sentence that comes first."""
    rows = [sample.rows[scorer.scores(sample.rows).argmax()] for sample in found]
    return scorer.confidences(np.array(rows)) if rows else np.zeros(0)


def _declined(scorer: Scorer, found: Sequence[Sample], bound: float) -> dict[str, float]:
    shares = {}
    for way in (OWN, NO_ARTICLE, NO_PARAGRAPH, IMPOSSIBLE, UNANSWERABLE):
        sure = confidences(scorer, [sample for sample in found if sample.way == way])
        if sure.size:
            shares["answered" if way == OWN else way] = _share(sure >= bound if way == OWN else sure < bound)
    return shares


def _ranks(scorer: Scorer, sample: Sample) -> tuple[float, float]:
    """How many sentences, and how many passages, come before the first right one; infinite when none is right."""
    if not sample.right.any():
        return np.inf, np.inf
    order = np.argsort(-scorer.scores(sample.rows), kind="stable")
    first = int(np.flatnonzero(sample.right[order])[0])
    passages = list(dict.fromkeys(sample.passage[order].tolist()))
    wanted = set(sample.passage[sample.right].tolist())
    return first, min(passages.index(passage) for passage in wanted)


def _by_set(found: Sequence[Sample]) -> dict[str, list[Sample]]:
    return {name: [s for s in found if s.set == name] for name in dict.fromkeys(s.set for s in found)}


def _share(hits: Sequence[bool] | np.typing.NDArray[np.bool_]) -> float:
    return round(float(np.mean(hits)), 4) if len(hits) else 0.0
