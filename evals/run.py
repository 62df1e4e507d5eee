"""`make eval`: the whole kill matrix, then retrieval, evidence and abstention on public data beside the checkout.

The data (SQuAD 2.0 and XQuAD paragraphs as articles) is read from the folder named by --data; without it that part
is left out and said so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evals import kills, questions


def main() -> int:
    """Run everything; 0 when every floor holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, default=Path(__file__).parent.parent.parent / "shared" / "evaldata"
    )
    parser.add_argument("--only", choices=["kills", "questions"])
    parser.add_argument("--limit", type=int, default=0, help="questions of each set; 0: all")
    chosen = parser.parse_args()
    good = True
    if chosen.only != "questions":
        good &= kills.run()
    if chosen.only != "kills":
        if chosen.data.is_dir():
            good &= questions.run(chosen.data, chosen.limit)
        else:
            print(f"no data in {chosen.data}: retrieval was not measured", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
