"""What an English question mentions: its names and its noun phrases, in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.proper_names import STOP, Kind, kind_of, names_at

_DETERMINER = r"(?:the|an?|this|that|these|those|its|his|her|their|our)"
_OWN = ("its", "his", "her", "their", "our")
_BOUNDARY = frozenset(
    re.findall(
        r"\S+",
        """
    about above across after against along among around as at before behind below between beyond by despite down
    during except for from in inside into like near off on onto out outside over per since through to toward towards
    under until up upon via with within without and or but nor that which who whom whose when where while because if
    than is are was were be been has have had did does do will would can could should may might must not so then there
    why how what the a an this these those its his her their our
    """,
    )
)
_TRAILING = frozenset(
    re.findall(
        r"\S+",
        "again already yet yesterday today tomorrow tonight now ago ever first last soon still also too exactly "
        "happen happens happened start begin end say said",
    )
)
_PEOPLE = frozenset(
    re.findall(
        r"\S+",
        "mayor minister president governor chief chairman chairwoman leader director manager coach captain judge"
        " senator king queen prince princess pope author winner player driver teacher man woman boy girl officer"
        " general admiral secretary spokesman spokeswoman spokesperson executive suspect victim pilot owner founder"
        " scientist lawyer",
    )
)
_SAME_IN_THE_PAST = frozenset(
    re.findall(r"\S+", "cut put set hit shut let cost spread read split cast quit burst bid")
)
PLURAL = re.compile(r"(?:people|police|children|men|women|[^su\W]s|ies|[^i]ses)$", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """Something mentioned at character `start` of its text."""

    text: str
    start: int
    kind: Kind
    plural: bool = False


def mentions(question: str, texts: Sequence[str]) -> list[Mention]:
    """The names and the noun phrases of a question, in their order; `texts` are read for what kind they are."""
    found = [
        Mention(_with_article(name, start, question), start, kind_of(name, (question, *texts)))
        for name, start in names_at(question)
    ]
    found += [*_counted(question), *_uncounted(question)]
    for match in re.finditer(rf"\b{_DETERMINER} (?=\w)", question, re.I):
        if phrase := _phrase(question, match, texts):
            inside = range(match.start(), match.start() + len(phrase.text))
            found = [m for m in found if m.start not in inside or _owns(m, question)]
            found.append(phrase)
    return sorted(found, key=lambda mention: mention.start)


def is_role(phrase: str) -> bool:
    """Whether a noun phrase is somebody: "mayor of Dunmere"."""
    return phrase.split(" of ")[0].split()[-1].lower() in _PEOPLE


def possessive(name: str) -> str:
    """ "Pell's", "Lumen Foundries'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _counted(question: str) -> list[Mention]:
    """ "How many troops" as the troops."""
    counted = re.match(
        r"(?:how many|which|what) ((?:[a-z][\w-]* )?[a-z][\w-]*)(?= (?:did|does|do|is|are|was|were|has|have"
        r"|will|can)\b)",
        question,
        re.I,
    )
    if not counted or counted[1].split()[0] in STOP:
        return []
    plural = bool(PLURAL.search(counted[1]))
    return [Mention(f"the {counted[1]}", counted.start(1), Kind.THING, plural)]


def _uncounted(question: str) -> list[Mention]:
    """ "Why did Russia send troops?" as the troops: behind "did" no verb ends in an s."""
    helped = re.search(r"\b(?:did|do|will|would|can|could|should) ", question, re.I)
    if helped is None:
        return []
    bare = re.compile(
        rf"(?<!the )(?<!['’])\b(?:[a-z-]+[^su\W]s|people)\b(?! (?:of|{'|'.join(sorted(_OWN))})\b)"
    )
    plurals = [m for m in bare.finditer(question, helped.end()) if m[0] not in STOP | _BOUNDARY]
    return [Mention(f"the {m[0]}", m.start(), Kind.THING, plural=True) for m in plurals]


def _phrase(question: str, opening: re.Match[str], texts: Sequence[str]) -> Mention | None:
    words = _run(question[opening.end() :])
    if _is_subject(question, opening.start()):
        words = _without_verb(words, texts)
    while len(words) > 1 and words[-1].lower() in _TRAILING:
        words = words[:-1]
    if not words or words[0].lower() in STOP:
        return None
    head = re.split(r"['’]s? ", " ".join(words))[-1].split(" of ")[0].split()[-1]
    determiner = opening[0].strip().lower()
    said = " ".join([_owner(question, opening.start()) if determiner in _OWN else "the", *words])
    name = " ".join(words) if words[0][0].isupper() and words[-1][0].isupper() else ""
    kind = kind_of(name, (question, *texts)) if name else Kind.PERSON if is_role(head) else Kind.THING
    if kind is Kind.THING and not name:
        said += _whereabouts(question, opening.end(), words)
    return Mention(said, opening.start(), kind, bool(PLURAL.search(head)))


def _whereabouts(question: str, start: int, words: Sequence[str]) -> str:
    """The " at Lisk Airport" right behind the noun phrase `words` that begins at `start`; "" where there is none."""
    end = start + len(" ".join(words))
    placed = re.match(r" (?:at|in|near) (?:the )?", question[end:])
    found = dict((at, name) for name, at in names_at(question))
    if not placed or not question.startswith(" ".join(words), start):
        return ""
    name = found.get(end + placed.end(), "")
    return f"{placed[0]}{name}" if name else ""


def _owns(mention: Mention, question: str) -> bool:
    name = mention.text.removeprefix("the ")
    return question[mention.start + len(name) :].startswith(("'", "’"))


def _owner(question: str, start: int) -> str:
    """Whose "its" it is that stands at `start`: the name before it."""
    before = [(name, at) for name, at in names_at(question) if at < start]
    if not before:
        return "the"
    return possessive(_with_article(*before[-1], question))


def _with_article(name: str, start: int, question: str) -> str:
    return f"the {name}" if question[:start].lower().endswith("the ") else name


def _run(rest: str) -> list[str]:
    """The words of a noun phrase behind its determiner, up to what cannot belong to it."""
    words: list[str] = []
    tokens = re.findall(r"[\w’'.&-]*\w|[^\w\s]", rest)
    for at, token in enumerate(tokens):
        joins = token == "of" and at + 1 < len(tokens) and words
        if not joins and (
            not token[0].isalnum()
            or token.lower() in _BOUNDARY - ({"the"} if words[-1:] == ["of"] else set())
        ):
            break
        words.append(token)
    return words[:-1] if words[-1:] == ["of"] else words


def _is_subject(question: str, start: int) -> bool:
    """Whether what begins at `start` stands behind an auxiliary, so that a verb may follow it."""
    head = question[:start]
    if re.match(r"(?:and )?(?:who|what|whose)(?: (?:is|was|are|were)|['’]s) $", head, re.I):
        return False
    return bool(
        re.search(
            r"\b(?:did|does|do|is|was|are|were|has|have|had|will|would|can|could|should|why) $", head, re.I
        )
    )


def _without_verb(words: list[str], texts: Sequence[str]) -> list[str]:
    """A subject without the verb behind it: as much of it as the texts have, else all but the last word."""
    if len(words) < 2 or "of" in words:
        return words
    known = " \n ".join(texts).casefold()
    same = next((at for at, word in enumerate(words) if at and word in _SAME_IN_THE_PAST), len(words) - 1)
    for size in range(same, 0, -1):
        if re.search(rf"\b{re.escape(' '.join(words[:size]).casefold())}\b", known):
            return words[:size]
    return words[:-1]
