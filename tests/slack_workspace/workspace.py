"""A strict, stateful stand-in for Slack, for the real app to talk to over real HTTP and websockets.

    with Workspace() as slack:
        news = slack.channel("news", members=["ana"])
        bot = subprocess.Popen(["bot", "slack"], env=os.environ | slack.environment())
        slack.wait_for_connection()
        question = slack.mention("ana", news, "When does the ferry sail?")
        [answer] = slack.wait_for(lambda: slack.answers(question), 60, "an answer")
        assert "Friday" in slack.readable(answer)
        asked = slack.slash("ana", news, "/ask", "What does a ticket cost?")
        assert asked.acked
        shown = slack.wait_for(lambda: asked.responses)[0]
        slack.click("ana", shown, "share")
    # leaving the block releases what `hold` held, and raises if the app broke a rule (mentions, leaks, unknown
    # methods, …): see violations

Users and channels may be given by object, id or name. Everything is synchronous and may be called from any thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from tests.slack_workspace import streams
from tests.slack_workspace.events import SCOPE_OF_EVENT
from tests.slack_workspace.reading import Reading
from tests.slack_workspace.server import Server


class Workspace(Reading):
    """One Slack workspace with one app installed. A context manager; `strict` checks the rules at the end.

    Settings to change at any time (all attributes): `scopes`, `bot_events`, `commands`, `shortcuts`, `assistant_view`,
    `streaming_supported`, `streaming_refusal`, `stream_lifetime`, `time_scale` (Slack's waits between retries times
    this; 1/60 by default: one minute is one second), `ack_deadline` (3 s), `trigger_lifetime` (3 s), `page_size`,
    `mention_order` (random, mention_first, message_first), `allowed_mentions`, `allowed_text`, `stranger_pages`.
    """

    def __init__(self, *, strict: bool = True) -> None:
        super().__init__()
        self._strict = strict
        self._server = Server(self)
        self.dispatch = self._server.courier.carry

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.calm()
        self._server.stop()
        if self._strict and kind is None:
            self.check()

    def environment(self) -> dict[str, str]:
        """The environment that makes the app talk to this workspace."""
        return {
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
        }

    def install(self, manifest: Mapping[str, Any]) -> None:
        """Install the app anew with this manifest: its scopes, events, commands, shortcuts and agent surface."""
        features, settings = manifest["features"], manifest["settings"]
        self.scopes = set(manifest["oauth_config"]["scopes"]["bot"])
        self.bot_events = set(settings.get("event_subscriptions", {}).get("bot_events", ()))
        for event in self.bot_events:
            needed = SCOPE_OF_EVENT.get(event, "")
            assert not needed or needed in self.scopes, (
                f"the manifest wants {event} without the scope {needed}"
            )
        self.commands = {command["command"] for command in features.get("slash_commands", ())}
        self.shortcuts = {shortcut["callback_id"] for shortcut in features.get("shortcuts", ())}
        assert not ({"agent_view", "assistant_view"} <= features.keys()), "a manifest has one agent surface"
        self.assistant_view = "assistant_view" in features
        home = features.get("app_home", {})
        assert home.get("messages_tab_enabled"), "nobody could write to the app: messages_tab_enabled"
        assert not home.get("messages_tab_read_only_enabled"), "nobody could write to the app: read-only tab"
        interactivity = settings.get("interactivity", {}).get("is_enabled")
        assert interactivity or not self.shortcuts, "shortcuts and buttons need interactivity"

    def new_socket_address(self) -> str:
        """A fresh ws:// address, as apps.connections.open gives it."""
        return self._server.sockets.ticket()

    def deliver_to(self, url: str, signing_secret: str = "", *, verify: bool = False) -> None:
        """Deliver over signed HTTP to `url` instead of Socket Mode; `verify` sends the url_verification challenge."""
        target = self._server.deliver_to(url, signing_secret or self.signing_secret)
        if verify:
            assert self._server.ask(target.verify()), f"{url} did not answer the challenge"

    def disconnect_sockets(self, reason: str = "refresh_requested", grace: float = 0.2) -> None:
        """Tell every socket to go (refresh_requested, warning, link_disabled), and close them after `grace` seconds."""
        self._server.ask(self._server.sockets.disconnect(reason, grace))

    def cut_sockets(self) -> None:
        """End every socket without a word."""
        self._server.ask(self._server.sockets.cut())

    def expire_streams(self) -> None:
        """End every stream as Slack does with one that lived too long."""
        streams.expire(self)
