"""Stories: articles that are near-copies of each other, found as they arrive.

A story is a connected component of the graph of near-copies (vectorstore/copies.py) among articles of one audience, so
it depends neither on the order of arrival nor on the batches: who arrives joins every story it copies, which may make
two of them one. Only where a phrase stands in more than COMMON articles does it find no further candidates, and who
copies none of the MOST_COMPARED that share most with it copies none: of hundreds each is compared with some.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from vectorstore.catalogue import Catalogue, link_of, translated
from vectorstore.copies import Shingled, are_copies, shingled
from vectorstore.corrections import corrected_by, is_edition, outdated
from vectorstore.credits import Copy, canonical
from vectorstore.sketch import estimate, sketch

COMMON = 64  # articles looked at for one hash
LEAST_ESTIMATE = 0.2  # well below the containment that counts: a sketch of a short text errs by 0.15
LEAST_SHARED = 2
MOST_COMPARED = 32  # texts that are not copied, before no more are looked at
BATCH = 200  # articles of one transaction at most
HALF_A_DAY = 43_200.0  # seconds: a page that is written anew every day corrects nothing
SECONDS = 1.0  # of a transaction: other writers wait for it

_UNSORTED = "SELECT id FROM articles a WHERE NOT EXISTS (SELECT 1 FROM stories s WHERE s.article_id = a.id)"
_MEMBERS = (
    "SELECT a.id, a.url, a.audience, l.origin FROM stories s JOIN articles a ON a.id = s.article_id"
    " LEFT JOIN links l ON l.article_id = a.id WHERE s.story = ?"
    " ORDER BY s.canonical DESC, a.published_utc NULLS LAST, a.id, l.origin"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article belongs: its story (the id of its canonical member), and whether it is that member."""

    story: str
    canonical: bool


class Stories:
    """The stories of a Catalogue; after `seconds` a transaction takes no further article. Raises ArchiveError."""

    def __init__(self, catalogue: Catalogue, seconds: float = SECONDS) -> None:
        self._catalogue = catalogue
        self._all = catalogue.select
        self._seconds = seconds

    def sort_in(self, ids: Iterable[str] | None = None) -> int:
        """Find the story of every article that has none yet, or of those among `ids`; returns how many had none.

        In batches, each a transaction: killed at any point, the next call goes on from there.
        """
        if ids is not None:
            wanted = sorted(ids)
            batches = (wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH))
            return sum(count for batch in batches for count in iter(partial(self._sort_batch, batch), 0))
        return sum(iter(self._sort_batch, 0))

    def sort_now(self, ids: Iterable[str]) -> None:
        """The same for those among `ids`, inside the transaction that this connection is in."""
        wanted = sorted(ids)
        if len(wanted) <= BATCH:  # more are left for `sort_in`: other writers would wait too long
            _sort(self._catalogue.connection, self._unsorted(wanted), self._seconds)

    def with_members(self, ids: Iterable[str]) -> set[str]:
        """These articles and all that are in a story with one of them."""
        found = set(ids)
        stories = {place.story for place in self.places(found).values()}
        return found.union(*(self.members(story) for story in stories))

    def places(self, ids: Iterable[str]) -> dict[str, Place]:
        """Where those of `ids` belong that have been sorted in."""
        query = "SELECT story, canonical FROM stories WHERE article_id = ?"
        rows = {id_: self._all(query, id_) for id_ in ids}
        return {id_: Place(row[0][0], bool(row[0][1])) for id_, row in rows.items() if row}

    def members(self, story: str) -> list[str]:
        """The articles of a story, the canonical one first, then as they were published."""
        return list(dict.fromkeys(row["id"] for row in self._all(_MEMBERS, story)))

    def links(self, story: str, *, but: str) -> list[str]:
        """Where the members of a story can be read, in the same order, except for the member `but`."""
        rows = [row for row in self._all(_MEMBERS, story) if row["id"] != but]
        links = (at for row in rows for at in (row["url"], link_of(row["origin"] or "", row["audience"])))
        return list(dict.fromkeys(at for at in links if at.startswith(("http://", "https://", "file://"))))

    def corrections(self, ids: Iterable[str]) -> dict[str, str]:
        """For those of `ids` that another member of their story corrected since: the id of that member."""
        with translated(self._catalogue.path):
            found = {id_: corrected_by(self._catalogue.connection, id_) for id_ in ids}
        return {id_: by for id_, by in found.items() if by}

    def passages(self, article_id: str) -> list[str]:
        """The ids of an article's passages."""
        query = "SELECT id FROM passages WHERE article_id = ? ORDER BY start"
        return [row[0] for row in self._all(query, article_id)]

    def _sort_batch(self, ids: Sequence[str] | None = None) -> int:
        if not self._unsorted(ids):
            return 0  # without waiting for whoever writes
        with self._catalogue.transaction() as sql:
            return _sort(sql, self._unsorted(ids), self._seconds)

    def _unsorted(self, ids: Sequence[str] | None) -> list[str]:
        """The next articles without a story."""
        among = f" AND id IN ({','.join('?' * len(ids))})" if ids is not None else ""
        query = f"{_UNSORTED}{among} ORDER BY id LIMIT {BATCH}"
        return [row[0] for row in self._all(query, *(ids or ()))]


@dataclass(frozen=True, slots=True)
class _Text:
    """What of an article decides what it is a copy of."""

    shingled: Shingled
    audience: str
    published: float | None


def _sort(sql: sqlite3.Connection, new: Sequence[str], seconds: float) -> int:
    """Sort in the first of `new`, one at least, for about `seconds`; returns how many."""
    until = time.monotonic() + seconds
    texts, groups = _Texts(sql), _Groups()
    sql.executemany("DELETE FROM sketches WHERE article = ?", [(id_,) for id_ in new])
    done: list[str] = []
    for id_ in new:
        hashes = sketch(texts[id_].shingled.grams)
        sql.executemany("INSERT INTO sketches VALUES (?, ?)", [(value, id_) for value in hashes])
        _join(sql, texts, groups, id_, hashes)
        done.append(id_)
        if time.monotonic() > until:
            break
    for group in groups:
        _write(sql, group)
    return len(done)


def _join(sql: sqlite3.Connection, texts: _Texts, groups: _Groups, id_: str, hashes: Sequence[int]) -> None:
    """Join the article with every story that it copies."""
    groups.join(id_, _story_of(sql, id_))
    failed = 0
    for other in _candidates(sql, id_, hashes):
        if groups.has(id_, other) or not _promises(sql, hashes, other):
            continue  # who copies one member of a story need not be compared with the others
        if _copies(texts[id_], texts[other]) or _corrects(sql, texts, id_, other):
            groups.join(id_, _story_of(sql, other))
            continue
        failed += 1
        if failed == MOST_COMPARED:
            return


def _candidates(sql: sqlite3.Connection, id_: str, hashes: Sequence[int]) -> Iterator[str]:
    """Articles that share hashes, those with most first."""
    query = "SELECT article FROM sketches WHERE hash = ? LIMIT ?"
    shared = Counter(row[0] for value in hashes for row in sql.execute(query, (value, COMMON)))
    del shared[id_]
    least = min(LEAST_SHARED, len(hashes))
    yield from (other for other, count in shared.most_common() if count >= least)


def _promises(sql: sqlite3.Connection, hashes: Sequence[int], other: str) -> bool:
    """Whether the sketches have enough in common for a comparison of the texts."""
    theirs = {row[0] for row in sql.execute("SELECT hash FROM sketches WHERE article = ?", (other,))}
    return estimate(hashes, theirs) >= LEAST_ESTIMATE


def _copies(a: _Text, b: _Text) -> bool:
    if a.audience != b.audience:
        return False
    known = a.published is not None and b.published is not None
    apart = timedelta(seconds=abs(a.published - b.published)) if known else None  # type: ignore[operator]
    return are_copies(a.shingled, b.shingled, apart)


def _corrects(sql: sqlite3.Connection, texts: _Texts, id_: str, other: str) -> bool:
    """A corrected figure may look like another matter, but not where the one text is known to have been the other."""
    a, b = texts[id_], texts[other]
    apart = abs(a.published - b.published) if a.published is not None and b.published is not None else 0.0
    return a.audience == b.audience and apart < HALF_A_DAY and is_edition(sql, id_, other)


def _story_of(sql: sqlite3.Connection, id_: str) -> list[str]:
    """The article and whoever is in its story already."""
    query = "SELECT article_id FROM stories WHERE story = (SELECT story FROM stories WHERE article_id = ?)"
    return [id_, *(row[0] for row in sql.execute(query, (id_,)))]


def _write(sql: sqlite3.Connection, group: Sequence[str]) -> None:
    old = outdated(sql, group)
    chosen = group[0] if len(group) == 1 else canonical([_copy(sql, id_, id_ in old) for id_ in group])
    sql.executemany(
        "INSERT OR REPLACE INTO stories VALUES (?, ?, ?)", [(id_, chosen, id_ == chosen) for id_ in group]
    )


def _copy(sql: sqlite3.Connection, id_: str, is_outdated: bool) -> Copy:
    query = "SELECT id, text, publisher, published_utc, incomplete FROM articles WHERE id = ?"
    row = sql.execute(query, (id_,)).fetchone()
    return Copy(row[0], row[1], row[2], row[3], bool(row[4]), is_outdated)


class _Texts(dict[str, _Text]):
    """Articles by id, read when first asked for."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        super().__init__()
        self._sql = sql

    def __missing__(self, id_: str) -> _Text:
        query = "SELECT text, audience, published_utc FROM articles WHERE id = ?"
        text, audience, published = self._sql.execute(query, (id_,)).fetchone()
        self[id_] = _Text(shingled(text), audience, published)
        return self[id_]


class _Groups:
    """Disjoint sets of article ids, growing together as they are joined."""

    def __init__(self) -> None:
        self._group: dict[str, set[str]] = {}

    def join(self, id_: str, others: Iterable[str]) -> None:
        """Make one group of those of `id_` and of all `others`."""
        joined = self._group.setdefault(id_, {id_})
        for other in others:
            theirs = self._group.get(other, {other})
            if theirs is joined:
                continue
            joined |= theirs
            for member in theirs:
                self._group[member] = joined

    def has(self, id_: str, other: str) -> bool:
        """Whether both are in one group."""
        return other in self._group.get(id_, ())

    def __iter__(self) -> Iterator[list[str]]:
        seen: set[str] = set()
        for id_, group in self._group.items():
            if id_ not in seen:
                seen |= group
                yield sorted(group)
