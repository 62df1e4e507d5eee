"""Slack's settings, read from an environment that the caller hands in. Tokens are never part of a repr."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vectorstore.errors import SettingsError

API_URL = "https://slack.com/api/"
EVERYONE = "*"

_YES = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}
_USER_OR_CHANNEL = re.compile(r"[UWCGD][A-Z0-9]{2,}")
_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is not set. It begins with xoxb- and stands at https://api.slack.com/apps, in your app "
    "under OAuth & Permissions, once the app is installed."
)
_APP_TOKEN = (
    "SLACK_APP_TOKEN is not set. It begins with xapp- and is made at https://api.slack.com/apps, in your app "
    "under Basic Information, App-Level Tokens, with the scope connections:write."
)
_SIGNING_SECRET = (
    "SLACK_SIGNING_SECRET is not set. It stands at https://api.slack.com/apps, in your app under "
    "Basic Information, App Credentials; without it nobody could tell Slack's requests from forged ones."
)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What the user chose for Slack. `queue` counts questions, `timeout` seconds, the rates questions a minute."""

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = API_URL  # ends with exactly one slash
    channels_file: Path | None = None
    ingest: frozenset[str] = frozenset()  # ids of people and channels; EVERYONE alone for everybody
    follow_ups: bool = True
    answerers: int = 0  # 0: one with extracts, three with a language model
    queue: int = 100
    per_person: int = 10
    per_channel: int = 60
    timeout: float = 120.0
    retention_days: int = 90
    log_questions: bool = False

    @property
    def given(self) -> bool:
        """Whether any token or secret of Slack's is set."""
        return bool(self.bot_token or self.app_token or self.signing_secret)

    def may_ingest(self, user: str, channel: str) -> bool:
        """Whether this person may add articles, by their own id or by being in this channel."""
        return not self.ingest.isdisjoint((EVERYONE, user, channel))


def read_slack_settings(environ: Mapping[str, str]) -> SlackSettings:
    """Slack's settings from `environ`. An empty value means unset. Raises SettingsError for what cannot be read."""

    def text(name: str) -> str:
        return environ.get(name, "").strip()

    def number(name: str, default: int, least: int) -> int:
        return _number(name, text(name), default, least)

    def choice(name: str, default: bool) -> bool:
        return _choice(name, text(name), default)

    channels = text("CITEDESK_SLACK_CHANNELS")
    return SlackSettings(
        bot_token=text("SLACK_BOT_TOKEN"),
        app_token=text("SLACK_APP_TOKEN"),
        signing_secret=text("SLACK_SIGNING_SECRET"),
        api_url=_url(text("SLACK_API_URL")),
        channels_file=Path(channels).expanduser().absolute() if channels else None,
        ingest=_ids(text("CITEDESK_SLACK_INGEST")),
        follow_ups=choice("CITEDESK_SLACK_FOLLOW_UPS", True),
        answerers=number("CITEDESK_SLACK_ANSWERERS", 0, 0),
        queue=number("CITEDESK_SLACK_QUEUE", 100, 1),
        per_person=number("CITEDESK_SLACK_PER_PERSON", 10, 1),
        per_channel=number("CITEDESK_SLACK_PER_CHANNEL", 60, 1),
        timeout=_seconds("CITEDESK_SLACK_TIMEOUT", text("CITEDESK_SLACK_TIMEOUT"), 120.0),
        retention_days=number("CITEDESK_SLACK_RETENTION_DAYS", 90, 1),
        log_questions=choice("CITEDESK_SLACK_LOG_QUESTIONS", False),
    )


def need_socket(settings: SlackSettings) -> None:
    """Raises SettingsError that names the token which Socket Mode still lacks, and where to find it."""
    _need({_BOT_TOKEN: settings.bot_token, _APP_TOKEN: settings.app_token})
    _check_start("SLACK_BOT_TOKEN", settings.bot_token, "xoxb-")
    _check_start("SLACK_APP_TOKEN", settings.app_token, "xapp-")


def need_http(settings: SlackSettings) -> None:
    """Raises SettingsError that names what the HTTP mode still lacks, and where to find it."""
    _need({_BOT_TOKEN: settings.bot_token, _SIGNING_SECRET: settings.signing_secret})
    _check_start("SLACK_BOT_TOKEN", settings.bot_token, "xoxb-")


def _need(values: Mapping[str, str]) -> None:
    for remedy, value in values.items():
        if not value:
            raise SettingsError(remedy)


def _check_start(name: str, token: str, start: str) -> None:
    if not token.startswith(start):
        raise SettingsError(
            f"{name} begins with {start}, and what is set does not. The bot token xoxb-… and the app token xapp-… are "
            "easily swapped, and neither has quotation marks around it."
        )


def _url(value: str) -> str:
    if not value:
        return API_URL
    if not re.match(r"https?://[^/]", value):
        raise SettingsError(
            f"SLACK_API_URL must start with http:// or https://, not {value!r}. Leave it empty."
        )
    return value.rstrip("/") + "/"


def _ids(value: str) -> frozenset[str]:
    if value.lower() == "everyone":
        return frozenset({EVERYONE})
    ids = frozenset(filter(None, re.split(r"[,\s]+", value)))
    if wrong := sorted(one for one in ids if not _USER_OR_CHANNEL.fullmatch(one)):
        raise SettingsError(
            f"CITEDESK_SLACK_INGEST has {wrong[0]!r}, which is no id of a person (U…) or a channel (C…). "
            "Copy ids from the profile or the channel's About tab in Slack, write everyone, or leave it empty."
        )
    return ids


def _number(name: str, value: str, default: int, least: int) -> int:
    if not value:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) < least:
        raise SettingsError(f"{name} must be a whole number, {least} or more, not {value!r}.")
    return int(value)


def _seconds(name: str, value: str, default: float) -> float:
    try:
        seconds = float(value or default)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise SettingsError(f"{name} must be a number of seconds above 0, not {value!r}.")
    return seconds


def _choice(name: str, value: str, default: bool) -> bool:
    if not value:
        return default
    if value.lower() not in _YES:
        raise SettingsError(f"{name} must be yes or no, not {value!r}.")
    return _YES[value.lower()]
