"""docs/eval.md shows what `bot eval` really prints: this runs every `$` line of it on the samples and writes what came.

    python -m evals.eval_page

The pictures that a line draws are copied beside the page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "eval.md"
PICTURES = {"plots/coverage.png": "eval-coverage.png"}
_BLOCK = re.compile(r"(```text\n\$ )([^\n]+)\n.*?(?=```)", re.DOTALL)


def main() -> None:
    """Write the page anew."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "samples").symlink_to(ROOT / "samples")
        _run("ingest samples/articles", work)
        text = PAGE.read_text("utf-8")
        PAGE.write_text(
            _BLOCK.sub(lambda found: f"{found[1]}{found[2]}\n{_run(found[2], work)}", text), "utf-8"
        )
        for drawn, name in PICTURES.items():
            shutil.copyfile(work / drawn, PAGE.with_name(name))


def _run(command: str, folder: Path) -> str:
    """What the command prints, errors included; lines that a reader would have to scroll for are cut."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "CITEDESK_DATA_DIR": str(folder / "data")}
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return "".join(f"{_cut(line)}\n" for line in done.stdout.splitlines())


def _cut(line: str, longest: int = 118) -> str:
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


if __name__ == "__main__":
    main()
