"""The words of a text as the full-text index sees them: CJK runs as bigrams, stop words only kept out of queries."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_TERMS = 24
TOKENIZER = "porter unicode61 remove_diacritics 2"

_RUN = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々]+|[^\W_]+")
_CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々]")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々]+|[^\W_]+(?:[.,'’-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_UNITED_STATES = re.compile(r"\b(?:U\.S\.(?:A\.)?|USA?\b)")
_APOSTROPHE = re.compile(r"['’](?=s\b|t\b|ll\b|re\b|ve\b|d\b|m\b)", re.IGNORECASE)

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being between both but by can
    could d did didn do does doesn doing don during each else ever few for from further get give gave given go
    going got had has have having he her here hers herself him himself his how i if in into is isn it its itself
    just ll m many may me might more most much must my myself no nor not now of off on once one only or other
    our ours out over own please re s same say said says saying she should so some such t tell than that the
    their theirs them themselves then there these they this those through to too under until up us ve very was
    we were what when where which while who whom whose why will with would you your yours
    的 了 是 在 和 与 吗 呢 啊 吧 什么
    哪里 哪个 哪些 谁 怎么 怎样 如何 为什么 多少 几 有没有 是否 请问 告诉 我 你 他 她 它 们
    """.split()  # noqa: SIM905
)
_CJK_FILLER = re.compile(
    r"什么时候|为什么|有没有|是不是|什么|哪里|哪儿|哪个|哪些|哪位|怎么样|怎么|怎样|如何|多少|是否|请问|告诉|我们|你们|他们|她们"
    r"|[的了是在和与吗呢啊吧谁几我你他她它们]"
)


def index_text(text: str) -> str:
    """`text` as white-space separated terms for FTS5: dotted abbreviations joined, CJK runs as bigrams."""
    return " ".join(_terms(text))


def query_terms(question: str) -> list[str]:
    """The question's content terms, each once, in order, at most MAX_TERMS; all of them if only stop words are left."""
    content = [t for t in _terms(_CJK_FILLER.sub(" ", question)) if t not in STOP_WORDS]
    return list(dict.fromkeys(content or _terms(question)))[:MAX_TERMS]


def match_expression(terms: Iterable[str]) -> str:
    """An FTS5 query that matches any of `terms`; nothing in them can act as FTS5 syntax."""
    return " OR ".join(f'"{term}"' for term in terms)


def _terms(text: str) -> list[str]:
    text = _UNITED_STATES.sub("usa", text)  # else it would fold into the pronoun, a stop word
    folded = _APOSTROPHE.sub(" ", _DOTTED.sub(lambda m: m.group().replace(".", ""), text)).lower()
    terms: list[str] = []
    for run in _RUN.findall(folded):
        terms.extend(_bigrams(run) if _CJK.match(run) else [run])
    return terms


def _bigrams(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


def content_words(question: str) -> list[tuple[int, int]]:
    """Characters [start, stop) of the question's content words: words that are no stop words, CJK runs as bigrams.

    All words when only stop words are left.
    """
    filler = _CJK_FILLER.sub(lambda m: " " * len(m.group()), question)
    words = [
        (m.start(), m.start() + len(_POSSESSIVE.sub("", m.group())))
        for m in _WORD.finditer(filler)
        if not _CJK.match(m.group())
    ]
    content = [w for w in words if not {*_terms(filler[slice(*w)])} <= STOP_WORDS]
    for run in _RUN.finditer(filler):
        if _CJK.match(run.group()):
            last = max(run.start() + 1, run.end() - 1)
            content += [(at, min(at + 2, run.end())) for at in range(run.start(), last)]
    return sorted(content or words)
