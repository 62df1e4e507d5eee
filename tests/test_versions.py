"""What changed between versions, and how an article's near-copies are listed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.terminal import Screen
from bot.versions import GONE, KEPT, NEW, changes, versions_page
from evals.copies_made import first, sections
from tests.archive_data import article, opened, put
from tests.small_archive import HARBOUR
from vectorstore.types import Record

FERRY = sections()["event"][0]
BEFORE = "The ferry sails on Friday.\n\nTickets cost 12 crowns.\n\nThe mayor opposed it."
AFTER = "The ferry sails on Saturday morning.\n\nTickets cost 12 crowns.\n\nThe mayor opposed it."
texts = st.text(st.sampled_from("ab é\n.，渡轮\t"), max_size=60)


def words(text: str) -> str:
    return "".join(text.split())


@settings(deadline=None)
@given(texts, texts)
def test_both_versions_can_be_read_off(before: str, after: str) -> None:
    runs = [run for paragraph in changes(before, after) for run in paragraph]
    assert words("".join(text for kind, text in runs if kind != NEW)) == words(before)
    assert words("".join(text for kind, text in runs if kind != GONE)) == words(after)


def test_a_changed_word_leaves_the_others_alone() -> None:
    first_paragraph, *rest = changes(BEFORE, AFTER)
    assert first_paragraph == [
        (KEPT, "The ferry sails on "),
        (GONE, "Friday"),
        (NEW, "Saturday morning"),
        (KEPT, "."),
    ]
    assert rest == [[(KEPT, "Tickets cost 12 crowns.")], [(KEPT, "The mayor opposed it.")]]


def test_chinese_changes_by_the_character() -> None:
    [[*runs]] = changes("票价为十二克朗。", "票价为十五克朗。")
    assert runs == [(KEPT, "票价为十"), (GONE, "二"), (NEW, "五"), (KEPT, "克朗。")]


@pytest.mark.timeout(60)  # else it hangs
def test_a_long_text_is_compared() -> None:
    old, new = (" ".join(f"{letter}{n % 50}" for n in range(60_000)) for letter in "ab")
    assert [kind for paragraph in changes(old, new) for kind, _ in paragraph] == [GONE, NEW]
    half = "\n".join(f"Paragraph {n} of the text, with figure {n * 7}." for n in range(4_000))
    assert sum(len(runs) > 1 for runs in changes(half, half.replace("figure 777.", "figure 778."))) == 1


def shown(text: str, *earlier: tuple[int, str, str]) -> list[str]:
    out = io.StringIO()
    changed = type(HARBOUR)(HARBOUR.source, text, HARBOUR.origin)
    record = Record(changed, (), len(earlier) + 1, 1, datetime(2024, 10, 24, tzinfo=UTC))
    Screen(out, {}).show(versions_page(record, earlier))
    return out.getvalue().splitlines()


def test_a_plain_page_marks_what_went_and_what_came() -> None:
    assert shown(AFTER, (1, "2024-10-25T08:30:00+00:00", BEFORE))[2:] == [
        "Version 1, replaced 25 Oct 2024, 08:30 UTC",
        "The ferry sails on [-Friday-]{+Saturday morning+}.",
        "… 2 unchanged",
    ]


def test_every_version_is_compared_with_the_next() -> None:
    lines = shown(
        "Three.", (1, "2024-10-25T08:30:00+00:00", "One."), (2, "2024-10-26T08:30:00+00:00", "Two.")
    )
    assert "[-One-]{+Two+}." in lines
    assert "[-Two-]{+Three+}." in lines


def test_nothing_in_a_text_steers_the_terminal() -> None:
    assert not any(
        "\x1b" in line for line in shown("a\x1b[31mb", (1, "2024-10-25T08:30:00+00:00", "\x1b]0;x\x07c"))
    )


def test_without_earlier_versions_it_says_so() -> None:
    assert shown("One.")[1:] == ["Its text has not changed since it was added."]


def bot(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "CITEDESK_DATA_DIR": str(folder), "CITEDESK_EMBEDDING_MODEL": "hashing"}
    command = [str(Path(sys.executable).with_name("bot")), "articles", "show", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_command_shows_versions_and_near_copies(tmp_path: Path) -> None:
    full, cut = article("full", FERRY), article("cut", first(FERRY, 0.5), title="Cut", incomplete=True)
    with opened(tmp_path) as archive:
        put(archive, full, cut)
        put(archive, article("full", FERRY.replace("212", "214")))
    card = json.loads(bot(tmp_path, cut.id, "--json"))
    assert (card["story"], card["canonical"]) == (full.id, False)
    assert [copy["article_id"] for copy in card["near_copies"]] == [full.id]
    assert "earlier" not in card
    page = bot(tmp_path, full.id).splitlines()
    assert page[page.index("Near-copies; answers cite this one") + 1].startswith(f"{cut.id}  Cut")
    versions = json.loads(bot(tmp_path, full.id, "--versions", "--json"))
    assert [(v["version"], v["text"]) for v in versions["earlier"]] == [(1, FERRY)]
    assert "with [-212-]{+214+} passengers" in bot(tmp_path, full.id, "--versions")
