"""The language model's port: one contract for the scripted model and LangChain's over a real HTTP connection."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from bot.errors import LanguageModelError
from bot.writing.chat_model import ChatModel, open_chat_model
from tests.provider import Provider, serving
from tests.scripted_model import ScriptedModel
from vectorstore.errors import CitedeskError, SettingsError

KEY = "sk-secret-0123456789"
Open = Callable[..., ChatModel]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Provider], Provider]]:
    """Starts a provider and points the environment at it."""
    with ExitStack() as stack:

        def start(provider: Provider) -> Provider:
            stack.enter_context(serving(provider))
            monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
            monkeypatch.setenv("OPENAI_API_KEY", KEY)
            return provider

        yield start


@pytest.fixture(params=["scripted", "langchain"])
def model_saying(request: pytest.FixtureRequest, serve: Callable[[Provider], Provider]) -> Open:
    """Opens a model of either kind that gives this reply, and breaks off after it if told to."""

    def scripted(pieces: Sequence[str], breaks: bool = False) -> ChatModel:
        return ScriptedModel("".join(pieces), size=5, breaks=breaks)

    def langchain(pieces: Sequence[str], breaks: bool = False) -> ChatModel:
        serve(Provider(pieces, breaks=breaks))
        return open_chat_model("openai:some-model", 20)

    return scripted if request.param == "scripted" else langchain


def said(model: ChatModel) -> str:
    return "".join(model.stream("rules", "question"))


def failure(model: ChatModel) -> tuple[str, CitedeskError]:
    heard: list[str] = []
    with pytest.raises(CitedeskError) as caught:
        heard.extend(model.stream("rules", "question"))
    return "".join(heard), caught.value


def test_the_pieces_are_the_reply(model_saying: Open) -> None:
    model = model_saying(["Austin con", "firmed it ", "[c910e2].", " 朝鲜"])
    assert said(model) == "Austin confirmed it [c910e2]. 朝鲜"
    assert said(model) == "Austin confirmed it [c910e2]. 朝鲜"
    assert model.name


def test_a_stream_can_be_left(model_saying: Open) -> None:
    model = model_saying(["Austin", " confirmed", " it."])
    stream = model.stream("rules", "question")
    assert next(stream).startswith("Aust")
    stream.close()
    assert list(stream) == []


def test_a_broken_reply_gives_what_arrived_and_then_the_error(model_saying: Open) -> None:
    heard, error = failure(model_saying(["Austin ", "confirmed"], breaks=True))
    assert heard == "Austin confirmed"
    assert isinstance(error, LanguageModelError)
    assert "broke off" in str(error)


@pytest.mark.parametrize("reply", [[], [""], [" \n", "\t"]])
def test_nothing_is_an_error(model_saying: Open, reply: list[str]) -> None:
    _, error = failure(model_saying(reply))
    assert isinstance(error, LanguageModelError)
    assert "answered with nothing" in str(error)


def test_rules_question_temperature_and_key_are_what_is_sent(serve: Callable[[Provider], Provider]) -> None:
    provider = serve(Provider(["Yes."]))
    assert "".join(open_chat_model("openai:some-model", 20).stream("Be brief.", "Who?")) == "Yes."
    (asked,) = provider.requests
    assert asked["model"] == "some-model"
    assert asked["temperature"] == 0
    rules, question = {"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}
    assert asked["messages"] == [rules, question]
    assert asked["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("provider", "words"),
    [
        (Provider(silent=30), "CITEDESK_LLM_TIMEOUT"),
        (Provider(trickle=30), "CITEDESK_LLM_TIMEOUT"),
        (Provider(["word "] * 300, pause=0.1), "CITEDESK_LLM_TIMEOUT"),
    ],
    ids=["silent", "trickling comments", "trickling words"],
)
def test_no_server_holds_us_longer_than_the_timeout(
    serve: Callable[[Provider], Provider], provider: Provider, words: str
) -> None:
    serve(provider)
    model = open_chat_model("openai:some-model", 0.6)
    started = time.monotonic()
    _, error = failure(model)
    assert time.monotonic() - started < 15
    assert isinstance(error, LanguageModelError)
    assert words in str(error)


def test_leaving_the_stream_hangs_up(serve: Callable[[Provider], Provider]) -> None:
    provider = serve(Provider(["word "] * 5_000, pause=0.02))
    stream = open_chat_model("openai:some-model", 20).stream("rules", "question")
    next(stream)
    stream.close()
    deadline = time.monotonic() + 20
    while not provider.hung_up and time.monotonic() < deadline:
        time.sleep(0.02)
    assert provider.hung_up


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, SettingsError, "OPENAI_API_KEY"),
        (403, SettingsError, "OPENAI_API_KEY"),
        (404, SettingsError, "CITEDESK_LLM"),
        (400, LanguageModelError, "HTTP 400"),
        (408, LanguageModelError, "CITEDESK_LLM_TIMEOUT"),
        (429, LanguageModelError, "quota"),
        (500, LanguageModelError, "HTTP 500"),
        (503, LanguageModelError, "HTTP 503"),
    ],
)
def test_refusals_name_the_remedy_and_never_the_key(
    serve: Callable[[Provider], Provider], status: int, kind: type[CitedeskError], words: str
) -> None:
    serve(Provider(status=status, error=f"Incorrect API key provided: {KEY}"))
    _, error = failure(open_chat_model("openai:some-model", 20))
    assert type(error) is kind
    assert error.exit_code == (2 if kind is SettingsError else 1)
    assert words in str(error)
    assert KEY not in "".join(traceback.format_exception(error))


def test_a_refused_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        _, error = failure(open_chat_model("openai:some-model", 20))
    assert isinstance(error, LanguageModelError)
    assert "cannot be reached" in str(error)


def test_a_page_instead_of_an_answer(serve: Callable[[Provider], Provider]) -> None:
    serve(Provider(pieces=[], body=b"<html>Log in to the hotel's network</html>"))
    _, error = failure(open_chat_model("openai:some-model", 20))
    assert "base URL" in str(error)


def test_a_reply_cut_at_the_length_limit_says_so(serve: Callable[[Provider], Provider]) -> None:
    serve(Provider(["Austin confirmed"], finish="length"))
    heard, error = failure(open_chat_model("openai:some-model", 20))
    assert heard == "Austin confirmed"
    assert "before its answer was complete (length)" in str(error)


@pytest.mark.parametrize("key", ["sk-line\nbreak", "“sk-quoted”"])
def test_a_key_that_cannot_be_one(
    serve: Callable[[Provider], Provider], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    serve(Provider())
    monkeypatch.setenv("OPENAI_API_KEY", key)
    _, error = failure(open_chat_model("openai:some-model", 20))
    assert isinstance(error, SettingsError)
    assert "OPENAI_API_KEY" in str(error)
    assert key.strip("“”")[:5] not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("gpt-4.1-mini", 'must be "provider:model"'),
        ("openai:", 'must be "provider:model"'),
        (":model", 'must be "provider:model"'),
        ("openai:gpt-4.1-mini", "OPENAI_API_KEY"),
        ("groq:llama", 'pip install "langchain-groq"'),
        ("llamacpp:model", "OPENAI_BASE_URL"),
    ],
)
def test_specs_that_cannot_work(spec: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_chat_model(spec, 5)
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("provider", ["openai", "anthropic", "ollama"])
def test_a_package_that_is_not_installed(provider: str) -> None:
    script = (
        f"import sys\nsys.modules['langchain_{provider}'] = None\n"
        "from bot.writing.chat_model import open_chat_model\n"
        f"try:\n    open_chat_model('{provider}:model', 5)\nexcept Exception as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=180)
    assert f'pip install "citedesk[{provider}]"' in done.stdout
