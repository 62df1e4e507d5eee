"""The labels of clipped text, in the languages that most articles come in, as they stand on a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a label announces."""

    TITLE = "title"
    CONTENT = "content"
    SUMMARY = "summary"
    PUBLISHER = "publisher"
    AUTHOR = "author"
    DATE = "date"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Label:
    """A label found on a line: `colon` tells whether one follows, `rest` what follows on the same line."""

    kind: Kind
    colon: bool
    rest: str


_WORDS = {
    Kind.TITLE: "标题 標題 题目 title titel überschrift titre título titular titolo заголовок название العنوان عنوان",
    Kind.CONTENT: "内容 內容 正文 原文 content article body",
    Kind.SUMMARY: "总结 總結 摘要 小结 summary tl;dr tldr",
    Kind.PUBLISHER: "来源 來源 出处 媒体 source publisher quelle herausgeber éditeur fuente fonte testata "
    "источник издание المصدر مصدر الناشر",
    Kind.AUTHOR: "作者 记者 author by autor autorin verfasser auteur auteure autrice autora autore "
    "автор الكاتب المؤلف بقلم",
    Kind.DATE: "日期 时间 发布时间 发布日期 發布時間 date published datum veröffentlicht publié fecha publicado data "
    "pubblicato дата опубликовано التاريخ تاريخ",
    Kind.URL: "链接 鏈接 原文链接 原文鏈接 网址 url link lien enlace collegamento ligação ссылка الرابط رابط",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_ANY = "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
# Nothing is given back (`*+`), or a long line of spaces would take hours.
# Decoration is what note-taking programs put around a label: "## 内容", "**总结：**", "【摘要】".
_LINE = re.compile(
    rf"^\s*+(?:\#{{1,6}}\s*+|>\s*+|[-*+]\s++)?[*_【\[]*+\s*+(?P<word>{_ANY})\s*[】\]]?(?P<mark>\s*[*_]*\s*[:：]?\s*[*_]*)"
    r"(?P<rest>.*)$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^by\s+(?P<name>[^\W\d_][^\d:：]{0,70}[^.!?:：\s])$", re.IGNORECASE)


def label_of(line: str) -> Label | None:
    """The label that `line` starts with: alone on the line, or with a colon behind it; else None."""
    found = _LINE.match(line)
    if not found:
        return None
    colon = ":" in found["mark"] or "：" in found["mark"]
    rest = found["rest"].strip()
    return Label(_KINDS[found["word"].lower()], colon, rest) if colon or not rest else None


def byline(line: str) -> str:
    """The name in "By Jane Doe", or an empty string."""
    found = _BYLINE.match(line.strip())
    names = found["name"].split() if found else []
    # In a sentence ("By noon the town was empty") the words are not all capitalised.
    return (
        " ".join(names)
        if names and all(n[0].isupper() or n in ("and", "de", "van", "von") for n in names)
        else ""
    )
