"""Language models behind one small port. The only file that knows LangChain's chat models.

No foreign error is chained or quoted: providers and HTTP libraries put keys into their messages. And no name of a
foreign error is imported: every provider has its own, known here by its bases' names and its HTTP status.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any, Protocol

from bot.errors import LanguageModelError
from vectorstore.errors import CitedeskError, SettingsError

_EXTRAS = frozenset({"openai", "anthropic", "ollama"})
_KEYS = {
    "azure_openai": "AZURE_OPENAI_API_KEY",
    "google_genai": "GOOGLE_API_KEY",
    "huggingface": "HUGGINGFACEHUB_API_TOKEN",
    "mistralai": "MISTRAL_API_KEY",
    "together": "TOGETHER_API_KEY",
}
_CUT_OFF = frozenset({"length", "max_tokens", "content_filter", "safety"})


class ChatModel(Protocol):
    """A language model that answers one prompt as a stream of text; closing the stream stops the model."""

    @property
    def name(self) -> str: ...
    def stream(self, system: str, user: str) -> Generator[str, None, None]:
        """Pieces of the reply in order.

        Raises SettingsError when the key or the model is refused, and LanguageModelError, after the pieces that
        did arrive, when the reply breaks off, takes too long or has no text in it.
        """
        ...


def open_chat_model(spec: str, timeout: float) -> ChatModel:
    """The model that `spec` ("provider:model") names; every reply is complete within `timeout` seconds.

    Nothing is sent yet. Raises SettingsError for a spec, key or package that cannot work.
    """
    provider, _, model = spec.partition(":")
    if not provider.strip() or not model.strip():
        raise SettingsError(
            'CITEDESK_LLM must be "provider:model", for example "openai:gpt-4.1-mini" or "ollama:qwen3:8b", '
            f"not {spec!r}."
        )
    from langchain.chat_models import init_chat_model

    refused: SettingsError
    try:
        return _LangChainModel(
            spec, init_chat_model(spec, temperature=0, timeout=timeout, max_retries=1), timeout
        )
    except ImportError as error:
        refused = _missing_package(provider, str(error))
    except Exception as error:  # each provider has its own error for a missing key
        refused = _unusable(spec, error)
    raise refused


class _LangChainModel:
    def __init__(self, spec: str, model: Any, timeout: float) -> None:
        self.name = spec
        self._model = model
        self._timeout = timeout

    def stream(self, system: str, user: str) -> Generator[str, None, None]:
        arrived: queue.SimpleQueue[str | CitedeskError | None] = queue.SimpleQueue()
        stop = threading.Event()
        # Providers' time-outs count from the last byte, so a server that trickles would hold us for ever.
        # The reading is left to a thread of its own, which can be abandoned.
        threading.Thread(target=self._pump, args=(system, user, arrived, stop), daemon=True).start()
        try:
            yield from self._received(arrived)
        finally:
            stop.set()

    def _received(self, arrived: queue.SimpleQueue[str | CitedeskError | None]) -> Iterator[str]:
        deadline = time.monotonic() + self._timeout
        spoke = False
        while (item := self._next(arrived, deadline)) is not None:
            if isinstance(item, CitedeskError):
                raise item
            spoke = spoke or bool(item.strip())
            yield item
        if not spoke:
            raise LanguageModelError(f"{self.name} answered with nothing. Ask again or choose another model.")

    def _next(
        self, arrived: queue.SimpleQueue[str | CitedeskError | None], deadline: float
    ) -> str | CitedeskError | None:
        try:
            return arrived.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            return _too_slow(self.name)

    def _pump(
        self,
        system: str,
        user: str,
        arrived: queue.SimpleQueue[str | CitedeskError | None],
        stop: threading.Event,
    ) -> None:
        try:
            reason = ""
            for chunk in self._model.stream([("system", system), ("human", user)]):
                if stop.is_set():
                    return
                if chunk.text:
                    arrived.put(str(chunk.text))
                reason = _finish(chunk.response_metadata) or reason
            arrived.put(_cut_off(self.name, reason) if reason in _CUT_OFF else None)
        except Exception as error:  # whatever a provider throws must reach the reader as one of ours
            arrived.put(_translated(self.name, error))


def _finish(metadata: dict[str, Any]) -> str:
    named = (metadata.get(key) for key in ("finish_reason", "stop_reason", "done_reason"))
    return next((str(reason).lower() for reason in named if reason), "")


def _missing_package(provider: str, message: str) -> SettingsError:
    named = re.search(r"pip install [\"']?([\w\[\],-]+)", message)
    package = f"citedesk[{provider}]" if provider in _EXTRAS else ""
    package = package or (named.group(1) if named else f"langchain-{provider.replace('_', '-')}")
    return SettingsError(
        f'the package for {provider!r} models is not installed. Run: pip install "{package}"'
    )


def _unusable(spec: str, error: Exception) -> SettingsError:
    provider = spec.partition(":")[0]
    if type(error) is ValueError and "provider" in str(error):
        return SettingsError(
            f"CITEDESK_LLM names a provider that LangChain does not know: {provider!r}. A local server that "
            'speaks OpenAI\'s protocol (llama.cpp, vLLM, LM Studio) is "openai:MODEL" with OPENAI_BASE_URL.'
        )
    return SettingsError(
        f"{spec} cannot be opened ({type(error).__name__}): {_key(provider)} is probably not set. Set it in "
        "the environment or in .env; a local server without keys takes any value."
    )


def _key(provider: str) -> str:
    return _KEYS.get(provider, f"{provider.upper()}_API_KEY")


def _translated(name: str, error: BaseException) -> CitedeskError:
    kinds = {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}
    key = _key(name.partition(":")[0])
    if kinds & {"LocalProtocolError", "UnicodeEncodeError"}:
        return SettingsError(f"{key} holds a line break or a character that no key has. Copy the key again.")
    status = next(
        (s for link in _chain(error) if isinstance(s := getattr(link, "status_code", None), int)), 0
    )
    if status:
        return _for_status(name, key, status)
    if kinds & {"TimeoutError", "TimeoutException", "APITimeoutError"}:
        return _too_slow(name)
    if kinds & {"RemoteProtocolError", "ReadError", "IncompleteRead", "JSONDecodeError"}:
        return LanguageModelError(f"{name} broke off in the middle of its answer. Ask again.")
    if kinds & {"ConnectError", "APIConnectionError", "ConnectionError", "TransportError", "OSError"}:
        return _unreachable(name)
    if "ValueError" in kinds:
        return LanguageModelError(f"{name} sent something that is no answer. Check the provider's base URL.")
    return LanguageModelError(f"{name} failed ({type(error).__name__}). Ask again or choose another model.")


def _unreachable(name: str) -> LanguageModelError:
    if name.startswith("ollama:"):
        return LanguageModelError(
            f"{name} cannot be reached. Start Ollama with `ollama serve`, or say where it runs in OLLAMA_HOST."
        )
    return LanguageModelError(
        f"{name} cannot be reached. Check the network, and that the server at its base URL is running."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _for_status(name: str, key: str, status: int) -> CitedeskError:
    if status in (401, 403):
        return SettingsError(f"{name} refused the key (HTTP {status}). Check {key}.")
    if status == 404 and name.startswith("ollama:"):
        return SettingsError(f"Ollama does not have the model. Run: ollama pull {name.partition(':')[2]}")
    if status == 404:
        return SettingsError(
            f"{name} was not found (HTTP 404). Check the model's name in CITEDESK_LLM and the base URL."
        )
    if status in (408, 504):
        return _too_slow(name)
    if status == 429:
        return LanguageModelError(
            f"{name} allows no more questions now (HTTP 429). Wait, or check the quota of the account."
        )
    if status >= 500:
        return LanguageModelError(f"{name} has a problem on its side (HTTP {status}). Ask again later.")
    return LanguageModelError(f"{name} did not accept the question (HTTP {status}). Choose another model.")


def _too_slow(name: str) -> LanguageModelError:
    return LanguageModelError(
        f"{name} took longer than CITEDESK_LLM_TIMEOUT allows. Raise it, or choose a faster model."
    )


def _cut_off(name: str, reason: str) -> LanguageModelError:
    return LanguageModelError(f"{name} stopped before its answer was complete ({reason}).")
