"""The stand-in's thread: one event loop with Slack's host on one port and a stranger's on another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from tests.slack_workspace import files, interactive, web_api
from tests.slack_workspace.events import Courier, HttpTarget
from tests.slack_workspace.methods import METHODS
from tests.slack_workspace.sockets import Sockets

if TYPE_CHECKING:
    from tests.slack_workspace.workspace import Workspace

T = TypeVar("T")


class Server:
    """Runs until `stop`; `ask` does something on its loop and waits for the result."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="slack-workspace")
        self._runners: list[web.AppRunner] = []
        self.sockets = Sockets(workspace)
        self.courier = Courier(workspace, self._loop, self.sockets)

    def start(self) -> None:
        """Listen on two free ports of the loopback and tell the workspace their addresses."""
        self._thread.start()
        self.ask(self._listen())

    def stop(self) -> None:
        """End every connection and the thread."""
        self.ask(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def ask(self, coroutine: Coroutine[object, object, T]) -> T:
        """Run it on the loop; from any other thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(30)

    def deliver_to(self, url: str, signing_secret: str) -> HttpTarget:
        """Use signed HTTP from now on."""
        self.courier.transport = target = HttpTarget(self._workspace, url, signing_secret)
        return target

    async def _listen(self) -> None:
        slack = web.Application(client_max_size=16 * 1024 * 1024)
        slack.router.add_route("*", "/api/{method}", partial(web_api.serve, self._workspace, METHODS))
        slack.router.add_get("/link/", self.sockets.serve)
        slack.router.add_post("/hooks/{rest:.*}", partial(interactive.serve_response_url, self._workspace))
        slack.router.add_get("/files-pri/{id}/{name}", partial(files.serve_file, self._workspace))
        slack.router.add_get("/login", files.serve_login)
        slack.router.add_route("*", "/{rest:.*}", partial(files.serve_elsewhere, self._workspace))
        stranger = web.Application()
        stranger.router.add_route("*", "/{rest:.*}", partial(files.serve_stranger, self._workspace))
        self._workspace.url = f"http://127.0.0.1:{await self._open(slack)}"
        self._workspace.stranger_url = f"http://127.0.0.1:{await self._open(stranger)}"

    async def _open(self, app: web.Application) -> int:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])

    async def _end(self) -> None:
        self.courier.stop()
        await self.sockets.cut()
        for runner in self._runners:
            await runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
