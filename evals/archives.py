"""An archive of a question set's paragraphs, put there by the `ingest` command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.public_sets import Set
from vectorstore.archive import Archive
from vectorstore.settings import Settings


@contextmanager
def opened(public: Set, model: str, folder: Path) -> Iterator[Archive]:
    """The archive in the empty `folder`, warm."""
    paragraphs = folder / "paragraphs.jsonl"
    public.write_articles(paragraphs)
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(folder / "data"), "CITEDESK_EMBEDDING_MODEL": model}
    ingest = Path(sys.executable).with_name("ingest")
    subprocess.run([str(ingest), str(paragraphs)], env=environment, check=True)
    with Archive.open(Settings(folder / "data", embedding_model=model), one_shot=False) as archive:
        archive.warm_up()
        yield archive
