"""Every benchmark, one after the other, each in a process of its own; `--quick` only shows that they work."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import table

QUICK = {
    "cold_start": [],
    "question_latency": ["--passages", "3000", "--questions", "40"],
    "ingest_speed": ["--articles", "20", "--repeats", "1"],
    "engines": ["--passages", "32", "--repeats", "1"],
    "stories": ["--articles", "2000", "--naive", "300"],
    "memory": ["--articles", "200"],
    "slack_load": ["--people", "10"],
}


def main() -> None:
    """Run them all, print a list of verdicts, and write JSON when asked."""
    parser = table.arguments("All benchmarks, at full size unless told otherwise.")
    parser.add_argument("--quick", action="store_true", help="small sizes; the figures mean little")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = [
            result(name, sizes if options.quick else [], Path(folder) / f"{name}.json")
            for name, sizes in QUICK.items()
        ]
    verdicts = [verdict for found in results for verdict in found["verdicts"]]
    rows = [[v["name"], v["value"], v["target"], "met" if v["met"] else "MISSED"] for v in verdicts]
    table.show("Verdicts", ["", "measured", "target", ""], rows)
    table.write(options.out, {"results": results})


def result(name: str, arguments: list[str], out: Path) -> dict[str, Any]:
    """Run one benchmark, its output straight to the screen, and return its figures."""
    print(f"\n== {name}", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--out", str(out)]
    subprocess.run(command, check=True)
    figures: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return figures


if __name__ == "__main__":
    main()
