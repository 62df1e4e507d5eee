""" "Was anyone hurt?" is answered by "Nobody was hurt", though the two share few words.

It comes first only in the article that answers best, and only where no better sentence there says that somebody was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.short.clauses import asked_verb, says
from bot.types import Evidence

_ANYBODY = re.compile(r"\b(?:was|were|is|are|has|have|had|did|will) any(?:one|body)\b", re.IGNORECASE)
_NOBODY = re.compile(r"^\W*(?:nobody|no[ -]one|none of (?:the|them|those))\b", re.IGNORECASE)


def with_nobody(question: str, ranked: Sequence[Evidence]) -> list[Evidence]:
    """`ranked`, best first, with the "Nobody was" that answers an "Was anyone" in front; else as it is."""
    verb = asked_verb(question) if _ANYBODY.search(question) else ""
    if not verb or not ranked:
        return list(ranked)
    best = ranked[0]
    told = (e for e in ranked if _article(e) == _article(best) and says(e.text, verb))
    first = next(told, None)
    if first is None or first is best or not _NOBODY.match(first.text):
        return list(ranked)
    raised = replace(first, score=best.score, confidence=max(first.confidence, best.confidence))
    return [raised, *(e for e in ranked if e is not first)]


def _article(evidence: Evidence) -> str:
    return evidence.match.passage.article_id
