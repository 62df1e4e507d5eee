"""Saved pages, mails, Word documents, archives and lists of feeds: what becomes of them, and what they may cost."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import random
import subprocess
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest

from ingest.draft import Draft, Unreadable
from ingest.load import Loaded, load, read
from ingest.sources import Found, Link, Refusal, find
from tests import made_files
from tests.made_files import (
    FIRST,
    HTML,
    LAID_OUT,
    SECOND,
    TEXT,
    TITLE,
    core,
    docx,
    mail,
    mhtml,
    paragraph,
    zipped,
)


def found(path: Path) -> Found:
    return Found(str(path), named=True, size=path.stat().st_size)


def loaded(path: Path, data: bytes) -> list[Loaded | Refusal]:
    path.write_bytes(data)
    return list(load(found(path)))


def outcome(items: list[Loaded | Refusal]) -> dict[str, str]:
    """By member, its title or why it was refused."""
    return {
        item.label.rpartition(": ")[2]: item.draft.title if isinstance(item, Loaded) else item.reason
        for item in items
    }


@pytest.mark.parametrize("name", made_files.every_format())
def test_one_article_in_every_format(name: str, tmp_path: Path) -> None:
    first = loaded(tmp_path / name, made_files.every_format()[name])[0]
    assert isinstance(first, Loaded)
    draft = first.draft
    assert (draft.title, draft.text) == (TITLE, TEXT)
    assert FIRST.split()[0] in draft.raw
    facts = ("title", "publisher", "author", "url", "published", "language", "fetched_at", "summary")
    assert set(draft.found_in) == {fact for fact in facts if getattr(draft, fact)}


@pytest.mark.parametrize("name", made_files.every_format())
def test_standard_input_takes_every_format(name: str, tmp_path: Path) -> None:
    script = (
        "from ingest.load import load\nfrom ingest.sources import Found\nimport json\n"
        "print(json.dumps([piece.draft.title for piece in load(Found('-', True))]))"
    )
    data = made_files.every_format()[name]
    done = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True)
    assert json.loads(done.stdout)[0] == TITLE


@pytest.mark.parametrize(
    ("name", "data", "found_in"),
    [
        ("a.txt", f"{TITLE}\n\n{TEXT}", {"title": "text"}),
        ("a.txt", TEXT, {"title": "file name"}),
        ("a.txt", f"{TITLE}\nAuthor: Ada Quill\nContent:\n{TEXT}", {"title": "text", "author": "file"}),
        ("a.txt", f"Title: {TITLE}\nContent:\n{TEXT}", {"title": "file"}),
        ("a.md", f"# {TITLE}\n\n{TEXT}", {"title": "text"}),
        ("a.md", f"---\ntitle: {TITLE}\nlang: en\n---\n{TEXT}", {"title": "file", "language": "file"}),
        ("a.json", json.dumps({"text": TEXT}), {"title": "text"}),
        ("a.json", json.dumps({"text": TEXT, "title": TITLE}), {"title": "file"}),
    ],
)
def test_where_facts_come_from(name: str, data: str, found_in: dict[str, str]) -> None:
    draft = read(data.encode(), name)
    assert draft.found_in == found_in
    assert draft.raw == (TEXT if name == "a.json" else data)


def test_what_is_loaded_travels_between_processes(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.html": HTML, "b.exe": "?"}))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        there = workers.submit(everything, found(tmp_path / "a.zip")).result()
    assert there == pickle.loads(pickle.dumps(list(load(found(tmp_path / "a.zip")))))
    assert outcome(there)["a.html"] == TITLE


def everything(one: Found) -> list[Loaded | Refusal]:
    return list(load(one))


# --- saved pages


def test_a_saved_page_knows_its_address_and_day() -> None:
    draft = read(mhtml(), "a.mhtml")
    assert (draft.url, draft.publisher) == ("https://post.example/a/1", "The Aln Post")
    assert draft.fetched_at == datetime(2024, 10, 24, 8, tzinfo=UTC)
    assert draft.found_in["fetched_at"] == "file"
    assert read(mhtml(), "no-suffix").text == draft.text


def test_a_saved_page_in_the_encoding_that_its_part_names() -> None:
    page = "<html><body><article><p>市长周三证实，港口将关闭一周，船只绕行。</p></article></body></html>"
    assert read(mhtml(page, "gb18030"), "a.mht").text == "市长周三证实，港口将关闭一周，船只绕行。"


def test_a_saved_page_with_frames_is_read_at_its_root() -> None:
    frame = (
        "Content-Type: text/html\r\nContent-ID: <g@x>\r\n\r\n<html><body><p>A frame.</p></body></html>\r\n"
    )
    data = mhtml().replace(
        b"\r\n------Made--1\r\n", f"\r\n------Made--1\r\n{frame}------Made--1\r\n".encode(), 1
    )
    named = data.replace(b'type="text/html";', b'type="text/html"; start="<f@mhtml.blink>";', 1)
    assert read(named, "a.mhtml").text == TEXT


@pytest.mark.parametrize(
    "data", [b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx", b"no headers at all"]
)
def test_a_saved_page_without_a_page(data: bytes) -> None:
    with pytest.raises(Unreadable, match="there is no web page in it"):
        read(data, "a.mhtml")


# --- mails


def test_a_newsletter_laid_out_in_tables_keeps_its_text() -> None:
    draft = read(mail(page=LAID_OUT).as_bytes(), "a.eml")
    assert (draft.title, draft.publisher, draft.text) == (TITLE, "The Aln Post", TEXT)
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-23T10:00:00+02:00"
    assert draft.found_in == dict.fromkeys(["title", "publisher", "published"], "mail header")
    assert "Unsubscribe" in draft.raw


def test_the_better_body_of_a_mail_is_read() -> None:
    assert read(mail("See https://post.example/1 in a browser", LAID_OUT).as_bytes(), "a.eml").text == TEXT
    assert read(mail(TEXT, "<html><body><img src='a.png'></body></html>").as_bytes(), "a.eml").text == TEXT
    assert read(mail(TEXT).as_bytes(), "a.eml").text == TEXT


def test_a_body_around_a_picture_is_whole() -> None:
    one = mail(FIRST)
    one.add_attachment(b"GIF89a", maintype="image", subtype="gif", disposition="inline")
    one.add_attachment(SECOND, disposition="inline")
    assert read(one.as_bytes(), "a.eml").text == TEXT


def test_mail_headers_in_any_encoding() -> None:
    encoded = mail(TEXT, subject="港口关闭一周", sender="Ålns Posten <a@b.example>").as_bytes()
    assert b"=?utf-8?" in encoded
    assert (read(encoded, "a.eml").title, read(encoded, "a.eml").publisher) == ("港口关闭一周", "Ålns Posten")
    raw = mail(TEXT).as_bytes().replace(b"Harbour closes", "港口关闭".encode())
    assert read(raw, "a.eml").title == "港口关闭 for a week"


FORWARDED = f"""Look at this!

---------- Forwarded message ---------
From: *The Aln Post* <news@post.example>
Date: Mon, 21 Oct 2024 10:00:00 +0200
Subject: {TITLE}
To: <bob@example.org>

{TEXT}
"""


def test_a_forwarded_mail_is_what_was_forwarded() -> None:
    draft = read(mail(FORWARDED, subject="Fwd: Harbour", sender="Bob <b@example.org>").as_bytes(), "a.eml")
    assert (draft.title, draft.publisher, draft.text) == (TITLE, "The Aln Post", TEXT)
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-21T10:00:00+02:00"


def test_a_mail_forwarded_as_an_attachment() -> None:
    outer = mail("See below.", subject="FW: Harbour", sender="Bob <b@example.org>")
    outer.add_attachment(mail(TEXT))
    draft = read(outer.as_bytes(), "a.eml")
    assert (draft.title, draft.publisher, draft.text) == (TITLE, "The Aln Post", TEXT)


def test_attachments_are_named_and_nothing_more() -> None:
    one = mail(TEXT)
    one.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="plan.pdf")
    one.add_attachment(b"Not this.", maintype="text", subtype="plain", filename="notes.txt")
    draft = read(one.as_bytes(), "a.eml")
    assert (draft.text, draft.remarks) == (TEXT, ("attached and not read: plan.pdf, notes.txt",))


def test_a_mail_without_text() -> None:
    with pytest.raises(Unreadable, match="there is no text in this mail"):
        read(mail(page="<html><body><img src='a.png'></body></html>").as_bytes(), "a.eml")


def test_a_note_about_a_mail_is_no_mail() -> None:
    note = "From: Ada\nDate: 2024-10-23\nSubject: the harbour\n\nIt closes on Monday, she wrote."
    assert "Subject: the harbour" in read(note.encode(), "a.txt").text


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Type: multipart/mixed; boundary=" + b'"' + b";" * 1_000_000,
        b"MIME-Version: 1.0\nContent-Type: text/plain\n\n" + b"Content-Type: a/b\n" * 200_000,
    ],
)
def test_a_mail_that_would_keep_its_parser_busy_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="too many parts or too long headers"):
        read(data, "a.eml")


# --- Word documents


def test_a_word_document_reads_as_written() -> None:
    inserted = "<w:ins><w:r><w:t>The pier </w:t></w:r></w:ins><w:r><w:t>is</w:t><w:tab/><w:t>old.</w:t></w:r>"
    deleted = "<w:del><w:r><w:delText>Not this. </w:delText></w:r></w:del><w:moveFrom><w:r><w:t>Nor this.</w:t></w:r>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('In a table')}</w:tc></w:tr></w:tbl>"
    control = f"<w:sdt><w:sdtContent>{paragraph('In a content control.')}</w:sdtContent></w:sdt>"
    body = [paragraph("To the press"), paragraph(TITLE, "Titel"), paragraph(FIRST), table, control]
    draft = read(docx(*body, paragraph(f"{inserted}{deleted}</w:moveFrom>")), "a.docx")
    assert (draft.title, draft.found_in) == (TITLE, {"title": "text"})
    assert draft.text.split("\n\n") == ["To the press", FIRST, "In a content control.", "The pier is old."]


@pytest.mark.parametrize(
    ("title", "author", "expected"),
    [
        ("Harbour shut", "Ada Quill", ("Harbour shut", "Ada Quill", "DOCX properties")),
        ("Document1", "admin", (TITLE, "", "text")),
        ("letter.docx", "a@b.example", (TITLE, "", "text")),
    ],
)
def test_the_properties_of_a_word_document(title: str, author: str, expected: tuple[str, str, str]) -> None:
    properties = core(title, author, "2024-10-23T08:00:00Z")
    draft = read(docx(paragraph(TITLE, "berschrift1"), paragraph(FIRST), core=properties), "a.docx")
    assert (draft.title, draft.author, draft.found_in["title"]) == expected
    assert draft.published == datetime(2024, 10, 23, 8, tzinfo=UTC)


def test_a_word_document_without_words() -> None:
    with pytest.raises(Unreadable, match="there is no text in this document"):
        read(docx(paragraph(" ")), "a.docx")


def test_a_word_document_that_unpacks_to_too_much() -> None:
    bomb = docx("<w:p/>" * 2_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="it unpacks to 12 MB, too much for its size"):
        read(bomb, "a.docx")
    large = docx(paragraph(random.Random(1).randbytes(11_000_000).hex()))
    with pytest.raises(Unreadable, match="its text is too large for one article"):
        read(large, "a.docx")


def test_a_word_document_opens_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("CANARY")
    canary = (tmp_path / "canary").as_uri()
    entity = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{canary}">]>'
    link = f'<Relationship Id="r9" Type="{made_files.OFFICE}/image" Target="{canary}" TargetMode="External"/>'
    document = docx(paragraph(FIRST), "<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", before=entity, links=link)
    assert "CANARY" not in str(read(document, "a.docx"))


def test_without_python_docx_the_remedy_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(docx(paragraph(FIRST)))
    script = (
        "import sys; sys.modules['docx'] = None\nfrom ingest.load import load\nfrom ingest.sources import Found\n"
        f"print(next(load(Found({str(tmp_path / 'a.docx')!r}, True))).reason)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "Word documents need one more package: pip install 'citedesk[docx]'\n"


# --- archives


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    line = json.dumps({"title": "One", "text": "Text."})
    members: dict[str, bytes | str] = {
        "news/a.html": HTML,
        "lines.jsonl": f"{line}\nbad\n",
        "letter.docx": docx(paragraph(TITLE), paragraph(FIRST)),
        "empty.txt": "",
        "photo.png": b"\x89PNG",
        "README": "x",
        "more.zip": zipped({"a.txt": "x"}),
        "hidden.txt": zipped({"a.txt": "x"}),
        "__MACOSX/a.html": HTML,
        ".DS_Store": "x",
    }
    items = loaded(tmp_path / "a.zip", zipped(members))
    assert outcome(items) == {
        "news/a.html": TITLE,
        "line 1": "One",
        "line 2": "not valid JSON (expecting value, column 1)",
        "letter.docx": TITLE,
        "empty.txt": "it is empty",
        "photo.png": "files of type .png are not read from an archive",
        "README": "files without a type are not read from an archive",
        "more.zip": "an archive inside an archive is not read; unpack the outer one first",
        "hidden.txt": "it is a ZIP archive or an office document, not text; save the article as text or HTML",
    }
    assert {item.label for item in items if isinstance(item, Refusal) and item.skipped} == {
        f"{tmp_path}/a.zip: photo.png",
        f"{tmp_path}/a.zip: README",
    }
    first = items[0]
    assert isinstance(first, Loaded)
    assert (first.label, first.path) == (f"{tmp_path}/a.zip: news/a.html", f"{tmp_path}/a.zip")
    assert (first.member, first.size) == ("news/a.html", len(HTML))


def test_members_that_cannot_be_read_do_not_stop_the_others(tmp_path: Path) -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("locked.txt", "odd.txt", "broken.txt", "last.txt"):
            archive.writestr(name, f"{name}\n\nIts text.", zipfile.ZIP_STORED)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("last.txt", "Twice\n\nIts text.")
    data = bytearray(made.getvalue())
    directory = data.index(b"PK\x01\x02")
    data[data.index(b"locked.txt", directory) - 46 + 8] |= 1  # encrypted
    data[data.index(b"odd.txt", directory) - 46 + 10] = 12  # bzip2
    data[data.index(b"Its text", data.index(b"broken.txt"))] ^= 1  # its checksum is wrong
    items = loaded(tmp_path / "a.zip", bytes(data))
    assert outcome(items[:-1]) == {
        "locked.txt": "it is encrypted; pack it without a password",
        "odd.txt": "it is compressed in a way that is not read; pack it as an ordinary ZIP",
        "broken.txt": "its compressed data is damaged; pack it again",
        "last.txt": "last.txt",
    }
    assert outcome(items[-1:]) == {"last.txt": "another file in the archive has the same name"}


def test_names_in_an_archive_are_only_labels(tmp_path: Path) -> None:
    names = ["../../outside.txt", "/absolute.txt", "C:\\news\\a.txt"]
    before = sorted(tmp_path.parent.iterdir())
    items = loaded(tmp_path / "a.zip", zipped({name: f"{TITLE}\n\n{TEXT}" for name in names}))
    assert [item.member for item in items if isinstance(item, Loaded)] == [
        "../../outside.txt",
        "/absolute.txt",
        "C:/news/a.txt",
    ]
    assert sorted(tmp_path.parent.iterdir()) == before
    assert os.listdir(tmp_path) == ["a.zip"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a.txt": "x" * 60_000_000}), "it unpacks to 60 MB, too much for its size; unpack it first"),
        (zipped({"a.txt": "x"})[:60], "it is a damaged ZIP archive; pack it again"),
        (zipped({}), "there is no file in this archive"),
        (
            zipped({"mimetype": "application/epub+zip"}),
            "it is an office document or a book; save the article as",
        ),
        (
            zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}),
            "it is an office document or a book; save",
        ),
        (
            zipped({f"{number}.txt": "" for number in range(100_001)}),
            "it holds more than 100,000 files; split it",
        ),
        (gzip.compress(b"\n" * 60_000_000), "it unpacks to more than 50 MB; unpack it first"),
        (gzip.compress(HTML.encode())[:-20], "its compressed data is damaged; pack it again"),
        (gzip.compress(zipped({"a.txt": "x"})), "it is a ZIP archive or an office document, not text; save"),
    ],
    ids=["bomb", "cut", "empty", "book", "sheet", "many", "gzip bomb", "gzip cut", "nested"],
)
def test_archives_that_are_refused(data: bytes, reason: str, tmp_path: Path) -> None:
    (refusal,) = loaded(tmp_path / "a.zip", data)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith(reason)


def test_an_archive_that_says_too_little_of_its_size(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": "x" * 60_000_000}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    (refusal,) = loaded(tmp_path / "a.zip", bytes(data))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "its compressed data is damaged; pack it again"


def test_a_compressed_file_keeps_its_format(tmp_path: Path) -> None:
    (first,) = loaded(tmp_path / "a.md.gz", gzip.compress(f"# {TITLE}\n\n{TEXT}".encode()))
    assert isinstance(first, Loaded)
    assert (first.draft.title, first.draft.text, first.path) == (TITLE, TEXT, str(tmp_path / "a.md.gz"))


# --- JSON Lines, lists of feeds and folders


def test_json_lines_under_any_name(tmp_path: Path) -> None:
    items = loaded(tmp_path / "feed.txt", b'{"text": "One."}\n\n{"text": "Two."}\n')
    assert [item.label.rpartition(": ")[2] for item in items] == ["line 1", "line 3"]


def test_every_field_of_a_source_can_stand_in_a_line() -> None:
    fields = {
        "title": "T",
        "publisher": "P",
        "author": "A",
        "url": "https://p.example/1",
        "language": "en",
        "audience": "C1",
        "summary": "S",
    }
    moment = "2024-10-23T10:00:00+02:00"
    line = {
        **fields,
        "text": "Text.",
        "id": "7",
        "incomplete": True,
        "published": moment,
        "fetched_at": moment,
    }
    draft = read(json.dumps(line).encode(), "a.json")
    assert {name: getattr(draft, name) for name in fields} == fields
    assert draft.published == draft.fetched_at == datetime.fromisoformat(moment)
    assert (draft.incomplete, draft.key, draft.raw) == (True, "7", "Text.")
    assert draft.found_in == dict.fromkeys([*fields, "incomplete", "published", "fetched_at"], "file")


def test_a_list_of_feeds_is_followed_when_it_is_named(tmp_path: Path) -> None:
    outline = '<outline type="rss" text="Post" xmlUrl="https://post.example/feed.xml"/>'
    (tmp_path / "feeds.opml").write_text(f"<opml version='2.0'><head/><body>{outline}{outline}</body></opml>")
    link = Link("https://post.example/feed.xml", named=False, is_feed=True)
    assert list(find([str(tmp_path / "feeds.opml")])) == [link]
    (inside,) = find([str(tmp_path)])
    assert isinstance(inside, Refusal)
    assert inside.skipped


def test_a_broken_list_of_feeds(tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_bytes(b"<opml")
    (refusal,) = find([str(tmp_path / "feeds.opml")])
    assert isinstance(refusal, Refusal)


def test_which_files_of_a_folder_are_read(tmp_path: Path) -> None:
    for name in ("a.mht", "b.EML", "c.docx", "d.zip", "e.html.gz", "f.tar.gz", "g.gz", "h.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    kinds = {item.label.rpartition("/")[2]: type(item) for item in find([str(tmp_path)])}
    assert kinds == {
        **dict.fromkeys(["a.mht", "b.EML", "c.docx", "d.zip", "e.html.gz"], Found),
        **dict.fromkeys(["f.tar.gz", "g.gz", "h.xlsx"], Refusal),
    }


def test_a_mail_made_elsewhere_reads_the_same() -> None:
    """Line ends of the other kind, as many programs save them."""
    data = mail(TEXT, LAID_OUT).as_bytes()
    draft: Draft = read(data.replace(b"\r\n", b"\n"), "a.eml")
    assert draft.text == read(data, "a.eml").text == f"{FIRST}\n\n{SECOND}"
    assert message_from_bytes(data)["Subject"] == TITLE
