"""Where sentences begin and end: sentencex finds candidates, news-specific rules repair them; offsets are exact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorstore.types import Span

_CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]")
_SPEECH = (
    r"(?:said|says|told|asked|asks|added|adds|wrote|writes|replied|warned|insisted|explained|noted|recalled"
    r"|argued|continued|declared|announced|joked|shouted|testified|tweeted|posted)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"‘])(?:vs|v|No|Nos|Gen|Gov|Sen|Rep|Lt|Col|Maj|Capt|Sgt|Cmdr|Adm|Brig|Rev|Hon|Pres|Supt|Det|Insp"
    r"|Mr|Mrs|Ms|Mx|Dr|Prof|St|Ste|Mt|Ft|approx|est|c|ca|cf|e\.g|i\.e)\.$"
)
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]\.$")
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:E|C|M|P|G|B)[SD]?[MS]?T\b|Eastern|Central|Pacific|Greenwich|Moscow|local"
)
_QUOTE_END = re.compile(r"[?!.,…][\"”’']{1,2}$")
_ATTRIBUTION = re.compile(
    rf"(?:(?:the |a |an )?(?:[A-Z][\w.'’-]*|[a-z]+)(?:,? (?:[A-Z][\w.'’-]*|de|van|von|bin|al-\w+|the|of))"
    rf"{{0,5}} {_SPEECH}\b|{_SPEECH} (?:[A-Z]|the |a ))"
)
_CJK_ATTRIBUTION = re.compile(r"[^，。！？“”]{0,8}(?:说|表示|称|指出|写道|问道|强调|補充|补充|回应)[。，：]")
_RESPLIT = re.compile(
    r"(?<=[\w)%][.!?…][\"”’'])\s+(?=[“\"‘A-Z])"  # He said “no.” Later …
    r"|(?<=[\w)%][.!?…][\"”’'][\"”’'])\s+(?=[“\"‘A-Z])"  # … D.P.R.K.,’’ closed with two marks
    r"|(?<=[a-z0-9%][.!?])\s+(?=[“‘])"  # … abbreviation. “What …
    r"|(?<=[.!?]\))\s+(?=[“\"‘A-Z])"  # (He did not.) Later …
    r"|(?<=\b[ap]\.m\.)\s+(?=[“\"][A-Z])"  # at 9 a.m. "We …
    r"|(?<=\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\.)\s+(?=[“\"]?[A-Z])"  # in May. Later …
    r"|(?<=\bSept\.)\s+(?=[“\"]?[A-Z])"
)
_CJK_GAP = re.compile(r"(?<=[。！？])(?=[^。！？”’」』）\s])")


def split(text: str, language: str = "") -> list[Span]:
    """Spans of the sentences of `text`, in order, without surrounding white space; together they cover all words.

    `language` is an ISO 639-1 code; empty means English, or Chinese where CJK characters prevail.
    """
    spans: list[Span] = []
    for block in _blocks(text):
        pieces = _repaired(text, list(_candidates(text, block, language)))
        spans.extend(_trimmed(text, piece) for piece in pieces)
    return [span for span in spans if span.start < span.end]


def is_cjk(text: str) -> bool:
    """True when at least a quarter of the text's word characters are Chinese, Japanese kana or Han."""
    return len(_CJK.findall(text)) * 4 >= max(1, sum(c.isalnum() for c in text))


def _blocks(text: str) -> Iterator[Span]:
    """Paragraphs. A single line break ends one too, unless the line looks hard-wrapped."""
    start = 0
    for match in re.finditer(r"[ \t\u00a0]*\n\s*", text):
        before = text[start : match.start()].rsplit("\n", 1)[-1].rstrip()
        wrapped = (
            match.group().count("\n") == 1
            and len(before) >= 50
            and before[-1:].isalnum() | (before[-1:] == ",")
        )
        if not wrapped:
            yield Span(start, match.start())
            start = match.end()
    yield Span(start, len(text))


def _candidates(text: str, block: Span, language: str) -> Iterator[Span]:
    import sentencex

    body = text[block.start : block.end]
    if not body.strip():
        return
    cjk = is_cjk(body)
    at = 0
    for segment in sentencex.segment("zh" if cjk else (language[:2].lower() or "en"), body):
        found = body.find(segment, at)
        if found < 0:  # a segment that is not a slice of its text cannot be cited: keep the rest whole
            break
        yield from _resplit(text, Span(block.start + at, block.start + found + len(segment)), cjk)
        at = found + len(segment)
    if body[at:].strip():
        yield Span(block.start + at, block.end)


def _resplit(text: str, span: Span, cjk: bool) -> Iterator[Span]:
    start = span.start
    for gap in (_CJK_GAP if cjk else _RESPLIT).finditer(text, span.start, span.end):
        if not _belongs(text[start : gap.start()].rstrip(), text[gap.end() : span.end].lstrip()):
            yield Span(start, gap.end())
            start = gap.end()
    yield Span(start, span.end)


def _repaired(text: str, spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and _belongs(
            text[merged[-1].start : merged[-1].end].rstrip(), text[span.start : span.end].lstrip()
        ):
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return merged


def _belongs(before: str, after: str) -> bool:
    """Whether `after` goes on with the sentence that `before` began."""
    if not before or not after or not any(c.isalnum() for c in before + after):
        return True
    if not any(c.isalnum() for c in after):
        return True
    if _QUOTE_END.search(before):
        # after a full stop inside the quotation marks, a capital starts anew: attributions follow , ? or !
        closed = before.rstrip("\"”’'").endswith(".")
        return after[0].islower() or (not closed and bool(_ATTRIBUTION.match(after)))
    if before[-1] in "”」』’" and _CJK_ATTRIBUTION.match(after):
        return True
    if before.endswith(("No.", "Nos.")):
        return after[0].isdigit()
    if _MONTH.search(before):
        return after[0].islower() or after[0].isdigit()
    if _CLOCK.search(before):
        return after[0].islower() or bool(_AFTER_CLOCK.match(after))
    return bool(_ABBREVIATION.search(before) or _INITIAL.search(before)) or (
        after[0].islower() and before[-1] == "."
    )


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
