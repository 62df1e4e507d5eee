"""assistant.threads.* and views.*: status, titles, suggested prompts, modals and the Home tab."""

from __future__ import annotations

import secrets
import time
from typing import Any

from tests.slack_workspace.limits import faults_in_view
from tests.slack_workspace.refusals import Refused, needed, open_channel, record_problems
from tests.slack_workspace.shapes import view_json
from tests.slack_workspace.state import Store, View

Args = dict[str, Any]


def set_status(store: Store, args: Args) -> dict[str, Any]:
    """assistant.threads.setStatus; an empty status clears it."""
    needed(args, "channel_id", "thread_ts")
    channel = open_channel(store, args["channel_id"])
    if "status" not in args or len(args.get("loading_messages") or []) > 10:
        raise Refused("invalid_arguments", ["[ERROR] a status and at most 10 loading messages"])
    if not store.thread(channel.id, str(args["thread_ts"])):
        raise Refused("invalid_thread_ts")
    texts = [args["status"], *(args.get("loading_messages") or [])]
    record_problems(store, "assistant.threads.setStatus", "\n".join(texts))
    store.status_log.append((channel.id, str(args["thread_ts"]), args["status"]))
    return {}


def set_title(store: Store, args: Args) -> dict[str, Any]:
    """assistant.threads.setTitle."""
    needed(args, "channel_id", "thread_ts", "title")
    channel = open_channel(store, args["channel_id"])
    if len(args["title"]) > 200:
        raise Refused("invalid_arguments", ["[ERROR] must be less than 201 characters [json-pointer:/title]"])
    if not store.thread(channel.id, str(args["thread_ts"])):
        raise Refused("invalid_thread_ts")
    record_problems(store, "assistant.threads.setTitle", args["title"])
    store.titles[channel.id, str(args["thread_ts"])] = args["title"]
    return {}


def set_prompts(store: Store, args: Args) -> dict[str, Any]:
    """assistant.threads.setSuggestedPrompts; under agent_view a thread_ts makes it do nothing, silently."""
    needed(args, "channel_id", "prompts")
    channel = open_channel(store, args["channel_id"])
    prompts = args["prompts"]
    whole = isinstance(prompts, list) and all(p.get("title") and p.get("message") for p in prompts)
    if not whole or len(prompts) > 4:
        raise Refused("invalid_arguments", ["[ERROR] one to four prompts, each with title and message"])
    record_problems(store, "assistant.threads.setSuggestedPrompts", str(args.get("title") or ""), prompts)
    thread = str(args.get("thread_ts") or "")
    if store.assistant_view or not thread:
        store.prompts[channel.id, thread] = prompts
    return {}


def open_view(store: Store, args: Args) -> dict[str, Any]:
    """views.open, with a trigger_id younger than three seconds and never used."""
    needed(args, "trigger_id", "view")
    trigger = store.triggers.get(args["trigger_id"])
    if not trigger:
        raise Refused("invalid_trigger_id")
    if trigger.spent:
        raise Refused("exchanged_trigger_id")
    if time.monotonic() - trigger.at > store.trigger_lifetime:
        raise Refused("expired_trigger_id")
    _accept(store, args["view"], "modal", "views.open")
    trigger.spent = True
    return {"view": view_json(store, new_view(store, trigger.user, args["view"]))}


def update_view(store: Store, args: Args) -> dict[str, Any]:
    """views.update, by view_id or external_id."""
    needed(args, "view")
    wanted = args.get("view_id"), args.get("external_id")
    found = [
        v for v in store.all_views.values() if v.id == wanted[0] or v.now.get("external_id", "") == wanted[1]
    ]
    if not found or not found[0].open:
        raise Refused("not_found")
    view = found[0]
    if args.get("hash") and args["hash"] != view.hash:
        raise Refused("hash_conflict")
    _accept(store, args["view"], view.now["type"], "views.update")
    show_again(view, args["view"])
    return {"view": view_json(store, view)}


def publish_home(store: Store, args: Args) -> dict[str, Any]:
    """views.publish: a person's Home tab."""
    needed(args, "user_id", "view")
    if args["user_id"] not in store.users:
        raise Refused("user_not_found")
    _accept(store, args["view"], "home", "views.publish")
    home = store.homes.get(args["user_id"])
    if home and args.get("hash") and args["hash"] != home.hash:
        raise Refused("hash_conflict")
    if home:
        show_again(home, args["view"])
    else:
        home = store.homes[args["user_id"]] = new_view(store, args["user_id"], args["view"])
    return {"view": view_json(store, home)}


def new_view(store: Store, user: str, view: dict[str, Any]) -> View:
    """A view that `user` sees from now on."""
    made = View(store.new_id("V"), user, [_with_ids(view)], _hash())
    store.all_views[made.id] = made
    return made


def show_again(view: View, content: dict[str, Any]) -> None:
    """Replace what a view shows."""
    view.shown.append(_with_ids(content))
    view.hash = _hash()


def check_view(store: Store, view: Any, where: str) -> list[str]:
    """Slack's objections to a view; also records what nobody should see in it."""
    record_problems(store, where, "", view)
    return faults_in_view(view)


def _accept(store: Store, view: Any, kind: str, where: str) -> None:
    faults = check_view(store, view, where)
    if not faults and view["type"] != kind:
        faults = [f"[ERROR] unsupported type: {view['type']} [json-pointer:/view/type]"]
    if faults:
        raise Refused("invalid_arguments", faults)


def _with_ids(view: dict[str, Any]) -> dict[str, Any]:
    blocks = [{"block_id": secrets.token_hex(3)} | block for block in view["blocks"]]
    return view | {"blocks": blocks}


def _hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
