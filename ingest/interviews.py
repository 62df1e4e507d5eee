"""Questions as paragraphs, as in interviews: the answer has none of their words, so the two stay together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from vectorstore.types import Span

# "Does he know? He opened it himself." asks too.
_QUESTION = re.compile(
    r"[?？؟](?:\s|[\"”’»」）)]*$)|^(?:Q|Question|Frage|F|问|問|记者)\s*[.:：]", re.IGNORECASE
)
_LONGEST = 300


def bound(text: str, spans: Sequence[Span], sizes: Sequence[int], room: int) -> list[int]:
    """For each of the sentences `spans`, the first sentence that it must not be cut from (mostly itself).

    A question stays with the paragraph below it, or with the first sentence of that where all is more than `room`.
    """
    firsts = list(range(len(spans)))
    paragraphs = _paragraphs(text, spans)
    for question, answer in pairwise(paragraphs):
        if not _is_question(text[spans[question.start].start : spans[question.stop - 1].end]):
            continue
        start = firsts[question.start]  # several questions in a row are one, as long as there is room
        start = start if sum(sizes[start : answer.stop]) <= room else question.start
        whole = sum(sizes[start : answer.stop]) <= room
        for number in range(question.start, answer.stop if whole else answer.start + 1):
            firsts[number] = min(firsts[number], start)
    return firsts


def _is_question(paragraph: str) -> bool:
    return len(paragraph) <= _LONGEST and bool(_QUESTION.search(paragraph))


def _paragraphs(text: str, spans: Sequence[Span]) -> list[range]:
    """The sentences of each paragraph, by number."""
    ends = [0]
    for before, after in pairwise(spans):
        ends.append(ends[-1] + ("\n" in text[before.end : after.start]))
    groups = groupby(range(len(spans)), key=ends.__getitem__)
    return [range(numbers[0], numbers[-1] + 1) for _, group in groups if (numbers := list(group))]
