"""The real `bot slack` as a subprocess, against the stand-in for Slack; only addresses and tokens differ."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.slack_workspace import Workspace
from vectorstore.settings import STAND_IN_MODEL

ROOT = Path(__file__).parent.parent
BOT = [sys.executable, "-c", "from bot.cli import main; raise SystemExit(main())", "slack"]
INGEST = [sys.executable, "-c", "from ingest.cli import main; main()"]


class SlackBot:
    """One process of `bot slack` on the archive in `folder`; its log is `log`. A context manager."""

    def __init__(self, workspace: Workspace, folder: Path, *, http: int = 0, **settings: str) -> None:
        self.workspace = workspace
        self.folder = folder
        self.http = http
        self._settings = {"CITEDESK_EMBEDDING_MODEL": STAND_IN_MODEL} | settings
        self._log = folder.parent / f"{folder.name}-{id(self)}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What the process sees; nothing of the machine's own settings of Slack or Citedesk."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "CITEDESK_"))}
        own = {"CITEDESK_DATA_DIR": str(self.folder), "HF_HUB_OFFLINE": "1"}
        return kept | self.workspace.environment() | own | self._settings

    def start(self) -> Self:
        """Start the process and wait until Slack can reach it."""
        before = len(self.workspace.calls_of("apps.connections.open"))
        with self._log.open("ab") as log:
            command = [*BOT, "--http", str(self.http)] if self.http else BOT
            self.process = subprocess.Popen(command, env=self.environment, stderr=log, cwd=self.folder.parent)
        try:
            if self.http:
                wait_for(lambda: listens(self.http), 120, "the port to be open")
            else:
                calls = self.workspace.calls_of
                wait_for(lambda: len(calls("apps.connections.open")) > before, 120, "a socket")
                self.workspace.wait_for_connection()
        except BaseException:
            self.kill()
            raise AssertionError(f"the bot did not start:\n{self.log}") from None
        return self

    def stop(self) -> int:
        """SIGTERM, then the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    @property
    def log(self) -> str:
        """What the process has written to standard error."""
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        if error is not None:
            print(f"--- the bot's log\n{self.log}")


def ingest(folder: Path, *arguments: str, model: str = STAND_IN_MODEL) -> None:
    """Run the real `ingest` on the archive in `folder`."""
    environment = os.environ | {"CITEDESK_DATA_DIR": str(folder), "CITEDESK_EMBEDDING_MODEL": model}
    subprocess.run([*INGEST, *arguments], env=environment, check=True, capture_output=True, cwd=ROOT)


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `condition()` is true; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.02)


@contextmanager
def workspace_and_bot(folder: Path, **settings: str) -> Iterator[tuple[Workspace, SlackBot]]:
    """A workspace with its bot; the rules of the workspace are checked at the end."""
    with Workspace() as workspace, SlackBot(workspace, folder, **settings) as bot:
        yield workspace, bot
