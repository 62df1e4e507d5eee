"""docs/scorer.md, made by `python -m evals.fit` of the files it writes: what was measured, and the curve."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.evidence.features import GROUPS
from bot.evidence.scorer import FOLDER, Script

PAGE = Path(__file__).parent.parent / "docs" / "scorer.md"
_SCRIPTS = {
    Script.ALPHABET: "Question and article in an alphabet",
    Script.CJK: "Question and article in Chinese",
    Script.ACROSS: "Chinese question, English article, and the reverse",
}
_INTRODUCTION = """# The scorer in figures

Made by `python -m evals.fit`, which fits the scorers in `bot/evidence/scorers/`. All figures are of questions about
topics that were held out: half of SQuAD 2.0's development set (`squad2`), XQuAD (`xquad`), and `desk`, news of our own
with questions as readers type them, most of which leave names out and share no word with the answer.

*Ranking*: shares of the questions asked as they are, in per cent. *Declined*: shares declined where 92 % of the
questions that have an answer are answered. Without its article, all paragraphs of the answer's article are gone;
without its paragraph, the rest of that article stays, so that much in it looks like an answer. `impossible` are those
of `squad2` that were made to look answerable; *balanced* is the best balanced accuracy of telling them from the others,
50 being a guess. `unanswerable` are those of `desk` that no article answers, most of them near misses.
"""
_CURVE = """The curve, over all sets together: at each `CITEDESK_CAUTION`, how many of the questions that have an answer
are answered, how many of those answers are the right sentence, and how many of the others are answered, wrongly.
"""


def page() -> str:
    """The whole page, in Markdown."""
    models = (json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json")))
    return "\n".join([_INTRODUCTION, *(line for model in models for line in _model(model))])


def _model(model: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {model['model']}\n"
    for script, scorer in model["scripts"].items():
        yield f"### {_SCRIPTS[Script(script)]}\n"
        yield _ranking(scorer["held_out"]) + "\n"
        yield _CURVE
        yield _curve(scorer["held_out"]["curve"]) + "\n"
        yield _weights(scorer)


def _ranking(figures: Mapping[str, Any]) -> str:
    names = ("passage_at_1", "passage_at_5", "sentence_at_1", "sentence_at_3")
    ways = ("no_article", "no_paragraph", "impossible", "impossible_balanced", "unanswerable")
    rows = [
        [name, str(ranking["questions"])]
        + [_percent(ranking[each]) for each in names]
        + [_percent(figures["declined_at_92"][name].get(way)) for way in ways]
        for name, ranking in figures["ranking"].items()
    ]
    header = ["set", "questions", "passage first", "in five", "sentence first", "in three"]
    declined = [
        "declined without its article",
        "without its paragraph",
        "impossible",
        "balanced",
        "unanswerable",
    ]
    return _table([*header, *declined], rows)


def _curve(points: Sequence[Mapping[str, float]]) -> str:
    others = [name for name in points[0] if name.startswith("answered_")]
    header = ["caution", "answered", "right of these", *(_plain(name) for name in others)]
    rows = [
        [f"{point['caution']:.2f}", *(_percent(point[name]) for name in ("answered", "right", *others))]
        for point in points
    ]
    return _table(header, rows)


def _weights(scorer: Mapping[str, Any]) -> str:
    rows = []
    for group, names in GROUPS.items():
        for name in names:
            rank, gate = scorer["rank"].get(name, 0), scorer["gate"].get(name, 0)
            if rank or gate:
                rows.append([group, f"`{name}`", f"{rank:g}" if rank else "", f"{gate:g}" if gate else ""])
    return "What each feature counts (`bot/evidence/features.py` says what they are):\n\n" + (
        _table(["group", "feature", "for the rank", "for the confidence"], rows) + "\n"
    )


def _plain(name: str) -> str:
    return name.removeprefix("answered_").replace("no_", "without its ") + ", answered"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
