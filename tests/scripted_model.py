"""A language model that says what it is told to, in pieces of any size, and breaks off where it is told to."""

from __future__ import annotations

from collections.abc import Generator

from bot.errors import LanguageModelError


class ScriptedModel:
    """Obeys the contract of ChatModel; `prompts` are what it was asked, `spoken` counts the characters it gave."""

    def __init__(self, reply: str, size: int = 7, breaks: bool = False) -> None:
        self.name = "scripted"
        self.prompts: list[tuple[str, str]] = []
        self.spoken = 0
        self._reply = reply
        self._size = size
        self._breaks = breaks

    def stream(self, system: str, user: str) -> Generator[str, None, None]:
        self.prompts.append((system, user))
        for start in range(0, len(self._reply), self._size):
            piece = self._reply[start : start + self._size]
            self.spoken += len(piece)
            yield piece
        if self._breaks:
            raise LanguageModelError("scripted broke off in the middle of its answer. Ask again.")
        if not self._reply.strip():
            raise LanguageModelError("scripted answered with nothing. Ask again or choose another model.")
