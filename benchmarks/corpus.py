"""Synthetic articles: the same seed gives the same text everywhere.

Rare names are made of syllables, so that the vocabulary grows with the corpus as that of real news does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

PUBLISHERS = ("Harbour Courier", "Northern Wire", "The Ledger", "Valley Gazette", "Evening Lantern")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April June July August September October November".split()
SYLLABLES = (
    "ar bel cor dun el fen gar hol is jor kel lan mor nor os pel rin sal tor ul vas wen yar zim".split()
)
TITLES = ("Minister", "Mayor", "Gen.", "Dr.", "Judge", "Prof.", "Captain", "Senator")
VERBS = """confirmed denied announced promised warned admitted insisted predicted complained conceded
estimated repeated""".split()
DEEDS = """open close repair sell inspect rebuild finance abandon guard extend reduce replace survey flood
restore rename""".split()
NOUNS = """bridge harbor school budget reactor railway hospital treaty festival reservoir factory border museum
airport strike subsidy pipeline orchard election satellite ferry prison tunnel parliament market glacier
embassy dam quarry library stadium refinery archive lighthouse vineyard garrison clinic canal laboratory
warehouse mine sanctuary parade observatory""".split()
ADJECTIVES = """old northern costly disputed empty crowded private coastal delayed secret frozen regional
damaged popular unfinished historic foreign narrow rural leaking remote floating abandoned sunken temporary
unusual solar public fragile""".split()
PEOPLE = """farmers engineers teachers nurses sailors drivers lawyers students miners bakers soldiers pilots
clerks judges fishermen surgeons painters printers""".split()
TEMPLATES = (
    "{title} {name} {verb} on {day} that the {adjective} {noun} of {place} would {deed} {number} {people}.",
    "About {number} {people} from {place} met {name} at the {adjective} {noun} near {place2} on {month} {date}.",
    "“We shall {deed} the {noun}, whatever the {people} of {place} say,” {name} told {people2} in {place2}.",
    "The {adjective} {noun} cost {number} crowns, according to {name}, who runs the {noun2} in {place}.",
    "In {month}, {people} began to {deed} the {noun} at {place} after {name} {verb} that it was {adjective}.",
    "Neither {name} nor the {people} of {place} could explain why the {noun} had lost {number} visitors.",
    "{name}, {age}, has led the {noun} since {year} and wants to {deed} its {adjective} {noun2} by {month}.",
    "A report by {title} {name} put the damage to the {noun} in {place} at {number} crowns for {people}.",
)


@dataclass(frozen=True, slots=True)
class Story:
    """One synthetic article, as a line of JSON Lines has it."""

    title: str
    publisher: str
    url: str
    published: datetime
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Paragraphs of three sentences."""
        groups = (self.sentences[i : i + 3] for i in range(0, len(self.sentences), 3))
        return "\n\n".join(" ".join(group) for group in groups)


def stories(count: int, *, sentences: int = 18, seed: int = 7) -> Iterator[Story]:
    """`count` articles of about `sentences` sentences each (20 words a sentence)."""
    random = Random(seed)
    for number in range(count):
        length = max(1, round(sentences * random.uniform(0.6, 1.4)))
        yield Story(
            title=f"{name(random)} and the {random.choice(ADJECTIVES)} {random.choice(NOUNS)} of {name(random)}",
            publisher=random.choice(PUBLISHERS),
            url=f"https://news.example.com/{seed}/{number}",
            published=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number % 17_000),
            sentences=tuple(sentence(random) for _ in range(length)),
        )


def sentence(random: Random) -> str:
    """One sentence of a made-up news story."""
    return random.choice(TEMPLATES).format(
        title=random.choice(TITLES),
        name=f"{name(random)} {name(random)}",
        place=name(random),
        place2=name(random),
        verb=random.choice(VERBS),
        deed=random.choice(DEEDS),
        day=random.choice(DAYS),
        month=random.choice(MONTHS),
        date=random.randint(1, 28),
        year=random.randint(1960, 2023),
        age=random.randint(19, 94),
        number=f"{random.randint(2, 99_000):,}",
        noun=random.choice(NOUNS),
        noun2=random.choice(NOUNS),
        adjective=random.choice(ADJECTIVES),
        people=random.choice(PEOPLE),
        people2=random.choice(PEOPLE),
    )


def name(random: Random) -> str:
    """A name of two or three syllables; low syllables come up more often, as common names do."""
    parts = random.choice((2, 2, 3))
    return "".join(SYLLABLES[int(random.random() ** 2 * len(SYLLABLES))] for _ in range(parts)).capitalize()


def questions(count: int, *, seed: int = 11) -> list[str]:
    """Questions of the length people ask, in the words of the articles."""
    random = Random(seed)
    return [
        f"Who {random.choice(VERBS)} that the {random.choice(ADJECTIVES)} {random.choice(NOUNS)} "
        f"of {name(random)} would {random.choice(DEEDS)} the {random.choice(PEOPLE)}?"
        for _ in range(count)
    ]


def write_jsonl(path: Path, items: Iterator[Story]) -> int:
    """Write one article a line; returns how many."""
    lines = 0
    with path.open("w", encoding="utf-8") as file:
        for story in items:
            row = {
                "title": story.title,
                "publisher": story.publisher,
                "url": story.url,
                "published": story.published.isoformat(),
                "language": "en",
                "text": story.text,
            }
            file.write(json.dumps(row) + "\n")
            lines += 1
    return lines
