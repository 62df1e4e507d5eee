"""Countries and regions by their English and Chinese names, out of Unicode's CLDR. The only file that knows Babel."""

from __future__ import annotations

from functools import cache

# CLDR has the formal names; news writes these.
_ALSO = {
    "en": {
        "America": "US",
        "Britain": "GB",
        "Burma": "MM",
        "Congo": "CD",
        "Czech Republic": "CZ",
        "Hong Kong": "HK",
        "Myanmar": "MM",
        "Palestine": "PS",
        "Turkey": "TR",
        "U.K.": "GB",
        "U.S.": "US",
        "UK": "GB",
        "US": "US",
        "USA": "US",
    },
    "zh": {"香港": "HK", "澳门": "MO", "巴勒斯坦": "PS", "缅甸": "MM", "北韩": "KP", "南韩": "KR"},
}


@cache
def territories(language: str) -> dict[str, str]:
    """The code of every territory by its name in `language`, "en" or "zh"."""
    from babel import Locale

    names = Locale.parse(language).territories
    return {name: code for code, name in names.items()} | _ALSO[language]


def translated(name: str, to: str) -> str:
    """The territory `name` (English or Chinese) in the language `to`; empty when it is none."""
    code = next((known[name] for known in map(territories, ("en", "zh")) if name in known), "")
    return next((other for other, its in territories(to).items() if code and its == code), "")
