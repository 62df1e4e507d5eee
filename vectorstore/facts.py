"""What sets two texts of one form apart: a name against another name, a figure against another, at the same place.

Yesterday's forecast and today's, the obituaries of two people and the results of two companies share their sentences;
a copy, however edited, keeps who and where. A toll may rise: the names vouch that it is the same event.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

GAP = 40  # words: what differs over a longer stretch is another passage, not another filling
WORDS_A_CONFLICT = 150  # a longer text may have a conflict in each so many words
FIGURES_EVERY = 100  # words in which one figure more may have risen
MOST_RISEN = 1 / 3  # of all figures
SLIPS = 4  # words put in or left out for each conflict of names: the work of an editor, not of a form

_CJK = "぀-ヿ㐀-䶿一-鿿豈-﫿가-힯々"
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
WORD = re.compile(rf"\d+(?:[.,:]\d+)*|[{_NUMERALS}]{{2,}}|[{_CJK}]|[^\W\d_{_CJK}]+")
_NUMBER = re.compile(rf"\d|[{_NUMERALS}]{{2}}")
_SENTENCE_END = re.compile(r"[.!?:;…\n“”\"。！？]")
_APART = re.compile(r"[\n()（）–—【】]")  # what sets a headline, a byline or a dateline apart from the text

_COUNTED = {
    word: str(number)
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "一 二 三 四 五 六 七 八 九 十",
    )
    for number, word in enumerate(words.split(), 1)
} | {word: word for word in "dozens hundreds twenty thirty forty fifty sixty hundred 两".split()}  # noqa: SIM905
_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "  # noqa: SIM905
    "sonnabend sonntag".split()
)
_MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul "  # noqa: SIM905
    "aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember".split()
)
_CALENDAR = _WEEKDAYS | _MONTHS
_NO_NAMES = frozenset(
    "a an the and but or so yet if when while as at by for from in into of on to with after before since until over "  # noqa: SIM905
    "under about during he she it they we i you his her its their our my this that these those there here who what "
    "where how why not no all some many most each every both more also however still then now later earlier meanwhile "
    "mr mrs ms miss dr sir prof president minister chancellor chairman der die das den dem des ein eine einen einem "
    "einer und oder aber doch wenn als wie am im in an auf aus bei mit nach seit von vom vor zu zum zur über unter er "
    "sie es wir ich ihr ihre sein seine dieser diese dieses auch noch nur nun dann dort hier herr frau".split()
)
_DETERMINERS = frozenset("der die das den dem des ein eine einen einem einer eines und".split())  # noqa: SIM905
_BEFORE_NAMES = frozenset("gegen neben hinter über unter zwischen aber oder außer".split())  # noqa: SIM905
_INFLECTED = re.compile(r"\w+(?:e|er|es|en|em)$|\d")
GERMAN = 0.05  # of the words are determiners

_HAN_NAME = re.compile(
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|"
    "青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|广州|深圳|南京|杭州|苏州|成都|武汉|西安|郑州|长沙|沈阳|大连|青岛|济南|哈尔滨|长春|"
    "昆明|贵阳|南宁|福州|厦门|合肥|南昌|太原|石家庄|兰州|西宁|银川|乌鲁木齐|拉萨|海口|三亚|宁波|无锡|东莞|佛山|中国|美国|日本|韩国|"
    "朝鲜|俄罗斯|英国|法国|德国|意大利|西班牙|印度|巴西|加拿大|澳大利亚|乌克兰|以色列|伊朗|伊拉克|土耳其|埃及|泰国|越南|菲律宾|东京|"
    "首尔|纽约|华盛顿|伦敦|巴黎|柏林|莫斯科|(?:周|星期|礼拜)[一二三四五六日天]|[㐀-鿿]某|"
    "[㐀-鿿]{2}(?:市|省|县|区|镇|乡|村|队|大学|公司|集团|股份|银行|科技|先生|女士|同志|教授|市长|省长)"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A text's words, where each begins, and its names and figures by the places of their words."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    distinct: frozenset[str]
    names: dict[int, str]
    openers: dict[int, str]
    nouns: dict[int, str]
    figures: dict[int, str]

    def has(self, name: str) -> bool:
        """Whether the name occurs anywhere."""
        return name in self.distinct or (len(name) > 1 and not _cased(name) and name in self.text)

    def called(self, places: range) -> list[str]:
        """The names at these places, words that begin a sentence with them."""
        found = (self.names.get(at) or self.openers.get(at) for at in places)
        return list(dict.fromkeys(name for name in found if name))

    def any_noun(self, places: range) -> bool:
        """Whether a German noun that is no name is at one of these places."""
        return any(at in self.nouns for at in places)

    def counted(self, places: range) -> list[str]:
        """The figures at these places, number words with them."""
        found = (self.figures.get(at) or _COUNTED.get(self.words[at]) for at in places)
        return [figure for figure in found if figure]


@dataclass(frozen=True, slots=True)
class Differences:
    """What two texts have at the same place: names and figures that exclude each other, words only one has."""

    names: int
    figures: int
    nouns: int
    slips: int


@lru_cache(256)
def facts_of(text: str) -> Facts:
    """The facts of a text; kept for a while, since a text is compared with many."""
    found = list(WORD.finditer(text))
    words = tuple(match.group().casefold() for match in found)
    distinct = frozenset(words)
    names = _han_names(text, found)
    openers: dict[int, str] = {}
    nouns: dict[int, str] = {}
    german = sum(word in _DETERMINERS for word in words) > GERMAN * len(words)
    for place, match in enumerate(found):
        word = words[place]
        if not match.group()[0].isupper() or word in _NO_NAMES or word in _COUNTED:
            continue
        before = found[place - 1].end() if place else 0
        opens = not place or _SENTENCE_END.search(text, before, match.start())
        common = german and not opens and _is_common(words[place - 1])
        (openers if opens else nouns if common else names)[place] = word
    figures = {
        place: re.sub(r"[.,:](?=\d{3}\b)", "", word)
        for place, word in enumerate(words)
        if _NUMBER.match(word)
    }
    return Facts(
        text, words, tuple(match.start() for match in found), distinct, names, openers, nouns, figures
    )


def _is_common(before: str) -> bool:
    """Whether a German noun is no name, by the word before it: an article, an adjective, a number."""
    return before in _DETERMINERS or (before not in _BEFORE_NAMES and _INFLECTED.match(before) is not None)


def names(facts: Facts) -> Iterator[tuple[int, str]]:
    """Words that a capital marks as names, not at the beginning of a sentence, and their places among the words."""
    called = {**facts.names, **facts.nouns}
    return ((place, name) for place, name in called.items() if _cased(name))


def figures(facts: Facts) -> Iterator[tuple[int, str]]:
    """Each number with the word behind it, and its place among the words."""
    words = (*facts.words, "")
    return ((place, f"{words[place]} {words[place + 1]}") for place in facts.figures)


def exclude_each_other(a: Facts, b: Facts, shared: Sequence[tuple[int, int]], gram: int) -> bool:
    """Whether names or figures say that two texts of one form are about two matters.

    `shared` has the places in `a` and in `b` of every `gram` words that both have, once in each, in `a`'s order.
    """
    gaps = list(_gaps(a, b, shared, gram))
    differ = _differences(a, b, gaps)
    covered = {place + offset for place, _ in shared for offset in range(gram)}
    if differ.names > len(covered) // WORDS_A_CONFLICT:
        return bool(differ.figures) or differ.slips < SLIPS * differ.names
    if not differ.figures:
        return False
    if differ.nouns or all(a.names.get(place, "may") in _CALENDAR for place in covered):
        return True  # nothing vouches that it is the same event
    agreeing = len({a.figures[place] for place in covered if place in a.figures})
    risen = max(1 + len(covered) // FIGURES_EVERY, MOST_RISEN * (agreeing + differ.figures))
    return differ.figures > risen


def _gaps(a: Facts, b: Facts, shared: Sequence[tuple[int, int]], gram: int) -> Iterator[tuple[range, range]]:
    """The places between what both share, where neither has more than GAP words."""
    last_a, last_b = -gram, -gram
    for at_a, at_b in (*shared, (len(a.words), len(b.words))):
        if (at_a, at_b) != (last_a + 1, last_b + 1):
            overlap = max(0, last_a + gram - at_a, last_b + gram - at_b)
            in_a, in_b = range(last_a + gram - overlap, at_a), range(last_b + gram - overlap, at_b)
            at_edge = last_a < 0 or at_a == len(a.words)
            near = overlap < gram and len(in_a) <= GAP and len(in_b) <= GAP
            if near and not (at_edge and (_set_apart(a, in_a) or _set_apart(b, in_b))):
                yield in_a, in_b
        last_a, last_b = at_a, at_b


def _set_apart(text: Facts, places: range) -> bool:
    """Whether a headline, a byline or a dateline is at these places."""
    start = text.starts[places.start] if 0 <= places.start < len(text.starts) else len(text.text)
    end = text.starts[places.stop] if places.stop < len(text.starts) else len(text.text)
    before = 1 if places.start else 0
    return bool(places) and _APART.search(text.text, max(0, start - before), end) is not None


def _differences(a: Facts, b: Facts, gaps: Sequence[tuple[range, range]]) -> Differences:
    called, counted, swapped, nouns, slips = 0, set(), [], 0, 0
    for in_a, in_b in _replaced(a, b, gaps):
        if not in_a or not in_b:
            slips += 1
            continue
        called += _names_conflict(a, b, in_a, in_b)
        nouns += a.any_noun(in_a) and b.any_noun(in_b)
        ours, theirs = a.counted(in_a), b.counted(in_b)
        counted |= set(
            zip([f for f in ours if f not in theirs], [f for f in theirs if f not in ours], strict=False)
        )
        pair = "".join(a.words[p] for p in in_a), "".join(b.words[p] for p in in_b)
        if not _cased(pair[0]) and not _cased(pair[1]) and pair[0].isalpha():
            swapped.append(pair)
    again = len(swapped) - len(
        set(swapped)
    )  # in scripts without capitals: the same word for the same, everywhere
    return Differences(called or again, len(counted), nouns, slips)


def _replaced(a: Facts, b: Facts, gaps: Sequence[tuple[range, range]]) -> Iterator[tuple[range, range]]:
    """The smallest stretches that differ within the gaps."""
    for in_a, in_b in gaps:
        ours, theirs = ([text.words[at] for at in places] for text, places in ((a, in_a), (b, in_b)))
        for what, i, j, k, n in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
            if what != "equal":
                yield in_a[i:j], in_b[k:n]


def _names_conflict(a: Facts, b: Facts, in_a: range, in_b: range) -> bool:
    """Whether both have a name here and one of the texts has the other's nowhere."""
    ours, theirs = a.called(in_a), b.called(in_b)
    if not ours or not theirs or _short_for(ours, theirs) or _short_for(theirs, ours):
        return False
    for kind in (_WEEKDAYS, _MONTHS):
        if kind.isdisjoint(ours) != kind.isdisjoint(theirs):
            return False  # “Monday” for “Nov. 3”
    return not all(map(b.has, ours)) or not all(map(a.has, theirs))


def _short_for(short: Sequence[str], full: Sequence[str]) -> bool:
    """Whether the one is the other's initials (U.S., AP)."""
    return "".join(short) == "".join(word[0] for word in full)


def _han_names(text: str, found: Sequence[re.Match[str]]) -> dict[int, str]:
    """Chinese names, as far as their endings and a list of places and countries tell, at each of their characters."""
    place_at = {match.start(): place for place, match in enumerate(found)}
    spans = (
        (match.group(), place_at.get(at)) for match in _HAN_NAME.finditer(text) for at in range(*match.span())
    )
    return {place: name for name, place in spans if place is not None}


def _cased(word: str) -> bool:
    return word.lower() != word.upper()
