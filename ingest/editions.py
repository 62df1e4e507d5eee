"""Which of two texts of one article is the one to answer from: not an earlier edition, and not a copy cut short."""

from __future__ import annotations

from vectorstore.copies import share_held, shingled
from vectorstore.types import Article

_THE_SAME = 0.95  # of its 5-grams: nothing was corrected, so nothing is gained by the shorter text


def why_kept(old: Article, new: Article) -> str:
    """Why the stored text `old` stays although `new` came with another; empty when it does not."""
    before, after = old.source.modified, new.source.modified
    if before and after and after < before:
        return "an earlier edition than the one that is stored"
    shorter = new.source.incomplete and not old.source.incomplete and len(new.text) < len(old.text)
    if shorter and share_held(shingled(new.text), shingled(old.text)) >= _THE_SAME:
        return "a copy that is cut short; the whole text is stored"
    return ""
