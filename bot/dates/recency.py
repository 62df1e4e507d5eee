"""The present state: of sentences that answer about as well, the one published last comes first.

A bounded bonus by rank among the answers, no decay with age: an old article that alone answers still does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.types import Evidence

BONUS = 2.5  # added to the score of the newest; the oldest gets none
NEAR = 2.5  # below the best score: what is weaker is no rival answer, however new


def newest_first(ranked: Sequence[Evidence], answers: Callable[[Evidence], bool]) -> list[Evidence]:
    """`ranked`, best first, with the scores of those that answer raised by how new their articles are.

    Days count, not hours; an article without a date counts as the oldest.
    """
    if not ranked:
        return []
    rivals = [e for e in ranked if e.score >= ranked[0].score - NEAR and answers(e)]
    days = sorted({_day(evidence) for evidence in rivals})
    if len(days) < 2:
        return list(ranked)
    share = {day: BONUS * place / (len(days) - 1) for place, day in enumerate(days)}
    chosen = set(map(id, rivals))
    raised = [replace(e, score=e.score + share[_day(e)]) if id(e) in chosen else e for e in ranked]
    return sorted(raised, key=lambda evidence: -evidence.score)


def _day(evidence: Evidence) -> int:
    published = evidence.match.source.published
    return published.toordinal() if published else 0
