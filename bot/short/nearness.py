"""What speaks for a stretch of a sentence as the short answer: how near it is to the question's words, and its form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.lexicon import (
    AUXILIARY_VERBS,
    MONTHS,
    PEOPLES,
    PREPOSITIONS,
    PRONOUNS,
    SPEECH,
    STOP,
    TITLES,
    WEEKDAYS,
)
from bot.short.answer_type import Asked, Kind
from bot.short.spans import Candidate
from bot.short.tokens import Token, question_roots, tokens

_PLACE_PREPOSITION = frozenset(
    (
        "in",
        "at",
        "near",
        "into",
        "outside",
        "inside",
        "across",
        "off",
        "around",
        "through",
        "towards",
        "toward",
    )
)
_ORGANISATION = re.compile(
    r"\b(?:Ministry|Department|Agency|Bank|University|College|School|Court|Company|Corp|Inc|Ltd|Party|Union|Council"
    r"|Committee|Commission|Association|Institute|Office|Group|Federation|Army|Navy|Congress|Parliament|Church)\b"
)
_PLACE_WORD = re.compile(
    r"\b(?:River|Street|Road|Avenue|Island|Islands|Lake|Mount|Mountain|Mountains|Bay|Valley|County|City|Pier|Port"
    r"|Harbou?r|Airport|Station|Square|Park|Hall|Stadium|Hotel|Bridge|Province|State|Coast|Sea|Ocean|Gulf|Peninsula)\b"
)
_CURRENCY = r"dollar|euro|pound|yuan|yen|crown|kron|rou?ble|franc|peso|rupee|[$€£¥]"
_DEMONYM = re.compile(r"(?:[^s]ese|[ai]ans?|ish|[^l]ish|ic)$")


Features = dict[str, float]


def features(question: str, asked: Asked, sentence: str, candidates: Sequence[Candidate]) -> list[Features]:
    """The features of each candidate, by name; all are between 0 and about 1."""
    roots, verb = question_roots(question)
    said = tokens(sentence)
    rows = []
    for candidate in candidates:
        first, last = _place(said, candidate)
        row = {"bias": 1.0, candidate.form: 1.0}
        row.update(_nearness(said, first, last, roots))
        row.update(_syntax(said, first, last, roots, verb))
        row.update(_fit(question, asked, sentence, candidate, said[first:last]))
        row["crowd"] = min(1.0, (len(candidates) - 1) / 5)
        rows.append(row)
    _rank(rows)
    _single_out(rows)
    return rows


def _place(said: Sequence[Token], candidate: Candidate) -> tuple[int, int]:
    first = next((n for n, token in enumerate(said) if token.end > candidate.start), len(said))
    last = next((n for n, token in enumerate(said) if token.start >= candidate.end), len(said))
    return first, last


def _nearness(said: Sequence[Token], first: int, last: int, roots: frozenset[str]) -> Features:
    """How near the question's words stand, as words between, and how many of them in its clause."""
    gaps: dict[str, int] = {}
    clauses = {token.clause for token in said[first:last]}
    together = set()
    inside = 0
    for place, token in enumerate(said):
        if token.root not in roots:
            continue
        if first <= place < last:
            inside += 1
            continue
        gap = first - place if place < first else place - last + 1
        gaps[token.root] = min(gap, gaps.get(token.root, gap))
        if token.clause in clauses:
            together.add(token.root)
    covered = len(gaps)
    return {
        "nearest": 1 / min(gaps.values(), default=30),
        "near": sum(1 / gap for gap in gaps.values()) / max(1, len(roots)),
        "around": sum(gap <= 6 for gap in gaps.values()) / max(1, len(roots)),
        "clause": len(together) / max(1, covered),
        "covered": covered / max(1, len(roots)),
        "repeats": inside / max(1, last - first),
    }


def _syntax(said: Sequence[Token], first: int, last: int, roots: frozenset[str], verb: str) -> Features:
    before = said[first - 1].text.lower() if first else ""
    after = [token for token in said[last : last + 4]]
    following = after[0].text if after else ""
    behind = [token.root for token in said[last : last + 3]]
    ahead = [token.root for token in said[max(0, first - 3) : first]]
    apposed = following == "," and bool(verb) and verb in {t.root for t in said[last : last + 16]}
    return {
        "opens": float(first == 0),
        "verb_behind": float(bool(verb) and verb in behind and before != "of"),
        "verb_apposed": float(apposed and verb not in behind),
        "verb_ahead": float(bool(verb) and verb in ahead),
        "asked_ahead": float(bool(roots & set(ahead))),
        "asked_behind": float(bool(roots & set(behind))),
        "by": float(before == "by"),
        "placed": float(before in _PLACE_PREPOSITION),
        "from_to": float(before in ("from", "to", "on")),
        "of": float(before == "of"),
        "the": float(before == "the"),
        "says": float(bool(behind) and any(t.text.lower() in SPEECH for t in after[:2])),
        "apposition": float(before == "," or following == ","),
        "possessive": float(following in "’'" and len(after) > 1 and after[1].text == "s")
        if following
        else 0.0,
        "modifies": float(bool(following) and following[0].islower() and _is_noun_like(following)),
        "in_brackets": float(before == "("),
    }


def _is_noun_like(word: str) -> bool:
    lower = word.lower()
    plain = lower in STOP | PREPOSITIONS | PRONOUNS | SPEECH | AUXILIARY_VERBS
    return (
        not plain
        and not lower.endswith(("ed", "ing"))
        and not (lower.endswith("s") and not lower.endswith("ss"))
    )


def _fit(question: str, asked: Asked, sentence: str, candidate: Candidate, said: Sequence[Token]) -> Features:
    text = sentence[candidate.start : candidate.end]
    if asked.kind is Kind.AMOUNT:
        return _amount_fit(asked, candidate, text)
    if asked.kind is Kind.TIME:
        return _time_fit(asked, text)
    words = [token for token in said if token.text[0].isalnum()]
    lower = {token.text.lower() for token in words}
    plural = bool(
        re.search(
            r"\b(?:were|are|two|three|countries|cities|companies|names|teams|people|states)\b", question, re.I
        )
    )
    return {
        "several": min(1.0, (len(words) - 1) / 3),
        "titled": float(bool(lower & TITLES) and len(words) > 1),
        "initial": float(bool(re.search(r"\b[A-Z]\. ", text))),
        "organisation": float(bool(_ORGANISATION.search(text))),
        "place_word": float(bool(_PLACE_WORD.search(text))),
        "acronym": float(len(words) == 1 and text.isupper()),
        "people": float(bool(lower & PEOPLES.keys()) or (len(words) == 1 and bool(_DEMONYM.search(text)))),
        "listed_asked": float(candidate.form == "list" and plural),
        "time_word": float(bool(lower & (WEEKDAYS | MONTHS.keys()))),
        "whose": float(asked.unit == "whose"),
    }


def _amount_fit(asked: Asked, candidate: Candidate, text: str) -> Features:
    lower = text.lower()
    unit = asked.unit
    years = bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", text))
    wants = {
        "money": candidate.form == "money" or bool(re.search(_CURRENCY, lower)),
        "percent": bool(re.search(r"%|per ?cent|third|half|quarter|one in|fifth|tenth", lower)),
        "years": bool(re.search(r"\byears?\b|^\d\d?$", lower)),
        "duration": bool(re.search(r"second|minute|hour|day|week|month|year|decade|centur", lower)),
        "distance": bool(re.search(r"met(?:er|re)|mile|km|kilomet|feet|foot|yard|light", lower)),
        "length": bool(re.search(r"met(?:er|re)|feet|foot|ft|cm|inch|\bm\b|mile|km|kilomet|stor", lower)),
    }  # fmt: skip
    known = unit in wants
    return {
        "fits": float(known and wants[unit]),
        "misfit": float(known and not wants[unit]),
        "stray_money": float(unit != "money" and wants["money"]),
        "stray_percent": float(unit != "percent" and wants["percent"]),
        "like_year": float(years),
        "lone_one": float(lower in ("one", "a", "an", "some one", "only one")),
        "counted": float(candidate.form != "asked" and bool(unit) and not known),
    }


def _time_fit(asked: Asked, text: str) -> Features:
    has_year = bool(re.search(r"\b\d{3,4}\b", text))
    day = bool(re.search(r"[a-z]\.? \d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z]|day\b", text))
    month = bool(re.search(r"[A-Z][a-z]+\.? ?", text))
    wants = {
        "year": has_year,
        "years": has_year,
        "date": day,
        "day": day,
        "weekday": day,
        "month": month,
        "century": "centur" in text,
        "centuries": "centur" in text,
        "decade": text.endswith("s"),
        "time": bool(re.search(r"\d[:.]\d|m\.?$|noon|midnight|clock", text)),
    }
    unit = asked.unit
    return {
        "fits": float(bool(unit) and wants.get(unit, False)),
        "misfit": float(unit in wants and not wants[unit]),
        "has_year": float(has_year),
        "has_day": float(day),
        "full": float(has_year and day),
        "century": float("centur" in text and not unit),
        "vague": float(not re.search(r"\d", text)),
        "year_only": float(bool(re.fullmatch(r"\d{4}", text))),
    }


def _rank(rows: Sequence[Features]) -> None:
    """Marks the candidate that is nearest in all, and the first of its form."""
    if rows:
        best = max(row["near"] for row in rows)
        for row in rows:
            row["top"] = float(row["near"] == best)
        rows[0]["first"] = 1.0


def _single_out(rows: Sequence[Features]) -> None:
    """Marks full names that nothing says are places, organisations or adjectives, and whether there is but one."""
    against = ("placed", "organisation", "place_word", "modifies", "people", "time_word", "list")
    personal = [row for row in rows if row.get("several") and not any(row.get(name) for name in against)]
    for row in personal:
        row["personal"] = 1.0
        row["lone_personal"] = float(len(personal) == 1)
    if len(rows) == 1:
        rows[0]["alone"] = 1.0
