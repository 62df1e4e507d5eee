"""`bot eval` as a team uses it: real processes that are stopped, killed, compared, gated and drawn."""

from __future__ import annotations

import io
import json
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.run import Wanted, evaluate
from bot.evaluation.store import read_run
from tests.small_archive import build
from tests.watched import BOT, Watched, environment
from vectorstore.errors import CitedeskError, SettingsError
from vectorstore.settings import Settings

LINES: list[dict[str, Any]] = [
    {"question": "Who said that we lost nobody?", "answers": ["Ilse Brandt"]},
    {
        "question": "Who opposed the budget of Tarn?",
        "answers": ["Otto Lind"],
        "must_not_say": ["nine million"],
    },
    {"question": "渡轮什么时候恢复通航?", "answers": ["周五"]},
    {"question": "Who won the tennis final in Lisk?", "unanswerable": True},
    {
        "turns": [
            "When did the harbour reopen?",
            {"question": "And who said so?", "answers": ["nobody at all"]},
        ]
    },
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small archive, for tests that only read."""
    folder = tmp_path_factory.mktemp("desk")
    build(folder)
    return folder


def written(path: Path, lines: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path


def many(path: Path, count: int = 4_000) -> Path:
    """More questions than are asked before somebody stops it."""
    return written(path, ({"question": f"Who said {n} lost?", "answers": ["Brandt"]} for n in range(count)))


def run(desk: Path, *arguments: object, **env: str) -> subprocess.CompletedProcess[str]:
    command = [*BOT, "eval", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=environment(desk, **env), timeout=120
    )


def begun(desk: Path, *arguments: object, saved: Path, lines: int = 12) -> subprocess.Popen[str]:
    """A run that has saved at least `lines` lines. It prints more than a pipe holds, so it cannot end unheard."""
    process = subprocess.Popen(
        [*BOT, "eval", "--json", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(desk),
    )
    deadline = time.monotonic() + 90
    while not saved.exists() or saved.read_bytes().count(b"\n") < lines:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing was saved"
        time.sleep(0.02)
    return process


def test_what_programs_read_and_a_floor_that_is_missed(desk: Path, tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.jsonl", LINES[:3]), written(tmp_path / "b.jsonl", LINES[3:])
    done = run(desk, first, second, "--json", "--floor", "recall_at_5=0.5", "--floor", "correct=1")
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    told = printed[-1]["summary"]
    assert [line["question"] for line in printed[:-1]] == [
        *(line["question"] for line in LINES[:4]),
        "And who said so?",
    ]
    assert [line["file"] for line in printed[:-1]] == [str(first)] * 3 + [str(second)] * 2
    assert (told["n"], told["run"]["model"], told["run"]["articles"]) == (5, "hashing", 3)
    assert set(told["by_file"]) == {str(first), str(second)}
    assert told["by_language"]["zh"]["n"] == 1
    assert told["missed"] == [f"correct is {told['correct']:g}, below 1"]  # one line expects what nobody says
    assert (done.returncode, done.stderr) == (1, f"bot: {told['missed'][0]}\n")
    assert told["intervals"]["recall_at_5"][0] < told["recall_at_5"]
    assert run(desk, first, "--ceiling", "n=3", "--floor", "citation_precision=1").returncode == 0


def test_saved_compared_and_drawn(desk: Path, tmp_path: Path) -> None:
    questions, then, now = (tmp_path / name for name in ("q.jsonl", "then.jsonl", "now.jsonl"))
    written(questions, LINES)
    assert run(desk, questions, "--save", then).returncode == 0
    spoilt = (
        then.read_text("utf-8").replace('"correct": true', '"correct": false').replace("hashing", "other")
    )
    then.write_text(spoilt, "utf-8")
    plots = tmp_path / "new" / "plots"
    done = run(desk, questions, "--save", now, "--against", then, "--plots", plots)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "5 questions are in both." in lines
    assert "model: other → hashing" in lines
    assert next(line for line in lines if line.startswith("Better")).startswith("Better: ")
    assert any(line.startswith("  Who said that we lost nobody? wrong → right") for line in lines)
    assert [header(plots / name) for name in ("coverage.png", "recall.png")] == [(1000, 625)] * 2


def header(path: Path) -> tuple[int, int]:
    """The size that a PNG says it has."""
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_goes_on_where_it_was(desk: Path, tmp_path: Path, how: signal.Signals) -> None:
    questions, saved = many(tmp_path / "q.jsonl"), tmp_path / "run.jsonl"
    process = begun(desk, questions, "--limit", "100", "--save", saved, saved=saved)
    process.send_signal(how)
    _, said = process.communicate(timeout=90)
    kept = read_run(saved).results
    assert 10 <= len(kept) < 100
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert (
            said
            == f"bot: Stopped after {len(kept)} questions. {saved} keeps them; the same command goes on from there.\n"
        )
    with saved.open("ab") as file:
        file.write(b'{"question": "torn')
    done = run(desk, questions, "--limit", "100", "--save", saved, "--json")
    assert done.stderr == f"bot: Of 100 questions, {len(kept)} were saved before; going on from there.\n"
    whole = read_run(saved)
    assert whole.results[: len(kept)] == kept
    assert [result.question for result in whole.results] == [
        f"Who said {n} lost?" for n in range(0, 4_000, 40)
    ]
    assert len(done.stdout.splitlines()) == 101
    assert json.loads(saved.read_text("utf-8").splitlines()[-1])["summary"]["n"] == 100


def test_a_conversation_that_was_broken_off_is_asked_again_for_what_is_missing(
    desk: Path, tmp_path: Path
) -> None:
    turns = [{"question": q, "answers": ["x"]} for q in ("Who lost nobody?", "And when?", "And where?")]
    questions, saved = written(tmp_path / "q.jsonl", [{"turns": turns}]), tmp_path / "run.jsonl"
    wanted = Wanted((questions,), save=saved)
    settings = Settings(desk, "hashing")
    assert evaluate(settings, wanted, io.StringIO(), io.StringIO()) == 0
    whole = read_run(saved).results
    kept = b"".join(saved.read_bytes().splitlines(keepends=True)[:3])
    saved.write_bytes(kept)
    assert evaluate(settings, wanted, io.StringIO(), io.StringIO()) == 0
    again = read_run(saved).results
    assert [each.standalone_question for each in again] == [each.standalone_question for each in whole]
    assert len({each.standalone_question for each in again}) == 3
    assert saved.read_bytes().startswith(kept)


def test_another_run_is_refused_and_left_alone(desk: Path, tmp_path: Path) -> None:
    saved = tmp_path / "run.jsonl"
    first, second = (written(tmp_path / f"{n}.jsonl", LINES[:n]) for n in (1, 2))
    assert run(desk, second, "--save", saved).returncode == 0
    before = saved.read_bytes()
    other = run(desk, first, "--save", saved)
    assert (other.returncode, saved.read_bytes()) == (2, before)
    assert "differs from this one (questions was 2 (" in other.stderr
    assert "Give --save a new file name" in other.stderr


def refused(desk: Path, **wanted: Any) -> str:
    with pytest.raises(CitedeskError) as caught:
        evaluate(Settings(desk, "hashing"), Wanted(**wanted), io.StringIO(), io.StringIO())
    return str(caught.value)


def test_questions_are_not_mistaken_for_a_run(desk: Path, tmp_path: Path) -> None:
    questions = written(tmp_path / "q.jsonl", LINES)
    before = questions.read_bytes()
    assert "is no result" in refused(desk, files=(questions,), save=questions)
    assert "is no result" in refused(desk, files=(questions,), against=questions)
    assert "same file" in refused(desk, files=(questions,), save=questions, against=questions)
    assert questions.read_bytes() == before
    assert "none/run.jsonl" in refused(desk, files=(questions,), save=tmp_path / "none" / "run.jsonl")
    assert "another folder" in refused(desk, files=(questions,), plots=questions / "plots")
    assert "Run `ingest` first" in refused(tmp_path / "empty", files=(questions,))


def test_what_is_wrong_is_said_before_anything_is_asked(desk: Path, tmp_path: Path) -> None:
    line = {"question": "Who?", "awnsers": ["a"], "urls": ["https://a.example"]}
    questions = written(tmp_path / "q.jsonl", [line])
    hidden = "import sys; sys.modules['matplotlib'] = None; from bot.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "eval", questions, "--plots", tmp_path / "plots"],
        capture_output=True, text=True, env=environment(desk), timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f'bot: {questions}, line 1: no field is called "awnsers"; did you mean "answers"?; it is ignored.',
        "bot: plots need one more package: pip install 'citedesk[plots]'",
    ]


def test_a_terminal_sees_how_far_it_is_and_how_to_go_on(desk: Path, tmp_path: Path) -> None:
    questions = many(tmp_path / "q.jsonl")
    with Watched([*BOT, "eval", str(questions)], environment(desk), columns=100) as terminal:
        terminal.wait_for("/4000", "questions a second", seconds=90)
        terminal.send("\x03")
        terminal.wait_for("None is kept; with --save RUN.jsonl the same command goes on")
        assert terminal.finish() == 130


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hello", "is no saved run"),
        ('{"run": {}}\nnonsense\n{"question": "q"}\n', "line 2 is not part of a saved run"),
        ('{"question": "q"}\n', "line 1 is no result"),
        ('{"question": "q", "retrieved": [1]}\n', "line 1 is no result"),
    ],
)
def test_what_is_no_run_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "run.jsonl").write_text(content)
    with pytest.raises(SettingsError, match=message):
        read_run(tmp_path / "run.jsonl")


def test_what_an_earlier_version_printed_can_be_compared_with(tmp_path: Path) -> None:
    printed = {
        "question": "Who left?", "unanswerable": False, "status": "answered", "article_rank": 2,
        "sentence_rank": None, "answer_hit": True, "citations": 1, "citations_found": 1, "latency_ms": 12,
    }  # fmt: skip
    saved = read_run(written(tmp_path / "old.jsonl", [printed, {"summary": {"n": 1}}]))
    [result] = saved.results
    assert (result.question, result.article_rank, result.id != "", saved.head) == ("Who left?", 2, True, {})
