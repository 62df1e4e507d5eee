"""Rows of cells as lines of even columns: the first to the left, the others to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.page import Line, Span
from bot.untrusted import one_line

_GAP = "  "


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """The head, faint, and the rows. Every row has as many cells as the head."""
    clean = [[one_line(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(_width, column)) for column in zip(*clean, strict=True)]
    for number, row in enumerate(clean):
        yield Line((Span(_row(row, widths), "" if number else "faint"),))


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
    return _GAP.join([row[0] + first, *(pad + cell for pad, cell in zip(others, row[1:], strict=True))])


def _width(text: str) -> int:
    """In columns of a terminal, where Chinese takes two."""
    from rich.cells import cell_len

    return cell_len(text)
