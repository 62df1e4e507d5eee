"""Strings and answers that try to break out of a Slack message, and what must hold for whatever Slack parses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.types import EXTRACTS, Answer, Citation, Nearest, Sentence, Status
from vectorstore.types import Source

SECRET = "/home/ana/clips/secret-article.txt"
DAY = datetime(2024, 10, 23, tzinfo=UTC)
_OUR_LINK = re.compile(r"<(https?://[^<>|\s]+)\|([^<>|\n]+)>")
_ACTIVE = re.compile(
    r"[<>]|&(?!amp;|lt;|gt;)|://|www\.\w|\w\.[A-Za-z]{2}|@\w|[*~`]|(?<!\w)_|_(?!\w)|:[\w+'-]+:"
)
_SNIPPETS = (
    "<!channel>",
    "<!here|here>",
    "<@U123ABC>",
    "<#C123|general>",
    "@everyone",
    "&lt;!channel&gt;",
    "<https://evil.example|bank.example>",
    "https://evil.example/x?y=<z>&a=b",
    "www.evil.example",
    "evil.com",
    "ana@evil.example",
    "[click](https://evil.example)",
    "![x](//evil.example/p.png)",
    "[a]: https://evil.example",
    "*bold* _italic_ ~gone~ `code` **b** __i__",
    "```\nblock\n```",
    "> quote",
    "# head",
    "1. one",
    "- item",
    "---",
    "| a | b |\n|---|---|",
    ":skull:",
    "a | b",
    "\u202egnp.exe\u202c",
    "\x1b[31mred\x1b[0m",
    "שלום العالم",
    "渡轮周五恢复通航。",
    "Mr. Harlow said, “No. 5 at 5 p.m.”",
    "\n\n",
    "\\",
)
hostile = st.lists(st.sampled_from(_SNIPPETS) | st.text(max_size=8), max_size=8).map(" ".join) | st.text(
    max_size=40
)
_lengths = st.sampled_from((1, 1, 1, 1, 60, 1_500))
texts = st.tuples(hostile, _lengths).map(lambda drawn: (drawn[0] * drawn[1])[:10_000])
_urls = st.sampled_from(
    (
        "",
        "https://courier.example/a",
        "https://courier.example/a?b=c&d=e|f#g",
        "https://courier.example/" + "x" * 2_950,
        "https://courier.example/?" + "&" * 1_500,
        "https://courier.example/" + "x" * 5_000,
        f"file://{SECRET}",
        "javascript:alert(1)",
        "https://user:pass@evil.example/",
        "https://evil.example/<!channel>",
    )
)
_sources = st.builds(
    Source, texts, hostile, url=_urls, published=st.none() | st.just(DAY), incomplete=st.booleans()
)
_days = st.none() | st.just(DAY)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """An Answer of any status, up to 40 sentences and 30 citations, every text of it hostile."""
    citations = tuple(
        Citation(
            number,
            "a" * 12,
            draw(_sources),
            draw(texts),
            0,
            1,
            also_in=tuple(draw(st.lists(_urls, max_size=5))),
            corrected=draw(_days),
        )
        for number in range(1, draw(st.integers(0, 30)) + 1)
    )
    numbers = st.lists(st.integers(1, 31), max_size=4).map(tuple) | st.just(
        tuple(range(1, len(citations) + 1))
    )
    sentences = st.lists(st.builds(Sentence, texts, numbers), max_size=draw(st.sampled_from((3, 40))))
    question = draw(hostile)
    return Answer(
        question,
        draw(st.just(question) | texts),
        draw(st.sampled_from(Status)),
        tuple(draw(sentences)),
        citations,
        tuple(draw(st.lists(st.builds(Nearest, st.just("b" * 12), _sources), max_size=5))),
        tuple(draw(st.lists(texts, max_size=4))),
        draw(st.sampled_from((EXTRACTS, "openai:gpt-<!here>"))),
        draw(_days),
        draw(_days),
        draw(st.booleans()),
    )


def active_in(mrkdwn: str) -> list[str]:
    """What Slack would act on in a `mrkdwn` string, our own links to the web aside."""
    bare = "\n".join(_OUR_LINK.sub(lambda link: f" {link[2]} ", line) for line in mrkdwn.split("\n"))
    return _ACTIVE.findall(bare)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        yield value
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    ):
        yield from objects(item)


def check_blocks(blocks: Any) -> None:
    """What Slack demands of blocks, and what we do: nothing parsed, nothing empty, no local address."""
    for found in objects(blocks):
        assert found.get("type") not in ("mrkdwn", "markdown", "broadcast", "usergroup", "channel")
        if isinstance(text := found.get("text"), str):
            assert 0 < len(text) <= 3_000
        if "elements" in found:
            assert found["elements"]
        if "url" in found:
            assert found["url"].startswith(("http://", "https://"))
            assert len(found["url"]) <= 3_000
    assert SECRET not in json.dumps(blocks)


def rich_text(blocks: Any) -> str:
    """All the words of the blocks."""
    return "".join(found["text"] for found in objects(blocks) if found.get("type") in ("text", "link"))
