"""Pages, feeds and lists of a little town's newspaper, for the sites that the tests put up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

NOW = datetime.now(UTC).replace(microsecond=0)
BODY = "The council of Aln voted on Monday to keep the harbour open for number {} until the spring, the mayor said."
WHOLE = "<p>" + "Nobody in Aln can remember a winter in which the ferries ran on time. " * 12 + "</p>"


def page(number: int, text: str = BODY, head: str = "") -> bytes:
    """A web page with one paragraph."""
    return (
        f"<html><head><title>Harbour story {number}</title>{head}</head>"
        f"<body><article><p>{text.format(number)}</p></article></body></html>"
    ).encode()


def item(
    number: int, *, link: str = "", title: str = "", extra: str = "", at: datetime = NOW - timedelta(hours=1)
) -> str:
    """An item of an RSS feed; its page is /s and the number."""
    return (
        f"<item><title>{title or f'Story {number}'}</title><link>{link or f'/s{number}'}</link>"
        f"<guid isPermaLink='false'>tag:{number}</guid><pubDate>{format_datetime(at)}</pubDate>{extra}</item>"
    )


def content(html: str) -> str:
    """An item's own full text."""
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"


def rss(*items: str, head: str = "") -> bytes:
    """An RSS feed."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Aln Post</title><language>en-gb</language>{head}{''.join(items)}</channel></rss>"
    ).encode()


def atom(number: int, updated: datetime, title: str = "Story") -> bytes:
    """An Atom feed of one entry."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Aln Post</title><entry>'
        f"<title>{title}</title><id>urn:{number}</id><link href='/s{number}'/>"
        f"<published>{(NOW - timedelta(hours=5)).isoformat()}</published><updated>{updated.isoformat()}</updated>"
        "</entry></feed>"
    ).encode()


def sitemap(*links: str, days: int | None = 1, extra: str = "") -> bytes:
    """A sitemap whose pages changed some days ago."""
    changed = "" if days is None else f"<lastmod>{(NOW - timedelta(days=days)).isoformat()}</lastmod>"
    urls = "".join(f"<url><loc>{link}</loc>{changed}{extra}</url>" for link in links)
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def index(*links: str) -> bytes:
    """A list of sitemaps."""
    maps = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'.encode()


def opml(*links: str) -> bytes:
    """An outline of feeds, one level down."""
    outlines = "".join(f'<outline type="rss" text="x" xmlUrl="{link}"/>' for link in links)
    return f'<opml version="2.0"><body><outline text="News">{outlines}</outline></body></opml>'.encode()


def bomb(open_: str, close: str) -> bytes:
    """XML whose one word stands for thousands of millions."""
    entities = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]>{open_}&k;{close}'.encode()
