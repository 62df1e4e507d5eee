"""A follow-up question made to stand alone without a language model, by a few readable rules.

A pronoun gets its name, a question word the last question's content, "And in Kursk?" takes a place in it; what fits
nowhere is borrowed in brackets, so that a reader sees what was understood. A question with its own subject is never
touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.antecedents import antecedent, place, surnamed
from bot.conversation.clauses import asked_again, beside, capital, taken_apart, with_topic, without_leading
from bot.conversation.ellipsis import asked_of, is_countable, is_time
from bot.conversation.followup_han import completed_han
from bot.conversation.mentions import mentions, possessive
from bot.conversation.mentions_han import HAN
from bot.conversation.pronouns import PRONOUN, is_bound, is_object, is_possessive, points_back
from bot.conversation.proper_names import Kind, content_words, names
from bot.conversation.thread import in_view
from bot.types import Turn

_WH = (
    r"(?:by|since|until|from|to|with|for|at|in|on) (?:whom|who|when|where|what (?:time|day|year|date)"
    r"|which (?:year|day|date))"
    r"|(?:for )?how long|how (?:often|far|many|much|soon)|(?:what|which) (?:time|day|year|date|month|city"
    r"|country|place)"
    r"|(?:who|what|where|when|how|which)(?: else)?|whom|whose|why"
)
_IT_HAPPENED = (
    r"(?:is|was|did|does|has|will) (?:that|this|it) (?:happen\w*|take place|occur\w*|be)|(?:is|was) (?:that"
    r"|this)|did (?:he|she|they|it)"
)
_BARE = re.compile(
    rf"(?P<wh>{_WH}|how come|how so|what for|where from|where to)"
    rf"(?: (?:exactly|precisely|then|again|though))?(?: (?:{_IT_HAPPENED}))?(?: exactly| again)?",
    re.I,
)
_SAID_SO = re.compile(
    rf"(?P<wh>{_WH}) (?:did|does|has) (?P<who>he|she|they|it) (?:say|said|do|done|mean|announce) (?:it|that"
    rf"|this|so)(?: exactly)?",
    re.I,
)
_SCANT = re.compile(r"(?:who|what|how many|how much|which) (?!(?:is|are|was|were)\b)[a-z-]+", re.I)
_OF_NOTHING = re.compile(r"how many (?:was|were|are|is|have been|had been|has) [a-z-]+", re.I)
_SAYS = re.compile(r"what (?:did|does|has) [^?]* (?:say|said)", re.I)
_SPELT_OUT = {
    "how come": "why",
    "how so": "how",
    "what for": "why",
    "where from": "from where",
    "where to": "to where",
}
_ABOUT = re.compile(r"(?:what|how) about (?P<topic>.+)", re.I)
_MOST_PRONOUNS = 4
_PREPOSITION = re.compile(
    r"(?:in|on|at|by|from|to|for|with|of|after|before|since|until|against|during|near|under|outside|inside)\b",
    re.I,
)
_ASKS = re.compile(
    r"(?:who|what|when|where|why|how|which|whose|is|are|was|were|did|does|do|has|have|had|can|could|will"
    r"|would|should)\b",
    re.I,
)
_CHAT = re.compile(
    r"(?:hi|hello|hey|thanks?|thank you|thx|ok(?:ay)?|great|good (?:morning|evening|afternoon)|bye|cool|你好"
    r"|您好|谢谢|多谢"
    r"|再见|好的)(?: (?:a lot|very much|so much|there))?[\s.!。！,，]*",
    re.I,
)
_NEW_TOPIC = re.compile(
    r"(?:new|next|another|different) (?:topic|question|subject)\s*[:,.–-]\s*|另外[，,：:]|换个话题[，,：:]",
    re.I,
)


class Lean(StrEnum):
    """Whether a question leans on what was said before."""

    ALONE = "alone"
    UNSURE = "unsure"
    LEANS = "leans"


@dataclass(frozen=True, slots=True)
class Completed:
    """A question after the rules: `question` stands alone as far as they could make it.

    `search` is the same with surnames for the people of the thread, as the sentences that answer have them.
    """

    question: str
    search: str
    lean: Lean


def standalone(question: str, thread: Sequence[Turn]) -> str:
    """`question`, completed from the last turns of `thread` when it leans on them; otherwise unchanged."""
    return complete(question, thread).question


def complete(question: str, thread: Sequence[Turn]) -> Completed:
    """`question` completed from `thread`, and whether it leaned on it."""
    turns = [turn for turn in in_view(thread) if not _CHAT.fullmatch(turn.question)]
    if not turns or _CHAT.fullmatch(question) or _NEW_TOPIC.match(question):
        return Completed(question, question, Lean.ALONE)
    whole = completed_han(question, turns) if HAN.search(question) else _completed(question, turns)
    if whole != question:
        return Completed(whole, surnamed(whole, turns), Lean.LEANS)
    return Completed(question, question, Lean.UNSURE if _is_doubtful(question, turns) else Lean.ALONE)


def _completed(question: str, thread: Sequence[Turn]) -> str:
    rest = without_leading(question)
    plain = rest.strip(" ?.!,")
    if bare := _BARE.fullmatch(plain):
        return asked_again(_SPELT_OUT.get(bare["wh"].lower(), bare["wh"]), thread[-1].standalone_question)
    if (said := _SAID_SO.fullmatch(plain)) and (whole := _said_so(said, thread)):
        return whole
    if (about := _ABOUT.fullmatch(plain)) and (whole := _of_another(about["topic"], question, thread)):
        return whole
    if PRONOUN.search(question) or points_back(question):
        return question if is_bound(question) else _with_antecedents(question, thread)
    return _fragment(question, rest, plain, thread)


def _said_so(said: re.Match[str], thread: Sequence[Turn]) -> str:
    """ "When did he say so?", where the last question tells what was said."""
    last = thread[-1].standalone_question
    claim = re.fullmatch(r"who (?:said|says) (?:that )?(?P<claim>.+?)\W*", last, re.I)
    if claim and (name := antecedent(said["who"], thread)):
        return f"{capital(said['wh'])} did {name} say that {claim['claim']}?"
    return asked_again(said["wh"], last) if re.match("di|do|has", taken_apart(last).aux, re.I) else ""


def _of_another(topic: str, question: str, thread: Sequence[Turn]) -> str:
    if PRONOUN.fullmatch(topic):
        return with_topic(_named(question, thread)[0], thread[-1].standalone_question)
    if not content_words(topic):
        return with_topic(without_leading(question), thread[-1].standalone_question)
    if len(topic.split()) > 6:
        return ""
    return asked_of(topic, thread, about=True)


def _fragment(question: str, rest: str, plain: str, thread: Sequence[Turn]) -> str:
    """Nothing to search for ("Is that so?"), or a piece of a sentence ("And in Kursk?", "The Chinese?")."""
    last = thread[-1].standalone_question
    words = content_words(rest)
    if not words and not is_time(plain):
        return with_topic(rest, last)
    if _SCANT.fullmatch(plain) and not names(rest):
        counted = re.fullmatch(r"(?:how many|how much|which) (?P<what>.+)", plain, re.I)
        if counted and is_countable(counted["what"]) and taken_apart(last).noun:
            return asked_of(counted["what"], thread)
        return with_topic(rest, last)
    if _OF_NOTHING.fullmatch(plain):
        return beside(rest, last)
    if re.fullmatch(r"what happened (?:next|then|after\w*|before)", plain, re.I):
        return with_topic(rest, last)
    if _ASKS.match(rest):
        return question
    short = len(words) <= 3 and len(plain.split()) <= 5
    opens = rest != question or bool(_PREPOSITION.match(rest))
    if is_time(plain) or (short and opens) or (len(words) == 1 and question.endswith("?")):
        return asked_of(plain, thread)
    return question


def _with_antecedents(question: str, thread: Sequence[Turn]) -> str:
    """Every pronoun in its antecedent's name; what still points back gets the last question behind it."""
    named, missing = _named(without_leading(question), thread)
    there = re.search(r"\bthere(?= *(?:$|[?.!]))", named)
    if there and (at := place(thread)):
        named = f"{named[: there.start()]}{at}{named[there.end() :]}"
    if missing or points_back(named) or not content_words(named):
        return with_topic(named, thread[-1].standalone_question)
    if _SAYS.fullmatch(named.strip(" ?.!")) and (thing := _last_thing(thread)) not in named:
        named = f"{named.rstrip(' ?.!')} about {thing}?"
    return capital(named) if re.search(r"\W$", named) or not _ASKS.match(named) else f"{capital(named)}?"


def _named(question: str, thread: Sequence[Turn]) -> tuple[str, bool]:
    """`question` with names for its pronouns, and whether one is left for which there is none."""
    own = {word.lower() for word in content_words(question)}
    missing, done = False, 0
    for _ in range(_MOST_PRONOUNS):
        if (pronoun := PRONOUN.search(question, done)) is None:
            break
        head, tail = question[: pronoun.start()], question[pronoun.end() :]
        name = "" if _is_claim(question, pronoun) else _antecedent(question, pronoun, thread)
        if not name or {word.lower() for word in content_words(name)} <= own:
            missing, done = True, pronoun.end()
            continue
        head += possessive(name) if is_possessive(question, pronoun) else name
        question, done = f"{head}{tail}", len(head)
    return question, missing


def _antecedent(question: str, pronoun: re.Match[str], thread: Sequence[Turn]) -> str:
    does = question[pronoun.end() :]
    return antecedent(pronoun[0], thread, last=is_object(question, pronoun), does=does)


def _last_thing(thread: Sequence[Turn]) -> str:
    last = thread[-1]
    found = mentions(last.standalone_question, [last.answer])
    return next((mention.text for mention in reversed(found) if mention.kind is Kind.THING), "")


def _is_claim(question: str, pronoun: re.Match[str]) -> bool:
    """An "it" that is what was said or done, no thing: "When did he say it?" """
    if pronoun[0].lower() != "it" or not is_object(question, pronoun):
        return bool(re.match(r"it (?:true|so)\b", question[pronoun.start() :], re.I))
    said = re.search(
        r"\b(?:say|said|saying|do|does|did so|know|knew|mean|meant)\s$", question[: pronoun.start()], re.I
    )
    return bool(said)


_HAN_POINTING = re.compile("[他她它]|这|该|那(?!么)(?=[个些件次里时位名是])")
_HAN_FRAME = re.compile("^那么?|[呢吗？?的了]|什么时候|为什么|什么|哪里|多少|谁|怎么样?")


def names_its_subject(question: str) -> bool:
    """Whether a question that was taken for a follow-up has something of its own to look for, and no pronoun: it may
    have changed the subject."""
    own = _HAN_FRAME.sub("", question) if HAN.search(question) else " ".join(content_words(question))
    return not PRONOUN.search(question) and not _HAN_POINTING.search(question) and len(own) > 1


def _is_doubtful(question: str, thread: Sequence[Turn]) -> bool:
    """Whether a question that the rules leave alone may still lean: it opens with "And", or says little of its own."""
    if HAN.search(question):
        return bool(re.match("那|还|又|然后|所以|但", question))
    if without_leading(question) != question and len(content_words(question)) <= 2:
        return True
    if names(question) or len(content_words(question)) > 3 or PRONOUN.search(question):
        return False
    said = " ".join(f"{turn.standalone_question} {turn.answer}" for turn in thread[-2:]).casefold()
    return any(re.search(rf"\b{re.escape(word.casefold())}", said) for word in content_words(question))
