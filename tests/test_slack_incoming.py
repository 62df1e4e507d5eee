"""From payloads to jobs: what is for us, what is not, and what exactly was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversation.addressed import (
    is_question,
    is_small_talk,
    is_thanks,
    may_be_overheard,
    meant_for_others,
)
from bot.slack.channels import QUESTIONS, ChannelRules
from bot.slack.incoming import (
    Ears,
    assistant_job,
    click_job,
    command_job,
    deleted_message,
    home_job,
    mention_job,
    message_job,
    reason_job,
    shortcut_job,
    type_of,
)
from bot.slack.jobs import Kind
from bot.slack.written import addresses, words

EARS = Ears("UBOT", lambda _: ChannelRules(), lambda *_: False)
KNOWN = replace(EARS, knows_thread=lambda team, channel, thread: thread == "1.0")


def event(**facts: Any) -> dict[str, Any]:
    given = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "text": "",
        "ts": "2.0",
    }
    return {"team_id": "T1", "event_id": "Ev1", "event": {**given, **facts}}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<@UBOT> who won?", "who won?"),
        ("who won, <@UBOT|citedesk>?", "who won, ?"),
        ("what did <@U7|ana> say?", "what did @ana say?"),
        ("news of <#C2|harbour>?", "news of #harbour?"),
        ("<!here> who won?", "who won?"),
        ("see <https://a.example/x|this page>", "see this page"),
        ("see <https://a.example/x?a=1&amp;b=2>", "see https://a.example/x?a=1&b=2"),
        ("2 &lt; 3 &amp;&amp; 4 &gt; 3", "2 < 3 && 4 > 3"),
        ("who won? :tada: :thumbsup::skin-tone-3:", "who won?"),
        ("  谁\n赢了？ ", "谁 赢了？"),
    ],
)
def test_words_come_out_of_slacks_notation(written: str, read: str) -> None:
    assert words(written, "UBOT") == read


def test_addresses_are_found_wherever_slack_puts_them() -> None:
    message = {
        "text": "<https://a.example/1|one> and <https://a.example/2?x=1&amp;y=2> <mailto:a@b.example> <@U1>",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [{"elements": [{"type": "link", "url": "https://a.example/3"}]}],
            }
        ],
        "attachments": [
            {"from_url": "https://a.example/4", "text": "<https://a.example/1>"},
            {"title_link": None},
        ],
    }
    found = ["1", "2?x=1&y=2", "3", "4"]
    assert addresses(message) == tuple(f"https://a.example/{end}" for end in found)


@pytest.mark.parametrize(
    "text",
    [
        "who confirmed it?",
        "and why",
        "what about China",
        "Tell me more",
        "Kyiv?",
        "那乌克兰呢？",
        "谁证实的",
        "so when does it sail",
        "ok, and who pays?",
    ],
)
def test_questions_are_known_as_such(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "thanks!",
        "Great, thank you",
        "I will write that up today",
        "see https://a.example/?q=1 for more",
        "lol",
        "好的",
        "",
    ],
)
def test_other_words_are_no_question(text: str) -> None:
    assert not is_question(text)


def test_small_talk_is_short_and_polite() -> None:
    for text in ("hi there", "ok", "Great!", "好的", ""):
        assert is_small_talk(text), text
    for text in ("help", "What can you do?", "how does this work", "帮助"):
        assert is_small_talk(text), text
    for text in (
        "thanks",
        "Thank you!",
        "ok, thanks",
        "谢谢",
        "thanks a lot 👍",
        "Thank you, that helped a lot!",
        "merci!",
    ):
        assert is_thanks(text), text
    for text in (
        "hi, who won?",
        "ok computer",
        "thanks to whom did they win?",
        "thanks, and who lost?",
        "help for Tarn",
    ):
        assert not is_small_talk(text), text
        assert not is_thanks(text), text


@pytest.mark.parametrize(
    "text",
    [
        "who confirmed it?",
        "and why",
        "what about China",
        "Kyiv?",
        "那乌克兰呢？",
        "谁证实的",
        "so when does it sail",
        "为什么",
    ],
)
def test_a_follow_up_is_overheard(text: str) -> None:
    assert may_be_overheard(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can you send me the draft by noon",
        "Is Bob around for lunch",
        "May I suggest we drop it",
        "Find attached the draft",
        "Will do",
        "Show must go on",
        "What a day",
        "没什么",
        "那么我们明天发",
        "这说明我们对了",
        "Could this be longer than anything that somebody asks? " * 5,
    ],
)
def test_people_among_themselves_are_left_alone(text: str) -> None:
    assert not may_be_overheard(text)


def test_a_message_that_begins_with_a_name_is_for_that_person() -> None:
    assert meant_for_others("<@U2> do you know who won?")
    assert meant_for_others("hey <@U2>, who won?")
    assert meant_for_others("@chen can you call them?")
    assert not meant_for_others("who won, and did <@U2> see it?")


def test_a_mention_is_a_question_answered_in_its_thread() -> None:
    asked = mention_job(event(type="app_mention", text="<@UBOT> who won?"), EARS)
    assert asked is not None
    assert (asked.kind, asked.text, asked.thread, asked.key) == (Kind.QUESTION, "who won?", "2.0", "T1:Ev1")
    below = mention_job(event(type="app_mention", text="<@UBOT> who won?", thread_ts="1.0"), EARS)
    assert below is not None
    assert below.thread == "1.0"


def test_a_mention_seen_as_a_message_is_the_same_question() -> None:
    seen = message_job(event(text="<@UBOT> who won?"), EARS)
    assert seen is not None
    assert (seen.message, seen.text) == ("2.0", "who won?")


@pytest.mark.parametrize(
    "facts",
    [
        {"bot_id": "B1", "text": "<@UBOT> who won?"},
        {"user": None, "text": "<@UBOT> who won?"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join", "text": "<@UBOT> has joined"},
        {"text": "who won?"},
        {"text": "who won?", "thread_ts": "0.5"},
        {"text": "thanks", "thread_ts": "1.0"},
        {"text": "<@U2> who won?", "thread_ts": "1.0"},
    ],
)
def test_what_is_not_for_us_is_no_job(facts: dict[str, Any]) -> None:
    assert message_job(event(**facts), KNOWN) is None


def test_only_what_named_nobody_is_overheard() -> None:
    below = message_job(event(text="who won?", thread_ts="1.0"), KNOWN)
    named = message_job(event(text="<@UBOT> who won?", thread_ts="1.0"), KNOWN)
    assert below is not None
    assert named is not None
    assert (below.overheard, named.overheard) == (True, False)


def test_a_follow_up_needs_no_mention_unless_that_is_turned_off() -> None:
    asked = event(text="and why?", thread_ts="1.0")
    assert message_job(asked, KNOWN) is not None
    assert message_job(asked, replace(KNOWN, follow_ups=False)) is None
    assert message_job(asked, replace(KNOWN, rules=lambda _: ChannelRules(follow_ups=False))) is None
    off_but_here = replace(KNOWN, follow_ups=False, rules=lambda _: ChannelRules(follow_ups=True))
    assert message_job(asked, off_but_here) is not None


def test_a_channel_may_have_every_question_answered_and_only_for_the_asker() -> None:
    ears = replace(EARS, rules=lambda _: ChannelRules(answer=QUESTIONS, ephemeral=True))
    asked = message_job(event(text="who won?"), ears)
    assert asked is not None
    assert asked.ephemeral
    assert message_job(event(text="we won."), ears) is None


def test_a_direct_message_is_always_for_us() -> None:
    asked = message_job(event(channel="D1", channel_type="im", text="harbour news"), EARS)
    assert asked is not None
    assert (asked.kind, asked.is_direct, asked.thread) == (Kind.QUESTION, True, "2.0")


def test_links_and_files_in_a_direct_message_are_handed_over() -> None:
    direct = {"channel": "D1", "channel_type": "im"}
    given = message_job(event(**direct, text="please save <https://a.example/1>"), EARS)
    assert given is not None
    assert (given.kind, given.links, given.text) == (Kind.INGEST, ("https://a.example/1",), "")
    both = message_job(event(**direct, text="who won? <https://a.example/1>"), EARS)
    assert both is not None
    assert (both.kind, both.text) == (Kind.INGEST, "who won?")
    file = {
        "name": "a.txt",
        "url_private": "https://files.example/a",
        "permalink": "https://p.example/",
        "size": 3,
    }
    sent = message_job(event(**direct, subtype="file_share", files=[file, {"mode": "tombstone"}]), EARS)
    assert sent is not None
    assert [(one.name, one.url) for one in sent.files] == [("a.txt", "https://files.example/a")]


def test_a_name_that_slack_makes_a_link_is_a_word() -> None:
    direct = {"channel": "D1", "channel_type": "im"}
    asked = message_job(event(**direct, text="what does <http://news.example|news.example> say?"), EARS)
    assert asked is not None
    assert (asked.kind, asked.text) == (Kind.QUESTION, "what does news.example say?")


def test_a_mention_that_only_hands_something_over_is_no_question() -> None:
    given = mention_job(event(type="app_mention", text="<@UBOT> add <https://a.example/1>"), EARS)
    assert given is not None
    assert (given.kind, given.links) == (Kind.INGEST, ("https://a.example/1",))
    asked = mention_job(event(type="app_mention", text="<@UBOT> who wrote <https://a.example/1>?"), EARS)
    assert asked is not None
    assert asked.kind is Kind.QUESTION


def test_who_belongs_to_another_workspace_is_known() -> None:
    asked = [mention_job(event(type="app_mention", user_team=team), EARS) for team in ("T1", "T2", None)]
    assert [one.outsider for one in asked if one] == [False, True, False]


def test_a_deleted_message_is_told_by_its_place() -> None:
    gone = event(subtype="message_deleted", deleted_ts="2.0")
    assert deleted_message(gone) == ("T1", "C1", "2.0")
    assert deleted_message(event(text="hi")) is None


def test_a_slash_command_is_answered_in_private() -> None:
    body = {
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "text": "who won &amp; why?",
        "trigger_id": "1.2",
        "response_url": "https://hooks.slack.com/x",
    }
    asked = command_job(body)
    assert (asked.text, asked.is_private, asked.response_url) == (
        "who won & why?",
        True,
        body["response_url"],
    )


def test_a_shortcut_hands_over_what_the_message_holds() -> None:
    body = {
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "user": {"id": "U1"},
        "trigger_id": "1.2",
        "response_url": "https://hooks.slack.com/x",
        "message": {"ts": "2.0", "text": "<https://a.example/1>"},
    }
    given = shortcut_job(body)
    assert (given.kind, given.links, given.is_private) == (Kind.INGEST, ("https://a.example/1",), True)


def test_clicks_and_reasons_carry_the_answers_id_and_nothing_they_could_forge() -> None:
    body = {
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "message": {"ts": "3.0", "thread_ts": "2.0"},
        "container": {"is_ephemeral": True},
        "trigger_id": "1.2",
        "response_url": "https://hooks.slack.com/x",
        "actions": [{"action_id": "share", "value": "x" * 3_000, "action_ts": "4.0"}],
    }
    clicked = click_job(body, Kind.SHARE)
    assert (clicked.kind, clicked.channel, clicked.ephemeral, len(clicked.value)) == (
        Kind.SHARE,
        "C1",
        True,
        100,
    )
    view = {"id": "V1", "private_metadata": "id", "state": {"values": {"b": {"a": {"value": "Wrong."}}}}}
    told = reason_job({"team": {"id": "T1"}, "user": {"id": "U1"}, "view": view})
    assert (told.kind, told.value, told.text) == (Kind.REASON, "id", "Wrong.")


def test_opening_the_app_shows_home_or_suggests_questions() -> None:
    def opened(tab: str) -> dict[str, Any]:
        return event(type="app_home_opened", tab=tab, channel="D1")

    home, messages = home_job(opened("home")), home_job(opened("messages"))
    assert home is not None
    assert messages is not None
    assert (home.kind, messages.kind, messages.thread) == (Kind.HOME, Kind.PROMPTS, "")
    assert home_job(opened("about")) is None
    thread = {"user_id": "U1", "channel_id": "D1", "thread_ts": "5.0"}
    older = assistant_job(event(type="assistant_thread_started", assistant_thread=thread))
    assert (older.kind, older.channel, older.thread) == (Kind.PROMPTS, "D1", "5.0")


def test_types_are_named_as_the_apps_settings_name_them() -> None:
    assert type_of(event(channel_type="im")["event"]) == "message.im"
    assert type_of(event(channel_type="group")["event"]) == "message.groups"
    assert type_of(event(type="app_mention")["event"]) == "app_mention"
