"""What of a conversation a follow-up question is understood from."""

from __future__ import annotations

from bot.types import Answer, Turn

MOST_TURNS = 10


def grown(thread: tuple[Turn, ...], answer: Answer) -> tuple[Turn, ...]:
    """`thread` after `answer`, without what lies far back.

    A declined question stays: somebody goes on asking about it. It has no text that could be taken for an answer.
    """
    turn = Turn(answer.question, answer.standalone_question, answer.text)
    return (*thread, turn)[-MOST_TURNS:]
