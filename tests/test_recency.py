"""Newer before older, of sentences that answer about as well; never the only answer below what does not answer."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.dates.recency import BONUS, newest_first
from bot.types import Evidence
from tests.archive_data import article, item
from vectorstore.types import Match


def evidence(name: str, score: float, published: datetime | None) -> Evidence:
    stored = article(name, f"{name} is the mayor.", published=published)
    _, (passage,), _ = item(stored)
    return Evidence(Match(passage, stored.source, 0.0, 0.0, 0.0, (0.0,)), 0, score)


def day(number: int, hour: int = 0) -> datetime:
    return datetime(2024, 10, number, hour, tzinfo=UTC)


def order(ranked: list[Evidence], but: str = "") -> list[str]:
    return [e.match.source.title for e in newest_first(ranked, lambda e: e.match.source.title != but)]


def test_the_newer_of_near_equals_comes_first() -> None:
    ranked = [evidence("Holt", 1.0, day(1)), evidence("Lind", 0.95, day(20))]
    assert order(ranked) == ["Lind", "Holt"]
    assert newest_first(ranked, lambda _: True)[0].score == 0.95 + BONUS


def test_a_clearly_better_old_answer_stays_first() -> None:
    ranked = [evidence("Holt", 1.0, day(1)), evidence("Lind", -1.6, day(20))]
    assert order(ranked) == ["Holt", "Lind"]


def test_what_does_not_answer_is_not_raised_however_new() -> None:
    ranked = [evidence("Holt", 1.0, day(1)), evidence("Lind", 0.99, day(20))]
    assert order(ranked, but="Lind") == ["Holt", "Lind"]


def test_age_alone_costs_nothing() -> None:
    alone = [evidence("Holt", 1.0, datetime(1999, 1, 1, tzinfo=UTC))]
    assert newest_first(alone, lambda _: True) == alone
    same_day = [evidence("Holt", 1.0, day(1, 8)), evidence("Lind", 0.99, day(1, 20))]
    assert newest_first(same_day, lambda _: True) == same_day
    assert newest_first([], lambda _: True) == []


def test_an_undated_article_counts_as_the_oldest() -> None:
    ranked = [evidence("Holt", 1.0, None), evidence("Lind", 0.99, day(1)), evidence("Vance", 0.98, day(2))]
    assert order(ranked) == ["Vance", "Lind", "Holt"]
