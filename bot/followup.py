"""A follow-up question made to stand alone without a language model, by a few readable rules.

What it borrows goes behind the question in brackets, or takes the place of a pronoun or a name, so that
a reader sees what was understood; a question with its own subject is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Turn

_MOST_BORROWED = 12
_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also am an and any anyone anything are as at be because been before being but
        by can come could did do does doing done during else ever exactly for from get got had has have
        having he her hers him his how i if in into is it its just many may me might mine more much my
        no nor not of off on or other our out over please really say says said shall she should since so
        some such tell than that the their theirs them then there these they this those till to told too
        until up upon us was we were what when where which while who whom whose why will with would yes
        yet you your ok okay go happen happened happens mean means
        """,
    )
)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers)\b", re.I)
_GROUP = re.compile(r"\b(they|them|their|theirs|its)\b", re.I)
_POINTING = re.compile(
    r"\b(say|says|said|saying|do|did|does|mean|about|of|for|to|call|called|confirm|confirmed|deny|denied|announce"
    r"|announced|know|see|saw|cause|caused|from|with|by|after|before|like|make|made)"
    r" (it|this|that|these|those)\b"
    r"(?= *(?:$|[?.!,]|(?:first|then|before|again|happen|so|in|on|at|to)\b))"
    r"|\b(?:is|was|are|were|did|does|do|will|would|has|had|can|could|why|how|when|where|which of) "
    r"(this|that|these|those|it)(?: \w+){0,2} *(?:$|[?.!])"
    r"|\bthis (?:is|was|means?|happen\w*|time|one|man|woman|case|claim|statement|deal|plan|report)\b"
    r"|^(?:this|that|these|those|it)\b"
    r"|\b(?:there|then) *(?:$|[?.!])|\b(?:the (?:first|second|last|other) one|the latter|the former)\b",
    re.I,
)
_THOSE = re.compile(r"\b(?:these|those) \w+", re.I)
_EXPLETIVE = re.compile(
    r"\bit (?:takes?|rain\w*|snow\w*|costs?) |\bis it (?:\w+ )?(?:that|to|raining|snowing)\b"
    r"|\bwhat time is it\b|\b(?:are|is|were|was|be) there\b",
    re.I,
)
_OBJECT = re.compile(r"\b(?:him|them)\b", re.I)
_ABOUT = re.compile(
    r"^(?:(?:and|but|so|ok|okay),? )?(?:what|how) about (?:the )?(?P<topic>.+?) *[?.!]*$", re.I
)
_LEADING = re.compile(r"^(?:and|but|so|or|also)\b,? *", re.I)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|by|from|to|for|with|of|after|before|since|until|against|during)\b", re.I
)
_NAME_WORD = r"(?:(?:Jr|Sr)\.|[A-Z]\.(?:[A-Z]\.)*(?= )|[A-Z][\w’'&-]*)"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:(?:of|de|van|von|bin|al|der|la) )?(?:{_NAME_WORD}|\d+\b))*")
_PERSONAL = re.compile(
    r"\b(?:President|Secretary|Minister|Chancellor|Mayor|Governor|Senator|General|Chief|King|Queen|Prince"
    r"|Princess|Pope|Professor|Director|Judge|Captain|Jr\.|Sr\.|II|III|IV)(?!\w)|\b[A-Z]\. [A-Z]"
)
_TITLE = re.compile(r"\b(?:Mr|Ms|Mrs|Dr|Gen|Sen|Rep|Gov|Lt|Col|Adm|Sgt|Prof)\.")
_SPEECH = r"(?:said|says|told|confirmed|called|announced|warned|added|denied|wrote|spoke|declined|resigned)"
_HAN = re.compile("[\u3400-\u9fff]")
_HAN_ABOUT = re.compile("^(?:那么?|至于)?(?P<topic>.{1,12}?)呢[？?。!！]*$")
_HAN_POINTING = re.compile(
    "(?<![其吉维排])[他她它](?!国|乡|人)|这(?!样的|届|里的)|^那(?!不勒斯|么)|那(?:个|些|件|次|里|时|位|名|是)|该国|该公司|此事|其中|为何如此"
)
_HAN_BARE = re.compile(
    "^(?:那么?|然后|还有|后来|结果|具体|到底)*(?:是|在|有)?"
    "(?:为什么|为何|什么时候|何时|哪里|哪儿|在哪|谁|多少人?|怎么样?|如何|什么|几个?|多久|然后|还有|后来|结果|真的吗?|是吗)"
    "(?:发生|说)?(?:的|呢|吗|了|啊)*[？?。!！]*$"
)


def standalone(question: str, thread: Sequence[Turn]) -> str:
    """`question`, completed from the last exchange of `thread` when it leans on it; otherwise unchanged."""
    if not thread:
        return question
    before = thread[-1]
    if _HAN.search(question):
        return _standalone_han(question, before.standalone_question)
    if about := _ABOUT.match(question):
        return _about(question, about["topic"], before)
    if _PERSON.search(question) or _GROUP.search(question) or _points_back(question):
        return _with_antecedent(question, before)
    return _borrow(question, before) if _is_fragment(question) else question


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its subject, in order, each once."""
    words = [word.strip("'’-.") for word in re.findall(r"[^\W_](?:[\w’'.-]*\w)?", text)]
    plain = (re.sub("['’]s$", "", word) for word in words)
    return list(dict.fromkeys(word for word in plain if word and word.lower() not in _STOP))


def _points_back(question: str) -> bool:
    if _EXPLETIVE.search(question):
        return False
    few = len(content_words(question)) <= 3
    return bool(_POINTING.search(question) or (few and _THOSE.search(question)))


def _is_fragment(question: str) -> bool:
    """Nothing to search for in it ("Why?"), or a piece of a sentence ("And in Kursk?", "The Chinese?")."""
    rest = _LEADING.sub("", question)
    words = content_words(rest)
    if not words:
        return True
    short = len(words) <= 2 and len(rest.split()) <= 4
    starts_short = rest != question or bool(_PREPOSITION.match(rest))
    asks = re.match(
        r"(?:who|what|when|where|why|how|which|is|are|was|were|did|does|do|has|have|can|will)\b", rest, re.I
    )
    return not asks and ((short and starts_short) or (len(words) == 1 and question.endswith("?")))


def _about(question: str, topic: str, before: Turn) -> str:
    """Asks the last question again, of another topic: "What about China?" """
    names = _names(before.standalone_question)
    if len(names) == 1 and _NAME.fullmatch(topic):
        return before.standalone_question.replace(names[0], topic)
    if _PERSON.fullmatch(topic) or _GROUP.fullmatch(topic) or not content_words(topic):
        return _with_antecedent(question, before)
    return _borrow(question, before)


def _with_antecedent(question: str, before: Turn) -> str:
    """The pronoun's person put in its place when the last exchange names one; the rest borrowed behind it."""
    person = _PERSON.search(question)
    if not _points_back(question) and _bound(question):
        return question
    if person and not _names(question) and (name := _person_of(before)):
        named = _put(question, person, name)
        alone = content_words(question) and not _points_back(question)
        return _LEADING.sub("", named) if alone else _borrow(named, before)
    return _borrow(question, before)


def _bound(question: str) -> bool:
    """The question itself says who its pronoun is, as in "Did Austin say he would resign?" """
    pronoun = _PERSON.search(question) or _GROUP.search(question)
    if pronoun is None or _OBJECT.fullmatch(pronoun[0]) or _is_object(question, pronoun):
        return False
    head = question[: pronoun.start()]
    return bool(_names(head) or re.search(r"\b(?:the|an?|each|every|any|some) [a-z]+", head, re.I))


def _is_object(question: str, pronoun: re.Match[str]) -> bool:
    """A "her" with no noun behind it, as in "Who met her there?" """
    following = re.match(r" ([\w-]+)", question[pronoun.end() :])
    return pronoun[0].lower() == "her" and (following is None or following[1].lower() in _STOP)


def _put(question: str, pronoun: re.Match[str], name: str) -> str:
    possessive = pronoun[0].lower() in ("his", "her", "hers") and not _is_object(question, pronoun)
    return question[: pronoun.start()] + name + ("'s" if possessive else "") + question[pronoun.end() :]


def _person_of(before: Turn) -> str:
    """Whom "he" or "she" means: somebody of the last question, else who speaks in its answer."""
    asked = [name for name in _names(before.standalone_question) if _acts(name, before.standalone_question)]
    answered = _names(before.answer)
    speaking = [name for name in answered if _speaks(name, before.answer)]
    people = [name for name in (*speaking, *answered) if _is_person(name, before.answer)]
    full = [name for name in answered if " " in name]
    return next(iter([*asked, *people, *speaking, *full]), "")


def _is_person(name: str, answer: str) -> bool:
    """A title, an initial or a "Jr." gives a person away; a country that speaks has none."""
    return bool(_PERSONAL.search(name) or re.search(rf"\b(?:Mr|Ms|Mrs|Dr)\. {re.escape(name)}", answer))


def _acts(name: str, question: str) -> bool:
    return re.search(rf"\b(?:did|does|has|will|is|was|would|can) {re.escape(name)} \w+", question) is not None


def _speaks(name: str, answer: str) -> bool:
    after = rf"{re.escape(name)},?(?: [^.?!”\"]{{0,80}},)? {_SPEECH}\b"
    return re.search(rf"{after}|\b{_SPEECH} (?:\w+\. )?{re.escape(name)}", answer) is not None


def _names(text: str) -> list[str]:
    """Runs of capitalised words; the first word of a sentence counts only when it is no ordinary one."""
    found = []
    for match in _NAME.finditer(_TITLE.sub(lambda title: " " * len(title[0]), text)):
        words = match[0].split(" ")
        opens = match.start() == 0
        while words and words[0].lower() in _STOP:
            words, opens = words[1:], False
        alone = opens and len(words) == 1 and words[0] != text.strip(" ?.!")
        if words and not alone:
            found.append(re.sub("['’]s$", "", " ".join(words)))
    return list(dict.fromkeys(found))


def _borrow(question: str, before: Turn) -> str:
    own = {word.lower() for word in content_words(question)}
    wanted = [word for word in content_words(before.standalone_question) if word.lower() not in own]
    if not wanted:
        return question
    return f"{_LEADING.sub('', question)} ({' '.join(wanted[:_MOST_BORROWED])})"


def _standalone_han(question: str, before: str) -> str:
    about = _HAN_ABOUT.match(question)
    if not (about or _HAN_POINTING.search(question) or _HAN_BARE.match(question)):
        return question
    return f"{question}（{before.rstrip('？?。！!')}）"
