"""The questions of `bot eval`: JSON Lines read into conversations, most of them of one question.

Whatever is wrong is named by file and line; a field that nobody knows is a remark, for it may be a slip of the pen.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.evaluation.kinds import kind_of, language_of
from bot.options import filter_of
from bot.question import question_of
from vectorstore.errors import SettingsError
from vectorstore.types import Filter

Warn = Callable[[str], None]

_EXPECTED = ("answers", "urls", "unanswerable")
_OF_A_TURN = {"question", *_EXPECTED, "must_not_say", "type", "language", "now"}
_OF_A_LINE = {*_OF_A_TURN, "turns", "id", "since", "until", "publisher"}
_NOTES = {
    "said",
    "status",
    "reason",
    "note",
}  # what `bot feedback --eval` and people write beside a question
_EXAMPLE = '{"question": "…", "answers": ["…"]}'


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what is expected: `answers` are strings of which any counts, `urls` the right articles.

    `must_not_say` are strings that must not stand in the answer or its quotes; `now` is the moment it is asked (None:
    the clock's); `kind` and `language` only group the figures. One that expects nothing is `context`: a turn that is
    asked for the sake of the next. `id` tells it from every other, whichever file it stands in.
    """

    question: str
    answers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    unanswerable: bool = False
    must_not_say: tuple[str, ...] = ()
    now: datetime | None = None
    kind: str = ""
    language: str = ""
    id: str = ""

    @property
    def context(self) -> bool:
        return not (self.answers or self.urls or self.unanswerable)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One line of a file: questions asked one after the other in one thread, of the articles that `where` allows."""

    file: str
    turns: tuple[Case, ...]
    where: Filter = field(default_factory=Filter)

    @property
    def judged(self) -> int:
        """How many of its questions expect something."""
        return sum(not case.context for case in self.turns)


def read_files(paths: Sequence[Path], warn: Warn, limit: int = 0) -> list[Conversation]:
    """The lines of all files, `limit` of them spread evenly (0: all); `warn` is told of unknown fields.

    Raises SettingsError naming the file and the line that is wrong.
    """
    lines = list(_numbered(line for path in paths for line in _read(path, warn)))
    if not 0 < limit < len(lines):
        return lines
    return [lines[number * len(lines) // limit] for number in range(limit)]


def digest(conversations: Iterable[Conversation]) -> str:
    """16 hex digits that change with anything the conversations ask or expect, but not with their files."""
    told = [[asdict(line.where), [asdict(case) for case in line.turns]] for line in conversations]
    return _hash(told)


def id_of(question: str) -> str:
    """The id of a question that stands alone in its line."""
    return _hash([[[question, None]], asdict(Filter())])


def _read(path: Path, warn: Warn) -> Iterator[Conversation]:
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}. Name a UTF-8 JSON Lines file.") from error
    unknown: dict[str, int] = {}
    empty = True
    for number, text in enumerate(lines, 1):
        if text.strip():
            empty = False
            line = _Line(path, number, text)
            yield line.conversation()
            for name in line.unknown:
                unknown.setdefault(name, number)
    if empty:
        raise SettingsError(f"{path} holds no question. Write lines like {_EXAMPLE}.")
    for name, number in unknown.items():
        warn(f"{path}, line {number}: {_slip(name)}; it is ignored.")


class _Line:
    """One line of a file, and the fields of it that nobody knows."""

    def __init__(self, path: Path, number: int, text: str) -> None:
        self._place = f"{path}, line {number}"
        self._file = str(path)
        self.unknown: list[str] = []
        try:
            self._fields = dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise self._wrong(f"is no question ({error}). Write {_EXAMPLE}.") from error
        self._note_unknown(self._fields, _OF_A_LINE)

    def conversation(self) -> Conversation:
        """What the line asks. Raises SettingsError."""
        fields = self._fields
        turns = fields.get("turns", [])
        if not isinstance(turns, list):
            raise self._wrong('has "turns" that are no list. Write a list of questions like those of a line.')
        said = [self._turn(turn, number) for number, turn in enumerate(turns, 1)]
        if "question" in fields or not said:
            said.append(self._case(fields, ""))
        if all(case.context for case in said):
            raise self._wrong(
                f'needs a "question", and "answers", "urls" or "unanswerable": true{self._hint()}.'
            )
        where = self._where(fields)
        return Conversation(self._file, tuple(_told_apart(said, str(fields.get("id", "")), where)), where)

    def _turn(self, turn: object, number: int) -> Case:
        fields = {"question": turn} if isinstance(turn, str) else turn
        if not isinstance(fields, dict):
            raise self._wrong(f"has a turn {number} that is no question. Write it like a line: {_EXAMPLE}.")
        self._note_unknown(fields, _OF_A_TURN)
        shared = {name: self._fields.get(name) for name in ("now", "type", "language")}
        case = self._case(shared | fields, f", turn {number},")
        if case.context and case.must_not_say:
            raise self._wrong(
                f'has "must_not_say" in turn {number} but nothing that it should say{self._hint()}.'
            )
        return case

    def _case(self, fields: Mapping[str, Any], turn: str) -> Case:
        try:
            question = question_of(_text(fields["question"], "question"))
            return Case(
                question=question,
                answers=_texts(fields, "answers"),
                urls=_texts(fields, "urls"),
                unanswerable=bool(fields.get("unanswerable", False)),
                must_not_say=_texts(fields, "must_not_say"),
                now=_moment(fields.get("now")),
                kind=str(fields.get("type") or kind_of(question)),
                language=str(fields.get("language") or language_of(question)),
            )
        except KeyError as error:
            raise self._wrong(
                f"is no question (it has no {error}){self._hint()}. Write {_EXAMPLE}.", turn
            ) from error
        except (ValueError, TypeError, SettingsError) as error:
            raise self._wrong(f"is no question ({error}). Write {_EXAMPLE}.", turn) from error

    def _where(self, fields: Mapping[str, Any]) -> Filter:
        try:
            return filter_of(_texts(fields, "publisher"), fields.get("since"), fields.get("until"))
        except (SettingsError, TypeError, AttributeError) as error:
            raise self._wrong(f"has a filter that cannot be used: {error}") from error

    def _note_unknown(self, fields: Mapping[str, Any], known: set[str]) -> None:
        self.unknown += sorted(set(fields) - known - _NOTES)

    def _hint(self) -> str:
        return f" ({_slip(self.unknown[0])})" if self.unknown else ""

    def _wrong(self, what: str, turn: str = "") -> SettingsError:
        return SettingsError(f"{self._place}{turn} {what}")


def _slip(name: str) -> str:
    near = difflib.get_close_matches(name, _OF_A_LINE, n=1)
    return f'no field is called "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f'"{name}" is no text')
    return value


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts or numbers, or one alone."""
    value = fields.get(name)
    items = value if isinstance(value, list) else [] if value is None else [value]
    if not all(isinstance(item, str | int | float) for item in items):
        raise TypeError(f'"{name}" is no list of texts')
    return tuple(text for text in (str(item).strip() for item in items) if text)


def _moment(value: object) -> datetime | None:
    """ISO 8601; without an offset it is UTC, as it is for a dated article."""
    if value is None:
        return None
    moment = datetime.fromisoformat(_text(value, "now"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _told_apart(turns: Sequence[Case], given: str, where: Filter) -> Iterator[Case]:
    """The turns with their ids: by the id the line gives, else by all that was asked up to there."""
    for number, case in enumerate(turns, 1):
        asked = [[turn.question, turn.now] for turn in turns[:number]]
        own = f"{given}#{number}" if len(turns) > 1 else given
        yield replace(case, id=own if given else _hash([asked, asdict(where)]))


def _numbered(lines: Iterable[Conversation]) -> Iterator[Conversation]:
    """What is asked twice is two questions."""
    seen: Counter[str] = Counter()
    for line in lines:
        turns = []
        for case in line.turns:
            seen[case.id] += 1
            turns.append(case if seen[case.id] == 1 else replace(case, id=f"{case.id}/{seen[case.id]}"))
        yield replace(line, turns=tuple(turns))


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()[:16]
