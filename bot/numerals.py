"""Numbers in one form: "3,000", "three thousand" and 三千 are all "3000"; "40 percent" is "40%"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.lexicon import ONES, SCALES, SHORT_SCALES, TENS

_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d])")
_SHORT = re.compile(r"(?i)(?<=\d)(bn|mn|tn|m|b|k)\b")
_PERCENT = re.compile(r"(?i)(?<=\d)\s*-?\s*(?:per ?cent|pct)\b")
_CURRENCY = {
    "dollar": "$", "dollars": "$", "euro": "€", "euros": "€", "pound": "£", "pounds": "£", "yuan": "¥", "yen": "¥",
}  # fmt: skip
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_HAN_DIGITS = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1_000}
_HAN_LARGE = {"万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_HAN_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|[一二三四五六七八九两十])[零一二三四五六七八九十百千万亿萬億]*")
_HAN_DECIMAL = re.compile(r"([一二三四五六七八九十百千零]+)点([零一二三四五六七八九]+)")
_HAN_PERCENT = re.compile(r"百分之([\d.零一二三四五六七八九十百]+)")
_HAN_MONEY = re.compile(r"(\d+(?:\.\d+)?)\s*(美元|欧元|英镑|人民币|元)")

_HAN_SIGNS = {"美元": "$", "欧元": "€", "英镑": "£"}


def in_digits(text: str) -> str:
    """`text` with grouped digits closed up and Chinese numerals, percentages and sums of money in digits."""
    text = _GROUPED.sub(lambda found: re.sub(r"\D", "", found.group()), text)
    text = _HAN_DECIMAL.sub(_han_decimal, text)
    text = _HAN_PERCENT.sub(lambda found: f" {_han(found[1])}% ", text)
    text = _HAN_NUMBER.sub(_han_number, text)
    text = _HAN_MONEY.sub(lambda found: f" {_HAN_SIGNS.get(found[2], '¥')}{found[1]} ", text)
    text = re.sub(r"(?i)\bUS\s*(?=\$)|\bUsa\s+(?=\$)", "", text)
    text = re.sub(r"([$€£¥])\s+(?=\d)", r"\1", text)
    return _PERCENT.sub("%", _ORDINAL.sub("", _SHORT.sub(lambda found: f" {found[1]}", text)))


def spoken(tokens: Sequence[re.Match[str]]) -> Iterator[re.Match[str] | str]:
    """The tokens with every number, in digits or in words, replaced by its plain form."""
    at = 0
    while at < len(tokens):
        value, after = _number(tokens, at)
        if value is None:
            yield tokens[at]
            at += 1
            continue
        sign = tokens[at]["number"][0] if (tokens[at]["number"] or "0")[0] in "$€£¥" else ""
        percent = (tokens[after - 1]["number"] or "").endswith("%")
        unit = (tokens[after]["word"] or "").lower() if after < len(tokens) else ""
        if not sign and unit in _CURRENCY:
            sign, after = _CURRENCY[unit], after + 1
        if unit in ("percent", "pct"):
            percent, after = True, after + 1
        yield f"{sign}{_plain(value)}{'%' if percent else ''}"
        at = after


def _number(tokens: Sequence[re.Match[str]], at: int) -> tuple[Decimal | None, int]:
    base, after = _base(tokens, at)
    if base is None:
        return None, at
    total, current = Decimal(0), base
    while after < len(tokens) and (scale := _scale(tokens[after], tokens[at])):
        current, after = current * scale, after + 1
        if scale >= 1_000:
            total, current = total + current, Decimal(0)
        rest, further = _base(tokens, after)
        if rest is not None and rest < scale and not tokens[after]["number"]:
            current, after = current + rest, further
    return total + current, after


def _base(tokens: Sequence[re.Match[str]], at: int) -> tuple[Decimal | None, int]:
    if at >= len(tokens):
        return None, at
    if digits := tokens[at]["number"]:
        return Decimal(digits.strip("$€£¥%")), at + 1
    word = (tokens[at]["word"] or "").lower()
    following = (tokens[at + 1]["word"] or "").lower() if at + 1 < len(tokens) else ""
    if word == "one" and following in ("of", "another", "day", "thing", "that", "who"):
        return None, at
    if word in TENS:
        unit = ONES.get(following, 0)
        joined = 0 < unit < 10
        return Decimal(TENS[word] + (unit if joined else 0)), at + (2 if joined else 1)
    if word in ONES:
        return Decimal(ONES[word]), at + 1
    if word == "dozen":
        return Decimal(12), at + 1
    if word == "a" and following in SCALES:
        return Decimal(1), at + 1
    return None, at


def _scale(token: re.Match[str], first: re.Match[str]) -> int:
    word = (token["word"] or "").lower()
    if word in SHORT_SCALES and first["number"]:
        return SHORT_SCALES[word]
    return SCALES.get(word, 12 if word == "dozen" else 0)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _han_number(found: re.Match[str]) -> str:
    written = found.group()
    if not any(c in _HAN_SCALES or c in _HAN_LARGE for c in written):
        return written  # 三名 is compared as characters, 一 is mostly an article
    value = _han(written)
    return written if value is None else f" {value} "


def _han_decimal(found: re.Match[str]) -> str:
    return f"{_han(found[1])}.{''.join(str(_HAN_DIGITS[digit]) for digit in found[2])}"


def _han(written: str) -> str | None:
    total, section, digit = Decimal(0), Decimal(0), Decimal(0)
    number = re.match(r"\d+(?:\.\d+)?", written)
    if number:
        digit, written = Decimal(number.group()), written[number.end() :]
    for character in written:
        if character in _HAN_DIGITS:
            digit = Decimal(_HAN_DIGITS[character])
        elif character in _HAN_SCALES:
            section, digit = section + (digit or 1) * _HAN_SCALES[character], Decimal(0)
        elif character in _HAN_LARGE:
            total, section, digit = total + (section + digit) * _HAN_LARGE[character], Decimal(0), Decimal(0)
    return _plain(total + section + digit)
