"""Setting Slack up: the settings, the manifest, what `bot doctor` finds in Slack, and the files to deploy with."""

from __future__ import annotations

import asyncio
import configparser
import json
import re
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.doctor import Check, State
from bot.doctor import check_slack as check_environment
from bot.slack.doctor import check_slack
from bot.slack.manifest import (
    EVENTS,
    OPTIONAL_SCOPES,
    SCOPES,
    manifest,
    printed,
    scope_of,
)
from bot.slack.probe import TIMEOUT
from bot.slack.settings import SlackSettings, need_http, need_socket, read_slack_settings
from bot.slack.store import Store
from vectorstore.errors import SettingsError
from vectorstore.settings import read_settings

ROOT = Path(__file__).parent.parent
BOT_TOKEN = "xoxb-secret-1"
APP_TOKEN = "xapp-secret-2"
SECRET = "signing5ecret3"


# --- settings ---


def test_nothing_set_is_the_defaults_and_the_example_file_holds_them() -> None:
    assert read_slack_settings({}) == SlackSettings()
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match("[A-Z]", line))
    assert read_slack_settings(given) == SlackSettings()
    named = {name for name in given if name.startswith(("SLACK_", "CITEDESK_SLACK_"))}
    assert len(named) == len(fields(SlackSettings))
    guide = (ROOT / "docs" / "slack.md").read_text("utf-8")
    assert {name for name in named if f"`{name}`" not in guide} == set()


def test_everything_can_be_set() -> None:
    settings = read_slack_settings(
        {
            "SLACK_BOT_TOKEN": f" {BOT_TOKEN}\n",
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": "http://127.0.0.1:8080/api//",
            "CITEDESK_SLACK_CHANNELS": "/etc/channels.toml",
            "CITEDESK_SLACK_INGEST": "U0123, C0456",
            "CITEDESK_SLACK_FOLLOW_UPS": "No",
            "CITEDESK_SLACK_ANSWERERS": "2",
            "CITEDESK_SLACK_QUEUE": "7",
            "CITEDESK_SLACK_PER_PERSON": "3",
            "CITEDESK_SLACK_PER_CHANNEL": "4",
            "CITEDESK_SLACK_TIMEOUT": "1.5",
            "CITEDESK_SLACK_RETENTION_DAYS": "5",
            "CITEDESK_SLACK_LOG_QUESTIONS": "yes",
        }
    )
    assert settings == SlackSettings(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        signing_secret=SECRET,
        api_url="http://127.0.0.1:8080/api/",
        channels_file=Path("/etc/channels.toml"),
        ingest=frozenset({"U0123", "C0456"}),
        follow_ups=False,
        answerers=2,
        queue=7,
        per_person=3,
        per_channel=4,
        timeout=1.5,
        retention_days=5,
        log_questions=True,
    )
    assert not re.search(f"{BOT_TOKEN}|{APP_TOKEN}|{SECRET}", repr(settings))


@pytest.mark.parametrize("url", ["https://slack.com/api", "https://slack.com/api/"])
def test_the_address_ends_with_one_slash(url: str) -> None:
    assert read_slack_settings({"SLACK_API_URL": url}).api_url == "https://slack.com/api/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_API_URL", "slack.com/api"),
        ("SLACK_API_URL", "https://"),
        ("CITEDESK_SLACK_INGEST", "#general"),
        ("CITEDESK_SLACK_INGEST", "U0123, me@example.com"),
        ("CITEDESK_SLACK_FOLLOW_UPS", "maybe"),
        ("CITEDESK_SLACK_ANSWERERS", "-1"),
        ("CITEDESK_SLACK_QUEUE", "0"),
        ("CITEDESK_SLACK_QUEUE", "many"),
        ("CITEDESK_SLACK_PER_PERSON", "1.5"),
        ("CITEDESK_SLACK_PER_CHANNEL", "٣"),
        ("CITEDESK_SLACK_TIMEOUT", "nan"),
        ("CITEDESK_SLACK_TIMEOUT", "0"),
        ("CITEDESK_SLACK_RETENTION_DAYS", "0"),
        ("CITEDESK_SLACK_LOG_QUESTIONS", "2"),
    ],
)
def test_a_malformed_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_slack_settings({name: value})


@pytest.mark.parametrize(
    ("given", "user", "channel", "allowed"),
    [
        ("", "U1AA", "C1AA", False),
        ("everyone", "U1AA", "C1AA", True),
        ("Everyone", "U1AA", "", True),
        ("U1AA", "U1AA", "C2AA", True),
        ("U1AA", "U2AA", "C2AA", False),
        ("C1AA U9AA", "U2AA", "C1AA", True),
    ],
)
def test_who_may_ingest(given: str, user: str, channel: str, allowed: bool) -> None:
    settings = read_slack_settings({"CITEDESK_SLACK_INGEST": given})
    assert settings.may_ingest(user, channel) is allowed


def test_tokens_in_each_others_place_are_noticed_before_slack_is_asked() -> None:
    full = SlackSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)
    with pytest.raises(SettingsError, match=r"SLACK_BOT_TOKEN begins with xoxb-.*swapped"):
        need_socket(replace(full, bot_token=APP_TOKEN, app_token=BOT_TOKEN))
    with pytest.raises(SettingsError, match="quotation marks"):
        need_http(replace(full, bot_token=f'"{BOT_TOKEN}"'))


def test_what_a_transport_lacks_is_named_with_where_to_find_it() -> None:
    full = SlackSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, signing_secret=SECRET)
    need_socket(full)
    need_http(full)
    for need, missing, name in (
        (need_socket, replace(full, bot_token=""), "SLACK_BOT_TOKEN"),
        (need_socket, replace(full, app_token=""), "SLACK_APP_TOKEN"),
        (need_http, replace(full, bot_token=""), "SLACK_BOT_TOKEN"),
        (need_http, replace(full, signing_secret=""), "SLACK_SIGNING_SECRET"),
    ):
        with pytest.raises(SettingsError, match=f"^{name} is not set.*api.slack.com/apps"):
            need(missing)
    need_socket(replace(full, signing_secret=""))
    need_http(replace(full, app_token=""))


# --- manifest ---

# What Slack's own schema (slackapi/manifest-schema 2.0.0) allows of what we use: longest text, or a type.
SCHEMA: Mapping[str, object] = {
    "_metadata.major_version": int,
    "_metadata.minor_version": int,
    "display_information.name": 35,
    "display_information.description": 140,
    "features.agent_view.agent_description": 300,
    "features.assistant_view.assistant_description": 300,
    "features.app_home.home_tab_enabled": bool,
    "features.app_home.messages_tab_enabled": bool,
    "features.app_home.messages_tab_read_only_enabled": bool,
    "features.bot_user.display_name": 80,
    "features.bot_user.always_online": bool,
    "features.slash_commands[].command": 32,
    "features.slash_commands[].description": 2000,
    "features.slash_commands[].usage_hint": 1000,
    "features.slash_commands[].should_escape": bool,
    "features.slash_commands[].url": 3000,
    "features.shortcuts[].name": 24,
    "features.shortcuts[].type": 7,
    "features.shortcuts[].callback_id": 255,
    "features.shortcuts[].description": 150,
    "oauth_config.scopes.bot[]": 50,
    "settings.event_subscriptions.request_url": 3500,
    "settings.event_subscriptions.bot_events[]": 50,
    "settings.interactivity.is_enabled": bool,
    "settings.interactivity.request_url": 3500,
    "settings.org_deploy_enabled": bool,
    "settings.socket_mode_enabled": bool,
    "settings.token_rotation_enabled": bool,
}
VARIANTS = [
    {"http_url": url, "minimal": minimal, "assistant_view": view}
    for url in ("", "https://bot.example.com")
    for minimal in (False, True)
    for view in (False, True)
]


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        assert value, f"{path}: Slack refuses empty lists"
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_manifest_follows_slacks_schema(variant: dict[str, Any]) -> None:
    app = json.loads(printed(manifest(**variant)))
    for path, value in leaves(app):
        allowed = SCHEMA[path]
        if isinstance(allowed, int):
            assert isinstance(value, str), path
            assert 1 <= len(value) <= allowed, path
        else:
            assert type(value) is allowed, path
    scopes = app["oauth_config"]["scopes"]["bot"]
    events = app["settings"]["event_subscriptions"]["bot_events"]
    assert all(not scope_of(event) or scope_of(event) in scopes for event in events)
    assert len(set(scopes)) == len(scopes)
    # Slack refuses assistant:write without one of the two views.
    assert ("agent_view" in app["features"]) != ("assistant_view" in app["features"])


def test_the_manifest_for_socket_mode() -> None:
    app = manifest()
    assert app["settings"]["socket_mode_enabled"] is True
    assert "http" not in printed(app)
    assert app["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert app["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert app["features"]["slash_commands"][0]["command"] == "/ask"
    assert app["features"]["shortcuts"][0]["callback_id"] == "ingest_message"


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://bot.example.com", "https://bot.example.com/slack/events"),
        ("https://example.com:8443/citedesk/", "https://example.com:8443/citedesk/slack/events"),
        ("https://bot.example.com/slack/events", "https://bot.example.com/slack/events"),
    ],
)
def test_the_manifest_for_http_names_the_address_everywhere(url: str, endpoint: str) -> None:
    app = manifest(http_url=url)
    assert app["settings"]["socket_mode_enabled"] is False
    assert app["settings"]["event_subscriptions"]["request_url"] == endpoint
    assert app["settings"]["interactivity"] == {"is_enabled": True, "request_url": endpoint}
    assert [command["url"] for command in app["features"]["slash_commands"]] == [endpoint]


@pytest.mark.parametrize(
    "url",
    [
        "http://bot.example.com",
        "bot.example.com",
        "https://",
        "https://a.b/?x=1",
        "https://u:p@a.b",
        "https://[",
    ],
)
def test_an_address_slack_would_refuse_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="https"):
        manifest(http_url=url)


def test_the_minimal_manifest_reads_no_channel() -> None:
    app = manifest(minimal=True)
    assert not OPTIONAL_SCOPES & set(app["oauth_config"]["scopes"]["bot"])
    events = app["settings"]["event_subscriptions"]["bot_events"]
    assert not {"message.channels", "message.groups"} & set(events)
    assert {"app_mention", "message.im", "app_home_opened"} <= set(events)


def test_the_older_assistant_has_its_own_events() -> None:
    events = set(manifest(assistant_view=True)["settings"]["event_subscriptions"]["bot_events"])
    assert {"assistant_thread_started", "assistant_thread_context_changed"} <= events
    assert "app_context_changed" not in events


# --- doctor ---


@dataclass
class Slack:
    """As much of Slack as the doctor asks for; what it answers can be changed."""

    url: str = ""
    scopes: str | None = ",".join(SCOPES)
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    greeting: str | None = '{"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0123"}}'
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)
    sockets: int = 0

    async def method(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.asked.append((method, request.headers["Authorization"].removeprefix("Bearer ")))
        known = {
            "auth.test": {"ok": True, "team": "Newsroom", "user": "citedesk"},
            "apps.connections.open": {
                "ok": True,
                "url": self.url.replace("http", "ws") + "/link?ticket=secret-4",
            },
        }
        headers = {"X-OAuth-Scopes": self.scopes} if self.scopes is not None else {}
        return web.json_response(self.replies.get(method, known[method]), status=self.status, headers=headers)

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets += 1
        if self.greeting is not None:
            await socket.send_str(self.greeting)
            async for _ in socket:
                pass
        return socket

    def check(self, last_seen: Mapping[str, float] | None = None, **changes: Any) -> dict[str, Check]:
        """What the doctor says, by part; of several checks of one part, the worst."""
        settings = SlackSettings(bot_token=BOT_TOKEN, app_token=APP_TOKEN, api_url=f"{self.url}/api/")
        order = list(State)
        checks = sorted(
            check_slack(replace(settings, **changes), last_seen), key=lambda check: order.index(check.state)
        )
        for check in checks:
            assert bool(check.fix) == (check.state is not State.OK), check
            assert "secret" not in check.found + check.fix
        return {check.part: check for check in checks}


@pytest.fixture
def slack() -> Iterator[Slack]:
    """Slack's stand-in, answering on loopback."""
    stand_in = Slack()
    app = web.Application()
    app.router.add_post("/api/{method}", stand_in.method)
    app.router.add_get("/link", stand_in.link)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start() -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        stand_in.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield stand_in
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def test_a_healthy_app(slack: Slack, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text("[C0123]\nephemeral = true")
    seen = dict.fromkeys(EVENTS, time.time())
    started = time.monotonic()
    checks = slack.check(seen, channels_file=tmp_path / "channels.toml")
    assert time.monotonic() - started < TIMEOUT  # the socket is left as soon as Slack greets
    assert {check.state for check in checks.values()} == {State.OK}
    assert "citedesk in the workspace Newsroom" in checks["slack app"].found
    assert "no other process" in checks["slack socket"].found
    assert "rules for 1 channel" in checks["slack channels"].found
    assert slack.asked == [("auth.test", BOT_TOKEN), ("apps.connections.open", APP_TOKEN)]
    assert slack.sockets == 1


def test_nothing_set_asks_nobody(slack: Slack) -> None:
    checks = slack.check(bot_token="", app_token="")
    assert list(checks) == ["slack"]
    assert checks["slack"].state is State.OK
    assert slack.asked == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"bot_token": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"app_token": ""}, "SLACK_APP_TOKEN is not set"),
        ({"bot_token": "xoxp-secret"}, "SLACK_BOT_TOKEN does not begin with xoxb-"),
        ({"bot_token": "xoxb-secret\nmore"}, "SLACK_BOT_TOKEN does not begin with xoxb-"),
        ({"app_token": BOT_TOKEN}, "SLACK_APP_TOKEN does not begin with xapp-"),
        ({"signing_secret": '"a secret"'}, "SLACK_SIGNING_SECRET does not look like one"),
    ],
)
def test_a_token_that_cannot_be_right_is_not_sent(slack: Slack, changes: dict[str, str], told: str) -> None:
    check = slack.check(**changes)["slack"]
    assert (check.state, check.found) == (State.FAIL, told)
    assert "api.slack.com/apps" in check.fix
    assert slack.asked == []


def test_http_needs_no_app_token(slack: Slack) -> None:
    checks = slack.check(app_token="", signing_secret=SECRET)
    assert {check.state for check in checks.values()} == {State.OK}
    assert slack.asked == [("auth.test", BOT_TOKEN)]


@pytest.mark.parametrize(
    ("error", "fix"),
    [
        ("invalid_auth", "OAuth & Permissions"),
        ("account_inactive", "install it again"),
        ("token_revoked", "install the app again"),
        ("something_new", "docs.slack.dev/reference/methods/auth.test"),
        ("ratelimited", "in a minute"),
    ],
)
def test_a_refused_bot_token(slack: Slack, error: str, fix: str) -> None:
    slack.replies["auth.test"] = {"ok": False, "error": error}
    checks = slack.check()
    assert checks["slack app"].state is State.FAIL
    assert error in checks["slack app"].found
    assert fix in checks["slack app"].fix
    assert "slack scopes" not in checks
    assert checks["slack socket"].state is State.OK


def test_slack_out_of_reach(slack: Slack) -> None:
    checks = slack.check(api_url="http://127.0.0.1:9/api/")
    for part in ("slack app", "slack socket"):
        assert checks[part].state is State.FAIL
        assert "127.0.0.1 cannot be reached" in checks[part].found
        assert "SLACK_API_URL" in checks[part].fix
    slack.status = 502
    slack.replies["auth.test"] = {"ok": False, "error": "bad_gateway"}
    assert slack.check()["slack app"].state is State.FAIL


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        ({"chat:write"}, State.FAIL),
        ({"assistant:write", "files:read"}, State.FAIL),
        ({"channels:history"}, State.WARN),
        ({"channels:history", "groups:history"}, State.WARN),
        ({"channels:history", "commands"}, State.FAIL),
    ],
)
def test_missing_scopes(slack: Slack, missing: set[str], state: State) -> None:
    slack.scopes = ",".join(sorted(set(SCOPES) - missing))
    check = slack.check()["slack scopes"]
    assert check.state is state
    assert "reinstall" in check.fix
    named = set(re.findall(r"[a-z_]+:[a-z]+|commands", check.fix.partition("under OAuth")[0]))
    assert named == (missing - OPTIONAL_SCOPES if state is State.FAIL else missing)


def test_a_channel_answered_without_mentions_needs_its_history(slack: Slack, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text('[C0123]\nanswer = "questions"')
    slack.scopes = ",".join(set(SCOPES) - OPTIONAL_SCOPES)
    assert slack.check(channels_file=tmp_path / "channels.toml")["slack scopes"].state is State.FAIL


def test_scopes_that_slack_does_not_tell(slack: Slack) -> None:
    slack.scopes = None
    assert slack.check()["slack scopes"].state is State.WARN


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ({"ok": False, "error": "not_allowed_token_type"}, "not_allowed_token_type"),
        ({"ok": False, "error": "missing_scope", "needed": "connections:write"}, "connections:write"),
    ],
)
def test_a_refused_app_token(slack: Slack, reply: dict[str, Any], told: str) -> None:
    slack.replies["apps.connections.open"] = reply
    check = slack.check()["slack socket"]
    assert check.state is State.FAIL
    assert told in check.found
    assert "App-Level Tokens" in check.fix
    assert slack.sockets == 0


def test_socket_mode_that_is_off(slack: Slack) -> None:
    slack.greeting = '{"type": "disconnect", "reason": "link_disabled"}'
    check = slack.check()["slack socket"]
    assert check.state is State.FAIL
    assert "link_disabled" in check.found
    assert "Turn Socket Mode on" in check.fix


def test_a_socket_that_closes_without_a_word(slack: Slack) -> None:
    slack.greeting = None
    check = slack.check()["slack socket"]
    assert check.state is State.FAIL
    assert "websockets" in check.fix


# The library leaves a refused socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("url", "told"), [("/nowhere", "is none"), (":9/link", "Connection refused")])
def test_a_socket_that_cannot_be_opened(slack: Slack, url: str, told: str) -> None:
    base = "ws://127.0.0.1" if url.startswith(":") else slack.url.replace("http", "ws")
    slack.replies["apps.connections.open"] = {"ok": True, "url": f"{base}{url}?ticket=secret-4"}
    check = slack.check()["slack socket"]
    assert check.state is State.FAIL
    assert told in check.found


def test_a_second_process_is_noticed(slack: Slack) -> None:
    slack.greeting = '{"type": "hello", "num_connections": 3, "connection_info": {"app_id": "A0123"}}'
    check = slack.check()["slack socket"]
    assert check.state is State.WARN
    assert "2 other connections are open" in check.found


def test_events_that_never_arrived(slack: Slack) -> None:
    assert slack.check(None)["slack events"].state is State.OK
    check = slack.check({"app_mention": 1.0, "message.im": 1.0})["slack events"]
    assert check.state is State.WARN
    assert check.found == "never arrived: message.channels, message.groups, app_home_opened"
    assert check.fix.endswith("https://api.slack.com/apps/A0123/event-subscriptions")


def test_events_that_are_not_wanted_are_not_missed(slack: Slack) -> None:
    seen = {"app_mention": 1.0, "message.im": 1.0, "app_home_opened": 1.0}
    assert slack.check(seen)["slack events"].state is State.WARN
    assert slack.check(seen, follow_ups=False)["slack events"].state is State.OK
    slack.scopes = ",".join(set(SCOPES) - OPTIONAL_SCOPES)
    assert slack.check(seen)["slack events"].state is State.OK


def test_a_wrong_channels_file_is_named_without_tokens_too(slack: Slack, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text("[general]")
    checks = slack.check(bot_token="", app_token="", channels_file=tmp_path / "channels.toml")
    assert checks["slack channels"].state is State.FAIL
    assert "[general]" in checks["slack channels"].found
    assert checks["slack"].state is State.OK


def test_bot_doctor_reads_what_arrived_from_the_ledger(slack: Slack, tmp_path: Path) -> None:
    environ = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": f"{slack.url}/api",
    }

    def events() -> Check:
        return next(c for c in check_environment(environ, tmp_path) if c.part == "slack events")

    assert events().state is State.OK
    assert list(tmp_path.iterdir()) == []  # a doctor changes nothing
    Store(tmp_path).close()
    assert events().state is State.WARN


def test_bot_doctor_names_a_malformed_setting(tmp_path: Path) -> None:
    (check,) = check_environment({"CITEDESK_SLACK_QUEUE": "x"}, tmp_path)
    assert check.state is State.FAIL
    assert "CITEDESK_SLACK_QUEUE" in check.found


# --- deploy ---


def test_an_installation_has_every_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    there = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for room in ("bot", "ingest", "vectorstore")
        for path in (ROOT / room).rglob("__init__.py")
    }
    assert set(project["tool"]["setuptools"]["packages"]) == there


UNIT = ROOT / "deploy" / "citedesk-slack.service"
IMAGE = ROOT / "deploy" / "Dockerfile"


def test_an_empty_setting_in_a_file_keeps_the_archive_where_it_was_deployed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/var/lib")
    assert read_settings({"CITEDESK_DATA_DIR": ""}).data_dir == Path("/var/lib/citedesk")
    assert "Environment=XDG_DATA_HOME=/var/lib\n" in UNIT.read_text("utf-8")


def test_systemd_stops_the_bot_properly() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(UNIT.read_text("utf-8"))
    service = dict(unit["Service"])
    assert service["ExecStart"].endswith("/bot slack")
    assert (service["KillSignal"], service["KillMode"]) == ("SIGTERM", "mixed")
    assert int(service["TimeoutStopSec"]) >= 30
    assert service["Restart"] == "on-failure"
    assert "2" in service["RestartPreventExitStatus"].split()  # settings do not mend themselves


def test_the_image_runs_the_bot_itself_and_not_as_root() -> None:
    text = re.sub(r"\\\n\s*", " ", IMAGE.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert 'ENTRYPOINT ["bot", "slack"]' in lines  # a shell would keep SIGTERM to itself
    assert "STOPSIGNAL SIGTERM" in lines
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
    assert "VOLUME /data" in lines
    assert "ENV XDG_DATA_HOME=/data" in lines
    copied = {
        source
        for line in lines
        if line.startswith("COPY ")
        for source in line.split()[1:-1]
        if not source.startswith("--")
    }
    assert [name for name in copied if not (ROOT / name).exists()] == []
