"""What is said about an answer besides its words; the same in the terminal and in Slack."""

from __future__ import annotations

from collections.abc import Iterator

from bot.dates import shown
from bot.types import EXTRACTS, Answer

INCOMPLETE = "This copy may be incomplete."
_EXTRACTS_NOTE = "Extracts from the saved articles, not a written answer."


def remarks(answer: Answer) -> Iterator[str]:
    """How it was made, understood and limited, and what else its reader should know."""
    if answer.sentences and answer.model == EXTRACTS:
        yield _EXTRACTS_NOTE
    elif answer.sentences:
        yield f"Written by {answer.model}; each sentence was checked against the words it cites."
    if answer.conflict:
        yield "The sources disagree."
    if answer.standalone_question != answer.question:
        yield f"Understood as: {answer.standalone_question}"
    if answer.since or answer.until:
        limits = (
            f"{word} {shown(day)}" for word, day in (("from", answer.since), ("to", answer.until)) if day
        )
        yield f"Only articles {' '.join(limits)}; those without a date are left out."
    yield from answer.notes
