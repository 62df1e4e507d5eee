"""A question as somebody typed it, made fit to ask; what cannot be asked is refused here, before any work."""

from __future__ import annotations

from bot.untrusted import one_line
from vectorstore.errors import SettingsError

LONGEST = 2_000


def question_of(typed: str) -> str:
    """The question in one line without control characters.

    Raises SettingsError when nothing in it can be searched for or it is longer than `LONGEST` characters.
    """
    question = one_line(typed)
    if not any(character.isalnum() for character in question):
        raise SettingsError(
            'there is no question in that. Ask in words: bot ask "Who confirmed the deployment?"'
        )
    if len(question) > LONGEST:
        raise SettingsError(
            f"the question has {len(question):,} characters and {LONGEST:,} is the limit. "
            "Ask one shorter question; to store a text, use `ingest`."
        )
    return question
