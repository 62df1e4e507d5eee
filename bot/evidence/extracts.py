"""The answer without a language model: up to three verbatim sentences, or none when the evidence is too thin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.evidence.asked_for import holds_what_is_asked, office_asked, same_office
from bot.types import Evidence
from bot.words import sense
from bot.writing.planted import is_instruction
from vectorstore.sentences import is_cjk

_WORD = re.compile(r"[^\W\d_]+")
SENTENCES = 3
CAUTION = 0.5  # the least confidence, unless the settings say otherwise
NEAR = 1.5  # below the best score: what answers must be this near to what matches best
CLOSE = 0.7  # below the first extract's score: a further one must be nearly as good


def choose(question: str, ranked: Sequence[Evidence], caution: float) -> list[Evidence]:
    """The extracts that answer, best first, no words twice; empty when nothing does with a confidence of `caution`."""
    near = [e for e in ranked if e.score >= ranked[0].score - NEAR]
    good = [e for e in near if answers(question, e, caution)]
    chosen: list[Evidence] = []
    for evidence in good:
        if len(chosen) == SENTENCES or evidence.score < good[0].score - CLOSE:
            break
        if not any(_folded(evidence) == _folded(other) or _follows(evidence, other) for other in chosen):
            chosen.append(evidence)
    return chosen


def answers(question: str, evidence: Evidence, caution: float) -> bool:
    """Whether the sentence is likely enough to answer and holds the kind of thing asked for."""
    return (
        evidence.confidence >= caution
        and (evidence.confidence >= (1 + caution) / 2 or _tells_of_office(question, evidence))
        and holds_what_is_asked(question, evidence.text)
        and not is_instruction(evidence.text)
    )


def _tells_of_office(question: str, evidence: Evidence) -> bool:
    """Whether the office asked about ("Who is the king of …?") is spoken of at all; if not, more is needed."""
    office = office_asked(question)
    if not office:
        return True
    passage = evidence.match.passage
    told = f"{passage.prefix} {passage.text}"
    if is_cjk(office):
        return office in told
    held = {sense(word.lower()) for word in _WORD.findall(told)}
    return any(sense(name) in held for name in same_office(office.lower()))


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
