"""The one way out: every call to Slack's Web API is made here, and every message passes `_harmless` on its way."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import BlocksRefused, SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.mrkdwn import streamed
from bot.slack.reply import Reply

log = logging.getLogger(__name__)

EVENT = "citedesk_answer"
_TIMEOUT_SECONDS = 15
_WAITS_FOR_ROOM = 3  # times that a call waits out Slack's "ratelimited" by itself
_PAGE = 200
_MOST_PAGES = 5
_BLOCKS_REFUSED = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
_OUTAGES = {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
_NOT_HERE = {
    "unknown_method",
    "method_deprecated",
    "feature_not_enabled",
    "missing_scope",
    "not_allowed_token_type",
}
_ACTIVE = re.compile(r"<(?=[!@#])")
_SLACK_HOSTS = re.compile(r"(?:.+\.)?slack(?:-gov)?\.com")


@dataclass(frozen=True, slots=True)
class Me:
    """Who the token makes us."""

    team: str
    user: str
    bot: str
    name: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours; `in_thread` is False when Slack put it at the channel's root, the question being gone."""

    ts: str
    in_thread: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """A message of ours found in a thread: part `part` of the reply to `job` (empty: it does not say)."""

    ts: str
    job: str
    part: int
    final: bool


class Outbound:
    """Slack's Web API for one workspace.

    Raises SlackRefused (or its kin BlocksRefused), SlackBusy when it asks us to wait longer than we did, and
    SlackUnreachable when nobody knows whether the call took effect.
    """

    def __init__(self, token: str, api_url: str, *, patient: bool = True) -> None:
        """`patient`: wait, in the calling thread, when Slack asks for it."""
        # Not the SDK's own retries: a post that is repeated after a lost reply appears twice.
        handlers: list[RetryHandler] = [RateLimitErrorRetryHandler(max_retry_count=_WAITS_FOR_ROOM)]
        self._hasty = WebClient(token, base_url=api_url, timeout=_TIMEOUT_SECONDS, retry_handlers=[])
        self.client = (
            WebClient(token, base_url=api_url, timeout=_TIMEOUT_SECONDS, retry_handlers=handlers)
            if patient
            else self._hasty
        )
        self._home = urlsplit(api_url)[:2]
        self._me: Me | None = None
        self._missing: set[str] = set()

    @property
    def me(self) -> Me:
        """Who we are, asked once."""
        if self._me is None:
            found = _called(self.client.auth_test)
            self._me = Me(found["team_id"], found["user_id"], found.get("bot_id", ""), found.get("user", ""))
        return self._me

    # -- messages

    def post(
        self, channel: str, thread: str, reply: Reply, job: str, part: int = 0, *, final: bool = True
    ) -> Posted:
        """Post a reply in a thread."""
        found = self._shown(
            self.client.chat_postMessage,
            reply,
            channel=channel,
            thread_ts=thread or None,
            metadata=_metadata(job, part, final),
            unfurl_links=False,
            unfurl_media=False,
        )
        return Posted(found["ts"], not thread or found.get("message", {}).get("thread_ts") == thread)

    def update(
        self, channel: str, ts: str, reply: Reply, job: str, part: int = 0, *, final: bool = True
    ) -> None:
        """Make a message of ours say something else."""
        # Slack keeps the blocks that are not given, those that it made of a stream too.
        facts = {"channel": channel, "ts": ts, "metadata": _metadata(job, part, final)}
        _called(
            self.client.chat_update, **_content(reply) | {"blocks": _harmless(list(reply.blocks))}, **facts
        )

    def delete(self, channel: str, ts: str) -> None:
        """Take a message of ours back."""
        _called(self.client.chat_delete, channel=channel, ts=ts)

    def whisper(self, channel: str, thread: str, user: str, reply: Reply) -> None:
        """Show a reply to one person of the channel."""
        self._shown(
            self.client.chat_postEphemeral, reply, channel=channel, user=user, thread_ts=thread or None
        )

    def respond(self, url: str, reply: Reply, *, replace: bool = False, in_channel: bool = False) -> None:
        """Answer a slash command or a click by its `response_url`, which lives for 30 minutes and five answers."""
        self._respond(
            url,
            reply,
            replace_original=replace,
            response_type="in_channel" if in_channel else "ephemeral",
            unfurl_links=False,
            unfurl_media=False,
        )

    def withdraw(self, url: str) -> None:
        """Delete the private message whose button was clicked."""
        self._respond(url, Reply(" "), delete_original=True)

    def mine(self, channel: str, thread: str, since: str = "") -> list[Mine]:
        """Our own messages of a thread, else of the channel's root, not older than the timestamp `since`."""
        return [
            _mine(message)
            for message in self._messages(channel, thread, since)
            if message.get("user") == self.me.user or (message.get("bot_id") or "-") == self.me.bot
        ]

    # -- streams: their text is not final, `update` makes the message what it will stay; nothing of it waits for Slack

    def start_stream(self, channel: str, thread: str, user: str, sentence: str) -> str:
        """Begin a message that grows; its timestamp. Raises SlackRefused where Slack has no streams."""
        found = _called(
            self._hasty.chat_startStream,
            channel=channel,
            thread_ts=thread,
            recipient_team_id=self.me.team,
            recipient_user_id=user,
            markdown_text=_harmless(streamed(sentence)),
        )
        return str(found["ts"])

    def append(self, channel: str, ts: str, sentence: str) -> None:
        """Let it grow by a sentence."""
        _called(
            self._hasty.chat_appendStream,
            channel=channel,
            ts=ts,
            markdown_text=_harmless(" " + streamed(sentence)),
        )

    def stop_stream(self, channel: str, ts: str, job: str) -> None:
        """End the growing; the message can be updated from now on."""
        _called(self.client.chat_stopStream, channel=channel, ts=ts, metadata=_metadata(job, 0, False))

    # -- the agent's surface: ornaments, so where Slack has no room or name for them, an answer comes without

    def status(self, channel: str, thread: str, text: str) -> None:
        """What we are doing, shown beside our name for at most two minutes; empty clears it."""
        self._ornament(
            self._hasty.assistant_threads_setStatus, channel_id=channel, thread_ts=thread, status=text
        )

    def title(self, channel: str, thread: str, text: str) -> None:
        """What a conversation is called in the list of conversations."""
        self._ornament(
            self._hasty.assistant_threads_setTitle, channel_id=channel, thread_ts=thread, title=text
        )

    def prompts(self, channel: str, thread: str, prompts: Iterable[tuple[str, str]]) -> None:
        """Suggest questions. Under `agent_view` a thread makes Slack ignore the call, so `thread` is empty there."""
        shown = [{"title": title, "message": message} for title, message in prompts]
        facts = {"channel_id": channel, "prompts": shown} | ({"thread_ts": thread} if thread else {})
        self._ornament(self._hasty.api_call, api_method="assistant.threads.setSuggestedPrompts", json=facts)

    # -- views

    def open_view(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Show a modal to whoever clicked less than three seconds ago."""
        _called(self.client.views_open, trigger_id=trigger, view=_harmless(dict(view)))

    def publish_home(self, user: str, view: Mapping[str, Any]) -> None:
        """Show somebody their Home tab."""
        _called(self.client.views_publish, user_id=user, view=_harmless(dict(view)))

    # -- facts

    def is_public(self, channel: str) -> bool:
        """Whether everybody of this workspace, and nobody else, may read the channel."""
        found = _called(self.client.conversations_info, channel=channel)["channel"]
        closed = ("is_private", "is_im", "is_mpim", "is_ext_shared", "is_pending_ext_shared")
        return not any(found.get(flag) for flag in closed)

    def may_carry_token(self, url: str) -> bool:
        """Whether `url` is Slack's own, so that our token may be sent there."""
        return self._is_slack(url) and urlsplit(url).username is None

    # -- inside

    def _shown(self, call: Callable[..., Any], reply: Reply, **facts: Any) -> Mapping[str, Any]:
        return _called(call, **_content(reply), **facts)

    def _respond(self, url: str, reply: Reply, **facts: Any) -> None:
        if not self._is_slack(url):
            raise SlackRefused("response_url_not_slack")
        webhook = WebhookClient(url, timeout=_TIMEOUT_SECONDS, retry_handlers=self.client.retry_handlers)
        try:
            found = webhook.send(**_content(reply), **facts)
        except (OSError, HTTPException) as error:
            raise SlackUnreachable(str(error)) from error
        if found.status_code == 429 or found.status_code >= 500:
            raise SlackUnreachable(f"HTTP {found.status_code}")
        if code := _fault(found.status_code, found.body):
            raise BlocksRefused(code) if reply.blocks and "block" in code else SlackRefused(code)

    def _messages(self, channel: str, thread: str, since: str) -> Iterator[Mapping[str, Any]]:
        read = self.client.conversations_replies if thread else self.client.conversations_history
        where = {"ts": thread} if thread else {}
        cursor = ""
        for _ in range(_MOST_PAGES):
            found = _called(
                read,
                channel=channel,
                **where,
                oldest=since or None,
                limit=_PAGE,
                cursor=cursor or None,
                include_all_metadata=True,
            )
            yield from found["messages"]
            cursor = (found.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def _ornament(self, call: Callable[..., Any], **facts: Any) -> None:
        name = str(facts.get("api_method") or call.__name__)
        if name in self._missing:
            return
        try:
            _called(call, **_harmless(facts))
        except SlackRefused as error:
            if error.code in _NOT_HERE:
                self._missing.add(name)
            log.debug("%s: %s", name, error.code)
        except (SlackBusy, SlackUnreachable) as error:
            log.debug("%s: %s", name, error)

    def _is_slack(self, url: str) -> bool:
        parts = urlsplit(url)
        slack = parts.scheme == "https" and bool(_SLACK_HOSTS.fullmatch(parts.hostname or ""))
        # Scheme, host and port: the port beside it may be somebody else's.
        return slack or parts[:2] == self._home


def _content(reply: Reply) -> dict[str, Any]:
    return {"text": _harmless(reply.text), "blocks": _harmless(list(reply.blocks)) or None}


def _harmless(value: Any) -> Any:
    """The same, with no mention, channel or broadcast left that Slack would act on: the last line of defence."""
    if isinstance(value, str):
        return _ACTIVE.sub("&lt;", value)
    if isinstance(value, list | tuple):
        return [_harmless(item) for item in value]
    if isinstance(value, dict):
        if value.get("type") in ("broadcast", "usergroup", "channel", "color"):
            return {"type": "text", "text": "…"}
        return {key: _harmless(item) for key, item in value.items()}
    return value


def _metadata(job: str, part: int, final: bool) -> dict[str, Any]:
    return {"event_type": EVENT, "event_payload": {"job": job, "part": part, "final": final}}


def _mine(message: Mapping[str, Any]) -> Mine:
    metadata = message.get("metadata") or {}
    told = metadata.get("event_payload", {}) if metadata.get("event_type") == EVENT else {}
    return Mine(message["ts"], str(told.get("job", "")), int(told.get("part", 0)), bool(told.get("final")))


def _called(call: Callable[..., Any], **facts: Any) -> Mapping[str, Any]:
    """What Slack replies, its refusals as errors of ours."""
    try:
        found: Mapping[str, Any] = call(**facts).data
    except SlackApiError as error:
        raise _refusal(error) from error
    except (OSError, HTTPException, SlackClientError) as error:
        raise SlackUnreachable(f"{type(error).__name__}: {error}") from error
    return found


def _fault(status: int, body: str) -> str:
    """Why a `response_url` did not take a message, which a status of 200 may hide; empty when it did."""
    try:
        told = json.loads(body)
    except ValueError:
        told = None
    if isinstance(told, dict) and told.get("ok") is False:
        return str(told.get("error") or "unknown_error")
    return "" if status == 200 else body[:100] or f"HTTP {status}"


def _refusal(error: SlackApiError) -> Exception:
    response = error.response
    status = int(getattr(response, "status_code", 0) or (response.get("status", 0) if response else 0) or 0)
    code = str((response.get("error") if response else "") or "")
    if code == "ratelimited" or status == 429:
        headers = getattr(response, "headers", {}) or {}
        return SlackBusy(float(headers.get("Retry-After") or headers.get("retry-after") or 30))
    if status >= 500 or code in _OUTAGES or not code:
        return SlackUnreachable(code or f"HTTP {status}")
    return BlocksRefused(code) if code in _BLOCKS_REFUSED else SlackRefused(code)
