"""Killed or stopped at any moment, every question that was acknowledged is answered once, by whoever runs next."""

from __future__ import annotations

import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.provider import Provider, serving
from tests.slack_bot import SlackBot
from tests.slack_workspace import Channel, Message, Workspace
from tests.small_archive import HARBOUR, build, passage_of
from vectorstore.types import Article, Source

WHO = "Who said we lost nobody?"
NOBODY = "“We lost nobody,” Mayor Ilse Brandt said. [1]"
STORM = "The harbour of Velmora reopened on Wednesday after the storm."
STATUS = "assistant.threads.setStatus"
LABEL = passage_of(HARBOUR).id[:6]
ROOMY = {"CITEDESK_SLACK_PER_PERSON": "1000", "CITEDESK_SLACK_PER_CHANNEL": "1000"}
KILLS = 3


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "archive"
    build(folder)
    return folder


@pytest.fixture
def folder(archive: Path, tmp_path: Path) -> Path:
    """A copy of the archive with a ledger of its own."""
    return Path(shutil.copytree(archive, tmp_path / "archive"))


@pytest.fixture
def slack() -> Iterator[Workspace]:
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def news(slack: Workspace) -> Channel:
    return slack.channel("news")


@pytest.fixture
def bot(slack: Workspace, folder: Path) -> Iterator[SlackBot]:
    """A running bot that answers with extracts; ended by force, for a proper end is tested below."""
    with ended(SlackBot(slack, folder, **ROOMY)) as one:
        yield one


@contextmanager
def ended(bot: SlackBot) -> Iterator[SlackBot]:
    bot.start()
    try:
        yield bot
    finally:
        print(f"--- the bot's log\n{bot.log}")
        bot.kill()


def again(bot: SlackBot) -> None:
    """`kill -9`, and the next run."""
    bot.kill()
    bot.start()


def final(message: Message) -> bool:
    return bool(message.metadata.get("event_payload", {}).get("final"))


def called(slack: Workspace, method: str) -> Callable[[], bool]:
    """Whether `method` is called after this moment."""
    before = len(slack.calls_of(method))
    return lambda: len(slack.calls_of(method)) > before


def acknowledged(slack: Workspace, questions: Sequence[Message]) -> None:
    """All of them are stored."""
    slack.wait_for(lambda: all(one.acked for q in questions for one in q.deliveries), what="acknowledgements")


def assert_answered_once(slack: Workspace, *questions: Message, saying: str = NOBODY) -> None:
    slack.wait_for(lambda: all(any(map(final, slack.answers(q))) for q in questions), 60, "the answers")
    time.sleep(0.3)
    for question in questions:
        [answer] = slack.answers(question)
        assert saying in slack.readable(answer)
        assert "Sources" in slack.readable(answer)
    root = [m for channel in slack.channels for m in slack.bot_messages(slack.messages_in(channel))]
    assert all(message.thread_ts for message in root)


# Killed


def test_killed_with_one_question_in_hand_and_one_in_line(
    slack: Workspace, news: Channel, bot: SlackBot
) -> None:
    with slack.hold(STATUS, times=1) as held:
        questions = [slack.mention("ana", news, WHO) for _ in range(2)]
        acknowledged(slack, questions)
        held.wait()
        assert not any(map(slack.answers, questions))
        again(bot)
        assert_answered_once(slack, *questions)
    assert "1 unfinished jobs" in bot.log


def test_killed_while_the_answer_streams(slack: Workspace, news: Channel, folder: Path) -> None:
    go_on = threading.Event()

    def speak(_: object) -> Iterator[str]:
        yield f"{STORM[:-1]} [{LABEL}]. "
        yield f"“We lost nobody,” Mayor Ilse Brandt said [{LABEL}]."  # which may go on, so only the first is shown
        go_on.wait(60)

    with serving(Provider(speak=speak)) as provider, ended(written(slack, folder, provider)) as bot:
        question = slack.mention("ana", news, WHO)
        slack.wait_for(lambda: slack.answers(question), what="a stream")
        bot.kill()
        go_on.set()
        bot.start()
        assert_answered_once(slack, question, saying="Mayor Ilse Brandt said. [2]")
        [answer] = slack.answers(question)
        assert [version.how for version in answer.versions[:2]] == ["start", "stop"], "it is the same message"


def test_killed_when_a_stream_had_begun_that_nobody_knew_of(
    slack: Workspace, news: Channel, folder: Path
) -> None:
    with (
        serving(Provider([f"{STORM[:-1]} [{LABEL}]. "])) as provider,
        ended(written(slack, folder, provider)) as bot,
    ):
        slack.drop_connection("chat.startStream", after_effect=True)
        looking = slack.hold("conversations.replies", times=1)
        question = slack.mention("ana", news, WHO)
        looking.wait()  # the bot asks what became of the stream
        again(bot)
        assert_answered_once(slack, question, saying=f"{STORM} [1]")


def test_killed_when_the_answer_stood_there_and_the_ledger_did_not_know(
    slack: Workspace, news: Channel, bot: SlackBot
) -> None:
    slack.drop_connection("chat.postMessage", after_effect=True)
    looking = slack.hold("conversations.replies", times=1)
    question = slack.mention("ana", news, WHO)
    looking.wait()  # the bot asks what became of its post
    assert len(slack.answers(question)) == 1
    again(bot)
    assert_answered_once(slack, question)
    assert len(slack.calls_of("chat.postMessage")) == 1


def test_killed_when_a_note_or_its_answer_stood_there_and_the_ledger_did_not_know(
    slack: Workspace, news: Channel, bot: SlackBot
) -> None:
    slack.hold(STATUS, times=1)
    slack.drop_connection("chat.postMessage", after_effect=True)
    looking = slack.hold("conversations.replies", times=1)
    questions = [slack.mention("ana", news, WHO) for _ in range(3)]
    looking.wait()  # the bot asks what became of its note
    slack.drop_connection("chat.update", after_effect=True)
    updated = called(slack, "chat.update")
    again(bot)
    slack.wait_for(updated, 60, "the note to become an answer")
    again(bot)
    assert_answered_once(slack, *questions)
    assert len(slack.calls_of("chat.postMessage")) == 3


def test_killed_between_two_parts_of_a_long_answer(slack: Workspace, news: Channel, tmp_path: Path) -> None:
    build(
        tmp_path / "long",
        [defence("Alden", "reason"), defence("Brock", "motive"), defence("Elster", "ground")],
    )
    with ended(SlackBot(slack, tmp_path / "long", **ROOMY)) as bot:
        held = slack.hold("chat.postMessage", times=1, when=lambda args: part_of(args) == 1)
        question = slack.mention("ana", news, "Who defended the lighthouse at Corran?")
        held.wait()
        assert len(slack.answers(question)) == 1
        bot.kill()
        held.release()
        slack.wait_for(lambda: len(slack.answers(question)) == 2, 60, "the post that was under way")
        bot.start()
        slack.wait_for(lambda: len(slack.answers(question)) == 3, 60, "the third part")
        time.sleep(0.3)
        assert [part_of({"metadata": m.metadata}) for m in slack.answers(question)] == [0, 1, 2]
        read = " ".join(map(slack.readable, slack.answers(question)))
        for name in ("Alden reason", "Brock motive", "Elster ground"):
            assert f"{name} 149. [" in read
        assert read.count("Sources") == 1


def part_of(args: Mapping[str, Any]) -> int:
    part: int = args["metadata"]["event_payload"]["part"]
    return part


def test_killed_while_a_private_question_waits(slack: Workspace, news: Channel, bot: SlackBot) -> None:
    held = slack.hold(STATUS, times=1)
    slack.mention("ana", news, WHO)
    held.wait()
    asked = slack.slash("ana", news, "/ask", WHO)
    assert asked.acked
    assert asked.responses == []
    again(bot)
    slack.wait_for(lambda: asked.responses, 60, "a private answer")
    time.sleep(0.2)
    [answer] = asked.responses
    assert NOBODY in slack.readable(answer)


def test_killed_again_and_again_at_any_moment(slack: Workspace, news: Channel, bot: SlackBot) -> None:
    moment = random.Random(20)
    questions: list[Message] = []
    for _ in range(KILLS):
        questions += [slack.mention(f"user{number}", news, WHO) for number in range(3)]
        time.sleep(moment.uniform(0, 0.9))  # it starts, loads, answers
        again(bot)
    assert_answered_once(slack, *questions)


def test_the_other_process_takes_over_from_the_dead_one(
    slack: Workspace, news: Channel, bot: SlackBot, folder: Path
) -> None:
    held = slack.hold(STATUS)
    questions = [slack.mention("ana", news, WHO) for _ in range(3)]
    acknowledged(slack, questions)
    held.wait()
    with ended(SlackBot(slack, folder, **ROOMY)) as other:
        slack.wait_for_connection(2)
        bot.kill()
        held.release()
        assert_answered_once(slack, *questions)
        bot.start()
        assert other.log.count("answered in") == 3


def test_a_thread_under_a_message_of_ours_keeps_it(slack: Workspace, bot: SlackBot) -> None:
    """With the older assistant view, a message of the bot's opens the thread; it is no answer that got lost."""
    slack.assistant_view = True
    slack.bot_events.add("assistant_thread_started")
    slack.open_home("ana", "messages")
    direct = slack.direct(slack.person("ana").id)
    [root] = slack.wait_for(lambda: slack.messages_in(direct), 60)
    held = slack.hold(STATUS, times=1)
    question = slack.dm("ana", WHO, thread=root)
    held.wait()
    again(bot)
    assert_answered_once_below(slack, root, question)


def assert_answered_once_below(slack: Workspace, root: Message, question: Message) -> None:
    slack.wait_for(lambda: any(map(final, slack.answers(question))), 60, "an answer")
    assert len(slack.answers(question)) == 1
    assert [version.how for version in root.versions] == ["post"]


# The answering process alone


def test_the_answering_process_dies(slack: Workspace, news: Channel, bot: SlackBot) -> None:
    with slack.hold(STATUS) as held:
        question = slack.mention("ana", news, WHO)
        held.wait()
        for child in slack.wait_for(lambda: children(bot), what="the child"):
            child.kill()
    assert_answered_once(slack, question)


def test_a_question_that_always_kills_is_given_up_with_a_reason(
    slack: Workspace, news: Channel, bot: SlackBot
) -> None:
    for child in slack.wait_for(lambda: children(bot), what="the child"):
        child.suspend()
    question = slack.mention("ana", news, WHO)

    def told() -> list[Message]:
        """The reply; until it is there, no child lives long enough to load and answer."""
        for child in children(bot):
            child.kill()
        return slack.answers(question)

    [answer] = slack.wait_for(told, what="a reason")
    assert "Something went wrong on my side" in slack.readable(answer)
    assert_answered_once(slack, slack.mention("ben", news, WHO))


# Told to stop


def test_told_to_stop_it_finishes_what_is_in_hand_and_leaves_the_rest(
    slack: Workspace, news: Channel, folder: Path
) -> None:
    bot = SlackBot(slack, folder, **ROOMY).start()
    with slack.hold(STATUS) as held:
        in_hand = slack.mention("ana", news, WHO)
        held.wait()
        waiting = [slack.mention("ben", news, WHO) for _ in range(3)]
        acknowledged(slack, waiting)
        assert bot.process
        minds = children(bot)
        assert minds
        bot.process.terminate()
        slack.wait_for(lambda: "stopping" in bot.log, what="the bot to stop")
    assert bot.process.wait(60) == 0
    assert_answered_once(slack, in_hand)
    assert not any(final(told) for question in waiting for told in slack.answers(question))
    assert not any(map(psutil.Process.is_running, minds))
    assert "Traceback" not in bot.log
    with ended(bot):
        assert_answered_once(slack, in_hand, *waiting)


def test_told_to_stop_twice_it_ends_at_once_and_the_next_run_answers(
    slack: Workspace, news: Channel, folder: Path
) -> None:
    with (
        serving(Provider([f"{STORM[:-1]} [{LABEL}]. "], silent=20)) as provider,
        ended(written(slack, folder, provider)) as bot,
    ):
        question = slack.mention("ana", news, WHO)
        slack.wait_for(lambda: provider.requests, 60, "the model to be asked")
        provider.silent = 0
        minds = children(bot)
        assert minds
        assert bot.process
        bot.process.send_signal(signal.SIGINT)
        slack.wait_for(lambda: "stopping" in bot.log, what="the bot to stop")
        bot.process.send_signal(signal.SIGINT)
        assert bot.process.wait(60) != 0, "that was no proper end"
        assert "handed back" not in bot.log, "nor the end of its patience"
        assert not any(map(psutil.Process.is_running, minds))
        bot.start()
        assert_answered_once(slack, question, saying=f"{STORM} [1]")


def written(slack: Workspace, folder: Path, provider: Provider) -> SlackBot:
    """A bot that writes with a language model."""
    return SlackBot(
        slack,
        folder,
        CITEDESK_LLM="openai:m",
        CITEDESK_SLACK_ANSWERERS="1",
        OPENAI_BASE_URL=provider.url,
        OPENAI_API_KEY="sk-x",
        **ROOMY,
    )


def children(bot: SlackBot) -> Sequence[psutil.Process]:
    """The processes that answer (and Python's own that watches over what they share)."""
    assert bot.process
    with suppress(psutil.NoSuchProcess):
        return [
            child
            for child in psutil.Process(bot.process.pid).children()
            if "spawn_main" in " ".join(child.cmdline())
        ]
    return []


def defence(name: str, what: str) -> Article:
    """An article of one very long sentence."""
    named = ", ".join(f"{name} {what} {number}" for number in range(150))
    url = f"https://{name.lower()}.example/lighthouse"
    text = f"The lighthouse at Corran was defended by {name}, who named {named}."
    return Article(Source(title=f"{name} on the Lighthouse", publisher=name, url=url), text, origin=url)
