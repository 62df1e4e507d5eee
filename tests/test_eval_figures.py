"""`bot eval`: figures that can be checked by hand, and clear errors for lines that are wrong."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from bot.answering import Answerer
from bot.evaluate import Case, Result, evaluate, judged, read_cases, summary
from ingest.passages import CHUNKER, cut
from tests.archive_data import article
from vectorstore.archive import Archive
from vectorstore.embedder import Embedder
from vectorstore.errors import SettingsError
from vectorstore.settings import Settings


def result(**changes: object) -> Result:
    fields: dict[str, object] = {
        "question": "q",
        "unanswerable": False,
        "status": "answered",
        "article_rank": 1,
        "sentence_rank": 1,
        "answer_hit": True,
        "citations": 1,
        "citations_found": 1,
        "latency_ms": 10,
    }
    return Result(**{**fields, **changes})  # type: ignore[arg-type]


def test_figures() -> None:
    figures = summary(
        [
            result(),
            result(article_rank=4, sentence_rank=3, answer_hit=False, citations=3, citations_found=2, latency_ms=30),
            result(article_rank=None, sentence_rank=None, answer_hit=False, status="no_evidence", citations=0,
                   citations_found=0, latency_ms=20),
            result(unanswerable=True, status="no_evidence", article_rank=None, citations=0, citations_found=0),
            result(unanswerable=True, article_rank=None, sentence_rank=None),
        ]
    )  # fmt: skip
    assert figures == {
        "n": 5,
        "recall_at_1": 0.3333,
        "recall_at_5": 0.6667,
        "recall_at_10": 0.6667,
        "mrr_at_10": 0.4167,
        "sentence_at_1": 0.3333,
        "sentence_at_3": 0.6667,
        "answer_hit": 0.3333,
        "citation_precision": 0.8,
        "answered": 0.6667,
        "abstain_precision": 0.5,
        "abstain_recall": 0.5,
        "latency_ms_p50": 10,
        "latency_ms_p95": 30,
    }


def test_a_file_is_asked_and_judged(minilm: Embedder, tmp_path: Path) -> None:
    flood = article(
        "flood", "The river Dun rose by three metres on Monday. Mayor Ada Holt closed both bridges."
    )
    strike = article("strike", "Dockers in Wexcombe walked out on Friday. They want nine percent more.")
    cases = [
        {"question": "Who closed the bridges?", "answers": ["ada holt"]},
        {"question": "When did the dockers walk out?", "answers": ["Friday"], "urls": [strike.source.url]},
        {
            "question": "When did the dockers walk out?",
            "answers": ["Friday"],
            "urls": ["https://elsewhere.example"],
        },
        {"question": "Who won the tennis final in Lisk?", "unanswerable": True},
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)) + "\n\n")
    with Archive.open(Settings(tmp_path / "data"), minilm, chunker=CHUNKER) as archive:
        for stored in (flood, strike):
            passages = cut(stored, minilm)
            archive.add([(stored, passages, minilm.encode_passages(passages))])
        out = io.StringIO()
        assert evaluate(Answerer(archive), path, True, out) == 0
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        assert [line.get("article_rank") for line in lines[:4]] == [1, 1, None, None]
        assert [line["status"] for line in lines[:4]] == ["answered", "answered", "answered", "no_evidence"]
        figures = lines[4]["summary"]
        assert (figures["recall_at_1"], figures["answer_hit"], figures["citation_precision"]) == (
            0.6667,
            1.0,
            1.0,
        )
        assert (
            judged(Answerer(archive), Case("Who closed the bridges?", ("nobody at all",))).answer_hit is False
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no question"),
        ("not json\n", "line 1"),
        ('{"question": "q"}\n', "line 1"),
        ('{"question": "q", "answers": ["a"]}\n{"answers": ["a"]}\n', "line 2"),
        ('{"question": " ", "answers": ["a"]}\n', "line 1"),
        ("[1]\n", "line 1"),
    ],
)
def test_wrong_lines_are_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "q.jsonl").write_text(content)
    with pytest.raises(SettingsError, match=message):
        read_cases(tmp_path / "q.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.jsonl"):
        read_cases(tmp_path / "none.jsonl")
