"""Answers back from the JSON that `bot.as_json` made of them: what a reader is shown, and no more than that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.types import Answer, Citation, Dated, Nearest, Sentence, Short, Status
from vectorstore.types import Source


def answer_from_json(fields: Mapping[str, Any]) -> Answer:
    """The Answer of which `answer_json` made `fields`; its Sources have what is shown of them (no author, language)."""
    return Answer(
        question=fields["question"],
        standalone_question=fields["standalone_question"],
        status=Status(fields["status"]),
        sentences=tuple(Sentence(s["text"], tuple(s["citations"])) for s in fields["sentences"]),
        citations=tuple(map(_citation, fields["citations"])),
        nearest=tuple(Nearest(n["article_id"], _source(n), n.get("quote", "")) for n in fields["nearest"]),
        notes=tuple(fields["notes"]),
        model=fields["model"],
        since=_time(fields["since"]),
        until=_time(fields["until"]),
        conflict=fields["conflict"],
        updates=fields.get("updates", False),
        elapsed_ms=fields["elapsed_ms"],
        short=Short(**fields["short"]) if fields.get("short") else None,
        language=fields.get("language", "en"),
        dropped=tuple(fields.get("dropped", {}).items()),
    )


def _citation(fields: Mapping[str, Any]) -> Citation:
    return Citation(
        number=fields["number"],
        article_id=fields["article_id"],
        source=_source(fields),
        quote=fields["quote"],
        start=fields["start"],
        end=fields["end"],
        also_in=tuple(fields["also_in"]),
        corrected=_time(fields["corrected"]),
        story=fields.get("story", ""),
        same_text=tuple(fields.get("same_text", fields["also_in"])),  # of old, every link held the same text
        context=fields.get("context", ""),
        dates=tuple(Dated(**each) for each in fields.get("dates", ())),
    )


def _source(fields: Mapping[str, Any]) -> Source:
    return Source(
        title=fields["title"],
        publisher=fields.get("publisher", ""),
        url=fields["url"],
        published=_time(fields["published"]),
        incomplete=fields.get("incomplete", False),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
