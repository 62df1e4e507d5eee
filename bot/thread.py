"""What of a conversation a follow-up question is understood from."""

from __future__ import annotations

from bot.types import Answer, Status, Turn

MOST_TURNS = 10


def grown(thread: tuple[Turn, ...], answer: Answer) -> tuple[Turn, ...]:
    """`thread` after `answer`: what was declined is no topic to go on from, and what lies far back is forgotten."""
    if answer.status is not Status.ANSWERED:
        return thread
    turn = Turn(answer.question, answer.standalone_question, answer.text)
    return (*thread, turn)[-MOST_TURNS:]
