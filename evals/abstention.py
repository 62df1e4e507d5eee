"""What the shipped scorer declines: questions with their article taken out of the archive, and those made to look
answerable; of the topics that it was not fitted on."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from bot.evidence.scorer import Script, scorers_for
from evals import measures
from evals.floors import passes
from evals.public_sets import squad2
from evals.training import is_held_out, samples
from vectorstore.settings import BUNDLED_MODEL


def run(data: Path, limit: int) -> bool:
    """Measure `squad2` and print every figure; False when one is below its floor."""
    public = squad2(data)
    asked = [question for question in public.questions if is_held_out(public.title(question.url))]
    step = max(1, len(asked) // limit) if limit else 1
    public = replace(public, questions=tuple(asked[::step]))
    scorer = scorers_for(BUNDLED_MODEL)[Script.ALPHABET]
    with tempfile.TemporaryDirectory() as folder:
        found = list(samples(public, BUNDLED_MODEL, Path(folder)))
    return passes("abstention", measures.ranking(scorer, found) | measures.declined(scorer, found))
