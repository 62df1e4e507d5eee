"""Taking in articles handed over in Slack: `ingest --json` as a child process, and a report of what came of each."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.slack import notices
from bot.slack.channels import ChannelRules
from bot.slack.delivery import Delivery, QuestionGone, delivery_of
from bot.slack.download import download
from bot.slack.errors import SlackError, SlackRefused
from bot.slack.inbox import Inbox
from bot.slack.jobs import File, Job, Kind
from bot.slack.ledger import Ledger
from bot.slack.mind import Died
from bot.slack.notices import Taken
from bot.slack.outbound import Outbound
from bot.slack.settings import SlackSettings
from bot.untrusted import one_line

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 300.0
_PATIENCE = 3.0  # seconds between two reports of progress
# -P: or it would import what lies in the working folder.
_INGEST = [sys.executable, "-P", "-c", "from ingest.cli import main; main()"]
# One article each, which a reader of the citation opens in Slack. A saved page names its own address.
_LINKED = frozenset([".txt", ".text", ".md", ".markdown", ".pdf"])


@dataclass(frozen=True, slots=True)
class Handover:
    """Does the jobs of the lane `ingest`; files lie in `inbox` meanwhile, `environment` is the child's."""

    settings: SlackSettings
    outbound: Outbound
    ledger: Ledger
    rules: Callable[[str], ChannelRules]
    inbox: Inbox
    environment: Mapping[str, str]
    _children: set[subprocess.Popen[str]] = field(default_factory=set)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """End what is running; what it stored is stored, and the job is done again."""
        self._stopped.set()
        for child in tuple(self._children):
            child.kill()

    def do(self, job: Job) -> None:
        """Take in what one message links to or carries, then ask the question that came with it. Raises Died."""
        delivery = delivery_of(job, self.outbound, self.ledger)
        try:
            self._take_in(job, delivery)
        except QuestionGone:
            delivery.withdraw()
            return
        if job.text:
            self.ledger.take_in(replace(job, key=f"{job.key}:question", kind=Kind.QUESTION, message=""))

    def _take_in(self, job: Job, delivery: Delivery) -> None:
        count = len(job.links) + len(job.files)
        if not self._may_ingest(job):
            delivery.finish([notices.may_not_ingest(job.user)])
            return
        if not count:
            delivery.finish([notices.nothing_to_ingest()])
            return
        delivery.note(notices.ingesting(count))
        audience = self._audience(job)
        taken: list[Taken] = []
        told = time.monotonic()
        for one in self._each(job, audience):
            taken.append(one)
            if not job.is_private and time.monotonic() - told > _PATIENCE and len(taken) < count:
                delivery.note(notices.ingest_progress(len(taken), count))
                told = time.monotonic()
        delivery.finish([notices.ingested(taken, only_here=bool(audience))])

    def _may_ingest(self, job: Job) -> bool:
        if job.outsider:
            return False
        rule = self.rules(job.channel).ingest
        return self.settings.may_ingest(job.user, job.channel) if rule is None else rule

    def _audience(self, job: Job) -> str:
        """The channel, unless everybody may read it; when Slack does not say so, it counts as private."""
        if job.is_direct:
            return job.channel
        try:
            return "" if self.outbound.is_public(job.channel) else job.channel
        except SlackRefused as error:
            log.warning(
                "cannot tell whether %s is public (%s); its articles stay there", job.channel, error.code
            )
            return job.channel

    def _each(self, job: Job, audience: str) -> Iterator[Taken]:
        for link in job.links:
            yield from self._ingested(["--", link], audience, link, link)
        for file in job.files:
            with self.inbox.opened() as folder:
                yield from self._received(file, folder, audience)

    def _received(self, file: File, folder: Path, audience: str) -> Iterator[Taken]:
        path = folder / _file_name(file.name)
        if not self.outbound.may_carry_token(file.url):
            yield Taken(
                file.name, "failed", "it does not lie at Slack; download it and send it to me as a file"
            )
            return
        try:
            download(file.url, self.settings.bot_token, path)
        except SlackError as error:
            log.warning("a file could not be fetched: %s", error)
            yield Taken(file.name, "failed", "Slack did not hand over the file; try again later")
            return
        except ValueError as error:
            yield Taken(file.name, "failed", str(error))
            return
        told = ["--url", file.permalink] if file.permalink and path.suffix.lower() in _LINKED else []
        yield from self._ingested([*told, "--", str(path)], audience, file.name, file.permalink)

    def _ingested(self, arguments: Sequence[str], audience: str, label: str, link: str) -> Iterator[Taken]:
        # Explicitly, or what somebody handed over in private before would keep this copy from everybody else.
        command = [*_INGEST, "--json", "--audience", audience or "everyone", *arguments]
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=self.environment,
            start_new_session=True,
        )
        self._children.add(child)
        alarm = threading.Timer(TIMEOUT_SECONDS, child.kill)
        alarm.start()
        try:
            out, complaints = child.communicate()
        finally:
            alarm.cancel()
            self._children.discard(child)
        if self._stopped.is_set():
            raise Died("ingest was ended with us")
        found = [_taken(one, label, link) for one in _objects(out) if "outcome" in one]
        if complaints.strip():
            log.info("ingest: %s", complaints.strip())
        yield from found or [
            Taken(label, "failed", "it could not be read; whoever runs me finds why in the log")
        ]


def _file_name(name: str) -> str:
    """The file's own name, fit for a file system, with its ending."""
    bare = re.sub(r"[^\w.() -]", "_", one_line(name)).strip(". ") or "file"
    stem, ending = os.path.splitext(bare)
    return stem[:80] + ending[:10]


def _objects(lines: str) -> Iterator[Mapping[str, Any]]:
    for line in lines.splitlines():
        try:
            found = json.loads(line)
        except json.JSONDecodeError:
            log.warning("ingest printed something else than JSON")
            continue
        if isinstance(found, dict):
            yield found


def _taken(found: Mapping[str, Any], label: str, link: str) -> Taken:
    title = str(found.get("title") or "")
    return Taken(title or label, str(found["outcome"]), _told(str(found.get("reason") or "")), link)


def _told(reason: str) -> str:
    """The reason without advice that only somebody at the terminal could follow."""
    return reason.partition("; if ")[0] if "--allow-host" in reason else reason
