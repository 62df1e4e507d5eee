"""`python -m vectorstore.apply DATA_DIR`: bring the embedded Chroma level with the catalogue, then end.

Started by a process that must stay responsive, because Chroma's writes hold Python's global lock.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from vectorstore.archive import Archive
from vectorstore.settings import Settings


def main() -> None:
    """Apply the outbox of the archive in the folder named by the first argument."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    settings = Settings(data_dir=Path(sys.argv[1]))
    with Archive.open(settings, check_model=False) as archive:
        archive.reconcile()


if __name__ == "__main__":
    main()
