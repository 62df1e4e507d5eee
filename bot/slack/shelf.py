"""What the archive holds, for the Home tab and for suggested questions: public articles only."""

from __future__ import annotations

from vectorstore.archive import Archive
from vectorstore.settings import Settings
from vectorstore.types import Record, Stats

NEWEST = 8


class Shelf:
    """Reads the archive without its model; opened for each look, so that it serves any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def stats(self) -> Stats:
        """Sizes of the archive, private articles not counted. Raises ArchiveError."""
        with Archive.open(self._settings, check_model=False) as archive:
            return archive.stats(public=True)

    def newest(self) -> list[Record]:
        """The public articles published last. Raises ArchiveError."""
        with Archive.open(self._settings, check_model=False) as archive:
            return archive.newest(NEWEST)
