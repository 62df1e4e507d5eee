"""Chinese words of time. No word ends with a space there, so that each rule names what would make it another word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.dates import days as d
from bot.dates.days import DAY, Days, Stretch, is_reported
from bot.dates.when_limit import Limit, apart
from bot.numerals import in_digits

LATEST = r"目前|现在|現在|最新|现任|現任|最近|近日|近期|日前|当前|當前|如今|仍然|还是不是|是否仍|是否还"
ANCHOR = re.compile(
    r"(?:自从|自從|自|从|從|^|(?<=[，,]))(?P<what>[^，,。？?自从\0]{2,20}?)(?:以来|以來|至今)"
    r"|(?:自从|自從|自)(?P<after>[^，,。？?自从\0]{2,20}?)(?:之后|之後|后)"
)
_COUNT = r"(?<!\d)\d{1,3}|[一二两三四五六七八九十百几]{1,4}"
_MONTH = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_DAY = r"3[01]|[12]\d|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = r"(?:19|20)\d\d"
_THINGS = (
    r"大选|大選|选举|選舉|总统选|预算|預算|奥运|奧運|世界杯|欧洲杯|赛季|财年|春晚|版|届|袭击|襲擊"
    r"|革命|战争|戰爭|案|计划"
)
_DIGITS = dict(zip("一二三四五六日天", (0, 1, 2, 3, 4, 5, 6, 6), strict=True))
_UNITS = {"小时": "hour", "小時": "hour", "天": "day", "日": "day", "周": "week", "週": "week", "星期": "week"} | {
    "个星期": "week", "個星期": "week", "个月": "month", "個月": "month", "年": "year"
}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_POINT = re.compile(
    rf"""(?P<since>自从|自從|自|从|從)?(?:
      (?P<day>大前天|前天|前日|昨天|昨日|昨晚|昨夜|今天|今日(?!俄罗斯|头条)|今早|今晨|今晚)(?:上午|下午|早上|晚上|凌晨)?
    | (?P<ago>{_COUNT})(?P<ago_unit>{_UNIT})(?:以|之)?前
    | (?:过去|過去|最近|近|前|这|這)的?(?P<back>{_COUNT})(?P<back_unit>{_UNIT})(?:内|里|来|來|间)?
    | (?P<week>上上|上|本|这|這)(?:个|個)?(?:周末|週末)
    | (?P<which>上上|上|本|这|這)?(?:个|個)?(?:周|週|星期|礼拜)(?P<weekday>[一二三四五六日天])(?!报|刊)
    | (?<!以)(?P<whole_week>上上|上|本|这|這)(?:个|個)?(?:周|週|星期|礼拜)(?!期|边|围|年|岁|[一二三四五六日天末])
    | (?<!以)(?P<whole_month>上上个|上个|上個|上|本|这个|這個)月(?!球|\d|[一二三四五六七八九十]|底|初)
    | (?P<year>前年|去年|今年|(?<!\d)\d{{4}}年)(?:的)?(?:(?P<month>{_MONTH})月(?:份)?(?P<part>初|上旬|中旬|下旬|底|末)?
        (?:(?P<date>{_DAY})(?:日|号|號))?)?
    | (?<![\d第])(?P<lone_month>{_MONTH})月(?:份)?(?P<lone_part>初|上旬|中旬|下旬|底|末)?
        (?:(?P<lone_date>{_DAY})(?:日|号|號))?
    | (?<!\d)(?P<iso>{_YEAR}-\d\d(?:-\d\d)?)
    )(?P<how>以来|以來|至今|起|之前|以前|之后|之後|以后|以後|前|后|後|为止)?""",
    re.VERBOSE,
)
_FUTURE = re.compile(r"将|將|会不会|即将|下周|下个月|明天|明年|计划")
_PARTS = {"初": "early", "上旬": "early", "中旬": "mid", "下旬": "late", "底": "late", "末": "late"}
_SHIFTS = {"上上": -2, "上": -1, "本": 0, "这": 0, "這": 0, "": 0}
_AGO = {"大前天": 3, "前天": 2, "前日": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1}


def limits(text: str, today: date) -> list[Limit]:
    """What limits when in `text`; what was found is apart, in order."""
    return apart(limit for found in _POINT.finditer(text) if (limit := _limit(text, found, today)))


def _limit(text: str, found: re.Match[str], today: date) -> Limit | None:
    try:
        stretch = next((s for rule in _RULES if (s := rule(found, today))), None)
    except (ValueError, OverflowError):
        return None
    spoken = any(found[name] for name in ("day", "ago", "back", "week", "whole_week", "whole_month"))
    spoken = spoken or ((found["year"] or "")[:1] in ("前", "去", "今") and not found["month"])
    if stretch is None or not is_reported(stretch):
        return None
    if not spoken and re.match(rf"的?(?:{_THINGS})", text[found.end() :]):
        return None
    if (found["weekday"] or found["lone_month"]) and _FUTURE.search(text):
        return None
    is_now = (found["day"] or "").startswith("今")
    return Limit(*found.span(), _related(found, stretch, today), spoken, is_now)


def _related(found: re.Match[str], stretch: Stretch, today: date) -> Days:
    first, last = stretch
    how = found["how"] or ""
    if how in ("以来", "以來", "至今", "起") or (found["since"] and not how):
        return first, None
    if how in ("之后", "之後", "以后", "以後", "后", "後"):
        return (first, None) if found["since"] else (last + DAY, None)
    if how in ("之前", "以前", "前"):
        return None, first - DAY
    if how == "为止":
        return None, last
    if first == last <= today:
        return first, min(last + 2 * DAY, today)
    return first, last


def _day(found: re.Match[str], today: date) -> Stretch | None:
    if not found["day"]:
        return None
    there = today - _AGO.get(found["day"], 0) * DAY
    return there, there


def _ago(found: re.Match[str], today: date) -> Stretch | None:
    return d.ago(_count(found["ago"]), _UNITS[found["ago_unit"]], today) if found["ago"] else None


def _back(found: re.Match[str], today: date) -> Stretch | None:
    return (
        (d.back(_count(found["back"]), _UNITS[found["back_unit"]], today), today) if found["back"] else None
    )


def _week(found: re.Match[str], today: date) -> Stretch | None:
    if found["week"]:
        saturday = d.week(today, _SHIFTS[found["week"]])[0] + 5 * DAY
        return saturday, saturday + DAY
    if found["whole_week"]:
        first, last = d.week(today, _SHIFTS[found["whole_week"]])
        return first, min(last, today)
    return None


def _weekday(found: re.Match[str], today: date) -> Stretch | None:
    if not found["weekday"]:
        return None
    number = _DIGITS[found["weekday"]]
    there = d.latest_weekday(number, today)
    if found["which"]:
        there = d.week(today, _SHIFTS[found["which"]])[0] + number * DAY
    return there, there


def _month(found: re.Match[str], today: date) -> Stretch | None:
    if not found["whole_month"]:
        return None
    first, last = d.month_of(today, _SHIFTS[found["whole_month"].rstrip("个個")])
    return first, min(last, today)


def _year(found: re.Match[str], today: date) -> Stretch | None:
    if not found["year"]:
        return None
    said = found["year"][:-1]
    number = int(said) if said.isdigit() else today.year - {"前": 2, "去": 1, "今": 0}[said]
    if not found["month"]:
        first, last = d.year(number)
        return first, min(last, today) if number == today.year else last
    return _in_month(d.month(number, _count(found["month"])), found["part"], found["date"])


def _lone_month(found: re.Match[str], today: date) -> Stretch | None:
    if not found["lone_month"]:
        return None
    number = _count(found["lone_month"])
    if found["lone_date"]:
        there = d.latest_day(number, _count(found["lone_date"]), today)
        return there, there
    return _in_month(d.latest_month(number, today), found["lone_part"], None)


def _iso(found: re.Match[str], today: date) -> Stretch | None:
    if not found["iso"]:
        return None
    year, number, *day = map(int, found["iso"].split("-"))
    return (date(year, number, day[0]), date(year, number, day[0])) if day else d.month(year, number)


def _in_month(whole: Stretch, part: str | None, day: str | None) -> Stretch:
    if day:
        there = whole[0].replace(day=_count(day))
        return there, there
    return d.part_of_month(whole, _PARTS[part]) if part else whole


def _count(written: str) -> int:
    if written.isdigit():
        return int(written)
    if written == "几":
        return 5
    digits = in_digits(written).strip()
    return int(digits) if digits.isdigit() else "零一二三四五六七八九".index(written.replace("两", "二"))


_RULES: tuple[Callable[[re.Match[str], date], Stretch | None], ...] = (
    _day, _ago, _back, _week, _weekday, _month, _year, _lone_month, _iso,
)  # fmt: skip
