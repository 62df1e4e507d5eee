"""What `bot doctor` looks at in Slack: tokens, scopes, the socket, and what ever arrived. Never shows a token."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.doctor import Check, State
from bot.slack.channels import QUESTIONS, load_channels
from bot.slack.manifest import OPTIONAL_SCOPES, SCOPES, scope_of
from bot.slack.probe import Refused, call, greeting
from bot.slack.settings import API_URL, SlackSettings, need_http, need_socket
from vectorstore.errors import SettingsError

NOT_SET = "not set: bot slack is not needed for the terminal"
_APPS = "https://api.slack.com/apps"
_EXPECTED = ("app_mention", "message.im", "message.channels", "message.groups", "app_home_opened")
_MINIMAL = "Nothing, if the manifest was made with --minimal; else: "
_REINSTALL = "under OAuth & Permissions, then reinstall the app there and copy the bot token again"


def check_slack(settings: SlackSettings, last_seen: Mapping[str, float] | None) -> Iterator[Check]:
    """Every check of Slack, one after the other; asks Slack only with tokens that look right.

    `last_seen` is when each subscribed event last arrived (Unix time); None when the bot never ran here.
    """
    if settings.channels_file:
        yield _channels(settings.channels_file)
    if not settings.given:
        yield Check("slack", State.OK, NOT_SET)
        return
    shapes = list(_shapes(settings))
    yield from shapes
    if any(check.state is State.FAIL for check in shapes):
        return
    granted = yield from _app(settings)
    app_id = yield from _socket(settings)
    yield _events(settings, granted, last_seen, app_id)


def _channels(path: Path) -> Check:
    try:
        own = len(load_channels(path).own)
    except SettingsError as error:
        return Check(
            "slack channels", State.FAIL, str(error), "Correct the file; docs/slack.md shows an example."
        )
    return Check("slack channels", State.OK, f"{path}: rules for {own} channel{'s' * (own != 1)}")


def _shapes(settings: SlackSettings) -> Iterator[Check]:
    """Whether each secret is there and looks like one of its kind."""
    need = need_http if settings.signing_secret and not settings.app_token else need_socket
    try:
        need(settings)
    except SettingsError as error:
        missing, _, fix = str(error).partition(". ")
        yield Check("slack", State.FAIL, missing, fix)
    for name, value, shape, meant in (
        ("SLACK_BOT_TOKEN", settings.bot_token, r"xoxb-[\w.-]+", "begin with xoxb-"),
        ("SLACK_APP_TOKEN", settings.app_token, r"xapp-[\w.-]+", "begin with xapp-"),
        ("SLACK_SIGNING_SECRET", settings.signing_secret, r"[\w.-]{8,}", "look like one"),
    ):
        if not value:
            continue
        if re.fullmatch(shape, value, re.ASCII):
            yield Check("slack", State.OK, f"{name} is set")
        else:
            fix = f"Copy it again from your app at {_APPS}, whole and without quotes."
            yield Check("slack", State.FAIL, f"{name} does not {meant}", fix)


def _app(settings: SlackSettings) -> Generator[Check, None, frozenset[str] | None]:
    """Who the bot token makes us, and what it allows; returns the scopes, None when Slack did not say."""
    try:
        reply = call(settings.api_url, settings.bot_token, "auth.test")
    except Refused as error:
        yield Check("slack app", State.FAIL, f"the bot token cannot be used: {error}", error.fix)
        return None
    through = "" if settings.api_url == API_URL else f", through {urlsplit(settings.api_url).hostname}"
    yield Check("slack app", State.OK, f"{reply.get('user')} in the workspace {reply.get('team')}{through}")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    if "x-oauth-scopes" not in headers:
        yield Check(
            "slack scopes",
            State.WARN,
            "Slack did not say what the token allows",
            f"Compare OAuth & Permissions at {_APPS} with `bot slack manifest`.",
        )
        return None
    granted = frozenset(filter(None, re.split(r"[,\s]+", headers["x-oauth-scopes"])))
    yield from _scopes(granted, OPTIONAL_SCOPES if not _answers_questions(settings) else frozenset())
    return granted


def _scopes(granted: frozenset[str], optional: frozenset[str]) -> Iterator[Check]:
    missing = [scope for scope in SCOPES if scope not in granted]
    for state, scopes, otherwise in (
        (State.FAIL, [scope for scope in missing if scope not in optional], ""),
        (State.WARN, [scope for scope in missing if scope in optional], _MINIMAL),
    ):
        if scopes:
            lost = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in scopes)
            fix = f"{otherwise}Add {', '.join(scopes)} {_REINSTALL}."
            yield Check("slack scopes", state, f"missing: {lost}", fix)
    if not missing:
        yield Check("slack scopes", State.OK, f"all {len(SCOPES)} are granted")


def _socket(settings: SlackSettings) -> Generator[Check, None, str]:
    """Whether Socket Mode works, by really connecting; returns the app's id, empty when it does not."""
    if not settings.app_token:
        yield Check("slack socket", State.OK, "not used: SLACK_APP_TOKEN is not set; serve with --http")
        return ""
    try:
        reply = call(settings.api_url, settings.app_token, "apps.connections.open")
        hello = greeting(str(reply.get("url")))
    except Refused as error:
        yield Check("slack socket", State.FAIL, f"does not open: {error}", error.fix)
        return ""
    others = hello.connections - 1
    if others > 0:
        yield Check(
            "slack socket",
            State.WARN,
            f"opens; {others} other connection{'s are' if others > 1 else ' is'} open already",
            "Right if that is `bot slack` on this archive. Slack gives every event to one connection at random, so "
            "stop whatever answers from another archive.",
        )
    else:
        yield Check("slack socket", State.OK, "opens; no other process is connected")
    return hello.app_id


def _events(
    settings: SlackSettings,
    granted: frozenset[str] | None,
    last_seen: Mapping[str, float] | None,
    app_id: str,
) -> Check:
    """Which subscribed events never came: Slack tells no bot token what the app is subscribed to."""
    if last_seen is None:
        return Check("slack events", State.OK, "none yet: bot slack has not run on this archive")
    expected = [event for event in _EXPECTED if _is_expected(event, settings, granted)]
    never = [event for event in expected if event not in last_seen]
    if not never:
        return Check("slack events", State.OK, f"arrived: {', '.join(expected)}")
    page = f"{_APPS}/{app_id}/event-subscriptions" if app_id else f"{_APPS}, your app, Event Subscriptions"
    return Check(
        "slack events",
        State.WARN,
        f"never arrived: {', '.join(never)}",
        f"Nothing, if nobody tried yet. Else look whether they stand under Subscribe to bot events: {page}",
    )


def _is_expected(event: str, settings: SlackSettings, granted: frozenset[str] | None) -> bool:
    scope = scope_of(event)
    if scope in OPTIONAL_SCOPES and not (settings.follow_ups or _answers_questions(settings)):
        return False
    return granted is None or not scope or scope in granted


def _answers_questions(settings: SlackSettings) -> bool:
    """Whether some channel is answered without a mention."""
    try:
        channels = load_channels(settings.channels_file) if settings.channels_file else None
    except SettingsError:
        return False
    return channels is not None and any(
        rules.answer == QUESTIONS for rules in (channels.default, *channels.own.values())
    )
