"""Running the installed commands as a user does, on an archive of the benchmark's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from vectorstore.settings import BUNDLED_MODEL


def script(name: str) -> Path:
    """The console script beside this interpreter."""
    return Path(sys.executable).with_name(name)


def environment(folder: Path) -> dict[str, str]:
    """The environment with an archive in `folder` and the bundled model, whatever the user has set."""
    ours = {"CITEDESK_DATA_DIR": str(folder / "archive"), "CITEDESK_EMBEDDING_MODEL": BUNDLED_MODEL}
    return {**os.environ, **ours, "HF_HUB_OFFLINE": "1"}
