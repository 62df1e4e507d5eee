"""What a faster engine costs in quality: retrieval on `squad2`, the answering sentence on `xquad`, against torch.

Mixed archives too, since engines share one space: passages embedded by one engine, questions by another.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import table
from bot.answering import Answerer
from bot.evaluation.cases import Case
from evals.floors import passes
from evals.public_sets import Set, squad2, xquad
from ingest.passages import CHUNKER, cut
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded, Embedder, Tokens, Vectors
from vectorstore.model import load_embedder
from vectorstore.settings import BUNDLED_MODEL, ENGINES, ONNX, ONNX_INT8, TORCH, Settings
from vectorstore.types import Article, Passage, Source

# Who embeds the passages, and who then asks.
SIDES = {TORCH: (TORCH, ONNX), ONNX: (ONNX,), ONNX_INT8: (ONNX_INT8, ONNX)}
RANKS = (1, 5, 10)
PASSAGES = 50  # enough to see ten articles
BATCH = 64


@dataclass(frozen=True, slots=True)
class Crossed:
    """An embedder that embeds passages with one engine and questions, and what is read for them, with another."""

    passages: Embedder
    questions: Embedder

    @property
    def name(self) -> str:
        """The space, which is one."""
        return self.passages.name

    @property
    def dimension(self) -> int:
        """Of both."""
        return self.passages.dimension

    @property
    def max_tokens(self) -> int:
        """Of both."""
        return self.passages.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The same for both."""
        return self.passages.count_tokens(texts)

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        """By the first engine."""
        return self.passages.encode_passages(passages)

    def encode_query(self, text: str) -> Vectors:
        """By the second engine."""
        return self.questions.encode_query(text)

    def encode_tokens(self, texts: Sequence[str]) -> list[Tokens]:
        """By the second engine."""
        return self.questions.encode_tokens(texts)


def run(data: Path, limit: int = 0) -> bool:
    """Measure every side on the sets under `data`, `limit` questions of each (0: all); False below a floor."""
    engines = {name: load_embedder(BUNDLED_MODEL, name) for name in ENGINES}
    recalled, quoted = (_chosen(public, limit) for public in (squad2(data), xquad(data)))
    found: dict[str, dict[str, float]] = {}
    for passages, askers in SIDES.items():
        sides = [Crossed(engines[passages], engines[asker]) for asker in askers]
        halves = zip(measured(sides, *recalled, _recall), measured(sides, *quoted, _sentences), strict=True)
        for asker, (recall, sentences) in zip(askers, halves, strict=True):
            found[passages if asker == passages else f"{passages}, questions {asker}"] = recall | sentences
    metrics = list(found[TORCH])
    rows: list[list[object]] = [
        [name, *(f"{figures[metric]:.4f}" for metric in metrics)] for name, figures in found.items()
    ]
    table.show(f"{len(recalled[1]):,} and {len(quoted[1]):,} questions", ["", *metrics], rows)
    return passes("engines", lost(found))


def lost(found: dict[str, dict[str, float]]) -> dict[str, float]:
    """The most that any side lost against torch, by kind of side and metric; at least 0."""
    return {
        f"{kind}_{metric}_lost": max(
            0.0, *(found[TORCH][metric] - figures[metric] for name, figures in found.items() if match(name))
        )
        for kind, match in _KINDS.items()
        for metric in found[TORCH]
    }


_KINDS: dict[str, Callable[[str], bool]] = {
    "onnx": lambda name: ONNX_INT8 not in name,
    "int8": lambda name: ONNX_INT8 in name,
}


def measured(
    sides: Sequence[Crossed],
    articles: Sequence[Article],
    cases: Sequence[Case],
    judge: Callable[[Answerer, Sequence[Case]], dict[str, float]],
) -> Iterator[dict[str, float]]:
    """The figures of `judge` for each side, over one archive: the sides embed passages with the same engine."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        with Archive.open(settings, sides[0], chunker=CHUNKER) as archive:
            for start in range(0, len(articles), BATCH):
                archive.add(_embedded(articles[start : start + BATCH], sides[0]))
        for side in sides:
            with Archive.open(settings, side, one_shot=True) as archive:
                yield judge(Answerer(archive), cases)


def _embedded(
    articles: Sequence[Article], embedder: Embedder
) -> list[tuple[Article, Sequence[Passage], Embedded]]:
    cuts = [cut(article, embedder) for article in articles]
    whole = embedder.encode_passages([passage for passages in cuts for passage in passages])
    items, start = [], 0
    for article, passages in zip(articles, cuts, strict=True):
        part = slice(start, start + len(passages))
        items.append((article, passages, Embedded(whole.passages[part], whole.sentences[part])))
        start = part.stop
    return items


def _recall(answerer: Answerer, cases: Sequence[Case]) -> dict[str, float]:
    """Recall of the right article, as the bot searches and (`dense`) by the vectors alone."""
    by_url = {record.article.source.url: record.article.id for record in answerer.archive.articles()}
    searched, dense = [], []
    for case in cases:
        matches = answerer.archive.search(case.question, PASSAGES)
        right = by_url[case.urls[0]]
        searched.append(_rank(right, [m.passage.article_id for m in matches]))
        matches.sort(key=lambda m: -m.dense)
        dense.append(_rank(right, [m.passage.article_id for m in matches]))
    return {f"recall_at_{k}": _share(searched, k) for k in RANKS} | {
        f"dense_at_{k}": _share(dense, k) for k in RANKS
    }


def _sentences(answerer: Answerer, cases: Sequence[Case]) -> dict[str, float]:
    ranks = []
    for case in cases:
        texts = [evidence.text.casefold() for evidence in answerer.evidence(case.question)[1][:3]]
        hits = [any(answer.casefold() in text for answer in case.answers) for text in texts]
        ranks.append(hits.index(True) + 1 if True in hits else None)
    return {f"sentence_at_{k}": _share(ranks, k) for k in (1, 3)}


def _rank(right: str, article_ids: Iterable[str]) -> int | None:
    ranked = list(dict.fromkeys(article_ids))
    return ranked.index(right) + 1 if right in ranked else None


def _share(ranks: Sequence[int | None], k: int) -> float:
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def _chosen(public: Set, limit: int) -> tuple[list[Article], list[Case]]:
    asked = [question for question in public.questions if not question.is_impossible]
    step = max(1, len(asked) // limit) if limit else 1
    return (
        [Article(Source(p.title, url=p.url), p.text, p.url) for p in public.paragraphs],
        [Case(question.text, question.answers, (question.url,)) for question in asked[::step]],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="questions of each set; 0: all")
    options = parser.parse_args()
    sys.exit(0 if run(options.data, options.limit) else 1)
