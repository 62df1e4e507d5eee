"""Every sentence the bot says that is not an answer. Plain text: whatever comes from outside is escaped here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.slack.mrkdwn import escaped, mrkdwn_link
from bot.slack.reply import Reply
from bot.slack.rich import shortened

_MOST_LINES = 15
_LONGEST_LABEL = 80
_LONGEST_REASON = 140
_LONGEST_LINK = 700
_LONGEST_REPORT = 3_000
_PATH = re.compile(
    r"(?:file://|(?<![\w:/.]))/(?:[^\s/'\"]+/)*([^\s/'\"]+)|\b[A-Za-z]:\\(?:[^\s\\'\"]+\\)*([^\s\\'\"]+)"
)
_ORDER = {"failed": 0, "added": 1, "updated": 2, "duplicate": 3, "unchanged": 4, "skipped": 5}
_KNOWN = {
    "LanguageModelError": "The language model I write with did not answer properly. Ask again in a few minutes",
    "ArchiveBusy": "My archive is busy taking in articles. Ask again in a minute",
    "DiskFull": "The disk that holds my archive is full, so nothing more can be stored",
    "EmbeddingModelError": "The model I search with cannot be used right now",
    "ArchiveError": "My archive cannot be read right now",
    "NotAnArchive": "My archive cannot be read right now",
    "NewerArchive": "My archive was written by a newer version than I am",
    "WrongModel": "My archive does not fit the model I search with",
    "SettingsError": "One of my settings is wrong",
}
_INVITE = "Invite me to the channel, then ask again."
_REMEDIES = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,
    "is_archived": "The channel is archived. Ask in another one.",
    "restricted_action": "An admin has limited who may post there. Ask in another channel.",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one article handed over; `outcome` is a word of `ingest --json`."""

    label: str  # its title, else the name of the file or the link
    outcome: str
    reason: str = ""
    link: str = ""


def queued(position: int, coming: str = "Your answer comes") -> Reply:
    """`position` counts from 1, what is worked on next; `coming` is what they wait for."""
    place = "next" if position <= 1 else ordinal(position)
    return Reply(f"You are {place} in line. {coming} here as soon as it is ready.")


def queue_full(seconds: float) -> Reply:
    """Nothing more is taken; there may be room in `seconds`."""
    return Reply(f"Too many questions are waiting right now, so I did not take yours. {_again(seconds)}")


def asks_too_much(seconds: float) -> Reply:
    """One person has used up the questions of this minute."""
    return Reply(f"You have asked a lot in a short time, so I did not take this question. {_again(seconds)}")


def channel_asks_too_much(seconds: float) -> Reply:
    """One channel has used up the questions of this minute."""
    return Reply(
        f"This channel has asked a lot in a short time, so I did not take this question. {_again(seconds)}"
    )


def timed_out(seconds: float) -> Reply:
    """No answer within the time a question may take."""
    return Reply(
        f"I found no answer within {duration(seconds)} and stopped looking. "
        "Ask again, or ask a shorter question."
    )


def failed(error_id: str, kind: str = "") -> Reply:
    """Something broke; `kind` is the name of the error's class. Its message may hold paths and is never shown."""
    known = _KNOWN.get(kind, "Something went wrong on my side")
    return Reply(f"{known}. Whoever runs me finds the reason in the log under `{_bare(error_id)}`.")


def refused(code: str) -> Reply:
    """Slack does not let the bot write where it was asked; `code` is Slack's own word for why."""
    remedy = _REMEDIES.get(code, "Ask me in a direct message, or show this word to whoever runs me.")
    return Reply(f"Slack does not let me answer there (`{_bare(code)}`). {remedy}")


def no_question() -> Reply:
    """Somebody called the bot and asked nothing."""
    return Reply(
        "Ask me about the saved articles in a whole question: who said what, when or where something happened, "
        "how many there were. I answer with the words the articles say it in, and you can go on asking in the thread."
    )


def welcome() -> Reply:
    """Somebody said thanks."""
    return Reply("You are welcome. Ask on whenever you like.")


def too_long(length: int, longest: int) -> Reply:
    """The question has `length` characters and only `longest` are taken."""
    return Reply(
        f"Your question has {length:,} characters, and {longest:,} is the most I take. "
        "Ask one shorter question."
    )


def question_deleted() -> Reply:
    """The question went away before it was answered."""
    return Reply("Your question was deleted before I had answered it, so I left it.")


def may_not_ingest(user_id: str) -> Reply:
    """The settings do not let this person hand over articles."""
    return Reply(
        "You may ask here, but you may not add articles. "
        f"Whoever runs me can allow it by adding `{_bare(user_id)}` to CITEDESK_SLACK_INGEST."
    )


def nothing_to_ingest() -> Reply:
    """No link and no file in what was handed over."""
    return Reply("I found no link and no file in that message, so there was nothing to add.")


def ingesting(count: int) -> Reply:
    """`count` links and files are being read."""
    return Reply(f"Reading {_counted(count, 'article')}. I tell you here when it is done.")


def ingest_progress(done: int, count: int) -> Reply:
    """`done` of `count` links and files are read."""
    return Reply(f"Read {done:,} of {_counted(count, 'article')}.")


def ingested(taken: Sequence[Taken], *, only_here: bool) -> Reply:
    """What became of each article, what went wrong first; `only_here` says where they may answer."""
    if not taken:
        return nothing_to_ingest()
    ordered = sorted(taken, key=lambda one: _ORDER.get(one.outcome, len(_ORDER)))
    lines = list(_fitting(map(_line, ordered[:_MOST_LINES])))
    if more := len(ordered) - len(lines):
        lines.append(f"… and {_counted(more, 'more article', 'more articles')}.")
    lines.insert(0, _summary(taken))
    if any(one.outcome in ("added", "updated") for one in taken):
        lines.append(_WHERE[only_here])
    return Reply("\n".join(lines))


_WHERE = {
    True: "I use it only to answer in this conversation.",
    False: "Everybody who can ask me can now ask about it.",
}


def thanks(*, helpful: bool) -> Reply:
    """A button under an answer was pressed."""
    if helpful:
        return Reply("Thank you, noted as helpful.")
    return Reply("Thank you, noted as not helpful.")


def thanks_for_the_reason() -> Reply:
    """Somebody wrote what went wrong."""
    return Reply("Thank you. Whoever runs me can read what you wrote.")


def cannot_share() -> Reply:
    """Slack does not let the bot post where the private answer was asked."""
    return Reply("I cannot post in this conversation. Invite me to it first, then press the button again.")


def shared() -> Reply:
    """A private answer was shared before."""
    return Reply("This answer stands in the channel already.")


def press_again() -> Reply:
    """The click was too old for Slack to open a window."""
    return Reply("That took me too long, and Slack lets me open no window any more. Press the button again.")


def no_longer_kept() -> Reply:
    """The answer behind a button was deleted by the retention setting."""
    return Reply("I no longer keep that answer. Ask the question again to get a new one.")


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def duration(seconds: float) -> str:
    """Whole seconds, or minutes from two on; never less than a second."""
    whole = max(1, math.ceil(seconds))
    return _counted(whole, "second") if whole < 120 else _counted(math.ceil(whole / 60), "minute")


def _again(seconds: float) -> str:
    return f"Try again in {duration(seconds)}."


def _fitting(lines: Iterable[str]) -> Iterator[str]:
    """The first lines that make a message Slack takes."""
    room = _LONGEST_REPORT
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _summary(taken: Sequence[Taken]) -> str:
    counts = {word: sum(one.outcome == word for one in taken) for word in _ORDER}
    said = ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
    return f"Done: {said or _counted(len(taken), 'article')}."


def _line(one: Taken) -> str:
    name = _without_paths(one.label) or "(no title)"
    label = shortened(name, _LONGEST_LABEL)
    linked = mrkdwn_link(one.link, label)
    named = linked if len(linked) <= _LONGEST_LINK else escaped(label)
    reason = escaped(shortened(_without_paths(one.reason), _LONGEST_REASON))
    return f"• {named} — {escaped(one.outcome)}" + (f" ({reason})" if reason else "")


def _without_paths(text: str) -> str:
    """Only the names of files: where they lie on the machine is nobody's business."""
    return _PATH.sub(lambda found: found[1] or found[2], text)


def _bare(identifier: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", identifier)


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
