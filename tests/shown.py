"""Matches made of plain text, as a search would return them."""

from __future__ import annotations

from datetime import UTC, datetime

from vectorstore.sentences import split
from vectorstore.types import Match, Passage, Source

PUBLISHED = datetime(2024, 10, 23, 15, 0, tzinfo=UTC)


def shown(
    text: str, publisher: str = "The Harbor Courier", title: str = "A report", article: str = "a1"
) -> Match:
    """One article of one passage."""
    passage = Passage(article, 0, len(text), text, tuple(split(text)), f"{title} | {publisher} | 2024-10-23")
    source = Source(title, publisher, published=PUBLISHED)
    return Match(passage, source, 0.5, 0.5, 0.5, (0.5,) * len(passage.sentences))


DEPLOYMENT = shown(
    "Defense Secretary Lloyd J. Austin III confirmed on Wednesday that North Korea had sent 3,000 troops to eastern "
    "Russia. Mr. Austin spoke to reporters at an air base in Italy. “This is a very, very serious issue,” he said. "
    "He said he had not seen evidence that the troops were moving toward Ukraine. "
    "President Vladimir V. Putin denied the reports. "
    "Ukraine’s defense minister, Rustem Umerov, said he expected to see North Korean troops in Kursk within days. "
    "About 40 percent of the soldiers are under 21 years old, according to a study of photographs.",
    article="deployment",
)
STORM = shown(
    "The storm killed 12 people in Dunmere and injured 30 others on Oct. 12. "
    "Mayor Helen Okafor ordered the evacuation of 4,500 residents, and the army sent two helicopters. "
    "The river Lune rose 2.4 meters in six hours, the highest level since 1953. "
    "Insurers expect losses of $1.2 billion. "
    "Schools will remain closed until Monday, Ms. Okafor said. "
    "The bridge at Weir Lane was not damaged. "
    "Police arrested three men who had attacked two firefighters.",
    article="storm",
)
BANK = shown(
    "The Central Bank of Norvale raised its main rate to 5.25 percent from 5 percent on Thursday. "
    "Governor Ana Reyes said inflation had fallen to 3.1 percent in May, but food prices rose 7 percent. "
    "“We are not done,” she told lawmakers. "
    "Finance Minister Piet Larsen criticized the decision. "
    "The krone gained 1 percent against the euro and lost 2 percent against the dollar. "
    "Norvale Steel said it may close its plant in Tarsova and cut 800 jobs. "
    "Larsen Shipping acquired Reyes Lines for $300 million in 2021.",
    article="bank",
)
ARMY_ZH = shown(
    "美国国防部长奥斯汀周三在罗马证实，朝鲜已向俄罗斯派遣约3000名士兵。"
    "他表示，这是一个非常严重的问题。"
    "俄罗斯总统普京否认了这些报道。"
    "乌克兰预计这些部队将在几天内进入库尔斯克。"
    "韩国情报部门称，朝鲜计划在十二月前派遣1万名士兵。"
    "桥梁没有受损。"
    "警方逮捕了三名男子。",
    publisher="海港日报",
    article="army-zh",
)
EVERYTHING = (DEPLOYMENT, STORM, BANK, ARMY_ZH)
