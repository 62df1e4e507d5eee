"""Valid files broken on purpose, and a guard that sees what a reader opens while it reads one."""

from __future__ import annotations

import os
import random
import re
import socket
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from tests.made_files import zipped

_TOKENS = [
    *(
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x1a",
        b"\r",
        b"\n\n",
        b"\\u0000",
        b"\xed\xa0\x80",
        b"%00",
        b"&#0;",
    ),
    *(b"<!--", b"]]>", b"<![CDATA[", b"</html>", b"<p>", b"<table><tr><td>", b"&lt;", b"<script>", b"<svg>"),
    *(
        b"---\n",
        b"```\n",
        b"Title:\n",
        "内容\n".encode(),
        "总结：\n".encode(),
        b"Summary:\n",
        b"Date: 99/99/9999\n",
    ),
    *(b"{", b'"', b"[" * 5_000, b"1e999999", b"-" * 3_000, b"(" * 3_000, b"<div>" * 3_000, b"a" * 30_000),
    *(
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"--x\n",
        b"=?utf-8?b?////?=",
        b"=?x?q?=ff?=",
        b"charset=idna",
    ),
    *(b"Content-Transfer-Encoding: base64\n", b"From: (((((\n", b"Date: Mon, 99 Foo 0000 99:99:99 +9999\n"),
    *(
        b"endobj",
        b"stream\n",
        b"/Length 999999999",
        b"<</Parent 1 0 R/Kids[1 0 R]>>",
        b"xref",
        b"/Filter/FlateDecode",
    ),
    *(b"PK\x01\x02", b"PK\x05\x06", b"\x1f\x8b\x08", b"%PDF-1.7", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"),
]


def lures(place: str) -> list[bytes]:
    """Mark-up that asks a careless parser to open `place`."""
    return [
        line.format(place).encode()
        for line in (
            '<!DOCTYPE a [<!ENTITY e SYSTEM "{0}">]>&e;',
            '<!DOCTYPE a SYSTEM "{0}">',
            '<!DOCTYPE a [<!ENTITY % p SYSTEM "{0}">%p;]>',
            '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{0}" parse="text"/>',
            '<?xml-stylesheet href="{0}"?>',
            '<base href="{0}"><link rel="canonical" href="{0}"><iframe src="{0}"></iframe><img src="{0}">',
            '<object data="{0}"></object><meta http-equiv="refresh" content="0;url={0}">',
            "Content-Location: {0}\nContent-Type: message/external-body; access-type=local-file; name={0}\n",
            '<Relationship Id="r1" Type="x/image" Target="{0}" TargetMode="External"/>',
            "/F ({0}) /FFilter /FlateDecode",
            "![map]({0})",
        )
    ]


def mutated(data: bytes, chance: random.Random, tokens: list[bytes], deep: bool = True) -> bytes:
    """`data` with one to six things wrong with it; now and then inside a member, when it is an archive."""
    if deep and data.startswith(b"PK") and chance.random() < 0.7:
        return _member_mutated(data, chance, tokens)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        data = chance.choice(_WAYS)(data, chance, [*_TOKENS, *tokens])
    return data[:2_000_000]


def _member_mutated(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(members))
    kept = members.pop(name)
    assert isinstance(kept, bytes)
    if chance.random() < 0.5:
        members[name] = chance.choice((_other_words, _other_elements))(kept, chance, tokens)
    elif chance.random() < 0.9:
        members[name] = mutated(kept, chance, tokens, deep=False)
    return zipped(members)


Way = Callable[[bytes, random.Random, list[bytes]], bytes]


def _cut(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _without_a_piece(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(200) :]


def _flipped(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(min(len(data), chance.choice((1, 4, 40)))):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def _with_a_token(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    at = chance.randrange(len(data) + 1)
    if chance.random() < 0.5:  # where things begin, the same words weigh more
        at = data.find(b"\n", at) + 1
    return data[:at] + chance.choice(tokens) + data[at:]


def _repeated(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 10, 100, 1000))]
    return data[:start] + piece * chance.choice((2, 10, 300)) + data[start:]


def _swapped(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    a, b, c = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _other_words(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    """Another value in an attribute, a string or an element: the mark-up stays well-formed."""
    found = list(re.finditer(rb'(?<=>)[^<>]*(?=<)|(?<=")[^"<>]*(?=")', data[:200_000]))
    place = chance.choice(found).span() if found else (0, 0)
    return data[: place[0]] + chance.choice(_WORDS) + data[place[1] :]


def _other_elements(data: bytes, chance: random.Random, tokens: list[bytes]) -> bytes:
    """An innermost element gone, twice, very often, or in another one's place."""
    found = list(re.finditer(rb"<([\w:]+)(?:\s[^<>]*)?>[^<>]*</\1>", data[:200_000]))
    if not found:
        return data
    one, other = chance.choice(found), chance.choice(found)
    put = one[0] * chance.choice((0, 2, 1_000)) if chance.random() < 0.7 else other[0]
    return data[: one.start()] + put + data[one.end() :]


_WORDS = [
    *(
        b"",
        b"0",
        b"-1",
        b"9" * 400,
        b"1e400",
        b"NaN",
        b"a" * 20_000,
        b"\xe2\x80\xae",
        b"&#x202e;",
        b"&amp;" * 2_000,
    ),
    *(
        b"0000-00-00T99:99:99Z",
        b"9999-12-31T23:59:59+14:00",
        b"../../etc",
        b"/word/document.xml",
        b"..",
        b"\n" * 500,
    ),
]
_WAYS: list[Way] = [
    *(_cut, _without_a_piece, _flipped, _with_a_token, _with_a_token, _repeated, _swapped),
    *(_other_words, _other_words, _other_elements),
]


class Guard:
    """Notes every file opened that is neither `allowed` nor Python's own, and every connection and child process.

    What libraries in C open is not heard here: `fifo` is a lure that blocks whoever opens it, and `listener` one that
    counts who comes. An audit hook stays for the life of the process, so a guard belongs into one of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.allowed = ""
        self.seen: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.fifo = folder / "canary"
        os.mkfifo(self.fifo)
        paths = {sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), str(Path(__file__).parents[1])}
        self._own = (*(f"{Path(path).resolve()}/" for path in paths), "/usr/share/zoneinfo/")
        sys.dont_write_bytecode = True
        sys.addaudithook(self._hear)

    def lures(self) -> list[bytes]:
        """Mark-up that names the canary and the listener."""
        port = self.listener.getsockname()[1]
        return [*lures(self.fifo.as_uri()), *lures(str(self.fifo)), *lures(f"http://127.0.0.1:{port}/a.dtd")]

    def visitors(self) -> int:
        """How many came to the listener."""
        self.listener.setblocking(False)
        for count in range(1_000):
            try:
                self.listener.accept()
            except BlockingIOError:
                return count
        return 1_000

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode = arguments[0], str(arguments[1] or "r")
            if isinstance(path, bytes | str) and not self._may(os.fsdecode(path), mode):
                self.seen.append(f"opened ({mode}) {path!r}")
        elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"):
            self.seen.append(event)

    def _may(self, path: str, mode: str) -> bool:
        return path == self.allowed or (
            mode.startswith("r") and str(Path(path).resolve()).startswith(self._own)
        )
