"""Whether words are a question for the bot: people also talk to each other, thank it, and hand it things."""

from __future__ import annotations

import re

_QUESTION_MARK = re.compile(r"[?？](?:[\s)\]\"'”’]|$)")
_LEAD = r"(?:(?:and|but|so|ok(?:ay)?|then|also|hm+|well)[, ]+)*"
_ASKING = re.compile(
    _LEAD + r"(?:who|whom|whose|what|when|where|why|how|which|since when|in which|by whom)\b(?! a\b| an\b)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    _LEAD
    + r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|any|tell|show|list|"
    r"give|explain|summari[sz]e|find|name|compare|and)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    "[谁吗呢]|何[时地人处故]|为何|如何|哪[里儿些个年天位家国一]|(?<!没)什么|怎[么样]|几[个名天年时]|多少|是否|有没有|告诉我"
)
_LONGEST_OVERHEARD = 200  # characters; longer than that, people tell each other something
_SMALL_TALK = re.compile(
    r"(?:ok(?:ay)?|k|great|cool|nice|perfect|got it|good|awesome|yes|no|yep|nope|sure|right|lol|haha+|wow|hm+|hi|hello|"
    r"hey|good (?:morning|evening|bot)|好的?|嗯+|知道了|明白|收到|你好)"
    r"(?:[ ,]+(?:bot|all|everyone|much|there))*[\s.!~…。！👍🙏🎉]*",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"(?:help(?: me)?|usage|commands|what can (?:you|i) (?:do|ask)(?: here)?|how (?:does this|do you) work|"
    r"how do i use (?:this|you)|who are you|what are you|帮助|你能做什么|你是谁|怎么用)[\s?？.!]*",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|great|cool|nice|perfect|got it|awesome|好的?)[ ,!.]+)?"
    r"(?:thanks?\b(?! to)|thank you|thx|ty|cheers|merci|danke|gracias|grazie|谢谢|多谢)",
    re.IGNORECASE,
)
_LONGEST_THANKS = 80


def is_question(words: str) -> bool:
    """Whether it reads like a question or a request for facts, in English or Chinese."""
    return sounds_like_a_question(words) or bool(_REQUEST.match(words))


def sounds_like_a_question(words: str) -> bool:
    """The same, but surely: words said among people, of which most that begin like a request are none."""
    return bool(_QUESTION_MARK.search(words) or _ASKING.match(words) or _CHINESE.search(words))


def may_be_overheard(words: str) -> bool:
    """Whether words that do not name the bot are worth an answer of its."""
    return len(words) <= _LONGEST_OVERHEARD and sounds_like_a_question(words)


def is_thanks(words: str) -> bool:
    """Whether it is thanks and nothing else."""
    return len(words) <= _LONGEST_THANKS and bool(_THANKS.match(words)) and not is_question(_rest(words))


def is_small_talk(words: str) -> bool:
    """Whether it is a greeting, a nod, a call for help or nothing at all."""
    return not words or bool(_SMALL_TALK.fullmatch(words) or _HELP.fullmatch(words))


def _rest(words: str) -> str:
    return _THANKS.sub("", words, count=1).lstrip(" ,.!;:-")


def meant_for_others(text: str) -> bool:
    """Whether the message (in Slack's notation) begins by naming somebody."""
    return bool(re.match(r"\s*(?:(?:hey|hi|cc)[, ]+)?(?:<[@!]|@\w)", text, re.IGNORECASE))
