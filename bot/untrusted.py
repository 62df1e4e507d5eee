"""Text from articles, models and questions, made safe to show: no escape sequences, no reordered lines."""

from __future__ import annotations

import re

_SEQUENCES = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)"  # titles, links
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c\n]{0,4096}(?:\x1b\\|\x9c)"  # device control and its kin
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours and cursor movements
    r"|\x1b[ -/]*[0-~]"
)
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` without what could steer a terminal or reorder the line; its line ends become plain newlines."""
    text = _NEWLINES.sub("\n", _SEQUENCES.sub("", text)).replace("\t", " ")
    return _SURROGATES.sub("\ufffd", _HIDDEN.sub("", text))


def one_line(text: str) -> str:
    """`printable` text with every run of white space folded to one space."""
    return " ".join(printable(text).split())
