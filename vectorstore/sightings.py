"""Which short paragraphs each publisher's articles open and end with: what recurs among them is told by `ingest`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vectorstore.catalogue import Catalogue

MOST = 100


class Sightings:
    """The catalogue's sightings: (publisher, hash of a paragraph, article) with the article's topic."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def of(self, publisher: str, paragraph: str) -> dict[str, str]:
        """Topic by article id of the stored articles with this paragraph; the first `MOST` by id."""
        query = (
            "SELECT article_id, topic FROM sightings WHERE publisher = ? AND paragraph = ?"
            " ORDER BY article_id LIMIT ?"
        )
        rows = self._catalogue.select(query, publisher, paragraph, MOST)
        return {row["article_id"]: row["topic"] for row in rows}

    def replace(self, seen: Mapping[str, Iterable[tuple[str, str, str]]]) -> None:
        """Make `seen` (by article id: publisher, paragraph, topic) all that was seen in those articles."""
        with self._catalogue.transaction() as sql:
            sql.executemany("DELETE FROM sightings WHERE article_id = ?", [(id_,) for id_ in seen])
            sql.executemany(
                "INSERT OR REPLACE INTO sightings (article_id, publisher, paragraph, topic) VALUES (?, ?, ?, ?)",
                [(id_, *sighting) for id_, sightings in seen.items() for sighting in sightings],
            )
