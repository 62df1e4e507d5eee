"""Encodings, dates, addresses, and every format that is not a clip."""

from __future__ import annotations

import io
import json
import random
import unicodedata
from datetime import UTC, datetime

import pytest

from ingest.dates import parse_date
from ingest.decode import decode, tidy
from ingest.draft import Draft, Unreadable
from ingest.load import read
from ingest.offsets import original
from ingest.origin import canonical, web_address
from ingest.paragraphs import from_prose
from ingest.readers.jsonl import read_json, read_lines

CHINESE = "港口周一关闭\n\n市长周三证实，港口将关闭一周。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Harbour closes — “at once”", "utf-8"),
        ("Harbour closes", "utf-8-sig"),
        ("Harbour closes", "utf-16"),
        ("Harbour closes\non Monday", "utf-16-le"),
        ("Harbour closes\non Monday", "utf-16-be"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "gb18030"),
        ("朝鲜派兵", "gb18030"),
        ("朝鮮向俄羅斯派兵，美國國防部長證實", "big5"),
        ("Le président a déclaré mercredi que l'été serait sec à Orléans.", "latin-1"),
        ("Die Brücke über den Fluß bleibt gesperrt.", "latin-1"),
        ("Müller", "latin-1"),
        ("“Smart quotes” — it’s the mayor of the town.", "cp1252"),
        ("Žluťoučký kůň úpěl ďábelské ódy v Praze", "cp1250"),
        ("Россия подтвердила отправку войск, сообщил министр", "cp1251"),
        ("北朝鮮がロシアに派兵したと発表した", "shift_jis"),
        ("북한이 러시아에 군대를 파견했다고 국방장관이 말했다", "euc-kr"),
    ],
)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_few_broken_bytes_do_not_spoil_utf8() -> None:
    text = "“Curly” and “curly” — “again” — “and again” — “so”"
    assert decode(text.encode() + b" \xff end") == f"{text} \ufffd end"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"\x7fELF" + bytes(50),
        b"PK\x03\x04 word/document.xml",
        b"%PDF-1.7 text text text",
        random.Random(7).randbytes(4000),
        bytes(range(256)),
        bytes(100),
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^it is .*save"):
        decode(data)


def test_what_nobody_sees_leaves_the_text() -> None:
    assert tidy("a\0b\x07c\u200bd\u00ade\ufefff\ud800g\u202eh") == "abcdefgh"
    assert tidy("one\r\ntwo\rthree\u2028four\tfive\u00a0six") == "one\ntwo\nthree\nfour\tfive six"
    assert tidy(unicodedata.normalize("NFD", "é")) == "é"
    assert decode(b"a\0b") == "ab"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-10-23", "2024-10-23T00:00:00+00:00"),
        ("2024-10-23T10:00:00+08:00", "2024-10-23T10:00:00+08:00"),
        ("2024-10-23 14:05", "2024-10-23T14:05:00+00:00"),
        ("2024/10/23", "2024-10-23T00:00:00+00:00"),
        ("Oct. 23, 2024", "2024-10-23T00:00:00+00:00"),
        ("October 23, 2024 at 2:05 PM", "2024-10-23T14:05:00+00:00"),
        ("23 October 2024", "2024-10-23T00:00:00+00:00"),
        ("Updated Oct. 23, 2024, 2:05 p.m. ET", "2024-10-23T14:05:00-04:00"),
        ("Jan. 5, 2024, 2:05 p.m. PT", "2024-01-05T14:05:00-08:00"),
        ("Wed, 23 Oct 2024 10:00:00 +0200", "2024-10-23T10:00:00+02:00"),
        ("2024年10月23日", "2024-10-23T00:00:00+00:00"),
        ("2024年10月23日 14:05", "2024-10-23T14:05:00+00:00"),
        ("2024-10-23 14:05（北京时间）", "2024-10-23T14:05:00+08:00"),
        ("23. Oktober 2024", "2024-10-23T00:00:00+00:00"),
        ("23 octobre 2024", "2024-10-23T00:00:00+00:00"),
        ("04.03.2024", "2024-03-04T00:00:00+00:00"),
        ("10/23/2024", "2024-10-23T00:00:00+00:00"),
    ],
)
def test_dates(text: str, moment: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "Wednesday", "May", "12", "03/04/2024", "2024-13-45", "yesterday", "9999-12-31"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_one_address_however_it_is_spelled() -> None:
    assert canonical("HTTPS://News.Example.ORG/a?utm_source=x&id=3#part") == "https://news.example.org/a?id=3"
    assert canonical("https://news.example.org/a?fbclid=9") == "https://news.example.org/a"
    assert canonical("https://news.example.org/#!/article/5") == "https://news.example.org/#!/article/5"
    assert canonical("http://[::1") == "http://[::1"


def test_addresses_in_mark_up() -> None:
    assert web_address("[here](https://a.example/x_(y)).") == "https://a.example/x_(y)"
    assert web_address("<https://a.example/x>") == "https://a.example/x"
    assert web_address("javascript:alert(1)") == ""


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Bridge closes\n\nIt is old. It is wet.", "Bridge closes", "It is old. It is wet."),
        ("Bridge closes in the U.S.\n\nIt is old.", "Bridge closes in the U.S.", "It is old."),
        (
            "桥关闭了\n大桥周一开始关闭一周，港口办公室说。",
            "桥关闭了",
            "大桥周一开始关闭一周，港口办公室说。",
        ),
        ("It is old.\n\nIt is wet.", "stem", "It is old.\n\nIt is wet."),
        ("Only one line", "stem", "Only one line"),
    ],
)
def test_plain_text(text: str, title: str, body: str) -> None:
    draft = read(text.encode(), "/news/stem.txt")
    assert (draft.title, draft.text) == (title, body)


def test_hard_wrapped_lines_join_and_short_lines_do_not() -> None:
    wrapped = "The old bridge at Larkhaven will close on Monday, said the\nmayor, who had\n"
    lines = [
        "The old bridge at Larkhaven will close on Monday, the mayor",
        "said, and the ferry will run twice an hour.",
    ]
    assert from_prose("\n".join(lines)) == " ".join(lines)
    assert from_prose("One.\nTwo.\n\n\n* * *\n\nThree.") == "One.\n\nTwo.\n\nThree."
    assert from_prose(wrapped).count("\n\n") == 0


MARKDOWN = """---
title: "Harbour: closed"
authors: [Ada Quill, Tom Reed]
source: Larkhaven Post
date: 2024-10-23T10:00:00+08:00
link: https://news.example.org/a
lang: en
description: It closes.
---
# Harbour closes

The [harbour](https://x.example) will **close** on `Monday`,
said the mayor of snake_case_town. ![map](map.png)

> “It is old,” he said.

- boats
- ferries

```
depth = 4
```

<p>Tides &amp; winds</p>
<!-- note -->
"""


def test_markdown_reads_as_prose() -> None:
    draft = read(MARKDOWN.encode(), "a.md")
    assert draft.text.split("\n\n") == [
        "The harbour will close on Monday, said the mayor of snake_case_town.",
        "“It is old,” he said.",
        "boats",
        "ferries",
        "depth = 4",
        "Tides & winds",
    ]
    assert (draft.title, draft.author) == ("Harbour: closed", "Ada Quill, Tom Reed")
    assert (draft.publisher, draft.url) == ("Larkhaven Post", "https://news.example.org/a")
    assert (draft.language, draft.summary) == ("en", "It closes.")
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-23T10:00:00+08:00"


def test_markdown_without_front_matter() -> None:
    draft = read(b"# Harbour *closes*\n\nOn Monday.\n\n---\n\nFor a week.", "a.md")
    assert (draft.title, draft.text) == ("Harbour closes", "On Monday.\n\nFor a week.")


BELOW = "The ferry *stopped* on Friday.\n\nIt sails again in May."
PLAIN = BELOW.replace("*", "")


@pytest.mark.parametrize(
    "head",
    [
        "# Ferry *stops*\n\nPublisher: Larkhaven Post\nDate: 2026-11-27\nAuthor: Ada Quill\nURL: <https://news.example/a>",
        "# Ferry stops #\n**Source:** Larkhaven Post  \n**Date**: 27 November 2026\\\n**Author:** Ada Quill\n"
        "**URL:** [read it](https://news.example/a)",
        "## Ferry stops\n\n来源：Larkhaven Post\n日期：2026年11月27日\n作者：Ada Quill\n链接：https://news.example/a",
        "Ferry stops\nSource: [Larkhaven Post](https://news.example/a)\nDate: 2026-11-27\nBy Ada Quill",
        "Ferry stops\n===========\n\n- Source: Larkhaven Post\n- Date: 2026-11-27\n- Author: Ada Quill\n"
        "- Link: https://news.example/a\n\n---",
        "Source: Larkhaven Post\nDate: 2026-11-27\nAuthor: Ada Quill\nURL: https://news.example/a\n\n# Ferry stops",
        "*Source: Larkhaven Post*\n\n*Date: 2026-11-27*\n\n*Author: Ada Quill*\n\n"
        "URL: https://news.example/a\n\nFerry stops",
    ],
)
def test_facts_at_the_head_of_markdown(head: str) -> None:
    draft = read(f"{head}\n\n{BELOW}".encode(), "a.md")
    assert (draft.title, draft.text) == ("Ferry stops", PLAIN)
    assert (draft.publisher, draft.author, draft.url) == (
        "Larkhaven Post",
        "Ada Quill",
        "https://news.example/a",
    )
    assert draft.published is not None
    assert draft.published.date().isoformat() == "2026-11-27"
    assert draft.found_in == {
        "title": "text",
        "publisher": "file",
        "author": "file",
        "url": "file",
        "published": "file",
    }


def test_front_matter_wins_over_the_head_and_the_head_fills_its_gaps() -> None:
    front = "---\ntitle: Ferry\ndate: 2020-01-02\n---\n# Ferry stops\n\nSource: Post\nDate: 2026-11-27"
    draft = read(f"{front}\n\n{BELOW}".encode(), "a.md")
    assert (draft.title, draft.publisher, draft.text) == ("Ferry", "Post", PLAIN)
    assert draft.published is not None
    assert draft.published.year == 2020
    assert draft.found_in == {"title": "file", "publisher": "file", "published": "file"}


@pytest.mark.parametrize(
    ("title", "paragraphs"),
    [
        ("# Ferry stops", "It stopped.\n\nSource: Larkhaven Post"),
        ("# Ferry stops", "Source: officials say the ferry is old."),
        ("---\ntitle: Ferry stops\n---", "An old ferry\n\nSource: Larkhaven Post"),
        ("Title: Ferry stops", "An old ferry.\n\nSource: Larkhaven Post"),
        ("# Source: how it leaked", "It leaked."),
        ("# Ferry stops", "```\nSource: Larkhaven Post\n```"),
    ],
)
def test_what_is_no_header_stays_in_markdown(title: str, paragraphs: str) -> None:
    draft = read(f"{title}\n\n{paragraphs}\n\n{BELOW}".encode(), "a.md")
    assert draft.title in title
    assert draft.text == f"{paragraphs}\n\n{PLAIN}".replace("```\n", "").replace("\n```", "")
    assert (draft.publisher, draft.published) == ("", None)


def test_a_first_sentence_is_no_title_because_a_source_follows() -> None:
    draft = read(f"It stopped.\n\nSource: Larkhaven Post\n\n{BELOW}".encode(), "a.md")
    assert (draft.title, draft.text) == ("a", f"It stopped.\n\nSource: Larkhaven Post\n\n{PLAIN}")


def test_a_quotation_below_a_markdown_head_leads_back_to_its_place() -> None:
    draft = read(f"# Ferry\n\n**Date:** 2026-11-27\nSource: It sails\n\n{BELOW}".encode(), "a.md")
    at = draft.text.index("It sails again")
    place = original(draft.text, draft.raw).place(at, len(draft.text))
    assert place is not None
    assert draft.raw[place.start : place.end] == "It sails again in May."
    assert draft.raw.startswith("# Ferry")


def test_front_matter_that_yaml_would_twist() -> None:
    draft = read(b"---\ntitle: No\ndate: 2024-02-31\n---\nText of it.", "a.md")
    assert (draft.title, draft.published) == ("No", None)
    assert draft.remarks == ("date not understood: 2024-02-31",)


def test_broken_front_matter_is_a_clear_failure() -> None:
    with pytest.raises(Unreadable, match=r"front matter is not valid YAML \(line 4\)"):
        read(b"---\ntitle: [a\nb: c\n---\nText", "a.md")


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang='de'><head>{head}</head><body>{body}</body></html>"


ARTICLE = """<nav><a href="/">Start</a></nav><article><h1>Brücke gesperrt</h1>
<p>Die Brücke über den Fluss bleibt bis Montag gesperrt, sagte die Stadt am Mittwoch.</p>
<p>Autos müssen einen Umweg von zwölf Kilometern fahren.</p></article>
<div class="comments"><p>Skandal, schrieb ein Leser darunter in einem Kommentar!</p></div>"""
HEAD = """<meta charset="iso-8859-1"><title>Brücke gesperrt | Tagblatt</title>
<meta property="og:site_name" content="Tagblatt"><meta name="author" content="Anna Müller">
<meta property="article:published_time" content="2024-10-23T14:05:00+02:00">
<link rel="canonical" href="https://tagblatt.example/a/1">"""


@pytest.mark.parametrize("name", ["a.html", "really-a-page.txt"])
def test_web_page(name: str) -> None:
    draft = read(page(ARTICLE, HEAD).encode("latin-1"), name)
    assert draft.text.split("\n\n") == [
        "Die Brücke über den Fluss bleibt bis Montag gesperrt, sagte die Stadt am Mittwoch.",
        "Autos müssen einen Umweg von zwölf Kilometern fahren.",
    ]
    assert (draft.title, draft.publisher, draft.author) == ("Brücke gesperrt", "Tagblatt", "Anna Müller")
    assert (draft.url, draft.language) == ("https://tagblatt.example/a/1", "de")
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-23T14:05:00+02:00"


def test_web_page_in_its_declared_encoding() -> None:
    html = page(
        "<article><p>市长周三证实，港口将关闭一周，船只绕行。</p></article>", '<meta charset="gb2312">'
    )
    assert read(html.encode("gb18030"), "a.html").text == "市长周三证实，港口将关闭一周，船只绕行。"


def test_web_page_keeps_its_asides_for_the_paywall_check() -> None:
    notice = "<p>Subscribe to continue reading.</p>"
    assert "Subscribe to continue reading." in read(page(ARTICLE + notice).encode(), "a.html").asides


def test_web_page_without_an_article() -> None:
    with pytest.raises(Unreadable, match="no article text found"):
        read(page("").encode(), "a.html")


def test_a_page_that_is_really_text() -> None:
    draft = read(b"Bridge closes\n\nIt is < 5 years old.", "a.html")
    assert (draft.title, draft.text) == ("Bridge closes", "It is < 5 years old.")


def test_json_lines_fail_one_by_one() -> None:
    good = {"title": "T", "text": "Port shut.\nFor a week.", "id": 7, "published": "2024-10-23", "more": [1]}
    lines = [json.dumps(good), "", "{not json", '{"title": "x"}', '{"text": 5}', "[1]", '{"text": "Last."}']
    found = dict(read_lines(io.BytesIO("\n".join(lines).encode())))
    first = found[1]
    assert isinstance(first, Draft)
    assert (first.title, first.text, first.key) == ("T", "Port shut.\n\nFor a week.", "7")
    assert first.published == datetime(2024, 10, 23, tzinfo=UTC)
    assert str(found[3]).startswith("not valid JSON")
    assert [str(found[number]) for number in (4, 5, 6)] == [
        '"text" is missing or empty',
        '"text" must be a string',
        'not a JSON object with at least "text"',
    ]
    assert isinstance(found[7], Draft)
    assert list(found) == [1, 3, 4, 5, 6, 7]


def test_the_name_of_an_article_in_json_is_one_line() -> None:
    line = json.dumps({"text": "Port shut.", "id": " x\n https://post.example/real\u2028 y"})
    assert read_json(line).key == "x https://post.example/real y"


def test_json_lines_are_read_one_at_a_time() -> None:
    class Endless(io.RawIOBase):
        def readline(self, size: int | None = -1) -> bytes:
            return b'{"text": "Again."}\n'

    lines = read_lines(Endless())  # type: ignore[arg-type]
    assert [next(lines)[0] for _ in range(3)] == [1, 2, 3]


def test_one_json_object_in_a_file() -> None:
    data = json.dumps({"text": "Port shut.", "url": "javascript:x", "published": "soon"}, indent=1).encode()
    for name in ("a.json", "a.txt"):
        draft = read(data, name)
        assert (draft.title, draft.text, draft.url, draft.published) == ("Port shut.", "Port shut.", "", None)
        assert len(draft.remarks) == 2


@pytest.mark.parametrize("text", ["[" * 100_000, '{"text": ' + "9" * 5000 + "}", '{"a": 1} {"b": 2}'])
def test_hostile_json_is_a_clear_failure(text: str) -> None:
    with pytest.raises(Unreadable, match="not valid JSON"):
        read_json(text)


def test_half_a_surrogate_pair_does_not_reach_the_archive() -> None:
    assert read_json('{"text": "a\\ud800b\\u0000c"}').text == "abc"
