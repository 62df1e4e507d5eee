"""How the app hears of things: which events it gets, over which transport, and how often Slack tries again."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Protocol
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from tests.slack_workspace.delivery import Attempt, Delivery
from tests.slack_workspace.shapes import changed_event, deleted_event, event_callback, message_event
from tests.slack_workspace.state import Channel, Message, Store

_WAITS = (0.0, 60.0, 300.0)  # before the first, second and third retry, in Slack's own seconds
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "assistant_thread_started": "assistant:write",
    "assistant_thread_context_changed": "assistant:write",
}
_SUBSCRIPTION = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


def event_for(
    store: Store, type: str, event: dict[str, Any], channel: Channel | None = None
) -> list[Delivery]:
    """The delivery of an event, or none when the app did not subscribe to `type`, lacks its scope or is not in
    the channel."""
    heard = type in store.bot_events and SCOPE_OF_EVENT.get(type, "") in store.scopes | {""}
    if not heard or (channel and store.bot_user not in channel.members):
        return []
    shared = bool(channel and channel.ext_shared)
    return [Delivery("events_api", event["type"], event_callback(store, event, shared=shared))]


def message_deliveries(store: Store, message: Message) -> list[Delivery]:
    """What the app hears of a new message: the message, and for a mention in a channel app_mention as well."""
    channel = store.channels[message.channel]
    event = message_event(store, message)
    heard = event_for(store, _SUBSCRIPTION[channel.kind], event, channel)
    if channel.kind != "im" and f"<@{store.bot_user}>" in message.text and message.user != store.bot_user:
        mention = {k: v for k, v in event.items() if k not in ("channel_type", "subtype")}
        heard += event_for(store, "app_mention", mention | {"type": "app_mention"}, channel)
    return heard


def changed_deliveries(store: Store, message: Message, before: dict[str, Any]) -> list[Delivery]:
    """What the app hears of an edit."""
    channel = store.channels[message.channel]
    return event_for(store, _SUBSCRIPTION[channel.kind], changed_event(store, message, before), channel)


def deleted_deliveries(store: Store, message: Message) -> list[Delivery]:
    """What the app hears of a deletion."""
    channel = store.channels[message.channel]
    return event_for(store, _SUBSCRIPTION[channel.kind], deleted_event(store, message), channel)


class Transport(Protocol):
    """A way to the app: Socket Mode or signed HTTP."""

    async def offer(self, delivery: Delivery, number: int, reason: str) -> str:
        """Try once; "" when acknowledged in time, else why not."""
        ...


class Courier:
    """Carries deliveries to the app on the event loop, and again when they are not acknowledged."""

    def __init__(self, store: Store, loop: asyncio.AbstractEventLoop, transport: Transport) -> None:
        self._store = store
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self.transport = transport

    def carry(self, delivery: Delivery) -> None:
        """Start on a delivery; from any thread."""
        self._loop.call_soon_threadsafe(self._start, delivery)

    def stop(self) -> None:
        """Give up on everything under way; on the loop."""
        for task in self._tasks:
            task.cancel()

    def _start(self, delivery: Delivery) -> None:
        task = self._loop.create_task(self._carry(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, delivery: Delivery) -> None:
        if delivery.kind == "events_api":
            await self._insist(delivery)
        else:  # a person is waiting: Slack tries once, then shows them an error
            delivery.failed = await self.transport.offer(delivery, 0, "")
        with self._store.lock:
            delivery.on_settled()
            delivery.settled = True
            self._store.changed()

    async def _insist(self, delivery: Delivery) -> None:
        reason = delivery.first_reason
        for number in range(delivery.first_number, len(_WAITS) + 1):
            if number > delivery.first_number:
                wait = _WAITS[number - 1] * self._store.time_scale
                if await acknowledged(delivery, wait):
                    return
            reason = await self.transport.offer(delivery, number, reason)
            if not reason:
                return
            self._store.missed_acks.append(delivery)
            if reason == "no_retry":
                break
        delivery.failed = "lost"
        self._store.lost.append(delivery)


async def acknowledged(delivery: Delivery, within: float) -> bool:
    """Whether the delivery is acknowledged before `within` seconds are over."""
    try:
        await asyncio.wait_for(delivery.done.wait(), within)
    except TimeoutError:
        return False
    return True


def acknowledge(store: Store, delivery: Delivery, attempt: Attempt, body: Any) -> None:
    """Note that the app acknowledged an attempt; the first acknowledgement counts."""
    with store.lock:
        delivery.acks += 1
        if delivery.acks == 1:
            attempt.acked_at = time.monotonic()
            delivery.ack_body = body
            store.ack_latencies.setdefault(delivery.type, []).append(attempt.acked_at - attempt.sent_at)
        store.changed()
    delivery.done.set()


class HttpTarget:
    """The Events API over HTTP: signed POSTs to the app's request URL."""

    def __init__(self, store: Store, url: str, signing_secret: str) -> None:
        self._store = store
        self._url = url
        self._verifier = SignatureVerifier(signing_secret)

    async def offer(self, delivery: Delivery, number: int, reason: str) -> str:
        """POST it; 2xx within the deadline acknowledges."""
        attempt = Attempt(number, reason, "", time.monotonic())
        delivery.attempts.append(attempt)
        body, content_type = _encoded(delivery)
        headers = self._signed(body) | {"Content-Type": content_type}
        if number:
            headers |= {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        timeout = aiohttp.ClientTimeout(total=self._store.ack_deadline)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return self._judge(delivery, attempt, response, await response.text())
        except TimeoutError:
            return "http_timeout"
        except aiohttp.ClientError:
            return "connection_failed"

    async def verify(self) -> bool:
        """Slack's url_verification challenge, as when a request URL is saved."""
        body = json.dumps(
            {"token": "verification-token", "challenge": "3eZbrw1aB", "type": "url_verification"}
        )
        headers = self._signed(body) | {"Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._url, data=body, headers=headers) as response,
        ):
            return response.status == 200 and "3eZbrw1aB" in await response.text()

    def _signed(self, body: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signature = self._verifier.generate_signature(timestamp=timestamp, body=body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}

    def _judge(
        self, delivery: Delivery, attempt: Attempt, response: aiohttp.ClientResponse, text: str
    ) -> str:
        if 200 <= response.status < 300:
            json_body = response.content_type == "application/json" and text
            acknowledge(self._store, delivery, attempt, json.loads(text) if json_body else text)
            return ""
        return "no_retry" if response.headers.get("X-Slack-No-Retry") == "1" else "http_error"


def _encoded(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    form = (
        delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    )
    return urlencode(form), "application/x-www-form-urlencoded"
