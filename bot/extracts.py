"""The answer without a language model: up to three verbatim sentences, or none when the evidence is too thin."""

from __future__ import annotations

from collections.abc import Sequence

from bot.asked_for import holds_what_is_asked
from bot.planted import is_instruction
from bot.types import Evidence

SENTENCES = 3
NEAR = 0.85  # of the best score: what answers must be this near to what matches best
CLOSE = 0.92  # of the first extract's score: a further one must be nearly as good

# Read off 1,200 questions of SQuAD 2.0 and XQuAD, half of them with their own article taken out of the archive: at
# these bounds nine in ten answerable questions are answered, and eight in a hundred of those without their article.
LEAST_SUPPORT = 0.83
LEAST_WEAKEST = 0.24
LEAST_NAMES = 0.6


def choose(question: str, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The extracts that answer, best first, no words twice; empty when nothing does."""
    near = [e for e in ranked if e.score >= NEAR * ranked[0].score]
    good = [e for e in near if answers(question, e)]
    chosen: list[Evidence] = []
    for evidence in good:
        if len(chosen) == SENTENCES or evidence.score < CLOSE * good[0].score:
            break
        if not any(_folded(evidence) == _folded(other) or _follows(evidence, other) for other in chosen):
            chosen.append(evidence)
    return chosen


def _folded(evidence: Evidence) -> str:
    return " ".join(evidence.text.casefold().split())


def _follows(evidence: Evidence, other: Evidence) -> bool:
    """Whether it is the sentence after the other: its score then leans on the other's words."""
    passage, number = evidence.match.passage, evidence.sentence
    before = passage.sentences[number - 1] if number else None
    return (
        passage.article_id == other.match.passage.article_id
        and before == other.match.passage.sentences[other.sentence]
    )


def answers(question: str, evidence: Evidence) -> bool:
    """Whether the sentence covers what the question is about, all of it, and holds the kind of thing asked for."""
    cosine = evidence.match.sentence_scores[evidence.sentence]
    return (
        evidence.coverage + 0.5 * evidence.weakest + 0.3 * cosine >= LEAST_SUPPORT
        and evidence.weakest >= LEAST_WEAKEST
        and evidence.names >= LEAST_NAMES
        and holds_what_is_asked(question, evidence.text)
        and not is_instruction(evidence.text)
    )
