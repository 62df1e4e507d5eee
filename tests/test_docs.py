"""The README names only commands and options that exist, and every command there is."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from bot.cli import bot
from ingest.cli import command as ingest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CALLS = sorted(set(re.findall(r"(?:^|[\s`|=…])((?:bot|ingest) [^`#|\n]+)", README)))


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and the words left for it."""
    found: click.Command = {"bot": bot, "ingest": ingest}[words[0]]
    rest = words[1:]
    while isinstance(found, click.Group) and rest and rest[0] in found.commands:
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


def option_names(found: click.Command) -> set[str]:
    return {name for parameter in found.params for name in parameter.opts} | {
        "--help",
        "--version",
        "--verbose",
    }


@pytest.mark.parametrize("call", CALLS)
def test_what_the_readme_calls_exists(call: str) -> None:
    found, rest = resolved(call.replace('"', " ").split())
    assert {word for word in rest if re.match(r"--[a-z]", word)} <= option_names(found)


def test_the_readme_was_read() -> None:
    assert len(CALLS) > 10


@pytest.mark.parametrize("name", sorted(bot.commands))
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"bot {name}" in README


def test_files_that_the_documents_name_exist() -> None:
    text = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:bot|ingest|vectorstore|tests|samples|benchmarks)/[\w./]+)`", text))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_field_of_json_lines_is_in_the_documents() -> None:
    source = (ROOT / "ingest" / "readers" / "jsonl.py").read_text("utf-8")
    read = set(re.findall(r"\(found, \"(\w+)\"|found\.get\(\"(\w+)\"\)", source))
    line = re.search(r"^\| JSON Lines \|.*$", (ROOT / "docs" / "ingest.md").read_text("utf-8"), re.MULTILINE)
    assert line
    assert {a or b for a, b in read} == set(re.findall(r"`(\w+)`", line[0]))


def test_every_setting_that_the_documents_show_is_in_the_example() -> None:
    shown = [page.read_text("utf-8") for page in (*ROOT.glob("docs/*.md"), ROOT / "README.md")]
    names = re.findall(r"^([A-Z][A-Z0-9]*_[A-Z0-9_]+)=", "\n".join(shown), re.MULTILINE)
    example = (ROOT / ".env.example").read_text("utf-8")
    assert "OLLAMA_HOST" in names
    assert [name for name in names if f"\n{name}=" not in example] == []
