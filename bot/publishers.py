"""The publishers that a reader may name: as the archive spells them; of an unknown one, what it is near."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vectorstore.errors import SettingsError
from vectorstore.types import Filter

if TYPE_CHECKING:
    from vectorstore.archive import Archive

_MOST_NAMED = 3


def publishers_of(archive: Archive) -> list[str]:
    """The names in the archive."""
    return [name for name, _ in archive.stats().publishers if name]


def spelt(name: str, known: Iterable[str]) -> str:
    """`name` as it is among the `known`, whatever its capitals. Raises SettingsError when it is none of them."""
    folded = {each.casefold(): each for each in known}
    if name.casefold() not in folded:
        raise SettingsError(f"no saved article is by {name!r}.{_hint(name, folded)}")
    return folded[name.casefold()]


def with_known_publishers(where: Filter, archive: Archive) -> Filter:
    """`where` with its publishers spelt as the archive has them; an empty archive knows none and refuses none.

    Raises SettingsError for a publisher of no saved article.
    """
    known: Sequence[str] = publishers_of(archive) if where.publishers else ()
    if not known:
        return where
    return replace(where, publishers=tuple(dict.fromkeys(spelt(name, known) for name in where.publishers)))


def _hint(name: str, folded: dict[str, str]) -> str:
    """The nearest names: those spelt alike, else those that share a word."""
    wanted = name.casefold()
    near = [folded[one] for one in difflib.get_close_matches(wanted, folded, n=_MOST_NAMED)]
    near = near or [own for one, own in folded.items() if wanted in one or one in wanted][:_MOST_NAMED]
    if near:
        return f" Did you mean {' or '.join(near)}?"
    some = ", ".join(list(folded.values())[:_MOST_NAMED])
    return f" There is {some}; `bot articles list` shows who else."
