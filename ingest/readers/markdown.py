"""Markdown, with YAML front matter, lines of facts at its head, or neither: the words a reader sees, mark-up gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.draft import Draft, Unreadable
from ingest.origin import web_address
from ingest.paragraphs import fold
from ingest.readers.clip import read_clip, read_head
from ingest.readers.credit import credit
from ingest.readers.labels import Kind, label_of
from ingest.readers.plain import split_title
from ingest.readers.trace import FILE, FILE_NAME, TEXT, traced

if TYPE_CHECKING:
    from markdown_it.token import Token

_KEYS = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "creator"),
    "publisher": ("publisher", "source", "site", "site_name", "publication"),
    "date": ("published", "date", "publish_date", "published_at"),
    "url": ("url", "link", "canonical", "canonical_url", "source_url"),
    "language": ("language", "lang"),
    "summary": ("summary", "description", "excerpt"),
}

_RULE = re.compile(r"=+$|[-_*\s]{3,}$")
_NO_TITLE = ("```", "~~~", "|", ">", "- ", "+ ")  # code, a table, a quotation, a list
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def read_markdown(text: str, name: str) -> Draft:
    """The article in a Markdown file; front matter wins over what the text says. Raises Unreadable."""
    facts, body = _front_matter(text)
    if any((label := label_of(line)) and label.kind is Kind.CONTENT for line in body.split("\n")):
        clip = read_clip(body, name)
        if clip:
            return _with_facts(replace(clip, text="\n\n".join(filter(None, _prose(clip.text)))), facts)
    plain = "title" not in facts
    return _with_facts(_headed(body, name, plain=plain) or _read(body, name, plain=plain), facts)


def _read(body: str, name: str, *, plain: bool) -> Draft:
    """Title and prose; a title may be a `plain` line unless the front matter has it."""
    heading, prose = _prose(body)
    if not heading and plain:
        heading, lines = split_title(prose.split("\n"))
        prose = "\n".join(lines).strip()
    draft = Draft(title=heading or PurePath(name).stem, text=prose)
    return traced(draft, TEXT if heading else FILE_NAME)


def _headed(body: str, name: str, *, plain: bool) -> Draft | None:
    """The article below lines of facts, or None when there are none at the head, before or after the title."""
    lines = body.split("\n")
    heading, start = _opening(lines)
    found = read_head(map(_seen, lines[start:]), heading)
    if found is None:
        return None
    draft, end = found[0], start + found[1]
    draft = replace(draft, url=draft.url or _publishers_address(lines[start:end]))
    rest = "\n".join(lines[end:])
    if not draft.title:
        below = _read(rest, name, plain=plain)
        known = replace(draft, title=below.title, text=below.text)
        return traced(known, FILE, **below.found_in) if below.text else None
    text = "\n\n".join(filter(None, _prose(rest)))
    titled = heading or draft.found_in["title"] == FILE or (plain and _may_be_title(draft.title))
    return replace(draft, text=text) if titled and text else None


def _opening(lines: Sequence[str]) -> tuple[str, int]:
    """The heading on the first line with words, and the number of the line below; "" and 0 without one."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    label = label_of(lines[first])
    heading, _ = _prose(lines[first])
    # "# Source: how it leaked" is a headline; "## Source: Ardle Gazette" is how note-taking programs set a label.
    if label and label.rest and (label.kind is Kind.TITLE or lines[first].lstrip().startswith("##")):
        return "", 0
    return (heading, first + 1) if heading else ("", 0)


def _may_be_title(line: str) -> bool:
    return not line.startswith(_NO_TITLE) and bool(split_title([line, "", "text"])[0])


def _seen(line: str) -> str:
    """A line as its reader sees it: mark-up, rules and images gone; an address stays as it is."""
    label = label_of(line)
    if label and label.kind is Kind.URL:
        return line
    return "" if _RULE.match(line.strip()) else _words(line)


def _words(line: str) -> str:
    from markdown_it import MarkdownIt

    # A backslash at the end breaks the line, and is no word.
    tokens = MarkdownIt("commonmark").parseInline(line.strip().rstrip("\\"))
    return fold("".join(_block(token) for token in tokens))


def _publishers_address(head: Iterable[str]) -> str:
    """Where the name of the publisher links to: `Source: [Ardle Gazette](https://…)`."""
    labels = ((line, label_of(line)) for line in head)
    named = (line for line, label in labels if label and label.kind is Kind.PUBLISHER)
    return next(filter(None, map(web_address, named)), "")


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    import yaml  # type: ignore[import-untyped]
    from frontmatter.default_handlers import YAMLHandler

    handler, text = YAMLHandler(), text.lstrip("\n")
    if not handler.detect(text):
        return {}, text
    try:
        block, body = handler.split(text)
        # The base loader leaves every value a string: `title: No` is no boolean, a 31 February no crash.
        found = handler.load(block, Loader=yaml.BaseLoader)
    except ValueError:
        return {}, text
    except (yaml.YAMLError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f" (line {where.line + 2})" if where else ""
        raise Unreadable(f"its front matter is not valid YAML{line}; correct or remove it") from error
    return (_facts(found), body) if isinstance(found, Mapping) else ({}, text)


def _facts(found: Mapping[str, object]) -> dict[str, str]:
    values = {str(key).lower(): _scalar(value) for key, value in found.items()}
    named = {fact: next((values[key] for key in keys if values.get(key)), "") for fact, keys in _KEYS.items()}
    return {fact: value for fact, value in named.items() if value}


def _scalar(value: object) -> str:
    """Lists of names become one line; anything deeper is not a fact."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(item for item in value if isinstance(item, str))
    return value.strip() if isinstance(value, str) else ""


def _with_facts(draft: Draft, facts: Mapping[str, str]) -> Draft:
    date = facts.get("date", "")
    published = parse_date(date) if date else draft.published
    # `source:` is a newspaper's name in some files and its address in others.
    address = web_address(facts.get("url", "")) or web_address(facts.get("publisher", ""))
    publisher = "" if web_address(facts.get("publisher", "")) else facts.get("publisher", "")
    author, credited = credit(facts.get("author", draft.author))
    known = replace(
        draft,
        title=facts.get("title", draft.title),
        author=author,
        publisher=publisher or draft.publisher or credited,
        url=address or draft.url,
        published=published,
        language=facts.get("language", draft.language),
        summary=facts.get("summary", draft.summary),
        remarks=draft.remarks if published or not date else (f"date not understood: {date}",),
    )
    # What the front matter does not say is found where it was.
    return traced(known, FILE, **({} if "title" not in facts else {"title": FILE}))


def _prose(text: str) -> tuple[str, str]:
    """The heading that opens the text (empty if none does), and the other blocks as paragraphs."""
    from markdown_it import MarkdownIt

    blocks = list(_blocks(MarkdownIt("commonmark").enable("table").parse(text)))
    heading = blocks.pop(0)[1] if blocks and blocks[0][0] == "heading_open" else ""
    return heading, "\n\n".join(block for _, block in blocks)


def _blocks(tokens: Iterable[Token]) -> Iterator[tuple[str, str]]:
    """The words of each block, with what opens it; a row of a table is one: a figure beside what it counts."""
    row: list[str] = []
    opened = ""
    for token in tokens:
        if opened in ("th_open", "td_open"):
            row.append(_block(token))
        elif token.type == "tr_close" and any(row):
            yield "tr_open", " | ".join(row).strip()
        elif block := _block(token):
            yield opened, block
        row = [] if token.type == "tr_open" else row
        opened = token.type


def _block(token: Token) -> str:
    if token.type in ("fence", "code_block"):
        return re.sub(r"\n\s*\n", "\n", token.content.strip("\n"))
    if token.type == "html_block":
        return fold(unescape(_TAG.sub(" ", token.content)))
    return fold("".join(map(_inline, token.children or ()))) if token.type == "inline" else ""


def _inline(token: Token) -> str:
    """Links keep their words; images and tags leave."""
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline", "text_special") else ""
