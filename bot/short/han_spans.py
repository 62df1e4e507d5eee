"""Stretches of a Chinese sentence that may be a short answer; names stand out only by titles, dots and endings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.short.answer_type import Kind
from bot.short.spans import Candidate

_DIGITS = "[〇零一二三四五六七八九十百千万亿两半]"
_NUMBER = rf"(?:\d[\d,.]*(?: ?[万亿千百]+)?|{_DIGITS}+)"
_DAY_TIME = "(?:凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜间|深夜)"
_ONE_TIME = (
    r"(?:(?:公元前?|西元前?)? ?(?:\d{1,4}|[〇零一二三四五六七八九]{4}) ?年(?:代|初|底|末|[春夏秋冬][季天]?)?"
    r"(?: ?\d{1,2} ?月(?:份|初|底)?)?"
    rf"(?: ?\d{{1,2}} ?[日号])?{_DAY_TIME}?|\d{{1,2}} ?月 ?\d{{1,2}} ?[日号]{_DAY_TIME}?|\d{{1,2}} ?月(?:份|底|初)?"
    rf"|(?:公元前? ?)?(?:\d{{1,2}}|[一二三四五六七八九十]+) ?世纪(?: ?\d0 ?年代)?(?:初|末|中叶|后期|早期)?"
    rf"|(?:上|本|下|这)?(?:周|星期)[一二三四五六日天]{_DAY_TIME}?|昨[天日晚]|今[天日晚]|明[天日晚]|前天|去年|今年|明年|前年"
    rf"|(?:上|本|下)个?(?:周|月)|{_DAY_TIME}? ?\d{{1,2}} ?(?:点|时)(?: ?\d{{1,2}} ?分|半)?"
    rf"|{_NUMBER} ?(?:年|个月|天|周|小时)(?:前|后))"
)
_TIME = re.compile(rf"{_ONE_TIME}(?: ?(?:至|到|和|-|–|—|~) ?{_ONE_TIME})*(?:以来|之前|以前|前|之后|以后|起)?")
_MEASURE = (
    "(?:平方公里|平方米|公里|千米|厘米|毫米|海里|英里|英尺|米|公斤|千克|吨|升|桶|美元|欧元|英镑|日元|人民币|卢布|克朗|元"
    "|个百分点|小时|分钟|秒"
    "|个月|周年|世纪|[人名个次位家只条艘座岁辆架件层种年天月周分票枚支所项度倍场起套间户头处届级类口])"
)
_AMOUNT = re.compile(
    rf"(?:大约|约有?|将?近|超过|至少|最多|多达|不到|逾)? ?(?:百分之 ?{_NUMBER}|{_NUMBER}分之{_NUMBER}"
    rf"|(?:\$|￥|€|£)? ?{_NUMBER}(?:(?: ?(?:至|到|-|–|—|~) ?){_NUMBER})?(?:多|余)?"
    rf" ?(?:[%％]|{_MEASURE}(?:[一-鿿]{{0,3}}(?:士兵|军人|部队|员工|人员|居民|学生|议员))?)?)"
)
_TITLE = (
    "总统|总理|首相|主席|部长|国王|女王|将军|市长|州长|省长|议员|大使|发言人|教授|博士|主任|司令|院长|行长|教练|经理"
    "|总裁|董事长|队长|局长|法官|记者"
)
_SAYS = "说|表示|称|指出|宣布|认为|证实|强调|警告|写道|回应|透露|否认"
_DOTTED = "(?:[一-鿿]{1,6}·)+"
_BEFORE_SPEECH = rf"(?=(?:{_ONE_TIME})?(?:{_SAYS}))"
_PERSONS = (
    re.compile(rf"(?:(?<=[，。；：、“”\s])|^)[一-鿿·]{{2,16}}?{_BEFORE_SPEECH}"),
    re.compile(rf"(?:{_TITLE})(?:[一-鿿]{{1,6}}·)*[一-鿿]{{2,4}}?(?:{_BEFORE_SPEECH}|(?=[在于，、。]))"),
    re.compile(
        rf"{_DOTTED}[一-鿿]{{1,6}}(?=[^一-鿿]|[的在于和与是被将对为向从曾周昨今星]|{_SAYS}|$)|{_DOTTED}[一-鿿]{{1,4}}"
    ),
    re.compile(r"(?<=由)[一-鿿·]{2,10}?(?=[一-鿿]{2}(?:的|，|。)|创建|建立|发现|设计|领导)"),
    re.compile(r"(?<=被)[一-鿿·]{2,6}?(?=击败|任命|逮捕|杀)"),
    re.compile(r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)+"),
)
_NAMED = re.compile(
    "《[^》]+》|[一-鿿]{2,10}?(?:公司|银行|大学|学院|法院|委员会|政府|集团|党|队|俱乐部|协会|组织|联盟|医院|研究所|部|报)"
    r"(?![一-鿿]?长)|[A-Z][\w.&'’-]*(?: [A-Z][\w.&'’-]*)*"
)
_PLACE = re.compile(
    "(?<=[在于到从至往抵])[一-鿿·]{1,10}?(?:国|省|市|县|州|区|镇|乡|村|岛|群岛|港|湾|河|湖|山|海|城|街|广场|大学|机场"
    "|大楼|医院|车站|码头|仓库|地区|东部|西部|南部|北部)"
    r"|(?<=[在于])[一-鿿·]{2,8}(?=举行|召开|发表|发生|会见|会晤|出生|去世|成立|建立)"
    r"|(?:[一-鿿·]{1,5}(?:国|省|市|县|州|岛|港|河|镇))"
    "|日本|加拿大|俄罗斯|乌克兰|印度|巴西|澳大利亚|意大利|西班牙|葡萄牙|瑞典|挪威|芬兰|丹麦|波兰"
    r"|荷兰|比利时|瑞士|奥地利|希腊|土耳其|以色列|伊朗|伊拉克|埃及|南非|墨西哥|阿根廷|朝鲜|越南|新加坡|欧洲|亚洲|非洲|北京"
    "|上海|香港|台湾|纽约|伦敦|巴黎|莫斯科|东京|华盛顿|华沙"
)


def han_spans(kind: Kind, sentence: str, unit: str = "") -> list[Candidate]:
    """The candidates of one kind in a Chinese sentence, in order, no two of the same characters.

    `unit` is the measure word that is asked for.
    """
    found: list[Candidate] = []
    for candidate in _found(kind, sentence, unit):
        if not any(candidate.start < other.end and other.start < candidate.end for other in found):
            found.append(candidate)
    return sorted(found, key=lambda candidate: candidate.start)


def _found(kind: Kind, sentence: str, unit: str) -> Iterator[Candidate]:
    if kind is Kind.TIME:
        yield from _matches(_TIME, sentence, "time")
    elif kind is Kind.AMOUNT:
        taken = [match.span() for match in _TIME.finditer(sentence)]
        for found in _matches(_AMOUNT, sentence, "number"):
            dated = any(start <= found.start and found.end <= end for start, end in taken)
            asked = bool(unit) and unit in sentence[found.start : found.end]
            if not dated:
                yield Candidate(found.start, found.end, "asked" if asked else "number")
    elif kind is Kind.PLACE:
        yield from _matches(_PLACE, sentence, "name")
    else:
        for pattern in _PERSONS:
            yield from _matches(pattern, sentence, "name")
        if kind is Kind.NAME:
            yield from _matches(_NAMED, sentence, "named")


def _matches(pattern: re.Pattern[str], sentence: str, form: str) -> Iterator[Candidate]:
    for match in pattern.finditer(sentence):
        text = match.group()
        start = match.start() + len(text) - len(text.lstrip())
        end = match.end() - (len(text) - len(text.rstrip()))
        if start < end:
            yield Candidate(start, end, form)
