"""Socket Mode: tickets, up to ten websockets, envelopes to one of them at random, acknowledgements from any."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
import uuid
from contextlib import suppress

from aiohttp import WSMsgType, web

from tests.slack_workspace.delivery import Attempt, Delivery
from tests.slack_workspace.events import acknowledge, acknowledged
from tests.slack_workspace.state import Store

MOST = 10
_HOST = "applink-1"


class Sockets:
    """The app's live connections; lives on the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tickets: set[str] = set()
        self._live: list[web.WebSocketResponse] = []
        self._someone = asyncio.Event()
        self._envelopes: dict[str, tuple[Delivery, Attempt]] = {}

    def ticket(self) -> str:
        """An address for one connection."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{self._store.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self._store.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to the end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="bad ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self._live) >= MOST:
            await _say_goodbye(socket, "too_many_websockets")
            return socket
        await socket.send_json(self._hello())
        self._live.append(socket)
        self._count()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._hear(message.data)
        finally:
            self._forget(socket)
        return socket

    async def offer(self, delivery: Delivery, number: int, reason: str) -> str:
        """Send it to one connection, chosen at random, and wait for the acknowledgement."""
        if not self._live:
            if delivery.kind != "events_api":
                return "no_connection"
            number, reason = max(number, 1), reason or "timeout"
            while not self._live:
                await self._someone.wait()
        attempt = Attempt(number, reason, str(uuid.uuid4()), time.monotonic())
        delivery.attempts.append(attempt)
        self._envelopes[attempt.envelope_id] = delivery, attempt
        with suppress(ConnectionError, RuntimeError):  # closed under our hands: nobody will acknowledge
            await random.choice(self._live).send_json(_envelope(delivery, attempt))
        return "" if await acknowledged(delivery, self._store.ack_deadline) else "timeout"

    async def disconnect(self, reason: str, grace: float) -> None:
        """Tell every connection to go, and close it after `grace` seconds; new envelopes no longer use it."""
        leaving, self._live = self._live, []
        self._count()
        await asyncio.gather(*(_say_goodbye(socket, reason, grace) for socket in leaving))

    async def cut(self) -> None:
        """End every connection without a word, as a lost network does."""
        leaving, self._live = self._live, []
        self._count()
        for socket in leaving:
            transport = socket._req.transport if socket._req else None  # aiohttp has no public abort
            if transport:
                transport.abort()

    def _hear(self, text: str) -> None:
        answer = json.loads(text)
        known = self._envelopes.get(answer.get("envelope_id", ""))
        if not known:
            self._store.violate("acknowledgement of an unknown envelope", "socket", text)
            return
        if known[0].acks and known[1].acked_at is not None:
            self._store.violate("envelope acknowledged twice", "socket", text)
        acknowledge(self._store, *known, answer.get("payload"))

    def _hello(self) -> dict[str, object]:
        return {
            "type": "hello",
            "num_connections": len(self._live) + 1,
            "debug_info": {"host": _HOST, "build_number": 10, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._store.app_id},
        }

    def _forget(self, socket: web.WebSocketResponse) -> None:
        if socket in self._live:
            self._live.remove(socket)
        self._count()

    def _count(self) -> None:
        self._store.connections = len(self._live)
        if self._live:
            self._someone.set()
        else:
            self._someone.clear()
        self._store.changed()


def _envelope(delivery: Delivery, attempt: Attempt) -> dict[str, object]:
    envelope: dict[str, object] = {
        "type": delivery.kind,
        "envelope_id": attempt.envelope_id,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "events_api",
    }
    if delivery.kind == "events_api":
        envelope |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
    return envelope


async def _say_goodbye(socket: web.WebSocketResponse, reason: str, grace: float = 0.0) -> None:
    with suppress(ConnectionError, RuntimeError):  # it left first
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": _HOST}})
        await asyncio.sleep(grace)
        await socket.close()
