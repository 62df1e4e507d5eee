"""Messages are packed from parts, each of which carries its look and its plain wording: neither is ever cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.slack.mrkdwn import JOINER, escaped
from bot.slack.rich import Block, Element, pieces, rich, section, size, text

MOST_BLOCKS = 45  # Slack takes 50
LONGEST_BLOCKS = 9_000  # characters of JSON; Slack refuses about 13,000
LONGEST_TEXT = 3_500
_LONGEST_PIECE = 600  # so that even all ampersands, escaped, are a part of LONGEST_TEXT


@dataclass(frozen=True, slots=True)
class Part:
    """Something that stays in one message: a block, and the same as escaped `mrkdwn`.

    `glue` is "\\n" where it begins a line of its own, else what stands between it and the paragraph it goes on with.
    """

    text: str
    block: Block
    glue: str = "\n"


Group = Sequence[Part]  # parts that stay together if one message can hold them


def written(
    content: str, elements: Iterable[tuple[str, Element]] = (), *, goes_on: bool = False, before: str = ""
) -> Group:
    """A sentence of any length, then `elements` with their wording; `goes_on` with the paragraph before it.

    `before`, in italics, are the words that make the sentence understandable.
    """
    said = [(escaped(piece), text(piece, italic=True), " ") for piece, _ in pieces(before, _LONGEST_PIECE)]
    said += [
        (escaped(piece), text(piece), " " if spaced or (said and not number) else JOINER)
        for number, (piece, spaced) in enumerate(pieces(content, _LONGEST_PIECE))
    ]
    said += [(wording, element, " ") for wording, element in elements]
    glues = [" " if goes_on else "\n", *(glue for _, _, glue in said[1:])]
    return [
        Part(wording, rich(section(element)), glue)
        for (wording, element, _), glue in zip(said, glues, strict=False)
    ]


def packed(groups: Iterable[Group], room: int) -> Iterator[tuple[Part, ...]]:
    """The parts message by message, `room` characters of blocks left free in each; a group is split only if it must."""
    message: tuple[Part, ...] = ()
    for group in groups:
        whole = (*message, *group)
        if _fits(whole, room):
            message = whole
            continue
        if message:
            yield message
        *full, message = _split(group, room)
        yield from full
    if message:
        yield message


def blocks_of(parts: Iterable[Part]) -> tuple[Block, ...]:
    """The blocks of one message, what goes on with a paragraph joined to it."""
    blocks: list[Block] = []
    for part in parts:
        if blocks and part.glue != "\n":
            blocks[-1] = _joined(blocks[-1], part)
        else:
            blocks.append(part.block)
    return tuple(blocks)


def text_of(parts: Sequence[Part]) -> str:
    """The wording of one message."""
    return "".join(part.glue + part.text for part in parts).strip()


def _split(group: Group, room: int) -> list[tuple[Part, ...]]:
    messages: list[tuple[Part, ...]] = [()]
    for part in group:
        if messages[-1] and not _fits((*messages[-1], part), room):
            messages.append(())
        messages[-1] = (*messages[-1], part)
    return messages


def _fits(parts: Sequence[Part], room: int) -> bool:
    blocks = blocks_of(parts)
    return (
        len(blocks) < MOST_BLOCKS
        and size(blocks) + room <= LONGEST_BLOCKS
        and len(text_of(parts)) <= LONGEST_TEXT
    )


def _joined(block: Block, part: Part) -> Block:
    before, after = (b["elements"][0]["elements"] for b in (block, part.block))
    between = [text(" ")] if part.glue == " " else []
    return rich(section(*before, *between, *after))
