"""One article in every format that ingest reads, made here; the fuzzers start from these."""

from __future__ import annotations

import json
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from gzip import compress
from io import BytesIO
from textwrap import wrap

TITLE = "Harbour closes for a week"
FIRST = "The harbour of Aln closes on Monday, the mayor of the town said in a letter on Wednesday."
SECOND = "Ferries will leave from the old pier instead, and run twice an hour until the end of the week."
TEXT = f"{FIRST}\n\n{SECOND}"
HTML = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>
<meta property="og:site_name" content="The Aln Post"></head>
<body><article><h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"""
LAID_OUT = f"""<html><body><div style="display: none">A quiet week for sailors</div><table><tr><td><h1>{TITLE}</h1>
</td></tr><tr><td>{FIRST}<br><br>{SECOND}</td></tr>
<tr><td><a href="https://post.example/u">Unsubscribe</a> | View in browser</td></tr></table></body></html>"""
OBJECT = {"title": TITLE, "text": TEXT, "publisher": "The Aln Post", "published": "2024-10-23"}
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PROPERTIES = f"{PACKAGE}/metadata/core-properties"


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A ZIP archive with these members."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def paragraph(inside: str, style: str = "") -> str:
    """A paragraph of a Word document; `inside` is its text, or its runs."""
    runs = inside if inside.startswith("<") else f"<w:r><w:t>{inside}</w:t></w:r>"
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{runs}</w:p>"


def docx(*body: str, core: str = "", before: str = "", links: str = "") -> bytes:
    """A Word document: its paragraphs, core properties, what stands before its root, and more relationships."""
    xml = '<?xml version="1.0" encoding="UTF-8"?>'
    dublin = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/><Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.styles+xml"/>'
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in (("Titel", "Title"), ("berschrift1", "heading 1"))
    )
    return zipped(
        {
            "[Content_Types].xml": f'{xml}<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
            "_rels/.rels": f'{xml}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/core-properties"'
            ' Target="docProps/core.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'{xml}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{OFFICE}/styles" Target="styles.xml"/>{links}</Relationships>',
            "word/styles.xml": f'{xml}<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
            "word/document.xml": f'{xml}{before}<w:document xmlns:w="{WORD}"><w:body>{"".join(body)}</w:body>'
            "</w:document>",
            "docProps/core.xml": f'{xml}<cp:coreProperties xmlns:cp="{PROPERTIES}" {dublin} {instance}>{core}'
            "</cp:coreProperties>",
        }
    )


def core(title: str, author: str, created: str) -> str:
    """The core properties of a Word document."""
    return (
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created>'
    )


def mhtml(page: str = HTML, charset: str = "", address: str = "https://post.example/a/1") -> bytes:
    """A page as browsers save it, with a picture; the page's encoding named by its part only if given."""
    named = f'; charset="{charset}"' if charset else ""
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Harbour\r\n"
        "Date: Thu, 24 Oct 2024 08:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
        '\ttype="text/html";\r\n\tboundary="----Made--1"\r\n\r\n\r\n------Made--1\r\n'
        f"Content-Type: text/html{named}\r\nContent-ID: <f@mhtml.blink>\r\nContent-Transfer-Encoding: binary\r\n"
        f"Content-Location: {address}\r\n\r\n{page}\r\n------Made--1\r\nContent-Type: image/png\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Location: https://post.example/p.png\r\n\r\niVBORw0KGgo=\r\n"
        "\r\n------Made--1--\r\n"
    ).encode(charset or "utf-8")


def mail(
    plain: str = "", page: str = "", subject: str = TITLE, sender: str = '"The Aln Post" <news@post.example>'
) -> EmailMessage:
    """A mail with a body as text, as a page, or both."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, "reader@example.org", subject
    made["Date"], made["Message-ID"] = "Wed, 23 Oct 2024 10:00:00 +0200", "<1@post.example>"
    made.set_content(plain or page, subtype="plain" if plain else "html")
    if plain and page:
        made.add_alternative(page, subtype="html")
    return made


def every_format() -> dict[str, bytes]:
    """The article by file name, one of each format."""
    from tests.test_pdf import column, document

    line = json.dumps(OBJECT)
    return {
        "a.html": HTML.encode(),
        "a.mhtml": mhtml(),
        "a.eml": mail(TEXT, LAID_OUT).as_bytes(),
        "a.docx": docx(
            *map(paragraph, (TITLE, FIRST, SECOND)), core=core(TITLE, "Ada Quill", "2024-10-23T08:00:00Z")
        ),
        "a.pdf": document(
            [*column([TITLE], y=760, size=20), *column([*wrap(FIRST, 50), "", *wrap(SECOND, 50)])]
        ),
        "a.md": f"---\ntitle: {TITLE}\ndate: 2024-10-23\n---\n# {TITLE}\n\n{TEXT}\n".encode(),
        "a.txt": f"{TITLE}\n\n{TEXT}\n".encode(),
        "clip.txt": f"{TITLE}\nAuthor: Ada Quill\nContent:\n{TEXT}\nSummary:\nIt closes.\n".encode(),
        "a.json": line.encode(),
        "a.jsonl": f'{line}\n{{"text": "Again."}}\n'.encode(),
        "a.html.gz": compress(HTML.encode()),
        "a.zip": zipped({"one/a.html": HTML, "b.txt": f"{TITLE}\n\n{TEXT}"}),
    }
