"""Names of people and newspapers as web pages give them, to names a reader would write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from ingest.decode import tidy
from ingest.paragraphs import fold

_TAGS = re.compile(r"<[^<>]{0,200}>")
_BY = re.compile(
    r"^(?:by|von|par|por|di|da|door|przez|yazan|oleh|автор|text|written by|words by|reported by|reporting by|"
    r"story by|(?:本报|本报讯|新华社|特约)?记者|作者|文|取材|記者|기자)(?:\s*[:：丨|/]\s*|\s+)|^(?:记者|記者)",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:[|•·—]|[/／](?=.*(?:报道|報導|電|电)$)|\s[-–]\s|,?\s+(?:updated|published|posted|in|aus|à|en)\s|\d|\().*$|\s*(?:記者|기자|撰写|报道)$",
    re.I,
)
_JOINTS = re.compile(
    r"\s*(?:[;、，/&+|]|(?<!\w)(?-i:and|und|et|en|ve|y|e|i|и|és)(?!\w)|,(?!\s*(?:Jr|Sr|II|III|IV|M\.?D|Ph\.?D)\b))\s*",
    re.I,
)
_NOBODY = re.compile(
    r"(?:the )?(?:\w+ )?(?:staff|admin|administrator|editor|editors|editorial board|editorial team|newsroom|news desk|"
    r"staff writers?|staff reporters?|staff and agencies|agencies|associated press staff|webmaster|guest|guest author|"
    r"contributor|unknown|anonymous|author|redaktion|rédaction|la rédaction|redacción|la redacción|redazione|redação|"
    r"redactie|redakcja|редакция|haber merkezi|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|编辑部|本报讯|综合|編集部|記者|편집부|none|null|undefined)",
    re.I,
)
_OFFICE = re.compile(
    r"\b(?:writers?|reporters?|editors?|correspondents?|press|staff|services?|newsroom|agenc(?:y|ies)|media|bureau|"
    r"news|redaktion|rédaction|redacción|redazione|redactie|редакция)$|^(?:责任编辑|編輯|编辑|责编|校对)|^(?:reuters|afp|ap|upi|dpa|ansa|efe|bloomberg|"
    r"tass|тасс|xinhua|新华社|新華社|新华网|中新社|共同通信|時事通信|연합뉴스|belga|anp|apa|pap|lusa|ritzau)$|"
    r"[㐀-鿿](?:日报|晚报|早报|晨报|时报|商报|快报|都市报|周刊|新闻网|新闻社|通讯社|电视台|广播电台|日報|晚報|早報|晨報|時報|"
    r"商報|新聞網|新聞社|通訊社|電視台|新聞)$",
    re.I,
)
_CONNECTED = re.compile(r"\s*\n?\s*(?<!\w)(and|und|et|y|e|&|,|、|en|ve|i|и)(?!\w)\s*\n?\s*(?=\S)")
_ADDRESS = re.compile(r"https?:|www\.|[@/]|^[\w-]+\.(?:com|org|net|co|de|fr|cn|jp)\b", re.I)
_HOST = re.compile(r"^(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/?$", re.I)
_BAR = r"\s*(?:\s[-_]|[|–—·»:：丨｜_]|(?<=\w)-(?=\w))\s*"
_TLD = r"(?:\.(?:com|org|net|fr|de|cn|jp))?"
_LONGEST_NAME = 60


def plain(value: object) -> str:
    """A value of metadata as one line of text, entities and tags resolved; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    return fold(tidy(_TAGS.sub("", unescape(unescape(value)))))[:1000]


def people(values: Iterable[str], publisher: str = "") -> str:
    """The people among `values` (each may hold several), joined by ", ": no newsroom, no address, no "By"."""
    names = [name for value in values for name in _split(value)]
    kept = [name for name in names if _is_person(name) and name.casefold() != publisher.casefold()]
    return ", ".join(dict.fromkeys(kept))


def is_host(name: str) -> bool:
    """True for "www.example.com" where a newspaper's name should stand."""
    return bool(_HOST.match(name))


def without_site(title: str, site: str) -> str:
    """`title` without the newspaper's name before or behind it, set off by a bar, dash or the like."""
    for name in filter(None, {site, site.removeprefix("The ")}):
        word = re.escape(name)
        rest = re.sub(
            rf"{_BAR}(?:the )?{word}{_TLD}\s*$|^\s*(?:the )?{word}{_TLD}{_BAR}", "", title, flags=re.I
        )
        if rest and rest != title:
            return rest.strip()
    return title


def _split(value: str) -> list[str]:
    """The names in a byline of one or several lines; what its first line does not go on to is no name."""
    if "://" in value:
        return []
    text = _CONNECTED.sub(r" \1 ", "\n".join(filter(None, map(plain, value.split("\n")))))
    name = _AFTER.sub("", _BY.sub("", text.strip(" ,;:")).lstrip("\n :|").split("\n")[0])
    return [_cased(part) for part in _JOINTS.split(name) if part]


def _cased(name: str) -> str:
    name = name if name.endswith(("Jr.", "Sr.")) else name.strip(" ,.;:")
    return name.title() if name.isupper() and " " in name and name.isascii() else name


def _is_person(name: str) -> bool:
    if not name or len(name) > _LONGEST_NAME or _ADDRESS.search(name):
        return False
    if _NOBODY.fullmatch(name) or _OFFICE.search(name):
        return False
    return len(name.split()) <= 7 and any(map(str.isalpha, name))
