"""Where the verbs of an English sentence stand, as far as endings, lists and the next word tell."""

from __future__ import annotations

from bot.lexicon import AUXILIARY_VERBS, HEDGES, IRREGULAR_VERBS, KNOWING, MODALS, PREPOSITIONS, VERBS
from bot.words import Kind, Word, Words, has_name, stem

KNOWING_KEYS = frozenset(map(stem, KNOWING)) | {"~say"}

_DETERMINERS = frozenset(
    {"the", "a", "an", "his", "her", "its", "their", "this", "that", "these", "all", "no"}
) | {*("about", "nearly", "almost", "some", "more", "only", "every", "each", "many", "both")}
_FORMS = frozenset(
    {"became", "came", "gave", "got", "went", "made", "makes", "gets", "gives", "goes", "comes", "must"}
)
_AUXILIARY = AUXILIARY_VERBS | (
    MODALS - {"if", "unless", "whether", "likely", "unlikely", "possibly", "perhaps"}
)
_STEMS = frozenset(map(stem, VERBS))
_EXPECTING = frozenset(verb for verb in HEDGES if verb.endswith(("s", "ed"))) - {
    "alleged",
    "suspected",
    "supposed",
}
_ADVERBS = frozenset(
    {"then", "later", "also", "again", "now", "still", "once", "never", "not", "instead", "soon"}
)
_OPENING = frozenset({"after", "before", "when", "while", "as", "since", "although", "because", "if"})
_CLAUSE = frozenset({"and", "but", "or", "that", "who", "which"}) | _OPENING
_SUBJECT_REACH = 12
_ASIDE = 8


def finite(text: Words, at: int) -> bool:
    """Whether the word at `at` is plainly a verb that has a subject: "was", "said", "closed", "won", "runs the"."""
    word = text[at]
    if word.kind is Kind.NAME or (
        at and text[at - 1].text in ("a", "an", "the")
    ):  # in May; "a state of emergency"
        return False
    if word.text in _AUXILIARY or word.text in _FORMS or "~say" in word.keys:
        return True
    if word.kind is not Kind.CONTENT:
        return word.text in _EXPECTING
    following = text[at + 1] if at + 1 < len(text) else None
    if word.text.endswith("ed") or word.text in IRREGULAR_VERBS:
        return following is None or following.text != "by"
    if at and base(word) and _third_person(text[at - 1]):  # "buses run"
        return True
    if _third_person(word) and word.keys & _STEMS and (at == 0 or has_name(text[at - 1].keys)):
        return following is not None and (following.kind is Kind.CONTENT or _leads_to_object(following))
    return _leads_to_object(following) and (_third_person(word) or (at > 0 and base(word)))


def base(word: Word) -> bool:
    """Whether a word is a verb's plain form: "close", "sell"."""
    inflected = word.text.endswith(("s", "ed", "ing")) or word.text in IRREGULAR_VERBS
    return word.kind is Kind.CONTENT and not inflected and bool(word.keys & _STEMS)


def first_verb(text: Words) -> int | None:
    """Where the main verb stands, behind what only describes its subject: "Kern, who won," or "ships built in 1908"."""
    start = 0
    if text and text[0].text in _OPENING:
        start = next((at for at, word in enumerate(text) if word.text == ","), 0)
    verbs = [at for at in range(start, len(text)) if finite(text, at)]
    return next((at for at in verbs if not _describes(text, at, verbs)), next(iter(verbs), None))


def first_participle(text: Words) -> int | None:
    """Where the "killing" of "a train killing the driver" stands."""
    found = (at for at, word in enumerate(text) if word.kind is Kind.CONTENT and word.text.endswith("ing"))
    return next(found, None)


def _describes(text: Words, verb: int, verbs: list[int]) -> bool:
    """Whether a verb stands between two commas, or is the "built" of "ships built in 1908 were sold"."""
    opening = next((at for at in range(verb - 1, max(-1, verb - _ASIDE), -1) if text[at].text == ","), None)
    closing = next((at for at in range(verb, len(text)) if text[at].text == ","), None)
    later = [at for at in verbs if at > verb]
    if (
        opening is not None
        and closing is not None
        and text[opening + 1].text in ("who", "which", text[verb].text)
    ):
        return bool(later) and later[-1] > closing
    built = text[verb].text.endswith("ed") and verb + 1 < len(text) and text[verb + 1].text in PREPOSITIONS
    return built and bool(later) and not any(word.text in _CLAUSE for word in text[verb : later[0]])


def last_verb(text: Words) -> int | None:
    """Where the last verb stands."""
    return next((at for at in range(len(text) - 1, -1, -1) if finite(text, at)), None)


def opens_with_verb(text: Words) -> bool:
    """Whether a verb comes first, or behind an adverb: "then sold the bank"."""
    for at, word in enumerate(text[:3]):
        if finite(text, at) or (word.kind is Kind.CONTENT and word.text.endswith("ing")):
            return True
        if base(word):
            return at + 1 < len(text) and text[at + 1].text not in PREPOSITIONS
        if word.text not in _ADVERBS and not word.text.endswith("ly"):
            return False
    return False


def has_subject(text: Words) -> bool:
    """Whether a noun and then its verb follow: a clause that says something of somebody else."""
    at = 0
    while at < min(len(text), _SUBJECT_REACH):
        word = text[at]
        if word.text in (",", "who", "which", "that"):  # "the mayor, Ada Kern, said"
            closing = (n for n in range(at + 1, min(len(text), at + _ASIDE)) if text[n].text == ",")
            at = next(closing, len(text))
        elif word.kind is Kind.BREAK or (at and word.text in ("and", "but")):
            return False
        elif finite(text, at):
            return at > 0
        at += 1
    return False


def _third_person(word: Word) -> bool:
    return word.text.endswith("s") and not word.text.endswith("ss")


def _leads_to_object(following: Word | None) -> bool:
    return following is not None and (
        following.kind in (Kind.NAME, Kind.NUMBER) or following.text in _DETERMINERS
    )
