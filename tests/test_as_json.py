"""The machine-readable shapes: every field, every time, one object a line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from bot.as_json import answer_json, json_line, record_json
from bot.types import Answer, Citation, Nearest, Sentence, Status
from tests.small_archive import BUDGET, HARBOUR
from vectorstore.types import Record

CITATION = Citation(
    number=1,
    article_id=HARBOUR.id,
    source=HARBOUR.source,
    quote="We lost nobody",
    start=4,
    end=18,
    also_in=("https://wire.example/a",),
    corrected=datetime(2024, 10, 25, tzinfo=UTC),
)
ANSWER = Answer(
    question="Who was lost?",
    standalone_question="Who was lost in the storm?",
    status=Status.ANSWERED,
    sentences=(Sentence("We lost nobody.", (1,)), Sentence("Nobody at all.", (1, 2))),
    citations=(CITATION,),
    notes=("One source only.",),
    since=datetime(2024, 10, 1, tzinfo=UTC),
    conflict=True,
    elapsed_ms=12,
)


def test_an_answer_has_exactly_the_fields_of_the_contract() -> None:
    assert json.loads(json_line(answer_json(ANSWER))) == {
        "question": "Who was lost?",
        "standalone_question": "Who was lost in the storm?",
        "status": "answered",
        "answer": "We lost nobody. [1] Nobody at all. [1] [2]",
        "sentences": [
            {"text": "We lost nobody.", "citations": [1]},
            {"text": "Nobody at all.", "citations": [1, 2]},
        ],
        "citations": [
            {
                "number": 1,
                "quote": "We lost nobody",
                "start": 4,
                "end": 18,
                "article_id": HARBOUR.id,
                "title": HARBOUR.source.title,
                "publisher": "The Velmora Courier",
                "url": HARBOUR.source.url,
                "published": "2024-10-23T09:30:00-04:00",
                "incomplete": True,
                "corrected": "2024-10-25T00:00:00+00:00",
                "also_in": ["https://wire.example/a"],
                "same_text": [],
                "story": "",
                "context": "",
                "dates": [],
            }
        ],
        "nearest": [],
        "since": "2024-10-01T00:00:00+00:00",
        "until": None,
        "conflict": True,
        "updates": False,
        "notes": ["One source only."],
        "model": "extracts",
        "elapsed_ms": 12,
        "short": None,
        "language": "en",
        "dropped": {},
    }


def test_silence_has_the_same_fields_and_names_the_nearest() -> None:
    silent = Answer("Q?", "Q?", Status.NO_EVIDENCE, nearest=(Nearest(BUDGET.id, BUDGET.source),))
    printed = json.loads(json_line(answer_json(silent)))
    assert printed.keys() == json.loads(json_line(answer_json(ANSWER))).keys()
    assert printed["status"] == "no_evidence"
    assert printed["answer"] == ""
    assert printed["nearest"] == [
        {
            "article_id": BUDGET.id,
            "title": "Tarn Council Passes Budget",
            "publisher": "Tarn Gazette",
            "url": "https://gazette.example/budget",
            "published": "2024-11-02T00:00:00+00:00",
            "quote": "",
        }
    ]


def test_an_article_is_its_whole_card_and_the_text_only_when_shown() -> None:
    record = Record(HARBOUR, (), 2, 7, datetime(2024, 10, 24, tzinfo=UTC))
    card = {
        "article_id": HARBOUR.id,
        "title": HARBOUR.source.title,
        "publisher": "The Velmora Courier",
        "author": "Ines Calder",
        "url": HARBOUR.source.url,
        "published": "2024-10-23T09:30:00-04:00",
        "language": "en",
        "fetched_at": None,
        "audience": "",
        "incomplete": True,
        "modified": None,
        "versions": 2,
        "passages": 7,
    }
    assert json.loads(json_line(record_json(record))) == card
    whole = {"text": HARBOUR.text, "summary": "A summary that is never cited.", "found_in": {}}
    assert json.loads(json_line(record_json(record, whole=True))) == card | whole


def test_any_text_comes_back_unchanged_from_one_line_that_steers_no_terminal() -> None:
    quote = "朝鲜 “x”\n\t\x1b[31m \x9b2J \u2028 \u202e \x85 \ud83d 👩‍🚀"
    text = json_line(answer_json(replace(ANSWER, citations=(replace(CITATION, quote=quote),))))
    assert json.loads(text)["citations"][0]["quote"] == quote
    assert "朝鲜" in text
    assert len(text.splitlines()) == 1
    assert not set("\x1b\x9b\u2028\u202e\x85\ud83d") & set(text)
