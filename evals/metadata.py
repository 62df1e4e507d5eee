"""Title, author, publisher, date, address and language of pages written in the mark-up styles of real publishers.

Pages and expectations are in evals/pages. A field is right when it is equal: the date with its time and zone, the
language up to its region; an expected empty field must stay empty.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean

from evals.floors import passes
from ingest.draft import Draft
from ingest.load import read

PAGES = Path(__file__).with_name("pages")
FIELDS = ("title", "author", "publisher", "published", "url", "language")


def run() -> bool:
    """Read every page and print the share of right values by field; False when one is below its floor."""
    return passes("metadata", figures())


def figures(*, verbose: bool = True) -> dict[str, float]:
    """Share of pages with the right value, by field; wrong values are printed."""
    right: dict[str, list[bool]] = {field: [] for field in FIELDS}
    for name, wanted in json.loads((PAGES / "expected.json").read_text("utf-8")).items():
        draft = read((PAGES / f"{name}.html").read_bytes(), f"{name}.html", address=wanted.get("address", ""))
        for field in FIELDS:
            found = shown(draft, field)
            right[field].append(found == wanted[field])
            if verbose and found != wanted[field]:
                print(f"  {name}: {field} is {found!r}, not {wanted[field]!r}")
    return {field: mean(values) for field, values in right.items()}


def shown(draft: Draft, field: str) -> str:
    """A field as expected.json writes it."""
    if field == "published":
        return draft.published.isoformat() if draft.published else ""
    value = str(getattr(draft, field))
    return value.split("-")[0] if field == "language" else value
