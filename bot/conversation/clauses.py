"""An English question taken apart and asked again: with another question word, of another thing, place or time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.conversation.mentions_han import HAN, topic_of
from bot.conversation.proper_names import content_words, names

MOST_BORROWED = 12
_ADVERBIAL = r"when|where|why|how(?: (?:long|often|far|soon))?"
_AUXILIARY = r"did|does|do|was|were|is|are|has|have|had|will|would|can|could|shall|should|must|may|might"
_PREPOSITION = r"(?:by|since|until|from|to|in|at|with|for|on|about|of) "
_SIZE = r"how (?:old|big|large|high|deep|tall|wide|fast|strong|bad|serious|likely|safe|expensive)"
_ASKED = re.compile(
    rf"(?P<wh>(?:{_PREPOSITION})?(?:{_ADVERBIAL})(?: else| exactly)?)"
    rf" (?P<noun>)(?P<aux>{_AUXILIARY}) (?P<rest>.+)"
    rf"|(?P<wh2>(?:{_PREPOSITION})?(?:who|whom|{_SIZE})(?: else)?)(?P<noun2>) (?P<aux2>{_AUXILIARY}) (?P<rest2>.+)"
    rf"|(?P<wh3>(?:{_PREPOSITION})?(?:what|which|whose|how many|how much)(?: else)?)"
    rf"(?P<noun3>(?: (?!(?:{_AUXILIARY}|happened|caused)\b)[\w’'-]+){{0,3}}) (?P<aux3>{_AUXILIARY}) (?P<rest3>.+)"
    rf"|(?P<aux4>{_AUXILIARY}) (?P<rest4>.+)"
    r"|(?P<wh5>who|what|which|how many|how much)(?: else)? (?P<rest5>.+)",
    re.I,
)
_BORROWED = re.compile(r"(?P<wh>.+?)\?? \((?P<rest>.+)\)")
_TELL = re.compile(
    r"^(?:please |can you |could you )*(?:tell me|what is known|what do we know|anything|any news|news)"
    r"(?: (?:more|something|all))? (?:about|on|of) ",
    re.I,
)
_LEADING = re.compile(r"^(?:(?:and|but|so|or|also|then|well|ok|okay)\b,? +)+(?!then\W*$)", re.I)
_BEFORE_RIM = re.compile(
    r" (?=(?:to|in|into|from|on|at|for|with|by|after|before|during|about|since|over|through|near|against|last|next|this"
    r"|yesterday|today|tomorrow|tonight)\b)"
)
_PARTICIPLES = {
    past: participle
    for past, participle in (
        pair.split(":")
        for pair in re.findall(
            r"\S+",
            """
        won:won built:built made:made sent:sent paid:paid sold:sold bought:bought led:led wrote:written took:taken
        gave:given shot:shot struck:struck held:held found:found set:set cut:cut put:put hit:hit caught:caught
        taught:taught brought:brought told:told left:left lost:lost met:met heard:heard kept:kept drew:drawn
        drove:driven broke:broken chose:chosen stole:stolen began:begun saw:seen threw:thrown flew:flown read:read
        shut:shut spent:spent beat:beaten froze:frozen hid:hidden laid:laid ran:run said:said spoke:spoken
        swore:sworn withdrew:withdrawn overthrew:overthrown
        """,
        )
    )
}
_RIM = "by|since|until|from|to|in|at|with|for|on|about|after|before|during|against|over|near|into"
_OBJECT = re.compile(
    r"(?P<verb>[a-z]+) (?P<object>(?:the|an?|its|his|her|their|[A-Z])\S*"
    rf"(?: (?!(?:{_RIM})\b)\S+)*)(?P<rim>(?: .+)?)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A question in parts: "How many", "troops", "did", "Russia send"; what it has not is empty."""

    wh: str
    noun: str
    aux: str
    rest: str

    @property
    def topic(self) -> str:
        """What it is about, to stand in brackets."""
        words = [word for word in (self.noun, self.rest) if word]
        topic = " ".join(words)
        return (
            topic
            if len(content_words(topic)) <= MOST_BORROWED
            else " ".join(content_words(topic)[:MOST_BORROWED])
        )


def without_leading(question: str) -> str:
    """`question` without its "And" or "But so"."""
    return _LEADING.sub("", question)


def taken_apart(question: str) -> Clause:
    """The parts of `question`; of one that is none, and of one that borrowed its topic, the topic alone."""
    plain = without_leading(question).strip(" ?.!")
    if borrowed := _BORROWED.fullmatch(without_leading(question).strip()):
        return Clause(borrowed["wh"], "", "", borrowed["rest"])
    if HAN.search(question):
        return Clause("", "", "", topic_of(question))
    if not (parts := _ASKED.fullmatch(plain)):
        return Clause("", "", "", _TELL.sub("", plain))
    found = {name.rstrip("2345"): part.strip() for name, part in parts.groupdict("").items() if part}
    return Clause(found.get("wh", ""), found.get("noun", ""), found.get("aux", ""), found.get("rest", ""))


def asked_again(wh: str, question: str) -> str:
    """`question` with the question word `wh` ("when", "who else") for its own; in brackets where no rule fits."""
    clause = taken_apart(question)
    if not clause.rest:
        return f"{capital(wh)}?"
    adverbial = re.fullmatch(
        rf"(?:{_PREPOSITION})?(?:{_ADVERBIAL}|whom|what (?:time|day|year))(?: else| exactly)?", wh, re.I
    )
    if adverbial and (whole := _adverbial(wh, clause)):
        return f"{capital(whole)}?"
    if clause.wh and _family(wh) == _family(clause.wh) and not _BORROWED.fullmatch(question):
        parts = (wh, clause.noun, clause.aux, clause.rest)
        return f"{capital(' '.join(part for part in parts if part))}?"
    return with_topic(f"{wh}?", question)


def with_topic(asked: str, question: str) -> str:
    """`asked`, and what `question` is about in brackets behind it."""
    topic = taken_apart(question).topic
    bare = asked.rstrip(" !.") if not re.search(r"\b(?:Jr|Sr|[A-Z])\.$", asked) else asked
    return f"{capital(bare)} ({topic})" if topic else asked


def with_names(asked: str, question: str) -> str:
    """`asked`, and the names in `question` behind it; all of its topic when it names nothing."""
    found = names(question)
    return f"{capital(asked)} ({', '.join(found)})" if found else with_topic(asked, question)


def beside(asked: str, question: str) -> str:
    """`asked`, with what was counted in `question` behind it; its names where "people Orla kill" would read badly."""
    acted = re.fullmatch("did|does|do", taken_apart(question).aux, re.I)
    return with_names(asked, question) if acted else with_topic(asked, question)


def _adverbial(wh: str, clause: Clause) -> str:
    was = re.fullmatch(r"is|are|was|were", clause.aux, re.I)
    asks_thing = re.match(rf"(?:{_PREPOSITION})?(?:who|what)\b|{_SIZE}", clause.wh, re.I)
    if clause.aux and asks_thing and was and not clause.noun:
        return ""
    aux = clause.aux.lower()
    if aux and clause.noun:
        return f"{wh} {aux} {_with_noun(clause)}"
    if aux:
        return f"{wh} {aux} {re.sub(r'(?<= )say(?= about| on|$)', 'say so', clause.rest)}"
    if re.match(r"happened\b", clause.rest):
        return f"{wh} did it happen{clause.rest.removeprefix('happened')}" if clause.wh else ""
    return _passive(wh, clause) if re.match("who|what", clause.wh, re.I) else ""


def _with_noun(clause: Clause) -> str:
    """What was counted, back in its place: "troops", "Russia send to Kursk" as "Russia send troops to Kursk"."""
    if not re.match(r"(?:did|does|do|will|would|can|could)$", clause.aux, re.I) and clause.rest[0].islower():
        return f"{clause.noun} {clause.rest}"
    subject, rim = (*_BEFORE_RIM.split(clause.rest, maxsplit=1), "")[:2]
    return " ".join(part for part in (subject, clause.noun, rim) if part)


def _passive(wh: str, clause: Clause) -> str:
    """ "confirmed the deployment", asked for with "when", as "when was the deployment confirmed"."""
    parts = _OBJECT.fullmatch(clause.rest)
    if parts is None:
        return ""
    verb = parts["verb"]
    participle = _PARTICIPLES.get(verb, verb if verb.endswith("ed") and verb != "need" else "")
    if not participle:
        return ""
    head = parts["object"].split(" of ")[0]
    was = "were" if re.search(r"(?:people|[^su\W]s)$", head) and head[0].islower() else "was"
    return f"{wh} {was} {parts['object']} {participle}{parts['rim']}"


def _family(wh: str) -> str:
    return re.sub(r" (?:else|exactly)$", "", wh.lower())


def capital(text: str) -> str:
    """`text` with a capital in front."""
    return text[:1].upper() + text[1:]
