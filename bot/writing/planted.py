"""Instructions that somebody planted in an article: never shown, whoever repeats them."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}"
    r"\b(?:instruction|prompt|rule|guideline|direction|context|(?:said|written) (?:above|before))s?\b"
    r"|\b(?:ignore|disregard|forget)\b[^.!?\n]{0,20}\b(?:everything|anything|all)\b"
    r"[^.!?\n]{0,20}\b(?:above|before|previous)"
    r"|\byou are now\b[^.!?\n]{0,40}\b(?:assistant|ai|bot|model|chatbot|dan|agent|mode|unrestricted|pirate)\b"
    r"|\b(?:system|developer|hidden|secret) (?:prompt|message|instructions?)\b"
    r"|\b(?:new|updated|real|your) instructions? (?:is|are|for)\b"
    r"|\b(?:as|note to|attention,?|dear|hey|hello,?) (?:an? |the |all |any )?"
    r"(?:ai|llm|language model|assistant|chatbot)s?\b"
    r"|\b(?:answer|respond|reply) (?:only )?(?:with|that|by saying)\b"
    r"|\bdo not (?:tell|mention to|inform|reveal to) (?:the )?(?:user|reader)\b"
    r"|(?:忽略|无视|忘记|不要理会|忽視|無視)[^。！？\n]{0,12}(?:指令|指示|提示|规则|規則|命令|说明)"
    r"|你现在是|你現在是|系统提示|系統提示|提示词",
    re.IGNORECASE,
)


def is_instruction(text: str) -> bool:
    """Whether `text` tries to steer an assistant instead of reporting something."""
    return bool(_ORDERS.search(" ".join(text.split())))
