"""A lying model: sentences that no article says must not reach the reader, and those that one says should.

Both go the whole way, as a scripted model's reply through an `Answerer` over a real archive. The lies are written by
hand or made by rule from the articles in evals/lies.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.answering import Answerer
from bot.types import Answer
from bot.writing.markup import plain
from evals.floors import passes
from evals.lies_made import made
from evals.lies_read import Told, told
from vectorstore.archive import Archive
from vectorstore.embedder import HashEmbedder
from vectorstore.settings import STAND_IN_MODEL, Settings

_Pair = TypeVar("_Pair")
PARTS = ("tuning", "held out", "fresh")
_A_REPLY = 5
_PASSAGE = re.compile(r'<passage id="(\w+)" publisher="[^"]*" date="[^"]*" title="([^"]*)"')
_PIECE = 7


@dataclass
class LyingModel:
    """Says `sentences`, each under an id in turn: the right one, another's, none, an unknown one, all of them."""

    sentences: Sequence[str] = ()
    title: str = ""
    name: str = "lying"
    _turn: int = 0

    def stream(self, system: str, user: str) -> Generator[str, None, None]:
        ids = dict.fromkeys(_PASSAGE.findall(user))
        own = [label for label, title in ids if title == self.title]
        others = [label for label, title in ids if title != self.title]
        ways = [own[:1], own, others[:1], [], ["0f0f0f"], own + others]
        reply = ""
        for sentence in self.sentences:
            self._turn += 1
            reply += sentence + "".join(f" [{label}]" for label in ways[self._turn % len(ways)]) + "\n"
        for start in range(0, len(reply), _PIECE):
            yield reply[start : start + _PIECE]


@dataclass
class Measured:
    """What became of the sentences of some articles."""

    lies: Counter[str] = field(default_factory=Counter)
    through: list[tuple[str, str]] = field(default_factory=list)
    true: int = 0
    lost: list[str] = field(default_factory=list)
    citations: int = 0
    right: int = 0
    cited: int = 0
    found: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, float]:
        """Counts and shares, as floors.json names them."""
        kept = self.true - len(self.lost)
        return {
            "lies": self.lies.total(),
            "lies_through": len(self.through),
            "honest": self.true,
            "honest_kept": kept / self.true,
            "citation_precision": self.right / max(1, self.citations),
            "sentences_cited": self.cited / max(1, kept),
            "citation_recall": self.found / max(1, kept),
        }


def run() -> bool:
    """Tell every lie and every true sentence; False when a figure is below its floor, or a lie above its ceiling."""
    good = True
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), told()) as (answerer, model):
        for part in PARTS:
            measured = measure(answerer, model, [each for each in told() if each.part == part])
            _show(measured)
            good &= passes(f"lies_{part.replace(' ', '_')}", measured.figures())
    return good


@contextmanager
def opened(folder: Path, articles: Sequence[Told]) -> Iterator[tuple[Answerer, LyingModel]]:
    """An Answerer over a new archive of `articles`, and the model it asks."""
    embedder, model = HashEmbedder(), LyingModel()
    settings = Settings(data_dir=folder, embedding_model=STAND_IN_MODEL)
    with Archive.open(settings, embedder) as archive:
        for each in articles:
            passages = each.passages()
            archive.add([(each.article, passages, embedder.encode_passages(passages))])
        yield Answerer(archive, model), model


def measure(answerer: Answerer, model: LyingModel, articles: Sequence[Told], every: int = 1) -> Measured:
    """The true sentences and the lies about `articles`, a few to a reply; of the lies made by rule one in `every`."""
    measured = Measured()
    for each in articles:
        model.title = each.article.source.title
        for batch in _batches(each.true):
            model.sentences = [text for _, text in batch]
            _count_true(measured, each, batch, answerer.answer(each.head["title"]))
        for number, lies in enumerate(_batches([*each.false, *made(each)[::every]])):
            # A true sentence goes before: what it says must lend nothing to the lies.
            opening = each.true[number % len(each.true)][1]
            model.sentences = [opening, *(text for _, text in lies)]
            answer = answerer.answer(each.head["title"])
            measured.lies.update(kind for kind, _ in lies)
            measured.reasons.update(dict(answer.dropped))
            shown = [s.text for s in answer.sentences if plain(s.text) != plain(opening)]
            shown = shown if answer.model == model.name else []
            measured.through += [(_kind(text, lies), text) for text in shown]
    return measured


def _count_true(
    measured: Measured, told: Told, batch: Sequence[tuple[frozenset[int], str]], answer: Answer
) -> None:
    """Which of the true sentences are shown, and whether what they cite is the sentence that says it."""
    quotes = {citation.number: citation.quote for citation in answer.citations}
    shown = {plain(sentence.text): sentence for sentence in answer.sentences}
    for numbers, text in batch:
        measured.true += 1
        sentence = shown.get(plain(text)) if answer.model == LyingModel.name else None
        if sentence is None:
            measured.lost.append(text)
            continue
        right = [_says(quotes[number], told, numbers) for number in sentence.citations]
        measured.citations += len(right)
        measured.right += sum(right)
        measured.cited += bool(right)
        measured.found += any(right)


def _says(quote: str, told: Told, numbers: frozenset[int]) -> bool:
    """Whether the quote is one of the sentences that say it, or the one before, which names whom it means."""
    near = numbers | {number - 1 for number in numbers}
    return any(
        told.sentences[number - 1] in quote or quote in told.sentences[number - 1]
        for number in near
        if number
    )


def _batches(pairs: Sequence[_Pair]) -> list[Sequence[_Pair]]:
    return [pairs[at : at + _A_REPLY] for at in range(0, len(pairs), _A_REPLY)]


def _kind(text: str, lies: Sequence[tuple[str, str]]) -> str:
    return next((kind for kind, lie in lies if plain(text)[:20] in plain(lie)), "?")


def _show(measured: Measured) -> None:
    for kind, text in measured.through:
        print(f"  came through ({kind}): {text}")
    for text in measured.lost:
        print(f"  true and dropped: {text}")
    print(f"  dropped, by reason: {dict(measured.reasons)}")
