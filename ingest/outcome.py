"""What became of each input, and what that means for the exit code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How one article fared; the words are part of the `--json` contract."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    SKIPPED = "skipped"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One article's fate; `reason` says why it failed or was skipped, else it is a remark (or empty)."""

    input: str
    outcome: Verdict
    article_id: str = ""
    title: str = ""
    reason: str = ""


def exit_code(counts: Mapping[Verdict, int], inputs: int = 0) -> int:
    """0 all well, 1 some failed, 2 none worked. A failure among more `inputs` than failed is not all of them: a feed
    with nothing new is not counted at all."""
    failed = counts.get(Verdict.FAILED, 0)
    worked = sum(
        count for verdict, count in counts.items() if verdict not in (Verdict.FAILED, Verdict.SKIPPED)
    )
    if not failed:
        return 0
    return 1 if worked or failed < inputs else 2
