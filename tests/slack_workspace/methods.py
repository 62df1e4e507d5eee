"""The Web API methods the stand-in knows, each with its scope; any other is a violation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.slack_workspace import chat, conversations, streams, surfaces
from tests.slack_workspace.web_api import Method

if TYPE_CHECKING:
    from tests.slack_workspace.workspace import Workspace

Args = dict[str, Any]


def _test(workspace: Workspace, args: Args) -> dict[str, Any]:
    return {
        "url": f"https://{workspace.team_domain}.slack.com/", "team": "Acme", "user": "citedesk",
        "team_id": workspace.team_id, "user_id": workspace.bot_user, "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }  # fmt: skip


def _test_app(workspace: Workspace, args: Args) -> dict[str, Any]:
    return {"app_name": "Citedesk", "app_id": workspace.app_id}


def _api_test(workspace: Workspace, args: Args) -> dict[str, Any]:
    return {"args": args}


def _connect(workspace: Workspace, args: Args) -> dict[str, Any]:
    return {"url": workspace.new_socket_address()}


METHODS: dict[str, Method] = {
    "api.test": Method(_api_test, tokens="bot app"),
    "auth.test": Method(_test, tokens="bot app", for_app=_test_app),
    "apps.connections.open": Method(_connect, "connections:write", tokens="app"),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.getPermalink": Method(chat.permalink),
    "chat.startStream": Method(streams.start, "chat:write"),
    "chat.appendStream": Method(streams.append, "chat:write"),
    "chat.stopStream": Method(streams.stop, "chat:write"),
    "assistant.threads.setStatus": Method(surfaces.set_status, "chat:write"),
    "assistant.threads.setTitle": Method(surfaces.set_title, "assistant:write"),
    "assistant.threads.setSuggestedPrompts": Method(surfaces.set_prompts, "assistant:write"),
    "conversations.replies": Method(conversations.replies, conversations.history_scope),
    "conversations.history": Method(conversations.history, conversations.history_scope),
    "conversations.info": Method(conversations.info, conversations.read_scope),
    "conversations.open": Method(conversations.open_direct, "im:write"),
    "reactions.add": Method(chat.add_reaction, "reactions:write"),
    "reactions.remove": Method(chat.remove_reaction, "reactions:write"),
    "users.info": Method(conversations.user_info, "users:read"),
    "bots.info": Method(conversations.bot_info, "users:read"),
    "files.info": Method(conversations.file_info, "files:read"),
    "views.open": Method(surfaces.open_view),
    "views.update": Method(surfaces.update_view),
    "views.publish": Method(surfaces.publish_home),
}
