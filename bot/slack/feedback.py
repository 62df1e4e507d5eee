"""`bot feedback`: what people thought of the answers, for reading, for programs, and as questions for `bot eval`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bot.as_json import json_line
from bot.dates.calendar import shown
from bot.page import BLANK, Line, line
from bot.slack.memory import Feedback, Memory
from bot.slack.store import FILE_NAME, FOLDER, Store
from bot.terminal import Screen

_NONE = "Nobody has judged an answer yet. In Slack, every answer has the buttons Helpful and Not helpful."


def report(data_dir: Path, out: IO[str], *, as_json: bool, as_cases: bool) -> int:
    """Write all feedback to `out`, oldest first; 0. `as_cases`: the unhelpful answers as lines for `bot eval`.

    Raises ArchiveError.
    """
    given = _read(data_dir)
    if not given and (as_cases or as_json):
        print(_NONE, file=sys.stderr)
    if as_cases:
        out.writelines(json_line(case) + "\n" for case in cases(given))
    elif as_json:
        out.writelines(json_line(feedback_json(one)) + "\n" for one in given)
    else:
        Screen(out).show(_page(given))
    return 0


def feedback_json(one: Feedback) -> dict[str, Any]:
    """One judgement as `bot feedback --json` prints it; fields are added, never renamed."""
    kept = one.answer
    return {
        "given": datetime.fromtimestamp(one.given, UTC),
        "helpful": one.helpful,
        "reason": one.reason,
        "user": one.user,
        "channel": kept.channel,
        "question": kept.answer.question,
        "standalone_question": kept.answer.standalone_question,
        "status": str(kept.answer.status),
        "answer": kept.answer.text,
        "citations": [{"article_id": c.article_id, "title": c.source.title} for c in kept.answer.citations],
        "model": kept.answer.model,
        "answer_id": kept.id,
    }


def cases(given: Iterable[Feedback]) -> Iterator[dict[str, Any]]:
    """The unhelpful answers, each question once: `answers` is for a person to fill in (or `unanswerable` to set)."""
    seen: set[str] = set()
    for one in given:
        answer = one.answer.answer
        if one.helpful or answer.standalone_question in seen:
            continue
        seen.add(answer.standalone_question)
        yield {
            "question": answer.standalone_question,
            "answers": [],
            "unanswerable": False,
            "said": answer.text,
            "status": str(answer.status),
            "reason": one.reason,
        }


def _read(data_dir: Path) -> list[Feedback]:
    if not (data_dir / FOLDER / FILE_NAME).is_file():
        return []
    store = Store(data_dir)
    try:
        return Memory(store).feedback()
    finally:
        store.close()


def _page(given: Iterable[Feedback]) -> Iterator[Line]:
    told = False
    for one in given:
        if told:
            yield BLANK
        told = True
        answer = one.answer.answer
        verdict = "helpful" if one.helpful else "not helpful"
        yield line(answer.standalone_question, "strong")
        yield line(answer.text or f"({answer.status})")
        facts = (
            verdict,
            shown(datetime.fromtimestamp(one.given, UTC)),
            one.user,
            one.answer.channel,
            one.reason,
        )
        yield line(" · ".join(filter(None, facts)), "faint")
    if not told:
        yield line(_NONE)
