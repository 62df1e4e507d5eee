"""`python -m vectorstore.apply DATA_DIR CHROMA_URL`: bring Chroma level with the catalogue, then end.

CHROMA_URL is empty for the embedded Chroma.

Started by a process that must stay responsive, because Chroma's writes hold Python's global lock.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from vectorstore.archive import Archive
from vectorstore.errors import CitedeskError
from vectorstore.settings import Settings


def main() -> None:
    """Apply the outbox of the archive in the folder named by the first argument. Exit code 1 when that failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    data_dir, chroma_url = sys.argv[1:]
    settings = Settings(Path(data_dir), chroma_url=chroma_url)
    try:
        with Archive.open(settings, check_model=False) as archive:
            archive.reconcile()
    except CitedeskError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
