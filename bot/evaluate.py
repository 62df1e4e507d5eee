"""`bot eval`: retrieval, evidence, answers, citations and abstention, measured on the user's own questions."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from bot.answering import Answerer
from bot.types import Answer, Evidence, Status
from vectorstore.errors import ArchiveError, SettingsError
from vectorstore.types import Match

ARTICLES = 10
_PASSAGES = 50  # enough to see ten articles


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the file: `answers` are strings of which any counts; `urls` name the right articles, if given."""

    question: str
    answers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    unanswerable: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a case. Ranks count from 1; None: not among the first ten articles or three sentences."""

    question: str
    unanswerable: bool
    status: str
    article_rank: int | None
    sentence_rank: int | None
    answer_hit: bool
    citations: int
    citations_found: int
    latency_ms: int


def evaluate(answerer: Answerer, path: Path, as_json: bool, out: IO[str]) -> int:
    """Ask every question of the JSON Lines file and write what came of it to `out`; 0 when all were asked.

    Raises SettingsError for a file or line that cannot be read, ArchiveError when the archive is empty, and what
    answering raises.
    """
    cases = read_cases(path)
    if not answerer.archive.stats().articles:
        raise ArchiveError("the archive is empty, so there is nothing to measure. Run `ingest` first.")
    results = []
    for case in cases:
        results.append(judged(answerer, case))
        if as_json:
            print(json.dumps(asdict(results[-1]), ensure_ascii=False), file=out, flush=True)
    figures = summary(results)
    if as_json:
        print(json.dumps({"summary": figures}), file=out, flush=True)
    else:
        _print_table(figures, out)
    return 0


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSON Lines file. Raises SettingsError naming the line that is wrong."""
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}. Name a UTF-8 JSON Lines file.") from error
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise SettingsError(
            f'{path} holds no question. Write lines like {{"question": "…", "answers": ["…"]}}.'
        )
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        fields = json.loads(line)
        case = Case(
            question=str(fields["question"]).strip(),
            answers=tuple(map(str, fields.get("answers") or ())),
            urls=tuple(map(str, fields.get("urls") or ())),
            unanswerable=bool(fields.get("unanswerable", False)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f'{path}, line {number} is no question ({error}). Write {{"question": "…", "answers": ["…"]}}.'
        ) from error
    if not case.question or not (case.unanswerable or case.answers or case.urls):
        raise SettingsError(
            f'{path}, line {number} needs a "question", and "answers", "urls" or "unanswerable": true.'
        )
    return case


def judged(answerer: Answerer, case: Case) -> Result:
    """Ask one question and compare what came with what the case says."""
    started = time.monotonic()
    answer = answerer.answer(case.question)
    elapsed = time.monotonic() - started
    matches = answerer.retrieve(case.question, _PASSAGES)
    evidence = answerer.evidence(case.question)[1]
    return Result(
        question=case.question,
        unanswerable=case.unanswerable,
        status=answer.status.value,
        article_rank=_article_rank(answerer, case, matches),
        sentence_rank=_sentence_rank(case, evidence),
        answer_hit=_holds(case, answer.text, *(citation.quote for citation in answer.citations)),
        citations=len(answer.citations),
        citations_found=sum(_quotes_found(answerer, answer)),
        latency_ms=round(elapsed * 1000),
    )


def _article_rank(answerer: Answerer, case: Case, matches: Sequence[Match]) -> int | None:
    first = {match.passage.article_id: match for match in reversed(matches)}
    articles = list(dict.fromkeys(match.passage.article_id for match in matches))[:ARTICLES]
    for rank, article_id in enumerate(articles, 1):
        record = answerer.archive.article(article_id)
        if record and (
            # A copy of the article that was asked for speaks for it.
            {record.article.source.url, *record.links, *first[article_id].also_in} & {*case.urls}
            if case.urls
            else _holds(case, record.article.text)
        ):
            return rank
    return None


def _sentence_rank(case: Case, evidence: Sequence[Evidence]) -> int | None:
    return next((rank for rank, item in enumerate(evidence[:3], 1) if _holds(case, item.text)), None)


def _holds(case: Case, *texts: str) -> bool:
    return any(answer.casefold() in text.casefold() for answer in case.answers if answer for text in texts)


def _quotes_found(answerer: Answerer, answer: Answer) -> Iterator[bool]:
    for citation in answer.citations:
        record = answerer.archive.article(citation.article_id)
        yield bool(record and record.article.text[citation.start : citation.end] == citation.quote)


def summary(results: Sequence[Result]) -> dict[str, float | int]:
    """The figures of `bot eval`: shares between 0 and 1, latencies in milliseconds.

    Recall, sentences, answers and `answered` are over the answerable questions; abstention counts a question as
    declined when nothing was answered. A share of nothing is 0.
    """
    asked = [r for r in results if not r.unanswerable]
    hopeless = [r for r in results if r.unanswerable]
    declined = [r for r in results if r.status != Status.ANSWERED]
    latencies = sorted(r.latency_ms for r in results)

    def within(k: int) -> float:
        return _share([r.article_rank is not None and r.article_rank <= k for r in asked])

    return {
        "n": len(results),
        "recall_at_1": within(1),
        "recall_at_5": within(5),
        "recall_at_10": within(10),
        "mrr_at_10": round(sum(1 / r.article_rank for r in asked if r.article_rank) / max(1, len(asked)), 4),
        "sentence_at_1": _share([r.sentence_rank == 1 for r in asked]),
        "sentence_at_3": _share([r.sentence_rank is not None for r in asked]),
        "answer_hit": _share([r.answer_hit for r in asked]),
        "citation_precision": round(
            sum(r.citations_found for r in results) / max(1, sum(r.citations for r in results)), 4
        ),
        "answered": _share([r.status == Status.ANSWERED for r in asked]),
        "abstain_precision": _share([r.unanswerable for r in declined]),
        "abstain_recall": _share([r.status != Status.ANSWERED for r in hopeless]),
        "latency_ms_p50": latencies[len(latencies) // 2] if latencies else 0,
        "latency_ms_p95": latencies[min(len(latencies) - 1, len(latencies) * 95 // 100)] if latencies else 0,
    }


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def _print_table(figures: dict[str, float | int], out: IO[str]) -> None:
    for name, value in figures.items():
        shown = f"{value:.1%}" if isinstance(value, float) else str(value)
        print(f"{name:20}{shown:>8}", file=out)
