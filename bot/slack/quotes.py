"""The two windows an answer opens: its quotes in full, and a question for what went wrong."""

from __future__ import annotations

from typing import Any

from bot.dates.calendar import shown
from bot.dates.dated import day_words
from bot.slack.rich import (
    Block,
    address_of,
    facts,
    link,
    pieces,
    plain,
    quotation,
    remark,
    rich,
    section,
    shortened,
    size,
    text,
    title_of,
)
from bot.types import Answer, Citation

LONGEST_REASON = 1_000
_MOST_BLOCKS = 90  # Slack takes 100
_LONGEST_BLOCKS = 12_000
_LONGEST_QUOTES = (8_000, 4_000, 1_000)
_LONGEST_ELEMENT = 2_000


def quotes_view(answer: Answer) -> dict[str, Any]:
    """A window with every quote, whole; if Slack takes no more, it says how many are left out."""
    blocks: list[Block] = []
    left_out = 0
    for citation in answer.citations:
        if fitting := _fitting(citation, blocks):
            blocks.append(fitting)
        else:
            left_out += 1
    if left_out:
        blocks.append(remark(f"{left_out} more do not fit in this window."))
    if not blocks:
        blocks.append(remark("This answer quotes nothing."))
    return _window("Quotes", blocks) | {"close": plain("Close")}


def reason_view(answer_id: str) -> dict[str, Any]:
    """A window that asks, under the callback `reason`, what was wrong with the answer; nothing must be written."""
    typed = {
        "type": "plain_text_input",
        "action_id": "reason",
        "multiline": True,
        "max_length": LONGEST_REASON,
    }
    asked = {
        "type": "input",
        "block_id": "reason",
        "optional": True,
        "label": plain("What went wrong?"),
        "element": typed,
    }
    window = _window("Not helpful", [asked])
    return window | {
        "callback_id": "reason",
        "private_metadata": answer_id,
        "submit": plain("Send"),
        "close": plain("Skip"),
    }


def _window(title: str, blocks: list[Block]) -> dict[str, Any]:
    return {"type": "modal", "title": plain(shortened(title, 24)), "blocks": blocks}


def _fitting(citation: Citation, above: list[Block]) -> Block | None:
    """The citation, its quote cut off only if it fills the window by itself; None if there is no room."""
    if len(above) >= _MOST_BLOCKS:
        return None
    for longest in _LONGEST_QUOTES[: 1 if above else None]:
        block = _cited(citation, longest)
        if size([*above, block]) <= _LONGEST_BLOCKS:
            return block
    return None


def _cited(citation: Citation, longest: int) -> Block:
    source = citation.source
    url = address_of(source, citation.quote, citation.same_text)
    known = facts(source.publisher, source.author, shown(source.published), day_words(citation))
    line = section(
        text(f"[{citation.number}] "),
        link(url, title_of(source)),
        text(f" · {known}" if known else ""),
    )
    before = [text(f"{citation.context} ", italic=True)] if citation.context else []
    quote = before + [
        text((" " if spaced else "") + piece)
        for piece, spaced in pieces(shortened(citation.quote, longest), _LONGEST_ELEMENT)
    ]
    return rich(line, quotation(*quote)) if quote else rich(line)
