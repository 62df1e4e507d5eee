"""A real process on a real pseudo-terminal, seen through a terminal emulator."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte

BOT = (sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main())")


class Watched:
    """`command` running on a terminal of `columns`; a context manager that ends it."""

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], *, columns: int = 80, rows: int = 50
    ) -> None:
        self._master, slave = pty.openpty()
        self._screen = _AnsweringScreen(columns, rows, self._master)
        self._stream = pyte.Stream(self._screen)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environ), start_new_session=True,
            preexec_fn=_take_terminal,
        )  # fmt: skip
        os.close(slave)
        self.raw = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(5)
        os.close(self._master)

    @property
    def lines(self) -> list[str]:
        """What the screen shows now, without the empty rest."""
        return [line.rstrip() for line in self._screen.display if line.strip()]

    @property
    def text(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def terminate(self) -> None:
        self._process.terminate()

    def wait_for(self, *words: str, seconds: float = 60) -> None:
        """Until all `words` are on the screen; fails with the screen otherwise."""
        deadline = time.monotonic() + seconds
        while not all(word in self.text for word in words):
            assert time.monotonic() < deadline, (
                f"{words} never came:\n{self.text.strip()}\n{self.raw[-500:]!r}"
            )
            time.sleep(0.02)

    def wait_for_keys(self, seconds: float = 60) -> None:
        """Until the program reads key by key: what comes between two prompts is the terminal's, and Ctrl-D is lost."""
        deadline = time.monotonic() + seconds
        while termios.tcgetattr(self._master)[3] & termios.ICANON:
            assert time.monotonic() < deadline, f"no prompt came:\n{self.text.strip()}"
            time.sleep(0.02)

    def leave(self) -> int:
        """The exit code after Ctrl-D at the next prompt."""
        self.wait_for_keys()
        self.send("\x04")
        return self.finish()

    def finish(self, seconds: float = 60) -> int:
        """The exit code, once it has ended and its last words are on the screen."""
        code = self._process.wait(seconds)
        self._reader.join(5)
        return code

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := self._chunk():
            self.raw += data
            self._stream.feed(decoder.decode(data))

    def _chunk(self) -> bytes:
        try:
            return os.read(self._master, 65536)
        except OSError:  # a terminal whose last user is gone reads as an error
            return b""


class _AnsweringScreen(pyte.Screen):
    """Answers what programs ask of a terminal ("where is the cursor?"), as a real one does."""

    def __init__(self, columns: int, rows: int, master: int) -> None:
        super().__init__(columns, rows)
        self._master = master

    def write_process_input(self, data: str) -> None:
        os.write(self._master, data.encode())


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """The environment of a child: this one's without what would change the look, an archive of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(
            ("CITEDESK_", "SLACK_", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_", "TERM")
        )
    }
    own = {"CITEDESK_DATA_DIR": str(data_dir), "CITEDESK_EMBEDDING_MODEL": "hashing", "HF_HUB_OFFLINE": "1"}
    path = str(Path(__file__).parent.parent)
    return kept | own | {"TERM": "xterm-256color", "PYTHONPATH": path, "LC_ALL": "C.UTF-8"} | more


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
