"""`bot eval` on public question sets, each paragraph ingested as an article through the `ingest` command itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evals.floors import passes


def run(data: Path, limit: int) -> bool:
    """Measure both sets and print every figure; False when one is below its floor."""
    good = True
    for name, read in (("squad2", _squad2), ("xquad", _xquad)):
        with tempfile.TemporaryDirectory() as folder:
            articles, questions = read(data)
            figures = _measured(
                Path(folder), articles, questions[:: max(1, len(questions) // limit)] if limit else questions
            )
        good &= passes(name, {key: value for key, value in figures.items() if value is not None})
    return good


def _measured(
    folder: Path, articles: list[dict[str, object]], questions: list[dict[str, object]]
) -> dict[str, float]:
    _write(folder / "articles.jsonl", articles)
    _write(folder / "questions.jsonl", questions)
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(folder / "data")}
    here = Path(sys.executable)
    subprocess.run(
        [str(here.with_name("ingest")), str(folder / "articles.jsonl")], env=environment, check=True
    )
    command = [str(here.with_name("bot")), "eval", str(folder / "questions.jsonl"), "--json"]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1])["summary"])


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _squad2(data: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    passages, questions = (
        list(_lines(data / "squad2" / f"{name}.jsonl")) for name in ("passages", "questions")
    )
    return (
        [{"title": row["title"], "text": row["text"], "url": _url(row["doc_id"])} for row in passages],
        [
            {
                "question": row["question"],
                "answers": [answer["text"] for answer in row["answers"]],
                "urls": [_url(row["doc_id"])],
            }
            for row in questions
            if not row["is_impossible"]
        ],
    )


def _xquad(data: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    articles, questions = [], []
    document = json.loads((data / "xquad" / "xquad.en.json").read_text("utf-8"))
    for number, topic in enumerate(document["data"]):
        for part, paragraph in enumerate(topic["paragraphs"]):
            url = _url(f"{number}-{part}")
            articles.append(
                {"title": topic.get("title") or f"Topic {number}", "text": paragraph["context"], "url": url}
            )
            questions += [
                {"question": qa["question"], "answers": [a["text"] for a in qa["answers"]], "urls": [url]}
                for qa in paragraph["qas"]
            ]
    return articles, questions


def _lines(path: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _url(name: object) -> str:
    return f"https://paragraphs.example/{name}"
