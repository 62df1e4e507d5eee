"""A run on disk: a head, one result a line as soon as it is there, the summary last.

Killed anywhere, it is a shorter run with at most one torn line, which is dropped; the same command goes on from there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from bot.as_json import json_line
from bot.evaluation.cases import id_of
from bot.evaluation.result import Result, result_json, result_of
from vectorstore.errors import CitedeskError, SettingsError

HEAD = "run"
_OPENING = b'{"run": '  # a file that was killed while its head was written holds nothing else
_FREE = ("date", "files")  # may differ between a run and what goes on with it


@dataclass(frozen=True, slots=True)
class Saved:
    """What a file holds: the head (empty for one that has none), the results, and how many bytes of it are sound."""

    head: Mapping[str, Any] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    sound: int = 0


class Saving:
    """A file that results are added to; a context manager."""

    def __init__(self, path: Path, head: Mapping[str, Any], saved: Saved) -> None:
        """Go on after what `saved` found sound in `path`. Raises CitedeskError when it cannot be written."""
        self._path = path
        try:
            self._file: IO[str] = path.open("a", encoding="utf-8", newline="\n")
            self._file.truncate(saved.sound)
        except OSError as error:
            raise _unwritable(path, error) from error
        if not saved.head:
            self._write({HEAD: head})

    def __enter__(self) -> Saving:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # what could not be written was told when it was tried
            self._file.close()

    def add(self, result: Result) -> None:
        """Write and flush one result."""
        self._write(result_json(result))

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the summary and wait until all of it is on the disk."""
        self._write({"summary": summary})
        os.fsync(self._file.fileno())

    def _write(self, value: Mapping[str, Any]) -> None:
        try:
            self._file.write(json_line(value) + "\n")
            self._file.flush()
        except OSError as error:
            raise _unwritable(self._path, error) from error


def read_run(path: Path) -> Saved:
    """A saved run, or what `bot eval --json` printed. Raises SettingsError when it is neither."""
    try:
        if not path.is_file():
            raise FileNotFoundError("it is no file")
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"cannot read {path}: {error}. Name a file that `bot eval --save` wrote."
        ) from error
    saved = _read(path, content)
    if content and not (saved.head or saved.results or content.startswith(_OPENING)):
        raise SettingsError(f"{path} is no saved run. Name a file that `bot eval --save` wrote.")
    return saved


def begun(path: Path, head: Mapping[str, Any]) -> Saved:
    """What there is to go on from in `path`: nothing, if there is no such file.

    Raises SettingsError when the file is no run of ours, or a run of other questions, settings or articles.
    """
    if not path.exists():
        return Saved()
    saved = read_run(path)
    if saved.results and not saved.head:
        raise SettingsError(f"{path} has no head to go on from. Give --save a new file name.")
    if saved.head and (differing := differences(saved.head, head)):
        told = "; ".join(f"{name} was {a}, now {b}" for name, (a, b) in differing.items())
        raise SettingsError(
            f"{path} is a run that differs from this one ({told}). Give --save a new file name, "
            f"compare with --against {path}, or remove the file."
        )
    return saved


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What two heads say differently, by name: (then, now)."""
    a, b = _flat(then), _flat(now)
    return {name: (a.get(name), b.get(name)) for name in {**a, **b} if a.get(name) != b.get(name)}


def _flat(head: Mapping[str, Any]) -> dict[str, Any]:
    settings = head.get("settings")
    rest = {name: value for name, value in head.items() if name not in (*_FREE, "settings")}
    return rest | (settings if isinstance(settings, dict) else {})


def _read(path: Path, content: bytes) -> Saved:
    head: Mapping[str, Any] = {}
    results: list[Result] = []
    sound = 0
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        kept = _parsed(path, number, line, last=sound + len(line) == len(content))
        if kept is None or "summary" in kept:
            break
        if HEAD in kept:
            head = kept[HEAD]
        else:
            results.append(_result(path, number, kept))
        sound += len(line)
    return Saved(head, tuple(results), sound)


def _parsed(path: Path, number: int, line: bytes, *, last: bool) -> dict[str, Any] | None:
    """The object of a line; None for a last line that was torn."""
    try:
        if not line.endswith(b"\n"):
            raise ValueError("it is not whole")
        return dict(json.loads(line))
    except (ValueError, TypeError) as error:
        if last:
            return None
        raise SettingsError(
            f"{path}, line {number} is not part of a saved run ({error}). Name a file that `bot eval --save` wrote."
        ) from error


def _result(path: Path, number: int, read: Mapping[str, Any]) -> Result:
    try:
        result = result_of(read)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(
            f"{path}, line {number} is no result ({error}). Name a file that `bot eval --save` wrote."
        ) from error
    return result if result.id else replace(result, id=id_of(result.question))


def _unwritable(path: Path, error: OSError) -> CitedeskError:
    return CitedeskError(f"cannot write {path}: {error}. Free the disk or give --save another file name.")
