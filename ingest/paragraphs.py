"""Text in one shape: paragraphs of one line each, a blank line between them."""

from __future__ import annotations

import re

_WIDE = "[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]"
_BETWEEN_WIDE = re.compile(f"(?<={_WIDE})\n(?={_WIDE})")

_RULE = re.compile(r"[-_*=~•·|:+\s]{3,}$")  # also the one below the head of a table
# A dash with a space is no minus sign; the long dashes open speech, and a row of a table may begin with an empty cell.
_MARK = r"[-*+•·▪●‣◦■◆►▶✅]\s+(?=[^\s|])"
_BULLET = re.compile(rf"^{_MARK}", re.MULTILINE)
_BLOCKS = re.compile(rf"\n\s*\n|(?<=[.!?:;。！？：；])\n(?=[ \t]*{_MARK})")


def from_lines(text: str) -> str:
    """Every line that is neither blank nor a drawn rule is a paragraph."""
    lines = (fold(line) for line in text.split("\n"))
    return "\n\n".join(line for line in lines if line and not _RULE.match(line))


def from_prose(text: str) -> str:
    """Like `from_lines`, but a block that was wrapped at a fixed width is one paragraph again."""
    return "\n\n".join(filter(None, map(_unwrapped, _BLOCKS.split(text))))


def without_title(text: str, title: str) -> str:
    """`text` without its first paragraph if that is the title and not all there is."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and first == title else text


def fold(text: str) -> str:
    """`text` on one line, runs of white space as one space; no space between Chinese characters."""
    return " ".join(_BETWEEN_WIDE.sub("", text).split())


def without_bullets(text: str) -> str:
    """`text` without the mark before an item of a list: a quotation begins with its first word."""
    return _BULLET.sub("", text)


def _unwrapped(block: str) -> str:
    lines = [line.strip() for line in block.strip().split("\n")]
    full = [len(line) for line in lines[:-1]]
    # A wrapped line is nearly as long as its neighbours; lines of their own accord are not.
    wrapped = bool(full) and min(full) >= 50 and max(full) <= 100 and max(full) - min(full) <= 20
    return fold("\n".join(lines)) if wrapped else from_lines(block)
