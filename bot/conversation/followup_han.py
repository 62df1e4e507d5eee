"""A Chinese follow-up made to stand alone: 那乌克兰呢？ asks the last question of Ukraine, 为什么？ asks it anew.

Where the last question is in another language, or no rule fits, what it is about stands behind in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation.antecedents import antecedent
from bot.conversation.ellipsis import asked_of
from bot.conversation.mentions_han import (
    ADVERB,
    ASKING,
    HAN,
    HOW,
    OFFICE,
    PLACE_END,
    WHEN,
    WHERE,
    people,
    places,
    territories_in,
    topic_of,
)
from bot.conversation.territories import territories, translated
from bot.types import Turn

_OPENING = "(?:那么?|然后|还有|后来|结果|具体|到底|至于|所以|可是|但是)*[，,]?"
_ABOUT = re.compile("^(?:那么?|至于|还有)?(?P<topic>.{1,12}?)呢[？?。!！]*$")
_BARE = re.compile(
    f"^{_OPENING}(?:是|有|又)?(?P<asks>{WHEN}|{WHERE}|{HOW}|谁|哪里|多少人?|几个?人?|什么|真的吗?|是吗|然后"
    f"|还有|后来|结果|还有谁|还有什么)"
    "(?:发生|说|来)?(?:的|呢|吗|了|啊|事)*[？?。!！]*$"
)
_NOUNS = {
    "原因": "为什么", "理由": "为什么", "时间": "什么时候", "日期": "什么时候", "地点": "在哪里",
    "人数": "多少人", "结果": "结果怎么样",
}  # fmt: skip
_TIME = re.compile(
    "(?:[一二三四五六七八九十\\d〇零]{1,4}年)?(?:[一二三四五六七八九十\\d]{1,3}月)?(?:[一二三四五六七八九十\\d]{1,3}[日号])|\\d{4}年(?:\\d{1,2}月)?"
    "|[一二三四五六七八九十\\d]{1,2}月|[今明去前昨后][年天]|[上下本这][个]?(?:周|月|星期|季度"
    "|世纪)(?:[一二三四五六日天末])?|(?:周|星期)[一二三四五六日天]"
)
_PERSON = re.compile("(?<![其吉维排])[他她](?!国|乡|人|们)")
_THING = re.compile("(?<![其吉维排])它(?!们)")
_COUNTRY = re.compile("该国")
_MANY_PERSONS = re.compile("[他她它]们")
_THERE = re.compile("(?<![从这])那里|那儿|当地|该[地市县镇]|此地")
_NO_SUBJECT = re.compile(
    "^(?:一?共|总共|已|又|还)?(?:投资|花费?|耗资|用|转移|疏散|撤离|派出?|死|伤|受伤|遇难|失踪|获救|救出|损失|罚|赔偿?|捐)"
    "了?(?:多少|几)(?:[钱人名个]|资金|时间|居民)?[？?]*$"
)
_BOUND = re.compile("(?:[说称示为表道认诉布])(?=[他她它])")
_POINTING = re.compile(
    "这(?!样的|届|里的|种|么|一?年|个?月|周)|^那(?!不勒斯|么)|那(?:个|些|件|次|里|时|位|名|是)|该国|该公司"
    "|此事|其中|为何如此"
)


def completed_han(question: str, thread: Sequence[Turn]) -> str:
    """`question`, in Chinese, completed from `thread` when it leans on it; otherwise unchanged."""
    last = thread[-1].standalone_question
    if (about := _ABOUT.match(question)) and not _BARE.match(question):
        return _about(question, about["topic"], thread)
    if bare := _BARE.match(question):
        return _asked_again(question, bare["asks"], last)
    named = _with_antecedents(question, thread)
    if named != question:
        return named
    if _leans(question):
        return _with_topic(question, last)
    return question


def _about(question: str, topic: str, thread: Sequence[Turn]) -> str:
    last = thread[-1].standalone_question
    if topic in _NOUNS:
        return _asked_again(question, _NOUNS[topic], last)
    if _PERSON.fullmatch(topic) or _THING.fullmatch(topic) or _MANY_PERSONS.fullmatch(topic):
        return _with_topic(_with_antecedents(question, thread), last)
    if HAN.search(last):
        return _exchanged(topic, last, thread) or _with_topic(question, last)
    name = translated(topic, "en") or (topic if topic.isascii() else "")
    other = asked_of(name, thread, about=True) if name else ""
    return _in_brackets(question, other if other and not other.endswith(")") else last)


def _exchanged(topic: str, last: str, thread: Sequence[Turn]) -> str:
    """`last` with `topic` in the place of what is like it: a country, a place, a person, a time."""
    if _TIME.fullmatch(topic):
        return _TIME.sub(topic, last, count=1) if _TIME.search(last) else f"{topic}{last}"
    texts = [text for turn in thread for text in (turn.standalone_question, turn.answer)]
    chinese = territories("zh")
    bare = topic.removeprefix("在")
    if bare in chinese or bare.endswith(tuple(PLACE_END)):
        known = territories_in(last) or places(last)
    else:
        known = [name for name in people(texts) if name in last]
        known = known or ([] if bare in people(texts) else territories_in(last))
    return last.replace(known[0], bare, 1) if known and known[0] != bare else ""


def _asked_again(question: str, asks: str, last: str) -> str:
    """The last question with another question word: 谁确认了派兵？ asked with 什么时候 is 什么时候确认了派兵？"""
    if not HAN.search(last) or "（" in last:
        return _with_topic(question, last)
    plain = last.rstrip("？?。!！ 吗呢")
    if not ADVERB.fullmatch(asks):
        if asks.startswith("还有") and len(asks) > 2 and asks[2:] in plain:
            return f"{plain.replace(asks[2:], asks, 1)}？"
        return _with_topic(question, last)
    asks = asks.removeprefix("是")
    if (found := ADVERB.search(plain)) and plain[found.start() - 1] in "于自从到":
        return _with_topic(question, last)
    if found:
        return f"{plain[: found.start()]}{asks}{plain[found.end() :]}？"
    if plain.startswith("谁"):
        return f"{asks}{plain.removeprefix('谁')}？"
    return f"{asks}{ASKING.sub('', plain)}？"


def _with_antecedents(question: str, thread: Sequence[Turn]) -> str:
    if _is_bound(question):
        return question
    texts = [text for turn in reversed(thread) for text in (turn.standalone_question, turn.answer)]
    asked = [turn.standalone_question for turn in reversed(thread)]
    person = next(iter(people(texts)), "") or _foreign("he", thread)
    country = next((name for text in asked for name in territories_in(text)), "")
    where = next((name for text in asked for name in (*places(text), *territories_in(text))), "")
    thing = (
        next((places(text)[-1] for text in asked if places(text)), "") or country or _foreign("it", thread)
    )
    named = question
    for pattern, name in ((_PERSON, person), (_COUNTRY, country), (_THERE, where), (_THING, thing)):
        named = pattern.sub(name, named) if name else named
    return named


def _foreign(pronoun: str, thread: Sequence[Turn]) -> str:
    """The antecedent where the thread, or its articles, are in English."""
    return antecedent(pronoun, thread)


def _is_bound(question: str) -> bool:
    """The question names somebody itself before it says 他, as in 奥斯汀说他会辞职吗？"""
    pronoun = re.search("[他她它]", question)
    if pronoun is None:
        return False
    before = question[: pronoun.start()]
    return bool(_BOUND.search(question[: pronoun.end()]) and len(before) > 2) or bool(OFFICE.search(before))


def _leans(question: str) -> bool:
    if _NO_SUBJECT.match(question):
        return True
    if _is_bound(question):
        return False
    pointing = (_PERSON, _THING, _COUNTRY, _MANY_PERSONS, _THERE, _POINTING)
    return any(pattern.search(question) for pattern in pointing)


def _with_topic(question: str, last: str) -> str:
    """What the last question is about in brackets, without its question words: those of `question` shall rule."""
    if not HAN.search(last):
        return _in_brackets(question, _english_topic(last))
    return _in_brackets(question, topic_of(last))


def _english_topic(last: str) -> str:
    from bot.conversation.clauses import taken_apart

    return taken_apart(last).topic or last


def _in_brackets(question: str, topic: str) -> str:
    return f"{question}（{topic.rstrip('？?。!！ ')}）"
