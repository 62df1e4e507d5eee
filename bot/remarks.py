"""What is said about an answer besides its words; the same in the terminal and in Slack."""

from __future__ import annotations

from collections.abc import Iterator

from bot.types import EXTRACTS, Answer
from bot.wording import day, say


def remarks(answer: Answer) -> Iterator[str]:
    """How it was made, understood and limited, and what else its reader should know."""
    language = answer.language
    if answer.sentences and answer.model == EXTRACTS:
        yield say(language, "extracts")
    elif answer.sentences:
        yield say(language, "written", model=answer.model)
    if answer.conflict and not answer.updates:
        yield say(language, "disagree")
    if answer.standalone_question != answer.question:
        yield say(language, "understood", question=answer.standalone_question)
    yield from _limits(answer)
    yield from answer.notes


def _limits(answer: Answer) -> Iterator[str]:
    since, until = (day(answer.language, moment) for moment in (answer.since, answer.until))
    if phrase := "between" if since and until else "since" if since else "until" if until else "":
        yield say(answer.language, phrase, since=since, until=until)
