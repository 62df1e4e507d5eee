"""How an answer looks: on a wide and a narrow terminal, in a pipe, with hostile text in it."""

from __future__ import annotations

import io
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.article_page import record_page
from bot.links import link_of, web_link
from bot.page import answer_page, sources_page
from bot.terminal import Screen, plain, shows_links
from bot.types import Answer, Citation, Dated, Nearest, Sentence, Short, Status
from bot.untrusted import printable
from tests.small_archive import BUDGET, FERRY, HARBOUR
from tests.watched import Watched, environment
from vectorstore.types import Article, Record, Source

QUOTE = "“We lost nobody,” Mayor Ilse Brandt said."
LINK = "https://courier.example/2024/10/23/harbour?edition=eu#top:~:text="
SHOW = "import sys, tests.test_terminal as t; t.Screen(sys.stdout).show(t.answer_page(t.CASES[sys.argv[1]]))"


def cited(number: int, article: Article, quote: str, **more: object) -> Citation:
    start = article.text.find(quote)
    return replace(
        Citation(number, article.id, article.source, quote, start, start + len(quote)),
        **more,  # type: ignore[arg-type]
    )


ANSWERED = Answer(
    question="Who was lost?",
    standalone_question="Who was lost? (storm harbour)",
    status=Status.ANSWERED,
    sentences=(Sentence(QUOTE, (1,)), Sentence("维尔莫拉至塔恩的渡轮将于周五恢复通航。", (2,))),
    citations=(
        cited(
            1,
            HARBOUR,
            QUOTE,
            corrected=datetime(2024, 10, 25, tzinfo=UTC),
            also_in=("https://wire.example/a", "https://wire.example/cut"),
            same_text=("https://wire.example/a",),
        ),
        cited(
            2,
            FERRY,
            "维尔莫拉至塔恩的渡轮将于周五恢复通航。",
            also_in=(FERRY.origin,),
            same_text=(FERRY.origin,),
        ),
    ),
    conflict=True,
    since=datetime(2024, 10, 1, tzinfo=UTC),
)
SILENT = Answer(
    "What is the price of tea?",
    "What is the price of tea?",
    Status.NO_EVIDENCE,
    nearest=(Nearest(BUDGET.id, BUDGET.source),),
)
HOSTILE = (
    "\x1b]8;;http://evil.example\x07here\x1b]8;;\x07 \x1b[31mred\x1b[0m \x9b2J"
    "\u202egnp.exe\u202c \x07[red]x[/red]"
)
HOSTILE_SOURCE = Source(HOSTILE, HOSTILE, url="javascript:alert(1)")
CASES = {
    "answered": ANSWERED,
    "silent": SILENT,
    "hostile": replace(
        ANSWERED,
        sentences=(Sentence(HOSTILE, (1,)),),
        citations=(Citation(1, "a" * 12, HOSTILE_SOURCE, HOSTILE, 0, 9, also_in=("data:text/html,x",)),),
    ),
    "written": replace(ANSWERED, model="openai:gpt-test"),
    "unverified": replace(ANSWERED, status=Status.UNVERIFIED),
    "empty": Answer("Q?", "Q?", Status.EMPTY_ARCHIVE),
}


def piped(case: str) -> str:
    out = io.StringIO()
    Screen(out, {}).show(answer_page(CASES[case]))
    return out.getvalue()


def drawn(case: str, columns: int, tmp_path: Path, **env: str) -> Watched:
    return Watched([sys.executable, "-c", SHOW, case], environment(tmp_path, **env), columns=columns)


def test_a_pipe_gets_the_answer_first_then_whole_sources_without_any_escape() -> None:
    lines = piped("answered").splitlines()
    assert lines[:2] == [f"{QUOTE} [1]", "维尔莫拉至塔恩的渡轮将于周五恢复通航。 [2]"]
    assert lines[3:7] == [
        "Extracts from the saved articles, not a written answer.",
        "The sources disagree.",
        "Understood as: Who was lost? (storm harbour)",
        "Only articles from 1 Oct 2024; those without a date are left out.",
    ]
    encoded = "We%20lost%20nobody%2C%E2%80%9D%20Mayor%20Ilse%20Brandt%20said"
    assert lines[8:] == [
        "Sources",
        f"[1] {QUOTE}",
        "    The Velmora Courier · 23 Oct 2024 · corrected 25 Oct 2024",
        "    Velmora’s Harbour [bold]Reopens[/bold] After Storm",
        f"    {LINK}{encoded}",
        "    This copy may be incomplete.",
        "    also in https://wire.example/a",
        "    near-copy: https://wire.example/cut",
        "[2] “维尔莫拉至塔恩的渡轮将于周五恢复通航。”",
        "    海港日报 · 24 Oct 2024",
        "    渡轮周五恢复通航",
        "    file:///clips/%E6%B8%A1%E8%BD%AE%2024%25.txt",
    ]


def test_a_long_quote_is_one_line_in_a_pipe() -> None:
    long = replace(CASES["answered"], citations=(cited(1, HARBOUR, "word " * 200),), sentences=())
    out = io.StringIO()
    Screen(out, {}).show(sources_page(long))
    assert max(map(len, out.getvalue().splitlines())) > 900


@pytest.mark.parametrize("columns", [80, 40])
def test_a_terminal_wraps_within_its_width_and_indents_the_sources(columns: int, tmp_path: Path) -> None:
    with drawn("answered", columns, tmp_path, VTE_VERSION="7600") as seen:
        assert seen.finish() == 0
        lines = seen.lines
        assert lines[0].startswith("“We lost nobody,” Mayor Ilse Brandt")
        assert lines.index("Sources") > 2
        assert sum(line.startswith("[1] “We lost") for line in lines) == 1
        assert any(line.startswith("    The Velmora Courier · 23 Oct") for line in lines)
        assert "    courier.example/2024/10/23/harbour" in lines
        assert "    渡轮 24%.txt" in lines
        assert not any(character in seen.text for character in "│─┌┐╭╮━┃")
        assert max(map(_width, seen.text.splitlines())) <= columns


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_links_are_clickable_where_terminals_know_them_and_written_out_elsewhere(tmp_path: Path) -> None:
    with drawn("answered", 80, tmp_path, VTE_VERSION="7600") as seen:
        seen.finish()
        assert f";{LINK}".encode() in seen.raw
        assert LINK not in seen.text
    with drawn("answered", 200, tmp_path) as seen:
        seen.finish()
        assert b"\x1b]8" not in seen.raw
        assert f"    {LINK}We%20lost" in seen.text


def test_no_color_and_dumb_terminals_are_respected(tmp_path: Path) -> None:
    with drawn("answered", 80, tmp_path) as coloured:
        coloured.finish()
        assert b"\x1b[35m" in coloured.raw
    with drawn("answered", 80, tmp_path, NO_COLOR="1") as plain:
        plain.finish()
        assert b"\x1b[35m" not in plain.raw
        assert plain.text == coloured.text
    with drawn("answered", 80, tmp_path, TERM="dumb") as dumb:
        dumb.finish()
        assert b"\x1b" not in dumb.raw


def test_no_fixed_black_white_yellow_or_background_is_used(tmp_path: Path) -> None:
    with drawn("answered", 80, tmp_path, VTE_VERSION="7600") as seen:
        seen.finish()
        codes = {
            code for part in seen.raw.split(b"\x1b[")[1:] for code in part.partition(b"m")[0].split(b";")
        }
        assert codes <= {b"0", b"1", b"2", b"4", b"35"}


@pytest.mark.parametrize("columns", [80, 40])
def test_hostile_text_neither_steers_the_terminal_nor_becomes_a_link(columns: int, tmp_path: Path) -> None:
    clean = "here red gnp.exe [red]x[/red]"
    assert piped("hostile").splitlines()[0] == f"{clean} [1]"
    with drawn("hostile", columns, tmp_path, VTE_VERSION="7600") as seen:
        seen.finish()
        assert seen.lines[0].startswith("here red gnp.exe [red]x[/red]")
        for bad in (
            b"evil",
            b"javascript",
            b"data:",
            b"\x1b]8",
            b"\x1b[31m",
            b"\x9b",
            b"\x07",
            b"\xe2\x80\xae",
        ):
            assert bad not in seen.raw.replace("\x9b".encode(), b"C1!")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("\x1b]0;title\x07a", "a"),
        ("\x1b]0;never ended", "0;never ended"),
        ("\x9b31mred", "red"),
        ("\x1bPdevice\x1b\\b", "b"),
        ("a\x00b\x7fc\x85d", "abc\nd"),
        ("x\u2066y\u2069z\u202a", "xyz"),
        ("tab\tand\r\nline\u2028end", "tab and\nline\nend"),
        ("half\ud83d", "half\ufffd"),
        ("naïve 朝鲜 👩‍🚀 שלום", "naïve 朝鲜 👩‍🚀 שלום"),
    ],
)
def test_printable(text: str, clean: str) -> None:
    assert printable(text) == clean


def test_silence_names_the_nearest_articles_with_their_links() -> None:
    assert piped("silent").splitlines() == [
        "The archive does not say.",
        "",
        "Nearest articles",
        "1. Tarn Council Passes Budget",
        "   Tarn Gazette · 2 Nov 2024",
        "   https://gazette.example/budget",
    ]


def test_the_other_outcomes_say_what_they_are() -> None:
    written = piped("written").splitlines()
    assert written[0] == f"{QUOTE} [1] 维尔莫拉至塔恩的渡轮将于周五恢复通航。 [2]"
    assert written[2] == "Written by openai:gpt-test; each sentence was checked against the words it cites."
    unverified = piped("unverified")
    assert unverified.startswith("Nothing the language model wrote could be verified")
    assert f"\n\n{QUOTE} [1]\n" in unverified
    assert "Extracts from the saved articles" in unverified
    assert piped("empty") == ("The archive is empty. Put articles in first: ingest FOLDER\n")


def test_the_card_of_an_article_shows_its_text_and_sets_the_summary_apart() -> None:
    out = io.StringIO()
    record = Record(HARBOUR, (HARBOUR.origin,), 2, 1, datetime(2024, 10, 24, tzinfo=UTC))
    Screen(out, {}).show(record_page(record))
    lines = out.getvalue().splitlines()
    assert lines[0] == "Velmora’s Harbour [bold]Reopens[/bold] After Storm"
    assert lines[1] == "The Velmora Courier · Ines Calder · 23 Oct 2024 · en"
    assert f"{HARBOUR.id} · 1 passage · 2 versions · added 24 Oct 2024" in lines
    assert lines[-2:] == ["Summary (never cited)", "A summary that is never cited."]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "4900"}, False),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "screen-256color", "VTE_VERSION": "7600"}, False),
        ({"TERM": "xterm", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
    ],
)
def test_terminals_known_to_show_links(environ: dict[str, str], expected: bool) -> None:
    assert shows_links(environ) is expected


@pytest.mark.parametrize(
    ("url", "quote", "link"),
    [
        ("https://a.example/x", "a - b, c & d", "https://a.example/x#:~:text=a%20%2D%20b%2C%20c%20%26%20d"),
        ("https://a.example/x#part", "Yes.", "https://a.example/x#part:~:text=Yes"),
        ("https://a.example/x#:~:text=old", "new", "https://a.example/x#:~:text=new"),
        ("https://a.example/x", "one\n\ntwo", "https://a.example/x#:~:text=one,two"),
        (
            "https://a.example/",
            " ".join(f"word{n}" for n in range(40)),
            "https://a.example/#:~:text=word0%20word1%20word2%20word3%20word4%20word5,"
            "word34%20word35%20word36%20word37%20word38%20word39",
        ),
        ("https://münchen.example/ä b", "", "https://xn--mnchen-3ya.example/%C3%A4%20b"),
    ],
)
def test_a_web_source_opens_at_the_quoted_words(url: str, quote: str, link: str) -> None:
    assert link_of(Source("t", url=url), quote) == link


def test_a_long_chinese_quote_is_cut_at_punctuation_where_words_surely_end() -> None:
    quote = "塔恩市议会周二通过了预算案，总额九百万克朗。" * 8 + "林德对此表示反对，但未说明理由。"
    link = link_of(Source("t", url="https://a.example/"), quote)
    from urllib.parse import unquote

    assert unquote(link) == "https://a.example/#:~:text=塔恩市议会周二通过了预算案,但未说明理由"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "https://bank.example@evil.example/",
        "http://",
        "http://[",
        "https://a.example:99999/",
        "https://a.example/\x1b]8;;",
        "//a.example/",
        "",
    ],
)
def test_anything_but_a_plain_web_address_is_no_link(url: str) -> None:
    assert web_link(url) == ""
    assert link_of(Source("t", url=url), "q", ("mailto:a@b", "text:abc", "file://relative")) == ""


def test_a_short_answer_that_is_a_word_of_time_says_its_date() -> None:
    quote = "The bridge reopened on Wednesday."
    source = Source("Bridge Reopens", published=datetime(2024, 10, 24, tzinfo=UTC))
    day = Dated("Wednesday", 23, 32, "2024-10-23")
    citation = Citation(1, "a", source, quote, 0, len(quote), dates=(day,))
    answer = Answer(
        "When did the bridge reopen?",
        "When did the bridge reopen?",
        Status.ANSWERED,
        (Sentence(quote, (1,)),),
        (citation,),
        short=Short("on Wednesday", 1, 20, 32),
    )
    assert plain(next(answer_page(answer))) == "on Wednesday (23 Oct 2024) [1]"
    other = replace(answer, short=Short("The bridge", 1, 0, 10))
    assert plain(next(answer_page(other))) == "The bridge [1]"
