"""The Web API's door: tokens, scopes, arguments, ordered trouble, and the answers' form; the methods live beside it."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.slack_workspace.leaks import tokens_in
from tests.slack_workspace.refusals import Refused
from tests.slack_workspace.state import Call

if TYPE_CHECKING:
    from tests.slack_workspace.workspace import Workspace

Args = dict[str, Any]
_JSON_FIELDS = {"blocks", "attachments", "metadata", "view", "chunks", "prompts", "loading_messages"}
_FORM_ONLY = {
    "conversations.replies", "conversations.history", "conversations.info", "users.info", "bots.info",
    "files.info", "chat.getPermalink",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what it does, the scope it needs (perhaps by its arguments), and whose token it takes."""

    run: Callable[[Workspace, Args], dict[str, Any]]
    scope: str | Callable[[Workspace, Args], str] = ""
    tokens: str = "bot"
    for_app: Callable[[Workspace, Args], dict[str, Any]] | None = None


async def serve(workspace: Workspace, methods: dict[str, Method], request: web.Request) -> web.StreamResponse:
    """Answer one call."""
    name = request.match_info["method"]
    try:
        args, token, is_json = await _arguments(request)
    except ValueError:
        return _answer(workspace, {"ok": False, "error": "invalid_json"}, "")
    call = Call(name, args, time.time())
    with workspace.lock:
        workspace.calls.append(call)
    await workspace.stall(request, name, args)
    with workspace.lock:
        dropped = workspace.struck(name, "drop", args)
        answer = None
        if not dropped or dropped.after_effect:
            answer = _answered(workspace, methods, call, token, is_json)
        workspace.changed()
    if dropped:
        call.error = "connection dropped"
        if request.transport:
            request.transport.abort()
    return answer or web.Response()


async def _arguments(request: web.Request) -> tuple[Args, str, bool]:
    args: Args = dict(request.query)
    is_json = request.content_type == "application/json"
    if is_json:
        text = await request.text()
        args |= json.loads(text) if text.strip() else {}
        is_json = bool(text.strip())
    else:
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    for name in _JSON_FIELDS & args.keys():
        if isinstance(args[name], str):
            args[name] = json.loads(args[name])
    token = str(args.pop("token", "")) or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return args, token, is_json


def _answered(
    workspace: Workspace, methods: dict[str, Method], call: Call, token: str, is_json: bool
) -> web.Response:
    retry_after = workspace.over_limit(call.method, call.args)
    refused = workspace.struck(call.method, "refuse", call.args)
    if retry_after or (refused and refused.status == 429):
        call.error, call.status = "ratelimited", 429
        seconds = retry_after or (refused.retry_after if refused else 1)
        return web.json_response(
            {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
        )
    body: dict[str, Any] = {}
    if not refused or refused.after_effect:
        body = _body(workspace, methods, call, token, is_json)
    if refused:
        body, call.status = {"ok": False, "error": refused.error}, refused.status
    call.error = str(body.get("error", ""))
    return _answer(workspace, body, _owner(workspace, token), call.status)


def _body(
    workspace: Workspace, methods: dict[str, Method], call: Call, token: str, is_json: bool
) -> dict[str, Any]:
    if tokens_in(json.dumps(call.args)):
        workspace.violate("token in the arguments", call.method)
    try:
        method = _allowed(workspace, methods, call, token)
        if is_json and call.method in _FORM_ONLY:
            raise Refused("invalid_arguments", ["[ERROR] this method takes no JSON"])
        run = (method.for_app if _owner(workspace, token) == "app" else None) or method.run
        return {"ok": True} | run(workspace, call.args)
    except Refused as refused:
        return refused.body()
    except Exception:  # a hole in the stand-in must fail the test, not look like Slack having a bad day
        workspace.violate("the stand-in broke", call.method, traceback.format_exc()[-300:])
        return {"ok": False, "error": "internal_error"}


def _allowed(workspace: Workspace, methods: dict[str, Method], call: Call, token: str) -> Method:
    owner = _owner(workspace, token)
    if not owner:
        raise Refused("invalid_auth" if token else "not_authed")
    if call.method not in methods:
        workspace.violate("unknown method", call.method)
        raise Refused("unknown_method")
    method = methods[call.method]
    if owner not in method.tokens:
        raise Refused("not_allowed_token_type")
    needed = method.scope if isinstance(method.scope, str) else method.scope(workspace, call.args)
    provided = workspace.scopes if owner == "bot" else workspace.app_scopes
    if needed and needed not in provided:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(provided)))
    return method


def _owner(workspace: Workspace, token: str) -> str:
    return {workspace.bot_token: "bot", workspace.app_token: "app"}.get(token, "")


def _answer(workspace: Workspace, body: dict[str, Any], owner: str, status: int = 200) -> web.Response:
    scopes = workspace.app_scopes if owner == "app" else workspace.scopes if owner else set()
    return web.json_response(body, status=status, headers={"x-oauth-scopes": ",".join(sorted(scopes))})
