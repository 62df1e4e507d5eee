"""Whom "he", "it", "they" and "there" mean: the most recent mention of an English thread that fits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.mentions import Mention, mentions
from bot.conversation.proper_names import (
    Kind,
    acts,
    acts_like_a_person,
    fuller,
    kind_of,
    names,
    speaks,
    without_office,
)
from bot.conversation.territories import territories
from bot.types import Turn

_LOOK_BACK = 5
_HE, _SHE = {"he", "him", "his"}, {"she", "her", "hers"}
_ACTS_AS_GROUP = re.compile(
    r" (?:say|announce|plan|pay|own|want|sell|buy|decide|offer|promise|deny|found|employ|hire|fire|report"
    r"|merge|sue|agree"
    r"|vote|respond|react|accuse|send|support|oppose|refuse|belong|operate|invest|headquarter|base|lead"
    r"|run)(?:s|d|ed|ned)?\b"
)
_OVERCOMES = r"\b(?:succeed(?:s|ed|ing)?|replac(?:e|es|ed|ing)|defeat(?:s|ed|ing)?|beat(?:s|en|ing)?|oust(?:s|ed|ing)?)"
_AT = r"\b(?:in|at|near|outside|across|around|on) "
_SEVERAL = re.compile(
    r"\b(?:\d[\d,.]*|[Tt]he|two|three|four|five|six|seven|eight|nine|ten|some|many|several)"
    r" ((?:[a-z-]+ )?(?:[a-z]+[^su\W]s|people))(?=[.,;:”]| (?:of|in|at|on|from|to|are|were|have|had|will"
    r"|would|want|say|said|[a-z]+ed)\b)"
)


def antecedent(pronoun: str, thread: Sequence[Turn], *, last: bool = False, does: str = "") -> str:
    """What `pronoun` stands for; empty when nothing in the last turns fits.

    `last`: it is an object, as in "deny it"; `does` are the words behind it, which tell a company from a bridge.
    """
    word = pronoun.lower()
    recent = list(reversed(thread[-_LOOK_BACK:]))
    if word in _HE | _SHE:
        return person(word, recent)
    if word in ("they", "them", "their", "theirs"):
        return _several(recent)
    return _thing(recent, last, acts_as_group=word == "its" or bool(_ACTS_AS_GROUP.match(does)))


def surnamed(question: str, thread: Sequence[Turn]) -> str:
    """`question` with the people of `thread` as news calls them from the second mention on: by their surnames."""
    for pronoun in ("he", "she"):
        name = antecedent(pronoun, thread)
        if name and name[0].isupper():
            question = question.replace(name, _family(name))
    return question


def place(thread: Sequence[Turn]) -> str:
    """Where "there" is, with its preposition: "in Kursk"."""
    for turn in reversed(thread[-_LOOK_BACK:]):
        for text in (turn.standalone_question, turn.answer):
            for name in names(text):
                if kind_of(name, _texts([turn])) is Kind.PLACE:
                    at = re.search(rf"{_AT}(?:the )?{re.escape(name)}\b", text)
                    if at or text is turn.standalone_question:
                        return at[0] if at else f"in {name}"
    return ""


def person(word: str, recent: Sequence[Turn]) -> str:
    """The newest person of `recent` (newest turn first), in full where a text has the full name."""
    texts = _texts(recent)
    others = {name for turn in recent for name in _called_otherwise(word, turn)}
    doubtful = ""
    for turn in recent:
        people = [name for name in _people(turn, texts) if not _is_other(word, name, texts)]
        if people := [name for name in people if _in_full(name, texts) not in others]:
            return _in_full(people[0], texts)
        if not doubtful:
            asked = _asked(turn)
            acting = [n for n in names(asked) if acts(n, asked) and _may_be_person(n, texts)]
            known = (n for n in acting if not _is_other(word, n, texts) and _in_full(n, texts) not in others)
            doubtful = next(known, "")
    return _in_full(doubtful, texts) if doubtful else _by_role(recent)


def _people(turn: Turn, texts: Sequence[str]) -> list[str]:
    """Those asked about, then those of the answer; the other way round where the question was who it is."""
    asked, answering = _asked_about(turn, texts), _answering(turn, texts)
    if re.match(r"(?:and )?who(?:m|se|[’']s)?\b", turn.standalone_question, re.I):
        new = [name for name in answering if not any(name.split()[-1] in one for one in asked)]
        return [*new, *asked]
    return [*asked, *answering]


def _called_otherwise(word: str, turn: Turn) -> list[str]:
    """Whom the asker called "she" in `turn`, when `word` is "he"; and the other way round."""
    return _called(_SHE if word in _HE else _HE, turn)


def _called(pronouns: set[str], turn: Turn) -> list[str]:
    """The names that were put for the asker's "he" or "she" in `turn`."""
    if not pronouns & set(re.findall(r"[a-z]+", turn.question.lower())):
        return []
    return [name for name in names(turn.standalone_question) if name not in turn.question]


def _asked_about(turn: Turn, texts: Sequence[str]) -> list[str]:
    asked, called = _asked(turn), _called(_HE | _SHE, turn)
    return [
        name
        for name in names(asked)
        if name in called
        or kind_of(name, texts) is Kind.PERSON
        or (_may_be_person(name, texts) and (fuller(name, texts) or acts_like_a_person(name, asked)))
    ]


def _answering(turn: Turn, texts: Sequence[str]) -> list[str]:
    """The people of an answer: who speaks first, then who is plainly one, then who has two names.

    Whom somebody succeeds or defeats comes last.
    """
    found = names(turn.answer)
    people = [name for name in found if kind_of(name, texts) is Kind.PERSON]
    speaking = [name for name in people if speaks(name, turn.answer)]
    full = [name for name in found if " " in name and _may_be_person(name, texts)]
    return sorted([*speaking, *people, *full], key=lambda name: _is_overcome(name, turn.answer))


def _is_overcome(name: str, text: str) -> bool:
    """Whether `text` has somebody else succeed or defeat `name`."""
    return re.search(rf"{_OVERCOMES} (?:[\w.’'-]+ ){{0,3}}{re.escape(name)}", text) is not None


def _by_role(recent: Sequence[Turn]) -> str:
    texts = _texts(recent)
    phrases = (m for turn in recent for m in mentions(_asked(turn), texts) if m.text.startswith("the "))
    found = (m for m in phrases if m.kind is Kind.PERSON)
    return next((mention.text for mention in found), "")


def _may_be_person(name: str, texts: Sequence[str]) -> bool:
    return kind_of(name, texts) in (Kind.PERSON, Kind.UNKNOWN)


def _is_other(word: str, name: str, texts: Sequence[str]) -> bool:
    """Whether a "Ms." or a "King" says that the name is not a he, or not a she."""
    family = re.escape(_family(name))
    text = " ".join(texts)
    woman = re.search(rf"\b(?:Ms|Mrs)\. (?:\w+ )?{family}\b", text) or re.match(
        "Queen|Princess|Dame|Lady", name
    )
    man = re.search(rf"\bMr\. (?:\w+ )?{family}\b", text) or re.match("King |Prince |Sir |Lord |Pope", name)
    return bool(woman if word in _HE else man)


def _family(name: str) -> str:
    return re.sub(r",? (?:Jr\.|Sr\.|II|III|IV).*$", "", without_office(name)).split()[-1]


def _in_full(name: str, texts: Sequence[str]) -> str:
    plain = without_office(name)
    return next(iter(fuller(plain, texts)), plain)


def _several(recent: Sequence[Turn]) -> str:
    texts = _texts(recent)
    for turn in recent:
        found = [m for m in mentions(_asked(turn), texts) if m.kind is not Kind.PERSON]
        bodies = [
            m
            for m in found
            if m.kind in (Kind.GROUP, Kind.UNKNOWN) or m.text.removeprefix("the ") in territories("en")
        ]
        if plural := [m for m in found if m.plural] or bodies:
            return plural[0].text
        if several := _SEVERAL.search(turn.answer):
            return f"the {several[1]}"
        if groups := [name for name in names(turn.answer) if kind_of(name, texts) is Kind.GROUP]:
            return groups[0]
    return ""


def _thing(recent: Sequence[Turn], last: bool, acts_as_group: bool) -> str:
    texts = _texts(recent)
    for turn in recent:
        found = [m for m in mentions(_asked(turn), texts) if _is_thing(m, turn, texts)]
        if found:
            groups = [m for m in found if m.kind in (Kind.GROUP, Kind.UNKNOWN)]
            things = [m for m in found if m.kind is Kind.THING]
            salient = (groups or things if acts_as_group else things or groups) or found
            return salient[-1 if last else 0].text
    return ""


def _is_thing(mention: Mention, turn: Turn, texts: Sequence[str]) -> bool:
    if mention.kind is Kind.UNKNOWN:
        asked = _asked(turn)
        return not (fuller(mention.text, texts) or acts_like_a_person(mention.text, asked))
    return mention.kind is not Kind.PERSON and not mention.plural


def _texts(turns: Sequence[Turn]) -> list[str]:
    return [text for turn in turns for text in (turn.standalone_question, turn.answer)]


def _asked(turn: Turn) -> str:
    """The question without what it borrowed: that stands in an earlier turn."""
    return re.sub(r" \(.*\)$", "", turn.standalone_question)
