"""What of a conversation a follow-up question is understood from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.types import Answer, Turn

MOST_TURNS = 10
LONGEST_QUESTION, LONGEST_ANSWER = 500, 600


def grown(thread: tuple[Turn, ...], answer: Answer) -> tuple[Turn, ...]:
    """`thread` after `answer`, without what lies far back.

    A declined question stays: somebody goes on asking about it. It has no text that could be taken for an answer.
    """
    turn = Turn(answer.question, answer.standalone_question, answer.text)
    return (*thread, turn)[-MOST_TURNS:]


def in_view(thread: Sequence[Turn]) -> list[Turn]:
    """`thread` with the beginning of each text: what a follow-up means stands there, and the rules read it often."""
    return [
        replace(
            turn,
            standalone_question=turn.standalone_question[:LONGEST_QUESTION],
            answer=turn.answer[:LONGEST_ANSWER],
        )
        for turn in thread
    ]
