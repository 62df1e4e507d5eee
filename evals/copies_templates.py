"""Templated news for the near-copy gate: one form, other fillings, hence another story each time.

`evals/templates.txt` has the forms, half of them held out from tuning: a heading with the kind, the language and
`tuned` or `held`; a line for each slot with its values; the form. Filling n takes the nth value of each slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from evals.copies_made import Made, edited, first


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of templated news; `slots` has as many values for each slot as there are fillings."""

    kind: str
    language: str
    held_out: bool
    slots: dict[str, list[str]]
    text: str

    def fillings(self) -> list[str]:
        """The texts it makes, each with other values."""
        rows = zip(*self.slots.values(), strict=True)
        return [self.text.format_map(dict(zip(self.slots, row, strict=True))) for row in rows]


def forms() -> Iterator[Form]:
    """Every form of templates.txt."""
    blocks = re.split(
        r"^=== (.+)\n", Path(__file__).with_name("templates.txt").read_text("utf-8"), flags=re.M
    )
    for heading, block in zip(blocks[1::2], blocks[2::2], strict=True):
        kind, language, use = heading.split()
        *slots, text = block.strip().split("\n")
        named = (line.split(": ", 1) for line in slots)
        values = {name: [value.strip() for value in several.split("|")] for name, several in named}
        yield Form(f"{kind} {language}", language, use == "held", values, text)


def lookalikes(*, held_out: bool) -> Iterator[Made]:
    """All fillings of the forms that are, or are not, held out from tuning."""
    for form in forms():
        if form.held_out is held_out:
            for number, text in enumerate(form.fillings()):
                yield Made("templated", frozenset([f"{form.kind} {number}"]), text)


def copies(seed: int = 4) -> Iterator[Made]:
    """One filling of each form, and copies of it: short texts are edited and cut, and tolls rise."""
    random = Random(seed)
    for form in forms():
        alike = " ".join(other.text for other in forms() if other.language == form.language)
        pool = re.sub(r"\{\w+\}", "", alike).split()
        text = form.fillings()[0]
        of = frozenset([form.kind])
        yield Made("original", of, text)
        for kind, share in (("edited_2", 0.02), ("edited_5", 0.05), ("edited_10", 0.10)):
            yield Made(kind, of, edited(text, share, pool, random))
        yield Made("trimmed", of, first(text, 0.75))
        yield Made("cut_and_edited", of, first(edited(text, 0.02, pool, random), 0.6), incomplete=True)
        if "toll" in form.slots:
            yield Made("updated", of, updated(form))


def updated(form: Form) -> str:
    """The same event later: only the toll is another."""
    values = {name: several[0] for name, several in form.slots.items()}
    values["toll"] = {"Three": "Eleven"}.get(values["toll"], "47")
    return form.text.format_map(values)
