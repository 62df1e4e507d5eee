"""Slash commands, clicks, shortcuts and submissions as payloads, and the response_url they may be answered at."""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from aiohttp import web

from tests.slack_workspace import posting
from tests.slack_workspace.delivery import Delivery
from tests.slack_workspace.refusals import Refused, accept, truthy
from tests.slack_workspace.shapes import message_json, view_json
from tests.slack_workspace.state import (
    Call,
    Channel,
    Ephemeral,
    Interaction,
    Message,
    ResponseUrl,
    Store,
    User,
    View,
)
from tests.slack_workspace.surfaces import check_view, new_view, show_again
from tests.slack_workspace.trouble import Trouble

_USES, _LIFETIME = 5, 1800.0
_COMMAND_NAMES = {"im": "directmessage", "group": "privategroup"}


def command(store: Store, user: User, channel: Channel, name: str, text: str) -> Interaction:
    """A slash command, as the form Slack posts."""
    payload = {
        "token": "verification-token", "team_id": store.team_id, "team_domain": store.team_domain,
        "channel_id": channel.id, "channel_name": _COMMAND_NAMES.get(channel.kind, channel.name),
        "user_id": user.id, "user_name": user.name, "command": name, "text": text, "api_app_id": store.app_id,
        "is_enterprise_install": "false",
    }  # fmt: skip
    return _interaction(store, Delivery("slash_commands", "slash_commands", payload), user, channel, None)


def shortcut(store: Store, user: User, message: Message, callback_id: str) -> Interaction:
    """A message shortcut."""
    channel = store.channels[message.channel]
    payload = _common(store, user, "message_action") | {
        "callback_id": callback_id, "channel": _channel(channel), "message_ts": message.ts,
        "message": message_json(store, message),
    }  # fmt: skip
    return _interaction(store, Delivery("interactive", "message_action", payload), user, channel, None)


def click(
    store: Store, user: User, shown: Message | Ephemeral | View, block: dict[str, Any], action: dict[str, Any]
) -> Interaction:
    """A click on a button: block_actions."""
    action = action | {"block_id": block["block_id"], "action_ts": store.new_ts()}
    payload = _common(store, user, "block_actions") | {"state": {"values": {}}, "actions": [action]}
    if isinstance(shown, View):
        payload |= {"container": {"type": "view", "view_id": shown.id}, "view": view_json(store, shown)}
        return _interaction(store, Delivery("interactive", "block_actions", payload), user, None, None)
    channel = store.channels[shown.channel]
    container = {
        "type": "message", "message_ts": shown.ts, "channel_id": channel.id,
        "is_ephemeral": isinstance(shown, Ephemeral),
    }  # fmt: skip
    if shown.thread_ts:
        container["thread_ts"] = shown.thread_ts
    payload |= {"container": container, "channel": _channel(channel)}
    if isinstance(shown, Message):
        payload["message"] = message_json(store, shown, metadata=True)
    return _interaction(store, Delivery("interactive", "block_actions", payload), user, channel, shown)


def submission(store: Store, user: User, view: View, values: dict[str, str]) -> Interaction:
    """A submitted modal; `values` are by action_id or block_id of the inputs."""
    state: dict[str, Any] = {}
    for block in view.now["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            action_id = element.get("action_id", "value")
            value = values.get(action_id, values.get(block["block_id"]))
            state[block["block_id"]] = {action_id: _input_state(element, value)}
    known = {key for block_id, inputs in state.items() for key in (block_id, *inputs)}
    assert values.keys() <= known, (
        f"the view has no inputs {sorted(values.keys() - known)}, only {sorted(known)}"
    )
    shape = view_json(store, view) | {"state": {"values": state}}
    payload = _common(store, user, "view_submission") | {"view": shape, "response_urls": []}
    return _interaction(store, Delivery("interactive", "view_submission", payload), user, None, None)


def heed(store: Store, interaction: Interaction, view: View | None) -> None:
    """Do what the acknowledgement asks for: show its message, or change the modal."""
    body = interaction.ack_body
    if not interaction.acked:
        store.timeouts.append(interaction)
    elif view is not None:
        _heed_view(store, interaction, view, body if isinstance(body, dict) else {})
    elif interaction.delivery.kind == "slash_commands" and body:
        answer = body if isinstance(body, dict) else {"text": body}
        try:
            _respond(store, interaction, None, answer, "ack")
        except Refused as refused:
            store.violate("acknowledgement that Slack refuses", "slash command", refused.error)
    store.changed()


async def serve_response_url(workspace: Trouble, request: web.Request) -> web.StreamResponse:
    """An answer at a response_url."""
    if request.headers.get("Authorization"):
        workspace.violate("token sent to a response_url", request.path)
    try:
        body = json.loads(await request.text())
    except ValueError:
        return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
    call = Call("response_url", body, time.time())
    with workspace.lock:
        workspace.calls.append(call)
    await workspace.stall(request, "response_url", body)
    with workspace.lock:
        refused = workspace.struck("response_url", "refuse", body)
        dropped = workspace.struck("response_url", "drop", body)
        ordered = refused or dropped
        answer = web.Response()
        if not ordered or ordered.after_effect:
            answer = _answered(workspace, request.path, body)
            call.status = answer.status
        workspace.changed()
    if refused:
        call.error, call.status = refused.error, refused.status
        wait = {"Retry-After": str(refused.retry_after)} if refused.status == 429 else {}
        answer = web.json_response({"ok": False, "error": refused.error}, status=refused.status, headers=wait)
    if dropped and request.transport:
        call.error = "connection dropped"
        request.transport.abort()
    return answer


def _answered(store: Store, path: str, body: dict[str, Any]) -> web.Response:
    target = store.response_urls.get(path)
    error = "expired_url" if not target or time.monotonic() - target.at > _LIFETIME else ""
    if target and not error and target.uses >= _USES:
        error = "used_url"
    if not target or error:
        return web.json_response({"ok": False, "error": error}, status=404)
    target.uses += 1
    try:
        _respond(store, target.interaction, target.original, body, "response_url")
    except Refused as refused:
        return web.json_response(refused.body(), status=400)
    return web.Response(text="ok")


def _respond(
    store: Store,
    interaction: Interaction,
    original: Message | Ephemeral | None,
    body: dict[str, Any],
    via: str,
) -> None:
    if truthy(body.get("delete_original")) and original:
        original.deleted = True
        store.changed()
        return
    accept(store, via, body)
    channel = store.channels[interaction.channel]
    if truthy(body.get("replace_original")) and original:
        _replace(store, original, body)
    elif body.get("response_type") == "in_channel":
        thread = posting.thread_for(store, channel, body.get("thread_ts"), via)
        message = posting.bot_message(store, channel, body, thread)
        interaction.responses.append(posting.post(store, message, via))
    else:
        interaction.responses.append(posting.whisper(store, channel, interaction.user, body, via))


def _replace(store: Store, original: Message | Ephemeral, body: dict[str, Any]) -> None:
    blocks = posting.with_ids(body.get("blocks"))
    if isinstance(original, Message):
        posting.change(store, original, "replace", text=body.get("text") or "", blocks=blocks, edited=True)
        return
    original.text, original.blocks = body.get("text") or "", blocks
    original.keep("replace")
    store.changed()


def _heed_view(store: Store, interaction: Interaction, view: View, body: dict[str, Any]) -> None:
    action = body.get("response_action", "")
    if action == "errors":
        interaction.errors = body.get("errors") or {}
        return
    if action in ("update", "push"):
        faults = check_view(store, body.get("view"), "response_action")
        if faults:
            store.violate("acknowledgement that Slack refuses", "view_submission", faults)
        elif action == "update":
            show_again(view, body["view"])
        else:
            new_view(store, view.user, body["view"])
        return
    view.open = False
    if action == "clear":
        for other in store.all_views.values():
            other.open = other.open and (other.user != view.user or other.now["type"] == "home")


def _interaction(
    store: Store,
    delivery: Delivery,
    user: User,
    channel: Channel | None,
    original: Message | Ephemeral | None,
) -> Interaction:
    trigger = store.new_trigger(user.id)
    delivery.payload["trigger_id"] = trigger
    made = Interaction(delivery, user.id, channel.id if channel else "", trigger)
    if channel:
        kind = "commands" if delivery.kind == "slash_commands" else "actions"
        path = f"/hooks/{kind}/{store.team_id}/{secrets.randbelow(10**13)}/{secrets.token_urlsafe(18)}"
        store.response_urls[path] = ResponseUrl(made, original, time.monotonic())
        delivery.payload["response_url"] = store.url + path
    return made


def _common(store: Store, user: User, kind: str) -> dict[str, Any]:
    return {
        "type": kind, "team": {"id": store.team_id, "domain": store.team_domain}, "enterprise": None,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": store.team_id},
        "api_app_id": store.app_id, "token": "verification-token", "is_enterprise_install": False,
        "action_ts": store.new_ts(),
    }  # fmt: skip


def _channel(channel: Channel) -> dict[str, str]:
    return {"id": channel.id, "name": _COMMAND_NAMES.get(channel.kind, channel.name)}


def _input_state(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    if "options" not in element:
        return {"type": element["type"], "value": value}
    chosen = next((option for option in element["options"] if option["value"] == value), None)
    if element["type"] == "checkboxes":
        return {"type": element["type"], "selected_options": [chosen] if chosen else []}
    return {"type": element["type"], "selected_option": chosen}
