"""Printing results: a small table for people, JSON for programs (`--out FILE`)."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser that already knows `--out`."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", type=Path, metavar="FILE", help="also write the figures to FILE, as JSON")
    return parser


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a header: the first column to the left, the others to the right."""
    cells = [[_cell(value) for value in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    print(f"\n{title}")
    for number, row in enumerate(cells):
        first, *rest = (
            cell.ljust(width) if not i else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join((first, *rest)).rstrip())
        if not number:
            print("  ".join("-" * width for width in widths))


def verdict(name: str, value: float, target: float, *, at_least: bool = False) -> dict[str, Any]:
    """Print whether a figure reaches its target; the same as a dictionary."""
    met = value >= target if at_least else value <= target
    print(
        f"{name}: {value:.2f} (target {'>=' if at_least else '<='} {target:g}: {'met' if met else 'MISSED'})"
    )
    return {"name": name, "value": round(value, 4), "target": target, "met": met}


def write(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Write the figures with what they were measured on, if a path was given."""
    if path:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
        path.write_text(json.dumps({"machine": machine, **figures}, indent=2) + "\n", encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
