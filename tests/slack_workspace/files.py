"""Files behind url_private, which open only with the bot's token, and a stranger's server that must never see it."""

from __future__ import annotations

from aiohttp import web

from tests.slack_workspace.state import SharedFile, Store


def share(store: Store, name: str, content: bytes, mimetype: str, user: str, lie: str) -> SharedFile:
    """A file in Slack. `lie`: "" (honest), "host" (url_private is the stranger's) or "redirect" (leads there)."""
    file = SharedFile(store.new_id("F"), name, mimetype, content, "", user)
    path = f"/files-pri/{store.team_id}-{file.id}/{name}"
    file.url = (
        f"{store.stranger_url if lie == 'host' else store.url}{path}{'?away=1' if lie == 'redirect' else ''}"
    )
    store.files[file.id] = file
    return file


async def serve_file(store: Store, request: web.Request) -> web.StreamResponse:
    """url_private: the content for the bot's token with files:read, else the way to the login page."""
    file = store.files.get(request.match_info["id"].partition("-")[2])
    if not file:
        raise web.HTTPNotFound
    allowed = (
        request.headers.get("Authorization") == f"Bearer {store.bot_token}" and "files:read" in store.scopes
    )
    if not allowed:
        raise web.HTTPFound(f"{store.url}/login?redir={request.path}")
    if "away" in request.query:
        raise web.HTTPFound(f"{store.stranger_url}{request.path}")
    with store.lock:
        file.downloads += 1
        store.changed()
    return web.Response(body=file.content, content_type=file.mimetype)


async def serve_login(_: web.Request) -> web.StreamResponse:
    """What a browser without a session sees instead of a file."""
    return web.Response(text="<!doctype html><title>Sign in | Slack</title>", content_type="text/html")


async def serve_elsewhere(store: Store, request: web.Request) -> web.StreamResponse:
    """Anything on Slack's host that is neither API nor file."""
    _note_token(store, request)
    raise web.HTTPNotFound


async def serve_stranger(store: Store, request: web.Request) -> web.StreamResponse:
    """The server of somebody else: it remembers who came, and what they brought."""
    store.stranger_requests.append({"path": request.path_qs, "headers": dict(request.headers)})
    _note_token(store, request)
    content_type, content = store.stranger_pages.get(request.path, ("text/plain", b"not yours"))
    return web.Response(body=content, content_type=content_type)


def _note_token(store: Store, request: web.Request) -> None:
    carried = f"{request.path_qs} {dict(request.headers)}"
    if store.bot_token in carried or store.app_token in carried:
        store.violate(
            "token sent away", str(request.url.with_query(None)), "the request carries a Slack token"
        )
