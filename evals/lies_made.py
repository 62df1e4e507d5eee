"""Lies made by rule: a sentence of the article with one thing changed that the article does not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from evals.lies_read import Told
from evals.lies_recombined import recombined

Lie = tuple[str, str]

_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = ["January", "February", "March", "April", "June", "July", "August", "September", "October"]
_VERB = r"\b(is|do|was|did|will|can|would|could)\b"
_STRANGERS = ("Ottilie Brack", "Ruben Castel", "Milo Harkness")
_OTHERWISE = (
    ("polarity", r"\bdenied\b", "confirmed"),
    ("polarity", r"\bsaid (?=that|she|he|the|her|his|no|all)", "denied "),
    ("polarity", r"\brejected\b", "accepted"),
    ("polarity", r"\brefused\b", "agreed"),
    ("polarity", r"\bwelcomed\b", "criticized"),
    ("polarity", r"\bcriticized\b", "welcomed"),
    ("polarity", r"\bconvicted\b", "acquitted"),
    ("polarity", r"\bacquitted\b", "convicted"),
    ("polarity", r"\bagreed\b", "refused"),
    ("polarity", r"\bagainst\b", "for"),
    ("polarity", r"\bopen\b", "close"),
    ("polarity", r"\balive\b", "dead"),
    ("polarity", r"\binnocent\b", "guilty"),
    ("polarity", r"否认", "证实"),
    ("polarity", r"反对", "支持"),
    ("polarity", r"批评", "赞扬"),
    ("hedge", r"\b(?:may|might|could)\b", "will"),
    ("hedge", r"\b(?:probably|allegedly) ", ""),
    ("hedge", r"\bis expected to\b", "is sure to"),
    ("hedge", r"\bis considered\b", "is"),
    ("hedge", r"\bhopes to apply\b", "has applied"),
    ("hedge", r"\bplan to examine\b", "examined"),
    ("hedge", r"\bexpects to restore\b", "restored"),
    ("hedge", r"\bwas likely to\b", "would certainly"),
    ("hedge", r"可能", ""),
    ("hedge", r"怀疑", "确认"),
    ("quantifier", r"\bat least\b", "exactly"),
    ("quantifier", r"\b[Ss]ome (?=\d)", "More than "),
    ("quantifier", r"\b(?:about|up to) (?=\d)", "more than "),
    ("quantifier", r"\b(?:most|half|a third) of\b", "all of"),
    ("quantifier", r"\bHalf of\b", "All of"),
    ("quantifier", r"\bTwo of\b", "All of"),
    ("quantifier", r"\bformer (?=labor|head|directors)", ""),
    ("quantifier", r"三分之二", "全部"),
    ("comparative", r"\brose\b", "fell"),
    ("comparative", r"\bfell (?=\d)", "rose "),
    ("comparative", r"\babove\b", "below"),
    ("comparative", r"\blarger\b", "smaller"),
    ("comparative", r"\blargest\b", "smallest"),
    ("comparative", r"\bsmaller\b", "larger"),
    ("comparative", r"\bstrongest\b", "weakest"),
    ("comparative", r"\blonger\b", "shorter"),
    ("comparative", r"\bmore than\b", "less than"),
    ("comparative", r"\bbefore (?=\d)", "after "),
    ("comparative", r"\bup to\b", "at least"),
    ("magnitude", r"\bmillion\b", "billion"),
    ("magnitude", r"\bpercent\b", "percentage points more"),
    ("magnitude", r"\bweeks\b", "months"),
    ("magnitude", r"\ba year\b", "a month"),
    ("magnitude", r"\beuros\b", "dollars"),
    ("magnitude", r"\bkilometers\b", "miles"),
    ("magnitude", r"公里", "米"),
    ("magnitude", r"亿元", "万元"),
    ("negation", r"\b(was|were|will|would|has|had|is|are|could|may) (?!not|never|no\b|nobody)", r"\1 not "),
    ("negation", r"\b(did|does|do|would|will|was|is|has) not (?=\w)", r"\1 "),
    ("negation", r"\bnever ", ""),
    ("negation", r"\b[Nn]one of\b", "some of"),
    ("negation", r"没有|(?<=票价)不(?=会)|(?<=他们)不(?=反)|尚未", "已经"),
    ("negation", r"(?<=[号州局])(?=将|宣布|怀疑)", "没有"),
)  # fmt: skip


def made(told: Told) -> list[Lie]:
    """(kind, lie) of every rule for every sentence it fits, each once."""
    rules: list[Callable[[Told, int], Iterator[Lie]]] = [
        _number, _date, _person, _place, _antecedent, _otherwise, _added, _quoted, _recombined,
    ]  # fmt: skip
    lies = [lie for rule in rules for at in range(len(told.sentences)) for lie in rule(told, at)]
    return list({text: (kind, text) for kind, text in lies if text not in told.sentences}.values())


def _number(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    for found in list(re.finditer(r"(?<![\d.,:-])\d[\d,]*(?:\.\d+)?(?![\d:])", sentence))[:2]:
        written = found.group().rstrip(",")
        value = float(written.replace(",", ""))
        other = f"{value + 1.3:.1f}" if "." in written else f"{int(value) + 1 + int(value) // 7:,}"
        if re.fullmatch(r"(?:19|20)\d\d", written):
            other = str(int(written) + 1)
        yield "number", sentence[: found.start()] + other + sentence[found.start() + len(written) :]


def _date(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    for names in (_WEEKDAYS, _MONTHS):
        if found := re.search(rf"\b(?:{'|'.join(names)})\b", sentence):
            others = [name for name in names if name not in " ".join(told.sentences)]
            other = (others or [name for name in names if name not in sentence])[0]
            yield "date", sentence[: found.start()] + other + sentence[found.end() :]
    if found := re.search(r"周[一二三四五六日]", sentence):
        yield "date", sentence.replace(found.group(), "周六" if found.group() != "周六" else "周二")


def _person(told: Told, at: int) -> Iterator[Lie]:
    """Another person of the article, and nobody of it, in somebody's place."""
    sentence = told.sentences[at]
    people = told.named("people")
    for person in people:
        last = person if told.chinese else person.split()[-1]
        found = re.search(rf"{person}|(?<=M[rs]\. ){last}|(?<=Dr\. ){last}", sentence)
        if not found or sum(other.endswith(last) for other in people) > 1:
            continue
        absent = [other for other in people if other.split()[-1] not in sentence]
        whole = " " in found.group() or told.chinese
        for other in (*absent[:2], "欧阳彤" if told.chinese else _STRANGERS[at % 3]):
            put = other if whole else other.split()[-1]
            yield "name", sentence[: found.start()] + put + sentence[found.end() :]


def _place(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    places = told.named("places")
    for place in places:
        if re.search(rf"\b{place}\b", sentence):
            other = next((name for name in places if name not in sentence), "Velmora")
            yield "place", re.sub(rf"\b{place}\b", other, sentence)


def _antecedent(told: Told, at: int) -> Iterator[Lie]:
    """ "He" of a sentence replaced by somebody whom the sentences before do not speak of."""
    sentence = told.sentences[at]
    if found := re.match(r"(?:He|She) (?!and\b)", sentence):
        near = " ".join(told.sentences[max(0, at - 3) : at + 1])
        absent = [person for person in told.named("people") if person.split()[-1] not in near]
        for person in absent[:2]:
            yield "name", f"{person} {sentence[found.end() :]}"


def _otherwise(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    unquoted = sentence.split("“")[0] if "“" in sentence else sentence
    for kind, pattern, other in _OTHERWISE:
        if re.search(pattern, unquoted):
            yield kind, re.sub(pattern, other, unquoted, count=1) + sentence[len(unquoted) :]


def _added(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    if told.chinese:
        if "：" not in sentence:
            yield "half", sentence.rstrip("。") + "，市民对此表示愤怒。"
        return
    if not sentence.endswith("."):
        return
    causes = ("because of a strike", "because the insurers had asked for it", "for lack of money")
    halves = (", and the police are investigating", " and was paid for it", ", which surprised nobody")
    yield "cause", f"{sentence[:-1]} {causes[at % 3]}."
    yield "half", f"{sentence[:-1]}{halves[at % 3]}."


def _quoted(told: Told, at: int) -> Iterator[Lie]:
    sentence = told.sentences[at]
    if found := re.search(r"“([^”]*)”", sentence):
        said = found[1].rstrip("。")
        verb, denied = (r"(像|是)", r"不\1") if told.chinese else (_VERB, r"\1 never")
        changed = re.sub(verb, denied, said, count=1)
        changed = changed if changed != said else re.sub(r"^(\S+)", r"\1 hardly", said)
        yield "quote", sentence[: found.start(1)] + changed + sentence[found.start(1) + len(said) :]


def _recombined(told: Told, at: int) -> Iterator[Lie]:
    for text in recombined(told.sentences[at], told.chinese):
        yield "recombined", text
