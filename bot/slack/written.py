"""What a person wrote, out of Slack's notation: `<@U1>`, `<https://…|label>`, `&amp;`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(r"<([^<>]*)>")
_SHORTCODE = re.compile(r":[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:")
_SLACK = re.compile(r"https?://(?:[\w-]+\.)*slack(?:-gov)?\.com(?![\w.-])", re.IGNORECASE)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def words(text: str, me: str = "", without: Iterable[str] = ()) -> str:
    """The words of a message: mentions of `me` and the addresses of `without` left out, labels in place of links."""
    dropped = set(without)

    def plain(found: re.Match[str]) -> str:
        target, _, label = found[1].partition("|")
        if target.startswith("@"):
            return "" if target[1:] == me else (f"@{label}" if label else "")
        if target.startswith(("#", "!")):
            return label if target.startswith("!") else f"#{label}" if label else ""
        return "" if _plain(target) in dropped else label or target

    return " ".join(_plain(_SHORTCODE.sub(" ", _TOKEN.sub(plain, text))).split())


def addresses(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The web addresses of a message, each once, in order; those of shared messages and previews included."""
    found = [*_in_text(str(message.get("text", ""))), *_in_blocks(message.get("blocks") or ())]
    for attachment in message.get("attachments") or ():
        found += [str(attachment.get(name) or "") for name in ("original_url", "from_url", "title_link")]
        found += _in_text(str(attachment.get("text", "")))
    return tuple(dict.fromkeys(url for url in found if re.match("https?://[^/]", url)))


def leads_into_slack(url: str) -> bool:
    """Whether only somebody signed in to Slack sees what is there; everybody else gets a login page."""
    return bool(_SLACK.match(url))


def _in_text(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        target, _, label = token.partition("|")
        if not _is_a_name(_plain(target), label):
            yield _plain(target)


def _is_a_name(url: str, label: str) -> bool:
    """Whether somebody wrote just "news.example", of which Slack makes a link."""
    return bool(label) and url.partition("://")[2].rstrip("/") == label


def _in_blocks(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        url = str(value.get("url", ""))
        if value.get("type") == "link" and not _is_a_name(url, str(value.get("text", ""))):
            yield url
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _in_blocks(item)


def _plain(text: str) -> str:
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text
