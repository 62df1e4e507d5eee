"""The `ingest` command as users and programs run it: a real process, its streams and its exit code."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.assemble import Facts
from ingest.load import Loaded
from ingest.reading import pieces
from ingest.run import Intake
from ingest.sources import find
from tests.web_server import Reply, Site, moved
from vectorstore.archive import Archive
from vectorstore.schema import FILE_NAME
from vectorstore.settings import Settings

TEXT = "The harbour of {0} closes on Monday. The mayor of {0} said so in a letter."
INGEST = [sys.executable, "-c", "from ingest.cli import main; main()"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    keep = {key: value for key, value in os.environ.items() if not key.startswith("CITEDESK_")}
    data = str(tmp_path / "data")
    return {**keep, "CITEDESK_DATA_DIR": data, "CITEDESK_EMBEDDING_MODEL": "hashing", "HF_HUB_OFFLINE": "1"}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for town in ("Aln", "Berg"):
        (folder / f"{town}.txt").write_text(f"Harbour of {town} closes\n\n{TEXT.format(town)}")
    return folder


def run(
    env: dict[str, str], *arguments: str | Path, stdin: str = "", file_limit: int = 0
) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))

    return subprocess.run(
        [*INGEST, *map(str, arguments)],
        env=env,
        cwd=Path(env["CITEDESK_DATA_DIR"]).parent,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        preexec_fn=limit if file_limit else None,
    )


def test_for_people(env: dict[str, str], news: Path) -> None:
    first = run(env, news, news / "missing.txt")
    assert first.returncode == 1
    assert first.stderr == f"failed  {news / 'missing.txt'}: there is no such file or folder\n"
    assert first.stdout.startswith("2 added, 1 failed in ")
    second = run(env, news)
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.startswith("2 unchanged in ")


def test_for_programs(env: dict[str, str], news: Path) -> None:
    (news / "empty.txt").touch()
    found = run(env, news, "--json")
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.returncode == 1
    assert all(set(line) == {"input", "outcome", "article_id", "title", "reason"} for line in lines[:-1])
    by_name = {Path(line["input"]).name: line for line in lines[:-1]}
    assert by_name["Aln.txt"]["outcome"] == "added"
    assert by_name["Aln.txt"]["title"] == "Harbour of Aln closes"
    assert len(by_name["Aln.txt"]["article_id"]) == 12
    assert (by_name["empty.txt"]["outcome"], by_name["empty.txt"]["reason"]) == ("failed", "it is empty")
    counts = lines[-1]["summary"]
    assert counts.pop("seconds") >= 0
    assert counts.pop("articles_per_second") > 0
    stages = counts.pop("stages")
    assert {"reading", "embedding", "storing", "indexing"} <= set(stages)
    assert stages[counts.pop("bound_by")]["seconds"] == max(stage["seconds"] for stage in stages.values())
    assert counts == {
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "duplicate": 0,
        "failed": 1,
        "skipped": 0,
        "removed": 0,
    }


def test_standard_input_and_facts(env: dict[str, str]) -> None:
    arguments = (
        "-",
        "--url",
        "https://a.example/1",
        "--title",
        "Harbour shuts",
        "--published",
        "Oct. 23, 2024",
    )
    found = run(env, *arguments, "--json", stdin=TEXT.format("Aln"))
    line = json.loads(found.stdout.splitlines()[0])
    assert (found.returncode, line["input"], line["outcome"], line["title"]) == (
        0,
        "-",
        "added",
        "Harbour shuts",
    )
    assert run(env, *arguments, stdin=TEXT.format("Aln")).stdout.startswith("1 unchanged")
    assert run(env, "-", stdin="").returncode == 2


def test_a_dry_run_stores_nothing(env: dict[str, str], news: Path) -> None:
    (news / "clip.txt").write_text(
        f"Harbour\n\n内容\n{TEXT.format('Aln')}\n\nAlready a subscriber? Log in.\n\n总结\nIt shuts."
    )
    found = run(env, "--dry-run", news)
    assert found.returncode == 0
    assert found.stdout.startswith("dry run, nothing stored: 3 added in ")
    assert (
        "copy may be incomplete; cut, for it is a paywall notice: 'Already a subscriber? Log in.'"
        in found.stderr
    )
    assert not Path(env["CITEDESK_DATA_DIR"]).exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name at least one file or folder"),
        (("--rebuild", "x"), "--rebuild takes no SOURCE"),
        (("--url", "ftp://x", "x"), "must start with http:// or https://"),
        (("--published", "soon", "x"), "not a date; write it as 2024-10-23"),
        (("--allow-host", "http://x", "x"), "write NAME or NAME:PORT"),
        (("--nonsense",), "No such option"),
    ],
)
def test_bad_usage(env: dict[str, str], arguments: tuple[str, ...], message: str) -> None:
    found = run(env, *arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert message in found.stderr


def test_one_title_cannot_name_two_articles(env: dict[str, str], news: Path) -> None:
    found = run(env, "--title", "Both", news)
    assert found.returncode == 2
    assert "for one article" in found.stderr
    assert run(env, "--title", "One", news / "Aln.txt").returncode == 0


def test_rebuild_brings_an_archive_of_another_chunker_up_to_date(env: dict[str, str], news: Path) -> None:
    settings = Settings(Path(env["CITEDESK_DATA_DIR"]), embedding_model="hashing")
    with Archive.open(settings, chunker="older") as archive:
        intake = Intake(archive, Facts(), lambda outcome: None)
        for loaded in pieces(find([str(news)])):
            assert isinstance(loaded, Loaded)
            intake.take(loaded)
        intake.flush()
    refused = run(env, news)
    assert refused.returncode == 2
    assert "ingest --rebuild" in refused.stderr
    found = run(env, "--rebuild")
    assert (found.returncode, found.stdout, found.stderr) == (0, "the archive is rebuilt\n", "")
    assert run(env, news).stdout.startswith("2 unchanged")


def test_nothing_worked(env: dict[str, str], tmp_path: Path) -> None:
    found = run(env, tmp_path / "missing", "--json")
    assert found.returncode == 2
    assert json.loads(found.stdout.splitlines()[-1])["summary"]["failed"] == 1


def test_a_foreign_folder_is_refused_in_one_line(env: dict[str, str], news: Path) -> None:
    found = run({**env, "CITEDESK_DATA_DIR": str(news)}, news)
    assert found.returncode == 2
    assert found.stderr.startswith("ingest: ")
    assert "CITEDESK_DATA_DIR" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_full_disk_stops_it_and_loses_nothing(env: dict[str, str], news: Path) -> None:
    assert run(env, news).returncode == 0
    lines = [json.dumps({"id": n, "text": TEXT.format(f"Town{n}") * 30}) for n in range(200)]
    feed = news.parent / "feed.jsonl"
    feed.write_text("\n".join(lines))
    size = (Path(env["CITEDESK_DATA_DIR"]) / FILE_NAME).stat().st_size
    found = run(env, feed, "--json", file_limit=size + 1_500_000)
    assert found.returncode == 1
    last = found.stderr.splitlines()[-1]
    assert last.startswith("ingest: the disk")
    assert "Traceback" not in found.stderr
    counts = json.loads(found.stdout.splitlines()[-1])["summary"]
    assert counts["added"] > 0
    assert counts["failed"] > 0
    after = run(env, feed, news, "--json")
    counts_after = json.loads(after.stdout.splitlines()[-1])["summary"]
    assert counts_after["unchanged"] == counts["added"] + 2
    assert counts_after["added"] == 200 - counts["added"]


def test_sigterm_ends_it_with_143(env: dict[str, str], news: Path) -> None:
    with subprocess.Popen([*INGEST, "-"], env=env, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdin
        child.stdin.write(b"x" * 70_000)  # more than a pipe holds: it has begun to read once this returns
        child.stdin.flush()
        child.send_signal(signal.SIGTERM)
        _, error = child.communicate(timeout=60)
    assert (child.returncode, error) == (143, b"")


def test_help_is_light(env: dict[str, str]) -> None:
    probe = (
        "import sys; from ingest.cli import command; command.main(['--help'], standalone_mode=False);"
        "heavy = {'numpy', 'chromadb', 'torch', 'sentence_transformers', 'trafilatura', 'rich', 'dateparser'};"
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    found = subprocess.run([sys.executable, "-c", probe], env=env, capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (0, "")
    assert "[OPTIONS] SOURCE..." in found.stdout


def test_version(env: dict[str, str]) -> None:
    assert run(env, "--version").stdout.startswith("ingest, version ")


def test_a_reader_that_leaves_early_is_no_traceback(env: dict[str, str], news: Path) -> None:
    lines = [json.dumps({"id": n, "text": TEXT.format(f"Town{n}")}) for n in range(500)]
    (news / "feed.jsonl").write_text("\n".join(lines))
    command = [*INGEST, "--json", str(news)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert json.loads(child.stdout.readline())["outcome"] == "added"
        child.stdout.close()
        error = child.stderr.read()
    assert b"Traceback" not in error


PAGE = "<!DOCTYPE html><title>Harbour of {0} closes</title><body><article>{1}</article></body>"


def web_page(town: str) -> Reply:
    paragraphs = (TEXT.format(town), f"Ferries leave from the old pier of {town} until the end of the week.")
    return Reply(PAGE.format(town, "".join(f"<p>{text}</p>" for text in paragraphs)).encode())


def by_input(found: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    return {line["input"]: line for line in lines[:-1]}


def test_web_pages_for_programs(env: dict[str, str], news: Path) -> None:
    with Site() as site, Site() as private:
        site.routes |= {"/a": web_page("Aln"), "/b": moved("/a"), "/in": moved(private.url("/"))}
        sources = [site.url("/a"), site.url("/b"), site.url("/in"), private.url("/"), news / "Berg.txt"]
        found = run(env, "--allow-host", site.name, "--json", "--audience", "C1", *sources)
    lines = by_input(found)
    assert (found.returncode, found.stderr.count("\n")) == (1, 2)
    assert all(set(line) == {"input", "outcome", "article_id", "title", "reason"} for line in lines.values())
    assert [lines[str(source)]["outcome"] for source in sources] == [
        "added",
        "unchanged",
        "failed",
        "failed",
        "added",
    ]
    assert lines[site.url("/a")]["title"] == "Harbour of Aln closes"
    assert lines[site.url("/b")]["article_id"] == lines[site.url("/a")]["article_id"]
    assert f"--allow-host {private.name}" in lines[site.url("/in")]["reason"]
    assert private.asked == []
    with Archive.open(Settings(Path(env["CITEDESK_DATA_DIR"]), embedding_model="hashing")) as archive:
        record = archive.article(lines[site.url("/a")]["article_id"])
    assert record is not None
    assert (record.article.origin, record.article.source.audience) == (site.url("/a"), "C1")
    assert record.article.source.fetched_at is not None


def test_a_web_page_again(env: dict[str, str]) -> None:
    with Site() as site:
        site.routes["/a"] = web_page("Aln")
        arguments = ("--allow-host", site.name, site.url("/a"))
        assert run(env, "--dry-run", *arguments).stdout.startswith("dry run, nothing stored: 1 added")
        assert run(env, *arguments).stdout.startswith("1 added")
        assert run(env, *arguments).stdout.startswith("1 unchanged")
        site.routes["/a"] = web_page("Berg")
        assert run(env, *arguments).stdout.startswith("1 updated")
        site.routes["/a"] = Reply(status=404)
        gone = run(env, *arguments)
    assert gone.returncode == 2
    assert gone.stderr == f"failed  {site.url('/a')}: the server answered 404 Not Found; check the address\n"


def test_nothing_that_a_page_says_steers_the_terminal(env: dict[str, str]) -> None:
    told = {"url": "https://other.example/\x1b[31m\u202e\ud800", "headline": "Harbour of Årnes closes\ud800"}
    data = json.dumps({"@type": "NewsArticle", **told})
    script = f'<script type="application/ld+json">{data}</script><body>'
    with Site() as site:
        page = web_page("Årnes")
        site.routes["/a"] = replace(page, body=page.body.replace(b"<body>", script.encode()))
        site.routes["/b"] = Reply(b"x", kind="video/\xc2\x9b31m")
        found = run(env, "--allow-host", site.name, "--verbose", site.url("/a"), site.url("/b"))
    assert "Harbour of Årnes closes" in found.stderr
    assert "other.example/\\x1b[31m\\u202e\\ud800" in found.stderr
    assert "video/\\x9b31m" in found.stderr
    assert [line for line in found.stderr.splitlines() if not line.isprintable()] == []


def test_a_fetched_page_is_reported_before_the_next_is_asked_for(env: dict[str, str]) -> None:
    with Site() as site:
        site.routes |= {"/a": web_page("Aln"), "/mute": lambda socket: time.sleep(60)}
        command = [*INGEST, "--json", "--allow-host", site.name, site.url("/a"), site.url("/mute")]
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert json.loads(child.stdout.readline())["outcome"] == "added"
            while "/mute" not in site.asked:
                time.sleep(0.02)
            child.send_signal(signal.SIGINT)
            _, error = child.communicate(timeout=25)  # before the page is given up by itself
    assert child.returncode == 130, error
    assert error.strip() == b"ingest: interrupted; what was reported as stored is stored"


def test_a_slip_is_answered_with_what_was_meant(env: dict[str, str], news: Path) -> None:
    assert "did you mean" in run(env, news.with_name("nwes")).stderr
    assert "for the web page: https://www.news.example/story" in run(env, "www.news.example/story").stderr
