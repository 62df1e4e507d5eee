"""Whom and what a Chinese text mentions, told by the words around a name: Chinese is written without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.conversation.territories import territories

HAN = re.compile("[\u3400-\u9fff]")
WHEN = "什么时候|何时|哪一?[年天月日]|几[点月号]"
WHERE = "在?(?:哪里|哪儿|何处|什么地方)|在哪(?![里儿个些位家所年天月一])"
HOW = "为什么|为何|怎么样?(?!办)|如何|多久"
ADVERB = re.compile(f"是?(?:{WHEN}|{WHERE}|{HOW})")
_MANY = re.compile("多少|几(?=[个名人次位家只条艘])")
ASKING = re.compile(f"{ADVERB.pattern}|谁|{_MANY.pattern}|什么|哪[个些位家所]|[吗呢]")
PLACE_END = "省市县州区镇乡村岛港河湖湾桥"
_OFFICES = (
    "国防部长|外交部长|财政部长|部长|总统|总理|首相|主席|县长|市长|省长|州长|镇长|村长|校长|发言人|将军"
    "|总工程师|工程师|教授|书记|局长|院长"
    "|董事长|总经理|经理|教练|主教练|队长|法官|议员|记者|先生|女士|秘书长|总干事|国王|女王|船长|馆长|会长|所长|司令"
)
OFFICE = re.compile(_OFFICES)
_SPEECH = (
    "说|表示|称|指出|认为|宣布|证实|确认|告诉|提醒|透露|强调|呼吁|警告|承认|否认|笑着|在|于|将|\\d"
    "|周[一二三四五六日]|星期|昨|今|上[午周月]|下午|去年|当|何时|什么|为什么|是谁|的|，|。|？"
    "|出席|参加|签署|会见|会晤|访问|前往|抵达|主持|发表|发布|发言|接受|任命|批准|下令|要求|决定|辞职|当选|就任|逝世"
    "|拒绝|介绍|回应|回答|带领|率领|担任|获得|赢得|视察|考察|参观|与|和|同|向|对|为|已|正|也|曾|因|被|是|、|！|；"
)
_TITLED = re.compile(
    f"(?:{_OFFICES})(?P<name>[\u4e00-\u9fff]{{1,6}}(?:·[\u4e00-\u9fff]{{1,6}})+?|[\u4e00-\u9fff]{{2,4}}?)(?={_SPEECH}|$)"
)
_FOREIGN = re.compile("[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6})+?(?=说|表示|称|是|在|的|，|。|？|$)")
_SPEAKER = re.compile(
    "(?:^|[，。：；])(?P<name>[\u4e00-\u9fff]{2,4}?)(?:说|表示|指出|认为|宣布|提醒)(?!明|服|法)"
)
_NO_NAME = re.compile(
    "^(?:说|表示|称|宣布|证实|确认|认为|指出|提醒|他|她|它|谁|我|你|有人|这|那|其|该|并|也|还|则|又|但|据"
    "|报道|官方|专家|当局|居民|学生|公司|政府|部门|县|市|警方|法院)|们$|部门|公司"
)
_PLACE = re.compile(
    f"(?:(?<=[在从到往于的，。与和至距])"
    f"|^)(?P<name>[^在从到往于的，。与和至距有被是了谁哪那这该\\s]{{1,5}}?[{PLACE_END}])(?!长|委|民)"
)


def topic_of(question: str) -> str:
    """What `question` is about, without its question words."""
    borrowed = re.fullmatch(".+?（(.+)）", question)
    return borrowed[1] if borrowed else ASKING.sub("", question).strip("？?。!！ ")


def people(texts: Iterable[str]) -> list[str]:
    """The people that `texts` name by an office, a foreign name's point or something they say, each once."""
    found = []
    for text in texts:
        found += [match["name"] for match in _TITLED.finditer(text)]
        found += [match[0] for match in _FOREIGN.finditer(text)]
        found += [match["name"] for match in _SPEAKER.finditer(text)]
    return list(
        dict.fromkeys(name for name in found if not _NO_NAME.search(name) and name not in territories("zh"))
    )


def places(text: str) -> list[str]:
    """The towns, rivers and bridges in `text`, in their order."""
    return [match["name"] for match in _PLACE.finditer(text)]


def territories_in(text: str) -> list[str]:
    """The countries and regions in `text`, in their order, of two that overlap the longer."""
    spelt = "|".join(sorted(map(re.escape, territories("zh")), key=len, reverse=True))
    return re.findall(spelt, text)
