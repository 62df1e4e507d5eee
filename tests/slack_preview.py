"""How answers look in Slack, roughly: `python -m tests.slack_preview OUT.html` draws three of them.

Slack has no renderer to run here; this one knows just the blocks that our messages are made of, and refuses others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from bot.slack.reply import Reply, answer_replies
from bot.types import EXTRACTS, Answer, Citation, Nearest, Sentence, Status
from vectorstore.types import Source

_ANSWER_ID = "A" * 22
_CSS = """
body { margin: 0; padding: 18px 24px 20px 20px; width: 716px; background: #fff; color: #1d1c1d;
       font: 15px/1.46668 Lato, "Noto Sans", "Liberation Sans", sans-serif; }
.message { display: flex; gap: 9px; margin: 0 0 16px; }
.message:last-child { margin-bottom: 0; }
.avatar { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #7a5230; color: #fff;
          font: bold 17px/36px Lato, sans-serif; text-align: center; margin-top: 4px; }
.avatar.app { background: #1f4e5f; }
.body { min-width: 0; flex: 1; }
.who { line-height: 22px; }
.who b { font-weight: 900; }
.badge { background: #e8e8e8; color: #616061; font-size: 10px; font-weight: 700; line-height: 14px; padding: 1px 3px;
         border-radius: 2px; margin: 0 2px 0 5px; vertical-align: 1px; }
.time { color: #616061; font-size: 12px; margin-left: 5px; }
.mention { background: #e8f5fa; color: #1264a3; padding: 0 2px 1px; border-radius: 3px; }
a { color: #1264a3; text-decoration: none; }
.block { margin: 4px 0 8px; }
.context { color: #616061; font-size: 13px; line-height: 18px; margin: 4px 0; }
.quote { border-left: 4px solid #ddd; border-radius: 4px; padding-left: 12px; margin: 4px 0; }
.code { font: 12px/18px "DejaVu Sans Mono", monospace; color: #c01343; background: #f8f8f8;
        border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
.headline { font-size: 18px; font-weight: 900; margin: 8px 0 4px; }
ul { margin: 0; padding-left: 26px; }
hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0; }
button { font: bold 13px Lato, sans-serif; color: #1d1c1d; background: #fff; border: 1px solid #bbb; border-radius: 8px;
         padding: 5px 11px 6px; margin: 4px 8px 4px 0; }
"""


def drawn(block: dict[str, Any]) -> str:
    """One block as HTML. Raises KeyError for a kind that our messages do not use."""
    kinds = {
        "rich_text": lambda: _div("block", map(_part, block["elements"])),
        "context": lambda: _div("context", (escape(text["text"]) for text in block["elements"])),
        "section": lambda: _div("block", [escape(block["text"]["text"])]),
        "header": lambda: _div("headline", [escape(block["text"]["text"])]),
        "actions": lambda: _div("block", map(_button, block["elements"])),
        "divider": lambda: "<hr>",
    }
    return kinds[block["type"]]()


def page(exchanges: Iterable[tuple[str, Iterable[Reply]]]) -> str:
    """Questions and the replies to them as one HTML page."""
    messages = []
    for number, (question, replies) in enumerate(exchanges):
        time = f"10:{24 + 3 * number}"
        asked = f'<span class="mention">@Citedesk</span> {escape(question)}'
        messages.append(_message("Ana Ferreira", "A", "", time, [asked]))
        messages += [_message("Citedesk", "C", "app", time, map(drawn, reply.blocks)) for reply in replies]
    return f'<!doctype html><meta charset="utf-8"><style>{_CSS}</style>{"".join(messages)}'


def _message(name: str, letter: str, kind: str, time: str, content: Iterable[str]) -> str:
    badge = '<span class="badge">APP</span>' if kind == "app" else ""
    who = f'<div class="who"><b>{name}</b>{badge}<span class="time">{time} AM</span></div>'
    avatar = f'<div class="avatar {kind}">{letter}</div>'
    return f'<div class="message">{avatar}<div class="body">{who}{"".join(content)}</div></div>'


def _div(name: str, content: Iterable[str]) -> str:
    return f'<div class="{name}">{"".join(content)}</div>'


def _part(part: dict[str, Any]) -> str:
    kinds = {
        "rich_text_section": lambda: _div("line", map(_element, part["elements"])),
        "rich_text_quote": lambda: _div("quote", map(_element, part["elements"])),
        "rich_text_list": lambda: (
            f"<ul>{''.join(f'<li>{_part(item)}</li>' for item in part['elements'])}</ul>"
        ),
    }
    return kinds[part["type"]]()


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "user":
        return '<span class="mention">@Ana Ferreira</span>'
    html = escape(element["text"])
    if element["type"] == "link":
        html = f'<a href="{escape(element["url"])}">{html}</a>'
    for style in element.get("style", {}):
        tag = {"bold": "b", "italic": "i", "code": 'span class="code"'}[style]
        html = f"<{tag}>{html}</{tag.split()[0]}>"
    return html


def _button(button: dict[str, Any]) -> str:
    return f"<button>{escape(button['text']['text'])}</button>"


def _cited(number: int, source: Source, quote: str, **more: Any) -> Citation:
    return Citation(number, f"{number:012}", source, quote, 0, len(quote), **more)


def _source(title: str, publisher: str, day: tuple[int, int, int], page: str, **more: Any) -> Source:
    url = f"https://www.example.com/{page}"
    return Source(title, publisher, url=url, published=datetime(*day, tzinfo=UTC), **more)


_FERRY = _source(
    "Night Ferry to Ormsay Is Back, With Lifejackets Under Every Seat",
    "The Lisk Courier",
    (2025, 3, 4),
    "lisk-courier/night-ferry",
)
_INQUIRY = _source(
    "Inquiry Blames Worn Bow Door for the Ormsay Ferry’s List",
    "Harbour & Rail Weekly",
    (2025, 2, 19),
    "harbour-rail/bow-door",
)
_TAX = _source(
    "Norvale Puts Off Its Tax on Window Boxes",
    "The Exchange Ledger",
    (2025, 4, 2),
    "exchange-ledger/window-boxes",
    incomplete=True,
)
_VOTE = _source(
    "Window-Box Tax Survives Committee by One Vote",
    "Storhavn Evening Post",
    (2025, 3, 27),
    "post/window-box-vote",
)
_GARDENERS = _source(
    "Gardeners March on Storhavn With Trowels Raised", "The Lantern", (2025, 3, 30), "lantern/trowels"
)
_DOOR = "Investigators found that the bow door’s lower seal had been due for replacement since May."
_SAILS = (
    "The night ferry to Ormsay sailed again on Monday, seventeen days after 212 passengers were taken off it in a "
    "northerly gale."
)
_DELAYED = (
    "Finance Minister Petra Solberg said on Wednesday that the tax would not be collected before January 2026, "
    "“so that the roots may settle.”"
)
_NARROW = (
    "The committee passed the bill by nine votes to eight after Deputy Jonas Ek, who keeps tulips, left the room for "
    "a telephone call and came back to find it decided."
)
_MARCHED = (
    "About 4,000 gardeners marched to the Storting on Sunday, the police said; the organizers counted 11,000."
)

EXTRACTED = Answer(
    "Why did the Ormsay ferry stop, and does it sail again?",
    "Why did the Ormsay ferry stop, and does it sail again?",
    Status.ANSWERED,
    (Sentence(_DOOR, (1,)), Sentence(_SAILS, (2,))),
    (_cited(1, _INQUIRY, _DOOR), _cited(2, _FERRY, _SAILS)),
)
WRITTEN = Answer(
    "When does Norvale’s tax on window boxes start, and who is against it?",
    "When does Norvale’s tax on window boxes start, and who is against it?",
    Status.ANSWERED,
    (
        Sentence("Norvale will not collect its tax on window boxes before January 2026.", (1,)),
        Sentence("A committee had passed the bill by nine votes to eight.", (2,)),
        Sentence("About 4,000 gardeners marched against it, by the count of the police.", (3,)),
    ),
    (
        _cited(1, _TAX, _DELAYED),
        _cited(2, _VOTE, _NARROW, corrected=datetime(2025, 3, 29, tzinfo=UTC)),
        _cited(3, _GARDENERS, _MARCHED),
    ),
    model="openai:gpt-4.1-mini",
)
DECLINED = Answer(
    "What does a night ferry ticket to Ormsay cost?",
    "What does a night ferry ticket to Ormsay cost?",
    Status.NO_EVIDENCE,
    nearest=(Nearest("1", _FERRY), Nearest("2", _INQUIRY)),
    model=EXTRACTS,
)


def main() -> None:
    """Write the page to the file that the command line names."""
    shown = (EXTRACTED, WRITTEN, DECLINED)
    html = page((answer.question, answer_replies(answer, _ANSWER_ID)) for answer in shown)
    Path(sys.argv[1]).write_text(html, "utf-8")


if __name__ == "__main__":
    main()
