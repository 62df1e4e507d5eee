"""The channels file (TOML): which articles answer where, what counts as a question, and who sees the answer."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.dates.calendar import check_order, period
from vectorstore.errors import SettingsError
from vectorstore.types import Filter

log = logging.getLogger(__name__)

MENTIONS = "mentions"
QUESTIONS = "questions"
_DEFAULT = "default"
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
_WINDOW = re.compile(r"([1-9][0-9]{0,3})([dw])")
_DAYS = {"d": 1, "w": 7}


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What holds in one channel. None in `follow_ups` and `ingest`: the general setting decides.

    `window` counts back from the moment of the question, in whole days; `since` and `until` are fixed.
    """

    publishers: tuple[str, ...] = ()
    window: timedelta | None = None
    since: datetime | None = None
    until: datetime | None = None
    answer: str = MENTIONS
    ephemeral: bool = False
    follow_ups: bool | None = None
    ingest: bool | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """The rules of every channel: its own where it has some, the defaults for the rest."""

    default: ChannelRules = ChannelRules()
    own: Mapping[str, ChannelRules] = field(default_factory=dict)

    def rules(self, channel: str) -> ChannelRules:
        """The rules of the channel with this id. In a direct message everything is a question, openly answered."""
        if channel.startswith("D"):
            return replace(self.default, answer=QUESTIONS, ephemeral=False)
        return self.own.get(channel, self.default)


class WatchedChannels:
    """The channels file as it is now: read again after a change. A change that cannot be read alters nothing."""

    def __init__(self, path: Path | None) -> None:
        """Read the file; None stands for no file. Raises SettingsError when it cannot be used."""
        self._path = path
        self._seen = _signature(path)
        self._channels = load_channels(path) if path else Channels()

    def rules(self, channel: str) -> ChannelRules:
        """The rules of one channel, after a look whether the file changed."""
        self._look()
        return self._channels.rules(channel)

    def _look(self) -> None:
        now = _signature(self._path)
        if self._path is None or now == self._seen:
            return
        # Remembered before reading: a wrong file is complained about once, and read again when it changes.
        self._seen = now
        try:
            self._channels = load_channels(self._path)
        except SettingsError as error:
            log.error("%s The earlier rules stay.", error)


def load_channels(path: Path) -> Channels:
    """The rules in a channels file. Raises SettingsError that names the file, the section and the key."""
    try:
        sections = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read {path}: {error}. Correct CITEDESK_SLACK_CHANNELS or the file's permissions."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}. docs/slack.md shows an example.") from error
    for name, section in sections.items():
        _check_section(path, name, section)
    default = sections.pop(_DEFAULT, {})
    return Channels(
        _rules(path, _DEFAULT, default),
        {name: _rules(path, name, _over(default, section)) for name, section in sections.items()},
    )


def filter_for(rules: ChannelRules, audience: str, now: datetime) -> Filter:
    """Which articles may answer at the moment `now` (aware), with those handed over in private to `audience`."""
    since = rules.since
    if rules.window is not None:
        since = datetime.combine((now - rules.window).date(), time(), now.tzinfo)
    return Filter(rules.publishers, since, rules.until, audience)


def _signature(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path) if path else None
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if found else None


def _check_section(path: Path, name: str, section: object) -> None:
    if name != _DEFAULT and not _CHANNEL.fullmatch(name):
        raise SettingsError(
            f"{path}: [{name}] is no channel. Name a section [default] or by the channel's id (C… or G…), which "
            "stands at the end of the channel's About tab in Slack; its name may go into the section as name = …"
        )
    if not isinstance(section, dict):
        raise SettingsError(f"{path}: {name} must be a section: write [{name}] on a line of its own.")


def _over(default: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults with the channel's own keys laid over them; a window and a fixed start replace each other."""
    kept = dict(default)
    for one, other in (("window", "since"), ("since", "window")):
        if one in own and other not in own:
            kept.pop(other, None)
    return kept | dict(own)


def _rules(path: Path, name: str, section: Mapping[str, Any]) -> ChannelRules:
    try:
        rules = ChannelRules(**{key: _value(key, given) for key, given in section.items() if key != "name"})
        if rules.window is not None and rules.since is not None:
            raise SettingsError("window and since exclude each other: keep one of them.")
        check_order(rules.since, rules.until)
    except SettingsError as error:
        raise SettingsError(f"{path}: [{name}] {error}") from error
    return rules


def _value(key: str, given: object) -> Any:
    if key not in _READERS:
        allowed = ", ".join(sorted([*_READERS, "name"]))
        raise SettingsError(f"{key} is no rule. Rules are {allowed}.")
    read, meant = _READERS[key]
    value = read(given)
    if value is None:
        raise SettingsError(f"{key} must be {meant}, not {given!r}.")
    return value


def _yes_or_no(given: object) -> bool | None:
    return given if isinstance(given, bool) else None


def _names(given: object) -> tuple[str, ...] | None:
    listed = given if isinstance(given, list) else [given]
    names = tuple(one.strip() for one in listed if isinstance(one, str))
    return names if names and all(names) and len(names) == len(listed) else None


def _answer(given: object) -> str | None:
    return given if isinstance(given, str) and given in (MENTIONS, QUESTIONS) else None


def _window(given: object) -> timedelta | None:
    found = _WINDOW.fullmatch(given.strip()) if isinstance(given, str) else None
    return timedelta(days=int(found[1]) * _DAYS[found[2]]) if found else None


def _day(given: object, end: int) -> datetime | None:
    """The first (0) or last (1) moment of a day written as a TOML date or as text; "7d" would stand still."""
    text = given.isoformat() if isinstance(given, date) else given
    if not isinstance(text, str) or not re.match("[0-9]{4}", text):
        return None
    try:
        return period(text)[end]
    except SettingsError:
        return None


_READERS: Mapping[str, tuple[Callable[[object], object], str]] = {
    "publishers": (_names, 'a list of publishers, such as ["The Ostrey Meridian"]'),
    "window": (_window, 'days or weeks back, such as "30d" or "2w"'),
    "since": (lambda given: _day(given, 0), "a day, such as 2024-10-01"),
    "until": (lambda given: _day(given, 1), "a day, such as 2024-12-31"),
    "answer": (_answer, f'"{MENTIONS}" or "{QUESTIONS}"'),
    "ephemeral": (_yes_or_no, "true or false"),
    "follow_ups": (_yes_or_no, "true or false"),
    "ingest": (_yes_or_no, "true or false"),
}
