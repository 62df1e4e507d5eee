"""Whether words that do not name the bot are a question for it: people also talk to each other."""

from __future__ import annotations

import re

_QUESTION_MARK = re.compile(r"[?？](?:[\s)\]\"'”’]|$)")
_OPENING = re.compile(
    r"(?:(?:and|but|so|ok(?:ay)?|then|also|hm+|well)[, ]+)*"
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
    r"should|may|might|any|tell|show|list|give|explain|summari[sz]e|find|name|compare|since when|in which|by whom|"
    r"what about|how about|and (?:the|in|on|by|with|for))\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    "[谁何哪吗呢么]|几[个名天年]|多少|怎[么样]|为什么|是否|有没有|什么时候|告诉我|介绍|说明"
)
_SMALL_TALK = re.compile(
    r"(?:ok(?:ay)?|k|thanks?(?: you)?(?: so much| a lot)?|thx|ty|great|cool|nice|perfect|got it|good|awesome|yes|no|"
    r"yep|nope|sure|right|lol|haha+|wow|hm+|hi|hello|hey|good (?:morning|evening|bot)|"
    r"谢谢|多谢|好的?|嗯+|知道了|明白|收到)"
    r"(?:[ ,]+(?:thanks?(?: you)?|thx|bot|all|everyone|much|there))*[\s.!~…。！👍🙏🎉]*",
    re.IGNORECASE,
)


def is_question(words: str) -> bool:
    """Whether it reads like a question or a request for facts, in English or Chinese."""
    return bool(_QUESTION_MARK.search(words) or _OPENING.match(words) or _CHINESE.search(words))


def is_small_talk(words: str) -> bool:
    """Whether it is thanks, a greeting or nothing at all."""
    return not words or bool(_SMALL_TALK.fullmatch(words))


def meant_for_others(text: str) -> bool:
    """Whether the message (in Slack's notation) begins by naming somebody."""
    return bool(re.match(r"\s*(?:(?:hey|hi|cc)[, ]+)?<[@!]", text, re.IGNORECASE))
