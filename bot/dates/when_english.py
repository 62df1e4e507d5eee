"""English words of time: one pattern of points in time, the word before it that says how they limit, and the traps.

"May" and "March" are months only where nothing else can be meant; "Last Week Tonight" in capitals is a name; after
"the" a date names a thing ("the October 7 attack").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.dates.days import DAY, Days, Stretch, is_reported
from bot.dates.points_english import POINT
from bot.dates.points_english import stretch as stretch_of
from bot.dates.when_limit import Limit, apart

LATEST = (
    r"\bcurrent(?:ly)?\s+[a-z]|\bcurrently\b|\b(?:latest|newest|nowadays|recently|lately|these days|so far|to date)\b"
    r"|\bmost recent|\bnow\b(?!-)|\bat (?:the moment|present)\b|\bstill\b|\bin recent (?:days|weeks|months|years)\b"
    r"|^who(?: is|['’]s| leads| heads| runs| owns)\b"
    r"|^what(?: is|['’]s) the (?:death toll|status|state|situation|score)\b"
)
ANCHOR = re.compile(
    r"\b[Ss]ince (?P<what>(?:the|his|her|its|their|last|[A-Z][\w-]*['’]s?) (?:(?!\b(?:is|are|was|were|has|have|had|can"
    r"|will|would|does|do|did)\b)[^?.!,;\0]){2,60})(?=\s*(?:[?.!,;\0]|$))"
)
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|going to|upcoming|next|scheduled|planned|expected|tomorrow)\b", re.I
)
_NAMEABLE = ("may", "march", "april", "june", "august", "jan")
_THINGS = (
    r"elections?|budgets?|vote|referendum|olympics?|games|world cup|season|census|campaign|war|flood|earthquake"
    r"|dollars?|prices|terms|report|edition|primar(?:y|ies)|meetings?|attacks?|summit|deal|agreement|act|law|film|novel"
)
_RANGE = re.compile(r"\b(?:[Bb]etween|[Ff]rom) (?P<one>[\w,. ]{1,24}?) (?:and|to|until|till|through) (?=\w)")
_SPOKEN = ("yesterday", "today", "ago", "back", "past", "past2", "unit")
_BARE = ("iso", "numeric", "quarter", "nth")
_REPORTED_LATE = 45 * DAY  # the figures of a quarter come out weeks after it
_PUBLISHED_LATE = 2 * DAY  # news of a day is published on it or a little later


def limits(text: str, today: date) -> list[Limit]:
    """What limits when in `text`; what was found is apart, in order."""
    ranges = list(_ranges(text, today))
    single = (_limit(text, found, today) for found in POINT.finditer(_begun(text)))
    return apart([*ranges, *(limit for limit in single if limit)])


def _begun(text: str) -> str:
    """A question may begin with "Last week"; anywhere else words in capitals are a name."""
    return text[:1].lower() + text[1:] if re.match(r"[A-Z][a-z]+(?:,| [a-z0-9])", text) else text


def _limit(text: str, found: re.Match[str], today: date) -> Limit | None:
    how = (found["how"] or "").lower()
    try:
        stretch = stretch_of(found, today)
    except (ValueError, OverflowError):
        return None
    if stretch is None or not is_reported(stretch):
        return None
    if _names_a_thing(text, found, how) or _is_to_come(text, found):
        return None
    days = _related(how, stretch, today)
    if found["quarter"] or found["nth"]:
        days = (days[0], days[1] and days[1] + _REPORTED_LATE)
    if found["own"]:
        if found["unit"] == "year" or not (_is_spoken(found) or found["weekday"]):
            return None
        days = (stretch[0], None)
    start, end = found.span()
    return Limit(start, end, days, _is_spoken(found), is_now=found["today"] is not None)


def _is_spoken(found: re.Match[str]) -> bool:
    return any(found[name] for name in _SPOKEN) or found[0].endswith("weekend")


def _names_a_thing(text: str, found: re.Match[str], how: str) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    if _is_spoken(found):
        return how in ("after", "before", "until") and bool(re.match(r" [A-Z]", after))
    if how in ("for", "over") or (not found["own"] and re.match(rf" (?:{_THINGS})\b", after, re.I)):
        return True
    if found["weekday"]:
        lonely = not how and not found["week_which"] and not found["own"]
        return bool(re.match(r" [A-Z]", after)) or (lonely and _stands_alone(before, after) is False)
    if found["month"] and not found["month_year"]:
        return not (how or found["month_which"]) or _is_a_name(found["month"], how, after)
    if found["year"] or found["month"] or found["early"]:
        return not how and not found["early"]
    return not how and not any(found[name] for name in _BARE) and not _stands_alone(before, after)


def _stands_alone(before: str, after: str) -> bool:
    """Whether a day without a preposition says when: "What happened Tuesday?", not "the Tuesday talks"."""
    led = re.search(
        r"(?:^|[,;] ?|\b(?!the |a |an |every |each |next |about |of |by |one |coming )[a-z]+ )$", before
    )
    return bool(led and re.match(r"\s*(?:$|[?.,;!])|\s+(?:in|at|by|with|to|about|that|from|and)\b", after))


def _is_a_name(month: str, how: str, after: str) -> bool:
    if month.lower() not in _NAMEABLE:
        return False
    if month.lower() == "march" and re.match(r" (?:on|for|of|to|Madness)\b", after):
        return True
    follows = re.match(r"\s*(?:$|[?.,;!])|\s+(?:and|in|at|on|to|by|with|the|of|for|\d)", after)
    return how in ("since", "ever since", "after", "before", "until", "till", "from") and not follows


def _is_to_come(text: str, found: re.Match[str]) -> bool:
    """Whether the question is of the future, and the words may be too."""
    dated = found["day_year"] or found["year_of_day"] or found["month_year"]
    open_ = ("today", "day", "month_of_day", "month", "weekday")
    soon = (found["which"] or "").endswith("this") or found["this"] or any(found[name] for name in open_)
    return bool(soon and not dated and _FUTURE.search(text))


def _related(how: str, stretch: Stretch, today: date) -> Days:
    """The days on which articles about `stretch` were published, by the word before it."""
    first, last = stretch
    if how in ("since", "ever since"):
        return first, None
    if how == "after":
        return last + DAY, None
    if how == "before":
        return None, first - DAY
    if how in ("until", "till", "up to", "as of"):
        return None, last
    if first == last <= today:
        return first, min(last + _PUBLISHED_LATE, today)
    return first, last


def _ranges(text: str, today: date) -> Iterator[Limit]:
    """ "between 1 and 5 March", "from Monday to Wednesday", "between 2019 and 2021"."""
    for found in _RANGE.finditer(text):
        second = POINT.match(text, found.end())
        one = found["one"]
        if second is None and one.split()[-1].isdigit():  # between March 1 and 5
            number = re.compile(r"\d{1,2}\b").match(text, found.end())
            second = number and POINT.fullmatch(f"{one.rsplit(' ', 1)[0]} {number[0]}")
            end = number.end() if number else 0
        else:
            end = second.end() if second else 0
        if second is None:
            continue
        lent = f"{one} {second['day_month']}" if one.isdigit() and second["day_month"] else one
        lent += f" {second['day_year']}" if second["day_year"] and lent != one else ""
        first = POINT.fullmatch(lent)
        try:
            stretches = [stretch_of(point, today) for point in (first, second) if point]
        except (ValueError, OverflowError):
            continue
        known = [each for each in stretches if each and is_reported(each)]
        if len(known) == 2:
            a, b = known[0][0], known[1][1]
            if a > b and "year" not in {k for k, v in second.groupdict().items() if v}:
                a = a.replace(year=a.year - 1) if (a.month, a.day) != (2, 29) else a - 365 * DAY
            yield Limit(found.start(), end, (min(a, b), max(a, b)))
