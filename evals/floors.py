"""The floors under every gate, pinned in floors.json: a floor may rise, and lowering one is a change of that file.

A plain number is a floor; {"at_most": number} is a ceiling, for what must stay small (false merges, seconds).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.json")


def passes(name: str, figures: Mapping[str, float]) -> bool:
    """Print the figures of gate `name`; True when each of its floors is met. A figure not measured is not met.

    Raises KeyError for a gate that has no floors: it would pass whatever it measured.
    """
    pinned = json.loads(FLOORS.read_text("utf-8"))[name]
    print(f"{name}: " + ", ".join(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)
    missed = [key for key, limit in pinned.items() if not _holds(figures.get(key), limit)]
    for key in missed:
        print(f"{name}: {key} is {figures.get(key)}, pinned at {pinned[key]}", file=sys.stderr)
    return not missed


def _holds(figure: float | None, limit: Any) -> bool:
    if figure is None:
        return False
    return figure <= limit["at_most"] if isinstance(limit, dict) else bool(figure >= limit)
