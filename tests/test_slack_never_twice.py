"""Never twice: however often Slack says the same thing, through however many sockets, it is answered once."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.slack_bot import SlackBot, free_port, workspace_and_bot
from tests.slack_workspace import Channel, Ephemeral, Interaction, Message, Workspace
from tests.small_archive import build

WHO = "Who said we lost nobody?"
NOBODY = "“We lost nobody,” Mayor Ilse Brandt said. [1]"
STATUS = "assistant.threads.setStatus"
ROOMY = {"CITEDESK_SLACK_PER_PERSON": "1000", "CITEDESK_SLACK_PER_CHANNEL": "1000"}
PEOPLE = 40


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "archive"
    build(folder)
    return folder


@pytest.fixture
def folder(archive: Path, tmp_path: Path) -> Path:
    """A copy of the archive with a ledger of its own."""
    return Path(shutil.copytree(archive, tmp_path / "archive"))


@pytest.fixture(scope="module")
def running(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = Path(shutil.copytree(archive, tmp_path_factory.mktemp("running") / "archive"))
    with workspace_and_bot(folder, **ROOMY) as (slack, _):
        yield slack


@pytest.fixture
def slack(running: Workspace) -> Iterator[Workspace]:
    yield running
    running.calm()
    running.mention_order = "random"
    running.check()


@pytest.fixture
def news(slack: Workspace, request: pytest.FixtureRequest) -> Channel:
    return slack.channel(request.node.name)


def final(message: Message) -> bool:
    return bool(message.metadata.get("event_payload", {}).get("final"))


def assert_answered_once(slack: Workspace, questions: Sequence[Message], seconds: float = 30) -> None:
    """Each question has its final answer, and after a moment for latecomers still nothing else."""
    slack.wait_for(lambda: all(any(map(final, slack.answers(q))) for q in questions), seconds, "the answers")
    slack.wait_for(lambda: slack.undelivered() == 0, 30, "Slack to be done")
    time.sleep(0.2)
    for question in questions:
        [answer] = slack.answers(question)
        assert NOBODY in slack.readable(answer)
    assert not slack.lost


# The same event again


def test_an_event_delivered_again_at_once_is_answered_once(slack: Workspace, news: Channel) -> None:
    slack.slow(STATUS, 0.3, times=1)
    question = slack.mention("ana", news, WHO)
    for _ in range(3):
        slack.redeliver(question)
    assert_answered_once(slack, [question])
    assert slack.ephemerals("ana") == []


def test_an_event_delivered_again_after_its_answer_is_not_answered_again(
    slack: Workspace, news: Channel
) -> None:
    question, direct = slack.mention("ana", news, WHO), slack.dm("ana", WHO)
    assert_answered_once(slack, [question, direct])
    again = [*slack.redeliver(question), *slack.redeliver(direct)]
    slack.wait_for(lambda: all(one.acked for one in again), 5, "acknowledgements")
    assert_answered_once(slack, [question, direct])


@pytest.mark.parametrize("order", ["mention_first", "message_first"])
def test_a_mention_is_two_events_and_one_question(slack: Workspace, news: Channel, order: str) -> None:
    slack.mention_order = order
    question = slack.mention("ana", news, WHO)
    assert len(question.deliveries) == 2
    assert_answered_once(slack, [question])
    follow_up = slack.mention("ben", news, WHO, thread=question)
    slack.wait_for(lambda: any(map(final, slack.answers(follow_up))), 20)
    time.sleep(0.2)
    assert len(slack.answers(question)) == 2


def test_an_edited_question_is_not_asked_again(slack: Workspace, news: Channel) -> None:
    question = slack.mention("ana", news, WHO)
    assert_answered_once(slack, [question])
    slack.edit(question, f"<@{slack.bot_user}> {WHO} Please!")
    assert_answered_once(slack, [question])


def test_two_who_ask_the_same_are_both_answered(slack: Workspace, news: Channel) -> None:
    assert_answered_once(slack, [slack.mention("ana", news, WHO), slack.mention("ana", news, WHO)])


# Connections


@pytest.mark.parametrize("how", ["refresh_requested", "warning", "cut"])
def test_sockets_that_end_while_a_question_is_answered(slack: Workspace, news: Channel, how: str) -> None:
    slack.slow(STATUS, 0.3, times=1)
    first = slack.mention("ana", news, WHO)
    if how == "cut":
        slack.cut_sockets()
    else:
        slack.disconnect_sockets(how)
    second = slack.mention("ben", news, WHO)
    began = time.monotonic()
    slack.wait_for_connection()
    assert time.monotonic() - began < 8, "a lost connection must not make us deaf"
    assert_answered_once(slack, [first, second, slack.mention("cleo", news, WHO)])


def test_acknowledgements_do_not_wait_while_a_socket_is_replaced(slack: Workspace, news: Channel) -> None:
    time.sleep(0.5)  # in the middle of a long read of the old connection's
    slack.disconnect_sockets("warning", grace=0.5)
    slack.wait_for_connection()
    asked = [slack.slash("ana", news, "/ask", WHO) for _ in range(5)]
    assert all(one.acked for one in asked)
    assert max(one.ack_latency or 9 for one in asked) < 1


def test_two_processes_share_the_work_of_one_archive(folder: Path) -> None:
    with Workspace() as slack, ExitStack() as stack:
        bots = [stack.enter_context(SlackBot(slack, folder, **ROOMY)) for _ in range(2)]
        slack.wait_for_connection(2)
        news = slack.channel("news")
        slack.slow(
            STATUS, 0.3
        )  # else the first process that is ready has answered everything before the other is
        questions = [slack.mention(f"user{number}", news, WHO) for number in range(24)]
        for question in random.sample(questions, 8):
            slack.redeliver(question)
        assert_answered_once(slack, questions)
        shares = [bot.log.count("answered in") for bot in bots]
        assert sum(shares) == len(questions), "nothing is even worked out twice"
        assert min(shares) >= 4


def test_two_processes_tell_the_place_in_line_once(folder: Path) -> None:
    with Workspace() as slack, ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(SlackBot(slack, folder, **ROOMY))
        slack.wait_for_connection(2)
        news = slack.channel("news", members=["cleo"])
        slack.slow(STATUS, 4, times=2)
        questions = [slack.mention("ana", news, WHO) for _ in range(5)]
        # Else the command may come in before the mentions and be answered at once.
        slack.wait_for(
            lambda: all(one.acked for q in questions for one in q.deliveries), 10, "acknowledgements"
        )
        asked = slack.slash("cleo", news, "/ask", WHO)
        assert_answered_once(slack, questions)
        slack.wait_for(lambda: len(asked.responses) == 2, 5)
        assert ["in line" in slack.readable(shown) for shown in asked.responses] == [True, False]
        notes = [call for call in slack.calls_of("chat.postMessage") if "in line" in call.args["text"]]
        assert len(notes) == 2


# A long day


def test_a_day_of_redeliveries(folder: Path) -> None:
    """Slack thinks that it hears us too late, and the bot is restarted in between, once by force."""
    with Workspace() as slack:
        slack.ack_deadline = 0.002
        slack.time_scale = 1 / 300
        news = slack.channel("news")
        questions: list[Message] = []
        for end in ("stop", "kill"):
            with SlackBot(slack, folder, **ROOMY) as bot:
                for number in range(12):
                    questions.append(slack.mention(f"user{number}", news, WHO))
                    for old in random.sample(questions, min(3, len(questions))):
                        slack.redeliver(old)
                slack.wait_for(lambda: any(map(final, slack.answers(questions[-1]))), 20)
                getattr(bot, end)()
            questions.append(slack.mention("early", news, WHO))  # while nobody is there
        slack.ack_deadline = 3.0
        with SlackBot(slack, folder, **ROOMY):
            for question in questions:
                slack.redeliver(question)
            assert_answered_once(slack, questions)
        assert any(len(one.attempts) > 1 for q in questions for one in q.deliveries)


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
def test_what_is_asked_while_the_bot_is_down_is_answered_when_it_is_back(
    folder: Path, over_http: bool
) -> None:
    port = free_port() if over_http else 0
    with Workspace() as slack:
        slack.time_scale = 1 / 45  # the second attempt comes after little more than a second
        if over_http:
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        news = slack.channel("news")
        with SlackBot(slack, folder, http=port):
            assert_answered_once(slack, [slack.mention("ana", news, WHO)])
        questions = [slack.mention("ben", news, WHO), slack.dm("ben", WHO)]
        time.sleep(0.3)
        with SlackBot(slack, folder, http=port):
            assert_answered_once(slack, questions)


# Everybody at once


@pytest.mark.parametrize("over_http", [False, True], ids=["socket", "http"])
def test_forty_people_ask_at_once(folder: Path, over_http: bool) -> None:
    """All are heard within three seconds, though each answer takes a while, and each has one answer."""
    port = free_port() if over_http else 0
    with Workspace() as slack, SlackBot(slack, folder, http=port, **ROOMY):
        if over_http:
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        news = slack.channel("news")
        slack.slow(STATUS, 0.05)
        mentions, direct, commands = ask_at_once(slack, news)
        slack.wait_for(lambda: all(one.delivery.settled for one in commands), 10, "acknowledgements")
        waiting = sum(not slack.answers(question) for question in (*mentions, *direct))
        assert waiting >= 15, "they were to wait while they are acknowledged"
        assert all(one.acked for one in commands)
        assert_answered_once(slack, [*mentions, *direct])
        slack.wait_for(lambda: all(map(answers_to, commands)), 30, "private answers")
        assert all(len(answers_to(one)) == 1 for one in commands)
        assert not slack.missed_acks
        assert not slack.timeouts
        assert max(max(times) for times in slack.ack_latencies.values()) < 3


def ask_at_once(slack: Workspace, news: Channel) -> tuple[list[Message], list[Message], list[Interaction]]:
    """Half in the channel, the others in direct messages and by command."""
    mentions, direct, commands = [], [], []
    for number in range(PEOPLE):
        user = slack.user(f"user{number}")
        slack.join(news, user)
        if number % 2:
            mentions.append(slack.mention(user, news, WHO))
        elif number % 4:
            direct.append(slack.dm(user, WHO))
        else:
            commands.append(slack.slash(user, news, "/ask", WHO, wait=False))
    return mentions, direct, commands


def answers_to(asked: Interaction) -> list[Message | Ephemeral]:
    """The private messages that are no note about the line."""
    return [shown for shown in asked.responses if "in line" not in shown.text]
