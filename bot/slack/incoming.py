"""From Slack's payloads to jobs: who asked what, where, and whether it was meant for us. No call to Slack is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.conversation.addressed import is_question, may_be_overheard, meant_for_others
from bot.slack.channels import QUESTIONS, ChannelRules
from bot.slack.jobs import File, Job, Kind
from bot.slack.written import addresses, leads_into_slack, words

Payload = Mapping[str, Any]
ANY_TYPE = re.compile(".*")
_MOST_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Ears:
    """What it takes to understand a payload.

    `me` is our user id, `rules` those of a channel, `knows_thread(team, channel, thread)` whether we were asked there;
    `follow_ups` is the general setting.
    """

    me: str
    rules: Callable[[str], ChannelRules]
    knows_thread: Callable[[str, str, str], bool]
    follow_ups: bool = True


def mention_job(body: Payload, ears: Ears) -> Job | None:
    """The question of an `app_mention`; None for other bots."""
    event = body["event"]
    return None if _is_bot(event) else _asked(body, event, ears)


def message_job(body: Payload, ears: Ears) -> Job | None:
    """What a message asks of us; None when it is not meant for us."""
    event = body["event"]
    if _is_bot(event) or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return None
    if event.get("channel_type") == "im":
        return _direct(body, event, ears)
    if f"<@{ears.me}>" in event.get("text", "") or f"<@{ears.me}|" in event.get("text", ""):
        return _asked(body, event, ears)
    return _asked(body, event, ears, overheard=True) if _overheard(body, event, ears) else None


def deleted_message(body: Payload) -> tuple[str, str, str] | None:
    """Team, channel and timestamp of a message that was deleted; None for any other event."""
    event = body["event"]
    if event.get("subtype") != "message_deleted":
        return None
    return body["team_id"], event["channel"], event.get("deleted_ts", "")


def command_job(body: Payload) -> Job:
    """The question of a slash command."""
    return Job(
        key=f"{body['team_id']}:command:{body.get('trigger_id') or body['response_url']}",
        kind=Kind.QUESTION,
        team=body["team_id"],
        channel=body["channel_id"],
        user=body["user_id"],
        text=words(body.get("text", "")),
        ephemeral=True,
        is_direct=body["channel_id"].startswith("D"),
        response_url=body["response_url"],
    )


def shortcut_job(body: Payload) -> Job:
    """The wish to keep what a message links to or carries."""
    message = body["message"]
    channel = body["channel"]["id"]
    return Job(
        key=f"{body['team']['id']}:shortcut:{body.get('trigger_id') or body['action_ts']}",
        kind=Kind.INGEST,
        team=body["team"]["id"],
        channel=channel,
        user=body["user"]["id"],
        thread=message.get("thread_ts") or message["ts"],
        ephemeral=True,  # two people's direct messages have the shortcut too, and we cannot post there
        is_direct=channel.startswith("D"),
        outsider=_is_outsider(body["user"].get("team_id"), body["team"]["id"]),
        response_url=body.get("response_url", ""),
        links=_links(message)[:_MOST_ITEMS],
        files=_files(message)[:_MOST_ITEMS],
    )


def click_job(body: Payload, kind: Kind) -> Job:
    """A click on one of our buttons; what it may do is checked against the ledger, not against the button."""
    action = body["actions"][0]
    container = body.get("container", {})
    channel = body.get("channel", {}).get("id") or container.get("channel_id", "")
    return Job(
        key=f"{_team(body)}:click:{body.get('trigger_id', '')}:{action['action_id']}:{action.get('action_ts', '')}",
        kind=kind,
        team=_team(body),
        channel=channel,
        user=body["user"]["id"],
        text=action["action_id"],
        thread=body.get("message", {}).get("thread_ts") or container.get("thread_ts") or "",
        ephemeral=bool(container.get("is_ephemeral")),
        is_direct=channel.startswith("D"),
        response_url=body.get("response_url", ""),
        trigger=body.get("trigger_id", ""),
        value=str(action.get("value", ""))[:100],
    )


def reason_job(body: Payload) -> Job:
    """Why an answer did not help, from the modal that asked."""
    view = body["view"]
    values = [field for block in view["state"]["values"].values() for field in block.values()]
    return Job(
        key=f"{_team(body)}:view:{view['id']}:{view.get('hash', '')}",
        kind=Kind.REASON,
        team=_team(body),
        channel="",
        user=body["user"]["id"],
        text=next((str(field.get("value") or "") for field in values), ""),
        value=str(view.get("private_metadata", ""))[:100],
    )


def home_job(body: Payload) -> Job | None:
    """Somebody opened the Home tab, or our messages (where questions are suggested)."""
    event = body["event"]
    kind = {"home": Kind.HOME, "messages": Kind.PROMPTS}.get(event.get("tab", "home"))
    if kind is None:
        return None
    return Job(_key(body), kind, body["team_id"], event.get("channel", ""), event["user"])


def assistant_job(body: Payload) -> Job:
    """Somebody opened a conversation with an app that still has the older `assistant_view`."""
    thread = body["event"]["assistant_thread"]
    return Job(
        _key(body),
        Kind.PROMPTS,
        body["team_id"],
        thread["channel_id"],
        thread["user_id"],
        thread=thread["thread_ts"],
    )


def type_of(event: Payload) -> str:
    """The type as the app's settings name it: `message.im`, `message.channels`, `app_mention`."""
    kinds = {"im": "im", "channel": "channels", "group": "groups", "mpim": "mpim"}
    kind = kinds.get(str(event.get("channel_type", ""))) if event.get("type") == "message" else None
    return f"message.{kind}" if kind else str(event.get("type", ""))


def _direct(body: Payload, event: Payload, ears: Ears) -> Job:
    """In a direct message everything is for us; a question beside links or files is asked once they are read."""
    said = words(event.get("text", ""), ears.me, addresses(event))
    return _handed_over(body, event, ears) or _job(body, event, Kind.QUESTION, said)


def _asked(body: Payload, event: Payload, ears: Ears, *, overheard: bool = False) -> Job:
    said = words(event.get("text", ""), ears.me)
    ephemeral = ears.rules(event["channel"]).ephemeral
    given = None if overheard else _handed_over(body, event, ears)
    if given and not given.text:  # "@Citedesk add this: <link>"
        return replace(given, ephemeral=ephemeral)
    job = _job(body, event, Kind.QUESTION, said)
    return replace(job, ephemeral=ephemeral, overheard=overheard)


def _handed_over(body: Payload, event: Payload, ears: Ears) -> Job | None:
    """Links and files to read, with the question beside them; None when there are none."""
    links, files = _links(event), _files(event)
    if not links and not files:
        return None
    said = words(event.get("text", ""), ears.me, addresses(event))
    job = _job(body, event, Kind.INGEST, said if is_question(said) else "")
    return replace(job, links=links[:_MOST_ITEMS], files=files[:_MOST_ITEMS])


def _overheard(body: Payload, event: Payload, ears: Ears) -> bool:
    """Whether a message that does not name us is for us all the same."""
    rules = ears.rules(event["channel"])
    text = event.get("text", "")
    if meant_for_others(text) or not may_be_overheard(words(text)):
        return False
    if thread := event.get("thread_ts"):
        wanted = ears.follow_ups if rules.follow_ups is None else rules.follow_ups
        return wanted and ears.knows_thread(body["team_id"], event["channel"], thread)
    return rules.answer == QUESTIONS


def _job(body: Payload, event: Payload, kind: Kind, text: str) -> Job:
    channel = event["channel"]
    return Job(
        key=_key(body),
        kind=kind,
        team=body["team_id"],
        channel=channel,
        user=event["user"],
        text=text,
        message=event["ts"],
        thread=event.get("thread_ts") or event["ts"],
        is_direct=channel.startswith("D"),
        outsider=_is_outsider(event.get("user_team"), body["team_id"]),
    )


def _is_outsider(team: object, ours: str) -> bool:
    return bool(team) and team != ours


def _is_bot(event: Payload) -> bool:
    return bool(event.get("bot_id") or event.get("bot_profile") or not event.get("user"))


def _links(message: Payload) -> tuple[str, ...]:
    return tuple(url for url in addresses(message) if not leads_into_slack(url))


def _files(message: Payload) -> tuple[File, ...]:
    return tuple(
        File(
            str(file.get("name") or file.get("title") or "file"),
            str(file.get("url_private_download") or file.get("url_private") or ""),
            str(file.get("permalink", "")),
            int(file.get("size") or 0),
        )
        for file in message.get("files") or ()
        if file.get("mode") != "tombstone"
    )


def _key(body: Payload) -> str:
    return f"{body['team_id']}:{body['event_id']}"


def _team(body: Payload) -> str:
    return str((body.get("team") or {}).get("id") or body["user"].get("team_id", ""))
