"""Exported encoders on disk, shared by all archives: found by the content of the model, whole or not there at all.

An entry is written beside its place and renamed into it under a lock; sizes and hashes tell when it is opened again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

_FORMAT = "2"  # of the entries: another one leaves the old ones alone
_SEAL, _REFUSAL = "seal.json", "refused.json"
_MODEL_FILES = frozenset((".json", ".safetensors", ".bin", ".txt", ".model"))
_PATIENCE = 120.0  # seconds for another process that is exporting the same model


@dataclass(frozen=True, slots=True)
class Place:
    """Where the export of one model for one engine is, or would be."""

    folder: Path

    @classmethod
    def of(cls, cache: Path, model: Path, engine: str) -> Place:
        """The place for the model in the folder `model`. Raises OSError when that cannot be read."""
        return cls(cache / "encoders" / f"{_content(cache / 'encoders', model)}-{engine}-{_FORMAT}")

    def is_sound(self) -> bool:
        """Whether it is there, every file of it as it was written."""
        try:
            sealed = json.loads((self.folder / _SEAL).read_text("utf-8"))
            return bool(sealed) and all(_digest(self.folder / name) == seal for name, seal in sealed.items())
        except (OSError, ValueError, AttributeError):
            return False

    def refusal(self) -> str:
        """Why this model is not exported, with the torch that is installed; empty when nothing is known against it."""
        try:
            refused = json.loads(self._refused.read_text("utf-8"))
            return str(refused["why"]) if refused["torch"] == version("torch") else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def refuse(self, why: str) -> None:
        """Remember that. Raises OSError."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        _write(self._refused, json.dumps({"why": why, "torch": version("torch")}))

    def make(self, write: Callable[[Path], None]) -> None:
        """Fill it with the files that `write` puts into the folder it is given, unless another process just did.

        Raises what `write` raises, OSError, and filelock.Timeout (a TimeoutError, so an OSError too).
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder.with_suffix(".lock"), timeout=_PATIENCE):
            if self.is_sound():
                return
            fresh = self.folder.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)  # of one who was killed
            fresh.mkdir()
            try:
                write(fresh)
                _write(fresh / _SEAL, json.dumps({path.name: _digest(path) for path in fresh.iterdir()}))
                shutil.rmtree(self.folder, ignore_errors=True)
                fresh.rename(self.folder)
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise

    @property
    def _refused(self) -> Path:
        return self.folder.with_suffix(f".{_REFUSAL}")


def _content(root: Path, model: Path) -> str:
    """A hash over the model's files; remembered for as long as their sizes and times stay."""
    stamp = {path.name if path.parent == model else str(path): _stat(path) for path in _files(model)}
    memory = root / f"{hashlib.sha256(str(model).encode()).hexdigest()[:16]}.json"
    try:
        known = json.loads(memory.read_text("utf-8"))
        if known["stamp"] == stamp:
            return str(known["content"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    content = hashlib.sha256(
        json.dumps([[str(path.relative_to(model)), *_digest(path)] for path in _files(model)]).encode()
    ).hexdigest()[:16]
    try:
        root.mkdir(parents=True, exist_ok=True)
        _write(memory, json.dumps({"stamp": stamp, "content": content}))
    except OSError:  # a cache that cannot be written costs a hash each time
        pass
    return content


def _files(model: Path) -> Iterator[Path]:
    """What makes the model, in order: its own files and those of its modules, no other framework's weights."""
    for folder in (
        model,
        *sorted(path for path in model.iterdir() if path.is_dir() and path.name[:1].isdigit()),
    ):
        yield from sorted(path for path in folder.iterdir() if path.suffix in _MODEL_FILES and path.is_file())


def _stat(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]


def _digest(path: Path) -> list[object]:
    with path.open("rb") as file:
        return [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)
