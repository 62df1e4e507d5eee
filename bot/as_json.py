"""Answers and articles for programs. The field names are a contract: added to, never renamed or removed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.types import Answer, Citation, Nearest
from vectorstore.types import Original, Record

# Legal in JSON, but they steer terminals, end a line for some readers, or are no characters at all.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def json_line(value: Mapping[str, Any]) -> str:
    """One object on one line, characters of every script readable, times in ISO 8601."""
    text = json.dumps(value, ensure_ascii=False, default=_time)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def answer_json(answer: Answer) -> dict[str, Any]:
    """What `bot ask --json` prints."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": str(answer.status),
        "answer": answer.text,
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "citations": [_citation(citation) for citation in answer.citations],
        "nearest": [_nearest(nearest) for nearest in answer.nearest],
        "since": answer.since,
        "until": answer.until,
        "conflict": answer.conflict,
        "updates": answer.updates,
        "notes": list(answer.notes),
        "model": answer.model,
        "elapsed_ms": answer.elapsed_ms,
        "short": asdict(answer.short) if answer.short else None,
        "language": answer.language,
        "dropped": dict(answer.dropped),
    }


def record_json(record: Record, *, whole: bool = False) -> dict[str, Any]:
    """An article for `bot articles list --json`; `whole` adds `text`, `summary` and `found_in`, for `show`."""
    article = record.article
    card = {"article_id": article.id, **asdict(article.source)}
    sizes = {"versions": record.versions, "passages": record.passages}
    rest = {"text": article.text, "summary": article.summary, "found_in": dict(article.found_in)}
    return card | sizes | (rest if whole else {})


def original_json(original: Original | None) -> dict[str, Any]:
    """The text as it was read, and (start in the clean text, start in the original, length) of equal stretches."""
    return {"original": asdict(original) if original else None}


def story_json(record: Record, story: Sequence[Record]) -> dict[str, Any]:
    """The near-copies of an article; `story` are all its members, the canonical one first."""
    ids = [member.article.id for member in story]
    others = [record_json(member) for member in story if member.article.id != record.article.id]
    return {"story": ids[0], "canonical": ids[0] == record.article.id, "near_copies": others}


def versions_json(earlier: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    """The replaced versions of an article, oldest first, from number, ISO time of replacement and text."""
    return {"earlier": [{"version": n, "replaced_at": at, "text": text} for n, at, text in earlier]}


def _citation(citation: Citation) -> dict[str, Any]:
    source = citation.source
    return {
        "number": citation.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "article_id": citation.article_id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published,
        "incomplete": source.incomplete,
        "corrected": citation.corrected,
        "also_in": list(citation.also_in),
        "same_text": list(citation.same_text),
        "story": citation.story,
        "context": citation.context,
        "dates": [asdict(each) for each in citation.dates],
    }


def _nearest(nearest: Nearest) -> dict[str, Any]:
    source = nearest.source
    return {
        "article_id": nearest.article_id,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published,
        "quote": nearest.quote,
    }


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
