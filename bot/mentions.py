"""Whom and what an English text mentions: names, noun phrases, and what kind of thing each is, as far as it shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.territories import territories

STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also am an and any anyone anything are as at be because been before being but
        by can come could did do does doing done during else ever exactly for from get got had has have
        having he her hers him his how i if in into is it its itself just many may me might mine more much my
        no nor not of off on or other our out over own please really say says said shall she should since so
        some such tell than that the their theirs them themselves then there these they this those till to told
        too until up upon us was we were what when where which while who whom whose why will with would yes
        yet you your ok okay go happen happened happens mean means
        """,
    )
)
_WORD = r"(?:(?:Jr|Sr|St)\.|[A-Z]\.(?:[A-Z]\.)*(?= )|(?:[A-Z]\.){2,}|[^\W\d_a-z][\w’'&-]*)"
_NAME = re.compile(rf"{_WORD}(?: (?:(?:of|de|van|von|bin|al|der|la) (?:the )?)?(?:{_WORD}|\d+\b))*")
_TITLE = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Gen|Sen|Rep|Gov|Lt|Col|Adm|Sgt|Prof|Capt|Rev)\.")
_OFFICES = (
    "President Vice Prime Secretary Minister Chancellor Mayor Governor Senator General Chief King Queen Prince Princess"
    " Pope Professor Director Judge Captain Defense Defence Foreign Deputy Justice Admiral Colonel Sir Dame Lord Lady"
    " Treasurer Interior Finance Industry Attorney Speaker Ambassador Chairman Chairwoman Congressman Congresswoman"
).split()
_PERSONAL = re.compile(rf"^(?:{'|'.join(_OFFICES)}) |\b(?:Jr\.|Sr\.|II|III|IV)(?!\w)|\b[A-Z]\. [A-Z]")
_OFFICE = re.compile(rf"^(?:(?:{'|'.join(_OFFICES)}) )+")
_GROUP = re.compile(
    r"\b(?:Bank|Ministry|Department|Foundries|Union|League|Party|University|Institute|Association|Court|Parliament"
    r"|Council|Inc|Corp|Ltd|Group|Company|Co|Times|Post|Club|United|Federation|Agency|Commission|Committee|Congress"
    r"|Senate|House|Society|Authority|Airlines?|Airways|Motors|Brigade|Army|Navy|Police|Hospital|School|College|Cup"
    r"|Museum|Church|Office|Board|Fund|Organi[sz]ation|Kremlin|White House|Pentagon|NATO|Front|Service|Center|Centre"
    r"|Securities|Terminals|Rovers|Athletic|Summit|Treaty|Act|Accord|Agreement|Prize|War|Games|Festival)\b"
    r"|^[A-Z]{2,}$|^(?:[A-Z]\.){2,}$"
)
_PLACE = re.compile(
    r"^(?:North|South|East|West|New|Port|Lake|Mount|River|Cape|Fort|San|Santa|Saint|St\.|Gulf|Bay) "
    r"|\b(?:Islands?|Street|Road|Bridge|County|City|Republic|Kingdom|States|Province|Sea|Strait|Valley|Airport"
    r"|Square|Hill|Coast|Peninsula|Beach|River|Lake|Mountains?|Desert|Canal)$"
)
_SPEECH = r"(?:said|says|told|confirmed|called|announced|warned|added|denied|wrote|spoke|declined|resigned|who)"
_HUMAN = (
    r"(?:say|speak|think|call|tell|die|resign|mean|want|meet|write|live|born|married|arrested|elected|sworn|shot|killed)"
)
_DETERMINER = r"(?:the|an?|this|that|these|those|its|his|her|their|our)"
_OWN = ("its", "his", "her", "their", "our")
_BOUNDARY = frozenset(
    """
    about above across after against along among around as at before behind below between beyond by despite down
    during except for from in inside into like near off on onto out outside over per since through to toward towards
    under until up upon via with within without and or but nor that which who whom whose when where while because if
    than is are was were be been has have had did does do will would can could should may might must not so then there
    why how what the a an this these those its his her their our
    """.split()
)
_TRAILING = frozenset(
    "again already yet yesterday today tomorrow tonight now ago ever first last soon still also too exactly "
    "happen happens happened start begin end say said".split()
)
_PEOPLE = frozenset(
    "mayor minister president governor chief chairman chairwoman leader director manager coach captain judge senator "
    "king queen prince princess pope author winner player driver teacher man woman boy girl officer general admiral "
    "secretary spokesman spokeswoman spokesperson executive suspect victim pilot owner founder scientist lawyer".split()
)
_SAME_IN_THE_PAST = frozenset("cut put set hit shut let cost spread read split cast quit burst bid".split())
_PLURAL = re.compile(r"(?:people|police|children|men|women|[^su\W]s|ies|[^i]ses)$", re.I)


class Kind(StrEnum):
    """What a mention stands for, as far as the words around it tell."""

    PERSON = "person"
    PLACE = "place"
    GROUP = "group"
    THING = "thing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something mentioned at character `start` of its text."""

    text: str
    start: int
    kind: Kind
    plural: bool = False


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its subject, in order, each once."""
    words = [word.strip("'’-.") for word in re.findall(r"[^\W_](?:[\w’'.-]*\w)?", text)]
    plain = (re.sub("['’]s$", "", word) for word in words)
    return list(dict.fromkeys(word for word in plain if word and word.lower() not in STOP))


def names(text: str) -> list[str]:
    """Runs of capitalised words, each once; the first word of a text counts only when it is no ordinary one."""
    return list(dict.fromkeys(name for name, _ in _names_at(text)))


def _names_at(text: str) -> list[tuple[str, int]]:
    found = []
    for match in _NAME.finditer(_TITLE.sub(lambda title: " " * len(title[0]), text)):
        words = match[0].split(" ")
        start = match.start()
        opens = start == 0
        while words and words[0].lower() in STOP:
            start += len(words[0]) + 1
            words, opens = words[1:], False
        alone = opens and len(words) == 1 and words[0] != text.strip(" ?.!")
        if words and not alone:
            found.append((re.sub("['’]s?$", "", " ".join(words)), start))
    return found


def kind_of(name: str, texts: Sequence[str]) -> Kind:
    """What `name` is: by its own words, a gazetteer, or what stands beside it in one of `texts`."""
    if name in territories("en") or _PLACE.search(name):
        return Kind.PLACE
    if _PERSONAL.search(name):
        return Kind.PERSON
    if _GROUP.search(name):
        return Kind.GROUP
    text = " \n ".join(texts)
    spelt = re.escape(name)
    if re.search(rf"\b(?:Mr|Ms|Mrs|Dr|Gen|Adm|Col|Gov|Sen|Prof)\. (?:[A-Z][\w-]+ )?{spelt}|{spelt}, \d\d,", text):
        return Kind.PERSON
    if any(_PERSONAL.search(other) for other in fuller(name, texts)):
        return Kind.PERSON
    if re.search(rf"\b(?:in|at|near|outside|inside|across|around|into) {spelt}\b", text):
        return Kind.PLACE
    return Kind.UNKNOWN


def is_role(phrase: str) -> bool:
    """Whether a noun phrase is somebody: "mayor of Dunmere"."""
    return phrase.split(" of ")[0].split()[-1].lower() in _PEOPLE


def fuller(name: str, texts: Sequence[str]) -> list[str]:
    """The longer names in `texts` that end with `name` or hold it before a "Jr.", without their office, longest first."""
    found = []
    for text in texts:
        for other in names(text):
            plain = without_office(other)
            if plain != name and re.search(rf" {re.escape(name)}(?= (?:Jr\.|Sr\.|II|III|IV)|$)", plain):
                found.append(plain)
    return sorted(dict.fromkeys(found), key=len, reverse=True)


def without_office(name: str) -> str:
    """ "Defense Secretary Lloyd J. Austin III of Norvale" as "Lloyd J. Austin III"."""
    plain = _OFFICE.sub("", name)
    if plain != name or _PERSONAL.search(name):
        plain = re.sub(r"(?<=\w\w) of .+$|(?<=Jr\.) of .+$", "", plain)
    return plain or name


def speaks(name: str, text: str) -> bool:
    """Whether `text` has `name` say something."""
    after = rf"{re.escape(name)},?(?: [^.?!”\"]{{0,80}},)? {_SPEECH}\b"
    return re.search(rf"{after}|\b{_SPEECH} (?:\w+\. )?{re.escape(name)}", text) is not None


def acts(name: str, question: str) -> bool:
    """Whether `name` is the subject of `question`."""
    return re.search(rf"\b(?:did|does|has|will|is|was|would|can) {re.escape(name)} \w+", question) is not None


def acts_like_a_person(name: str, question: str) -> bool:
    """Whether `question` has `name` do what people do."""
    return re.search(rf"\b{re.escape(name)} (?:\w+ )?{_HUMAN}\b", question) is not None


def mentions(question: str, texts: Sequence[str]) -> list[Mention]:
    """The names and the noun phrases of a question, in their order; `texts` are read for what kind they are."""
    found = [Mention(name, start, kind_of(name, (question, *texts))) for name, start in _names_at(question)]
    found += _counted(question)
    for match in re.finditer(rf"\b{_DETERMINER} (?=\w)", question, re.I):
        if phrase := _phrase(question, match, texts):
            inside = range(match.start(), match.start() + len(phrase.text))
            found = [other for other in found if other.start not in inside or _owns(other, question)]
            found.append(phrase)
    return sorted(found, key=lambda mention: mention.start)


def _counted(question: str) -> list[Mention]:
    """ "How many troops" as the troops."""
    counted = re.match(
        r"(?:how many|which|what) ((?:[a-z][\w-]* )?[a-z][\w-]*)(?= (?:did|does|do|is|are|was|were|has|have|will|can)\b)",
        question,
        re.I,
    )
    if not counted or counted[1].split()[0] in STOP:
        return []
    plural = bool(_PLURAL.search(counted[1]))
    return [Mention(f"the {counted[1]}", counted.start(1), Kind.THING, plural)]


def _phrase(question: str, opening: re.Match[str], texts: Sequence[str]) -> Mention | None:
    words = _run(question[opening.end() :])
    if _is_subject(question, opening.start()):
        words = _without_verb(words, texts)
    while len(words) > 1 and words[-1].lower() in _TRAILING:
        words = words[:-1]
    if not words or words[0].lower() in STOP:
        return None
    head = " ".join(words).split(" of ")[0].split()[-1]
    determiner = opening[0].strip().lower()
    said = " ".join([_owner(question, opening.start()) if determiner in _OWN else "the", *words])
    kind = Kind.PERSON if is_role(head) else Kind.THING
    return Mention(said, opening.start(), kind, bool(_PLURAL.search(head)))


def possessive(name: str) -> str:
    """ "Pell's", "Lumen Foundries'"."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _owns(mention: Mention, question: str) -> bool:
    return question[mention.start + len(mention.text) :].startswith(("'", "’"))


def _owner(question: str, start: int) -> str:
    """Whose "its" it is that stands at `start`: the name before it."""
    before = [(name, at) for name, at in _names_at(question) if at < start]
    if not before:
        return "the"
    name, at = before[-1]
    the = "the " if question[:at].lower().endswith("the ") else ""
    return f"{the}{possessive(name)}"


def _run(rest: str) -> list[str]:
    """The words of a noun phrase behind its determiner, up to what cannot belong to it."""
    words: list[str] = []
    tokens = re.findall(r"[\w’'.&-]*\w|[^\w\s]", rest)
    for at, token in enumerate(tokens):
        joins = token == "of" and at + 1 < len(tokens) and words
        if not joins and (not token[0].isalnum() or token.lower() in _BOUNDARY - ({"the"} if words[-1:] == ["of"] else set())):
            break
        words.append(token)
    return words[:-1] if words[-1:] == ["of"] else words


def _is_subject(question: str, start: int) -> bool:
    """Whether what begins at `start` stands behind an auxiliary, so that a verb may follow it."""
    head = question[:start]
    if re.match(r"(?:and )?(?:who|what|whose)(?: (?:is|was|are|were)|['’]s) $", head, re.I):
        return False
    return bool(re.search(r"\b(?:did|does|do|is|was|are|were|has|have|had|will|would|can|could|should|why) $", head, re.I))


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
