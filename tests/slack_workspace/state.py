"""What the stand-in remembers: people, channels, messages with all their versions, views, files, broken rules.

One lock guards everything; whoever changes something calls `changed()`, which wakes the tests that wait.
"""

from __future__ import annotations

import itertools
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.slack_workspace.delivery import Delivery

Blocks = list[dict[str, Any]]
FULL_SCOPES = (
    "app_mentions:read", "assistant:write", "chat:write", "commands", "im:history", "channels:history",
    "groups:history", "channels:read", "groups:read", "files:read",
)  # fmt: skip
FULL_EVENTS = ("app_mention", "message.im", "message.channels", "message.groups", "app_home_opened")


@dataclass(slots=True, eq=False)
class User:
    """A person of the workspace, or the bot."""

    id: str
    name: str
    is_bot: bool = False


@dataclass(slots=True, eq=False)
class Channel:
    """A channel; `kind` is Slack's channel_type: channel (public), group (private) or im."""

    id: str
    name: str
    kind: str
    members: set[str]
    archived: bool = False
    ext_shared: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What readers saw from `at` (seconds since the epoch) on, and what made it so (post, append, update, …)."""

    at: float
    how: str
    text: str
    blocks: Blocks


@dataclass(slots=True, eq=False)
class Message:
    """A message in a channel. `streaming` is "" or, while it streams, open, text or chunks (its locked mode)."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    files: list[SharedFile] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    streamed: str = ""
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    streaming: str = ""
    started: float = 0.0
    edited: bool = False
    deleted: bool = False
    subtype: str = ""
    client_msg_id: str = ""
    app_context: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<message {self.ts} by {self.user or self.bot_id}: {self.text[:80]!r}>"

    def keep(self, how: str) -> None:
        """Remember what readers see from now on."""
        self.versions.append(Version(time.time(), how, self.text, list(self.blocks)))


@dataclass(slots=True, eq=False)
class Ephemeral:
    """A message that only `user` sees; `via` says how it came (postEphemeral, response_url or ack)."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: Blocks
    via: str
    thread_ts: str = ""
    versions: list[Version] = field(default_factory=list)
    deleted: bool = False

    def keep(self, how: str) -> None:
        """Remember what the reader sees from now on."""
        self.versions.append(Version(time.time(), how, self.text, list(self.blocks)))


@dataclass(slots=True, eq=False)
class View:
    """A modal or a Home tab that one person sees; `shown` keeps every version of it."""

    id: str
    user: str
    shown: list[dict[str, Any]]
    hash: str
    open: bool = True

    @property
    def now(self) -> dict[str, Any]:
        """The view as the app gave it last."""
        return self.shown[-1]


@dataclass(slots=True, eq=False)
class SharedFile:
    """A file in Slack. `url` is what events claim as url_private; it may lie."""

    id: str
    name: str
    mimetype: str
    content: bytes
    url: str
    user: str = ""
    downloads: int = 0


@dataclass(slots=True, eq=False)
class Interaction:
    """A slash command, click, shortcut or submission, and what the app answered."""

    delivery: Delivery
    user: str
    channel: str
    trigger_id: str
    responses: list[Message | Ephemeral] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.delivery.acked and not self.delivery.failed

    @property
    def ack_latency(self) -> float | None:
        """Seconds until the acknowledgement, None without one."""
        return self.delivery.latency

    @property
    def ack_body(self) -> Any:
        """What the acknowledgement carried."""
        return self.delivery.ack_body


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that the app broke although Slack itself would let it through."""

    rule: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule} in {self.where}: {self.detail}"


@dataclass(slots=True)
class Call:
    """One Web API call; `error` is Slack's error, or "" when it went well."""

    method: str
    args: dict[str, Any]
    at: float
    error: str = ""
    status: int = 200


@dataclass(slots=True)
class Trigger:
    """A trigger_id: when it was given out, to whom, and whether it was spent."""

    user: str
    at: float
    spent: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """Where an interaction may be answered: five times within half an hour."""

    interaction: Interaction
    original: Message | Ephemeral | None
    at: float
    uses: int = 0


class Store:
    """The state, without behaviour of its own."""

    team_id = "T0ACME0001"
    team_domain = "acme"
    app_id = "A0CITE0001"
    bot_id = "B0CITE0001"
    bot_user = "U0CITEBOT1"
    bot_token = "xoxb-1000000001-2000000002-abcdefghijklmnopqrstuvwx"
    app_token = "xapp-1-A0CITE0001-3000000003-0123456789abcdef"
    signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"

    def __init__(self) -> None:
        self.lock = threading.Condition(threading.RLock())
        self.scopes: set[str] = set(FULL_SCOPES)
        self.app_scopes: set[str] = {"connections:write"}
        self.bot_events: set[str] = set(FULL_EVENTS)
        self.commands: set[str] = {"/ask"}
        self.shortcuts: set[str] = {"ingest_message"}
        self.assistant_view = False
        self.streaming_supported = True
        self.streaming_refusal = "unknown_method"
        self.stream_lifetime = 300.0
        self.time_scale = 1 / 60
        self.ack_deadline = 3.0
        self.trigger_lifetime = 3.0
        self.page_size = 1000
        self.mention_order = "random"
        self.allowed_mentions: set[str] = set()
        self.allowed_text: set[str] = set()

        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[tuple[str, str], Message] = {}
        self.ephemeral: list[Ephemeral] = []
        self.all_views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, SharedFile] = {}
        self.status_log: list[tuple[str, str, str]] = []
        self.titles: dict[tuple[str, str], str] = {}
        self.prompts: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.reactions: dict[tuple[str, str], set[str]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[Call] = []
        self.violations: list[Violation] = []
        self.deliveries: list[Delivery] = []
        self.lost: list[Delivery] = []
        self.timeouts: list[Interaction] = []
        self.ack_latencies: dict[str, list[float]] = {}
        self.missed_acks: list[Delivery] = []
        self.url = ""
        self.stranger_url = ""
        self.stranger_requests: list[dict[str, Any]] = []
        self.stranger_pages: dict[str, tuple[str, bytes]] = {}
        self.connections = 0
        self.dispatch: Callable[[Delivery], None] = lambda delivery: None
        self._last_ts = 0
        self._numbers = itertools.count(1)
        self.users[self.bot_user] = User(self.bot_user, "citedesk", is_bot=True)

    def changed(self) -> None:
        """Wake whoever waits for something to happen."""
        with self.lock:
            self.lock.notify_all()

    def new_ts(self) -> str:
        """A timestamp never given before, in Slack's form: seconds, a point, six digits."""
        with self.lock:
            self._last_ts = max(time.time_ns() // 1000, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        """An id in Slack's form, such as C0000000A3."""
        return f"{letter}0{next(self._numbers):08X}"

    def new_trigger(self, user: str) -> str:
        """A trigger_id for `user`, good for three seconds and one view."""
        trigger = f"{next(self._numbers)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[trigger] = Trigger(user, time.monotonic())
        return trigger

    def violate(self, rule: str, where: str, detail: object = "") -> None:
        """Record a broken rule; the detail is cut to what fits a line."""
        broken = Violation(rule, where, re.sub(r"\s+", " ", str(detail))[:300])
        with self.lock:
            if broken not in self.violations:
                self.violations.append(broken)
            self.changed()

    def person(self, who: User | str) -> User:
        """The user with this id or name, made on first sight."""
        if isinstance(who, User):
            return who
        with self.lock:
            for user in self.users.values():
                if who in (user.id, user.name):
                    return user
            id = who if re.fullmatch(r"[UW][A-Z0-9]+", who) else self.new_id("U")
            self.users[id] = User(id, who)
            return self.users[id]

    def place(self, channel: Channel | str) -> Channel:
        """The channel with this id or name. Raises AssertionError when there is none."""
        if isinstance(channel, Channel):
            return channel
        for known in self.channels.values():
            if channel in (known.id, known.name, f"#{known.name}"):
                return known
        raise AssertionError(f"no channel {channel!r}; make it first with workspace.channel()")

    def direct(self, user: str) -> Channel:
        """The direct messages of `user` with the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        made = Channel(self.new_id("D"), f"dm-{user}", "im", {user, self.bot_user})
        self.channels[made.id] = made
        return made

    def thread(self, channel: str, root: str) -> list[Message]:
        """The messages of a thread that are still there, the root first."""
        found = [m for m in self.messages.values() if m.channel == channel and root in (m.ts, m.thread_ts)]
        return [m for m in sorted(found, key=lambda m: m.ts) if not m.deleted]

    def send(self, *deliveries: Delivery) -> None:
        """Hand deliveries to whoever carries them to the app."""
        with self.lock:
            self.deliveries.extend(deliveries)
        for delivery in deliveries:
            self.dispatch(delivery)

    def bot_messages(self, messages: Iterable[Message]) -> list[Message]:
        """Those of `messages` that the app posted."""
        return [message for message in messages if message.bot_id == self.bot_id]
