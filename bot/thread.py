"""What of a conversation a follow-up question is understood from."""

from __future__ import annotations

from bot.types import Answer, Turn

MOST_TURNS = 10


def grown(thread: tuple[Turn, ...], answer: Answer) -> tuple[Turn, ...]:
    """`thread` after `answer`; what lies far back is forgotten.

    Declined questions are in it too, since somebody goes on asking about them; they have no text to lean on.
    """
    turn = Turn(answer.question, answer.standalone_question, answer.text)
    return (*thread, turn)[-MOST_TURNS:]
