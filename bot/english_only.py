"""A question in another script than Latin, put to the model that reads only English: the reader is told the remedy.

By script alone: telling French from English would take a library, for the sake of one remark.
"""

from __future__ import annotations

from bot.types import Answer, Status
from bot.wording import say
from vectorstore.settings import BUNDLED_MODEL

_LATIN_ENDS, _MORE_LATIN = "\u024f", range(0x1E00, 0x1F00)


def unread(question: str, answer: Answer, model: str) -> str:
    """A remark that the English model cannot read such a question, unless something in its script was found."""
    english = model == BUNDLED_MODEL and answer.status is not Status.EMPTY_ARCHIVE
    near = [text for found in answer.nearest for text in (found.source.title, found.quote)]
    shown = [*(cited.quote for cited in answer.citations), *near]
    if not english or not is_foreign(question) or any(map(is_foreign, shown)):
        return ""
    return say(answer.language, "english_only", model=model)


def is_foreign(text: str) -> bool:
    """Whether at least half of its letters are not Latin."""
    letters = [letter for letter in text if letter.isalpha()]
    foreign = [letter for letter in letters if letter > _LATIN_ENDS and ord(letter) not in _MORE_LATIN]
    return bool(letters) and len(foreign) * 2 >= len(letters)
