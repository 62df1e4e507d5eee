"""`bot eval` on the question sets, each paragraph ingested as an article through the `ingest` command itself.

Held-out halves alone, since the scorer was fitted on the others; the whole archive stays.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.floors import passes
from evals.public_sets import Question, Set, desk, squad2, xquad
from evals.training import is_held_out

Row = Mapping[str, Any]


def run(data: Path, limit: int) -> bool:
    """Measure the public sets and print every figure; False when one is below its floor."""
    return all([_passes(public, limit) for public in (squad2(data), xquad(data))])


def run_desk() -> bool:
    """The same of the news of our own, which need no data beside the checkout."""
    return _passes(desk(), 0)


def cases(questions: Sequence[Question]) -> list[Row]:
    """Questions as `bot eval` reads them."""
    return [
        {"question": q.text, "unanswerable": True}
        if q.is_impossible
        else {"question": q.text, "answers": q.answers, "urls": [q.url]}
        for q in questions
    ]


def _passes(public: Set, limit: int) -> bool:
    asked = [q for q in public.questions if is_held_out(public.title(q.url))]
    step = max(1, len(asked) // limit) if limit else 1
    with tempfile.TemporaryDirectory() as folder:
        figures = _measured(Path(folder), public, cases(asked[::step]))
    return passes(public.name, {k: v for k, v in figures.items() if isinstance(v, int | float)})


def _measured(folder: Path, public: Set, asked: Sequence[Row]) -> dict[str, Any]:
    public.write_articles(folder / "articles.jsonl")
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in asked)
    (folder / "questions.jsonl").write_text("".join(lines), "utf-8")
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(folder / "data")}
    here = Path(sys.executable)
    subprocess.run(
        [str(here.with_name("ingest")), str(folder / "articles.jsonl")], env=environment, check=True
    )
    command = [str(here.with_name("bot")), "eval", str(folder / "questions.jsonl"), "--json"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1])["summary"])
