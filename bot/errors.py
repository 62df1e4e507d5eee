"""What can go wrong between a question and its answer."""

from __future__ import annotations

from vectorstore.errors import CitedeskError


class LanguageModelError(CitedeskError):
    """The language model could not be reached, refused, or stopped before it had finished."""
