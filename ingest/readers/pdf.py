"""PDF documents: lines with their places on the page become paragraphs again, page headers and footers leave."""

from __future__ import annotations

import re
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import PurePath
from statistics import median
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.decode import tidy
from ingest.draft import Draft, Unreadable
from ingest.paragraphs import fold
from ingest.readers.properties import author_of, made_on, title_of
from ingest.readers.trace import FILE_NAME, TEXT, traced

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

PROPERTIES = "PDF properties"
_MOST_PAGES = 500
_MOST_SECONDS = 60.0
_HEAD = 8  # lines of the first page in which its date may stand
_LONGEST_DATE = 40
_EDGE = 3  # lines at the top and at the bottom of a page that may be its header or footer
# Their date is the day somebody printed the page.
_PRINTERS = re.compile(
    r"skia|chrom|mozilla|firefox|safari|quartz|print to pdf|wkhtmltopdf|cairo|ghostscript", re.I
)
_ENDS = re.compile(r"[.!?:;。！？：；…][\"'”’」』）)\]]*$")
_PAGE = re.compile(
    r"(?:page|seite|página|pagina|стр(?:аница|\.)|صفحة)\s*\d{1,4}(?:\s*(?:of|von|sur|de|di|из|/)\s*\d{1,4})?|第\s*\d{1,4}\s*页",
    re.I,
)
_BULLET = re.compile(r"^[•▪‣◦●■–—*-]\s")
_BROKEN_WORD = re.compile(r"(\w+)-$")
_SUSPENDED = {"and", "or", "to", "und", "oder", "bis", "et", "ou"}  # two- and three-year-old


@dataclass(frozen=True, slots=True)
class _Line:
    """One line; the place of its first letter and its height, in points, counted from the lower left corner."""

    page: int
    text: str
    x: float
    y: float
    size: float


def read_pdf(data: bytes, name: str) -> Draft:
    """The article in a PDF document. Raises Unreadable, also when pypdf is not installed."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import DependencyError, PyPdfError
    except ImportError as error:
        raise Unreadable("PDF documents need one more package: pip install 'citedesk[pdf]'") from error
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("it is protected by a password; save a copy of it without one")
        return _draft(reader, name)
    except DependencyError as error:
        raise Unreadable("its protection needs one more package: pip install 'citedesk[pdf]'") from error
    except (
        PyPdfError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:  # what pypdf meets in damaged files
        raise Unreadable("it is a damaged PDF document; open it and save it again") from error


def _draft(reader: PdfReader, name: str) -> Draft:
    if len(reader.pages) > _MOST_PAGES:
        raise Unreadable(f"it has more than {_MOST_PAGES} pages, too many for one article; save its parts")
    lines = list(_all_lines(reader))
    if not any(map(str.isalnum, "".join(line.text for line in lines))):
        raise Unreadable("it holds no text, only pictures of it; run text recognition (OCR) over it first")
    raw = "\n".join(line.text for line in lines)
    printed = _printed_date(lines)
    lines = list(_without_edges(lines))
    paragraphs = list(_paragraphs(lines))
    facts = reader.metadata
    headline = _headline(lines)
    known = title_of(facts.title) if facts else ""
    title = known or headline
    draft = Draft(
        title=title or PurePath(name).stem,
        text="\n\n".join(paragraphs[1:] if paragraphs[:1] in ([title], [headline]) else paragraphs),
        author=author_of(facts.author) if facts else "",
        published=printed or _published(reader),
        language=str(reader.root_object.get("/Lang", "")),
        raw=raw,
    )
    found_in = {"published": TEXT} if printed else {}
    return traced(
        draft, PROPERTIES, title=PROPERTIES if known else TEXT if headline else FILE_NAME, **found_in
    )


def _all_lines(reader: PdfReader) -> Iterator[_Line]:
    end = time.monotonic() + _MOST_SECONDS
    for number, page in enumerate(reader.pages):
        yield from _lines(number, page)
        if time.monotonic() > end:
            raise Unreadable(
                f"its pages take longer than {_MOST_SECONDS:g} seconds to read; save its text instead"
            )


def _lines(number: int, page: PageObject) -> Iterator[_Line]:
    """The lines of a page in the order in which they are drawn, which keeps columns apart."""
    pieces: list[tuple[str, float, float, float]] = []

    def note(text: str, seen: Sequence[float], placed: Sequence[float], font: object, size: float) -> None:
        x = placed[4] * seen[0] + placed[5] * seen[2] + seen[4]
        y = placed[4] * seen[1] + placed[5] * seen[3] + seen[5]
        scale = abs(placed[3] * seen[3]) or 1.0
        pieces.extend((part, x, y, size * scale) for part in re.split(r"(\n)", text) if part)

    page.extract_text(visitor_text=note)
    for ends, group in groupby(pieces, lambda piece: piece[0] == "\n"):
        line = [] if ends else list(group)
        text = tidy("".join(piece[0] for piece in line).replace("\u00ad", "-")).strip()
        if text:
            _, x, y, _ = next(piece for piece in line if piece[0].strip())
            # The letters of most of the line: its first may be a bullet or an initial.
            yield _Line(number, text, x, y, max(line, key=lambda piece: len(piece[0]))[3])


def _without_edges(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Without the lines at the edges of pages that come back on many of them, in the same place."""
    pages = [list(group) for _, group in groupby(lines, lambda line: line.page)]
    edges = [_edge(page) for page in pages]
    counts = Counter(mark for edge in edges for mark in {mark for line in edge for mark in _marks(line)})
    often = max(2, len(pages) // 3)
    for page, edge in zip(pages, edges, strict=True):
        recurring = {
            line
            for line in edge
            if any(counts[mark] >= often for mark in _marks(line)) or _PAGE.fullmatch(line.text)
        }
        yield from (line for line in page if line not in recurring)


def _edge(page: Sequence[_Line]) -> set[_Line]:
    heights = sorted({round(line.y) for line in page})
    outer = {*heights[:_EDGE], *heights[-_EDGE:]}
    return {line for line in page if round(line.y) in outer}


def _marks(line: _Line) -> set[tuple[str, int]]:
    """A header or footer has one of these on each of its pages: its text, or what is left as pages are counted."""
    texts = {line.text}
    if not _ENDS.search(line.text):
        for number in re.finditer(r"\d{1,6}", line.text):
            counted = int(number[0]) - line.page
            texts.add(f"{line.text[: number.start()]}\0{counted}\0{line.text[number.end() :]}")
    return {(text, round(line.y)) for text in texts}


def _paragraphs(lines: Sequence[_Line]) -> Iterator[str]:
    is_break = _breaks(lines)
    words = Counter(word for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text))
    block: list[str] = []
    for number, line in enumerate(lines):
        if block and is_break(lines[number - 1], line):
            yield _joined(block, words)
            block = []
        block.append(line.text)
    if block:
        yield _joined(block, words)


def _breaks(lines: Sequence[_Line]) -> Callable[[_Line, _Line], bool]:
    """Tells whether a paragraph ends between two lines, by what is usual in this document."""
    steps = [(a.y - b.y) / a.size for a, b in pairwise(lines) if a.page == b.page and a.size]
    step = median([step for step in steps if 0 < step < 4] or [0])
    full = 0.75 * max((len(line.text) for line in lines), default=0)

    def is_break(above: _Line, below: _Line) -> bool:
        if not 0.85 < below.size / (above.size or 1) < 1.18 or _BULLET.match(below.text):
            return True
        ended = bool(_ENDS.search(above.text))
        if above.page != below.page or below.y > above.y:  # the next page or column
            return ended
        if above.y - below.y > 1.25 * step * above.size:
            return True
        return ended and (below.x > above.x + 0.6 * below.size or len(above.text) < full)

    return is_break


def _joined(block: Sequence[str], words: Counter[str]) -> str:
    text = block[0]
    for line in block[1:]:
        broken, rest = _BROKEN_WORD.search(text), re.match(r"\w+", line)
        if not broken or not rest or rest[0] in _SUSPENDED:
            text += "\n" + line
        elif broken[1].isalpha() and rest[0].islower() and not words[f"{broken[1]}-{rest[0]}"]:
            text = text[:-1] + line
        else:  # "well-" and "known", which stand together elsewhere; "Anglo-" and "Saxon"; "1990-" and "95"
            text += line
    return fold(text)


def _headline(lines: Sequence[_Line]) -> str:
    """The lines in the largest letters of the first page, if they are larger than most."""
    first = [line for line in lines if line.page == lines[0].page] if lines else []
    largest = max((line.size for line in first), default=0.0)
    if not first or largest < 1.15 * median(line.size for line in lines):
        return ""
    _, group = next(g for g in groupby(first, lambda line: line.size > 0.95 * largest) if g[0])
    title = fold("\n".join(line.text for line in group))
    return title if len(title) <= 300 else ""


def _printed_date(lines: Sequence[_Line]) -> datetime | None:
    """The date that stands alone on a line at the head of the first page."""
    head = [
        line.text for line in lines[:_HEAD] if line.page == lines[0].page and len(line.text) <= _LONGEST_DATE
    ]
    return next(filter(None, map(parse_date, head)), None)


def _published(reader: PdfReader) -> datetime | None:
    """The day the document was made, unless it is the print-out of something older."""
    facts = reader.metadata
    if not facts or _PRINTERS.search(f"{facts.producer} {facts.creator}"):
        return None
    try:
        made = facts.creation_date
    except ValueError:
        return None
    return made_on(made)
