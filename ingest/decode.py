"""Bytes to text: certain signs first (marks, strict UTF-8), statistics last; the rest is refused."""

from __future__ import annotations

import re
import unicodedata
from codecs import lookup
from collections.abc import Callable, Sequence
from functools import cache

from ingest.draft import Unreadable

_SAMPLE = 20_000
_BINARY = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a rich text document",
}
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# gb2312 and iso-8859-1 are what pages say when they mean their supersets.
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
}
_NO_CHARSETS = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"}
_WESTERN = frozenset(
    "àâäáãåæçèéêëíìîïñòóôöõøùúûüßÿœÀÂÄÁÃÅÆÇÈÉÊËÍÎÏÑÓÔÖÕØÙÚÛÜŒ“”‘’‚„–—…«»‹›€£§°·•¡¿™©®ªº½\u00a0"
)
_XML = re.compile(r"^\s*<\?xml[^>]*\?>")
_NEWLINES = re.compile("\r\n?|\u0085|\u2028|\u2029|\x0b|\x0c")
# Control characters, soft hyphens, zero-width and direction marks, byte order marks, half surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_LIGATURES = re.compile("[\ufb00-\ufb06]")  # PDF documents have them; nobody searches for them
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")


def decode(data: bytes, *declared: str) -> str:
    """The text of `data`, tidied; `declared` are the encodings its headers name, first the one that counts most.

    Raises Unreadable.
    """
    refuse_binary(data)
    guesses = (_marked, lambda raw: _declared(raw, declared), _utf16_with_nul, _utf8, _damaged_utf8, _utf16)
    for guess in (*guesses, _gb18030, _western, _statistics):
        text = guess(data)
        if text is not None and _is_text(text):
            return tidy(text)
    raise Unreadable(
        "it is binary data, or text in an encoding that is not recognised; save it as UTF-8 text"
    )


def refuse_binary(data: bytes) -> None:
    """Raises Unreadable when `data` begins as a known binary format does."""
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            raise Unreadable(f"it is {kind}, not text; save the article as text or HTML")
    if data[257:262] == b"ustar":
        raise Unreadable("it is a tar archive, not text; unpack it, or pack it as ZIP")


def without_declaration(text: str) -> str:
    """`text` without an XML declaration at its head: what is decoded has no encoding, and parsers would refuse it."""
    return _XML.sub("", text)


def tidy(text: str) -> str:
    """`text` composed (NFC), with `\\n` line ends and plain spaces, without what nobody can see."""
    text = _NEWLINES.sub("\n", text)
    text = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return unicodedata.normalize("NFC", _SPACES.sub(" ", _UNSEEN.sub("", text)))


def _marked(data: bytes) -> str | None:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return None


def _declared(data: bytes, names: Sequence[str]) -> str | None:
    found = (_strict(data, _SUPERSETS.get(name.lower(), name)) for name in names if _is_charset(name))
    return next((text for text in found if text is not None), None)


def _is_charset(name: str) -> bool:
    """False for Python's other codecs: those for host names take hours over a page that names them as its own."""
    try:
        return lookup(name).name not in _NO_CHARSETS
    except (LookupError, ValueError):
        return False


def _utf8(data: bytes) -> str | None:
    return _strict(data, "utf-8")


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken bytes: a statistical guess would turn every accent in it to rubbish."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return text if whole >= 10 * broken else None


def _utf16_with_nul(data: bytes) -> str | None:
    return _utf16(data) if b"\0" in data else None


def _utf16(data: bytes) -> str | None:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strict(data, encoding)
        if text and _share(text, _is_familiar) >= 0.9:
            return text
    return None


def _gb18030(data: bytes) -> str | None:
    """Chinese, if nearly all of it is everyday Chinese and its characters do not come in spaced-out words.

    Korean and Cyrillic bytes also decode to everyday characters, but in words.
    """
    text = _strict(data, "gb18030")
    foreign = [character for character in (text or "")[:_SAMPLE] if character > "\x7f"]
    if not text or not foreign or _share("".join(foreign), _is_chinese) < 0.8:
        return None
    spaced = len(re.findall(r"[\u4e00-\u9fff] (?=[\u4e00-\u9fff])", text[:_SAMPLE]))
    return text if spaced <= len(foreign) / 10 else None


def _western(data: bytes) -> str | None:
    text = _strict(data, "cp1252")
    if text is None:
        return None
    foreign = [character for character in text if character > "\x7f"]
    rare = len(foreign) <= max(2, sum(map(str.isalpha, text)) / 4)
    return text if rare and _WESTERN.issuperset(foreign) else None


def _statistics(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[: 10 * _SAMPLE]).best()
    return _strict(data, best.encoding) if best else None


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_text(text: str) -> bool:
    controls = len(_CONTROLS.findall(text, 0, _SAMPLE))
    return controls <= max(2, min(len(text), _SAMPLE) // 50)


def _share(text: str, test: Callable[[str], bool]) -> float:
    sample = text[:_SAMPLE]
    return sum(map(test, sample)) / len(sample)


def _is_familiar(character: str) -> bool:
    return character in "\n\r\t" or " " <= character <= "~" or character in _WESTERN or _is_chinese(character)


def _is_chinese(character: str) -> bool:
    """Everyday Chinese: the 3,755 characters of GB 2312's first level, full-width and typographic signs."""
    return (
        character in _everyday()
        or "\u3000" <= character <= "\u303f"
        or "\uff00" <= character <= "\uffef"
        or "\u2010" <= character <= "\u2027"
    )


@cache
def _everyday() -> frozenset[str]:
    pairs = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    return frozenset("".join(pair.decode("gb2312", "ignore") for pair in pairs))
