"""The words of time in a question: which days they mean, and what is left to search for.

They limit when articles were published. A date that names a thing ("the 2024 election", "the October 7 attack") limits
nothing, and what a question says of the future cannot have been published yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.dates.days import Days
from bot.dates.when_chinese import ANCHOR as CHINESE_ANCHOR
from bot.dates.when_chinese import LATEST as CHINESE_LATEST
from bot.dates.when_chinese import limits as chinese_limits
from bot.dates.when_english import ANCHOR, LATEST
from bot.dates.when_english import limits as english_limits
from bot.dates.when_limit import Limit, apart
from vectorstore.lexical import content_words

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|《[^》]*》|「[^」]*」|‘[^’]*’(?!\w)")
_ENOUGH = 2  # content words
_HAN = re.compile(r"[㐀-鿿]")
_GAP = re.compile(r"^[\s,，、]+|\s+(?=[?.!,;:？。！，])|(?<=\s)\s+|\s+$")


@dataclass(frozen=True, slots=True)
class When:
    """What the words of time in a question say.

    `first` and `last` are days in the asker's own zone, None where open. `words` are the words as typed. `search` is
    the question without those of them that no article about it repeats ("yesterday"), `bare` without any of them.
    `latest`: the present state is asked for. `anchor` is what a "since the election" counts from, when only the
    archive can tell its day.
    """

    search: str
    bare: str = ""
    first: date | None = None
    last: date | None = None
    words: tuple[str, ...] = ()
    latest: bool = False
    anchor: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nothing limits when."""
        return self.first is None and self.last is None


def read(question: str, now: datetime) -> When:
    """The words of time of `question`, asked at `now`: days are counted on the clock of its own zone."""
    hidden = _QUOTED.sub(lambda found: "\0" * len(found[0]), question)
    today = now.date()
    found = apart((*english_limits(hidden, today), *chinese_limits(hidden, today)))
    limits = [limit for limit in found if _has_begun(limit.days, today)]
    first, last = _common([limit.days for limit in limits])
    anchor = _anchor(hidden)
    what = next(filter(None, anchor.groups()), "") if anchor else ""
    latest = ANY_LATEST.search(hidden) is not None or any(limit.is_now for limit in limits)
    return When(
        search=_without(question, [limit for limit in limits if limit.spoken]),
        bare=_without(question, limits),
        first=first,
        last=last,
        words=tuple(question[limit.start : limit.end] for limit in limits),
        latest=latest,
        anchor="" if limits else what.strip(),
    )


ANY_LATEST = re.compile(f"{LATEST}|{CHINESE_LATEST}", re.IGNORECASE)


def without_anchor(question: str) -> str:
    """`question` without its "since the election", where enough to search for is left."""
    anchor = _anchor(question)
    left = _without(question, [Limit(*anchor.span(), (None, None))]) if anchor else question
    return left if len(content_words(left)) >= _ENOUGH else question


def _anchor(question: str) -> re.Match[str] | None:
    return ANCHOR.search(question) or CHINESE_ANCHOR.search(question)


def _has_begun(days: Days, today: date) -> bool:
    return days[0] is None or days[0] <= today


def _common(stretches: Sequence[Days]) -> Days:
    """The days all of them allow; those of the first alone where they do not meet."""
    if not stretches:
        return None, None
    first = max((a for a, _ in stretches if a), default=None)
    last = min((b for _, b in stretches if b), default=None)
    return stretches[0] if first and last and first > last else (first, last)


def _without(question: str, limits: Sequence[Limit]) -> str:
    """`question` without the words of `limits`; as it is where nothing to search for would be left."""
    left = question
    for limit in sorted(limits, key=lambda each: -each.start):
        between = "" if _HAN.search(question) else " "
        left = left[: limit.start] + between + left[limit.end :]
    left = _GAP.sub("", left)
    return left if re.search(r"\w", left) else question
