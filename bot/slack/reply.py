"""An answer as Slack messages: what it says, remarks, its sources or the nearest articles, and buttons.

It says what the terminal says. An answer too long for one message goes on in the next; no source is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.dates.dated import day_words
from bot.dressed import lead_in, leading, short_day
from bot.links import web_link
from bot.remarks import remarks
from bot.slack.mrkdwn import escaped, mrkdwn_link
from bot.slack.parts import Group, Part, blocks_of, packed, text_of, written
from bot.slack.rich import (
    Block,
    Element,
    actions,
    address_of,
    bullets,
    button,
    code,
    facts,
    link,
    quotation,
    remark,
    rich,
    section,
    shortened,
    size,
    text,
    title_of,
    user,
)
from bot.types import EXTRACTS, Answer, Citation, Nearest, Short, Status
from bot.untrusted import one_line
from bot.wording import day, say

_LONGEST_QUESTION = 300
_LONGEST_QUOTE = 200
_LONGEST_REPEAT = 64
_LONGEST_MARK = 1_000
_LONGEST_OTHER = 500
_LONGEST_FRAGMENT = 300
_LONGEST_LINK = 2_000
_MOST_OTHER_LINKS = 3
_MEMBER = re.compile(r"[UW][A-Z0-9]+")
_OPENINGS = {
    Status.NO_EVIDENCE: "no_evidence",
    Status.EMPTY_ARCHIVE: "empty",
    Status.UNVERIFIED: "unverified",
}
_FILLING = (("filling", "ingest FOLDER"), ("filling_or", ""))


@dataclass(frozen=True, slots=True)
class Reply:
    """One Slack message; `text` is escaped `mrkdwn` that says all that the blocks say, up to 3,500 characters."""

    text: str
    blocks: tuple[Block, ...] = ()


def answer_replies(
    answer: Answer, answer_id: str, *, private: bool = False, shared_by: str = ""
) -> tuple[Reply, ...]:
    """The messages of one answer, in order; the buttons, whose value is `answer_id`, are on the last.

    `private`: only the asker sees it, and may share it. `shared_by`: the id of who shared a private answer.
    """
    buttons = _buttons(answer, answer_id, private)
    nothing = [_bold(say(answer.language, "nothing"))]
    groups = [group for group in _groups(answer, private, shared_by) if group] or [nothing]
    replies = [Reply(text_of(parts), blocks_of(parts)) for parts in packed(groups, size(buttons))]
    last = replies[-1]
    return (*replies[:-1], Reply(last.text, last.blocks + buttons))


def without_blocks(reply: Reply) -> Reply:
    """The same message for a Slack that refuses the blocks: every word and source is in its `text`."""
    return Reply(reply.text)


def _groups(answer: Answer, private: bool, shared_by: str) -> Iterator[Group]:
    if shared_by:
        yield [_shared(answer, shared_by)]
    elif private and one_line(answer.question):
        yield [_bold(shortened(answer.question, _LONGEST_QUESTION))]
    if opening := _OPENINGS.get(answer.status):
        yield [_bold(say(answer.language, opening))]
    if answer.status is Status.EMPTY_ARCHIVE:
        yield [_filling(answer.language)]
    yield from _said(answer)
    yield from ([_faint(note)] for note in remarks(answer) if one_line(note))
    if answer.citations:
        yield from _headed(say(answer.language, "sources"), _sources(answer))
    else:
        near = (_near(nearest, answer.language) for nearest in answer.nearest)
        yield from _headed(say(answer.language, "nearest"), near)


def _shared(answer: Answer, shared_by: str) -> Part:
    question = shortened(answer.question, _LONGEST_QUESTION)
    who = user(shared_by) if _MEMBER.fullmatch(shared_by) else text("a member")
    block = rich(section(text("Shared by "), who, text(" · asked: "), text(question, bold=True)))
    # A mention in the text of a message would ring for whoever just pressed the button.
    return Part(f"Shared by the person who asked: {escaped(question)}", block)


def _said(answer: Answer) -> Iterator[Group]:
    if short := leading(answer):
        yield [_short(short, answer)]
    running = False
    for sentence in answer.sentences:
        before = lead_in(answer, sentence.citations)
        group = written(sentence.text, _marks(sentence.citations, answer), goes_on=running, before=before)
        running = answer.model != EXTRACTS and bool(group)
        yield group


def _short(short: Short, answer: Answer) -> Part:
    wordings, marks = zip(*_marks((short.number,), answer), strict=True)
    words = short.text + short_day(answer, short)
    block = rich(section(text(words, bold=True), text(" "), *marks))
    return Part(" ".join((escaped(words), *wordings)), block)


def _marks(numbers: Iterable[int], answer: Answer) -> Iterator[tuple[str, Element]]:
    cited = {citation.number: citation for citation in answer.citations}
    for number in numbers:
        url = ""
        if citation := cited.get(number):
            url = address_of(citation.source, citation.quote, citation.same_text, _LONGEST_MARK)
        yield f"[{number}]", link(url, f"[{number}]")


def _sources(answer: Answer) -> Iterator[Part]:
    said = {sentence.text for sentence in answer.sentences}
    for citation in answer.citations:
        # An extract stands in full just above, and "Show quotes" shows every quote whole.
        yield _cited(citation, answer.language, repeats=citation.quote in said)


def _cited(citation: Citation, language: str, *, repeats: bool) -> Part:
    source, title = citation.source, title_of(citation.source, say(language, "untitled"))
    url = address_of(source, citation.quote, citation.same_text)
    changed = citation.corrected and say(language, "corrected", day=day(language, citation.corrected))
    incomplete = say(language, "incomplete") if source.incomplete else ""
    published = day(language, source.published)
    known = facts(source.publisher, published, changed or "", incomplete, day_words(citation))
    others = _others(citation, url, language)
    line = section(text(f"[{citation.number}] "), link(url, title), *_after(known), *others)
    quote = shortened(citation.quote, _LONGEST_REPEAT if repeats else _LONGEST_QUOTE)
    context = "" if repeats else shortened(citation.context, _LONGEST_QUOTE)
    before = (text(f"{context} ", italic=True),) if context else ()
    block = rich(line, quotation(*before, text(quote))) if quote else rich(line)
    return Part(f"[{citation.number}] {_wording(url, title, known)}", block)


def _near(nearest: Nearest, language: str) -> Part:
    source, title = nearest.source, title_of(nearest.source, say(language, "untitled"))
    url, known = address_of(source, nearest.quote), facts(source.publisher, day(language, source.published))
    block = rich(bullets(section(link(url, title), *_after(known))))
    return Part(f"• {_wording(url, title, known)}", block)


def _others(citation: Citation, shown_url: str, language: str) -> Iterator[Element]:
    page = shown_url.partition("#")[0]
    same = set(map(web_link, citation.same_text))
    others = dict.fromkeys(filter(None, map(web_link, citation.also_in)))
    short = [url for url in others if len(url) <= _LONGEST_OTHER and url.partition("#")[0] != page]
    for url in short[:_MOST_OTHER_LINKS]:
        yield text(f" · {say(language, 'also_in' if url in same else 'near_copy')}")
        yield link(url, urlsplit(url).netloc.removeprefix("www."))


def _after(known: str) -> list[Element]:
    return [text(f" · {known}")] if known else []


def _wording(url: str, title: str, known: str) -> str:
    """A linked title and what is known; a long text fragment would leave no room for the words."""
    short = url if len(url) <= _LONGEST_FRAGMENT else url.partition("#")[0]
    linked = mrkdwn_link(short, title)
    named = linked if len(linked) <= _LONGEST_LINK else escaped(title)
    return " · ".join(filter(None, (named, escaped(known))))


def _headed(title: str, parts: Iterable[Part]) -> Iterator[Group]:
    """A heading, which never ends a message, and what it heads."""
    for number, part in enumerate(parts):
        yield [part] if number else [_bold(title), part]


def _bold(content: str) -> Part:
    return Part(escaped(content), rich(section(text(content, bold=True))))


def _faint(content: str) -> Part:
    block = remark(content)
    return Part(escaped(block["elements"][0]["text"]), block)


def _filling(language: str) -> Part:
    filling = [(say(language, phrase), command) for phrase, command in _FILLING]
    wording = "".join(said + (f"“{command}”" if command else "") for said, command in filling)
    elements = [e for said, command in filling for e in (text(said), code(command))]
    return Part(escaped(wording), rich(section(*elements)))


def _buttons(answer: Answer, answer_id: str, private: bool) -> tuple[Block, ...]:
    if answer.status is Status.EMPTY_ARCHIVE:
        return ()
    row = [("helpful", "helpful"), ("unhelpful", "unhelpful")]
    row += [("show_quotes", "quotes")] if answer.citations else []
    row += [("share", "share")] if private and answer.sentences else []
    return (actions(*(button(say(answer.language, label), action, answer_id) for label, action in row)),)
