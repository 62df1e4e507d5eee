"""Never silent: whatever fails, whoever addressed the bot gets an answer or a reason, exactly one."""

from __future__ import annotations

import multiprocessing
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.slack.mind import Mind, Question
from bot.types import Status
from tests.provider import Provider, serving
from tests.slack_bot import SlackBot, workspace_and_bot
from tests.slack_workspace import Channel, Ephemeral, Message, User, Workspace
from tests.small_archive import HARBOUR, build, passage_of
from vectorstore.schema import FILE_NAME
from vectorstore.settings import BUNDLED_MODEL, STAND_IN_MODEL, Settings
from vectorstore.types import Filter

WHO = "Who said we lost nobody?"
NOBODY = "“We lost nobody,” Mayor Ilse Brandt said."
STORM = "The harbour of Velmora reopened on Wednesday after the storm."
WITHOUT_MODEL = "The language model did not answer, so these are extracts."
LABEL = passage_of(HARBOUR).id[:6]
PIECES = (f"{STORM[:-1]} [{LABEL}]. ", f"{NOBODY[:-1]} [{LABEL}]. ")
STATUS = "assistant.threads.setStatus"
ROOMY = {"CITEDESK_SLACK_PER_PERSON": "4", "CITEDESK_SLACK_PER_CHANNEL": "9", "CITEDESK_SLACK_QUEUE": "5"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "archive"
    build(folder)
    return folder


@pytest.fixture
def folder(archive: Path, tmp_path: Path) -> Path:
    """A copy of the archive with a ledger of its own."""
    return copied(archive, tmp_path)


@pytest.fixture(scope="module")
def plain(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, SlackBot]]:
    """A bot that answers with extracts, for every test that leaves it whole."""
    with workspace_and_bot(copied(archive, tmp_path_factory.mktemp("plain")), **ROOMY) as both:
        yield both
        assert_discreet(both[1], WHO, "ferry", "Wednesday")


@pytest.fixture
def slack(plain: tuple[Workspace, SlackBot]) -> Iterator[Workspace]:
    yield plain[0]
    plain[0].calm()
    plain[0].check()


@pytest.fixture
def bot(plain: tuple[Workspace, SlackBot]) -> SlackBot:
    return plain[1]


@pytest.fixture
def news(slack: Workspace, request: pytest.FixtureRequest) -> Channel:
    """A channel of this test alone, with people of its own, so that no rate limit is used up by another."""
    return slack.channel(request.node.name)


@pytest.fixture
def ana(slack: Workspace, news: Channel) -> User:
    return slack.user(f"ana-{news.id}")


@pytest.fixture
def ben(slack: Workspace, news: Channel) -> User:
    return slack.user(f"ben-{news.id}")


@pytest.fixture(scope="module")
def writing(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Provider]]:
    """A bot that writes with a language model."""
    folder = copied(archive, tmp_path_factory.mktemp("writing"))
    with serving(Provider()) as provider, workspace_and_bot(folder, **model(provider, 6)) as (slack, bot):
        yield slack, provider
        assert_discreet(bot, WHO)


@pytest.fixture
def wordy(writing: tuple[Workspace, Provider]) -> Iterator[tuple[Workspace, Provider]]:
    """The writing bot, its model in good health."""
    slack, provider = writing
    vars(provider).update(vars(Provider(PIECES, url=provider.url, requests=provider.requests)))
    yield slack, provider
    slack.calm()
    slack.streaming_supported = True
    slack.check()


def copied(archive: Path, parent: Path) -> Path:
    return Path(shutil.copytree(archive, parent / "archive"))


def model(provider: Provider, seconds: float) -> dict[str, str]:
    """Settings for a language model that has `seconds` for a reply."""
    return {
        "CITEDESK_LLM": "openai:m",
        "CITEDESK_LLM_TIMEOUT": str(seconds),
        "CITEDESK_SLACK_ANSWERERS": "1",
        "CITEDESK_SLACK_PER_PERSON": "1000",
        "OPENAI_BASE_URL": provider.url,
        "OPENAI_API_KEY": "sk-secret-of-ours",
    }


def assert_discreet(bot: SlackBot, *words: str) -> None:
    """The log holds no question and no secret."""
    assert "answered in" in bot.log, "the log must tell what was done, or this proves nothing"
    for word in (*words, bot.workspace.bot_token, bot.workspace.app_token, "sk-secret-of-ours"):
        assert word not in bot.log


def final(message: Message) -> bool:
    return bool(message.metadata.get("event_payload", {}).get("final"))


def the_answer(slack: Workspace, question: Message, seconds: float = 60) -> Message:
    """The one reply to a question, once it is what it will stay; nothing else of ours may stand there."""
    slack.wait_for(lambda: any(map(final, slack.answers(question))), seconds, "an answer")
    [answer] = slack.answers(question)
    assert final(answer)
    return answer


def whispered(slack: Workspace, user: User | str, channel: Channel) -> Ephemeral:
    [shown] = slack.wait_for(lambda: slack.ephemerals(user, channel), 60, "a private word")
    return shown


def error_id(text: str) -> str:
    found = re.search(r"in the log under `([0-9a-f]{8})`", text)
    assert found, text
    return found[1]


def delivered(slack: Workspace) -> None:
    """The bot has stored whatever happened."""
    slack.wait_for(lambda: slack.undelivered() == 0, what="acknowledgements")


def at_root(slack: Workspace, channel: Channel) -> list[Message]:
    """What the bot says at the channel's root, where nobody asked for it."""
    return [m for m in slack.bot_messages(slack.messages_in(channel)) if not m.thread_ts]


# A language model


def test_an_answer_is_streamed_and_becomes_whole_by_an_update(wordy: tuple[Workspace, Provider]) -> None:
    slack, provider = wordy
    provider.pause = 0.2
    question = slack.mention("ana", slack.channel("streams"), WHO)
    answer = the_answer(slack, question)
    assert [version.how for version in answer.versions] == ["start", "append", "stop", "update"]
    growing = [version.text for version in answer.versions]
    assert STORM in growing[0].replace("\u2060", "")
    assert growing[1].startswith(growing[0])
    assert NOBODY in growing[1].replace("\u2060", "")
    read = slack.readable(answer)
    assert f"{STORM} [1] {NOBODY} [2]" in read
    assert "Sources" in read
    assert "quotes" in slack.buttons(answer)
    assert slack.fallback(answer).startswith(STORM)


def test_a_stream_that_slack_ends_early_is_finished_by_an_update(wordy: tuple[Workspace, Provider]) -> None:
    slack, provider = wordy
    provider.pause = 0.3
    question = slack.mention("ana", slack.channel("expires"), WHO)
    slack.wait_for(lambda: slack.answers(question), 60, "a stream")
    slack.expire_streams()
    answer = the_answer(slack, question)
    assert [version.how for version in answer.versions] == ["start", "update"]
    assert f"{STORM} [1] {NOBODY} [2]" in slack.readable(answer)


@pytest.mark.parametrize("refusal", ["unknown_method", "feature_not_enabled", "method_deprecated"])
def test_without_streams_the_answer_is_posted(wordy: tuple[Workspace, Provider], refusal: str) -> None:
    slack, _ = wordy
    slack.streaming_supported, slack.streaming_refusal = False, refusal
    answer = the_answer(slack, slack.mention("ana", slack.channel(refusal), WHO))
    assert [version.how for version in answer.versions] == ["post"]
    assert f"{STORM} [1] {NOBODY} [2]" in slack.readable(answer)


@pytest.mark.parametrize(
    ("method", "after_effect"),
    [
        ("chat.startStream", False),
        ("chat.startStream", True),
        ("chat.appendStream", True),
        ("chat.stopStream", True),
        ("chat.update", True),
    ],
)
def test_a_stream_whose_connection_drops_leaves_one_message(
    wordy: tuple[Workspace, Provider], method: str, after_effect: bool
) -> None:
    slack, _ = wordy
    slack.drop_connection(method, after_effect=after_effect)
    answer = the_answer(slack, slack.mention("ana", slack.channel(f"{method}-{after_effect}"), WHO))
    assert f"{STORM} [1] {NOBODY} [2]" in slack.readable(answer)


def test_blocks_that_slack_refuses_after_a_stream_leave_nothing_of_it(
    wordy: tuple[Workspace, Provider],
) -> None:
    slack, _ = wordy
    slack.refuse("chat.update", "invalid_blocks", when=lambda args: bool(args.get("blocks")))
    answer = the_answer(slack, slack.mention("ana", slack.channel("refused-stream"), WHO))
    # A streamed message has blocks of Slack's making, which stay unless they are taken away.
    assert slack.calls_of("chat.update")[-1].args["blocks"] == []
    assert HARBOUR.source.url.partition("?")[0] in slack.fallback(answer)


BROKEN: Mapping[str, dict[str, Any]] = {
    "down": {"status": 500},
    "out of credit": {"status": 429},
    "key refused": {"status": 401},
    "hanging": {"silent": 30},
    "breaking off at once": {"pieces": ("The har",), "breaks": True},
    "mute": {"pieces": ()},
    "a hotel's login page": {"body": b"<html>Log in</html>", "pieces": ()},
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_model_that_fails_gives_way_to_extracts(wordy: tuple[Workspace, Provider], how: str) -> None:
    slack, provider = wordy
    vars(provider).update(BROKEN[how])
    answer = the_answer(slack, slack.mention("ana", slack.channel(how), WHO))
    read = slack.readable(answer)
    assert f"{NOBODY} [1]" in read
    assert WITHOUT_MODEL in read
    assert "Extracts" in read


def test_a_model_that_breaks_off_in_the_middle_leaves_what_it_had_said(
    wordy: tuple[Workspace, Provider],
) -> None:
    slack, provider = wordy
    provider.pieces, provider.breaks = (*PIECES[:1], "Then the"), True
    read = slack.readable(the_answer(slack, slack.mention("ana", slack.channel("breaks"), WHO)))
    assert f"{STORM} [1]" in read
    assert "broke off" in read


def test_a_private_question_hears_of_a_failing_model_too(wordy: tuple[Workspace, Provider]) -> None:
    slack, provider = wordy
    provider.status = 500
    asked = slack.slash("ana", slack.channel("private"), "/ask", WHO)
    [answer] = slack.wait_for(lambda: asked.responses, 60, "a private answer")
    assert WITHOUT_MODEL in slack.readable(answer)


def test_an_answer_that_takes_too_long_ends_with_a_reason(folder: Path) -> None:
    with serving(Provider(PIECES, silent=90)) as provider:
        settings = model(provider, 60) | {"CITEDESK_SLACK_TIMEOUT": "1"}
        with workspace_and_bot(folder, **settings) as (slack, _):
            answer = the_answer(slack, slack.mention("ana", slack.channel("news"), WHO))
            assert "no answer within 1 second" in slack.readable(answer)


def test_loading_takes_nothing_from_the_time_for_an_answer(folder: Path) -> None:
    """It is nobody's fault, least of all the first question's."""
    seconds = 2.0
    mind = Mind(Settings(data_dir=folder, embedding_model=STAND_IN_MODEL))
    with closing(mind), ThreadPoolExecutor() as pool:
        mind.start()
        [child] = map(psutil.Process, [one.pid for one in multiprocessing.active_children()])
        child.suspend()  # long before it has loaded anything
        answer = pool.submit(mind.answer, Question(WHO, (), Filter()), seconds, print)
        time.sleep(seconds + 0.5)
        child.resume()
        assert answer.result(60).status is Status.ANSWERED


def test_told_to_end_while_it_loads_it_ends_without_a_word(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    mind = Mind(Settings(data_dir=folder, embedding_model=STAND_IN_MODEL))
    mind.start()
    mind.close(60)
    assert capfd.readouterr().err == ""


# An archive


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    with workspace_and_bot(tmp_path / "new", CITEDESK_SLACK_LOG_QUESTIONS="yes") as (slack, bot):
        answer = the_answer(slack, slack.mention("ana", slack.channel("news"), WHO))
        assert slack.readable(answer).startswith("The archive is empty.")
        asked = slack.slash("ana", "news", "/ask", "What is new?")
        assert "empty" in slack.readable(slack.wait_for(lambda: asked.responses, 60)[0])
        assert WHO in bot.log, "whoever asks for questions in the log gets them"
        assert bot.workspace.bot_token not in bot.log


def test_an_archive_made_with_another_model_is_a_reason_with_an_id(folder: Path) -> None:
    with workspace_and_bot(folder, CITEDESK_EMBEDDING_MODEL=BUNDLED_MODEL) as (slack, bot):
        text = slack.readable(the_answer(slack, slack.mention("ana", slack.channel("news"), WHO), 60))
        assert "does not fit the model" in text
        assert_found_in_log(bot, error_id(text))


def test_an_archive_that_breaks_while_the_bot_runs_is_a_reason_with_an_id(folder: Path) -> None:
    with workspace_and_bot(folder) as (slack, bot):
        news = slack.channel("news")
        the_answer(slack, slack.mention("ana", news, WHO))
        (folder / FILE_NAME).write_bytes(b"no database " * 9_000)
        for wal in folder.glob(f"{FILE_NAME}-*"):
            wal.unlink()
        assert bot.process
        for child in psutil.Process(bot.process.pid).children():
            child.kill()  # it had read everything already
        slack.refuse("chat.postMessage", "fatal_error")  # while Slack is away as well, the reason waits
        broken = slack.mention("ben", news, "What do tickets cost?")
        text = slack.readable(the_answer(slack, broken))
        assert str(folder) not in text
        assert_found_in_log(bot, error_id(text))
        private = slack.slash("ben", news, "/ask", WHO)
        assert_found_in_log(bot, error_id(slack.readable(slack.wait_for(lambda: private.responses, 60)[0])))
        slack.open_home("ben")  # nobody asked a question there, so there is nobody to answer
        slack.wait_for(lambda: "HOME" in bot.log.upper() or bot.log.count("Traceback") >= 3, 60)
        assert_discreet(bot, WHO, "tickets")


def assert_found_in_log(bot: SlackBot, id_: str) -> None:
    """The id leads to its traceback."""
    _, found, rest = bot.log.partition(f"error {id_}")
    assert found
    assert "Traceback" in rest


def test_a_ledger_that_cannot_be_written_leaves_the_event_to_slack(folder: Path) -> None:
    with workspace_and_bot(folder) as (slack, bot):
        slack.ack_deadline, slack.time_scale = 1, 1 / 60
        with sqlite3.connect(folder / "slack" / "ledger.sqlite3") as other:
            other.execute("BEGIN IMMEDIATE")
            question = slack.dm("ana", WHO)
            # Not stored, so not acknowledged: Slack will try again.
            slack.wait_for(lambda: len(question.deliveries[0].attempts) > 1, 60, "a redelivery")
            assert not question.deliveries[0].acked
        the_answer(slack, question)
        assert WHO not in bot.log


# Slack itself


@contextmanager
def trouble(slack: Workspace, method: str, order: Callable[[], None]) -> Iterator[None]:
    """What `order` orders must really have struck."""
    order()
    yield
    assert any(call.error or call.status != 200 for call in slack.calls_of(method)), "nothing went wrong"


POSTS: Mapping[str, dict[str, Any]] = {
    "429": {"error": "ratelimited", "status": 429},
    "fatal_error": {"error": "fatal_error"},
    "fatal_error in spite of which it was posted": {"error": "fatal_error", "after_effect": True},
    "500": {"error": "internal_error", "status": 500},
    "503 after it was posted": {"error": "service_unavailable", "status": 503, "after_effect": True},
}


@pytest.mark.parametrize("how", POSTS)
def test_a_post_that_fails_is_made_once_in_the_end(
    slack: Workspace, news: Channel, how: str, ana: User
) -> None:
    with trouble(slack, "chat.postMessage", lambda: slack.refuse("chat.postMessage", **POSTS[how])):
        answer = the_answer(slack, slack.mention(ana, news, WHO))
    assert f"{NOBODY} [1]" in slack.readable(answer)


@pytest.mark.parametrize("after_effect", [False, True], ids=["before", "after"])
def test_a_post_whose_connection_drops_appears_once(
    slack: Workspace, news: Channel, after_effect: bool, ana: User
) -> None:
    slack.drop_connection("chat.postMessage", after_effect=after_effect)
    answer = the_answer(slack, slack.mention(ana, news, WHO))
    assert f"{NOBODY} [1]" in slack.readable(answer)


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format"])
def test_blocks_that_slack_refuses_become_text_with_every_source(
    slack: Workspace, news: Channel, code: str, ana: User
) -> None:
    slack.refuse("chat.postMessage", code, when=lambda args: bool(args.get("blocks")))
    answer = the_answer(slack, slack.mention(ana, news, WHO))
    assert not answer.blocks
    assert f"{NOBODY} [1]" in slack.readable(answer)
    [(label, address)] = slack.links(answer)
    assert "Velmora’s Harbour" in label
    assert address.startswith(HARBOUR.source.url.partition("?")[0])


def test_a_private_answer_whose_blocks_are_refused_is_text(
    slack: Workspace, news: Channel, ana: User
) -> None:
    slack.refuse("response_url", "invalid_blocks", when=lambda args: bool(args.get("blocks")))
    asked = slack.slash(ana, news, "/ask", WHO)
    [answer] = slack.wait_for(lambda: asked.responses, 60)
    assert not answer.blocks
    assert len(slack.links(answer)) == 1


def test_a_response_url_that_is_gone_gives_way_to_a_private_message(
    slack: Workspace, news: Channel, ana: User
) -> None:
    slack.join(news, ana)
    slack.refuse("response_url", "used_url", times=None)
    slack.slash(ana, news, "/ask", WHO)
    assert f"{NOBODY} [1]" in slack.readable(whispered(slack, ana, news))


def test_a_response_url_that_fails_once_is_tried_again(slack: Workspace, news: Channel, ana: User) -> None:
    slack.leave(news)  # so that nothing but the response_url leads to whoever asked
    slack.drop_connection("response_url")
    asked = slack.slash(ana, news, "/ask", WHO)
    [answer] = slack.wait_for(lambda: asked.responses, 60)
    assert f"{NOBODY} [1]" in slack.readable(answer)


@pytest.mark.parametrize(("gone", "code"), [("leave", "not_in_channel"), ("archive", "is_archived")])
def test_a_channel_that_is_closed_to_us_is_told_in_a_direct_message(
    slack: Workspace, news: Channel, gone: str, code: str
) -> None:
    user = f"ana-{code}"
    with slack.hold(STATUS) as held:
        question = slack.mention(user, news, WHO)
        held.wait()
        getattr(slack, gone)(news)
    direct = slack.direct(slack.person(user).id)
    [told] = slack.wait_for(lambda: slack.messages_in(direct), 60, "a direct message")
    assert code in slack.readable(told)
    assert not slack.answers(question)


# What people do


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("", "in a whole question"),
        ("   \u200b ", "in a whole question"),
        (":wave: :tada::skin-tone-3:", "in a whole question"),
        ("👋🎉", "in a whole question"),
        ("?!…", "in a whole question"),
        ("hello!", "in a whole question"),
        ("Who " * 700, "2,000 is the most I take"),
    ],
    ids=["nothing", "spaces", "emoji", "pictures", "signs", "hello", "too long"],
)
def test_what_is_no_question_gets_a_reason(
    slack: Workspace, news: Channel, asked: str, told: str, ana: User, ben: User
) -> None:
    assert told in slack.readable(the_answer(slack, slack.mention(ana, news, asked)))
    private = slack.slash(ben, news, "/ask", asked)
    assert told in slack.readable(slack.wait_for(lambda: private.responses, 60)[0])
    if asked.strip(" \u200b"):
        direct = slack.dm(ana, asked)
        assert told in slack.readable(the_answer(slack, direct))


def test_a_question_that_is_deleted_while_it_waits_is_left(
    slack: Workspace, news: Channel, ana: User, ben: User
) -> None:
    with slack.hold(STATUS) as held:
        first = slack.mention(ana, news, WHO)
        held.wait()
        second = slack.mention(ben, news, WHO)
        delivered(slack)
        slack.delete(second)
        delivered(slack)
    assert "deleted before I had answered" in slack.readable(whispered(slack, ben, news))
    the_answer(slack, first)
    assert not slack.answers(second)
    assert not at_root(slack, news)


@pytest.mark.parametrize("heard", [True, False], ids=["we hear of it", "we do not"])
@pytest.mark.parametrize("method", [STATUS, "chat.postMessage"])
def test_a_question_that_is_deleted_while_it_is_answered_leaves_nothing_behind(
    slack: Workspace, news: Channel, method: str, heard: bool, ana: User
) -> None:
    with slack.hold(method, times=1) as held:
        question = slack.mention(ana, news, WHO)
        held.wait()
        events = set(slack.bot_events)
        if not heard:  # as with the small manifest
            slack.bot_events -= {"message.channels"}
        slack.delete(question)
        slack.bot_events |= events
        delivered(slack)
    assert "deleted before I had answered" in slack.readable(whispered(slack, ana, news))
    assert not slack.answers(question)
    assert not at_root(slack, news)


def test_an_answer_at_the_root_is_taken_back_even_if_slack_is_busy(
    slack: Workspace, news: Channel, ana: User
) -> None:
    slack.refuse("chat.delete", "fatal_error")
    with slack.hold("chat.postMessage", times=1) as held:
        question = slack.mention(ana, news, WHO)
        held.wait()
        events = set(slack.bot_events)
        slack.bot_events -= {"message.channels"}
        slack.delete(question)
        slack.bot_events |= events
    assert "deleted before I had answered" in slack.readable(whispered(slack, ana, news))
    slack.wait_for(lambda: not at_root(slack, news), 60)


def test_whoever_waits_is_told_the_place_and_a_full_line_says_so(slack: Workspace, news: Channel) -> None:
    with slack.hold(STATUS) as held:
        questions = [slack.mention("ana-in-line", news, WHO)]
        held.wait()  # that one is no longer in line
        for name in ("ben", "cleo", "dan", "eve"):
            questions.append(slack.mention(f"{name}-in-line", news, WHO))
            delivered(slack)
        private = slack.slash("fay-in-line", news, "/ask", WHO)
        refused = slack.mention("gil-in-line", news, WHO)
        assert "Too many questions are waiting" in slack.readable(whispered(slack, "gil-in-line", news))
        assert not slack.answers(refused)
        slack.wait_for(lambda: private.responses and all(map(slack.answers, questions[2:])), what="the notes")
    answers = [the_answer(slack, question) for question in questions]
    told = [answer.versions[0].text for answer in answers]
    for place, text in zip(("2nd", "3rd", "4th"), told[2:], strict=True):
        assert f"You are {place} in line" in text
    for answer in answers:
        assert f"{NOBODY} [1]" in slack.readable(answer), "the note becomes the answer"
    slack.wait_for(lambda: len(private.responses) == 2, 60)
    assert "You are 5th in line" in slack.readable(private.responses[0])
    assert f"{NOBODY} [1]" in slack.readable(private.responses[1])


def test_one_person_may_not_ask_without_end(slack: Workspace, news: Channel) -> None:
    questions = [slack.mention("zoe", news, WHO) for _ in range(6)]
    slack.wait_for(lambda: len(slack.ephemerals("zoe", news)) == 2, 60)
    for shown in slack.ephemerals("zoe", news):
        assert "You have asked a lot" in slack.readable(shown)
    slack.wait_for(lambda: sum(map(len, map(slack.answers, questions))) == 4, 60)
    slack.dm("zoe", WHO)
    direct = slack.direct(slack.person("zoe").id)
    [told] = slack.wait_for(lambda: slack.bot_messages(slack.messages_in(direct)), 60)
    assert "You have asked a lot" in slack.readable(told)


def test_one_channel_may_not_ask_without_end(slack: Workspace, news: Channel) -> None:
    for number in range(9):
        the_answer(slack, slack.mention(f"asker{number % 3}", news, WHO))
    slack.mention("late", news, WHO)
    assert "This channel has asked a lot" in slack.readable(whispered(slack, "late", news))
    elsewhere = slack.mention("late", slack.channel("elsewhere"), WHO)
    the_answer(slack, elsewhere)


def test_slack_away_when_the_bot_starts_only_delays_it(folder: Path) -> None:
    with Workspace() as slack:
        slack.refuse("auth.test", "fatal_error", times=1)
        with SlackBot(slack, folder) as bot:
            the_answer(slack, slack.mention("ana", slack.channel("news"), WHO))
            assert "Trying again" in bot.log
