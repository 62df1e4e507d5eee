"""A question put in its time: its words of time become a filter on publication dates, as far as they can be."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dates.anchors import Retrieve, dated_event
from bot.dates.published import narrowed, outside, taken, unknown, when_of
from bot.dates.when import When, read, without_anchor
from bot.types import Understood

_YEAR = re.compile(r"^(?:\w+ )?(?:19|20)\d\d年?$")  # alone: "in 1994", not "in October 2024"


def limited(asked: Understood) -> Understood:
    """`asked` with the days of its words of time in `where`, without them in `search`, and `latest` set."""
    when = when_of(asked)
    asked = replace(asked, latest=asked.latest or when.latest)
    if when.is_open:
        return asked
    where = narrowed(asked.given, when, asked.now)
    if where is None:
        return replace(asked, notes=(*asked.notes, outside(when, asked)))
    return replace(asked, where=where, search=read(asked.search, asked.now).bare)


def since_event(asked: Understood, retrieve: Retrieve) -> Understood:
    """`asked` counted from the event of its "since the election", as the articles that `retrieve` finds date it."""
    what = when_of(asked).anchor
    if not what:
        return asked
    event = dated_event(what, asked.now, retrieve)
    asked = replace(asked, search=without_anchor(asked.search))
    where = narrowed(asked.given, When(what, first=event.day), asked.now) if event else None
    if event is None or where is None:
        return replace(asked, notes=(*asked.notes, unknown(what, asked.language)))
    note = taken(what, event.day, event.source.title, asked.language)
    return replace(asked, where=where, notes=(*asked.notes, note))


def at_any_time(asked: Understood) -> list[Understood]:
    """`asked` without its days, to be tried in order: with the words that articles write, then without any.

    The newest comes first then; but a year is when something happened as often as when it was reported, so that it
    is always looked for.
    """
    when = when_of(asked)
    past_year = any(map(_YEAR.search, when.words))
    if asked.question != asked.standalone:  # a follow-up is searched for in words of its own
        return [replace(asked, where=asked.given, latest=asked.latest or not past_year)]
    search, bare = without_anchor(when.search), without_anchor(when.bare)
    first = replace(asked, where=asked.given, search=search, latest=asked.latest or not past_year)
    return [first] if past_year or bare == search else [first, replace(first, search=bare)]
