"""What an article is known by. Two spellings of one address must be one article."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'）】」]+", re.I)


def web_address(text: str) -> str:
    """The first http(s) address in `text` (mark-up around it ignored), or an empty string."""
    found = _ADDRESS.search(text)
    return _balanced(found[0].rstrip(".,;，。；")) if found else ""


def host_of(url: str) -> str:
    """The host (and port) in `url`, in lower case and without www.; empty if there is none."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


def canonical(url: str) -> str:
    """`url` without tracking parameters and fragment, host in lower case."""
    from courlan import normalize_url

    try:
        clean = normalize_url(url)
    except ValueError:
        return url
    # A fragment that starts with ! addresses a page, the others a place in one.
    return clean if "#!" in clean else clean.partition("#")[0]


def of_file(path: str) -> str:
    """`file://` and the absolute path, percent-encoded."""
    return Path(os.path.abspath(path)).as_uri()


def of_text(text: str) -> str:
    """`text:` and a hash of the content."""
    return "text:" + hashlib.sha256(text.encode()).hexdigest()


def _balanced(address: str) -> str:
    """`[words](address)` in Markdown leaves a bracket that is not the address's."""
    bare = address.rstrip(")")
    extra = max(0, address.count(")") - address.count("("))
    return address[: len(address) - min(len(address) - len(bare), extra)]
