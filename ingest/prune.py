"""What `--prune` takes out: what stood in a file or at a page that is no more, and stands nowhere else.

Only the very places are left under which the archive was told of it; a place that another file or a living page still
fills stays.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

from ingest.assemble import Facts
from ingest.files_read import FilesRead, Place
from ingest.outcome import Outcome, Verdict
from ingest.sources import printable
from vectorstore.archive import Archive

Say = Callable[[Outcome], None]

_FILE_GONE = "the file is gone"
_PAGE_GONE = "its page is no more"
_NOT_HELD = "the file does not hold it any more"


@dataclass(frozen=True, slots=True)
class Pruner:
    """Takes articles out; `is_online` tells whether an address was found to be there when it was last visited."""

    archive: Archive
    memory: FilesRead
    facts: Facts
    is_online: Callable[[str], bool]

    def remove(self, origin: str, say: Say) -> None:
        """The file or page of this origin is no more; `say` hears of each article that is gone. Raises CitedeskError,
        after which it can be called again."""
        if origin.startswith("file:"):
            self._remove_file(os.fsdecode(unquote_to_bytes(urlsplit(origin).path)), origin, say)
        elif not self.is_online(origin):  # found again meanwhile, or by another address
            spared = {place.key for place in self.memory.places(origin)}
            for article_id in self.archive.unlink(origin, spared=spared):
                say(Outcome(printable(origin), Verdict.REMOVED, article_id, reason=_PAGE_GONE))

    def tidy(self, path: str, say: Say) -> None:
        """Take out what the file was found not to hold any more. Raises CitedeskError, as `remove` does."""
        path = os.path.abspath(path)
        for place, article_id in self.memory.no_longer_held(path):
            self._leave(path, place, article_id, _NOT_HELD, say)

    def _remove_file(self, path: str, origin: str, say: Say) -> None:
        for place, article_id in self.memory.held(path):
            self._leave(path, place, article_id, _FILE_GONE, say)
        for article_id in self.archive.unlink(origin):  # what the memory, only a help, knows nothing of
            say(Outcome(printable(path), Verdict.REMOVED, article_id, reason=_FILE_GONE))

    def _leave(self, path: str, place: Place, article_id: str, why: str, say: Say) -> None:
        if not self.memory.holds(place, but=path) and not self._stands_online(place):
            record = self.archive.article(article_id)
            title = record.article.source.title if record else ""
            for gone in self.archive.unlink(place.origin, place.audience):
                shown = title if gone == article_id else ""
                say(Outcome(printable(path), Verdict.REMOVED, gone, shown, why))
        self.memory.drop(path, place)

    def _stands_online(self, place: Place) -> bool:
        """Whether the page at this address is stored for these readers, and not only the file for some channel."""
        readers = (self.facts.audience, self.archive.restriction(place.origin), "")
        return place.audience in readers and self.is_online(place.origin)
