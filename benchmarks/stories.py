"""Sorting near-copies into stories as they arrive: time and memory, beside MinHash LSH (rensa) and naive comparison.

A third of the articles are copies (trimmed, cut off, edited) of one that came shortly before, as in real news. The LSH
baseline gets the same 5-grams and the same exact test, bands for a resemblance of 0.125, and keeps its index in memory;
ours lies in the archive. Naive comparison of every pair, on a part, tells how many near-copies the candidates miss.
"""

from __future__ import annotations

import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from multiprocessing import get_context
from pathlib import Path
from random import Random

from benchmarks import corpus, table
from evals.copies_made import edited, first
from vectorstore.catalogue import Catalogue
from vectorstore.copies import Shingled, are_copies, shingled
from vectorstore.stories import Stories
from vectorstore.types import Article, Source

BATCH = 1_000  # articles an ingest stores between two sortings
PERMUTATIONS, BANDS = 128, 64
RECENT = 500  # a copy's original is one of the last so many
TARGET_MINUTES = 10.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article as it arrives; `copy_of` is the number of its original, its own when it is one."""

    number: int
    copy_of: int
    text: str
    published: datetime


def main() -> None:
    """Measure both ways in processes of their own, print, and write JSON when asked."""
    parser = table.arguments(__doc__ or "")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--naive", type=int, default=1_500, help="articles compared each with each")
    options = parser.parse_args()
    ours, lsh = (alone(way, options.articles) for way in (sorted_in, by_lsh))
    missed, pairs = against_naive(options.naive)
    rows = [
        [name, *(f[key] for key in ("seconds", "per_second", "peak_mb", "found", "merged"))]
        for name, f in (("stories in the archive", ours), ("rensa LSH in memory", lsh))
    ]
    header = ["", "seconds", "articles/s", "peak MB", "copies found", "false merges"]
    table.show(f"{options.articles:,} articles, a third of them copies", header, rows)
    print(f"the last {BATCH:,}: {ours['last']:.2f} s, in the archive {ours['disk_mb']:.0f} MB more")
    print(f"of {pairs:,} pairs that naive comparison finds, {missed:,} were no candidates")
    verdicts = [
        table.verdict("minutes to sort all of them in", ours["seconds"] / 60, TARGET_MINUTES),
        table.verdict("share of copies found", ours["found"], 0.97, at_least=True),
        table.verdict("false merges", ours["merged"], 0),
    ]
    naive = {"pairs": pairs, "missed": missed}
    table.write(options.out, {"ours": ours, "lsh": lsh, "naive": naive, "verdicts": verdicts})


def arrivals(count: int, seed: int = 5) -> Iterator[Arrival]:
    """Articles of 150 to 900 words; the same seed gives the same ones."""
    random = Random(seed)
    pool = [word for kind in corpus.WORDS.values() for word in kind]
    recent: list[Arrival] = []
    for number in range(count):
        copied = random.choice(recent) if recent and random.random() < 1 / 3 else None
        if copied:
            text, published = (
                altered(copied.text, pool, random),
                copied.published + timedelta(hours=random.randint(0, 48)),
            )
        else:
            text = "\n\n".join(
                paragraph(random) for _ in range(max(3, round(random.lognormvariate(2.0, 0.5))))
            )
            published = datetime.fromisoformat("2024-01-01T00:00Z") + timedelta(minutes=5 * number)
        arrival = Arrival(number, copied.copy_of if copied else number, text, published)
        if not copied:
            recent = [*recent[-RECENT + 1 :], arrival]
        yield arrival


def paragraph(random: Random) -> str:
    """Three sentences, about 55 words."""
    return " ".join(corpus.sentence(random) for _ in range(3))


def altered(text: str, pool: list[str], random: Random) -> str:
    """A copy: lightly edited, with its end trimmed, or cut off by a paywall."""
    ways: tuple[Callable[[], str], ...] = (
        lambda: edited(text, 0.03, pool, random),
        lambda: first(text, 0.6),
        lambda: first(edited(text, 0.02, pool, random), 0.35),
    )
    return random.choice(ways)()


def alone(way: Callable[[int], dict[str, float]], count: int) -> dict[str, float]:
    """The figures of `way` from a new process, with that process's peak memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_with_peak, way, count).result()


def _with_peak(way: Callable[[int], dict[str, float]], count: int) -> dict[str, float]:
    figures = way(count)
    return figures | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def sorted_in(count: int) -> dict[str, float]:
    """Store and sort in batch by batch; the time is that of sorting alone."""
    seconds, last, known = 0.0, 0.0, {}
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder))
        stories = Stories(catalogue)
        for batch in batches(arrivals(count)):
            articles = [_article(arrival) for arrival in batch]
            catalogue.store([(article, []) for article in articles], {})
            started = time.perf_counter()
            stories.sort_in(article.id for article in articles)
            last = time.perf_counter() - started
            seconds += last
            known |= {article.id: arrival.copy_of for article, arrival in zip(articles, batch, strict=True)}
        places = stories.places(known)
        disk = bytes_of(catalogue, "sketches", "sketches_by_article", "stories", "stories_by_story")
        catalogue.close()
    groups: dict[str, list[int]] = {}
    for id_, original in known.items():
        if id_ not in places:
            continue  # the very same text as another's: one article with two links
        groups.setdefault(places[id_].story, []).append(original)
    return {**scored(list(groups.values()), count, seconds), "last": last, "disk_mb": disk / 2**20}


def by_lsh(count: int) -> dict[str, float]:
    """The same with rensa: query, test exactly, insert; the 5-grams of every text are kept, having no archive."""
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

    seconds = 0.0
    index = RMinHashLSH(threshold=0.2, num_perm=PERMUTATIONS, num_bands=BANDS)
    seen: list[tuple[Shingled, datetime]] = []
    home: list[int] = []
    truth: list[int] = []
    for arrival in arrivals(count):
        truth.append(arrival.copy_of)
        started = time.perf_counter()
        text = shingled(arrival.text)
        signature = RMinHash(num_perm=PERMUTATIONS, seed=1)
        signature.update([gram.to_bytes(8, "little") for gram in text.distinct])
        near = [
            c
            for c in index.query(signature)
            if are_copies(text, seen[c][0], abs(arrival.published - seen[c][1]))
        ]
        index.insert(arrival.number, signature)
        seen.append((text, arrival.published))
        home.append(home[near[0]] if near else arrival.number)
        seconds += time.perf_counter() - started
    groups: dict[int, list[int]] = {}
    for story, original in zip(home, truth, strict=True):
        groups.setdefault(story, []).append(original)
    return scored(list(groups.values()), count, seconds)


def scored(groups: list[list[int]], count: int, seconds: float) -> dict[str, float]:
    """Copies in a story with another of their original's, and pairs of unrelated articles in one story."""
    copies = found = merged = 0
    sizes: dict[int, int] = {}
    for group in groups:
        for original in group:
            sizes[original] = sizes.get(original, 0) + 1
        merged += sum(a != b for a, b in combinations(group, 2))
        found += len(group) - len(set(group))
    copies = sum(size - 1 for size in sizes.values())
    return {"seconds": seconds, "per_second": count / seconds, "found": found / copies, "merged": merged}


def against_naive(count: int) -> tuple[int, int]:
    """How many near-copies among the first `count` articles share no story though naive comparison finds them."""
    some = list({" ".join(arrival.text.split()): arrival for arrival in arrivals(count)}.values())
    texts = [shingled(arrival.text) for arrival in some]
    pairs = [
        (a, b)
        for a, b in combinations(range(len(some)), 2)
        if are_copies(texts[a], texts[b], abs(some[a].published - some[b].published))
    ]
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder))
        ids = [_article(arrival).id for arrival in some]
        catalogue.store([(_article(arrival), []) for arrival in some], {})
        stories = Stories(catalogue)
        stories.sort_in()
        places = stories.places(ids)
        catalogue.close()

    def story(number: int) -> str:
        return places[ids[number]].story

    return sum(story(a) != story(b) for a, b in pairs), len(pairs)


def batches(items: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    """Lists of BATCH, the last one shorter."""
    batch: list[Arrival] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def bytes_of(catalogue: Catalogue, *tables: str) -> int:
    """Bytes that tables and indexes take in the archive; 0 where SQLite was built without counting them."""
    marks = ",".join("?" * len(tables))
    try:
        rows = catalogue.connection.execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({marks})", tables)
    except sqlite3.OperationalError:
        return 0
    return int(rows.fetchone()[0] or 0)


def _article(arrival: Arrival) -> Article:
    source = Source(title=str(arrival.number), published=arrival.published)
    return Article(source, arrival.text, f"https://stories.example/{arrival.number}")


if __name__ == "__main__":
    main()
