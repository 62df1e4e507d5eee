"""Settings: environment variables, after a `.env` in the working folder. Only the cli and wiring files read them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.errors import SettingsError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
STAND_IN_MODEL = "hashing"
MULTILINGUAL_MODEL = "multilingual"

TORCH, ONNX, ONNX_INT8 = "torch", "onnx", "onnx-int8"
ENGINES = (TORCH, ONNX, ONNX_INT8)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. Secrets stay in the environment, where the libraries that need them look."""

    data_dir: Path
    embedding_model: str = BUNDLED_MODEL
    engine: str = ONNX
    cache_dir: Path | None = None  # None: the platform's
    chroma_url: str = ""
    chroma_timeout: float = 5.0
    llm: str = ""
    llm_timeout: float = 60.0
    caution: float = 0.5
    reranker: str = ""


def load_env_file(folder: Path | None = None) -> None:
    """Read `.env` of `folder` (default: the working folder) into the environment; what is set there already wins.

    Raises SettingsError when the file cannot be read.
    """
    path = (folder or Path.cwd()) / ".env"
    if not path.is_file():
        return
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read {path}: {error}. Make it a readable UTF-8 file or remove it."
        ) from error
    for name, value in values.items():
        if value and not os.environ.get(name):
            os.environ[name] = value


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's). An empty value means unset. Raises SettingsError."""
    env = os.environ if environ is None else environ

    def text(name: str, default: str = "") -> str:
        return env.get(name, "").strip() or default

    return Settings(
        data_dir=_data_dir(text("CITEDESK_DATA_DIR")),
        embedding_model=text("CITEDESK_EMBEDDING_MODEL", BUNDLED_MODEL),
        engine=_one_of("CITEDESK_ENGINE", text("CITEDESK_ENGINE", ONNX), ENGINES),
        cache_dir=_folder(text("CITEDESK_CACHE_DIR")),
        chroma_url=_url("CITEDESK_CHROMA_URL", text("CITEDESK_CHROMA_URL")),
        chroma_timeout=_seconds("CITEDESK_CHROMA_TIMEOUT", text("CITEDESK_CHROMA_TIMEOUT", "5")),
        llm=text("CITEDESK_LLM"),
        llm_timeout=_seconds("CITEDESK_LLM_TIMEOUT", text("CITEDESK_LLM_TIMEOUT", "60")),
        caution=_share("CITEDESK_CAUTION", text("CITEDESK_CAUTION", "0.5")),
        reranker=text("CITEDESK_RERANKER"),
    )


def user_cache() -> Path:
    """The platform's folder for what can be made again."""
    from platformdirs import user_cache_path

    return user_cache_path("citedesk", appauthor=False)


def _data_dir(value: str) -> Path:
    if folder := _folder(value):
        return folder
    from platformdirs import user_data_path

    return user_data_path("citedesk", appauthor=False)


def _folder(value: str) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 86_400:
        raise SettingsError(f"{name} must be a number of seconds above 0, not {value!r}.")
    return seconds


def _share(name: str, value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise SettingsError(f"{name} must be a number from 0 to 1, not {value!r}.")
    return share


def _url(name: str, value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise SettingsError(f"{name} must start with http:// or https://, not {value!r}.")
    return value
