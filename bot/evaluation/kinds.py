"""What kind of question it is and in what script, to group the figures; a line of the file may say it better."""

from __future__ import annotations

import re

# In this order at the same place; else the one that stands first in the question decides.
_KINDS = {
    "how many": r"\bhow (?:many|much|old|far|long|tall|high|large|big|often|fast|deep|wide|heavy|likely)\b"
    r"|\bwhat (?:percent\w*|number|share|amount)\b|多少|几(?![月号点乎])|多久|多大|多远|多高|多长",
    "when": r"\bwhen\b|\b(?:what|which|whose) (?:time|date|day|week|month|year|decade|century)\b"
    r"|什么时候|何时|哪一?[年天月日]|几[月号点]",
    "where": r"\bwhere\b|哪里|哪儿|何处|什么地方|在哪",
    "who": r"\b(?:who|whom|whose)\b|谁|哪位|何人",
    "why": r"\bwhy\b|\bwhat (?:caused|causes)\b|为什么|为何|怎么会",
    "which": r"\bwhich\b|哪[个些家座支种]",
    "how": r"\bhow\b|怎么|怎样|如何",
    "what": r"\bwhat\b|什么|啥",
    "yes/no": r"^\W*(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
    r"|isn.t|aren.t|wasn.t|weren.t|don.t|doesn.t|didn.t)\b|吗|是否|有没有|是不是",
}
_PATTERN = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
_SCRIPTS = {"ja": "[぀-ヿ]", "ko": "[가-힯]", "zh": "[㐀-䶿一-鿿豈-﫿]"}


def kind_of(question: str) -> str:
    """who, when, where, how many (how much, how long …), what, which, why, how, yes/no or other."""
    found = {kind: match.start() for kind, pattern in _PATTERN.items() if (match := pattern.search(question))}
    if found.get("yes/no") == 0:  # "Did he say why?"
        return "yes/no"
    return min(found, key=lambda kind: found[kind], default="other")


def language_of(question: str) -> str:
    """ja, ko or zh by the script, else en."""
    return next((code for code, script in _SCRIPTS.items() if re.search(script, question)), "en")
