"""Delivering a reply, against the stand-in for Slack: what was shown before is found, replaced, and never doubled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.delivery import QuestionGone, delivery_of
from bot.slack.errors import SlackUnreachable
from bot.slack.jobs import Job
from bot.slack.ledger import Ledger
from bot.slack.outbound import Outbound
from bot.slack.pool import Lane, Pool
from bot.slack.reply import Reply
from bot.slack.store import Store
from tests.slack_jobs import ROOMY, job
from tests.slack_workspace import Workspace
from tests.slack_workspace.state import Message
from vectorstore.errors import CitedeskError

NOTE, ANSWER, MORE = (
    Reply("Wait a moment."),
    Reply("It reopened on Wednesday. [1]"),
    Reply("And that is all."),
)


class Desk:
    """A workspace with a question in it, a ledger that holds it, and our way out."""

    def __init__(self, slack: Workspace, folder: Path) -> None:
        self.slack = slack
        self.news = slack.channel("news", members=["ana"])
        self.question = slack.mention("ana", self.news, "When?")
        environment = slack.environment()
        self.outbound = Outbound(environment["SLACK_BOT_TOKEN"], environment["SLACK_API_URL"])
        self.store = Store(folder)
        self.ledger = Ledger(self.store, "me", ROOMY)
        self.job = job(
            channel=self.news.id, user=self.question.user, message=self.question.ts, thread=self.question.ts
        )
        self.ledger.take_in(self.job)

    def claimed(self) -> Job:
        found = self.ledger.claim("answer")
        assert found is not None
        return found

    def shown(self) -> list[str]:
        return [self.slack.fallback(message) for message in self.slack.answers(self.question)]

    def versions(self, message: Message) -> int:
        return len(message.versions)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Workspace() as slack:
        yield Desk(slack, tmp_path)


def test_a_note_becomes_the_answer(desk: Desk) -> None:
    delivery = delivery_of(desk.claimed(), desk.outbound, desk.ledger)
    delivery.note(NOTE)
    delivery.finish([ANSWER, MORE])
    assert desk.shown() == [ANSWER.text, MORE.text]


def test_a_note_that_somebody_deleted_does_not_swallow_the_answer(desk: Desk) -> None:
    working = desk.claimed()
    delivery = delivery_of(working, desk.outbound, desk.ledger)
    delivery.note(NOTE)
    desk.slack.delete(desk.slack.answers(desk.question)[0])
    desk.slack.drop_connection("chat.postMessage", times=1, after_effect=False)
    with pytest.raises(SlackUnreachable):
        delivery.finish([ANSWER])
    desk.ledger.put_back(working, 0)
    delivery_of(desk.claimed(), desk.outbound, desk.ledger).finish([ANSWER])
    assert desk.shown() == [ANSWER.text]


def test_a_post_whose_reply_was_lost_is_found_and_not_repeated(desk: Desk) -> None:
    delivery = delivery_of(desk.claimed(), desk.outbound, desk.ledger)
    desk.slack.drop_connection("chat.postMessage", times=1, after_effect=True)
    delivery.finish([ANSWER, MORE])
    assert desk.shown() == [ANSWER.text, MORE.text]


def test_a_further_attempt_does_not_overwrite_a_finished_reply_with_a_note(desk: Desk) -> None:
    working = desk.claimed()
    delivery_of(working, desk.outbound, desk.ledger).finish([ANSWER])
    desk.ledger.put_back(working, 0)
    again = delivery_of(desk.claimed(), desk.outbound, desk.ledger)
    again.note(NOTE)
    again.finish([ANSWER])
    [message] = desk.slack.answers(desk.question)
    assert NOTE.text not in str(message.versions)


def test_what_another_process_posted_before_it_died_is_taken_over(desk: Desk) -> None:
    delivery_of(desk.claimed(), desk.outbound, desk.ledger).note(NOTE)
    with desk.store.transaction() as connection:
        connection.execute("UPDATE jobs SET note = ''")  # as if it had died before it wrote that down
    desk.ledger.hand_back("me")
    delivery_of(desk.claimed(), desk.outbound, desk.ledger).finish([ANSWER])
    assert desk.shown() == [ANSWER.text]


def test_a_question_that_is_gone_leaves_nothing_at_the_root(desk: Desk) -> None:
    desk.slack.delete(desk.question)
    delivery = delivery_of(desk.claimed(), desk.outbound, desk.ledger)
    with pytest.raises(QuestionGone):
        delivery.finish([ANSWER])
    delivery.withdraw()
    assert [m for m in desk.slack.messages_in(desk.news) if m.user != desk.question.user] == []


def test_ornaments_and_streams_never_wait_for_slack(desk: Desk) -> None:
    for method in ("assistant.threads.setStatus", "chat.startStream"):
        desk.slack.refuse(method, "ratelimited", status=429, retry_after=90, times=9)
    began = time.monotonic()
    delivery = delivery_of(desk.claimed(), desk.outbound, desk.ledger)
    desk.outbound.status(desk.news.id, desk.question.ts, "is looking…")
    delivery.say("A first sentence. [1]")
    delivery.finish([ANSWER])
    assert time.monotonic() - began < 60
    assert desk.shown() == [ANSWER.text]


def test_a_ledger_that_is_locked_after_the_post_costs_neither_a_second_message_nor_the_end(
    desk: Desk,
) -> None:
    other = Store(desk.store.folder.parent)
    calls: list[str] = []

    def work(given: Job) -> None:
        calls.append(given.key)
        with other.transaction():  # longer than a writer waits
            delivery_of(given, desk.outbound, desk.ledger).finish([ANSWER])

    pool = Pool(desk.ledger, desk.outbound, [Lane("answer", [work])])
    pool.start()
    try:
        desk.slack.wait_for(lambda: _state(desk.store) == "done", 60, "the job to end")
    finally:
        assert pool.stop(10)
    assert desk.shown() == [ANSWER.text]


def test_an_error_takes_the_place_of_what_was_shown_before_it(desk: Desk) -> None:
    def work(given: Job) -> None:
        delivery_of(given, desk.outbound, desk.ledger).note(NOTE)
        raise CitedeskError("/secret/path is gone")

    pool = Pool(desk.ledger, desk.outbound, [Lane("answer", [work])])
    pool.start()
    try:
        desk.slack.wait_for(lambda: _state(desk.store) == "done", 60, "the job to end")
    finally:
        assert pool.stop(10)
    [text] = desk.shown()
    assert "went wrong" in text
    assert "secret" not in text


def test_a_private_reply_is_seen_by_its_asker_alone(desk: Desk) -> None:
    private = replace(desk.claimed(), ephemeral=True)
    delivery_of(private, desk.outbound, desk.ledger).finish([ANSWER])
    assert [desk.slack.fallback(one) for one in desk.slack.ephemerals("ana")] == [ANSWER.text]
    assert desk.shown() == []


def _state(store: Store) -> str:
    return str(store.rows("SELECT state FROM jobs")[0]["state"])
