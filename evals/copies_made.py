"""Texts for the near-copy gate: originals of our own, copies as newsrooms make them, and what only looks like copies.

The same seed makes the same texts everywhere. `evals/copies.txt` holds the prose; benchmarks/corpus.py makes more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import corpus

ROOT = Path(__file__).parent.parent
TEMPLATED = 12  # texts of each template
COPIES = frozenset(
    "edited_2 edited_5 edited_10 trimmed cut cut_and_edited reordered headline updated".split()  # noqa: SIM905
)
FEW = 16  # originals with invented words, from benchmarks/corpus.py


@dataclass(frozen=True, slots=True)
class Made:
    """A text, what it is (`original`, the kind of copy, or the kind of lookalike), and whose text it holds."""

    kind: str
    of: frozenset[str]
    text: str
    incomplete: bool = False

    @property
    def is_copy(self) -> bool:
        """Whether it belongs to an original's story."""
        return self.kind in COPIES


def everything(seed: int = 3) -> Iterator[Made]:
    """Originals, each with every kind of copy, then the lookalikes."""
    random = Random(seed)
    prose = sections()
    originals = _originals(prose)
    pool = " ".join(originals.values()).split()
    for name, text in originals.items():
        yield Made("original", frozenset([name]), text)
        yield from _copies(name, text, prose, pool, random)
    yield from _lookalikes(originals, prose, random)


def sections() -> dict[str, list[str]]:
    """The texts of copies.txt by the first word of their heading."""
    found: dict[str, list[str]] = {}
    blocks = re.split(r"^=== (.+)\n", Path(__file__).with_name("copies.txt").read_text("utf-8"), flags=re.M)
    for heading, text in zip(blocks[1::2], blocks[2::2], strict=True):
        found.setdefault(heading.split()[0], []).append(text.strip())
    return found


def _originals(prose: dict[str, list[str]]) -> dict[str, str]:
    samples = sorted((ROOT / "samples" / "articles").glob("*.[mt][dx]*"))
    texts = [*prose["event"], *prose["single"], *prose["chinese"], *(p.read_text("utf-8") for p in samples)]
    texts += [story.text for story in corpus.stories(FEW, sentences=24)]
    return {f"text-{number}": text for number, text in enumerate(texts)}


def _copies(
    name: str, text: str, prose: dict[str, list[str]], pool: Sequence[str], random: Random
) -> Iterator[Made]:
    chinese = is_chinese(text)
    before = "zh-" if chinese else ""
    ledes, notice = prose[f"{before}ledes"][0].split("\n"), prose[f"{before}boilerplate"][0]
    ways: dict[str, Callable[[], str]] = {
        "edited_2": lambda: edited(text, 0.02, pool, random),
        "edited_5": lambda: edited(text, 0.05, pool, random),
        "edited_10": lambda: edited(text, 0.10, pool, random),
        "trimmed": lambda: f"{random.choice(ledes)}\n\n{first(text, 0.6)}",
        "cut": lambda: f"{first(text, 0.3)}\n\n{notice}",
        "cut_and_edited": lambda: first(edited(text, 0.02, pool, random), 0.4),
        "reordered": lambda: reordered(text, random),
        "headline": lambda: f"{random.choice(ledes).split('.')[0]}\n\n{text}",
        "updated": lambda: updated(text, random.choice(ledes)),
    }
    for kind, way in ways.items():
        yield Made(kind, frozenset([name]), way(), incomplete=kind.startswith("cut"))


def _lookalikes(originals: dict[str, str], prose: dict[str, list[str]], random: Random) -> Iterator[Made]:
    english = {name: text for name, text in originals.items() if not is_chinese(text)}
    names = list(english)
    for name, other in zip(names[::2], names[1::2], strict=False):
        # Two reports of one matter: their own words first, the same paragraphs of background behind them.
        for report in (name, other):
            body = "\n\n".join(corpus.sentence(random) for _ in range(6))
            yield Made(
                "background", frozenset([f"background of {report}"]), f"{body}\n\n{prose['background'][0]}"
            )
        brief = " ".join(corpus.sentence(random) for _ in range(3))
        yield Made("brief", frozenset([f"brief {name}"]), f"{brief}\n\n{prose['standing'][0]}")
    for number in range(6):
        chosen = random.sample(names, 5)
        items = [english[item] if number % 2 else first(english[item], 0.45) for item in chosen]
        # Its first item may count as the same source: a round-up cannot be told from a long copy of it.
        yield Made("round_up", frozenset([f"round-up {number}", chosen[0]]), "\n\n".join(items))
    for template in (_weather, _market, _match, _han_weather):
        for number in range(TEMPLATED):
            yield Made("templated", frozenset([f"{template.__name__} {number}"]), template(random))


def is_chinese(text: str) -> bool:
    """Whether it is written without spaces."""
    return len(re.findall("[㐀-鿿]", text)) > len(text) / 3


def edited(text: str, share: float, pool: Sequence[str], random: Random) -> str:
    """`share` of the words replaced, left out or followed by another word; of Chinese, pairs of characters."""
    pieces = (
        re.findall(r"[㐀-鿿]{1,2}|\d[\d.,:]*|.", text, re.S)
        if is_chinese(text)
        else re.findall(r"\S+|\s+", text)
    )
    places = [i for i, piece in enumerate(pieces) if re.match(r"\w", piece)]
    for place in random.sample(places, round(share * len(places))):
        word = "各地" if is_chinese(text) else random.choice(pool)
        space = "" if is_chinese(text) else " "
        pieces[place] = random.choice((word, "", f"{pieces[place]}{space}{word}"))
    return "".join(pieces)


def first(text: str, share: float) -> str:
    """The beginning of `text`, cut inside a sentence as paywalls do."""
    if is_chinese(text):
        return text[: round(share * len(text))]
    words = re.findall(r"\s*\S+", text)
    return "".join(words[: round(share * len(words))])


def reordered(text: str, random: Random) -> str:
    """The first paragraph stays; two of the others change places."""
    head, *rest = text.split("\n\n")
    if len(rest) >= 2:
        one, two = random.sample(range(len(rest)), 2)
        rest[one], rest[two] = rest[two], rest[one]
    return "\n\n".join([head, *rest])


def updated(text: str, more: str) -> str:
    """Later the same day: some figures have changed, and there is one paragraph more."""
    numbers = list(re.finditer(r"\d+(?:[.,:]\d+)*", text))
    for match in reversed(numbers[::4]):
        text = f"{text[: match.start()]}{int(match.group()[-1]) + 1}{text[match.end() :]}"
    head, _, rest = text.partition("\n\n")
    return f"{head}\n\n{more}\n\n{rest}"


def _weather(random: Random) -> str:
    n = random.randint
    place, place2 = corpus.name(random), corpus.name(random)
    day = corpus.pick(random, "days")
    return (
        f"The weather for {place} and the lake district on {day}: the day begins with fog in the valleys, which gives "
        f"way to sunshine before noon. Highs reach {n(2, 34)} degrees in {place2} and {n(2, 34)} degrees on the coast. "
        f"In the mountains it stays cooler, with {n(-9, 12)} degrees at 2,000 metres and a light wind from the west.\n"
        "\n"
        f"The night will be mostly clear with lows between {n(-9, 4)} and {n(5, 14)} degrees. The chance of rain is "
        f"{n(1, 99)} percent. The sun rises at {n(5, 7)}:{n(10, 59)} and sets at {n(16, 20)}:{n(10, 59)}. Outlook: "
        "changeable with showers in the afternoon, and later sunny spells from the north. Pollen counts remain low."
    )


def _market(random: Random) -> str:
    n = random.randint
    up = random.choice(("rose", "fell"))
    return (
        f"Shares on the Ostrey exchange {up} on {corpus.pick(random, 'days')} as investors weighed the latest figures "
        f"from the central bank. The leading index of forty companies closed {n(0, 3)}.{n(0, 99)} percent at "
        f"{n(9, 17)},{n(100, 999)}.{n(10, 99)} points. The index of medium-sized companies stood at {n(20, 40)},"
        f"{n(100, 999)} points at the end of trading.\n\n"
        f"Among the biggest winners of the day was the {corpus.name(random)} group, which gained {n(2, 9)}.{n(0, 9)} "
        "percent after it had presented its figures for the quarter. At the bottom of the list was "
        f"{corpus.name(random)}, which lost {n(2, 9)}.{n(0, 9)} percent.\n\nIn the bond market the yield on ten-year "
        f"government paper stood at {n(1, 4)}.{n(10, 99)} percent, after {n(1, 4)}.{n(10, 99)} percent on the day "
        f"before. The crown was quoted at {n(1, 9)}.{n(1000, 9999)} against the dollar in late trading. A "
        f"barrel of oil from the North Sea for delivery next month cost {n(50, 120)}.{n(10, 99)} dollars."
    )


def _match(random: Random) -> str:
    n = random.randint
    home, away, scorer, other = (corpus.name(random) for _ in range(4))
    return (
        f"{home} Town beat {away} United {n(2, 5)}-{n(0, 1)} in the first division on {corpus.pick(random, 'days')} in "
        f"front of {n(2, 60)},{n(100, 999)} people. The first goal was scored by {scorer} in the {n(3, 44)}th minute "
        f"with a header from a corner. After the break the visitors pressed for an equaliser, but it was {other} who "
        f"made it two in the {n(46, 89)}th minute when the goalkeeper could only parry a shot from the edge of the "
        f"area.\n\nWith the win {home} move up to {n(4, 9)}th place in the table with {n(20, 60)} points from "
        f"{n(15, 34)} matches, "
        f"while {away} stay in the bottom half with {n(5, 19)} points. On the next match day {home} travel to "
        f"{corpus.name(random)}, and {away} play at home against {corpus.name(random)}. Both matches begin at three."
    )


def _han_weather(random: Random) -> str:
    n = random.randint
    return (
        f"市气象台{n(1, 12)}月{n(1, 28)}日发布天气预报：预计今天白天多云间晴，最高气温{n(2, 38)}℃，偏南风二到三级。"
        f"夜间晴转多云，最低气温{n(-9, 20)}℃，相对湿度{n(20, 95)}%。明天白天阴有小雨，降水概率{n(10, 99)}%，最高气温"
        f"{n(2, 38)}℃。气象部门提醒，近期昼夜温差较大，请市民注意适时增减衣物，外出时注意交通安全。"
        f"空气质量指数为{n(20, 200)}，日出时间{n(5, 7)}时{n(10, 59)}分，日落时间{n(16, 19)}时{n(10, 59)}分。"
    )
