"""The stand-in for Slack keeps Slack's rules: seen through the real slack_sdk, without any code of the bot's."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.webhook import WebhookClient

from tests.slack_workspace import Channel, Ephemeral, Message, Workspace

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
Blocks = list[dict[str, Any]]
Answer = Callable[[SocketModeRequest], dict[str, Any] | None]
BUTTON = {
    "type": "button",
    "action_id": "share",
    "text": {"type": "plain_text", "text": "Share"},
    "value": "a1",
}
SILENCE: dict[str, Any] = {"no": "acknowledgement"}


@pytest.fixture
def slack() -> Iterator[Workspace]:
    """A workspace that fails the test if a rule is broken."""
    with Workspace() as workspace:
        yield workspace


@pytest.fixture
def loose() -> Iterator[Workspace]:
    """A workspace for tests that break rules on purpose."""
    with Workspace(strict=False) as workspace:
        yield workspace


@pytest.fixture
def apps() -> Iterator[list[SocketModeClient]]:
    """The sockets a test opened; they are closed on a thread, since the SDK takes a second for each."""
    opened: list[SocketModeClient] = []
    yield opened
    for client in opened:
        Thread(target=client.close, daemon=True).start()


def web(slack: Workspace, **more: Any) -> WebClient:
    return WebClient(slack.bot_token, base_url=f"{slack.url}/api/", **more)


def listen(
    slack: Workspace, apps: list[SocketModeClient], answer: Answer = lambda _: None
) -> list[SocketModeRequest]:
    """Connect the real client; everything it hears is collected, and acknowledged with what `answer` gives."""
    heard: list[SocketModeRequest] = []
    client = SocketModeClient(slack.app_token, web_client=WebClient(base_url=f"{slack.url}/api/"))

    def on_request(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        payload = answer(request)
        if payload is not SILENCE:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    client.socket_mode_request_listeners.append(on_request)
    count = slack.connections
    client.connect()
    apps.append(client)
    slack.wait_for_connection(count + 1)
    return heard


def silent(_: SocketModeRequest) -> dict[str, Any]:
    return SILENCE


def error_of(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def rules(slack: Workspace) -> set[str]:
    return {violation.rule for violation in slack.violations}


def prose(text: str) -> Blocks:
    return [{"type": "rich_text", "elements": [section({"type": "text", "text": text})]}]


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def post(slack: Workspace, channel: Channel, **args: Any) -> Message:
    done = web(slack).chat_postMessage(channel=channel.id, **args)
    return slack.messages[channel.id, done["ts"]]


# Tokens, scopes, methods


def test_tokens_and_scopes_are_checked(slack: Workspace) -> None:
    at = f"{slack.url}/api/"
    assert error_of(WebClient("xoxb-wrong", base_url=at).auth_test) == "invalid_auth"
    assert error_of(WebClient(base_url=at).auth_test) == "not_authed"
    assert error_of(lambda: WebClient(base_url=at).apps_connections_open(app_token=slack.bot_token)) == (
        "not_allowed_token_type"
    )
    assert "chat:write" in web(slack).auth_test().headers["x-oauth-scopes"].split(",")
    slack.scopes.remove("chat:write")
    with pytest.raises(SlackApiError) as caught:
        post(slack, slack.channel("news"), text="Hello")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert "commands" in caught.value.response["provided"].split(",")


def test_history_scope_depends_on_the_kind_of_channel(slack: Workspace) -> None:
    slack.scopes.remove("groups:history")
    public, private = slack.channel("news"), slack.channel("secret", private=True)
    assert web(slack).conversations_history(channel=public.id)["messages"] == []
    assert error_of(lambda: web(slack).conversations_history(channel=private.id)) == "missing_scope"


def test_an_unknown_method_is_refused_and_recorded(loose: Workspace) -> None:
    assert error_of(lambda: web(loose).api_call("chat.shout")) == "unknown_method"
    with pytest.raises(AssertionError, match=r"unknown method in chat\.shout"):
        loose.check()


# Messages


def test_messages_replies_and_versions(slack: Workspace) -> None:
    news = slack.channel("news", members=["ana"])
    question = slack.say("ana", news, "When?")
    metadata = {"event_type": "answer", "event_payload": {"job": "j1"}}
    answer = post(slack, news, text="On Friday.", thread_ts=question.ts, metadata=metadata)
    web(slack).chat_update(channel=news.id, ts=answer.ts, text="On Saturday.", blocks=prose("On Saturday."))
    assert slack.answers(question) == [answer]
    assert [(version.how, version.text) for version in answer.versions] == [
        ("post", "On Friday."),
        ("update", "On Saturday."),
    ]
    shown = web(slack).conversations_replies(channel=news.id, ts=question.ts, include_all_metadata=True)
    assert [m["text"] for m in shown["messages"]] == ["When?", "On Saturday."]
    assert shown["messages"][1]["metadata"] == metadata
    plain = web(slack).conversations_replies(channel=news.id, ts=question.ts)
    assert "metadata" not in plain["messages"][1]


def test_replies_come_in_pages(slack: Workspace) -> None:
    news = slack.channel("news")
    root = slack.say("ana", news, "0")
    for number in range(1, 6):
        slack.say("ana", news, str(number), thread=root)
    slack.page_size = 4
    pages = [page["messages"] for page in web(slack).conversations_replies(channel=news.id, ts=root.ts)]
    assert [[m["text"] for m in page] for page in pages] == [["0", "1", "2", "3"], ["4", "5"]]


def test_foreign_archived_and_unknown_channels(slack: Workspace) -> None:
    old, elsewhere = slack.channel("old"), slack.channel("elsewhere", bot=False)
    hidden = slack.channel("hidden", private=True, bot=False)
    slack.archive("old")
    assert error_of(lambda: post(slack, old, text="Hello")) == "is_archived"
    assert error_of(lambda: post(slack, elsewhere, text="Hello")) == "not_in_channel"
    assert error_of(lambda: post(slack, hidden, text="Hello")) == "channel_not_found"
    assert error_of(lambda: web(slack).chat_postMessage(channel="C0", text="Hello")) == "channel_not_found"


def test_a_reply_to_a_deleted_message_lands_at_the_channel_root(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    heard = listen(slack, apps)
    news = slack.channel("news")
    question = slack.say("ana", news, "When?")
    slack.delete(question)
    done = web(slack).chat_postMessage(channel=news.id, text="On Friday.", thread_ts=question.ts)
    assert "thread_ts" not in done["message"]
    slack.wait_for(lambda: not slack.undelivered())
    events = [request.payload["event"] for request in heard]
    assert [e["deleted_ts"] for e in events if e.get("subtype") == "message_deleted"] == [question.ts]


def test_replying_to_what_never_was_is_recorded(loose: Workspace) -> None:
    news = loose.channel("news")
    root = loose.say("ana", news, "When?")
    reply = loose.say("ana", news, "Please", thread=root)
    post(loose, news, text="On Friday.", thread_ts="1.000001")
    astray = post(loose, news, text="On Friday.", thread_ts=reply.ts)
    assert astray.thread_ts == root.ts
    assert rules(loose) == {
        "reply to a thread that never existed",
        "thread_ts of a reply instead of its root",
    }


def texts(*pieces: str) -> Blocks:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": piece}} for piece in pieces]


LIMITS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "no_text", ""),
    ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict", ""),
    ({"text": "x" * 40_001}, "msg_too_long", ""),
    ({"markdown_text": "x" * 12_001}, "msg_too_long", ""),
    ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks", "no more than 50 items allowed"),
    ({"blocks": texts("x" * 3001)}, "invalid_blocks", "less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ({"blocks": texts("")}, "invalid_blocks", "more than 0 characters"),
    ({"blocks": texts(*["x" * 2990] * 5)}, "msg_blocks_too_long", ""),
    ({"blocks": [{"type": "blink"}]}, "invalid_blocks", "unsupported type: blink"),
    ({"blocks": [{"type": "divider", "colour": "red"}]}, "invalid_blocks", "invalid additional property: colour"),
    ({"blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}, "invalid_blocks", "less than 12001"),
    ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks", "unsupported type"),
    (
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
        "invalid_blocks",
        "151 characters",
    ),
    (
        {"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}]},
        "invalid_blocks",
        "no more than 10",
    ),
    ({"blocks": [{"type": "actions", "elements": []}]}, "invalid_blocks", "no fewer than 1"),
    ({"blocks": [{"type": "actions", "elements": [BUTTON, BUTTON]}]}, "invalid_blocks", "`action_id` already exists"),
    (
        {"blocks": [{"type": "actions", "elements": [BUTTON | {"value": "x" * 2001}]}]},
        "invalid_blocks",
        "/blocks/0/elements/0/value",
    ),
    (
        {"blocks": [{"type": "actions", "elements": [{**BUTTON, "text": {"type": "plain_text", "text": "x" * 76}}]}]},
        "invalid_blocks",
        "less than 76 characters",
    ),
    ({"blocks": prose("")}, "invalid_blocks", "more than 0 characters"),
    (
        {"blocks": [{"type": "rich_text", "elements": [section({"type": "link", "text": "x"})]}]},
        "invalid_blocks",
        "missing required field: url",
    ),
    (
        {"blocks": [{"type": "rich_text", "elements": [section({"type": "link", "url": "http://a/" + "b" * 3000})]}]},
        "invalid_blocks",
        "less than 3001 characters",
    ),
    (
        {"blocks": [{"type": "rich_text", "elements": [section({"type": "shout", "text": "x"})]}]},
        "invalid_blocks",
        "unsupported type: shout",
    ),
    (
        {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "text", "text": "x"}]}]}]},
        "invalid_blocks",
        "unsupported type: text",
    ),
    ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema", ""),
]  # fmt: skip


@pytest.mark.parametrize(("args", "error", "said"), LIMITS)
def test_limits_are_slacks(loose: Workspace, args: dict[str, Any], error: str, said: str) -> None:
    news = loose.channel("news")
    if "blocks" in args:
        args = {"text": "x", **args}
    with pytest.raises(SlackApiError) as caught:
        post(loose, news, unfurl_links=False, unfurl_media=False, **args)
    response = caught.value.response
    assert response["error"] == error
    assert said in str(response.get("response_metadata"))
    assert loose.messages_in(news) == []


def test_what_is_just_within_the_limits_passes(slack: Workspace) -> None:
    news = slack.channel("news")
    feedback = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": {"type": "plain_text", "text": "Helpful"}, "value": "a1"},
        "negative_button": {"text": {"type": "plain_text", "text": "Not helpful"}, "value": "a1!"},
    }
    link = {"type": "link", "url": "https://x.example/a", "text": "the ferry"}
    listed = {"type": "rich_text_list", "style": "ordered", "elements": [section(link), section(link)]}
    blocks: Blocks = [
        *texts("x" * 3000),
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 150}},
        {"type": "rich_text", "elements": [listed, {"type": "rich_text_quote", "elements": [link]}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "a &lt;b&gt;"}]},
        {"type": "actions", "elements": [BUTTON | {"value": "x" * 2000}]},
        {"type": "context_actions", "elements": [feedback]},
        *[{"type": "divider"}] * 44,
    ]
    message = post(slack, news, text="x" * 4000, blocks=blocks, unfurl_links=False, unfurl_media=False)
    lines = slack.readable(message).splitlines()
    assert lines[2:8] == [
        "1. the ferry",
        "2. the ferry",
        "> the ferry",
        "a <b>",
        "[Share]",
        "[Helpful] [Not helpful]",
    ]
    assert set(slack.links(message)) == {("the ferry", "https://x.example/a")}
    assert slack.buttons(message) == ["share", "feedback"]


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("broadcast", {"text": "Hello <!channel>"}),
    ("broadcast", {"text": "Hello <!subteam^S1|@all>"}),
    ("broadcast", {"text": "x", "blocks": texts("<!here>")}),
    ("broadcast", {"markdown_text": "Hello <!everyone>"}),
    ("mention", {"text": "Hello <@U0ANA>"}),
    ("mention", {"text": "See <#C0NEWS|news>"}),
    ("mention", {"text": "x", "blocks": [{"type": "rich_text", "elements": [
        section({"type": "user", "user_id": "U1"})]}]}),
    ("broadcast", {"text": "x", "blocks": [{"type": "rich_text", "elements": [
        section({"type": "broadcast", "range": "here"})]}]}),
    ("link that is not http", {"text": "<javascript:alert(1)|click>"}),
    ("link that is not http", {"markdown_text": "[click](javascript:alert)"}),
    ("link that is not http", {"text": "x", "blocks": [{"type": "rich_text", "elements": [
        section({"type": "link", "url": "file:///etc/passwd"})]}]}),
    ("internals shown", {"text": "Traceback (most recent call last)"}),
    ("internals shown", {"text": "It was a KeyError"}),
    ("internals shown", {"text": "x", "blocks": prose("in /home/ana/archive")}),
    ("internals shown", {"text": "x", "blocks": prose("file:///x")}),
    ("internals shown", {"text": "my token is xoxb-1"}),
    ("no readable fallback text", {"text": " ", "blocks": prose("x")}),
    ("text above 4,000 characters", {"text": "x" * 4001}),
    ("link_names", {"text": "x", "link_names": True}),
    ("parse=full", {"text": "x", "parse": "full"}),
    ("reply_broadcast", {"text": "x", "reply_broadcast": True}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "args"), BROKEN)
def test_what_must_not_reach_readers_is_recorded(loose: Workspace, rule: str, args: dict[str, Any]) -> None:
    post(loose, loose.channel("news"), unfurl_links=False, unfurl_media=False, **args)
    assert rules(loose) == {rule}


def test_escaped_text_and_allowed_mentions_are_fine(slack: Workspace) -> None:
    slack.allowed_mentions.add("U0ANA")
    news = slack.channel("news")
    user = {"type": "user", "user_id": "U0ANA"}
    blocks: Blocks = [
        {"type": "rich_text", "elements": [section(user, {"type": "text", "text": "<!channel>"})]}
    ]
    post(slack, news, text="Shared by <@U0ANA>: &lt;!channel&gt; &lt;@U1&gt;", blocks=blocks)
    post(slack, news, text="https://x.example/home/tmp/", unfurl_links=False, unfurl_media=False)
    assert slack.violations == []


def test_previews_must_be_switched_off(loose: Workspace) -> None:
    post(loose, loose.channel("news"), text="See <https://x.example|x>", unfurl_links=False)
    assert rules(loose) == {"unfurl_media not false"}


def test_views_and_statuses_are_read_as_closely(loose: Workspace) -> None:
    home = {"type": "home", "blocks": texts("Hello <!here>")}
    web(loose).views_publish(user_id=loose.user("ana").id, view=home)
    question = loose.dm("ana", "When?")
    web(loose).assistant_threads_setStatus(
        channel_id=question.channel,
        thread_ts=question.ts,
        status="reading",
        loading_messages=["a ValueError"],
    )
    assert {(violation.rule, violation.where) for violation in loose.violations} == {
        ("broadcast", "views.publish"),
        ("internals shown", "assistant.threads.setStatus"),
    }


def test_a_token_in_the_arguments_is_recorded(loose: Workspace) -> None:
    metadata = {"event_type": "a", "event_payload": {"token": loose.bot_token}}
    post(loose, loose.channel("news"), text="x", metadata=metadata)
    assert rules(loose) == {"token in the arguments"}


def test_what_the_app_can_look_up(slack: Workspace) -> None:
    slack.scopes |= {"users:read", "reactions:write", "im:write"}
    client, news = web(slack), slack.channel("news", members=["ana"])
    ana, question = slack.user("ana").id, slack.say("ana", news, "When?")
    reply = slack.say("ben", news, "On Friday?", thread=question)
    assert client.conversations_info(channel=news.id)["channel"]["name"] == "news"
    assert client.users_info(user=ana)["user"]["name"] == "ana"
    assert client.bots_info(bot=slack.bot_id)["bot"]["user_id"] == slack.bot_user
    direct = client.conversations_open(users=ana)["channel"]["id"]
    assert slack.dm("ana", "Hello").channel == direct
    assert client.conversations_history(channel=news.id)["messages"][0]["reply_count"] == 1
    link = client.chat_getPermalink(channel=news.id, message_ts=reply.ts)["permalink"]
    assert link.endswith(f"/p{reply.ts.replace('.', '')}?thread_ts={question.ts}&cid={news.id}")
    client.reactions_add(channel=news.id, timestamp=question.ts, name="eyes")
    again = partial(client.reactions_add, channel=news.id, timestamp=question.ts, name="eyes")
    assert error_of(again) == "already_reacted"


def test_only_its_own_messages_can_be_changed(slack: Workspace) -> None:
    news = slack.channel("news")
    question = slack.say("ana", news, "When?")
    args: dict[str, Any] = {"channel": news.id, "ts": question.ts}
    assert error_of(partial(web(slack).chat_update, **args, text="x")) == "cant_update_message"
    assert error_of(partial(web(slack).chat_delete, **args)) == "cant_delete_message"
    answer = post(slack, news, text="On Friday.", blocks=prose("On Friday."))
    args = {"channel": news.id, "ts": answer.ts}
    web(slack).chat_update(**args, text="On Saturday.")
    assert slack.readable(answer) == "On Friday."  # blocks that are not given stay
    assert error_of(partial(web(slack).chat_update, **args, text="x" * 4001)) == "msg_too_long"
    web(slack).chat_delete(**args)
    assert error_of(partial(web(slack).chat_update, **args, text="x")) == "message_not_found"
    assert slack.messages_in(news) == [question]


# Streams


def test_a_stream_grows_and_ends(slack: Workspace) -> None:
    news = slack.channel("news")
    question = slack.say("ana", news, "When?")
    args: dict[str, Any] = {"channel": news.id, "thread_ts": question.ts}
    assert error_of(lambda: web(slack).chat_startStream(**args)) == "missing_recipient_team_id"
    assert error_of(lambda: web(slack).chat_startStream(**args, recipient_team_id=slack.team_id)) == (
        "missing_recipient_user_id"
    )
    stream = web(slack).chat_stream(
        **args, recipient_team_id=slack.team_id, recipient_user_id=question.user, buffer_size=1
    )
    stream.append(markdown_text="On ")
    [answer] = slack.answers(question)
    update = partial(web(slack).chat_update, channel=news.id, ts=answer.ts, text="Never.")
    assert error_of(update) == "streaming_state_conflict"
    assert error_of(partial(web(slack).chat_delete, channel=news.id, ts=answer.ts)) == "cant_delete_message"
    assert error_of(
        lambda: web(slack).chat_appendStream(channel=news.id, ts=answer.ts, markdown_text="x")
    ) == ("streaming_mode_mismatch")
    stream.append(markdown_text="Friday.")
    stream.stop(blocks=[{"type": "actions", "elements": [BUTTON]}])
    assert slack.readable(answer) == "On Friday.\n[Share]"
    assert [version.text for version in answer.versions] == ["On ", "On Friday.", "On Friday."]
    update()
    assert slack.fallback(answer) == "Never."


def test_an_expired_stream_can_only_be_updated(slack: Workspace) -> None:
    question = slack.dm("ana", "When?")
    stream = web(slack).chat_stream(channel=question.channel, thread_ts=question.ts, buffer_size=1)
    stream.append(markdown_text="On ")
    slack.expire_streams()
    assert error_of(lambda: stream.append(markdown_text="Friday.")) == "message_not_in_streaming_state"
    web(slack).chat_update(channel=question.channel, ts=str(stream.ts), text="On Friday.", blocks=[])
    assert [slack.readable(answer) for answer in slack.answers(question)] == ["On Friday."]


def test_a_mention_split_over_two_pieces_is_still_seen(loose: Workspace) -> None:
    question = loose.dm("ana", "When?")
    stream = web(loose).chat_stream(channel=question.channel, thread_ts=question.ts, buffer_size=1)
    stream.append(markdown_text="Hello <!chan")
    assert not loose.violations
    stream.append(markdown_text="nel>")
    assert rules(loose) == {"broadcast"}


def test_a_workspace_without_streams_says_so(slack: Workspace) -> None:
    slack.streaming_supported = False
    question = slack.dm("ana", "When?")
    start = partial(web(slack).chat_startStream, channel=question.channel, thread_ts=question.ts)
    assert error_of(start) == "unknown_method"


CHUNKS: list[tuple[dict[str, Any], str]] = [
    (
        {"chunks": [{"type": "task_update", "id": "1", "title": "x" * 257, "status": "complete"}]},
        "invalid_chunks",
    ),
    ({"chunks": [{"type": "task_update", "id": "1", "title": "x", "status": "done"}]}, "invalid_chunks"),
    ({"chunks": [{"type": "task_update", "id": "1", "title": "x"}]}, "invalid_chunks"),
    ({"chunks": [{"type": "noise", "text": "x"}]}, "invalid_chunks"),
    ({"chunks": [{"type": "markdown_text", "text": "x" * 12_001}]}, "msg_too_long"),
    ({"chunks": [{"type": "blocks", "blocks": [{"type": "blink"}]}]}, "invalid_blocks"),
    ({"markdown_text": "x", "chunks": [{"type": "markdown_text", "text": "x"}]}, "invalid_arguments"),
]


@pytest.mark.parametrize(("args", "error"), CHUNKS)
def test_limits_of_chunks(slack: Workspace, args: dict[str, Any], error: str) -> None:
    question = slack.dm("ana", "When?")
    start = partial(web(slack).chat_startStream, channel=question.channel, thread_ts=question.ts, **args)
    assert error_of(start) == error
    assert slack.answers(question) == []


def test_tasks_in_a_stream_are_read_with_their_sources(slack: Workspace) -> None:
    question = slack.dm("ana", "When?")
    stream = web(slack).chat_stream(channel=question.channel, thread_ts=question.ts)
    source = {"type": "url", "text": "The Courier", "url": "https://x.example/a"}
    task = {
        "type": "task_update",
        "id": "1",
        "title": "Searching",
        "status": "in_progress",
        "sources": [source],
    }
    stream.append(chunks=[task])
    stream.stop(chunks=[task | {"status": "complete"}], markdown_text="On [Friday](https://x.example/b).")
    [answer] = slack.answers(question)
    assert slack.readable(answer).splitlines() == [
        "On [Friday](https://x.example/b).",
        "Searching The Courier",
    ]
    assert slack.links(answer) == [("Friday", "https://x.example/b")]


# Trouble


def test_too_many_calls_are_told_when_to_come_back(slack: Workspace) -> None:
    news, other = slack.channel("news"), slack.channel("other")
    slack.rate_limit("chat.postMessage", per_minute=60, burst=1, by_channel=True)
    post(slack, news, text="1")
    post(slack, other, text="1")
    with pytest.raises(SlackApiError) as caught:
        post(slack, news, text="2")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    patient = web(slack, retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=1)])
    patient.chat_postMessage(channel=news.id, text="2")
    assert [message.text for message in slack.messages_in(news)] == ["1", "2"]
    assert slack.limited == {"chat.postMessage": 2}


def test_ordered_refusals(slack: Workspace) -> None:
    news = slack.channel("news")
    slack.refuse("chat.postMessage", "invalid_blocks", when=lambda args: "blocks" in args)
    post(slack, news, text="1")
    assert error_of(lambda: post(slack, news, text="2", blocks=prose("2"))) == "invalid_blocks"
    post(slack, news, text="3", blocks=prose("3"))
    slack.refuse("chat.postMessage", "fatal_error", after_effect=True)
    assert error_of(lambda: post(slack, news, text="4")) == "fatal_error"
    slack.refuse("chat.postMessage", status=500)
    assert error_of(lambda: post(slack, news, text="5")) == "fatal_error"
    slack.refuse("chat.postMessage", status=429, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        post(slack, news, text="6")
    assert caught.value.response.headers["Retry-After"] == "7"
    assert [message.text for message in slack.messages_in(news)] == ["1", "3", "4"]


def test_dropped_connections_before_and_after_the_effect(slack: Workspace) -> None:
    news = slack.channel("news")
    for after in (False, True):
        slack.drop_connection("chat.postMessage", after_effect=after)
        with pytest.raises((RemoteDisconnected, urllib.error.URLError, ConnectionError)):
            web(slack, retry_handlers=[]).chat_postMessage(channel=news.id, text=f"after {after}")
    assert [message.text for message in slack.messages_in(news)] == ["after True"]


def test_slow_answers(slack: Workspace) -> None:
    slack.slow("auth.test", 0.3, times=1)
    start = time.monotonic()
    web(slack).auth_test()
    assert time.monotonic() - start >= 0.3


def test_held_calls_stand_still_until_they_are_released(slack: Workspace) -> None:
    news = slack.channel("news")
    with ThreadPoolExecutor() as pool:

        def posted(text: str) -> Future[Any]:
            return pool.submit(post, slack, news, text=text)

        with slack.hold("chat.postMessage", when=lambda args: args["text"] != "free") as held:
            standing = [posted("first"), posted("second")]
            held.wait(2)
            posted("free").result(60)
            assert not any(call.done() for call in standing)
            assert [message.text for message in slack.messages_in(news)] == ["free"]
        assert all(call.result(60) for call in standing)
        assert posted("third").result(60)
        assert held.standing == 2, "what is released holds nothing any more"
        with pytest.raises(AssertionError, match=r"3 calls of chat\.postMessage, 2 came"):
            held.wait(3, timeout=0.01)
        again = slack.hold("chat.postMessage", times=1)
        fourth = posted("fourth")
        again.wait()
        assert posted("fifth").result(60)
        assert not fourth.done()
        slack.calm()
        assert fourth.result(60)


def test_whoever_is_held_does_not_time_out(slack: Workspace) -> None:
    with ThreadPoolExecutor() as pool, slack.hold("auth.test") as held:
        call = pool.submit(web(slack, timeout=2, retry_handlers=[]).auth_test)
        held.wait()
        time.sleep(2.5)
        held.release()
        assert call.result(60)["ok"]


def test_what_is_held_when_the_workspace_closes_is_released() -> None:
    with ThreadPoolExecutor() as pool, Workspace() as slack:
        held = slack.hold("auth.test")
        call = pool.submit(web(slack, retry_handlers=[]).auth_test)
        held.wait()
        assert not call.done()
    assert held.is_released


# Socket Mode


def test_a_mention_is_two_events_and_each_is_acknowledged(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    heard = listen(slack, apps)
    question = slack.mention("ana", slack.channel("news"), "see https://x.example/a?b=1&c <b>")
    slack.wait_for(lambda: not slack.undelivered())
    events = {request.payload["event"]["type"]: request.payload for request in heard}
    assert set(events) == {"app_mention", "message"}
    assert events["app_mention"]["event_id"] != events["message"]["event_id"]
    assert events["message"]["event"]["channel_type"] == "channel"
    assert {payload["event"]["ts"] for payload in events.values()} == {question.ts}
    assert question.text == f"<@{slack.bot_user}> see <https://x.example/a?b=1&amp;c> &lt;b&gt;"
    assert set(slack.ack_latencies) == {"app_mention", "message"}
    assert all(request.retry_attempt == 0 for request in heard)


def test_only_what_the_app_may_hear_is_sent(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    slack.mention("ana", slack.channel("elsewhere", bot=False), "Hello")
    slack.bot_events.discard("message.channels")
    news = slack.channel("news")
    slack.say("ana", news, "Hello")
    slack.mention("ana", news, "Hello")
    slack.scopes.discard("im:history")
    slack.dm("ana", "Hello")
    slack.wait_for(lambda: not slack.undelivered())
    assert [request.payload["event"]["type"] for request in heard] == ["app_mention"]


def test_the_bots_own_posts_come_back(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    message = post(slack, slack.channel("news"), text="Hello")
    slack.wait_for(lambda: heard)
    assert heard[0].payload["event"]["bot_id"] == slack.bot_id
    assert heard[0].payload["event"]["ts"] == message.ts


def test_edits_other_bots_and_looks_around_are_heard(slack: Workspace, apps: list[SocketModeClient]) -> None:
    slack.bot_events.add("app_context_changed")
    heard = listen(slack, apps)
    news = slack.channel("news", ext_shared=True)
    question = slack.say("ana", news, "When?")
    slack.edit(question, "Where?")
    slack.other_bot_says(news, "Build passed")
    slack.dm("ana", "Here?", viewing=news)
    slack.look_at("ana", news)
    slack.leave(news)
    slack.say("ana", news, "Gone?")
    slack.wait_for(lambda: not slack.undelivered())
    events = {request.payload["event"].get("subtype") or str(number): request.payload
              for number, request in enumerate(heard)}  # fmt: skip
    assert len(heard) == 5
    changed = events["message_changed"]["event"]
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("Where?", "When?")
    assert events["message_changed"]["is_ext_shared_channel"]
    assert "user" not in events["bot_message"]["event"]
    looks = [p["event"] for p in events.values() if "context" in p["event"] or "app_context" in p["event"]]
    assert [(look.get("context") or look["app_context"])["entities"][0]["value"] for look in looks] == [
        news.id
    ] * 2


def test_what_is_not_acknowledged_comes_again_and_then_is_lost(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    slack.ack_deadline, slack.time_scale = 0.15, 0.001
    heard = listen(slack, apps, silent)
    slack.say("ana", slack.channel("news"), "Hello")
    slack.wait_for(lambda: slack.lost)
    assert [(request.retry_attempt, request.retry_reason) for request in heard] == [
        (0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout"),
    ]  # fmt: skip
    assert len({request.payload["event_id"] for request in heard}) == 1
    assert len({request.envelope_id for request in heard}) == 4
    assert len(slack.missed_acks) == 4


def test_an_acknowledgement_ends_the_retries(slack: Workspace, apps: list[SocketModeClient]) -> None:
    slack.ack_deadline, slack.time_scale = 0.15, 0.001
    heard = listen(slack, apps, lambda request: None if request.retry_attempt == 1 else SILENCE)
    message = slack.say("ana", slack.channel("news"), "Hello")
    slack.wait_for(lambda: not slack.undelivered())
    assert len(heard) == 2
    assert not slack.lost
    slack.redeliver(message)
    slack.wait_for(lambda: not slack.undelivered())
    assert [request.retry_attempt for request in heard] == [0, 1, 1]
    assert len({request.payload["event_id"] for request in heard}) == 1


def test_a_late_acknowledgement_still_counts(slack: Workspace, apps: list[SocketModeClient]) -> None:
    def late(request: SocketModeRequest) -> dict[str, Any] | None:
        if not request.retry_attempt:
            return SILENCE
        time.sleep(0.4)  # too late for this attempt, in time to make the next one needless
        return None

    slack.ack_deadline, slack.time_scale = 0.2, 0.02
    heard = listen(slack, apps, late)
    slack.say("ana", slack.channel("news"), "Hello")
    slack.wait_for(lambda: not slack.undelivered())
    assert [request.retry_attempt for request in heard] == [0, 1]
    assert not slack.lost
    assert slack.ack_latencies["message"][0] >= 0.4


def test_what_happens_while_nobody_listens_is_delivered_later(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    slack.say("ana", slack.channel("news"), "Hello")
    time.sleep(0.1)
    heard = listen(slack, apps)
    slack.wait_for(lambda: not slack.undelivered())
    assert [request.retry_attempt for request in heard] == [1]


def test_an_envelope_acknowledged_twice_is_recorded(loose: Workspace, apps: list[SocketModeClient]) -> None:
    def twice(request: SocketModeRequest) -> None:
        apps[0].send_socket_mode_response(SocketModeResponse(request.envelope_id))

    listen(loose, apps, twice)
    message = loose.say("ana", loose.channel("news"), "Hello")
    loose.wait_for(lambda: loose.violations)
    assert rules(loose) == {"envelope acknowledged twice"}
    assert message.deliveries[0].acks == 2
    assert len(loose.ack_latencies["message"]) == 1


def test_each_event_goes_to_one_of_the_sockets(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps), listen(slack, apps)
    news = slack.channel("news")
    for number in range(20):
        slack.say("ana", news, str(number))
    slack.wait_for(lambda: not slack.undelivered())
    assert len(heard[0]) + len(heard[1]) == 20
    assert heard[0]
    assert heard[1]


@pytest.mark.parametrize("how", ["told", "cut"])
def test_the_real_client_comes_back_after_a_disconnection(
    slack: Workspace, apps: list[SocketModeClient], how: str
) -> None:
    heard = listen(slack, apps)
    apps[
        0
    ].current_app_monitor.interval_seconds = 0.1  # the SDK looks after its connection every five seconds
    slack.disconnect_sockets() if how == "told" else slack.cut_sockets()
    slack.say("ana", slack.channel("news"), "Hello")
    slack.wait_for(lambda: not slack.undelivered(), 60)
    assert len(heard) == 1
    assert len(slack.calls_of("apps.connections.open")) >= 2


async def first_words(slack: Workspace) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.ws_connect(slack.new_socket_address()) as socket:
        words: dict[str, Any] = await socket.receive_json()
    return words


def test_a_connection_begins_with_hello(slack: Workspace) -> None:
    hello = asyncio.run(first_words(slack))
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": slack.app_id}


def test_an_eleventh_socket_is_turned_away(slack: Workspace, apps: list[SocketModeClient]) -> None:
    for _ in range(10):
        listen(slack, apps)
    assert asyncio.run(first_words(slack))["reason"] == "too_many_websockets"
    assert slack.connections == 10


# Commands, clicks, modals


def test_a_slash_command_and_its_response_url(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps, lambda _: {"text": "Looking …"})
    news = slack.channel("news", members=["ana"])
    asked = slack.slash("ana", news, "/ask", "When?")
    assert asked.acked
    assert asked.ack_latency is not None
    assert asked.ack_latency < 3
    assert heard[0].payload["text"] == "When?"
    hook = WebhookClient(heard[0].payload["response_url"])
    for number in range(5):
        assert hook.send(text=f"Answer {number}").status_code == 200
    assert hook.send(text="Answer 5").status_code == 404
    assert [shown.text for shown in slack.ephemerals("ana", news)] == [
        "Looking …",
        *[f"Answer {number}" for number in range(5)],
    ]
    assert len(asked.responses) == 6
    assert slack.ephemerals("ben", news) == []


def test_a_response_url_has_its_troubles_too(slack: Workspace, apps: list[SocketModeClient]) -> None:
    listen(slack, apps)
    news = slack.channel("news")
    asked = slack.slash("ana", news, "/ask", "When?")
    hook = WebhookClient(asked.delivery.payload["response_url"], retry_handlers=[])
    slack.refuse("response_url", status=500)
    assert hook.send(text="1").status_code == 500
    slack.refuse("response_url", "ratelimited", status=429, after_effect=True)
    assert hook.send(text="2").headers["Retry-After"] == "1"
    slack.drop_connection("response_url")
    with pytest.raises((RemoteDisconnected, urllib.error.URLError, ConnectionError)):
        hook.send(text="3")
    assert hook.send(text="4").status_code == 200
    assert [response.text for response in asked.responses] == ["2", "4"]
    assert [call.args["text"] for call in slack.calls_of("response_url")] == ["1", "2", "3", "4"]


def test_an_unacknowledged_command_is_an_error_and_never_comes_again(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    slack.ack_deadline, slack.time_scale = 0.2, 0.001
    news = slack.channel("news")
    assert not slack.slash("ana", news, "/ask", "When?").acked
    heard = listen(slack, apps, silent)
    asked = slack.slash("ana", news, "/ask", "When?")
    time.sleep(0.5)
    assert len(heard) == 1
    assert [one.delivery.failed for one in slack.timeouts] == ["no_connection", "timeout"]
    assert asked in slack.timeouts


def test_clicks_on_messages_and_whispers(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    news = slack.channel("news", members=["ana"])
    blocks: Blocks = [{"type": "actions", "elements": [BUTTON]}]
    web(slack).chat_postEphemeral(channel=news.id, user=slack.user("ana").id, text="Only you", blocks=blocks)
    [whisper] = slack.ephemerals("ana", news)
    with pytest.raises(AssertionError, match="no button 'none'"):
        slack.click("ana", whisper, "none")
    with pytest.raises(AssertionError, match="somebody else"):
        slack.click("ben", whisper, "share")
    clicked = slack.click("ana", whisper, "share")
    payload = heard[-1].payload
    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    assert payload["actions"][0]["value"] == "a1"
    hook = WebhookClient(payload["response_url"])
    hook.send(text="Shared", replace_original=True)
    assert [(version.how, version.text) for version in whisper.versions] == [
        ("postEphemeral", "Only you"),
        ("replace", "Shared"),
    ]
    hook.send(text="Ana asked", response_type="in_channel")
    [shared] = clicked.responses
    assert isinstance(shared, Message)
    assert slack.messages_in(news) == [shared]
    hook.send(delete_original=True)
    assert slack.ephemerals("ana", news) == []


def test_a_click_on_a_message_carries_it(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    news = slack.channel("news")
    question = slack.say("ana", news, "When?")
    blocks: Blocks = [{"type": "actions", "elements": [BUTTON]}]
    answer = post(slack, news, text="On Friday.", blocks=blocks, thread_ts=question.ts)
    slack.click("ana", answer, "share")
    payload = next(request.payload for request in heard if request.type == "interactive")
    assert payload["message"]["ts"] == payload["container"]["message_ts"] == answer.ts
    assert payload["container"]["thread_ts"] == question.ts
    slack.shortcut("ana", question, "ingest_message")
    payload = heard[-1].payload
    assert (payload["type"], payload["callback_id"]) == ("message_action", "ingest_message")
    assert payload["message"]["text"] == "When?"


MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "reason",
    "title": {"type": "plain_text", "text": "What went wrong?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "a1",
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: Workspace, apps: list[SocketModeClient]
) -> None:
    listen(slack, apps)
    news = slack.channel("news")
    trigger = slack.slash("ana", news, "/ask", "When?").trigger_id
    web(slack).views_open(trigger_id=trigger, view=MODAL)
    again = partial(web(slack).views_open, view=MODAL)
    assert error_of(partial(again, trigger_id=trigger)) == "exchanged_trigger_id"
    assert error_of(partial(again, trigger_id="1.2.3")) == "invalid_trigger_id"
    slack.trigger_lifetime = 0.05
    late = slack.slash("ana", news, "/ask", "When?").trigger_id
    time.sleep(0.1)
    assert error_of(partial(again, trigger_id=late)) == "expired_trigger_id"
    assert len(slack.views("ana")) == 1


def test_submissions_carry_values_and_heed_the_answer(slack: Workspace, apps: list[SocketModeClient]) -> None:
    def answer(request: SocketModeRequest) -> dict[str, Any] | None:
        if request.type != "interactive":
            return None
        value = request.payload["view"]["state"]["values"]["why"]["text"]["value"]
        return None if value else {"response_action": "errors", "errors": {"why": "Say something"}}

    listen(slack, apps, answer)
    trigger = slack.slash("ana", slack.channel("news"), "/ask", "x").trigger_id
    web(slack).views_open(trigger_id=trigger, view=MODAL)
    [view] = slack.views("ana")
    assert slack.submit("ana", view).errors == {"why": "Say something"}
    assert slack.views("ana") == [view]
    assert slack.submit("ana", view, {"text": "Wrong day"}).acked
    assert slack.views("ana") == []


def test_open_modals_can_be_changed(slack: Workspace, apps: list[SocketModeClient]) -> None:
    listen(slack, apps)
    trigger = slack.slash("ana", slack.channel("news"), "/ask", "x").trigger_id
    opened = web(slack).views_open(trigger_id=trigger, view=MODAL)["view"]
    update = partial(web(slack).views_update, view_id=opened["id"], view=MODAL | {"private_metadata": "a2"})
    update(hash=opened["hash"])
    assert error_of(partial(update, hash=opened["hash"])) == "hash_conflict"
    [view] = slack.views("ana")
    assert [shown["private_metadata"] for shown in view.shown] == ["a1", "a2"]
    slack.close(view)
    assert error_of(update) == "not_found"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": {"type": "plain_text", "text": "x" * 25}}, "25 characters [json-pointer:/view/title/text]"),
        ({"private_metadata": "x" * 3001}, "json-pointer:/view/private_metadata"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ({"submit": None}, "`submit` is required"),
    ],
)  # fmt: skip
def test_limits_of_modals(
    slack: Workspace, apps: list[SocketModeClient], change: dict[str, Any], said: str
) -> None:
    listen(slack, apps)
    trigger = slack.slash("ana", slack.channel("news"), "/ask", "x").trigger_id
    view = {name: value for name, value in (MODAL | change).items() if value is not None}
    with pytest.raises(SlackApiError) as caught:
        web(slack).views_open(trigger_id=trigger, view=view)
    assert said in str(caught.value.response["response_metadata"])


# The app's home, status, prompts


def test_home_status_and_prompts(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    slack.open_home("ana", "messages")
    slack.wait_for(lambda: heard)
    event = heard[0].payload["event"]
    assert (event["type"], event["tab"]) == ("app_home_opened", "messages")
    client, channel = web(slack), event["channel"]
    prompts = [{"title": "Latest", "message": "What is new?"}]
    client.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts="1.2", prompts=prompts)
    assert slack.prompts == {}
    client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)
    assert slack.suggested("ana") == prompts
    many = partial(client.assistant_threads_setSuggestedPrompts, channel_id=channel, prompts=prompts * 5)
    assert error_of(many) == "invalid_arguments"
    question = slack.dm("ana", "When?")
    client.assistant_threads_setStatus(channel_id=channel, thread_ts=question.ts, status="searching …")
    client.chat_postMessage(channel=channel, thread_ts=question.ts, text="On Friday.")
    assert slack.statuses(channel, question) == ["searching …", ""]
    client.views_publish(user_id=slack.user("ana").id, view={"type": "home", "blocks": prose("3 articles")})
    home = slack.home("ana")
    assert home is not None
    assert slack.readable(home) == "3 articles"


def test_the_older_assistant_events(slack: Workspace, apps: list[SocketModeClient]) -> None:
    slack.assistant_view = True
    slack.bot_events |= {"assistant_thread_started", "assistant_thread_context_changed"}
    heard = listen(slack, apps)
    slack.open_home("ana", "messages", viewing=slack.channel("news"))
    slack.wait_for(lambda: heard)
    thread = heard[0].payload["event"]["assistant_thread"]
    prompts = [{"title": "Latest", "message": "What is new?"}]
    web(slack).assistant_threads_setSuggestedPrompts(
        channel_id=thread["channel_id"], thread_ts=thread["thread_ts"], prompts=prompts
    )
    assert slack.suggested("ana", thread["thread_ts"]) == prompts
    assert slack.dm("ana", "When?", thread=thread["thread_ts"]).thread_ts == thread["thread_ts"]


# Files


def fetch(url: str, token: str = "") -> bytes:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=5) as response:
        content: bytes = response.read()
    return content


def test_files_open_only_with_the_token(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    slack.dm("ana", "Please read", files=[slack.file("ferry.md", "# Ferry", "text/markdown")])
    slack.wait_for(lambda: heard)
    event = heard[0].payload["event"]
    assert event["subtype"] == "file_share"
    [file] = event["files"]
    assert fetch(file["url_private"], slack.bot_token) == b"# Ferry"
    assert b"Sign in" in fetch(file["url_private"])
    assert web(slack).files_info(file=file["id"])["file"]["name"] == "ferry.md"


@pytest.mark.parametrize("lie", ["host", "redirect"])
def test_a_token_that_leaves_slack_is_seen(loose: Workspace, lie: str) -> None:
    file = loose.file("ferry.md", "# Ferry", lie=lie)
    assert fetch(file.url, loose.bot_token) == b"not yours"
    assert rules(loose) == {"token sent away"}
    assert len(loose.stranger_requests) == 1


# HTTP


class Receiver:
    """An app over HTTP: it checks every signature and answers with `status`, `headers` and `body`."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.heard: list[tuple[dict[str, str], str, bool]] = []
        self.status, self.headers, self.body, self.pause = 200, {"Content-Type": "application/json"}, "", 0.0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                valid = SignatureVerifier(receiver.secret).is_valid_request(body, headers)
                receiver.heard.append((headers, body, valid))
                time.sleep(receiver.pause)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                answer = body if "challenge" in body else receiver.body
                self.send_header("Content-Length", str(len(answer)))
                with suppress(BrokenPipeError):  # Slack does not wait longer than its deadline
                    self.end_headers()
                    self.wfile.write(answer.encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@pytest.fixture
def receiver(slack: Workspace) -> Iterator[Receiver]:
    """The workspace delivers to this app, over HTTP."""
    app = Receiver(slack.signing_secret)
    slack.deliver_to(app.url, verify=True)
    app.heard.clear()
    yield app
    app.server.shutdown()
    app.server.server_close()


def test_http_requests_are_signed_and_formed_as_slacks(slack: Workspace, receiver: Receiver) -> None:
    news = slack.channel("news")
    slack.say("ana", news, "Hello")
    slack.wait_for(lambda: not slack.undelivered())
    receiver.body = '{"text": "Looking"}'
    assert slack.slash("ana", news, "/ask", "When? & why?").ack_body == {"text": "Looking"}
    receiver.body = ""
    slack.shortcut("ana", slack.messages_in(news)[0], "ingest_message")
    (json_headers, event, _), (_, form, _), (_, interactive, _) = receiver.heard
    assert all(valid for _, _, valid in receiver.heard)
    assert json_headers["content-type"] == "application/json"
    assert json.loads(event)["event"]["text"] == "Hello"
    assert parse_qs(form)["text"] == ["When? & why?"]
    assert json.loads(parse_qs(interactive)["payload"][0])["callback_id"] == "ingest_message"


def test_http_errors_and_timeouts_are_retried(slack: Workspace, receiver: Receiver) -> None:
    slack.ack_deadline, slack.time_scale = 0.2, 0.001
    news = slack.channel("news")
    receiver.status = 500
    slack.say("ana", news, "Hello")
    slack.wait_for(lambda: slack.lost)
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _, _ in receiver.heard]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    receiver.heard.clear()
    receiver.headers = {"X-Slack-No-Retry": "1"}
    slack.say("ana", news, "Hello")
    slack.wait_for(lambda: len(slack.lost) == 2)
    assert len(receiver.heard) == 1
    receiver.status, receiver.pause = 200, 0.4
    slack.say("ana", news, "Hello")
    slack.wait_for(lambda: len(receiver.heard) == 3)
    assert receiver.heard[-1][0]["x-slack-retry-reason"] == "http_timeout"


def test_an_app_that_is_down_is_tried_four_times(slack: Workspace, receiver: Receiver) -> None:
    slack.time_scale = 0.001
    receiver.server.server_close()
    message = slack.say("ana", slack.channel("news"), "Hello")
    slack.wait_for(lambda: slack.lost)
    assert [attempt.reason for attempt in message.deliveries[0].attempts] == ["", *["connection_failed"] * 3]
    assert not slack.slash("ana", "news", "/ask", "When?").acked
    assert slack.timeouts[0].delivery.failed == "connection_failed"


# Installing


def test_a_manifest_decides_what_the_app_may(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    manifest: dict[str, Any] = {
        "features": {"agent_view": {}, "app_home": {"messages_tab_enabled": True}},
        "oauth_config": {"scopes": {"bot": ["app_mentions:read"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
    }
    slack.install(manifest)
    news = slack.channel("news")
    slack.mention("ana", news, "When?")
    slack.wait_for(lambda: not slack.undelivered())
    assert [request.payload["event"]["type"] for request in heard] == ["app_mention"]
    assert error_of(lambda: post(slack, news, text="On Friday.")) == "missing_scope"
    manifest["settings"]["event_subscriptions"]["bot_events"].append("message.im")
    with pytest.raises(AssertionError, match=r"message\.im without the scope im:history"):
        slack.install(manifest)


# Reading


def test_waiting_in_vain_shows_the_state(slack: Workspace) -> None:
    slack.say("ana", slack.channel("news"), "When does the ferry sail?")
    with pytest.raises(AssertionError, match=r"an answer(.|\n)*#news(.|\n)*ana: When does the ferry"):
        slack.wait_for(lambda: False, 0.1, "an answer")


def test_forty_people_at_once(slack: Workspace, apps: list[SocketModeClient]) -> None:
    heard = listen(slack, apps)
    news = slack.channel("news")
    people = [Thread(target=slack.mention, args=(f"p{n}", news, "When?")) for n in range(40)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    slack.wait_for(lambda: not slack.undelivered())
    assert len(heard) == 80
    assert len({message.ts for message in slack.messages_in(news)}) == 40
    assert len(slack.ack_latencies["app_mention"]) == 40


def test_an_ephemeral_is_not_a_message(slack: Workspace) -> None:
    news = slack.channel("news", members=["ana"])
    web(slack).chat_postEphemeral(channel=news.id, user=slack.user("ana").id, text="Only you")
    assert slack.messages_in(news) == []
    assert isinstance(slack.ephemerals("ana")[0], Ephemeral)
    ben = slack.user("ben").id
    call = partial(web(slack).chat_postEphemeral, channel=news.id, user=ben, text="x")
    assert error_of(call) == "user_not_in_channel"
