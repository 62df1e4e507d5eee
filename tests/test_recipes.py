"""The recipes of docs/models.md, word for word, each against a loopback server that speaks the provider's protocol."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import protocols
from tests.protocols import KEY, Spoken
from tests.provider import Provider, serving
from tests.small_archive import build
from tests.watched import BOT, environment

QUESTION = "Who said that we lost nobody?"
TRUE = "“We lost nobody,” Mayor Ilse Brandt said"
LIE = "Mayor Ilse Brandt said that twelve people had died"
BASE_URLS = {"openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL", "ollama": "OLLAMA_HOST"}
DOC = (Path(__file__).parent.parent / "docs" / "models.md").read_text("utf-8")


def recipes() -> list[dict[str, str]]:
    """The settings of each block of the document, in its order."""
    blocks = re.findall(r"```\n(CITEDESK_LLM=.*?)```", DOC, re.DOTALL)
    return [dict(line.split("=", 1) for line in block.strip().splitlines()) for block in blocks]


RECIPES = {recipe["CITEDESK_LLM"]: recipe for recipe in recipes()}


def reply(asked: str) -> str:
    """A true sentence and a lie, both under the id of a passage shown."""
    label = re.findall(r'<passage id="(\w+)"', asked)[0]
    return f"{LIE} [{label}]. {TRUE} [{label}]."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes") / "desk"
    build(folder)
    return folder


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """Where a server of each provider listens that has the models of the recipes."""
    models = tuple(name.split(":", 1)[1] for name in RECIPES)
    with ExitStack() as stack:
        provider = Provider(speak=lambda messages: [reply(messages[-1]["content"])])
        openai = stack.enter_context(serving(provider))
        anthropic = stack.enter_context(protocols.anthropic(Spoken(reply, models)))
        ollama = stack.enter_context(protocols.ollama(Spoken(reply, models)))
        yield {"openai": openai.url, "anthropic": anthropic.url, "ollama": ollama.url}


def asked(desk: Path, recipe: dict[str, str], url: str) -> subprocess.CompletedProcess[str]:
    """`bot ask` with the recipe's settings, its placeholder key filled in and its address replaced by the server's."""
    settings = {name: KEY if value.endswith("…") else value for name, value in recipe.items()}
    settings[BASE_URLS[recipe["CITEDESK_LLM"].split(":")[0]]] = url
    return subprocess.run(
        [*BOT, "ask", QUESTION, "--json"],
        env=environment(desk, **settings), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_the_document_has_a_recipe_for_each_kind() -> None:
    assert [name.split(":")[0] for name in RECIPES] == ["openai", "anthropic", "ollama", "openai"]
    known = {*BASE_URLS.values(), "CITEDESK_LLM", "OPENAI_API_KEY", "ANTHROPIC_API_KEY"}
    assert all(set(recipe) <= known for recipe in RECIPES.values())


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_as_it_is_written(name: str, desk: Path, urls: dict[str, str]) -> None:
    done = asked(desk, RECIPES[name], urls[name.split(":")[0]])
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["model"] == name
    assert [sentence["text"] for sentence in answer["sentences"]] == [f"{TRUE}."]
    assert answer["dropped"] == {"unsupported": 1}
    assert "twelve" not in done.stdout


def refused_by(desk: Path, name: str, url: str, **changed: str) -> tuple[int, str]:
    done = asked(desk, {**RECIPES[name], **changed}, url)
    assert not done.stdout
    return done.returncode, done.stderr


def test_a_model_that_ollama_has_not_pulled(desk: Path, urls: dict[str, str]) -> None:
    code, said = refused_by(desk, "ollama:qwen3:8b", urls["ollama"], CITEDESK_LLM="ollama:llama3.2")
    assert code == 2
    assert "ollama pull llama3.2" in said


def test_ollama_is_not_running(desk: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        code, said = refused_by(desk, "ollama:qwen3:8b", url)
    assert code == 1
    assert "ollama serve" in said


def test_a_wrong_key(desk: Path, urls: dict[str, str]) -> None:
    code, said = refused_by(
        desk, "anthropic:claude-haiku-4-5", urls["anthropic"], ANTHROPIC_API_KEY="sk-wrong-9876543210"
    )
    assert code == 2
    assert "ANTHROPIC_API_KEY" in said
    assert "sk-wrong" not in said
