"""Articles as people save them: tables, lists, credits, captions, live blogs, and what a browser copies along."""

from __future__ import annotations

import pytest

from ingest.assemble import Facts, assemble
from ingest.boilerplate import shipped
from ingest.load import Loaded, read
from ingest.offsets import original
from ingest.readers.credit import credit

TABLE = """# Ardle counts its bridges

The council counted on Monday.

| Region | 2025 | 2026 |
|--------|-----:|-----:|
| **Upper** Ardle | 12 | 14 |
| Lower Ardle |  | 9 |

- Boats: 7
"""


def test_a_row_of_a_markdown_table_stays_one_line() -> None:
    assert read(TABLE.encode(), "a.md").text.split("\n\n") == [
        "The council counted on Monday.",
        "Region | 2025 | 2026",
        "Upper Ardle | 12 | 14",
        "Lower Ardle |  | 9",
        "Boats: 7",
    ]


def test_the_drawn_rule_of_a_table_is_no_paragraph() -> None:
    draft = read("Bridges counted\n\n内容\n\n| A | B |\n|---|:-:|\n| 1 | 2 |\n+---+---+".encode(), "a.txt")
    assert draft.text == "| A | B |\n\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("line", "people", "publisher"),
    [
        ("Ada Quill, Reuters", "Ada Quill", "Reuters"),
        ("Ada Quill and Tom Reed, The Ardle Gazette", "Ada Quill and Tom Reed", "The Ardle Gazette"),
        ("Ada Quill, Tom Reed", "Ada Quill, Tom Reed", ""),
        ("Ada Quill, Health Editor, BBC News", "Ada Quill", "BBC News"),
        ("Ada Quill, Staff Writer", "Ada Quill", ""),
        ("Ada Quill | Ardle Times", "Ada Quill", "Ardle Times"),
        ("Ada Quill, Special to The Ardle Post", "Ada Quill", "The Ardle Post"),
        ("Lloyd Reed, Jr.", "Lloyd Reed, Jr.", ""),
        ("The Associated Press", "", "The Associated Press"),
        ("Reuters Staff", "", "Reuters"),
        ("Emily Post", "Emily Post", ""),
        ("张文，新华社", "张文", "新华社"),
        ("", "", ""),
    ],
)
def test_a_byline_names_people_and_perhaps_whom_they_write_for(
    line: str, people: str, publisher: str
) -> None:
    assert credit(line) == (people, publisher)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_byline_tells_the_publisher_only_where_nothing_else_does(name: str) -> None:
    head = "Ferry stops\n\nBy Ada Quill, Reuters\n24 November 2026"
    draft = read(f"{head}\n\nIt stopped.".encode(), name)
    assert (draft.author, draft.publisher, draft.text) == ("Ada Quill", "Reuters", "It stopped.")
    assert draft.found_in["publisher"] == "file"
    assert read(b"Ferry stops\nBy AFP\n\nIt stopped.", name).publisher == "AFP"
    draft = read(f"{head}\nSource: Ardle Gazette\n\nIt stopped.".encode(), name)
    assert (draft.author, draft.publisher) == ("Ada Quill", "Ardle Gazette")


def test_front_matter_with_an_agency_beside_the_author() -> None:
    draft = read(b"---\ntitle: Ferry\nauthors: [Ada Quill, Reuters]\n---\nIt stopped.", "a.md")
    assert (draft.author, draft.publisher, draft.found_in["publisher"]) == ("Ada Quill", "Reuters", "file")


SAID = "The harbour master said the ferry to Ardle would stay in port until the wind drops."
ENTRIES = {
    "time": "<time>{hour}</time><h2>Entry {n}</h2><p>{said}</p>",
    "header": "<header><a href='#{n}'><time><span>{hour}</span></time></a><h2>Entry {n}</h2></header><p>{said}</p>",
    "span": "<div><span class='post-timestamp'>{hour}</span></div><h3>Entry {n}</h3><p>{said}</p>",
    "inside": "<p><time>{hour}</time> {said}</p>",
}


def blog(entry: str, hours: list[str], tag: str = "div") -> str:
    entries = (
        f"<{tag} class='entry'>{entry.format(hour=hour, n=n, said=f'{n}. {SAID}')}</{tag}>"
        for n, hour in enumerate(hours)
    )
    return read(
        f"<html><body><article><h1>Storm</h1>{''.join(entries)}</article></body></html>".encode(), "a.html"
    ).text


@pytest.mark.parametrize("tag", ["div", "li", "section"])
@pytest.mark.parametrize("name", ENTRIES)
def test_the_hour_of_a_live_entry_stands_above_it(name: str, tag: str) -> None:
    hours = ["14:32", "2:05 p.m. ET, November 5, 2026", "09.26 GMT", "7h15"]
    paragraphs = blog(ENTRIES[name], hours, tag).split("\n\n")
    kept = [line for line in paragraphs if line in hours or line.endswith(SAID)]
    assert [line if line in hours else line[0] for line in kept] == [
        hours[0],
        "0",
        hours[1],
        "1",
        hours[2],
        "2",
        hours[3],
        "3",
    ]


@pytest.mark.parametrize(
    "hours", [["14:32", "15:10"], ["3 hours ago"] * 4, ["5 November 2026"] * 4, ["Updated at 14:40"] * 4]
)
def test_no_other_stamp_gets_into_the_text(hours: list[str]) -> None:
    text = blog(ENTRIES["time"], hours)
    assert SAID in text
    assert not any(hour in text for hour in hours)


def test_a_list_is_read_without_its_bullets_and_leads_back_to_its_place() -> None:
    html = f"<article><h1>Storm</h1><p>{SAID}</p><ul><li>A fire broke out in the hall of the port.</li></ul></article>"
    for data, name in (
        (f"<html><body>{html}</body></html>", "a.html"),
        (f"Storm\n\n{SAID}\n\n• A fire broke out in the hall of the port.", "a.txt"),
        (f"Storm\n\n{SAID}\n- A fire broke out in the hall of the port.", "b.txt"),
    ):
        draft = read(data.encode(), name)
        text = assemble(Loaded(name, draft, named=True), Facts()).article.text
        assert text == f"{SAID}\n\nA fire broke out in the hall of the port."
        place = original(text, draft.raw).place(text.index("A fire"), len(text))
        assert place is not None
        assert draft.raw[place.start : place.end] == "A fire broke out in the hall of the port."


def test_what_only_looks_like_a_bullet_stays() -> None:
    text = "-38 degrees were measured.\n\n— No, he said.\n\n– Oui, dit-elle.\n\n- | 12 | 14"
    assert (
        assemble(Loaded("a", read(f"Cold\n\n{text}".encode(), "a.txt"), named=True), Facts()).article.text
        == text
    )


@pytest.mark.parametrize(
    "line",
    [
        "Save",
        "You may also like",
        "Getty Images",
        "Purchase Licensing Rights",
        "ADVERTISEMENT - CONTINUE READING BELOW",
        "Updated 2 hours ago",
        "Published an hour ago",
        "Listen · 5:32 min",
        "Lesezeit: 3 Min.",
        "La suite après la publicité",
        "À lire aussi Cinq choses à savoir sur le ferry",
        "Archivado en",
        "打印 关闭",
        "【免责声明】本文仅代表作者个人观点，与本网无关。",
    ],
)
def test_what_a_browser_copies_along_is_cut(line: str) -> None:
    assert shipped().is_leftover(line)


@pytest.mark.parametrize(
    "line",
    [
        "LARKHAVEN, Nov 5 (AP) — The ferry stays in port.",
        "This story was corrected on Nov. 6 to say that the ferry carries 3,400 people, not 4,300.",
        "Correction: An earlier version of this article misstated the number of passengers. It is 3,400, not 4,300.",
        "The page was updated 2 hours ago, the council said.",
        "Save the ferry, the crowd shouted.",
        "Getty Images sued the company on Monday.",
        "Il reste à lire aussi les comptes du port.",
        "他说，本文仅代表作者个人观点。",
    ],
)
def test_what_says_something_stays(line: str) -> None:
    assert not shipped().is_leftover(line)
