"""One link per citation, opening at the quoted words if it can. Only http, https and file ever link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent
from urllib.parse import unquote, urlsplit, urlunsplit

from vectorstore.types import Source

_LONG = 120
_WORDS = 6
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LEGAL = "%/:?#[]@!$&'()*+,;=-._~"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Browsers match whole words only, and in Chinese only punctuation surely ends one.
_CLAUSE = re.compile("[^，。、；：！？]{2}.{4,}?(?=[，。、；：！？「」『』“”（）…,;:]|$)")


def link_of(source: Source, quote: str, also_in: Sequence[str] = ()) -> str:
    """Where a reader can check `quote`: a web page at those words, else the saved file, else empty."""
    links = [source.url, *also_in]
    for web in filter(None, map(web_link, links)):
        return _at_words(web, quote)
    return next(filter(None, map(file_link, links)), "")


def web_link(url: str) -> str:
    """`url` in plain ASCII when it is an ordinary web address (no user name in it), else empty."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if (
        parts.scheme not in ("http", "https")
        or not host
        or "@" in parts.netloc
        or _CONTROL.search(url.strip())
    ):
        return ""
    netloc = (f"[{host}]" if ":" in host else host) + port
    path, query, fragment = (percent(_whole(part), safe=_LEGAL) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def file_link(origin: str) -> str:
    """A `file://` address in plain ASCII for an absolute path of this machine, else empty."""
    path = origin.removeprefix("file://")
    if path == origin or not path.startswith("/"):
        return ""
    return "file://" + percent(unquote(path, errors="surrogateescape"), safe="/~", errors="surrogateescape")


def _whole(part: str) -> str:
    """A `%` that starts no escape is itself a character to escape."""
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", part)


def _at_words(url: str, quote: str) -> str:
    directive = _directive(quote)
    if not directive:
        return url
    page, _, fragment = url.partition("#")
    return f"{page}#{fragment.partition(':~:')[0]}:~:text={directive}"


def _directive(quote: str) -> str:
    lines = [bare for line in quote.splitlines() if (bare := _bare(line))]
    if not lines:
        return ""
    if len(lines) == 1 and len(lines[0]) <= _LONG:
        return _encoded(lines[0])
    first, last = _opening(lines[0]), _ending(lines[-1])
    if len(lines) == 1 and len(first) + len(last) >= len(lines[0]):
        return _encoded(lines[0])
    return f"{_encoded(first)},{_encoded(last)}"


def _bare(line: str) -> str:
    """Without the marks around it: pages differ in their quotation marks, hardly ever in their words."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(line.split()))


def _opening(line: str) -> str:
    if not _UNSPACED.search(line):
        return _bare(" ".join(line.split(" ")[:_WORDS]))
    clause = _CLAUSE.match(line)
    return clause[0] if clause else line


def _ending(line: str) -> str:
    if not _UNSPACED.search(line):
        return _bare(" ".join(line.split(" ")[-_WORDS:]))
    return _opening(line[::-1])[::-1]


def _encoded(text: str) -> str:
    return percent(text, safe="").replace("-", "%2D")
