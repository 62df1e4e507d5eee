"""Who wrote an article and for whom, where one line names both: "Ada Quill, Reuters"."""

from __future__ import annotations

import re

_AGENCY = re.compile(
    r"(?:the )?(?:reuters|associated press|ap|agence france-presse|afp|united press international|upi|dpa|ansa|efe|tass"
    r"|bloomberg|xinhua|kyodo|yonhap|pti|ani|belga|anp|apa|pap|lusa|ritzau|bbc|cnn|npr|dw|deutsche welle|al jazeera"
    r"|新华社|中新社|路透社|法新社|美联社|新華社|共同通信|時事通信|연합뉴스)(?: news| staff)?",
    re.IGNORECASE,
)
# Behind a comma, a name that ends so is a newspaper's; on its own it may be a surname.
_PAPER = re.compile(
    r"\S+ (?:News|Times|Tribune|Gazette|Herald|Journal|Chronicle|Post|Press|Guardian|Observer|Telegraph|Courier"
    r"|Examiner|Inquirer|Agency|Service|Magazine|Weekly|Daily|Review|Radio|TV|Zeitung|Nachrichten|Presse)$"
    r"|\w(?:日报|晚报|早报|时报|周刊|通讯社|新闻网)$"
)
_OFFICE = re.compile(
    r"\b(?:(?:writer|reporter|editor|correspondent|columnist|contributor)s?|staff|bureau chief)$",
    re.IGNORECASE,
)
_STAFF = re.compile(r"^special (?:to|for) | staff$", re.IGNORECASE)
_LAST = re.compile(r"(?:^|\s*[,，|]\s*)([^,，|]+)$")


def credit(names: str) -> tuple[str, str]:
    """The people of a byline and the publisher named behind them (empty without one); an office is neither."""
    people, publisher = names.strip(), ""
    while found := _LAST.search(people):
        last = _STAFF.sub("", found[1])
        if _AGENCY.fullmatch(last) or (found.start() and _PAPER.search(last)):
            publisher = last
        elif not (found.start() and _OFFICE.search(found[1])):
            break
        people = people[: found.start()]
    return people, publisher
