"""What is remembered of answers: turns, buttons, feedback, and answers as JSON and back."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.as_json import answer_json, json_line
from bot.from_json import answer_from_json
from bot.slack.feedback import cases, feedback_json
from bot.slack.memory import MOST_TURNS, Memory
from bot.slack.reply import answer_replies
from bot.slack.store import Store
from bot.types import Answer, Citation, Nearest, Sentence, Status
from tests.slack_jobs import job, ledger
from vectorstore.types import Source

SOURCE = Source(
    "Harbour “Reopens” <fast>",
    "The Courier",
    url="https://courier.example/1?a=b&c",
    published=datetime(2024, 10, 23, 9, 30, tzinfo=UTC),
    incomplete=True,
)


def answer(question: str = "When?", status: Status = Status.ANSWERED) -> Answer:
    found = status is Status.ANSWERED
    return Answer(
        question,
        f"{question} (harbour)",
        status,
        sentences=(Sentence("It reopened on Wednesday.", (1,)),) if found else (),
        citations=(
            Citation(
                1,
                "a1",
                SOURCE,
                "It reopened on Wednesday.",
                4,
                29,
                ("https://b.example/",),
                datetime.now(UTC),
            ),
        )
        if found
        else (),
        nearest=() if found else (Nearest("a1", replace(SOURCE, incomplete=False)),),
        notes=("A note.",),
        model="a-model",
        since=datetime(2024, 1, 1, tzinfo=UTC),
        conflict=True,
        elapsed_ms=12,
    )


def test_an_answer_comes_back_from_json_as_it_was_shown() -> None:
    for status in (Status.ANSWERED, Status.NO_EVIDENCE, Status.EMPTY_ARCHIVE):
        given = answer(status=status)
        back = answer_from_json(json.loads(json_line(answer_json(given))))
        assert back == given
        assert answer_replies(back, "id") == answer_replies(given, "id")


def test_a_thread_remembers_its_turns_in_order(tmp_path: Path) -> None:
    memory = Memory(Store(tmp_path))
    first = job()
    for number in range(MOST_TURNS + 2):
        memory.keep(job(thread=first.thread), answer(f"Question {number}?"))
    memory.keep(job(thread=first.thread), answer("Declined?", Status.NO_EVIDENCE))
    memory.keep(job(), answer("Elsewhere?"))
    memory.keep(job(thread=first.thread, channel="C2"), answer("Other channel?"))
    turns = memory.turns(job(thread=first.thread))
    assert [turn.question for turn in turns] == [
        *(f"Question {n}?" for n in range(3, MOST_TURNS + 2)),
        "Declined?",
    ]
    assert turns[0].standalone_question == "Question 3? (harbour)"
    assert turns[-1].answer == ""
    assert memory.turns(job(thread="")) == ()


def test_a_private_turn_is_its_askers_until_it_is_shared(tmp_path: Path) -> None:
    memory = Memory(Store(tmp_path))
    first = job(ephemeral=True)
    kept = memory.keep(first, answer("Secret?"))
    mine = job(thread=first.thread, ephemeral=True)
    theirs, openly = job(thread=first.thread, ephemeral=True, user="U2"), job(thread=first.thread)
    assert [len(memory.turns(one)) for one in (mine, theirs, openly)] == [1, 0, 0]
    memory.mark_shared(kept, job())
    assert [len(memory.turns(one)) for one in (mine, theirs, openly)] == [1, 1, 1]


def test_a_job_has_one_answer_the_first(tmp_path: Path) -> None:
    memory, asked = Memory(Store(tmp_path)), job()
    first = memory.keep(asked, answer("First?"))
    assert memory.keep(asked, answer("Second?")) == first
    kept = memory.answer_of(asked)
    assert kept is not None
    assert (kept.id, kept.answer.question, kept.channel) == (first, "First?", asked.channel)
    assert memory.answer("unknown") is None


def test_feedback_is_one_word_a_person_and_its_reason_goes_when_they_change_their_mind(
    tmp_path: Path,
) -> None:
    memory = Memory(Store(tmp_path))
    kept = memory.keep(job(), answer())
    memory.judge(kept, "U1", helpful=False)
    memory.explain(kept, "U1", "It was another harbour.")
    memory.judge(kept, "U1", helpful=False)
    memory.judge(kept, "U2", helpful=True)
    found = {one.user: one for one in memory.feedback()}
    assert (found["U1"].helpful, found["U1"].reason) == (False, "It was another harbour.")
    assert (found["U2"].helpful, found["U2"].reason) == (True, "")
    assert [case["question"] for case in cases(memory.feedback())] == ["When? (harbour)"]
    assert feedback_json(found["U1"])["reason"] == "It was another harbour."
    memory.judge(kept, "U1", helpful=True)
    assert {one.user: one.reason for one in memory.feedback()}["U1"] == ""
    assert list(cases(memory.feedback())) == []


def test_an_answer_is_shared_once(tmp_path: Path) -> None:
    memory = Memory(Store(tmp_path))
    kept = memory.keep(job(), answer())
    click, double_click = job(), job()
    assert [memory.mark_shared(kept, one) for one in (click, double_click, click)] == [True, False, True]


def test_retention_deletes_answers_with_their_feedback(tmp_path: Path) -> None:
    store = Store(tmp_path)
    memory, book = Memory(store), ledger(tmp_path)
    old, fresh = job(), job()
    old_id, fresh_id = memory.keep(old, answer()), memory.keep(fresh, answer())
    for one in (old_id, fresh_id):
        memory.judge(one, "U1", helpful=False)
    with store.transaction() as connection:
        connection.execute("UPDATE answers SET made = ? WHERE id = ?", (time.time() - 31 * 86_400, old_id))
    book.forget(days=30)
    assert memory.answer(old_id) is None
    assert [one.answer.id for one in memory.feedback()] == [fresh_id]


def test_arrivals_are_told_by_type(tmp_path: Path) -> None:
    book, memory = ledger(tmp_path), Memory(Store(tmp_path))
    book.arrived("app_mention")
    book.arrived("message.im")
    book.arrived("app_mention")
    assert set(memory.last_seen()) == {"app_mention", "message.im"}
