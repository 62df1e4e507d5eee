"""`make eval`: every gate, each against floors pinned in floors.json (a floor may rise, and never falls silently).

Some gates read public data beside the checkout (--data); without it those are left out and said so.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from evals import (
    abstention,
    boilerplate,
    copies,
    engines,
    extraction,
    fuzz,
    kills,
    lies,
    metadata,
    multilingual,
    questions,
    resume,
    short_answers,
)

DATA = Path(__file__).parent.parent.parent / "shared" / "evaldata"


def main() -> int:
    """Run what was asked for; 0 when every floor holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="+", metavar="GATE", help=f"of: {', '.join(_gates(None, 0))}")
    parser.add_argument("--limit", type=int, default=0, help="questions of each set; 0: all")
    chosen = parser.parse_args()
    data = chosen.data if chosen.data.is_dir() else None
    gates = _gates(data, chosen.limit)
    if unknown := set(chosen.only or ()) - set(gates):
        parser.error(f"no gate is called {', '.join(sorted(unknown))}; there are {', '.join(gates)}")
    missed = [name for name in chosen.only or gates if not _passed(name, gates[name])]
    print(f"missed: {', '.join(missed)}" if missed else "every gate is passed", flush=True)
    return 1 if missed else 0


def _gates(data: Path | None, limit: int) -> Mapping[str, Callable[[], bool] | None]:
    """Each gate by name; None for one whose data is not there."""
    return {
        "metadata": metadata.run,
        "boilerplate": lambda: boilerplate.run(data),
        "copies": lambda: copies.run(data),
        "extraction": data and (lambda: extraction.run(data)),
        "fuzz": fuzz.run,
        "resume": resume.run,
        "kills": kills.run,
        "short": data and (lambda: short_answers.run(data)),
        "lies": lies.run,
        "desk": questions.run_desk,
        "abstention": data and (lambda: abstention.run(data, limit)),
        "questions": data and (lambda: questions.run(data, limit)),
        "engines": data and (lambda: engines.run(data, limit)),
        "multilingual": data and (lambda: multilingual.run(data, limit)),
    }


def _passed(name: str, run: Callable[[], bool] | None) -> bool:
    print(f"== {name}", flush=True)
    if run is None:
        print("no data: not measured", file=sys.stderr, flush=True)
        return True
    began = time.monotonic()
    passed = run()
    print(f"{name}: {'passed' if passed else 'MISSED'} in {time.monotonic() - began:.0f} s", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
