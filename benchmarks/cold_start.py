"""What a command costs that starts from nothing: `--help` of both, and `bot ask` part by part.

The files are in the operating system's cache ("cold" means the process, not the disk).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import table
from benchmarks.child import environment, script

QUESTION = "who confirmed the troop deployment?"
SAMPLES = Path(__file__).parent.parent / "samples" / "articles"
HELP_TARGET = 0.5
ASK_TARGET = 3.0
HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb")
REPEATS = 5
ASKS = 3
TOP = 6


def main() -> None:
    """Time everything, print, and write JSON when asked."""
    options = table.arguments("Cold start of the two commands.").parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        run([script("ingest"), SAMPLES], env)
        helps = {name: median([script(name), "--help"], env) for name in ("bot", "ingest")}
        whole, stages = asks(env)
        packages = imports(env)
    table.write(options.out, report(helps, whole, stages, packages))


def run(command: list[Any], env: dict[str, str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Wall time of a command that must succeed, and what it said."""
    start = time.perf_counter()
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with exit code {done.returncode}:\n{done.stderr}")
    return seconds, done


def median(command: list[Any], env: dict[str, str]) -> float:
    """Median wall time of a command."""
    return statistics.median(run(command, env)[0] for _ in range(REPEATS))


def asks(env: dict[str, str]) -> tuple[float, dict[str, float]]:
    """Seconds of a whole `bot ask`, and of each stage of one in a fresh interpreter; medians, in turn."""
    wholes, runs = [], []
    for _ in range(ASKS):
        wholes.append(run([script("bot"), "ask", QUESTION], env)[0])
        staged = run([sys.executable, "-m", "benchmarks.ask_stages", QUESTION], env)[1]
        runs.append(json.loads(staged.stdout))
    start = {"start the interpreter": median([sys.executable, "-c", "pass"], env)}
    stages = {name: statistics.median(one[name] for one in runs) for name in runs[0]}
    return statistics.median(wholes), start | stages


def imports(env: dict[str, str]) -> list[tuple[str, float]]:
    """The packages whose own modules take longest to import during `bot ask` (-X importtime), with seconds.

    The heavy ones that asking should do without are listed whatever they take.
    """
    _, done = run([sys.executable, "-X", "importtime", script("bot"), "ask", QUESTION], env)
    spent: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        fields = line.removeprefix("import time:").split("|")
        if len(fields) == 3 and fields[0].strip().isdigit():
            spent[fields[2].strip().split(".")[0]] += int(fields[0])
    listed = dict(spent.most_common(TOP)) | {name: spent[name] for name in HEAVY if name in spent}
    top = [(name, microseconds / 1e6) for name, microseconds in listed.items()]
    return [*top, ("all packages", spent.total() / 1e6)]


def report(
    helps: dict[str, float], whole: float, stages: dict[str, float], packages: list[tuple[str, float]]
) -> dict[str, Any]:
    """Print everything; the same as a dictionary."""
    total = sum(stages.values())
    table.show(
        "A cold `bot ask`, part by part",
        ["", "seconds", "share"],
        [
            *([name, seconds, f"{seconds / total:.0%}"] for name, seconds in stages.items()),
            ["sum of the parts", total, "100%"],
            ["`bot ask` as a command", whole, ""],
        ],
    )
    table.show("Its imports, by package", ["", "seconds"], packages)
    print()
    verdicts = [table.verdict(f"{name} --help, seconds", took, HELP_TARGET) for name, took in helps.items()]
    verdicts.append(table.verdict("a cold `bot ask`, seconds", whole, ASK_TARGET))
    heavy = sum(name in HEAVY for name, _ in packages)
    verdicts.append(table.verdict("heavy packages it imports", heavy, 0))
    figures = {"help": helps, "ask": whole, "stages": stages, "imports": dict(packages)}
    return {"benchmark": "cold_start", **figures, "verdicts": verdicts}


if __name__ == "__main__":
    main()
