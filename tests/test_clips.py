"""Clipped text: labels where they count, words that look like labels where they do not, leftovers out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.boilerplate import shipped
from ingest.draft import Draft
from ingest.load import read
from ingest.readers.labels import Kind, byline, label_of

BODY = "The old bridge at Larkhaven will close on Monday.\n\nThe harbour office said repairs last a week."
SUMMARY = "A bridge closes for a week."


def clip(text: str, name: str = "stem.txt") -> Draft:
    return read(text.encode(), name)


@pytest.mark.parametrize(
    "text",
    [
        f"Bridge to close\n\n内容\n\n{BODY}\n\n总结\n{SUMMARY}\n",
        f"Bridge to close\n内容：\n{BODY}\n总结：{SUMMARY}",
        f"Bridge to close\n内容: {BODY}\n摘要: {SUMMARY}",
        f"Bridge to close\r\n\r\nContent\r\n{BODY}\r\n\r\nSUMMARY:\r\n{SUMMARY}",
        f"标题：Bridge to close\n正文：\n{BODY}\n\n总结\n{SUMMARY}",
        f"标题\nBridge to close\n正文\n{BODY}\n\n总结\n{SUMMARY}",
        f"Title: Bridge to close\nArticle:\n{BODY}\n\nTL;DR: {SUMMARY}",
        f"# Bridge to close\n\n## 内容\n\n{BODY}\n\n**总结：**\n\n{SUMMARY}",
        f"Bridge to close\n\n**Body**\n\n{BODY}\n\n---\n\n**Summary:** {SUMMARY}",
        f"Bridge to close\n\n【内容】\n{BODY}\n\n【总结】\n{SUMMARY}",
        f"Bridge to close\n\n摘要：{SUMMARY}\n\n正文：\n{BODY}",
        f"\ufeffBridge to close\n\n\u3000内容\u00a0\n\n{BODY}\n\n总结\u00a0：\n{SUMMARY}",
        f"Bridge to close\n\n{BODY}\n\n总结\n\n{SUMMARY}",
    ],
)
def test_title_body_and_summary_come_apart(text: str) -> None:
    draft = clip(text)
    assert (draft.title, draft.text, draft.summary) == ("Bridge to close", BODY, SUMMARY)


@pytest.mark.parametrize(
    "header",
    [
        "标题：封桥\n来源：新桥报\n作者：林一\n发布时间：2024年10月23日 14:05\n原文链接：https://example.org/a\n内容：",
        "封桥\n来源: 新桥报\n作者: 林一\n日期: 2024-10-23 14:05\n链接: <https://example.org/a>\n正文",
        "封桥\nSource: 新桥报\nBy: 林一\nPublished: 2024-10-23T14:05Z\nURL: https://example.org/a\nContent",
        "封桥\n来源\n新桥报\n作者\n林一\n日期\n2024-10-23 14:05\n链接\nhttps://example.org/a\n\n内容",
        "封桥\n- **Publisher:** 新桥报\n- **Author:** 林一\n- **Date:** Oct 23, 2024 2:05 PM\n"
        "- **Link:** [here](https://example.org/a)\n\n内容",
    ],
)
def test_facts_above_the_content(header: str) -> None:
    draft = clip(f"{header}\n大桥周一关闭。\n\n总结\n关桥。")
    assert draft.title == "封桥"
    assert (draft.publisher, draft.author, draft.url) == ("新桥报", "林一", "https://example.org/a")
    assert draft.published == datetime(2024, 10, 23, 14, 5, tzinfo=UTC)
    assert (draft.text, draft.summary) == ("大桥周一关闭。", "关桥。")


def test_facts_below_the_summary() -> None:
    draft = clip(
        f"Bridge to close\n\n内容\n{BODY}\n\n总结\n{SUMMARY}\n\n来源：新桥报\n链接：https://example.org/a"
    )
    assert (draft.summary, draft.publisher, draft.url) == (SUMMARY, "新桥报", "https://example.org/a")


def test_headers_without_a_content_label() -> None:
    draft = clip(f"Title: Bridge to close\nDate: October 23, 2024\nSource: Larkhaven Post\n\n{BODY}")
    assert (draft.title, draft.publisher, draft.text) == ("Bridge to close", "Larkhaven Post", BODY)
    assert draft.published == datetime(2024, 10, 23, tzinfo=UTC)


def test_byline_and_date_below_a_headline() -> None:
    draft = clip(f"Bridge to close\nBy Ada Quill and Tom Reed\nOct. 23, 2024, 2:05 p.m. ET\n\n{BODY}")
    assert (draft.title, draft.author, draft.text) == ("Bridge to close", "Ada Quill and Tom Reed", BODY)
    assert draft.published is not None
    assert draft.published.isoformat() == "2024-10-23T14:05:00-04:00"


def test_a_date_nobody_understands_is_a_remark() -> None:
    draft = clip(f"Bridge to close\n日期：上个星期\n内容\n{BODY}")
    assert draft.published is None
    assert draft.remarks == ("date not understood: 上个星期",)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Summary judgment was granted to the ferry company.",
        "Content: a history of the word, was on sale at the fair.",
        "Summary: it was a good day, the mayor wrote in her diary.",
        "内容涉及三个方面，委员会说。",
        "总结起来，这是好事。",
        "来源：知情人士不愿透露姓名。",
        "Source: the minister's office, which declined to comment.",
        "Link between the two fires was denied by the police.",
        "By noon the town was empty.",
        "Date palms burned for two days.",
    ],
)
def test_words_inside_an_article_never_cut_it(paragraph: str) -> None:
    after = "\n\n".join(f"Paragraph {number} follows, with its own words." for number in range(1, 6))
    text = f"{BODY}\n\n{paragraph}\n\n{after}"
    assert clip(f"Bridge to close\n\n内容\n\n{text}\n\n总结\n{SUMMARY}").text == text
    plain = clip(f"Bridge to close\n\n{text}")
    assert (plain.title, plain.text, plain.summary) == ("Bridge to close", text, "")


@pytest.mark.parametrize(
    "title", ["Content: a history", "Date: a love story", "Summary judgment in ferry case"]
)
def test_a_headline_may_begin_like_a_label(title: str) -> None:
    draft = clip(f"{title}\n\n{BODY}")
    assert (draft.title, draft.text) == (title, BODY)


def test_nothing_is_lost_above_a_late_content_label() -> None:
    assert clip(f"Bridge to close\n\nIt is old.\n\nContent\n\n{BODY}").text == f"It is old.\n\n{BODY}"


@pytest.mark.parametrize(
    ("line", "kind", "rest"),
    [
        ("内容", Kind.CONTENT, ""),
        ("## 总结 ：", Kind.SUMMARY, ""),
        ("**Summary**: short", Kind.SUMMARY, "short"),
        ("原文链接：https://a.example", Kind.URL, "https://a.example"),
        ("tl;dr", Kind.SUMMARY, ""),
        ("Byline: Ada", None, ""),
        ("Contents", None, ""),
        ("内容很多", None, ""),
        ("Source of the river", None, ""),
    ],
)
def test_labels(line: str, kind: Kind | None, rest: str) -> None:
    label = label_of(line)
    assert (label.kind, label.rest) == (kind, rest) if label else kind is None


def test_bylines_are_names() -> None:
    assert byline("By Lloyd J. Austin III") == "Lloyd J. Austin III"
    assert byline("By the river the town was quiet") == ""


@pytest.mark.parametrize(
    ("paragraph", "paywalled"),
    [
        (
            "Thank you for your patience while we verify access. If you are in Reader mode please exit and"
            "\u00a0log into\u00a0your Herald account, or\u00a0subscribe\u00a0for all of The Herald.",
            True,
        ),
        ("Thank you for your patience while we verify access.", True),
        ("Already a subscriber?\u00a0Log in.", True),
        ("Want all of The Larkhaven Post?\u00a0Subscribe.", True),
        ("Already a subscriber? Log in. Want all of The Herald? Subscribe.", True),
        ("SUBSCRIBE TO CONTINUE READING…", True),
        ("Subscribe to The Chronicle. Already a member? Log in.", True),
        ("Subscribe now for $1 a week!", True),
        ("Read more: Five tips for autumn", False),
        ("You’ve reached your limit of free articles.", True),
        ("登录后查看全文", True),
        ("本文为付费内容。", True),
        ("Dieser Artikel ist nur für Abonnenten.", True),
        ("Déjà abonné ? Connectez-vous", True),
        ("Il vous reste 72 % de cet article à lire.", True),
        ("¿Ya eres suscriptor? Inicia sesión", True),
        ("Advertisement", False),
        ("Sign up for our newsletter", False),
        ("Sign up for the Harbour Briefing newsletter.", False),
        ("Share this article", False),
        ("We use cookies. Accept all cookies", False),
        ("© 2024 The Larkhaven Post Company", False),
        ("责任编辑：王小明", False),
    ],
)
def test_leftovers_leave(paragraph: str, paywalled: bool) -> None:
    found = shipped().clean(f"{BODY}\n\n{paragraph}")
    assert (found.text, found.removed, found.paywalled) == (BODY, (paragraph,), paywalled)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The company said customers must log in to view invoices.",
        "“Thank you for your patience,” the minister told residents.",
        "“Subscribe now,” he shouted.",
        "Subscribe to nothing, the monk advised.",
        "Log in with care. The forest is old.",
        "Advertisement is a form of speech, the court ruled.",
        "He asked readers to subscribe to our newsletter.",
        "Already a subscriber? Log in. The police said the message was a fraud.",
        "广告收入下降了百分之三。",
        "登录后查看全文的按钮被取消，公司说。",
        "分享是一种美德。",
        "Read more books, the teacher said.",
    ],
)
def test_sentences_of_an_article_survive(paragraph: str) -> None:
    found = shipped().clean(f"{paragraph}\n\n{BODY}")
    assert (found.text, found.removed, found.paywalled) == (f"{paragraph}\n\n{BODY}", (), False)


def test_prose_whose_paragraphs_begin_like_labels_is_kept_whole() -> None:
    text = (
        "How I write\n\nSummary: this is how I begin my articles, said the editor of the Post, and she has begun "
        "hundreds of them this way since 1998.\n\nReaders disagree about it.\n\nContent: is king, he added."
    )
    draft = clip(text, "4.txt")
    assert "Readers disagree about it." in draft.text
    assert "is king, he added." in draft.text
