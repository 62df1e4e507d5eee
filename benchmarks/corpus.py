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

WORDS: dict[str, list[str]] = {
    kind: words.split(", ")
    for kind, words in (
        line.split(": ") for line in Path(__file__).with_name("words.txt").read_text("utf-8").splitlines()
    )
}
TEMPLATES = (
    "{title} {name} {verb} on {day} that the {adjective} {noun} of {place} would {deed} {number} {people}.",
    "About {number} {people} of {place} met {name} at the {adjective} {noun} of {place2} on {month} {date}.",
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
            title=headline(random),
            publisher=pick(random, "publishers"),
            url=f"https://news.example.com/{seed}/{number}",
            published=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number % 17_000),
            sentences=tuple(sentence(random) for _ in range(length)),
        )


def headline(random: Random) -> str:
    """A title that hardly ever comes up twice."""
    adjective, noun = pick(random, "adjectives"), pick(random, "nouns")
    return f"{name(random)} and the {adjective} {noun} of {name(random)}"


def sentence(random: Random) -> str:
    """One sentence of a made-up news story."""
    return random.choice(TEMPLATES).format(
        title=pick(random, "titles"),
        name=f"{name(random)} {name(random)}",
        place=name(random),
        place2=name(random),
        verb=pick(random, "verbs"),
        deed=pick(random, "deeds"),
        day=pick(random, "days"),
        month=pick(random, "months"),
        date=random.randint(1, 28),
        year=random.randint(1960, 2023),
        age=random.randint(19, 94),
        number=f"{random.randint(2, 99_000):,}",
        noun=pick(random, "nouns"),
        noun2=pick(random, "nouns"),
        adjective=pick(random, "adjectives"),
        people=pick(random, "people"),
        people2=pick(random, "people"),
    )


def pick(random: Random, kind: str) -> str:
    """One of the words of a kind."""
    return random.choice(WORDS[kind])


def name(random: Random) -> str:
    """A name of two or three syllables; low syllables come up more often, as common names do."""
    parts, syllables = random.choice((2, 2, 3)), WORDS["syllables"]
    return "".join(syllables[int(random.random() ** 2 * len(syllables))] for _ in range(parts)).capitalize()


def questions(count: int, *, seed: int = 11) -> list[str]:
    """Questions of the length people ask, in the words of the articles."""
    random = Random(seed)
    return [question(random) for _ in range(count)]


def question(random: Random) -> str:
    """One question; its place may or may not exist."""
    verb, deed, people = (pick(random, kind) for kind in ("verbs", "deeds", "people"))
    return f"Who {verb} that {headline(random)} would {deed} the {people}?"


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
