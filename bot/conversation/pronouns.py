"""English pronouns in a question: which of them point out of it, and how they stand there."""

from __future__ import annotations

import re

from bot.conversation.proper_names import STOP, content_words, names

PRONOUN = re.compile(r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|its|it)\b", re.I)
_POINTING = re.compile(
    r"\b(?:say|says|said|saying|do|did|does|mean|about|of|for|to|call|called|confirm|confirmed|deny|denied|announce"
    r"|announced|know|see|saw|cause|caused|from|with|by|after|before|like|make|made|approve|approved|support|oppose"
    r"|build|built|lead|led to|report|reported|explain|explained) (?:this|that|these|those)\b"
    r"(?= *(?:$|[?.!,]|(?:first|then|before|again|happen|so|in|on|at|to)\b))"
    r"|\b(?:is|was|are|were|did|does|do|will|would|has|had|can|could|why|how|when|where|which of) "
    r"(?:this|that|these|those)(?: \w+){0,2} *(?:$|[?.!])"
    r"|\bthis (?:is|was|means?|happen\w*|time|one|man|woman|case|claim|statement|deal|plan|report)\b"
    r"|^(?:this|that|these|those)\b"
    r"|\b(?:there|then) *(?:$|[?.!])|\b(?:the (?:first|second|last|other) one|the latter|the former)\b",
    re.I,
)
_THOSE = re.compile(r"\b(?:these|those) \w+", re.I)
_EXPLETIVE = re.compile(
    r"\bit (?:(?:takes?|took|costs?)\b[^?]* to \w|rain\w*|snow\w*|seems?|appears?|turns? out|(?:is|was"
    r"|has been) (?:said|reported|announced"
    r"|claimed|known|true|raining|snowing|possible|likely|clear|important|legal|safe|better|time)) ?"
    r"|\bit(?:['’]s| is| was) (?:raining|snowing|true|possible)"
    r"|\b(?:is|was|does|did|will|would|has|might|could|can|should) it (?:\w+ ){0,2}(?:that|to|if|when|whether)\b"
    r"|\b(?:is|was|will|does|did) it (?:be )?(?:rain|snow|raining|snowing|hot|cold|sunny|dark|windy|late"
    r"|early|midnight|noon)\b"
    r"|\b(?:does|did|will|would|can) it (?:usually |normally |still )?(?:take|cost)\b[^?]* (?:to|for)\b"
    r"|\b(?:is|was) it (?:the |an? )?[A-Z\w][^?]* (?:who|that|which)\b"
    r"|\bwhat time is it\b|\bwhat(?:['’]s| is| was) it like (?:to|in|at|for|being|living)\b"
    r"|\b(?:make|makes|made|find|finds|found|think|thinks|consider) it (?:\w+ )?(?:to|that)\b"
    r"|\bdo they (?:call|say)\b|\b(?:are|is|were|was|be) there\b",
    re.I,
)
_SUBJECT_VERB = re.compile(
    r" (?:(?:also|still|never|had|has|have|would|will|could|can|should|may|might|was|were|is|are|did|does|do)\b"
    r"|[a-z]+(?:ed|s)\b|(?:got|went|came|left|took|made|met|won|lost|fell|began|gave|knew|saw|said|ran)\b)"
)
_CATAPHORA = re.compile(
    r"^(?:when|after|before|while|if|once|as|although|because|in|during|on|at|with"
    r"|for) [^,]*,.*?(?P<name>\b[A-Z][a-z]+|\bthe [a-z]+)",
    re.I,
)
_AUXILIARY = (
    r"(?:did|does|do|is|was|were|are|has|have|had|will|would|can|could|should|may|might|happened|about)"
)
_HEAD = (
    rf"\b(?:the|an?|each|every|any|some|no) [a-z]+|\b(?:which|what|whose|how many|how much) (?!{_AUXILIARY}\b)[a-z]+"
    rf"|\bwho (?!{_AUXILIARY}\b)[a-z]+|\b(?:anyone|anybody|everyone|everybody|someone|somebody|nobody|people)\b"
)


def points_back(question: str) -> bool:
    """Whether a "this", "that" or "there" points out of the question."""
    if _EXPLETIVE.search(question):
        return False
    few = len(content_words(question)) <= 3
    return bool(_POINTING.search(question) or (few and _THOSE.search(question)))


def is_bound(question: str) -> bool:
    """The question itself says what its pronouns are, as in "Did Austin say he would resign?"; or "it" is nothing."""
    if points_back(question):
        return False
    found = list(PRONOUN.finditer(question))
    return all(_is_bound(question, pronoun) for pronoun in found)


def is_possessive(question: str, pronoun: re.Match[str]) -> bool:
    """Whether it is a "his" or a "their", or a "her" with its noun behind it."""
    word = pronoun[0].lower()
    return word in ("his", "hers", "its", "their", "theirs") or (
        word == "her" and not is_object(question, pronoun)
    )


def is_object(question: str, pronoun: re.Match[str]) -> bool:
    """Whether something is done to it: "Did Putin meet him?", "Who met her there?", "Who closed it?" """
    word = pronoun[0].lower()
    if word in ("him", "them"):
        return True
    if word == "her":
        following = re.match(r" ([\w-]+)", question[pronoun.end() :])
        return following is None or following[1].lower() in STOP
    if word != "it":
        return False
    before = re.search(r"([\w’']+) $", question[: pronoun.start()])
    stands_first = before is None or re.fullmatch(
        r"did|does|do|is|was|will|would|has|had|can|could|should|may|might|and|but|so|that|if|when|while|as|because",
        before[1],
        re.I,
    )
    return not stands_first and not _SUBJECT_VERB.match(question[pronoun.end() :])


def _is_bound(question: str, pronoun: re.Match[str]) -> bool:
    word = pronoun[0].lower()
    if word == "it" and _EXPLETIVE.search(question):
        return True
    if word == "they" and re.search(r"\bdo they (?:call|say)\b", question, re.I):
        return True
    head = question[: pronoun.start()]
    if (later := _CATAPHORA.match(question)) and later.start("name") > pronoun.start():
        return True
    if is_object(question, pronoun):
        return _holders(head) >= 2
    if word == "it" and re.search(
        r"\b(?:did|does|do|is|was|will|would|has|had|can|could|should) $", head, re.I
    ):
        return False
    return _holders(head) > 0


def _holders(head: str) -> int:
    """How many of the names and nouns before a pronoun it could stand for; not what is only somewhere or sometime."""
    head = re.sub(r"^(?:and|but|so) ", "", head, flags=re.I)
    found = [
        name
        for name in names(f"{head} …")
        if not re.search(rf"\b(?:in|at|near|on|of|from) (?:the )?{re.escape(name)}", head)
    ]
    nouns = [
        m
        for m in re.finditer(_HEAD, head, re.I)
        if not re.search(r"\b(?:in|at|near|on|of|from) $", head[: m.start()], re.I)
    ]
    return len(found) + len(nouns)
