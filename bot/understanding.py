"""What a question means: completed from its thread, its words of time read, its language told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.rewriting import stand_alone
from bot.dates.in_time import limited
from bot.types import Turn, Understood
from bot.wording import language_of
from bot.writing.chat_model import ChatModel
from vectorstore.types import Filter


def understand(
    question: str,
    thread: Sequence[Turn],
    where: Filter,
    now: datetime,
    model: ChatModel | None = None,
) -> Understood:
    """`question` as it is searched for, asked at `now` (aware) in a `thread`, of the articles that `where` allows."""
    asked = stand_alone(question, thread, model)
    return limited(
        Understood(
            question,
            asked.question,
            search=asked.search,
            where=where,
            given=where,
            now=now,
            language=language_of(question),
        )
    )
