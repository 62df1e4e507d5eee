"""A model's reply as claims: one sentence with the ids it names, ready as soon as the sentence is complete.

The reply is read in blocks of a fixed size, so the claims never depend on how the network cut it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.writing.markup import bare, plain
from bot.writing.model_prompt import NO_ANSWER
from vectorstore.sentences import split

LONGEST_REPLY = 12_000
_BLOCK = 16
_AHEAD = 40
_BACK = 120
_LONGEST_SENTENCE = 1_500

_GROUP = re.compile(
    r"[\[【〔［]([^\[\]【】〔〕［］\n]{0,200})[\]】〕］]|[(（]([0-9A-Fa-f,;、\s]{4,120})[)）]"
)
_ID = re.compile(r"[0-9A-Za-z]+")
_CITES = re.compile(r"(?i)\d|\b(?:source|passage|id|ref|citation|article)s?\b|来源|段落")
_MARKS = r"(?:\s*(?:\[[^\[\]\n]{0,200}\]|【[^【】\n]{0,200}】|[(（][0-9A-Fa-f,;\s]{4,120}[)）]))*"
_END = re.compile(
    rf"(?:[.!?…]+[\"”’'*_)»]*{_MARKS}(?=\s|$)|[。！？]+[”’」』）]*{_MARKS}){_MARKS}|{_MARKS}[ \t]*\n\s*{_MARKS}"
)
_OPEN = re.compile(r"\s*[\[【(（][^\]】)）\n]{0,120}$")
_THOUGHT = re.compile(r"\s*<think(?:ing)?>.*?</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"\s*<(?:think(?:ing)?>|t?h?i?n?k?$)", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"\d{1,2}[.)]")
_NO_ANSWER = re.compile(rf"(?i)\W*(?:{NO_ANSWER}|no[ _-]?answer)\b")
_DECLINES = re.compile(
    r"(?i)\b(?:passages?|articles?|sources?|documents?|context|text) (?:provided |given |above )?"
    r"(?:do|does|did)(?: not|n['’]t) (?:\w+ ){0,2}?"
    r"(?:say|state|answer|contain|mention|include|provide|specify)"
    r"|^i (?:do not|don['’]t) know\b|^there is no information\b"
    r"|(?:文章|段落|资料|材料)(?:中)?(?:没有|并未|未|没)(?:有)?(?:提及|提到|说明|回答|包含|提供)"
)
_CLOSED = re.compile(r"[.!?…。！？][\"”’'」』）)»]*$")
_MARKED = re.compile(r"[\]】)）]\s*$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a reply without mark-up; `ids` are those of it that were known, in order.

    `finished` is False for what a cut reply ends in. `declines` says that it refuses to answer.
    """

    text: str
    ids: tuple[str, ...] = ()
    finished: bool = True
    declines: bool = False


def claims(chunks: Iterable[str], known: Collection[str]) -> Iterator[Claim]:
    """The claims of a reply, each as soon as it is complete; the reply ends with NO_ANSWER or `LONGEST_REPLY`."""
    for sentence, last in _sentences(chunks):
        claim = _claim(sentence, known, last)
        if claim is not None:
            yield claim
            if _NO_ANSWER.match(claim.text):
                return


def _sentences(chunks: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """The reply's sentences, mark-up and all, and whether each is what the reply ends in."""
    letters = islice((letter for chunk in chunks for letter in chunk), LONGEST_REPLY)
    rest = ""
    while block := "".join(islice(letters, _BLOCK)):
        rest += block
        for sentence in _complete(rest):
            yield sentence, False
            rest = rest[len(sentence) :]
    for sentence in _complete(rest, ended=True):
        yield sentence, False
        rest = rest[len(sentence) :]
    yield rest, True


def _complete(text: str, ended: bool = False) -> Iterator[str]:
    """The sentences at the beginning of `text` that nothing after it can change."""
    start = 0
    if _THINKING.match(text):
        thought = _THOUGHT.match(text)
        if thought is None:
            return
        start = thought.end()
        yield text[:start]
    for end in _END.finditer(text, start):
        following = text[end.end() : end.end() + _AHEAD]
        if not ended and (len(following) < _AHEAD or _OPEN.match(text, end.end())):
            return
        if "\n" in end.group() or _parts(text[max(start, end.end() - _BACK) : end.end()], following):
            yield text[start : end.end()]
            start = end.end()
    if len(text) - start > _LONGEST_SENTENCE:
        yield text[start:]


@lru_cache(maxsize=1024)
def _parts(sentence: str, following: str) -> bool:
    """Whether the sentence splitter, too, sees an end between both."""
    before, after = bare(_GROUP.sub(" ", sentence)), bare(_GROUP.sub(" ", following))
    if not before or not after:
        return True
    if day := _LIST_NUMBER.match(
        following.lstrip()
    ):  # no list begins within a line: the 23. of "on Oct. 23."
        after = f"{day[0]} {after}"
    if _LIST_NUMBER.fullmatch(before):
        return False
    joined = before + ("" if before[-1] in "。！？”」』" else " ")
    return any(span.start == len(joined) for span in split(joined + after))


def _claim(raw: str, known: Collection[str], last: bool) -> Claim | None:
    raw = _THOUGHT.sub("", raw)
    if not any(map(str.isalnum, raw)):
        return None
    ids: dict[str, None] = {}

    def taken(found: re.Match[str]) -> str:
        named = [token for token in (t.lower() for t in _ID.findall(found.group())) if token in known]
        ids.update(dict.fromkeys(named))
        squared = found.group(1)
        if not named and (squared is None or not _CITES.search(squared)):
            return found.group()
        before, after = raw[: found.start()][-1:], raw[found.end() :][:1]
        return "" if not after.isalnum() or (before.isalnum() and after.islower()) else " "

    text = plain(_GROUP.sub(taken, raw))
    if _THINKING.match(raw) or not any(character.isalnum() for character in text):
        return None
    finished = not last or bool(_CLOSED.search(text) or _MARKED.search(raw))
    return Claim(text, tuple(ids), finished, bool(_NO_ANSWER.match(text) or _DECLINES.search(text)))
