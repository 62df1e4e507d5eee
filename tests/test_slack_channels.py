"""The channels file: what it may say, what it means for a question, and how it is read again."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.slack.channels import ChannelRules, Channels, WatchedChannels, filter_for, load_channels
from vectorstore.errors import SettingsError
from vectorstore.types import Filter

NOW = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
GUIDE = Path(__file__).parent.parent / "docs" / "slack.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "channels.toml"
    path.write_text(text, "utf-8")
    return path


def loaded(folder: Path, text: str) -> Channels:
    return load_channels(written(folder, text))


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, "").rules("C0123") == ChannelRules()
    assert ChannelRules().answer == "mentions"


def test_a_channel_has_the_defaults_and_its_own_rules(tmp_path: Path) -> None:
    channels = loaded(
        tmp_path,
        """
        [default]
        publishers = "The Ostrey Meridian"
        window = "2w"
        [C0123]
        name = "world-news"
        publishers = ["A", " B "]
        answer = "questions"
        ephemeral = true
        follow_ups = false
        ingest = true
        [G0456]
        since = 2024-10-01
        until = "2024-10"
        """,
    )
    assert channels.rules("C0999") == ChannelRules(("The Ostrey Meridian",), timedelta(weeks=2))
    assert channels.rules("C0123") == ChannelRules(
        publishers=("A", "B"),
        window=timedelta(weeks=2),
        answer="questions",
        ephemeral=True,
        follow_ups=False,
        ingest=True,
    )
    october = channels.rules("G0456")
    assert october.window is None  # its own fixed start replaces the default window
    assert october.since == datetime(2024, 10, 1, tzinfo=UTC)
    assert october.until == datetime(2024, 11, 1, tzinfo=UTC) - timedelta(microseconds=1)


def test_a_direct_message_is_a_question_that_is_openly_answered(tmp_path: Path) -> None:
    channels = loaded(tmp_path, '[default]\nephemeral = true\npublishers = ["A"]')
    assert channels.rules("D0123") == ChannelRules(publishers=("A",), answer="questions")


def test_the_filter_counts_a_window_from_the_question(tmp_path: Path) -> None:
    rules = loaded(tmp_path, '[C0123]\npublishers = ["A"]\nwindow = "30d"').rules("C0123")
    first = datetime(2026, 10, 23, tzinfo=UTC)
    assert filter_for(rules, "C0123", NOW) == Filter(("A",), first, None, "C0123")
    assert filter_for(rules, "", NOW + timedelta(days=1)) == Filter(("A",), first + timedelta(days=1))
    assert filter_for(ChannelRules(), "", NOW).is_open


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[general]\nephemeral = true", "[general] is no channel"),
        ("[D0123]\nephemeral = true", "[D0123] is no channel"),
        ("ephemeral = true", "[ephemeral] is no channel"),
        ("default = 3", "default must be a section"),
        ("[C0123]\ncolour = 1", "[C0123] colour is no rule. Rules are answer, ephemeral, follow_ups"),
        ("[C0123]\npublishers = []", "[C0123] publishers must be a list"),
        ("[C0123]\npublishers = [1]", "[C0123] publishers must be a list"),
        ('[C0123]\nwindow = "a month"', '[C0123] window must be days or weeks back, such as "30d"'),
        ("[C0123]\nwindow = 30", "[C0123] window must be"),
        ('[default]\nwindow = "0d"', "[default] window must be"),
        ('[C0123]\nsince = "7d"', "[C0123] since must be a day"),
        ('[C0123]\nsince = "2024-13"', "[C0123] since must be a day"),
        ('[C0123]\nanswer = "always"', '[C0123] answer must be "mentions" or "questions", not \'always\''),
        ('[C0123]\nephemeral = "yes"', "[C0123] ephemeral must be true or false"),
        ('[C0123]\nwindow = "1d"\nsince = 2024-10-01', "[C0123] window and since exclude each other"),
        ("[C0123]\nsince = 2024-10-02\nuntil = 2024-10-01", "[C0123] since 2 Oct 2024 comes after until"),
        ("[C0123", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, text)
    assert told in str(caught.value)
    assert str(tmp_path / "channels.toml") in str(caught.value)


def test_a_file_that_is_missing_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="CITEDESK_SLACK_CHANNELS"):
        load_channels(tmp_path / "missing.toml")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot read"):
        load_channels(tmp_path / "bytes")


def test_every_rule_can_be_written_and_is_explained(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, "[default]\nx = 1")
    allowed = str(caught.value).partition("Rules are ")[2].rstrip(".").split(", ")
    assert set(allowed) == {rule.name for rule in fields(ChannelRules)} | {"name"}
    guide = GUIDE.read_text("utf-8")
    assert [name for name in allowed if f"`{name}`" not in guide] == []


def test_the_example_in_the_guide_can_be_used(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        assert loaded(tmp_path, example).own


def test_a_change_is_noticed_and_a_wrong_one_alters_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path, '[C0123]\npublishers = ["A"]')
    watched = WatchedChannels(path)
    assert watched.rules("C0123").publishers == ("A",)
    path.write_text('[C0123]\npublishers = ["Changed"]', "utf-8")
    assert watched.rules("C0123").publishers == ("Changed",)
    with caplog.at_level(logging.ERROR):
        path.write_text("[C0123]\npublishers = [", "utf-8")
        for _ in range(3):
            assert watched.rules("C0123").publishers == ("Changed",)
        path.unlink()
        for _ in range(3):
            assert watched.rules("C0123").publishers == ("Changed",)
    assert len(caplog.records) == 2  # one for each change, not one for each question
    assert "The earlier rules stay" in caplog.text
    written(tmp_path, '[C0123]\npublishers = ["Back"]')
    assert watched.rules("C0123").publishers == ("Back",)


def test_a_change_of_the_same_size_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path, '[C0123]\npublishers = ["A"]')
    watched = WatchedChannels(path)
    path.write_text('[C0123]\npublishers = ["B"]', "utf-8")
    os.utime(path, ns=(1, 1))
    assert watched.rules("C0123").publishers == ("B",)


def test_no_file_is_no_rules_and_a_wrong_one_stops_the_start(tmp_path: Path) -> None:
    assert WatchedChannels(None).rules("C0123") == ChannelRules()
    with pytest.raises(SettingsError):
        WatchedChannels(written(tmp_path, "[C0123"))
