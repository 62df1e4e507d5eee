"""A question put in its time: its words of time become a filter on publication dates, as far as they can be."""

from __future__ import annotations

from dataclasses import replace

from bot.anchors import Retrieve, dated_event
from bot.published import narrowed, outside, taken, unknown
from bot.types import Understood
from bot.when import When, read


def limited(asked: Understood) -> Understood:
    """`asked` with the days of its words of time in `where`, without them in `search`, and `latest` set."""
    when = read(asked.standalone, asked.now)
    asked = replace(asked, latest=asked.latest or when.latest)
    if when.is_open:
        return asked
    where = narrowed(asked.given, when, asked.now)
    if where is None:
        return replace(asked, notes=(*asked.notes, outside(when, asked)))
    return replace(
        asked, where=where, search=when.search if asked.search == asked.standalone else asked.search
    )


def since_event(asked: Understood, retrieve: Retrieve) -> Understood:
    """`asked` counted from the event of its "since the election", as the articles that `retrieve` finds date it."""
    what = read(asked.standalone, asked.now).anchor
    if not what:
        return asked
    event = dated_event(what, asked.now, retrieve)
    where = event and narrowed(asked.given, When(what, first=event.day), asked.now)
    if event is None or where is None:
        return replace(asked, notes=(*asked.notes, unknown(what, asked.language)))
    note = taken(what, event.day, event.source.title, asked.language)
    return replace(asked, where=where, notes=(*asked.notes, note))
