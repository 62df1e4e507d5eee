"""PDF documents, drawn line by line: paragraphs come back, what recurs on every page does not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from ingest.draft import Draft, Unreadable
from ingest.load import read
from ingest.web.fetch import Fetcher
from ingest.web.page import draft_of
from ingest.web.rules import Rules, allowed_hosts
from tests.web_server import Reply, Site

Drawn = tuple[float, float, float, str]  # x, y and size in points, and what stands there


def document(*pages: Iterable[Drawn], info: str = "") -> bytes:
    """A PDF document with these lines on its pages; ASCII in Helvetica, anything else in a Chinese font."""
    chinese = (
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        "/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>]>>"
    )
    contents = [" ".join(map(drawn, page)) for page in pages]
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(contents)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R/Lang(en-GB)>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}/MediaBox[0 0 595 842]"
        "/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        chinese,
    ]
    for number, content in enumerate(contents):
        objects += [f"<</Type/Page/Parent 2 0 R/Contents {6 + 2 * number} 0 R>>"]
        objects += [f"<</Length {len(content)}>>stream\n{content}\nendstream"]
    objects += [f"<<{info}>>"]
    data, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(data))
        data += f"{number} 0 obj{text}endobj\n".encode("latin-1")
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R/Info {size - 1} 0 R>>\n"
    return data + f"{trailer}startxref\n{len(data)}\n%%EOF".encode()


def drawn(line: Drawn) -> str:
    x, y, size, text = line
    font, letters = ("F1", text.encode()) if text.isascii() else ("F2", text.encode("utf-16-be"))
    return f"BT /{font} {size} Tf {x} {y} Td <{letters.hex()}> Tj ET"


def column(lines: Sequence[str], x: float = 60, y: float = 700, size: float = 10) -> list[Drawn]:
    """Lines below each other; an empty one is a gap, one that begins with a space is set in."""
    return [
        (x + 14 * line.startswith(" "), y - 12.5 * number, size, line.strip())
        for number, line in enumerate(lines)
        if line
    ]


LETTER = [
    "The harbour of Aln closes on Monday, the mayor of the town said in a letter on Wednesday. Ferries will inter-",
    "rupt their service or leave from the old pier instead, and run twice an hour until the end of the week, which",
    "is known as the stormiest of the year.",
]
BOATS = ["Fishermen are angry. Nobody asked them, they say in the old inn."]
JOINED = (
    "The harbour of Aln closes on Monday, the mayor of the town said in a letter on Wednesday. Ferries will interrupt"
    " their service or leave from the old pier instead, and run twice an hour until the end of the week, which is known"
    " as the stormiest of the year."
)


def pdf(*pages: Iterable[Drawn], info: str = "") -> Draft:
    return read(document(*pages, info=info), "/news/stem.pdf")


def test_paragraphs_by_a_gap() -> None:
    assert pdf(column([*LETTER, "", *BOATS])).text.split("\n\n") == [JOINED, *BOATS]


def test_paragraphs_by_an_indent_or_a_short_last_line() -> None:
    assert pdf(column([*LETTER, f" {BOATS[0]}"])).text.split("\n\n") == [JOINED, *BOATS]
    assert pdf(column([*LETTER, *BOATS])).text.split("\n\n") == [JOINED, *BOATS]


def test_an_abbreviation_at_the_end_of_a_line_ends_no_paragraph() -> None:
    lines = [
        "The cranes, which are as old as the pier itself, belong to a company in the U.S.",
        "and are for sale.",
    ]
    assert pdf(column(lines)).text == " ".join(lines)


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    left, right = (
        ["The mayor of the town said", "in a letter that the harbour"],
        ["will be closed on Monday and", "open"],
    )
    page = column(left) + column(right, x=320)
    assert pdf(page, column(["again on Friday."])).text == " ".join([*left, *right, "again on Friday."])


def test_headers_and_footers_leave_and_the_text_stays() -> None:
    pages = []
    for number in range(1, 5):
        edges = [(60.0, 800.0, 8.0, "Aln Post, 23 October 2024"), (280.0, 40.0, 8.0, f"Page {number} of 4")]
        edges += [(60.0, 30.0, 8.0, "All rights reserved.")] if number % 2 else []
        pages.append([*edges, *column([f"The harbour of town {number} closes on Monday."])])
    assert pdf(*pages).text.split("\n\n") == [
        f"The harbour of town {number} closes on Monday." for number in range(1, 5)
    ]


def test_a_word_that_was_broken_is_whole_again_and_a_compound_stays() -> None:
    lines = [
        "It is inter-",
        "national, it is well-",
        "known, it is Anglo-",
        "Saxon and 1990-",
        "built, say well-known two-",
        "and three-year-olds",
    ]
    assert pdf(column(lines)).text == (
        "It is international, it is well-known, it is Anglo-Saxon and 1990-built, "
        "say well-known two- and three-year-olds"
    )


def test_the_headline_is_the_title_unless_the_document_names_one() -> None:
    page = [(60.0, 760.0, 18.0, "Harbour of Aln"), (60.0, 738.0, 18.0, "closes"), *column(LETTER)]
    for name in (
        "",
        "/Title(untitled)",
        "/Title(Microsoft Word - harbour-3.doc)",
        "/Title(harbour_final.indd)",
    ):
        draft = pdf(page, info=name)
        assert (draft.title, draft.text) == ("Harbour of Aln closes", JOINED)
    assert pdf(page, info="/Title(A harbour closes)").title == "A harbour closes"
    assert pdf(column(LETTER)).title == "stem"


@pytest.mark.parametrize(
    ("info", "author", "published"),
    [
        (
            "/Author(Ada Quill)/CreationDate(D:20241023140500+02'00')/Producer(InDesign)",
            "Ada Quill",
            "2024-10-23T14:05:00+02:00",
        ),
        ("/Author(Ada Quill)/CreationDate(D:20241023140500Z)/Producer(Skia/PDF m129)", "Ada Quill", None),
        ("/Author(admin)/CreationDate(D:20991023140500Z)", "", None),
        ("/Author(anonymous)/CreationDate(yesterday)", "", None),
        ("/Author(ada@aln.example)", "", None),
    ],
)
def test_facts_only_if_they_are_sane(info: str, author: str, published: str | None) -> None:
    draft = pdf(column(LETTER), info=info)
    assert (draft.author, draft.language) == (author, "en-GB")
    assert (draft.published.isoformat() if draft.published else None) == published


def test_chinese_lines_join_without_spaces() -> None:
    page = [
        (60.0, 700.0, 10.0, "市长周三证实，港口将从周一起关闭"),
        (60.0, 687.0, 10.0, "一周，船只绕行旧码头。"),
    ]
    assert pdf(page).text == "市长周三证实，港口将从周一起关闭一周，船只绕行旧码头。"


def encrypted(user: str, algorithm: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(document(column(LETTER)))))
    writer.encrypt(user, "owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_protection(algorithm: str) -> None:
    assert read(encrypted("", algorithm), "a.pdf").text == JOINED
    with pytest.raises(Unreadable, match="protected by a password; save a copy of it without one"):
        read(encrypted("secret", algorithm), "a.pdf")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (document([]), "only pictures of it; run text recognition"),
        (document(), "only pictures of it"),
        (document(*[[]] * 501), "more than 500 pages"),
        (b"%PDF-1.7 and then nothing", "damaged PDF document"),
        (document(column(LETTER))[:300], "damaged PDF document"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "damaged PDF document"),
    ],
)
def test_what_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(data, "a.pdf")


def test_damage_anywhere_is_never_unexpected() -> None:
    whole = document([(60.0, 760.0, 18.0, "Harbour"), *column(LETTER)], column(BOATS), info="/Title(A)")
    for place in range(9, len(whole), 23):
        for patch in (b"<<", b"999", b"\\x00/(", b" R ["):
            try:
                read(whole[:place] + patch + whole[place + len(patch) :], "a.pdf")
            except Unreadable:
                continue


def test_over_the_web() -> None:
    with Site() as site:
        site.routes["/letter"] = Reply(document(column(LETTER)), kind="application/pdf")
        draft = draft_of(Fetcher(Rules(allowed_hosts([site.name]))).fetch(site.url("/letter")))
    assert (draft.title, draft.text, draft.url) == ("letter", JOINED, site.url("/letter"))


@pytest.mark.parametrize("missing", [False, True])
def test_in_a_folder_with_and_without_the_package(tmp_path: Path, missing: bool) -> None:
    news = tmp_path / "news"
    news.mkdir()
    (news / "letter.pdf").write_bytes(document(column(LETTER)))
    (news / "boats.txt").write_text(f"Boats\n\n{BOATS[0]}")
    hide = "sys.modules['pypdf'] = None;" if missing else ""
    command = [sys.executable, "-c", f"import sys; {hide} from ingest.cli import main; main()", str(news)]
    env = {**os.environ, "CITEDESK_DATA_DIR": str(tmp_path / "data"), "CITEDESK_EMBEDDING_MODEL": "hashing"}
    found = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    if missing:
        assert found.returncode == 1
        assert found.stderr.endswith(
            "letter.pdf: PDF documents need one more package: pip install 'citedesk[pdf]'\n"
        )
    else:
        assert (found.returncode, found.stdout[:7], found.stderr) == (0, "2 added", "")
