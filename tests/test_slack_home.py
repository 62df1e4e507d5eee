"""The Home tab and the suggested questions: complete, within Slack's limits, and silent about private articles."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.home import home_view, suggested_prompts
from bot.slack.rich import size
from tests.slack_texts import DAY, SECRET, check_blocks, hostile, objects, rich_text, texts
from tests.small_archive import ALL, BUDGET, FERRY, HARBOUR
from vectorstore.types import Article, Record, Source, Stats


def record(article: Article) -> Record:
    return Record(article, (), 1, 2, DAY)


def private(article: Article) -> Article:
    return replace(article, source=replace(article.source, audience="C0SECRET"))


NEWEST = [record(article) for article in ALL]
STATS = Stats(
    1_234, 9_876, 0, 1, 1, "minilm", 1, (("The Velmora Courier", 1_000), ("海港日报", 233), ("", 1))
)
EMPTY = Stats(0, 0, 0, 0, 0, "minilm", 1)
_records = st.builds(
    Source, texts, hostile, url=st.sampled_from(("", f"file://{SECRET}", "https://a.example/" + "x" * 900))
).map(lambda source: record(Article(source, "text", "text:1")))


def words(view: dict[str, object]) -> str:
    labels = [o["text"] for o in objects(view["blocks"]) if o.get("type") == "plain_text"]
    return rich_text(view["blocks"]) + "".join(labels)


def test_home_says_what_the_archive_holds_and_how_to_ask() -> None:
    said = words(home_view(STATS, NEWEST, model="extracts", may_ingest=True))
    assert "1,234 articles in 9,876 passages" in said
    assert "From The Velmora Courier (1,000), 海港日报 (233)" in said
    assert "渡轮周五恢复通航 · 海港日报 · 24 Oct 2024" in said
    for way in ("Mention me", "needs no mention", "direct message", "/ask", "Add to Citedesk", "extracts"):
        assert way in said


def test_home_promises_only_what_is_so() -> None:
    said = words(home_view(STATS, NEWEST, model="openai:gpt-test", may_ingest=False, follow_ups=False))
    assert "Add to Citedesk" not in said
    assert "needs no mention" not in said
    assert "written by openai:gpt-test" in said


def test_home_of_an_empty_archive_says_how_to_fill_it() -> None:
    said = words(home_view(EMPTY, [], model="extracts", may_ingest=False))
    assert "The archive is empty" in said
    assert "ingest FOLDER" in said
    assert "send me a link" not in said
    assert "send me a link" in words(home_view(EMPTY, [], model="extracts", may_ingest=True))


def test_what_was_handed_over_in_private_shows_nowhere() -> None:
    newest = [record(private(HARBOUR)), record(BUDGET)]
    assert "Velmora’s" not in words(home_view(STATS, newest, model="extracts", may_ingest=True))
    assert suggested_prompts(newest) == (
        ("About Tarn Council Passes Budget", "What is reported about Tarn Council Passes Budget?"),
    )


def test_prompts_ask_in_the_script_of_the_title() -> None:
    assert suggested_prompts([record(FERRY)]) == (
        ("关于“渡轮周五恢复通航”", "关于“渡轮周五恢复通航”有什么报道？"),
    )
    assert len(suggested_prompts([])) == 1


@given(st.lists(_records, max_size=6))
def test_prompts_fit_and_hold_no_mark_up(newest: list[Record]) -> None:
    prompts = suggested_prompts(newest)
    assert 0 < len(prompts) <= 4
    for title, message in prompts:
        assert 0 < len(title) <= 75
        assert not re.search("[<>|*~`\n\u202e]", title + message)


@settings(max_examples=60, deadline=None)
@given(st.lists(_records, max_size=20), st.lists(st.tuples(hostile, st.integers(1, 10**6)), max_size=30))
def test_home_is_within_the_limits(newest: list[Record], publishers: list[tuple[str, int]]) -> None:
    view = home_view(replace(STATS, publishers=tuple(publishers)), newest, model="m", may_ingest=True)
    check_blocks(view["blocks"])
    assert size([view]) < 13_000
    assert len(view["blocks"]) <= 100
