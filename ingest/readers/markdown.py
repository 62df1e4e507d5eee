"""Markdown, with YAML front matter or without: the words a reader sees, mark-up gone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import unescape
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.draft import Draft, Unreadable
from ingest.origin import web_address
from ingest.paragraphs import fold
from ingest.readers.clip import read_clip
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

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1>|\Z)|<[^<>]*>", re.DOTALL | re.IGNORECASE)


def read_markdown(text: str, name: str) -> Draft:
    """The article in a Markdown file; front matter wins over what the text says. Raises Unreadable."""
    facts, body = _front_matter(text)
    if any((label := label_of(line)) and label.kind is Kind.CONTENT for line in body.split("\n")):
        clip = read_clip(body, name)
        if clip:
            return _with_facts(replace(clip, text="\n\n".join(filter(None, _prose(clip.text)))), facts)
    heading, prose = _prose(body)
    if not heading and "title" not in facts:
        heading, lines = split_title(prose.split("\n"))
        prose = "\n".join(lines).strip()
    draft = Draft(title=heading or PurePath(name).stem, text=prose)
    return _with_facts(traced(draft, TEXT if heading else FILE_NAME), facts)


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
    known = replace(
        draft,
        title=facts.get("title", draft.title),
        author=facts.get("author", draft.author),
        publisher=publisher or draft.publisher,
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

    blocks: list[str] = []
    heading, in_heading = "", False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        in_heading = token.type == "heading_open" or (in_heading and token.type != "heading_close")
        block = _block(token)
        if block and in_heading and not blocks and not heading:
            heading = block
        elif block:
            blocks.append(block)
    return heading, "\n\n".join(blocks)


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
