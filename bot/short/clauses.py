"""The clause in which a candidate stands, the verb a question asks about, and whether either is negated."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.han import NO_NEGATION
from bot.lexicon import (
    AUXILIARY_VERBS,
    IRREGULAR_VERBS,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    SPEECH,
    VERBS,
)
from bot.short.answer_type import is_han
from bot.words import sense, stem

_STRONG = re.compile(
    r"[;:()—“”\"]|,? \b(?:but|while|which|who|because|although|when|where|whereas)\b|, and\b|[。；！？]"
)
_SPLIT = re.compile(
    r"[;:()—“”\"。；，！？]|, |\b(?:and|but|while|which|who|because|although|when|where|whereas)\b"
)
_ASIDE = re.compile(r"(?:, (?:[a-z]+ly |first |last )?|^(?=[A-Z]))(?P<verb>[A-Za-z]+) [^,;.]*(?=,)")
_REDUCED = re.compile(
    r"(?<!\bis)(?<!\bwas)(?<!\bwere)(?<!\bbe)(?<!\bbeen)(?<!\bare) (?P<verb>[a-z]+)"
    r" (?:in|on|at|by|since|during) (?:the )?$"
)
_THAT = re.compile(r"\bthat\b")
_NEGATED = re.compile(
    r"\b(?:not|never|nor|neither|cannot|no (?:longer|one))\b(?! (?:only|just|until)\b)|n['’]t\b", re.I
)
_NOT_UNTIL = re.compile(r"(?:\bnot\b|n['’]t\b).*\buntil\b|\b(?:whether|if) or not\b", re.I)
_HAN_NEGATED = re.compile(
    "没(?!收)|未(?=[能曾经被有获出参到得])|并未|尚未|从未|并非|绝非|不(?=[会是能再愿想要准曾])"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_ASKS = re.compile(
    r"(?i:\b(?P<aux>did|does|do|will|would|can|could|should|was|were|is|are|has|have|had|been|be)\b (?P<rest>.+))"
)
_ENDS = PREPOSITIONS | {
    "the",
    "a",
    "an",
    "his",
    "her",
    "their",
    "its",
    "this",
    "that",
    "these",
    "those",
    "first",
    "not",
    "down",
    "away",
    "back",
}
_BE = frozenset(("was", "were", "is", "are", "has", "have", "had", "been", "be"))
_KNOWN = frozenset(map(stem, VERBS | SPEECH | set(IRREGULAR_VERBS.values())))
_NO_BASE = re.compile(r"(?:ments?|ions?|ing|ed|ers?|[^s]s)$")
_DOES = re.compile(
    r"(?:who(?: (?:first|also))?|which [\w-]+) (?!did\b|does\b|do\b)(?P<words>[\w-]+ [\w-]+)", re.I
)
_MADE = ("made", "makes", "make", "gave", "gives", "runs", "owns")
_TOOK_PLACE = re.compile(r"\b(?:tak(?:e|en|ing) place|happen|occur|exist)", re.I)  # any verb may tell of that
_ALIKE = tuple(
    frozenset(map(sense, group.split()))
    for group in (
        "found establish create form open",
        "invent develop",
        "receive obtain win",
        "return come",
        "withdraw pull",
        "elect name appoint choose",
        "attack besiege invade",
        "resign quit step",
        "leave depart",
        "crash collide",
        "pass passage",
        "marry married",
        "meet talk",
    )
)
_FINITE = (AUXILIARY_VERBS | MODALS | SPEECH | IRREGULAR_VERBS.keys() | {"beat", "set", "let"}) - {
    "if", "unless", "whether", "speaking", "likely", "unlikely", "possibly", "perhaps", "state", "report", "claim",
    "note", "dying", "built", "born", "based", "known",
}  # fmt: skip
_HAN_ASKED = re.compile(
    "(?:什么时候|什么时间|何时|哪[一]?[年天月]|在?哪里|在?哪儿|谁)(?P<verb>[^？?的了，]+)"
)
_LONGEST_HAN_VERB = 3  # characters: what is longer has an object, which need not follow in the sentence
_HAN_HELPERS = re.compile("^(?:被|将|会|要|才|是|开始|正式|首次|第一次)+")


def piece(sentence: str, start: int) -> str:
    """The clause in which the character `start` stands; what lies between commas and has no verb is part of a longer
    one."""
    near = _cut(_SPLIT, sentence, start)
    return near if has_verb(near) or is_han(sentence) else segment(sentence, start)


def segment(sentence: str, start: int) -> str:
    """The stretch around `start` up to what surely ends a clause, over single commas."""
    return _cut(_STRONG, sentence, start)


def has_verb(text: str) -> bool:
    """Whether one of the English words of `text` has the form of a verb in a sentence."""
    words = [word.lower() for word in _WORD.findall(text)]
    return any(word in _FINITE or (word.endswith("ed") and len(word) > 4) for word in words)


def in_aside(sentence: str, start: int, verb: str) -> bool:
    """Whether what stands at `start` goes with a participle, as in "the bridge, built in 1961, fell", and `verb`, which
    is asked about, stands outside that alone."""
    if not verb:
        return False
    reduced = _REDUCED.search(sentence[:start])
    if reduced and _is_participle(reduced["verb"]) and not says(reduced["verb"], verb):
        follows = re.split(r"[,;.]| and\b", sentence[start:])[0].split()[1:4]
        if says(" ".join(follows), verb):
            return True
    asides = (a for a in _ASIDE.finditer(sentence) if a.start() < start < a.end())
    aside = next((a for a in asides if _is_participle(a["verb"].lower())), None)
    if not aside or says(aside[0], verb):
        return False
    behind = sentence[aside.end() :]
    return says(behind if aside.start() == 0 else " ".join(behind.split()[:3]), verb)


def negated(text: str) -> bool:
    """Whether `text` says that something is not so."""
    if is_han(text):
        return bool(_HAN_NEGATED.search(NO_NEGATION.sub("", text)))
    return bool(_NEGATED.search(text)) and not _NOT_UNTIL.search(text)


def negated_at(sentence: str, start: int) -> bool:
    """Whether the clause around `start`, without what a "that" opens, is negated."""
    clause = piece(sentence, start)
    return negated(_THAT.split(clause)[0])


@lru_cache(maxsize=64)
def asked_verb(question: str) -> str:
    """The `sense` of the verb that a question in English asks about ("" where none is told).

    It ends a run of words that no preposition or article breaks: "When did the price of *bread rise* in Lisk?"
    """
    asks = _ASKS.search(question)
    if not asks or is_han(question) or _TOOK_PLACE.search(question):
        return ""
    be = asks["aux"].lower() in _BE
    runs = _runs(asks["rest"])
    if not be and len(runs) > 1 and len(runs[0]) == 1:
        runs = runs[1:]  # "did the strike in Lisk begin": the subject alone
    long = [run for run in runs if len(run) > 1]
    runs = [[w for w in run if w[0].islower() and w not in PRONOUNS] for run in runs]
    ordered = [run[-1] for run in runs if run] + [word for run in runs for word in reversed(run[:-1])]
    word = next((word for word in ordered if _is_verb(word, be)), "")
    if not word and not be:
        word = next((run[-1] for run in long if run[-1][0].islower() and run[-1] not in PRONOUNS), "")
    return sense(word) if word else ""


@lru_cache(maxsize=64)
def subject_verb(question: str) -> str:
    """The `sense` of what "who" or "which company" is asked to have done; "" where that is no verb we know."""
    does = _DOES.match(question)
    words = does["words"].lower().split() if does else []
    words = words[: 1 if question.lower().startswith("who") else 2]
    return next((sense(w) for w in words if _is_participle(w) or stem(w) in _KNOWN or w in _MADE), "")


@lru_cache(maxsize=64)
def han_verb(question: str) -> str:
    """What a question in Chinese asks of the time, place or person: 冲垮 in 什么时候被冲垮的."""
    found = _HAN_ASKED.search(question)
    verb = _HAN_HELPERS.sub("", found["verb"]) if found else ""
    return verb if len(verb) <= _LONGEST_HAN_VERB else ""


def says(text: str, verb: str) -> bool:
    """Whether `text` has the verb, as a word of its stem, a noun made of it, or a word that tells the same."""
    alike = {verb, *(other for group in _ALIKE if verb in group for other in group)}
    found = {sense(word.lower()) for word in _WORD.findall(text)}
    root = verb[: max(4, len(verb) - 1)]
    return bool(alike & found) or (
        len(verb) >= len(root) >= 4 and any(word.startswith(root) for word in found)
    )


def _is_participle(word: str) -> bool:
    return word.endswith("ed") or word in IRREGULAR_VERBS or word == "born"


def _is_verb(word: str, be: bool) -> bool:
    if be:
        return _is_participle(word)
    return stem(word) in _KNOWN and not _NO_BASE.search(word)


def _runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[^\W_][\w’'-]*", text):
        if word.lower() in _ENDS:
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def _cut(breaks: re.Pattern[str], sentence: str, start: int) -> str:
    first, last = 0, len(sentence)
    for found in breaks.finditer(sentence):
        if found.end() <= start:
            first = found.end()
        elif found.start() > start:
            last = found.start()
            break
    return sentence[first:last]
