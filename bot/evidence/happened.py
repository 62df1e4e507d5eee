"""What has happened: a question that broad is answered with how the articles open that are about its names or its days.

An article's first sentence tells its news; no single sentence "answers" such a question better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.lexicon import PRONOUNS
from bot.types import Evidence, Understood
from bot.words import content_keys, words
from bot.writing.planted import is_instruction
from vectorstore.lexical import content_words
from vectorstore.sentences import is_cjk, split
from vectorstore.types import Match, Passage

if TYPE_CHECKING:
    from vectorstore.archive import Archive

STORIES = 3
_ASKS = re.compile(
    r"^(?:(?:tell me|do you know|so),? )?(?:what(?: has| have| had|['’]s| is)?(?: been)? (?:happen(?:ed|ing)"
    r"|going on|new(?=[?.! ]*$| (?:in|at|on|about|with|from)\b))"
    r"|(?:(?:what(?:['’]s| is| are)|is there|are there|(?:give|show|tell) me) )?(?:(?:the|any|some) )*"
    r"(?:(?:latest|newest|recent|new) )*(?:(?:news|developments|headlines)(?: is there| are there)?"
    r"|(?<=\blatest ))(?=[?.! ]*$|\s*(?:in|at|on|about|with|from|of|to|around|across|regarding|concerning)\b))",
    re.IGNORECASE,
)
_ASKS_HAN = re.compile(
    r"(?:都)?发生(?:了|过)?(?:一?些|哪些|什么|啥)(?:事情?|大事)?|怎么了|最新(?:消息|新闻|动态|进展|情况)(?:是什么|如何)?"
    r"|(?:都)?(?:有没有|有)?(?:一?些|哪些|什么|啥)?(?:最新|新)?的?(?:消息|新闻|进展|动态)(?=吗?[？?。]?$)"
)
_FILLER_HAN = re.compile(r"最近|近日|近期|目前|现在|关于|有关|方面|[的在了吗呢有]")
_FILLER = frozenset(
    {"news", "new", "latest", "recent", "recently", "lately", "today", "now", "far", "world", "happened"}
)
_IS_BROAD = re.compile(
    r"\b(?i:news|latest|new|developments|headlines)\b|\b(?:happen\w+|going on) (?:in|at|near|around) (?:the )?[A-Z]"
    r"|发生|消息|新闻|动态|进展"
)
_OPEN = (
    PRONOUNS
    | {"this", "that", "these", "those", "there", "here", "next", "then", "afterwards"}
    | {"when", "if", "after", "before", "because", "while"}
)
_LOOKED_AT = 3  # sentences: a dateline or a by-line may stand before the first of an article
_LEAST, _MOST = 24, 600  # characters of a sentence that tells news
_LEAST_HAN = 8
_TELLS = re.compile(r"[.!?。！？…][”\"’'」』)）]*$")
_UNDATED = datetime.min.replace(tzinfo=UTC)


def happened(
    asked: Understood, matches: Sequence[Match], archive: Archive, *, answered: bool
) -> list[Evidence]:
    """The opening sentences of up to three articles of `matches` that cover what `asked` names, newest first.

    Empty unless it asks what has happened, and says to what or when; and where one sentence has `answered` already,
    unless it asks for the news, of a place or of certain days. Where it says when, an article that
    names it anywhere will do if none names it in its title or opening.
    """
    names = named(asked.search)
    dated = asked.where.since is not None or asked.where.until is not None
    if names is None or not (names or dated):
        return []
    if answered and not (dated or asked.latest or _IS_BROAD.search(asked.search)):
        return []
    openings = list(_openings(matches, archive))
    told = [each for each in openings if _covers(names, f"{each.match.source.title}. {each.text}")]
    if dated and not told:
        passages = {match.passage.article_id: match.passage.text for match in reversed(matches)}
        told = [e for e in openings if _covers(names, _all_of(e, passages[e.match.passage.article_id]))]
    newest = sorted(told, key=lambda each: each.match.source.published or _UNDATED, reverse=True)
    return newest[:STORIES]


def named(question: str) -> tuple[str, ...] | None:
    """What a question that asks what has happened names, in words; None for any other question."""
    if is_cjk(question):
        rest, asks = _ASKS_HAN.subn(" ", question)
        rest = _FILLER_HAN.sub(" ", rest)
    else:
        rest, asks = _ASKS.subn(" ", question.strip())
    if not asks or any(word.text in _OPEN for word in words(rest)):
        return None
    pieces = (rest[a:b] for a, b in content_words(rest))
    return tuple(each for each in pieces if is_cjk(each) or _counts(each))


def _counts(piece: str) -> bool:
    return piece.casefold() not in _FILLER and any(word.counts for word in words(f"a {piece}"))


def _covers(names: Sequence[str], text: str) -> bool:
    keys = content_keys(words(text))
    return all(
        each in text if is_cjk(each) else all(word.keys & keys for word in words(f"a {each}")[1:])
        for each in names
    )


def _all_of(opening: Evidence, passage: str) -> str:
    return f"{opening.match.source.title}. {opening.text} {passage}"


def _openings(matches: Sequence[Match], archive: Archive) -> Iterator[Evidence]:
    """The first sentence of the article of each match, each article once."""
    for match in {match.passage.article_id: match for match in reversed(matches)}.values():
        if lead := _lead(match, archive):
            yield Evidence(replace(match, passage=lead, sentence_scores=(0.0,)), 0, match.fused)


def _lead(match: Match, archive: Archive) -> Passage | None:
    record = archive.article(match.passage.article_id)
    if record is None:
        return None
    text = record.article.text
    spans = split(text, record.article.source.language)[:_LOOKED_AT]
    span = next((each for each in spans if _tells(text[each.start : each.end])), None)
    if span is None:
        return None
    quote = text[span.start : span.end]
    return replace(match.passage, start=span.start, end=span.end, text=quote, sentences=(span,))


def _tells(sentence: str) -> bool:
    least = _LEAST_HAN if is_cjk(sentence) else _LEAST
    return least <= len(sentence) <= _MOST and bool(_TELLS.search(sentence)) and not is_instruction(sentence)
