"""Of a story, a text and its near-copies, one member alone is heard: copies are no further sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.types import Evidence
from vectorstore.types import Match

NEAR = 0.3  # below the best score: a member within it says as much about the question
_UNDATED = datetime.min.replace(tzinfo=UTC)


def one_source(matches: Sequence[Match], ranked: Sequence[Evidence]) -> tuple[list[Match], list[Evidence]]:
    """Matches and evidence, both best first, without those of all but one member of each story.

    The member with the best sentence is heard; of members with one as good, the one published last, for an update
    says what its first edition did not know.
    """
    chosen: dict[str, str] = {}
    for story in dict.fromkeys(_story(evidence.match) for evidence in ranked):
        said = [evidence for evidence in ranked if _story(evidence.match) == story]
        best = said[0].score
        rivals = [evidence for evidence in said if evidence.score >= best - NEAR]
        latest = max(rivals, key=lambda evidence: evidence.match.source.published or _UNDATED)
        chosen[story] = latest.match.passage.article_id
    for match in matches:
        chosen.setdefault(_story(match), match.passage.article_id)
    return (
        [match for match in matches if _is_heard(match, chosen)],
        [evidence for evidence in ranked if _is_heard(evidence.match, chosen)],
    )


def _story(match: Match) -> str:
    return match.story or match.passage.article_id


def _is_heard(match: Match, chosen: dict[str, str]) -> bool:
    return chosen[_story(match)] == match.passage.article_id
