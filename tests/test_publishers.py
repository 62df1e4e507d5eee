"""Publishers as they are typed: spelt as the archive has them, and a remedy for those it does not have."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.publishers import spelt
from tests.small_archive import build
from tests.watched import BOT, environment
from vectorstore.errors import SettingsError

KNOWN = ("The Velmora Courier", "Tarn Gazette", "海港日报")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    build(folder)
    return folder


def bot(desk: Path, *arguments: str, typed: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BOT, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=environment(desk, **env),
        timeout=60,
    )


@pytest.mark.parametrize("typed", ["Tarn Gazette", "tarn gazette", "TARN GAZETTE"])
def test_capitals_do_not_matter(typed: str) -> None:
    assert spelt(typed, KNOWN) == "Tarn Gazette"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("velmora courier", "Did you mean The Velmora Courier?"),
        ("gazette", "Did you mean Tarn Gazette?"),
        ("海港", "Did you mean 海港日报?"),
        (
            "Daily Bugle",
            "There is The Velmora Courier, Tarn Gazette, 海港日报; `bot articles list` shows who else.",
        ),
    ],
)
def test_an_unknown_one_is_told_its_nearest(typed: str, hint: str) -> None:
    with pytest.raises(SettingsError, match="no saved article is by") as refused:
        spelt(typed, KNOWN)
    assert hint in str(refused.value)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "Who opposed the budget?"),
        ("ask", "-"),
        ("ask", "-", "--json"),
        ("articles", "list", "--json"),
    ],
)
def test_every_command_refuses_an_unknown_one(desk: Path, arguments: Sequence[str]) -> None:
    done = bot(desk, *arguments, "--publisher", "Tarn Gazete", typed="Who opposed the budget?\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "bot: no saved article is by 'Tarn Gazete'. Did you mean Tarn Gazette?\n"


def test_in_an_empty_archive_that_is_what_is_said(tmp_path: Path) -> None:
    done = bot(
        tmp_path / "new",
        "ask",
        "Who won?",
        "--json",
        "--publisher",
        "Tarn Gazette",
        CITEDESK_EMBEDDING_MODEL="hashing",
    )
    assert json.loads(done.stdout)["status"] == "empty_archive"
