"""The REPL as somebody sits before it: keys in, screen out; and as a pipe feeds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_archive import build
from tests.watched import BOT, Watched, environment

QUESTION = "Who said that we lost nobody?"
CTRL_C, CTRL_D = "\x03", "\x04"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    build(folder)
    return folder


def repl(desk: Path, *, columns: int = 80, **env: str) -> Watched:
    return Watched([*BOT, "repl"], environment(desk, **env), columns=columns, rows=60)


def talking(desk: Path) -> Watched:
    script = str(Path(__file__).parent / "talking.py")
    return Watched([sys.executable, script], environment(desk), rows=60)


def piped(desk: Path, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BOT, "repl"], input=typed, capture_output=True, text=True, env=environment(desk), timeout=60
    )


@pytest.mark.parametrize("columns", [80, 40])
def test_question_follow_up_and_leaving(columns: int, desk: Path) -> None:
    with repl(desk, columns=columns) as seen:
        seen.wait_for("Ask about your saved articles.", "\n>")
        seen.send(f"{QUESTION}\r")
        seen.wait_for("Mayor Ilse Brandt", "Sources", "23 Oct 2024")
        seen.send("and when did she say it?\r")
        seen.wait_for("Understood as: When did", "that we lost nobody?")
        assert seen.leave() == 0
    assert (desk / "repl_history").stat().st_mode & 0o777 == 0o600
    assert QUESTION in (desk / "repl_history").read_text()


def test_history_and_completion(desk: Path) -> None:
    with repl(desk) as seen:
        seen.wait_for("\n>")
        seen.send(f"{QUESTION}\r")
        seen.wait_for("Sources")
        seen.send("/pub\t")
        seen.wait_for("> /publisher")
        seen.send(" tarn")
        seen.wait_for("> /publisher tarn")  # a Tab before the words are there completes something else
        seen.send("\t")
        seen.wait_for("> /publisher Tarn Gazette")
        seen.send("\r")
        seen.wait_for("[Tarn Gazette] >")
        seen.send("\x1b[A\x1b[A")
        seen.wait_for(f"[Tarn Gazette] > {QUESTION}")
        seen.send(CTRL_C + CTRL_D)
        assert seen.finish() == 0


def test_filters_stand_in_the_prompt_until_they_are_cleared(desk: Path) -> None:
    with repl(desk) as seen:
        seen.wait_for("\n>")
        for typed, prompt in (
            ("/since 2024-10-01", "[since 1 Oct 2024] >"),
            ("/until 2024-10-31", "[since 1 Oct 2024, until 31 Oct 2024] >"),
            ("/since 2024-12", "since 1 Dec 2024 comes after until 31 Oct 2024"),
            ("/since", "[until 31 Oct 2024] >"),
            ("/until someday", "cannot read 'someday' as a date"),
            ("/until", "\n>"),
            ("/publisher velmora courier", "Did you mean The Velmora Courier?"),
            ("/publisher the velmora courier", "[The Velmora Courier] >"),
            ("/publisher 海港日报", "[The Velmora Courier, "),
        ):
            seen.send(f"{typed}\r")
            seen.wait_for(prompt)
        seen.send("/quit\r")
        assert seen.finish() == 0


def test_ctrl_c_clears_the_line_and_does_not_leave(desk: Path) -> None:
    with repl(desk) as seen:
        seen.wait_for("\n>")
        seen.send("half a question" + CTRL_C)
        seen.send("/help\r")
        seen.wait_for("/publisher NAME", "leave, as Ctrl-D does")
        assert seen.leave() == 0


def test_commands_about_sources(desk: Path, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {opened}\n')
    browser.chmod(0o755)
    with repl(desk, BROWSER=f"{browser} %s") as seen:
        seen.wait_for("\n>")
        seen.send("/sources\r")
        seen.wait_for("There are no sources yet.")
        seen.send(f"{QUESTION}\r")
        seen.wait_for("Sources")
        seen.send("/open 1\r/sorces\r")
        seen.wait_for("There is no /sorces. Did you mean /sources?")
        assert opened.read_text().startswith(
            "https://courier.example/2024/10/23/harbour?edition=eu#top:~:text=We"
        )
        seen.send("/open 99\r")
        seen.wait_for("There is no source 99 with a link.")
        seen.send("/clear\rwhy?\r")
        seen.wait_for("A new conversation.", "The archive does not say.")
        assert "Understood as" not in seen.text
        assert seen.leave() == 0


def test_without_a_browser_the_link_is_printed(desk: Path) -> None:
    done = subprocess.run(
        [*BOT, "repl"], input=f"{QUESTION}\n/open 1\n", capture_output=True, text=True, timeout=60,
        env=environment(desk, PATH="/nowhere", DISPLAY="", BROWSER=""),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith(
        "https://courier.example/2024/10/23/harbour?edition=eu#top:~:text=We"
    )


def test_in_a_pipe_it_reads_plain_lines(desk: Path) -> None:
    done = piped(desk, f"{QUESTION}\n\n🙂\n/nonsense\nand when did she say it?\n/quit\nnever asked\n")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "Understood as: When did" in done.stdout
    assert "There is no /nonsense." in done.stdout
    assert done.stderr.startswith("bot: there is no question in that.")
    assert "never asked" not in done.stdout


def test_a_language_model_is_heard_as_it_speaks_and_ctrl_c_stops_only_the_answer(desk: Path) -> None:
    with talking(desk) as seen:
        seen.wait_for("\n>")
        seen.send("harbour ferry, and be slow\r")
        seen.wait_for("The harbour of Velmora reopened on Wednesday after the storm.")
        assert "Sources" not in seen.text
        seen.send(CTRL_C)
        seen.wait_for("Stopped.")
        seen.send("harbour ferry, and be broken\r")
        seen.wait_for("bot: ZeroDivisionError: spilt ink.")
        seen.send("harbour ferry\r")
        seen.wait_for("Written by scripted", "Sources", "[2] “We lost nobody,”", "incomplete.\n>")
        assert seen.lines.count("“We lost nobody,” Mayor Ilse Brandt said. [2]") == 1
        seen.send(CTRL_D)
        seen.wait_for("The archive is closed.")
        assert seen.finish() == 0


def test_a_polite_kill_ends_it_without_a_word(desk: Path) -> None:
    with repl(desk) as seen:
        seen.wait_for("\n>")
        seen.terminate()
        assert seen.finish() == 143
        assert "Traceback" not in seen.text
