"""One question asked and its answer shown: the same for `bot ask` and for a turn of the REPL."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.page import answer_page, sentence_line, short_line, sources_page
from bot.terminal import Screen, waiting
from bot.types import Answer, Turn
from vectorstore.types import Filter

if TYPE_CHECKING:
    from bot.answering import Answerer

LOADING = "Loading the embedding model…"
LOOKING = "Looking…"


def ask_and_show(
    screen: Screen,
    answerer: Answerer,
    question: str,
    where: Filter,
    thread: Sequence[Turn] = (),
    status: str = LOADING,
) -> Answer:
    """The answer, after showing it on `screen`: sentence by sentence where a language model writes it.

    Raises CitedeskError; Ctrl-C leaves what was already shown.
    """
    streamed = 0
    with waiting(status, sys.stderr) as wipe:

        def say(sentence: str) -> None:
            nonlocal streamed
            wipe()
            screen.show([sentence_line(sentence)])
            streamed += 1

        answer = answerer.answer(question, thread, where, say if screen.is_terminal else None)
    if streamed:
        screen.show(short_line(answer))
    screen.show(sources_page(answer) if streamed else answer_page(answer))
    return answer
