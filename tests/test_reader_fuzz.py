"""Readers meet anything: an article or Unreadable comes out, and nothing else is opened. `evals/fuzz.py` does more."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.draft import Unreadable
from ingest.load import Loaded, load, read
from ingest.readers.labels import label_of
from ingest.readers.mime import is_message
from ingest.sources import Found
from tests.made_files import docx, every_format, paragraph
from tests.mutations import lures, mutated

SAMPLES = every_format()
NAMES = sorted(SAMPLES)
LURES = lures("file:///nowhere/canary")
ONCE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_WORDS = (
    "Title: ",
    "Content:",
    "内容：",
    "Summary:",
    "---\n",
    "# ",
    "\n\n",
    "From: a\n",
    "MIME-Version: 1.0\n",
    "{",
    '"',
)


def article_or_reason(data: bytes, name: str) -> None:
    with suppress(Unreadable):
        draft = read(data, name)
        assert all(getattr(draft, fact) for fact in draft.found_in)


@ONCE
@given(
    st.binary(max_size=300),
    st.sampled_from(["", *(data[:9] for data in SAMPLES.values())]),
    st.sampled_from(NAMES),
)
def test_any_bytes(data: bytes, start: bytes | str, name: str) -> None:
    article_or_reason((start or b"") + data if isinstance(start, bytes) else data, name)


@ONCE
@given(
    st.lists(st.text(max_size=60) | st.sampled_from(_WORDS), max_size=12).map("".join), st.sampled_from(NAMES)
)
def test_any_text(text: str, name: str) -> None:
    article_or_reason(text.encode("utf-8", "surrogatepass"), name)


@settings(ONCE, max_examples=150)
@given(st.integers(0, 1_000_000), st.sampled_from(NAMES))
def test_any_broken_file(tmp_path: Path, seed: int, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(mutated(SAMPLES[name], random.Random(seed), LURES))
    for piece in load(Found(str(path), named=True, size=path.stat().st_size)):
        assert piece.draft if isinstance(piece, Loaded) else piece.reason


@ONCE
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=8
    )
)
def test_any_value_in_a_line(value: object) -> None:
    fields = ("title", "text", "published", "id", "url", "audience", "incomplete")
    article_or_reason(json.dumps(dict.fromkeys(fields, value)).encode(), "a.json")


@pytest.mark.timeout(60)  # else it hangs
def test_long_lines_cost_no_more_than_their_length() -> None:
    spaces = " " * 1_000_000
    for start in ("", "#", "# ", "*", ">", "- ", "内容", "Title:", "by"):
        label_of(f"{start}{spaces}x")
        read(f"{start}{spaces}x".encode(), "a.txt")
    assert not is_message(b"A: b\n " * 200_000)


_NESTED = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
_LAUGHS = "".join(f'<!ENTITY {a} "{f"&{b};" * 10}">' for a, b in pairwise("zyxwvutsrqponmlkjihgfedcba"))


@pytest.mark.timeout(60)  # else it hangs
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.eml", _NESTED.encode()),
        ("a.eml", b"Content-Type: message/rfc822\n\n" * 3_000),
        ("a.eml", b"From: " + b"(" * 1_000_000 + b"\n\nText."),
        ("a.eml", b"Content-Type: text/html\n\n" + b'<b style="display:none">x</b>y' * 60_000),
        ("a.docx", docx(paragraph("&z;"), before=f"<!DOCTYPE d [<!ENTITY a 'ha'>{_LAUGHS}]>")),
        ("a.docx", docx("<w:sdt>" * 50_000)),
        ("a.json", b'{"text": ' + b"[" * 100_000),
        ("a.html", b"<!---->" * 100_000 + b"x"),
        ("a.html", b"<p " * 100_000),
        ("a.txt", b'{"a"}' + b"\n" * 60_000 + b"x"),
        ("a.md", b"<div>\n" + b"<!--<script" * 50_000),
    ],
)
def test_what_is_made_to_cost_much(name: str, data: bytes) -> None:
    article_or_reason(data, name)


def test_a_hundred_broken_files_under_guard() -> None:
    """In processes of their own: a hook on what is opened stays for life."""
    for name in ("a.docx", "a.mhtml", "a.eml"):
        command = [sys.executable, "-m", "evals.fuzz", name, "35", "7"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        seen = json.loads(done.stdout.splitlines()[-1])
        assert (seen["files"], seen["faults"]) == (35, [])


def test_the_guard_sees_what_it_must(tmp_path: Path) -> None:
    script = f"""
import os, socket, threading
from pathlib import Path
from tests.mutations import Guard
guard = Guard(Path({str(tmp_path)!r}))
import encodings.cp037
open({str(tmp_path / "other")!r}, "wb").close()
socket.create_connection(guard.listener.getsockname()).close()
print(guard.seen, guard.visitors())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"[\"opened (w) '{tmp_path}/other'\", 'socket.getaddrinfo', 'socket.connect'] 1\n"
