"""When to come again: pure arithmetic on seconds, so that a week can be tested in no time."""

from __future__ import annotations

from dataclasses import dataclass, replace

JITTER = 0.2
_MOST_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """`interval` is the time between two visits of a feed that names none, `day` the length of a day (for tests).

    All other times follow from these: pages are looked at again after an hour, then ever more rarely, for a week.
    """

    interval: float = 900.0
    day: float = 86_400.0

    @property
    def least(self) -> float:
        """Five minutes: nobody's feed but one's own is asked for more often."""
        return self.day / 288

    @property
    def for_others(self) -> Pace:
        """The same, with no shorter interval than that."""
        return replace(self, interval=max(self.interval, self.least))

    @property
    def soon(self) -> float:
        """An hour: the first look back at a new page, and the first pause after a failure of one."""
        return self.day / 24

    @property
    def week(self) -> float:
        """How long pages are looked at again."""
        return 7 * self.day

    def feed(self, asked: float, failures: int, chance: float) -> float:
        """Seconds until a feed's next visit. `asked` is its own wish (0: none), `chance` is in [0, 1).

        The wish counts between five minutes (or the interval, if shorter) and a day; every failure doubles it, up to
        a day.
        """
        shortest = min(self.interval, self.least)
        calm = min(max(asked or self.interval, shortest), self.day)
        backed_off = min(calm * 2.0 ** min(failures, _MOST_DOUBLINGS), self.day)
        return backed_off * (1 - JITTER + 2 * JITTER * chance)

    def page(self, last: float) -> float:
        """Seconds until the next look at a page that was last left alone for `last` seconds (0: just seen)."""
        return min(2 * last, self.day) if last else self.soon

    def retry(self, failures: int) -> float:
        """Seconds until a page that failed `failures` times is tried again."""
        return min(self.soon * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), self.day)
