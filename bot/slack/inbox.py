"""Files that were handed over, for as long as they are read.

A folder bears the name of the process that reads it, so that others know what a process that was killed has left.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.slack.owner import Owner

log = logging.getLogger(__name__)


class Inbox:
    """The folder `inbox` of the Slack room at `room`, as the process of `owner` uses it."""

    def __init__(self, room: Path, owner: Owner) -> None:
        self._folder = room / "inbox"
        self._owner = owner

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """A folder of our own, deleted in the end. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(prefix=f"{self._owner.name}-", dir=self._folder) as folder:
            yield Path(folder)

    def clear(self) -> None:
        """Delete what processes that are gone have left."""
        for left in self._folder.glob("*"):
            if self._owner.is_alive(left.name.partition("-")[0]):
                continue
            try:
                shutil.rmtree(left)
            except FileNotFoundError:  # another process clears, too
                continue
            except OSError as error:
                log.warning("a file that was handed over stays in %s (%s); delete it", left, error)
