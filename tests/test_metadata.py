"""What web pages say of their articles: the pages of the gate, and what each rule is for."""

from __future__ import annotations

import json

import pytest

from evals import metadata as gate
from evals.floors import passes
from ingest.draft import Draft
from ingest.load import read
from ingest.readers.names import people, without_site

TEXT = (
    "<p>The swing bridge over the Tarn closed at six on Tuesday morning, and the first ferry was full by seven.</p>"
    "<p>Engineers will lift the bearings this week, and the bridge opens again on Friday if the wind allows it.</p>"
)
URL = "https://post.example/2024/10/22/bridge-closes"


def page(head: str = "", body: str = "<h1>Bridge closes</h1>", text: str = TEXT, address: str = "") -> Draft:
    html = f"<!DOCTYPE html><html><head>{head}</head><body><article>{body}{text}</article></body></html>"
    return read(html.encode(), "saved.html", address=address)


def data(**node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node})}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_the_gate_holds() -> None:
    assert passes("metadata", gate.figures())


def test_every_value_names_its_origin() -> None:
    head = data(datePublished="2024-10-22T08:00:00Z", author={"name": "Ada Quill"}) + meta(
        "og:site_name", "Post"
    )
    draft = page(f'{head}<link rel="canonical" href="{URL}">')
    assert draft.found_in == {
        "title": "page",
        "author": "JSON-LD",
        "publisher": "OpenGraph",
        "published": "JSON-LD",
        "url": "page",
    }
    bare = page(address=URL)
    assert (bare.url, bare.publisher) == (URL, "post.example")
    assert (bare.found_in["url"], bare.found_in["publisher"]) == ("address", "address")


def test_without_any_metadata_the_file_gives_the_title() -> None:
    draft = page(body="")
    assert (draft.title, draft.found_in["title"]) == ("saved", "file name")


@pytest.mark.parametrize(
    ("head", "published"),
    [
        # the finest of those that mean the same day
        (
            data(datePublished="2024-10-22") + meta("article:published_time", "2024-10-22T08:00:00+02:00"),
            "T08:00:00+02:00",
        ),
        (
            data(datePublished="2024-10-22T08:00:00")
            + meta("article:published_time", "2024-10-22T08:00:00+02:00"),
            "T08:00:00+02:00",
        ),
        # 1970 and the far future are what machines write that know no date
        (
            data(datePublished="1970-01-01T00:00:00Z") + meta("article:published_time", "2024-10-22T08:00Z"),
            "T08:00:00+00:00",
        ),
        (
            data(datePublished="2924-10-22") + meta("article:published_time", "2024-10-22T08:00Z"),
            "T08:00:00+00:00",
        ),
    ],
)
def test_the_best_date_counts(head: str, published: str) -> None:
    draft = page(head)
    assert draft.published is not None
    assert draft.published.isoformat() == f"2024-10-22{published}"
    assert not draft.remarks


@pytest.mark.parametrize("canonical", [URL, "https://post.example/bridge-closes"])
def test_dates_far_apart_need_a_witness_or_the_earlier_counts(canonical: str) -> None:
    head = data(datePublished="2026-02-01T00:00:00Z") + meta("article:published_time", "2024-10-22T08:00:00Z")
    draft = page(f'{head}<link rel="canonical" href="{canonical}">')
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-22T08:00:00+00:00"
    assert draft.remarks == ("the page gives two dates: 2026-02-01 (JSON-LD) and 2024-10-22 (OpenGraph)",)


def test_a_bare_time_is_told_by_the_clocks_of_the_country() -> None:
    draft = page(meta("article:published_time", "2024-10-22 14:05"), address="https://news.example.cn/a")
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-22T14:05:00+08:00"


def test_an_article_named_elsewhere_is_not_this_one() -> None:
    other = data(url="https://post.example/other", headline="Mayor resigns", author="Tom Reed")
    draft = page(f'{other}<link rel="canonical" href="{URL}">')
    assert (draft.title, draft.author, draft.url) == ("Bridge closes", "", URL)


def test_a_headline_like_nothing_on_the_page_is_not_its_title() -> None:
    assert page(data(headline="Subscribe today")).title == "Bridge closes"
    assert page(data(headline="Why the bridge closes today")).title == "Why the bridge closes today"


def test_a_headline_cut_by_a_template_is_made_whole() -> None:
    title = "Bridge closes for a week while engineers lift its bearings"
    assert page(data(headline="Bridge closes for a week while…"), f"<h1>{title}</h1>").title == title


@pytest.mark.parametrize(
    ("script", "author"),
    [
        ('{"@type": "NewsArticle", "author": "Ada Quill",}', "Ada Quill"),
        ('{"@type": "NewsArticle", "image": , "author": "Ada Quill"};', "Ada Quill"),
        ('<!-- {"@type": "NewsArticle", "author": "Ada Quill"} -->', "Ada Quill"),
        ('{"@type": "WebSite"} {"@type": "NewsArticle", "author": "Ada Quill"}', "Ada Quill"),
        (
            "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;author&quot;: &quot;Ada Quill&quot;}",
            "Ada Quill",
        ),
        ('{"@type": "NewsArticle", "author": {"name": ["Ada Quill"]}}', "Ada Quill"),
        (
            '{"@type": ["Thing", "http://schema.org/BlogPosting"], "creator": [{"name": "Ada Quill"}]}',
            "Ada Quill",
        ),
        ('{"@type": "NewsArticle", "author": 7, "datePublished": {"a": []}, "headline": ["x"]}', ""),
        ("[" * 100_000, ""),
        ('{"@type": "NewsArticle", "author": {"name": {"name": {}}}}', ""),
        ("", ""),
    ],
)
def test_json_ld_as_it_is_really_written(script: str, author: str) -> None:
    assert page(f'<script type="application/ld+json">{script}</script>').author == author


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ada Quill and Tom Reed", "Ada Quill, Tom Reed"),
        ("By ADA QUILL | Updated Oct. 3, 2024", "Ada Quill"),
        ("By Staff | Updated Oct. 3, 2024", ""),
        ("https://post.example/by/ada", ""),
        ("Von Anna Müller und Jörg Kühn", "Anna Müller, Jörg Kühn"),
        ("Par Élise Monge (à Albi)", "Élise Monge"),
        ("E. B. White; Martin Luther King Jr.", "E. B. White, Martin Luther King Jr."),
        ("Ana Reis e João Sousa", "Ana Reis, João Sousa"),
        ("记者：林一、周明", "林一, 周明"),
        ("김하늘 기자", "김하늘"),
        ("Reuters", ""),
        ("The Post", ""),
        ("ada@post.example", ""),
        ("By\nAda Quill\nand\nTom Reed\nNovember 3", "Ada Quill, Tom Reed"),
    ],
)
def test_authors_are_people(byline: str, names: str) -> None:
    assert people([byline], "The Post") == names


def test_a_title_without_the_name_of_the_site() -> None:
    assert without_site("Bridge closes - The Post", "The Post") == "Bridge closes"
    assert without_site("Bridge closes | Post", "The Post") == "Bridge closes"
    assert without_site("桥关闭了_河港晚报", "河港晚报") == "桥关闭了"
    assert without_site("The Post", "The Post") == "The Post"
    assert without_site("Why The Post was sold", "The Post") == "Why The Post was sold"


@pytest.mark.parametrize(
    "address", ["http://[", "http://[::1", "https://", "javascript:x()", "//", "http://a b/"]
)
def test_an_address_that_is_none_is_left_out(address: str) -> None:
    claims = meta("og:url", address) + data(
        url=address, mainEntityOfPage={"@id": address}, headline="Bridge closes"
    )
    draft = page(f'{claims}<link rel="canonical" href="{address}">', address=address)
    assert draft.title == "Bridge closes"
    assert draft.url in ("", "http://a")


# -- paywalls


def test_a_page_for_subscribers_is_marked_and_a_teaser_is_incomplete() -> None:
    locked = data(isAccessibleForFree=False, hasPart={"isAccessibleForFree": False, "cssSelector": ".body"})
    teaser, whole = page(locked), page(locked, text=TEXT * 8)
    assert (teaser.incomplete, whole.incomplete) == (True, False)
    assert teaser.remarks == whole.remarks == ("its publisher marks it as for subscribers",)
    assert page(data(isAccessibleForFree="False", wordCount=9000), text=TEXT * 8).incomplete
    assert not page(data(isAccessibleForFree=True)).incomplete


def test_a_paywall_on_the_page_is_a_remark() -> None:
    assert page(text=f"{TEXT}<div class='paywall-overlay'></div>").remarks


# -- the whole text


def test_raw_is_what_a_reader_sees_a_line_for_each_block() -> None:
    body = "<h1>Bridge <em>closes</em></h1><script>x()</script><div>By Ada<br>Quill<p>Para</p>tail</div>"
    text = f"{TEXT}<style>p{{}}</style><p>Subscribe to continue reading.</p>"
    lines = page(body=body, text=text).raw.split("\n")
    assert lines[:5] == ["Bridge closes", "By Ada", "Quill", "Para", "tail"]
    assert lines[-1] == "Subscribe to continue reading."
    assert len(lines) == 8


def test_a_deeply_nested_page_is_read() -> None:
    assert "Engineers" in page(text="<div>" * 200 + TEXT).raw


def test_a_body_cut_into_pieces_is_whole() -> None:
    advert = "<div class='ad'><p>Buy a boat today at the harbour sale, which ends soon!</p></div>"
    piece = f"<div class='article-body'>{{}}</div>{advert}"
    sentences = [
        f"The {word} ferry of the day left the quay with four hundred people on board, said the master."
        for word in ("first", "second", "third", "fourth")
    ]
    text = "".join(piece.format(f"<p>{sentence}</p><p>{sentence} It was late.</p>") for sentence in sentences)
    found = page(text=text).text
    assert all(sentence in found for sentence in sentences)
    assert "Buy a boat" not in found
