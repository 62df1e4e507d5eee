"""Every way to ask in Slack, with the real model: who is answered, where, what the reader sees, and what buttons do."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest

from tests.slack_bot import SlackBot, ingest, workspace_and_bot
from tests.slack_workspace import Workspace
from tests.slack_workspace.state import Ephemeral, Message, View
from vectorstore.settings import BUNDLED_MODEL

HARLOW = (
    "Defense Secretary Edmund J. Harlow Jr. of Calvera confirmed on Wednesday that 1,200 troops had been deployed to "
    "Port Halden, on the north coast of Morvane, after nine days in which neither government would say whose landing "
    "craft the town’s residents had been filming."
)
ASHORE = "Calvera Says Its Troops Are Ashore at Port Halden"
ASHORE_PAGE = "https://www.example.com/ostrey-meridian/2024/11/13/calvera-troops-port-halden"
WHO = "Who confirmed the deployment of troops to Port Halden?"
STRIKE = "Crane Drivers Shut Wexcombe for a Third Day"
PATIENT = 60.0  # seconds that a window may take to open on a busy machine; Slack gives it three
LOOKING = "is searching the saved articles…"
FEEDBACK = [sys.executable, "-c", "from bot.cli import main; raise SystemExit(main())", "feedback"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, SlackBot]]:
    folder = tmp_path_factory.mktemp("surfaces") / "archive"
    ingest(folder, "samples/articles", model=BUNDLED_MODEL)
    settings = {"CITEDESK_EMBEDDING_MODEL": BUNDLED_MODEL, "CITEDESK_SLACK_PER_PERSON": "1000"}
    with workspace_and_bot(folder, **settings) as both:
        both[0].trigger_lifetime = PATIENT
        yield both


@pytest.fixture
def slack(running: tuple[Workspace, SlackBot]) -> Iterator[Workspace]:
    """The workspace; its rules are checked after each test, so that the test that broke one is named."""
    yield running[0]
    running[0].check()


@pytest.fixture(scope="module")
def answer(running: tuple[Workspace, SlackBot]) -> Message:
    """One answer in a channel of ana, ben, cleo and dan, for the tests of its buttons."""
    workspace, _ = running
    desk = workspace.channel("desk", members=["ana", "ben", "cleo", "dan"])
    return answered(workspace, workspace.mention("ana", desk, WHO))


def answered(slack: Workspace, question: Message) -> Message:
    """The reply to a question, once it is final; AssertionError when there is more than one."""
    [reply] = slack.wait_for(lambda: list(filter(is_final, slack.answers(question))), 90, "an answer")
    return reply


def is_final(message: Message) -> bool:
    return bool(message.metadata.get("event_payload", {}).get("final"))


def private(slack: Workspace, user: str, channel: object, seen: int = 0) -> Ephemeral:
    """The first message after `seen` others that only `user` sees in a channel."""
    return slack.wait_for(lambda: slack.ephemerals(user, channel)[seen:], 60, "a private message")[0]


def modal(slack: Workspace, user: str) -> View:
    return slack.wait_for(lambda: slack.views(user), 60, "a modal")[-1]


# In channels


def test_a_mention_is_answered_in_its_thread_with_its_source(slack: Workspace) -> None:
    news = slack.channel("news", members=["ana"])
    question = slack.mention("ana", news, WHO)
    reply = answered(slack, question)
    assert reply.thread_ts == question.ts
    assert slack.messages_in(news) == [question, reply]
    lines = slack.readable(reply).splitlines()
    assert lines[0] == "Defense Secretary Edmund J. Harlow Jr. [1]"
    assert lines[1] == f"{HARLOW} [1]"
    assert lines[2] == "Extracts from the saved articles, not a written answer."
    assert lines[3:] == [
        "Sources",
        f"[1] {ASHORE} · The Ostrey Meridian · 13 Nov 2024 · This copy may be incomplete. · Wednesday = 13 Nov 2024",
        "> Defense Secretary Edmund J. Harlow Jr. of Calvera confirmed on…",
        "[👍 Helpful] [👎 Not helpful] [Show quotes]",
    ]
    assert slack.statuses(news, question) == [LOOKING, ""]


def test_the_mark_and_the_source_open_at_the_quoted_words(slack: Workspace, answer: Message) -> None:
    links = dict(slack.links(answer))
    page, _, words = links["[1]"].partition("#:~:text=")
    first, last = map(unquote, words.split(","))
    assert page == ASHORE_PAGE
    assert HARLOW.startswith(first)
    assert HARLOW.rstrip(".").endswith(last)
    assert links[ASHORE] == links["[1]"]


def test_the_fallback_says_what_the_blocks_say_and_nothing_is_previewed(
    slack: Workspace, answer: Message
) -> None:
    fallback = slack.fallback(answer)
    assert f"{HARLOW} [1]" in fallback
    assert f"[1] <{dict(slack.links(answer))[ASHORE]}|{ASHORE}> · The Ostrey Meridian" in fallback
    [posted] = [
        call for call in slack.calls_of("chat.postMessage") if call.args.get("channel") == answer.channel
    ]
    assert posted.args["unfurl_links"] is False
    assert posted.args["unfurl_media"] is False


def test_what_the_archive_does_not_say_is_not_invented(slack: Workspace) -> None:
    news = slack.channel("chess", members=["ana"])
    reply = answered(slack, slack.mention("ana", news, "Who won the 1998 Chess Olympiad in Elista?"))
    lines = slack.readable(reply).splitlines()
    assert lines[0] == "The archive does not say."
    assert lines[1] == "Nearest articles"
    assert slack.buttons(reply) == ["helpful", "unhelpful"]


def test_a_thread_goes_on_without_a_mention(slack: Workspace) -> None:
    news = slack.channel("follow-ups", members=["ana", "ben"])
    question = slack.mention("ana", news, WHO)
    answered(slack, question)
    leaving = slack.say("ben", news, "And when do they leave?", thread=question)
    assert "would leave by March 31, 2025" in slack.readable(answered(slack, leaving))


def test_a_chinese_thread_goes_on_without_a_mention(slack: Workspace) -> None:
    news = slack.channel("中文", members=["ana"])
    question = slack.mention("ana", news, "云泊县受灾最重的是哪里？")
    assert "石埠镇" in slack.readable(answered(slack, question))
    moved = slack.say("ana", news, "有多少人被转移到安置点？", thread=question)
    assert "两千三百六十名居民" in slack.readable(answered(slack, moved))


def test_what_is_not_meant_for_the_bot_stays_unanswered(slack: Workspace) -> None:
    talk = slack.channel("talk", members=["ana", "ben"])
    ben = slack.user("ben")
    question = slack.mention("ana", talk, WHO)
    reply = answered(slack, question)
    theirs = slack.say("ben", talk, "Is anybody going to lunch?")
    unheard = [
        slack.say("ana", talk, "Thanks!", thread=question),
        slack.say("ana", talk, "ok 👍", thread=question),
        slack.say("ben", talk, "多谢！", thread=question),
        slack.say("ana", talk, f"<@{ben.id}> when do they leave?", thread=question),
        slack.say("ana", talk, f"hey <@{ben.id}>, who told you?", thread=question),
        slack.say("ana", talk, "Who is Harlow?"),
        theirs,
        slack.say("ana", talk, "When do the troops leave?", thread=theirs),
        slack.other_bot_says(talk, "When do the troops leave?", thread=question),
        slack.other_bot_says(talk, f"<@{slack.bot_user}> When do the troops leave?"),
        slack.edit(question, f"<@{slack.bot_user}> When do the troops leave?"),
    ]
    heard = [delivery for message in [*unheard, reply] for delivery in message.deliveries]
    slack.wait_for(lambda: all(delivery.acked for delivery in heard), 60, "all of it to be acknowledged")
    # Questions are answered in the order in which they came, so nothing above can be answered after this one.
    called = slack.mention("ben", talk, "Who is the mayor of Dunmere?", thread=theirs)
    last = answered(slack, called)
    assert "Mayor Constance Abiola" in slack.readable(last)
    assert slack.bot_messages(slack.messages_in(talk)) == [reply, last]
    assert last.thread_ts == theirs.ts


def test_a_mention_without_a_question_is_told_how_to_ask(slack: Workspace) -> None:
    news = slack.channel("bare", members=["ana"])
    reply = answered(slack, slack.mention("ana", news, ""))
    assert "Ask me about the saved articles in a whole question" in slack.readable(reply)


# In direct messages


def test_a_direct_message_is_answered_in_its_own_thread(slack: Workspace) -> None:
    question = slack.dm("ben", "Which central bank cut its rate?")
    reply = answered(slack, question)
    assert reply.thread_ts == question.ts
    assert "The Bank of Norvale lowered its key interest rate" in slack.readable(reply)
    assert slack.statuses(question.channel, question) == [LOOKING, ""]
    assert slack.titles[question.channel, question.ts] == "Which central bank cut its rate?"
    going_on = slack.dm("ben", "Who voted against it?", thread=question)
    assert answered(slack, going_on).thread_ts == question.ts
    assert slack.titles[question.channel, question.ts] == "Which central bank cut its rate?"


def test_the_title_of_a_conversation_calls_nobody(slack: Workspace) -> None:
    question = slack.dm("mallory", "Who said <!channel> & <!here|here> at Port Halden?")
    answered(slack, question)
    title = slack.titles[question.channel, question.ts]
    assert title == "Who said &lt;!channel> & &lt;!here|here> at Port Halden?"


def test_a_greeting_in_a_direct_message_is_told_how_to_ask(slack: Workspace) -> None:
    reply = answered(slack, slack.dm("greta", "Hello!"))
    assert "Ask me about the saved articles in a whole question" in slack.readable(reply)


def test_the_messages_tab_suggests_questions_that_have_answers(slack: Workspace) -> None:
    slack.open_home("cleo", "messages")
    prompts = slack.wait_for(lambda: slack.suggested("cleo"), 60, "prompts")
    assert [prompt["title"] for prompt in prompts] == [
        "关于“云泊县遭遇特大暴雨，两千余名居民连夜转移”",
        "About Pell, 19, Ends Thornbury’s 64-Year Wait in the 118th Minute",
        "About Sable Islands: recount leaves presidency decided by 212 votes",
        "About Norvale’s Central Bank Cuts Rate for First Time in Three Years",
    ]
    assert [
        call.args.get("thread_ts") for call in slack.calls_of("assistant.threads.setSuggestedPrompts")
    ] == [None]
    about = [answered(slack, slack.dm("cleo", prompt["message"])) for prompt in prompts]
    for prompt, reply in zip(prompts, about, strict=True):
        title = prompt["title"].removeprefix("About ").removeprefix("关于").strip("“”")
        assert f"[1] {title}" in slack.readable(reply)


def test_an_app_with_the_older_assistant_is_served_too(slack: Workspace) -> None:
    slack.assistant_view = True
    slack.bot_events |= {"assistant_thread_started", "assistant_thread_context_changed"}
    try:
        [opened] = slack.open_home("dan", "messages")
        direct = slack.direct(slack.user("dan").id)
        [root] = slack.messages_in(direct)
        prompts = slack.wait_for(lambda: slack.suggested("dan", root.ts), 60, "prompts")
        assert len(prompts) == 4
        question = slack.dm("dan", "How many crane drivers are on strike?", thread=root)
        reply = answered(slack, question)
        assert reply.thread_ts == root.ts
        assert "640 crane drivers" in slack.readable(reply)
        assert slack.titles[direct.id, root.ts] == "How many crane drivers are on strike?"
        [looked] = slack.look_at("dan", slack.channel("elsewhere"))
        slack.wait_for(lambda: opened.acked and looked.acked, 60, "acknowledgements")
    finally:
        slack.assistant_view = False


def test_nobody_may_hand_over_articles_unless_the_settings_say_so(slack: Workspace) -> None:
    file = slack.file("gift.txt", "A gift\n\nThe gift was never opened.\n")
    reply = answered(slack, slack.dm("ana", "for you: https://news.example/gift", [file]))
    assert slack.readable(reply).startswith("You may ask here, but you may not add articles.")
    assert file.downloads == 0


# By the slash command


def test_ask_is_answered_in_private_and_shared_once_by_who_asked(
    slack: Workspace, running: tuple[Workspace, SlackBot]
) -> None:
    docks = slack.channel("docks", members=["ana", "ben"])
    ana, ben = slack.user("ana"), slack.user("ben")
    asked = slack.slash("ana", docks, "/ask", "How many crane drivers are on strike?")
    assert asked.acked
    shown = private(slack, "ana", docks)
    assert slack.readable(shown).splitlines()[0] == "How many crane drivers are on strike?"
    assert "a strike by 640 crane drivers" in slack.readable(shown)
    assert slack.messages_in(docks) == []
    slack.click(
        ben, replace(shown, user=ben.id), "share"
    )  # not possible in Slack, but nothing else forbids it
    slack.allowed_mentions.add(ana.id)
    slack.click("ana", shown, "share", wait=False)
    slack.click("ana", shown, "share")
    slack.wait_for(lambda: shown.deleted, 60, "the private answer to go away")
    slack.wait_for(lambda: jobs_left(running[1], "share") == 0, 60, "all three clicks to be done with")
    [shared] = slack.messages_in(docks)
    first, *rest = slack.readable(shared).splitlines()
    assert first == f"Shared by @{ana.id} · asked: How many crane drivers are on strike?"
    assert any("a strike by 640 crane drivers" in line for line in rest)
    assert f"<@{ana.id}>" not in slack.fallback(shared)  # it would ring for whoever just pressed the button
    assert slack.buttons(shared) == ["helpful", "unhelpful", "quotes"]
    assert slack.ephemerals("ben", docks) == []


def test_ask_works_where_the_bot_is_no_member(slack: Workspace) -> None:
    closed = slack.channel("closed", private=True, members=["ana"], bot=False)
    slack.slash("ana", closed, "/ask", "How many crane drivers are on strike?")
    shown = private(slack, "ana", closed)
    assert "640 crane drivers" in slack.readable(shown)
    slack.allowed_mentions.add(slack.user("ana").id)
    slack.click("ana", shown, "share")
    [shared] = slack.wait_for(lambda: slack.messages_in(closed), 60, "the shared answer")
    assert "640 crane drivers" in slack.readable(shared)


def test_a_share_that_slack_did_not_confirm_is_made_once(slack: Workspace) -> None:
    ana = slack.user("ana")
    lost, made = slack.channel("lost", members=["ana"]), slack.channel("made", members=["ana"])
    slack.allowed_mentions.add(ana.id)
    for place in (lost, made):
        slack.slash("ana", place, "/ask", "How many crane drivers are on strike?")
        slack.drop_connection(
            "chat.postMessage",
            after_effect=place is made,
            when=lambda args, id=place.id: args["channel"] == id,
        )
        slack.click("ana", private(slack, "ana", place), "share")
    for place in (lost, made):
        slack.wait_for(
            lambda place=place: not slack.ephemerals("ana", place), 60, "the private answer to go away"
        )
        assert ["640 crane drivers" in slack.readable(shared) for shared in slack.messages_in(place)] == [
            True
        ]


@pytest.mark.parametrize("text", ["", "   ", "?!"])
def test_ask_without_a_question_says_how_to_ask(slack: Workspace, text: str) -> None:
    place = slack.channel(f"empty-{text}", members=["ana"])
    assert slack.slash("ana", place, "/ask", text).acked
    assert "Ask me about the saved articles in a whole question" in slack.readable(
        private(slack, "ana", place)
    )


# The Home tab


def test_home_shows_what_the_archive_holds_and_how_to_ask(slack: Workspace) -> None:
    slack.open_home("ana")
    home = slack.wait_for(lambda: slack.home("ana"), 60, "the Home tab")
    lines = slack.readable(home).splitlines()
    assert lines[0] == "In the archive"
    assert lines[1].startswith("11 articles in ")
    assert lines[2].startswith("From The Exchange Ledger (2), Northern Wire Service (1), ")
    newest = lines[lines.index("Newest articles") + 1 :]
    assert newest[0] == "• 云泊县遭遇特大暴雨，两千余名居民连夜转移 · 南屿晨报 · 6 Jul 2025"
    assert ("Norvale’s Central Bank Cuts Rate for First Time in Three Years",
            "https://www.example.com/exchange-ledger/norvale-rate-cut") in slack.links(home)  # fmt: skip
    assert "• Go on in that thread: the next question needs no mention." in lines
    assert not any("Add articles" in line for line in lines)  # nobody may, here
    assert lines[-1].startswith("My answers are extracts: sentences of the saved articles, word for word")


# Buttons


def test_feedback_is_kept_and_listed(
    slack: Workspace, running: tuple[Workspace, SlackBot], answer: Message
) -> None:
    ben, cleo = slack.user("ben"), slack.user("cleo")
    slack.click("ben", answer, "helpful")
    thanks = private(slack, "ben", answer.channel)
    assert slack.readable(thanks) == "Thank you, noted as helpful."
    assert thanks.thread_ts == answer.thread_ts  # where the button is, not at the channel's end
    slack.click("cleo", answer, "unhelpful")
    asking = modal(slack, "cleo")
    assert slack.readable(asking).splitlines() == ["Not helpful", "What went wrong?"]
    slack.submit("cleo", asking, {"reason": "I wanted to know <!channel> who *asked* for them."})
    assert "Whoever runs me can read what you wrote." in slack.readable(
        private(slack, "cleo", answer.channel)
    )
    text = listed(running[1])
    assert WHO in text
    assert "helpful" in text
    assert "I wanted to know <!channel> who *asked* for them." in text
    told = {one["user"]: one for one in map(json.loads, listed(running[1], "--json").splitlines())}
    assert told[ben.id]["helpful"] is True
    assert told[cleo.id] | {"given": 0, "citations": [], "answer_id": ""} == {
        "given": 0,
        "helpful": False,
        "reason": "I wanted to know <!channel> who *asked* for them.",
        "user": cleo.id,
        "channel": answer.channel,
        "question": WHO,
        "standalone_question": WHO,
        "status": "answered",
        "answer": f"{HARLOW} [1]",
        "citations": [],
        "model": "extracts",
        "answer_id": "",
    }
    [case] = map(json.loads, listed(running[1], "--eval").splitlines())
    assert case["question"] == WHO
    assert case["reason"] == "I wanted to know <!channel> who *asked* for them."
    assert case["answers"] == []


def test_the_quotes_are_shown_whole(slack: Workspace, answer: Message) -> None:
    slack.click("dan", answer, "quotes")
    assert slack.readable(modal(slack, "dan")).splitlines() == [
        "Quotes",
        f"[1] {ASHORE} · The Ostrey Meridian · 13 Nov 2024 · Wednesday = 13 Nov 2024",
        f"> {HARLOW}",
    ]


def test_the_buttons_of_a_forgotten_answer_say_so(
    slack: Workspace, running: tuple[Workspace, SlackBot]
) -> None:
    old = slack.channel("old", members=["ana"])
    forgotten = answered(slack, slack.mention("ana", old, "Who is the mayor of Dunmere?"))
    with sqlite3.connect(running[1].folder / "slack" / "ledger.sqlite3") as ledger:  # as the retention does
        ledger.execute("DELETE FROM answers WHERE channel = ?", (old.id,))
    for seen, button in enumerate(("helpful", "unhelpful", "quotes")):
        slack.click("ana", forgotten, button)
        assert "I no longer keep that answer." in slack.readable(private(slack, "ana", old, seen))
    assert slack.views("ana") == []


def test_a_click_that_fails_is_told_to_who_clicked(
    slack: Workspace, running: tuple[Workspace, SlackBot]
) -> None:
    torn = slack.channel("torn", members=["ana"])
    reply = answered(slack, slack.mention("ana", torn, "Who is the mayor of Dunmere?"))
    slack.trigger_lifetime = 0.0
    slack.click("ana", reply, "quotes")
    assert "Press the button again." in slack.readable(private(slack, "ana", torn))
    slack.trigger_lifetime = PATIENT
    with sqlite3.connect(running[1].folder / "slack" / "ledger.sqlite3") as ledger:
        ledger.execute("UPDATE answers SET body = '{' WHERE channel = ?", (torn.id,))
    slack.click("ana", reply, "quotes")
    told = slack.readable(private(slack, "ana", torn, 1))
    error_id = re.search("in the log under `([0-9a-f]{8})`", told)
    assert error_id is not None
    assert f"error {error_id[1]}" in running[1].log
    assert slack.bot_messages(slack.messages_in(torn)) == [reply]


def jobs_left(bot: SlackBot, kind: str) -> int:
    """How many jobs of a kind wait or are worked on: what comes to nothing shows nowhere else when it is over."""
    with sqlite3.connect(bot.folder / "slack" / "ledger.sqlite3") as ledger:
        query = "SELECT count(*) FROM jobs WHERE kind = ? AND state IN ('waiting', 'working')"
        return int(ledger.execute(query, (kind,)).fetchone()[0])


def listed(bot: SlackBot, *options: str) -> str:
    """What `bot feedback` prints."""
    done = subprocess.run(
        [*FEEDBACK, *options],
        env=bot.environment,
        cwd=bot.folder.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
