"""The `bot` command as a user meets it: real processes, pipes and terminals, a real archive."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.dates.calendar import period, shown
from tests.small_archive import BUDGET, FERRY, HARBOUR, build
from tests.watched import BOT, Watched, environment
from vectorstore.errors import SettingsError
from vectorstore.schema import FILE_NAME
from vectorstore.types import Article, Source

QUESTION = "Who said that we lost nobody?"
HEAVY = (
    "numpy",
    "chromadb",
    "rich",
    "prompt_toolkit",
    "langchain",
    "langchain_core",
    "sentence_transformers",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small archive, for tests that only read."""
    folder = tmp_path_factory.mktemp("desk")
    build(folder)
    return folder


def bot(
    data_dir: Path, *arguments: str, typed: str | bytes = b"", **env: str
) -> subprocess.CompletedProcess[str]:
    sent = typed.encode() if isinstance(typed, str) else typed
    done = subprocess.run(
        [*BOT, *arguments], input=sent, capture_output=True, env=environment(data_dir, **env), timeout=60
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom bot.cli import main\nmain(['--help'])\n"
        f"sys.exit(','.join(name for name in {HEAVY} if name in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert all(
        name in done.stdout for name in ("ask", "repl", "articles", "backup", "restore", "eval", "doctor")
    )


@pytest.mark.parametrize("command", [[], ["ask"], ["articles", "list"]])
def test_version_verbose_and_help_everywhere(command: list[str], tmp_path: Path) -> None:
    assert re.fullmatch(r"bot, version \d+\.\d+\.\d+\n", bot(tmp_path, *command, "--version").stdout)
    assert "--verbose" in bot(tmp_path, *command, "--help").stdout
    assert list(tmp_path.iterdir()) == []


def test_a_piped_answer_is_plain_and_cited(desk: Path) -> None:
    done = bot(desk, "ask", QUESTION, FORCE_COLOR="1", CLICOLOR_FORCE="1")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Mayor Ilse Brandt [1]"
    assert lines[1].startswith("“We lost nobody,” Mayor Ilse Brandt said.")
    assert "[1]" in lines[1]
    assert "Sources" in lines
    assert "    The Velmora Courier · 23 Oct 2024" in lines
    assert "\x1b" not in done.stdout


def test_words_without_quotes_are_one_question(desk: Path) -> None:
    done = bot(desk, "ask", "--json", *QUESTION.split())
    assert json.loads(done.stdout)["question"] == QUESTION


def test_json_is_one_object_whose_quote_stands_at_its_offsets(desk: Path) -> None:
    done = bot(desk, "ask", QUESTION, "--json", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    answer = json.loads(done.stdout)
    first = answer["citations"][0]
    assert answer["status"] == "answered"
    assert first["article_id"] == HARBOUR.id
    assert HARBOUR.text[first["start"] : first["end"]] == first["quote"]
    assert first["published"] == "2024-10-23T09:30:00-04:00"


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    done = bot(tmp_path, "ask", QUESTION)
    assert done.returncode == 0
    assert done.stdout.startswith("The archive is empty. Put articles in first: ingest FOLDER")
    assert json.loads(bot(tmp_path, "ask", QUESTION, "--json").stdout)["status"] == "empty_archive"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "there is no question"),
        (["ask"], "there is no question"),
        (["ask", ""], "there is no question"),
        (["ask", " \t "], "there is no question"),
        (["ask", "🙂🙂"], "there is no question"),
        (["ask", "?!…"], "there is no question"),
        (["ask", "why " * 501], "2,003 characters"),
        (["ask", "w" * 20_000], "20,000 characters"),
        (["ask", QUESTION, "--since", "soon"], "cannot read 'soon' as a date"),
        (["ask", QUESTION, "--since", "2024-11", "--until", "2024-10"], "since 1 Nov 2024 comes after"),
        (["ask", QUESTION, "--nonsense"], "No such option"),
        (["articles", "list", "--until", "2024-02-30"], "cannot read '2024-02-30'"),
    ],
)
def test_bad_usage_is_explained_with_exit_code_2(arguments: list[str], words: str, desk: Path) -> None:
    done = bot(desk, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    if arguments:
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_control_characters_and_sql_are_only_words(desk: Path) -> None:
    hostile = b"\x00\x1b[2J'; DROP TABLE articles; -- \x9b harbour \" OR 1=1 NEAR( * \xff\xfe\n"
    done = bot(desk, "ask", "-", "--json", typed=hostile)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["question"].startswith("'; DROP TABLE articles; --")
    assert len(bot(desk, "articles", "list").stdout.splitlines()) == 3


def test_questions_from_standard_input_are_answered_one_by_one_as_they_come(desk: Path) -> None:
    with subprocess.Popen(
        [*BOT, "ask", "-", "--json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(desk), text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for typed in (QUESTION, "and when did she say it?"):
            process.stdin.write(f"\n   \n{typed}\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert (answer["question"], answer["standalone_question"]) == (typed, typed)
        process.stdin.write(f"{'long ' * 500}\n{QUESTION}\n")
        process.stdin.close()
        assert json.loads(process.stdout.readline())["status"] == "answered"
        assert process.stdout.read() == ""
        assert "bot: the question has 2,499 characters" in process.stderr.read()
    assert process.returncode == 1


def test_filters_choose_who_may_answer(desk: Path) -> None:
    def cited(*filters: str) -> set[str]:
        answer = json.loads(bot(desk, "ask", "harbour ferry Tarn crowns council", "--json", *filters).stdout)
        return {c["article_id"] for c in answer["citations"] + answer["nearest"]}

    assert cited("--publisher", "tarn gazette") == {BUDGET.id}
    assert BUDGET.id not in cited("--until", "2024-10")
    assert cited("--since", "2024-11-02", "--until", "2024-11-02") == {BUDGET.id}


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-10-01", "2024-10-01T00:00:00", "2024-10-01T23:59:59.999999"),
        ("2024-2", "2024-02-01T00:00:00", "2024-02-29T23:59:59.999999"),
        ("2024-12", "2024-12-01T00:00:00", "2024-12-31T23:59:59.999999"),
        ("2023", "2023-01-01T00:00:00", "2023-12-31T23:59:59.999999"),
        ("Today", "2024-03-01T00:00:00", "2024-03-01T23:59:59.999999"),
        ("yesterday", "2024-02-29T00:00:00", "2024-02-29T23:59:59.999999"),
        ("7d", "2024-02-23T00:00:00", "2024-02-23T23:59:59.999999"),
        ("2w", "2024-02-16T00:00:00", "2024-02-16T23:59:59.999999"),
        ("2024-10-01T12:30+02:00", "2024-10-01T10:30:00", "2024-10-01T10:30:00"),
    ],
)
def test_days_as_they_are_typed(typed: str, first: str, last: str) -> None:
    expected = tuple(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    assert period(typed, date(2024, 3, 1)) == expected


@pytest.mark.parametrize(
    "typed", ["", "soon", "2024-13", "2024-02-30", "0000", "9" * 12 + "d", "7 x", "١٢٣٤"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError, match="as a date"):
        period(typed)


def test_days_as_they_are_shown() -> None:
    assert shown(HARBOUR.source.published) == "23 Oct 2024"
    assert shown(None) == ""


def test_articles_are_listed_newest_first(desk: Path) -> None:
    assert bot(desk, "articles", "list").stdout.splitlines() == [
        f"{BUDGET.id}  Tarn Council Passes Budget · Tarn Gazette · 2 Nov 2024",
        f"{FERRY.id}  渡轮周五恢复通航 · 海港日报 · 24 Oct 2024",
        f"{HARBOUR.id}  Velmora’s Harbour [bold]Reopens[/bold] After Storm · The Velmora Courier · 23 Oct 2024",
    ]
    listed = [json.loads(text) for text in bot(desk, "articles", "list", "--json").stdout.splitlines()]
    assert [each["article_id"] for each in listed] == [BUDGET.id, FERRY.id, HARBOUR.id]
    october = bot(desk, "articles", "list", "--json", "--until", "2024-10-24", "--publisher", "海港日报")
    assert [json.loads(text)["title"] for text in october.stdout.splitlines()] == ["渡轮周五恢复通航"]


def test_an_article_handed_over_in_private_says_where_it_answers(tmp_path: Path) -> None:
    private = replace(FERRY, source=replace(FERRY.source, audience="D0ANA00001"))
    build(tmp_path, [HARBOUR, private])
    listed = bot(tmp_path, "articles", "list").stdout.splitlines()
    assert [text.endswith("answers only in D0ANA00001") for text in listed] == [True, False]
    shown_lines = bot(tmp_path, "articles", "show", private.id).stdout.splitlines()
    assert "answers only in D0ANA00001" in shown_lines


def test_an_article_is_shown_by_the_start_of_its_id(desk: Path) -> None:
    shown_whole = json.loads(bot(desk, "articles", "show", HARBOUR.id[:6], "--json").stdout)
    assert (shown_whole["text"], shown_whole["summary"]) == (HARBOUR.text, HARBOUR.summary)
    page = bot(desk, "articles", "show", FERRY.id).stdout
    assert FERRY.text in page
    assert "file:///clips/%E6%B8%A1%E8%BD%AE%2024%25.txt" in page


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_id_names_the_way_to_the_right_one(command: str, desk: Path) -> None:
    for unknown in ("ffffffffffff", "", "%"):
        done = bot(desk, "articles", command, unknown)
        assert (done.returncode, done.stdout) == (1, "")
        assert "`bot articles list` shows the ids" in done.stderr


def test_an_id_that_could_be_several_is_refused(tmp_path: Path) -> None:
    build(tmp_path, [Article(Source(f"t{n}"), f"Text {n}.", f"text:{n}") for n in range(17)])
    ids = [line.split()[0] for line in bot(tmp_path, "articles", "list").stdout.splitlines()]
    twice = next(i[0] for i in ids if sum(other[0] == i[0] for other in ids) > 1)
    done = bot(tmp_path, "articles", "remove", twice, "--yes")
    assert done.returncode == 1
    assert "Write more of the id" in done.stderr
    assert len(bot(tmp_path, "articles", "list").stdout.splitlines()) == 17


def test_a_removed_article_no_longer_answers(tmp_path: Path) -> None:
    build(tmp_path)
    done = bot(tmp_path, "articles", "remove", HARBOUR.id[:8], "--json")
    assert json.loads(done.stdout) == {"article_id": HARBOUR.id, "removed": True}
    answer = json.loads(bot(tmp_path, "ask", QUESTION, "--json").stdout)
    assert HARBOUR.id not in {c["article_id"] for c in answer["citations"] + answer["nearest"]}
    assert bot(tmp_path, "articles", "show", HARBOUR.id).returncode == 1


def test_removing_works_while_the_chroma_server_is_away_and_with_another_model_set(tmp_path: Path) -> None:
    build(tmp_path)
    away = {"CITEDESK_CHROMA_URL": "http://127.0.0.1:9", "CITEDESK_EMBEDDING_MODEL": "another"}
    done = bot(tmp_path, "articles", "remove", HARBOUR.id, "--yes", **away)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Removed {HARBOUR.id}: ")
    assert len(bot(tmp_path, "articles", "list", **away).stdout.splitlines()) == 2


def test_removing_asks_on_a_terminal_only(tmp_path: Path) -> None:
    build(tmp_path)
    for key, left in (("n", 3), ("y", 2)):
        with Watched([*BOT, "articles", "remove", BUDGET.id], environment(tmp_path)) as seen:
            seen.wait_for(f"Remove {BUDGET.id}: Tarn Council Passes Budget", "[y/N]")
            seen.send(f"{key}\r")
            assert seen.finish() == 0
        assert len(bot(tmp_path, "articles", "list").stdout.splitlines()) == left


@pytest.mark.parametrize("columns", [80, 40])
def test_an_answer_on_a_terminal(columns: int, desk: Path) -> None:
    with Watched([*BOT, "ask", QUESTION], environment(desk, VTE_VERSION="7600"), columns=columns) as seen:
        assert seen.finish() == 0
        assert seen.lines[0] == "Mayor Ilse Brandt [1]"
        assert seen.lines[1].startswith("“We lost nobody,” Mayor Ilse Brandt")
        assert "Sources" in seen.lines
        assert "    courier.example/2024/10/23/harbour" in seen.lines
        assert "Loading the embedding model…".encode() in seen.raw
        assert "Loading" not in seen.text


def test_a_folder_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    done = bot(tmp_path, "ask", QUESTION)
    assert done.returncode == 2
    assert done.stderr.startswith("bot: ")
    assert "CITEDESK_DATA_DIR" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_wrong_setting_is_named(desk: Path) -> None:
    done = bot(desk, "ask", QUESTION, CITEDESK_CHROMA_TIMEOUT="never")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "bot: CITEDESK_CHROMA_TIMEOUT must be a number of seconds above 0, not 'never'.\n"


def test_a_reader_that_stops_reading_is_no_error(tmp_path: Path) -> None:
    build(tmp_path, [Article(Source("t" * 2000), f"Text {n}.", f"text:{n}") for n in range(100)])
    with subprocess.Popen(
        [*BOT, "articles", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_properly(sent: signal.Signals, code: int, desk: Path) -> None:
    with subprocess.Popen(
        [*BOT, "ask", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(desk)
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(QUESTION.encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(sent)
        assert process.wait(20) == code
        assert b"Traceback" not in process.stderr.read()


def test_a_fault_of_ours_is_short_and_verbose_shows_where(desk: Path) -> None:
    code = (
        "import sys, bot.question, bot.cli\n"
        "def broken(_): raise ZeroDivisionError('spilt \\x1b[31mink')\n"
        "bot.cli.question_of = broken\n"
        "sys.exit(bot.cli.main(sys.argv[1:]))"
    )

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, "ask", "x", *more],
            env=environment(desk),
            capture_output=True,
            text=True,
        )

    short = run()
    assert (short.returncode, short.stderr.count("\n")) == (1, 1)
    assert short.stderr.startswith("bot: ZeroDivisionError: spilt ink. ")
    assert "--verbose" in short.stderr
    assert "Traceback" in run("--verbose").stderr


def test_a_backup_brings_the_archive_back(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "archive.backup"
    assert bot(desk, "backup", str(file)).stdout == f"Saved the archive in {file}.\n"
    assert bot(tmp_path / "new", "restore", str(file)).stdout == f"Restored the archive from {file}.\n"
    assert bot(tmp_path / "new", "articles", "list").stdout == bot(desk, "articles", "list").stdout
    again = bot(tmp_path / "new", "restore", str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert "holds an archive already" in again.stderr


def test_eval_measures_the_questions_of_a_file(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": QUESTION, "answers": ["Ilse Brandt"]}) + "\n")
    done = bot(desk, "eval", str(file), "--json")
    assert done.returncode == 0
    summary = json.loads(done.stdout.splitlines()[-1])["summary"]
    assert (summary["n"], summary["recall_at_1"], summary["citation_precision"]) == (1, 1.0, 1.0)
    assert bot(desk, "eval", str(tmp_path / "missing.jsonl")).returncode == 2


def test_doctor_finds_a_healthy_archive(desk: Path) -> None:
    done = bot(desk, "doctor", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    checks = {check["part"]: check for check in map(json.loads, done.stdout.splitlines())}
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert checks["archive"]["found"].startswith("whole; 3 articles, 3 passages")
    assert checks["embedding model"]["found"].startswith("hashing, 64 dimensions")
    assert checks["slack"]["found"] == "not set: bot slack is not needed for the terminal"
    assert bot(desk, "doctor").stdout.count("\n") == len(checks)


def test_an_article_without_a_date_is_marked_and_doctor_says_what_it_misses(tmp_path: Path) -> None:
    build(tmp_path, [HARBOUR, replace(FERRY, source=replace(FERRY.source, published=None, publisher=""))])
    assert bot(tmp_path, "articles", "list").stdout.splitlines()[1].endswith(" · (no date)")
    done = bot(tmp_path, "doctor", "--json")
    notes = [check for check in map(json.loads, done.stdout.splitlines()) if check["part"] == "articles"]
    assert (done.returncode, {note["state"] for note in notes}) == (0, {"warn"})
    assert [note["found"].partition(";")[0] for note in notes] == [
        "1 of 2 has no date",
        "1 of 2 has no publisher",
    ]
    assert "--since" in notes[0]["found"]
    assert [note["fix"] for note in notes] == [
        "Give it: ingest FILE --published DATE.",
        "Give it: ingest FILE --publisher NAME.",
    ]


def test_doctor_says_what_is_wrong_and_how_to_mend_it_without_telling_secrets(tmp_path: Path) -> None:
    build(tmp_path)
    damaged = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(damaged[:5000] + b"\xff" * 20_000 + damaged[25_000:])
    done = bot(
        tmp_path,
        "doctor",
        "--json",
        SLACK_BOT_TOKEN="wrong-secret-1",
        SLACK_APP_TOKEN="xapp-secret-2",
        CITEDESK_LLM="nonsense",
        CITEDESK_CHROMA_URL="http://me:secret-3@127.0.0.1:9",
    )
    checks = [json.loads(text) for text in done.stdout.splitlines()]
    assert done.returncode == 1
    assert "secret" not in done.stdout + done.stderr
    assert {(c["part"], c["state"]) for c in checks if c["state"] != "ok"} == {
        ("slack", "fail"),
        ("chroma server", "warn"),
        ("language model", "fail"),
        ("archive", "fail"),
    }
    assert all(c["fix"] for c in checks if c["state"] != "ok")


def test_doctor_leaves_an_empty_place_empty(tmp_path: Path) -> None:
    done = bot(tmp_path / "new", "doctor")
    assert done.returncode == 0
    assert "warn  archive: empty" in done.stdout
    assert not (tmp_path / "new").exists()
    done = bot(tmp_path, "doctor", CITEDESK_LLM_TIMEOUT="x")
    assert done.returncode == 1
    assert "fail  settings: CITEDESK_LLM_TIMEOUT" in done.stdout


def test_doctor_notices_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = bot(tmp_path / "file" / "below", "doctor")
    assert done.returncode == 1
    assert "fail  data folder" in done.stdout


def test_answers_read_from_a_pipe_say_which_question_they_are_to(desk: Path) -> None:
    done = bot(desk, "ask", "-", typed="Who said that we lost nobody?\n\nWho ate the moon?\n")
    assert done.returncode == 0
    asked = [line for line in done.stdout.splitlines() if line.startswith("> ")]
    assert asked == ["> Who said that we lost nobody?", "> Who ate the moon?"]
