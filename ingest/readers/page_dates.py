"""When a web page's article was published: all that the page says of it, weighed against each other.

The order of trust is that of `metadata`. A date without a time yields to one of the same day that has it, a time
without a zone to one that has it; dates that are far apart need a witness.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.dates import parse_date
from ingest.paragraphs import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_META = (
    "og:article:published_time og:published_time parsely-pub-date sailthru.date pubdate publishdate publish-date "
    "publish_date publication_date publication-date article.published date.published "
    "dc.date.issued dcterms.issued dcterms.created "
    "dc.date dcterms.date dc.date.created citation_publication_date citation_date cxenseparse:recs:publishtime "
    "apub:time weibo:article:create_at datepublished date pub_date creation_date created publishedtime ptime"
)
_MODIFIED = (
    *("article:modified_time", "og:updated_time"),
    *("dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "parsely-modified-date"),
)
_MARKED = (
    "//*[@itemprop='datePublished' or @itemprop='dateCreated']",
    "//*[contains(concat(' ', @property, ' '), 'datePublished') or @property='dc:date' or @property='dc:created']",
    "//time[@pubdate] | //time[contains(@class, 'publish') or contains(@class, 'entry-date')]",
    "(//article//header | //header[.//h1] | //article)//time",
    "//main//time | //time",
)
_SHOWN = (
    "//*[self::span or self::p or self::div or self::td or self::font or self::li or self::i or self::em or self::b"
    " or self::small or self::strong][string-length(normalize-space(.)) < 70]"
)
_NO_MARK = (
    "[not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::*[contains(@class, 'related')])]"
)
_MOST = 10
_MOST_SHOWN = 40
_UPDATED = re.compile(r"updat|modif|aktualis|mise? à jour|actualiz|aggiorn|更新|更新日|обновл|güncel", re.I)
_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:h時点]\s?\d{2}|\d\s?[ap]\.?m\b|T\d{4}", re.I)
_ZONE = re.compile(
    r"(?:\d|\s)(?:Z|UTC|GMT|[+-]\d\d:?\d\d)(?:\s*\(\w+\))?$|\b(?:[ECMP][DS]?T|BST|CES?T|EES?T|JST|KST|MSK)\b|北京时间|(?<=\d)[+-]\d\d$"
)
_NUMERIC = re.compile(
    r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?(?:\s*\d{1,2}[:時点]\d{2}(?::\d{2})?)?"
)
_BARS = re.compile(r"\s*(?:[|•·]|\s[-–—]\s)\s*")
_DIGITS = re.compile(r"\d{4}")
# Countries of one zone and no summer time: a bare time on their pages is told by their clocks.
_CLOCKS = {"cn": 8, "tw": 8, "hk": 8, "sg": 8, "jp": 9, "kr": 9, "in": 5.5}
_SAME = timedelta(hours=36)
_FAR = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class _Claim:
    origin: str
    moment: datetime
    detail: int  # 0: a day, 1: a time, 2: a time with its zone


def published(
    tree: HtmlElement, meta: Mapping[str, Sequence[str]], linked: Sequence[str], addresses: Sequence[str]
) -> tuple[tuple[datetime | None, str], tuple[str, ...]]:
    """The moment with its origin, and remarks. `linked` are JSON-LD's claims, `addresses` the page's own."""
    claims = list(_understood(_claims(tree, meta, linked, addresses)))
    if not any(claim.origin != "address" for claim in claims):
        claims = [*itertools.islice(_understood(_shown(tree)), 1), *claims]
    if not claims:
        return (None, ""), ()
    chosen, remarks = _settled(claims)
    same = [claim for claim in claims if abs(claim.moment - chosen.moment) <= _SAME]
    finest = max(same, key=lambda claim: claim.detail)
    return (_at_home(finest, addresses), finest.origin), remarks


def modified(meta: Mapping[str, Sequence[str]], linked: Sequence[str]) -> tuple[datetime | None, str]:
    """When the page says it was last changed, with its origin; `linked` are JSON-LD's claims."""
    told = [("JSON-LD", text) for text in linked]
    told += [("OpenGraph", text) for name in _MODIFIED[:2] for text in meta.get(name, [])[:1]]
    told += [("meta tag", text) for name in _MODIFIED[2:] for text in meta.get(name, [])[:1]]
    return next(((claim.moment, claim.origin) for claim in _understood(told)), (None, ""))


def _claims(
    tree: HtmlElement, meta: Mapping[str, Sequence[str]], linked: Sequence[str], addresses: Sequence[str]
) -> Iterator[tuple[str, str]]:
    yield from (("JSON-LD", text) for text in linked)
    yield from (("OpenGraph", text) for text in meta.get("article:published_time", [])[:1])
    for name in _META.split():
        yield from (("meta tag", text) for text in meta.get(name, [])[:1])
    for path in _MARKED:
        yield from (("page", text) for element in tree.xpath(path)[:_MOST] if (text := _told_by(element)))
    yield from (("address", day) for address in addresses if (day := _in_address(address)))


def _understood(told: Iterable[tuple[str, str]]) -> Iterator[_Claim]:
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    for origin, text in told:
        moment = parse_date(text) if text else None
        # 1970 is what a machine writes that knows no date
        if moment and moment.year != 1970 and moment < tomorrow:
            yield _Claim(origin, moment, (2 if _ZONE.search(text) else 1) if _TIME.search(text) else 0)


def _settled(claims: Sequence[_Claim]) -> tuple[_Claim, tuple[str, ...]]:
    """The first claim, unless another that the page's head makes is far from it."""
    first, told = (
        claims[0],
        [claim for claim in claims if claim.origin in ("JSON-LD", "OpenGraph", "meta tag")],
    )
    other = next((claim for claim in told if abs(claim.moment - first.moment) > _FAR), None)
    if other is None:
        return first, ()
    seen = [claim.moment for claim in claims if claim.origin in ("page", "address")]
    confirmed = [c for c in (first, other) if any(abs(c.moment - moment) <= _SAME for moment in seen)]
    chosen = confirmed[0] if len(confirmed) == 1 else min(first, other, key=lambda claim: claim.moment)
    days = " and ".join(f"{claim.moment:%Y-%m-%d} ({claim.origin})" for claim in (first, other))
    return chosen, (f"the page gives two dates: {days}",)


def _told_by(element: HtmlElement) -> str:
    if element.get("itemprop") == "dateModified" or _UPDATED.search(element.get("class") or ""):
        return ""
    value = element.get("content") or element.get("datetime") or element.get("title") or ""
    text = fold(element.text_content()[:200])
    return str(value) if value and _DIGITS.search(value) else "" if _UPDATED.search(text) else text


def _shown(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Short lines of the page that may be dates, or begin or end with one."""
    lines = (fold(element.text_content()) for element in tree.xpath(f"({_SHOWN}){_NO_MARK}"))
    dated = (line for line in lines if len(line) >= 8 and _DIGITS.search(line) and not _UPDATED.match(line))
    for line in itertools.islice(dated, _MOST_SHOWN):
        numeric = _NUMERIC.match(line)
        yield from (("page", one) for one in ([numeric[0]] if numeric else _BARS.split(line)))


def _in_address(address: str) -> str:
    found = _IN_ADDRESS.search(urlsplit(address).path) if address else None
    return "-".join(found.groups()) if found else ""


def _at_home(claim: _Claim, addresses: Sequence[str]) -> datetime:
    if claim.detail != 1:
        return claim.moment
    hosts = ((urlsplit(address).hostname or "") for address in addresses if address)
    hours = next((_CLOCKS[end] for host in hosts if (end := host.rsplit(".", 1)[-1]) in _CLOCKS), None)
    return claim.moment if hours is None else claim.moment.replace(tzinfo=timezone(timedelta(hours=hours)))
