"""Wiring: the ledger, the workers and the door to Slack, from start to a proper end."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from bot.slack.app import build_app
from bot.slack.asked import Questions
from bot.slack.channels import WatchedChannels
from bot.slack.desk import Desk
from bot.slack.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.slack.handover import Handover
from bot.slack.http import Endpoint
from bot.slack.inbox import Inbox
from bot.slack.incoming import Ears
from bot.slack.ledger import Ledger, Limits
from bot.slack.line import Line
from bot.slack.memory import Memory
from bot.slack.mind import Mind
from bot.slack.outbound import Me, Outbound
from bot.slack.owner import Owner
from bot.slack.pool import Lane, Pool
from bot.slack.settings import SlackSettings, need_http, need_socket
from bot.slack.shelf import Shelf
from bot.slack.socket_mode import Socket
from bot.slack.store import Store
from bot.types import EXTRACTS
from vectorstore.archive import claim_folder
from vectorstore.errors import ArchiveError, SettingsError
from vectorstore.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 30.0  # for what is in hand when we are told to stop
_QUICK_WORKERS = 4
_WITH_MODEL = 3
_ADOPT_SECONDS = 2.0
_FORGET_SECONDS = 86_400.0
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Door:
    """How Slack reaches us: `port` 0 means Socket Mode, else the port of the Events API's server on `host`."""

    port: int = 0
    host: str = "127.0.0.1"


class Bot:
    """Everything between the door and the archive."""

    def __init__(self, archive: Settings, settings: SlackSettings, environment: Mapping[str, str]) -> None:
        """Opens the ledger. Raises CitedeskError."""
        claim_folder(archive.data_dir)
        self._settings = settings
        self._store = Store(archive.data_dir)
        self._owner = Owner(self._store.folder)
        limits = Limits(settings.per_person, settings.per_channel, settings.queue)
        self.ledger = Ledger(self._store, self._owner.name, limits)
        self.outbound = Outbound(settings.bot_token, settings.api_url)
        self.channels = WatchedChannels(settings.channels_file)
        count = settings.answerers or (_WITH_MODEL if archive.llm else 1)
        self._minds = [Mind(archive) for _ in range(count)]
        self._inbox = Inbox(self._store.folder, self._owner)
        self._handover = Handover(
            settings,
            self.outbound,
            self.ledger,
            self.channels.rules,
            self._inbox,
            environment,
        )
        self._pool = Pool(self.ledger, self.outbound, self._lanes(archive))
        impatient = Outbound(settings.bot_token, settings.api_url, patient=False)
        self._line = Line(self.ledger, impatient)
        self._stopping = threading.Event()
        self._housekeeper = threading.Thread(target=self._keep_house, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Take up what earlier runs left, and begin to work."""
        for mind in self._minds:
            mind.start()
        if adopted := self._owner.adopt(self.ledger):
            log.info("%d unfinished jobs of an earlier run are taken up", adopted)
        self._inbox.clear()
        self._pool.start()
        self._line.start()
        self._housekeeper.start()

    def rest(self) -> None:
        """Begin with nothing new; what comes in is stored for the next run."""
        self._pool.rest()

    def stop(self) -> None:
        """`rest`, and finish what is in hand, for as long as our patience lasts."""
        self._stopping.set()
        self._line.stop()
        if not self._pool.stop(PATIENCE_SECONDS):
            log.warning("what is still in hand is handed back; the next run finishes it")
            self._end_children()
            self._pool.stop(_FIRST_WAIT)
        for mind in self._minds:
            mind.dismiss()
        for mind in self._minds:
            mind.close()

    def close(self) -> None:
        """End at once; what is still in hand is handed back to whoever runs next."""
        self._stopping.set()
        self._pool.stop(0)
        self._end_children()
        self.ledger.hand_back(self._owner.name)
        self._owner.release()
        self._store.close()

    def _end_children(self) -> None:
        """They listen to no signal."""
        self._handover.stop()
        for mind in self._minds:
            mind.kill()

    def ears(self, me: Me) -> Ears:
        """What it takes to understand what comes in."""
        return Ears(me.user, self.channels.rules, self.ledger.knows_thread, self._settings.follow_ups)

    def health(self) -> tuple[bool, dict[str, object]]:
        """Whether we work, and how many questions wait."""
        try:
            waiting = len(self.ledger.waiting("answer"))
        except ArchiveError:
            return False, {}
        return self._pool.is_working, {"waiting": waiting}

    def _lanes(self, archive: Settings) -> list[Lane]:
        memory = Memory(self._store)
        desk = Desk(
            self._settings, self.outbound, self.ledger, memory, Shelf(archive), archive.llm or EXTRACTS
        )
        questions = [
            Questions(self._settings, self.outbound, self.ledger, memory, mind, self.channels.rules)
            for mind in self._minds
        ]
        return [
            Lane("answer", [one.do for one in questions]),
            Lane("ingest", [self._handover.do]),
            Lane("quick", [desk.do] * _QUICK_WORKERS),
        ]

    def _keep_house(self) -> None:
        forgotten = float("-inf")
        while not self._stopping.wait(_ADOPT_SECONDS):
            try:
                if self._owner.adopt(self.ledger):
                    self._inbox.clear()
                if time.monotonic() - forgotten > _FORGET_SECONDS:
                    self.ledger.forget(self._settings.retention_days)
                    forgotten = time.monotonic()
            except Exception:
                log.exception("housekeeping failed")


def run(archive: Settings, settings: SlackSettings, environment: Mapping[str, str], door: Door) -> int:
    """Answer in Slack until a signal ends it; 0. Raises CitedeskError when it cannot begin."""
    (need_http if door.port else need_socket)(settings)
    with _told_to_stop() as stop, closing(Bot(archive, settings, environment)) as bot:
        me = _introduced(bot.outbound, stop)
        if me is None:
            return 0
        app = build_app(
            bot.outbound.client, settings.signing_secret if door.port else "", bot.ledger, bot.ears(me), me
        )

        def opened() -> AbstractContextManager[object]:
            if door.port:
                return Endpoint(app, settings.signing_secret, door.host, door.port, bot.health)
            return Socket(app, settings.app_token)

        bot.start()
        with ExitStack() as stack:
            if _patiently(lambda: stack.enter_context(opened()), stop):
                how = f"HTTP on {door.host}:{door.port}" if door.port else "Socket Mode"
                log.info("answering as @%s, %s; Ctrl-C stops", me.name, how)
                stop.wait()
            bot.rest()
            log.info("stopping: nothing new is taken, what is in hand is finished")
        bot.stop()
    return 0


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that the first SIGTERM or SIGINT sets; the second ends the process at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def told(_: int, __: FrameType | None) -> None:
        restore()
        stop.set()

    for number in before:
        signal.signal(number, told)
    try:
        yield stop
    finally:
        restore()


def _introduced(outbound: Outbound, stop: threading.Event) -> Me | None:
    """Who we are at Slack; None when we are told to stop before it says so. Raises SettingsError."""
    try:
        return _patiently(lambda: outbound.me, stop)
    except SlackRefused as error:
        raise SettingsError(
            f"Slack refuses SLACK_BOT_TOKEN ({error.code}). Copy the Bot User OAuth Token, which begins with "
            "xoxb-, from your app's OAuth & Permissions page; `bot doctor` checks it."
        ) from error


def _patiently(attempt: Callable[[], T], stop: threading.Event) -> T | None:
    """What `attempt` returns as soon as Slack can be reached; None when we are told to stop before that."""
    wait = _FIRST_WAIT
    while True:
        try:
            return attempt()
        except (SlackUnreachable, SlackBusy) as error:
            log.warning("%s Trying again in %.0f s.", error, wait)
            if stop.wait(wait):
                return None
            wait = min(_LONGEST_WAIT, wait * 2)
