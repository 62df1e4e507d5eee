"""A few hundred broken files of every format: nothing but Unreadable, nothing slow, nothing else opened.

Each format is read in a process of its own, in which a watchdog ends a reader that hangs (also one in C), memory is
limited, and a guard notes every file, connection and process that is opened.
"""

from __future__ import annotations

import faulthandler
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ingest.dates import parse_date
from ingest.load import Loaded, load
from ingest.sources import Found
from tests.made_files import every_format
from tests.mutations import Guard, mutated

EACH = 400
SECONDS = 5.0  # for one file
MEMORY = 3_000_000_000


@dataclass(slots=True)
class Seen:
    """What became of the files of one format."""

    format: str
    files: int = 0
    read: int = 0
    refused: int = 0
    seconds: float = 0.0
    worst: float = 0.0
    faults: list[str] = field(default_factory=list)


def run(each: int = EACH, seed: int = 1) -> bool:
    """Fuzz every format and print what was seen; False when anything was wrong."""
    print(f"{'format':12} {'files':>6} {'read':>6} {'refused':>8} {'seconds':>8} {'worst':>7}  faults")
    return all([_format(name, each, seed) for name in every_format()])


def _format(name: str, each: int, seed: int) -> bool:
    command = [sys.executable, "-m", "evals.fuzz", name, str(each), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name:12} ended with {done.returncode}:\n{done.stderr[-4000:]}", flush=True)
        return False
    seen = Seen(**json.loads(done.stdout.splitlines()[-1]))
    counts = f"{seen.files:6} {seen.read:6} {seen.refused:8} {seen.seconds:8.1f} {seen.worst:7.2f}"
    print(f"{name:12} {counts}  {len(seen.faults)}", *seen.faults[:10], sep="\n    ", flush=True)
    return not seen.faults


def fuzz(name: str, each: int, seed: int) -> Seen:
    """Read `each` broken files made from the sample `name`. Call it in a process of its own."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seen, sample = Seen(name), every_format()[name]
    with tempfile.TemporaryDirectory() as folder:
        path, chance = Path(folder, name), random.Random(f"{name} {seed}")
        path.write_bytes(sample)
        # What is imported and looked up once (the machine's time zone) does not count.
        list(load(Found(str(path), True)))
        parse_date("23 October 2024")
        guard = Guard(Path(folder))
        guard.allowed = str(path)
        for number in range(each):
            path.write_bytes(mutated(sample, chance, guard.lures()))
            _read(path, number, seen)
        seen.faults += guard.seen
        seen.faults += [f"{guard.visitors()} came to the listener"] if guard.visitors() else []
    return seen


def _read(path: Path, number: int, seen: Seen) -> None:
    faulthandler.dump_traceback_later(3 * SECONDS, exit=True)
    start = time.perf_counter()
    try:
        pieces = list(load(Found(str(path), True, path.stat().st_size)))
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        seen.faults.append(
            f"file {number}: {type(error).__name__}: {error} ({where.filename}:{where.lineno})"[:400]
        )
        pieces = []
    seconds = time.perf_counter() - start
    faulthandler.cancel_dump_traceback_later()
    if seconds > SECONDS:
        seen.faults.append(f"file {number}: {seconds:.1f} s")
    seen.files += 1
    seen.seconds += seconds
    seen.worst = max(seen.worst, seconds)
    read = any(isinstance(piece, Loaded) for piece in pieces)
    seen.read += read
    seen.refused += not read


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(asdict(fuzz(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
    else:
        sys.exit(0 if run() else 1)
