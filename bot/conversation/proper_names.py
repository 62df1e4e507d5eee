"""Proper names in English text: where they stand, what kind of thing they name, and how a person is called in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from bot.conversation.territories import territories
from bot.lexicon import MONTHS, WEEKDAYS

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
_WORD = (
    r"(?:(?:Jr|Sr|St)\.|[A-Z]\.(?:[A-Z]\.)*(?= )|(?:[A-Z]\.){2,}"
    r"|[^\W\d_a-z\u3400-\u9fff](?:(?![\u3400-\u9fff])[\w’'&-])*)"
)
_NAME = re.compile(rf"{_WORD}(?: (?:(?:of|de|van|von|bin|al|der|la) (?:the )?)?(?:{_WORD}|\d+\b))*")
_DATES = MONTHS.keys() | WEEKDAYS
_DATELINE = re.compile(
    r"(?:^|(?<=\] ))[A-Z][A-Z'’. -]+(?:, [^-–—(?!]{1,40})?(?: ?\([^()]{2,30}\))? ?[-–—]{1,2} |\((?:Reuters|AP|AFP)\)"
)
_TITLE = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Gen|Sen|Rep|Gov|Lt|Col|Adm|Sgt|Prof|Capt|Rev)\.")
_OFFICES = re.findall(
    r"\S+",
    "President Vice Prime Secretary Minister Chancellor Mayor Governor Senator General Chief King Queen Prince Princess"
    " Pope Professor Director Judge Captain Defense Defence Foreign Deputy Justice Admiral Colonel Sir Dame Lord Lady"
    " Treasurer Interior Finance Industry Attorney Speaker Ambassador Chairman Chairwoman Congressman Congresswoman",
)
_PERSONAL = re.compile(rf"^(?:{'|'.join(_OFFICES)}) |\b(?:Jr\.|Sr\.|II|III|IV)(?!\w)|\b[A-Z]\. [A-Z]")
_OFFICE = re.compile(rf"^(?:(?:{'|'.join(_OFFICES)}) )+")
_PARTY = re.compile(
    r"^(?:Democrat|Republican|Libertarian|Independent|Conservative|Tory|Liberal|Socialist) (?=[A-Z]\S+ [A-Z])"
)
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
_SPEECH = (
    r"(?:said|says|told|confirmed|called|announced|warned|added|denied|wrote|spoke|declined|resigned|who)"
)
_HUMAN = (
    r"(?:say|speak|think|call|tell|die|resign|mean|want|meet|write|live|born|married|arrested|elected|sworn"
    r"|shot|killed)"
)


class Kind(StrEnum):
    """What a mention stands for, as far as the words around it tell."""

    PERSON = "person"
    PLACE = "place"
    GROUP = "group"
    THING = "thing"
    UNKNOWN = "unknown"


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its subject, in order, each once."""
    words = [word.strip("'’-.") for word in re.findall(r"[^\W_](?:[\w’'.-]*\w)?", text)]
    plain = (re.sub("['’]s$", "", word) for word in words)
    return list(dict.fromkeys(word for word in plain if word and word.lower() not in STOP))


def names(text: str) -> list[str]:
    """Runs of capitalised words, each once; the first word of a text counts only when it is no ordinary one."""
    return list(dict.fromkeys(name for name, _ in names_at(text)))


@lru_cache(maxsize=64)
def names_at(text: str) -> tuple[tuple[str, int], ...]:
    """The names in `text` and the character each begins at; no days, no agencies, no place of a dateline."""
    found = []
    for match in _NAME.finditer(_blanked(_TITLE, _blanked(_DATELINE, text))):
        words = match[0].split(" ")
        start = match.start()
        opens = start == 0
        while words and words[0].lower() in STOP:
            start += len(words[0]) + 1
            words, opens = words[1:], False
        alone = opens and len(words) == 1 and words[0] != text.strip(" ?.!")
        if words and not alone and not _is_date(words):
            found.append((re.sub("['’]s?$", "", " ".join(words)), start))
    return tuple(found)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda found: " " * len(found[0]), text)


def _is_date(words: Sequence[str]) -> bool:
    """Whether all of it is a day or a month: "Nov 18", "Wednesday"; a "May" alone may be somebody."""
    plain = [word.lower().strip(".") for word in words]
    return all(word in _DATES or word.isdigit() for word in plain) and plain not in (["may"], ["march"])


def kind_of(name: str, texts: Sequence[str]) -> Kind:
    """What `name` is: by its own words, a gazetteer, or what stands beside it in one of `texts`."""
    return _kind(name, tuple(texts))


@lru_cache(maxsize=1024)
def _kind(name: str, texts: tuple[str, ...]) -> Kind:
    if name in territories("en") or _PLACE.search(name):
        return Kind.PLACE
    if _PERSONAL.search(name):
        return Kind.PERSON
    if _GROUP.search(name):
        return Kind.GROUP
    text = " \n ".join(texts)
    spelt = re.escape(name)
    if re.search(rf"\b(?:{'|'.join(_OFFICES)}) {spelt}", text):
        return Kind.PERSON
    if re.search(
        rf"\b(?:Mr|Ms|Mrs|Dr|Gen|Adm|Col|Gov|Sen|Prof)\. (?:[A-Z][\w-]+ )?{spelt}|{spelt}, \d\d,", text
    ):
        return Kind.PERSON
    if any(_PERSONAL.search(other) for other in fuller(name, texts)):
        return Kind.PERSON
    if re.search(rf"\b(?:in|at|near|outside|inside|across|around|into) {spelt}\b", text):
        return Kind.PLACE
    return Kind.UNKNOWN


def fuller(name: str, texts: Sequence[str]) -> list[str]:
    """The longer names in `texts` that end with `name` or with it and a "Jr.", without their office, longest first."""
    found = []
    spelt = re.compile(rf" {re.escape(name)}(?= (?:Jr\.|Sr\.|II|III|IV)|$)")
    for text in texts:
        for other in names(text):
            if name not in other:
                continue
            plain = without_office(other)
            if plain != name and spelt.search(plain):
                found.append(plain)
    return sorted(dict.fromkeys(found), key=len, reverse=True)


def without_office(name: str) -> str:
    """ "Defense Secretary Lloyd J. Austin III of Norvale" as "Lloyd J. Austin III"."""
    plain = _OFFICE.sub("", name if _GROUP.search(name) else _PARTY.sub("", name))
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
