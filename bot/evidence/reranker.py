"""A cross-encoder from the hub or a folder that judges question and sentence together, if one is configured.

It joins the scorer as one more voice: both its order and its doubts count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from bot.types import Evidence
from vectorstore.errors import EmbeddingModelError

READ = 24  # sentences, the best by the scorer: each costs a forward pass of the cross-encoder
WEIGHT = 0.5  # of its log-odds beside the scorer's: equal voices where both are as sure
_REMEDY = "Set CITEDESK_RERANKER to a cross-encoder with one label in the local cache or a folder, or leave it empty."
_SUREST = 6.0  # log-odds: a cross-encoder that is never in doubt is not believed more than this


class Reranker(Protocol):
    """Judges pairs of texts."""

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        """How likely each text answers, 0 to 1."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder with one label."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        import torch

        pairs = [(question, text) for text in texts]
        found = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return [float(share) for share in found]


def open_reranker(name: str) -> Reranker:
    """The cross-encoder called `name`. Raises EmbeddingModelError naming the remedy."""
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name)
    except Exception as error:  # hub, file and network errors of half a dozen libraries
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EmbeddingModelError(f"cannot load the reranker {name!r}: {first} {_REMEDY}") from error
    if model.config.num_labels != 1:
        raise EmbeddingModelError(f"{name!r} sorts into {model.config.num_labels} classes. {_REMEDY}")
    return CrossEncoderReranker(model)


def reranked(reranker: Reranker, question: str, found: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, the best of it with the reranker's judgement in score and confidence."""
    ranked = sorted(found, key=lambda evidence: -evidence.score)
    judged = reranker.judge(question, [evidence.text for evidence in ranked[:READ]])
    return [
        *(_with(evidence, share) for evidence, share in zip(ranked, judged, strict=False)),
        *(_with(evidence, 0.0) for evidence in ranked[READ:]),
    ]


def _with(evidence: Evidence, share: float) -> Evidence:
    voice = _log_odds(share)
    both = (1 - WEIGHT) * _log_odds(evidence.confidence) + WEIGHT * voice
    return replace(evidence, score=evidence.score + voice, confidence=1 / (1 + math.exp(-both)))


def _log_odds(share: float) -> float:
    least = 1 / (1 + math.exp(_SUREST))
    kept = min(max(share, least), 1 - least)
    return math.log(kept / (1 - kept))
