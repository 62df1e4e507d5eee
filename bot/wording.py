"""The bot's own words around an answer, in the languages it speaks; the language of the question chooses.

A phrase is a template, the same placeholders in every language. Days are written as the language writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.dates.calendar import shown

ENGLISH, CHINESE = "en", "zh"

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HAN_OR_WORD = re.compile(rf"{_HAN.pattern}|(?:(?!{_HAN.pattern})[^\W\d_])+")
_NOT_CHINESE = re.compile("[\u3040-\u30ff\uac00-\ud7af]")  # kana and Hangul

_EN = {
    "no_evidence": "The archive does not say.",
    "empty": "The archive is empty.",
    "empty_here": "The archive is empty. Put articles in first: ingest FOLDER",
    "unverified": "Nothing the language model wrote could be verified in the articles; it is not shown.",
    "extracts": "Extracts from the saved articles, not a written answer.",
    "written": "Written by {model}; each sentence was checked against the words it cites.",
    "disagree": "The sources disagree.",
    "understood": "Understood as: {question}",
    "between": "Only articles from {since} to {until}; those without a date are left out.",
    "since": "Only articles from {since}; those without a date are left out.",
    "until": "Only articles to {until}; those without a date are left out.",
    "none_passes": "No saved article passes the filter.",
    "none_may": "No saved article may answer here.",
    "sources": "Sources",
    "nearest": "Nearest articles",
    "untitled": "(no title)",
    "corrected": "corrected {day}",
    "incomplete": "This copy may be incomplete.",
    "also_in": "also in ",
    "near_copy": "near-copy: ",
    "one_unsupported": "1 sentence was dropped because no article shown to the model supports it.",
    "unsupported": "{count} sentences were dropped because no article shown to the model supports them.",
    "one_foreign": "1 sentence was dropped because the articles are in another language, where nothing can be "
    "checked word by word.",
    "foreign": "{count} sentences were dropped because the articles are in another language, where nothing can be "
    "checked word by word.",
    "wrote_nothing": "The language model wrote nothing that can be shown.",
    "no_model": "The language model did not answer, so these are extracts.",
    "english_only": "The embedding model {model} reads only English. To ask in other languages, run "
    "pip install 'citedesk[multilingual]', set CITEDESK_EMBEDDING_MODEL=multilingual and run ingest --rebuild.",
    "filling": "Articles get in on the machine I run on, with ",
    "filling_or": ", or when somebody who may add articles sends me a link or a file.",
    "nothing": "There is nothing to say to that.",
    "helpful": "👍 Helpful",
    "unhelpful": "👎 Not helpful",
    "show_quotes": "Show quotes",
    "share": "Share in channel",
}
_ZH = {
    "no_evidence": "已存文章中没有答案。",
    "empty": "文章库是空的。",
    "empty_here": "文章库是空的。请先存入文章：ingest FOLDER",
    "unverified": "语言模型所写的内容均无法在文章中核实，因此不予显示。",
    "extracts": "以下为已存文章的原文摘录，并非撰写的回答。",
    "written": "由 {model} 撰写；每句话都与其引用的原文核对过。",
    "disagree": "各来源说法不一。",
    "understood": "理解为：{question}",
    "between": "仅限{since}至{until}的文章；没有日期的文章不计在内。",
    "since": "仅限{since}以来的文章；没有日期的文章不计在内。",
    "until": "仅限截至{until}的文章；没有日期的文章不计在内。",
    "none_passes": "没有符合筛选条件的已存文章。",
    "none_may": "没有可以在此处用于回答的已存文章。",
    "sources": "来源",
    "nearest": "最接近的文章",
    "untitled": "（无标题）",
    "corrected": "{day}更正",
    "incomplete": "此副本可能不完整。",
    "also_in": "另见 ",
    "near_copy": "近似副本：",
    "one_unsupported": "有 1 句话因提供给模型的文章均不支持而被删去。",
    "unsupported": "有 {count} 句话因提供给模型的文章均不支持而被删去。",
    "one_foreign": "有 1 句话因文章使用另一种语言、无法逐字核对而被删去。",
    "foreign": "有 {count} 句话因文章使用另一种语言、无法逐字核对而被删去。",
    "wrote_nothing": "语言模型没有写出可以显示的内容。",
    "no_model": "语言模型没有回答，因此以下为原文摘录。",
    "english_only": "嵌入模型 {model} 只能读英文。要用其他语言提问，请运行 pip install 'citedesk[multilingual]'，"
    "设置 CITEDESK_EMBEDDING_MODEL=multilingual，再运行 ingest --rebuild。",
    "filling": "文章可在我所运行的机器上存入，命令为 ",
    "filling_or": "；也可由有权添加文章的人把链接或文件发给我。",
    "nothing": "对此没有可说的。",
    "helpful": "👍 有帮助",
    "unhelpful": "👎 没帮助",
    "show_quotes": "显示引文",
    "share": "分享到频道",
}
PHRASES: Mapping[str, Mapping[str, str]] = {ENGLISH: _EN, CHINESE: _ZH}


def language_of(question: str) -> str:
    """The language in which the bot speaks around the answer: Chinese to a question that is half Chinese.

    A word of two Han characters weighs as much as a word of Latin letters, so that a name in either does not decide.
    """
    han = len(_HAN.findall(question))
    words = len(_HAN_OR_WORD.findall(question)) - han
    return CHINESE if han and han >= 2 * words and not _NOT_CHINESE.search(question) else ENGLISH


def say(language: str, phrase: str, **values: object) -> str:
    """The phrase in that language, in English where the bot does not speak it. Raises KeyError for no such phrase."""
    return PHRASES.get(language, _EN)[phrase].format(**values)


def count(language: str, phrase: str, number: int) -> str:
    """The phrase for so many; empty for none."""
    if not number:
        return ""
    return say(language, f"one_{phrase}") if number == 1 else say(language, phrase, count=number)


def day(language: str, moment: datetime | None) -> str:
    """The day as "23 Oct 2024" or "2024年10月23日", by the source's own clock; empty when unknown."""
    if language == CHINESE and moment:
        return f"{moment.year}年{moment.month}月{moment.day}日"
    return shown(moment)
