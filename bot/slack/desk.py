"""What is done for each kind of job that waits for Slack alone: refusals, the Home tab, prompts, buttons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.slack import notices
from bot.slack.delivery import delivery_of
from bot.slack.errors import BlocksRefused, SlackRefused
from bot.slack.home import home_view, suggested_prompts
from bot.slack.jobs import Job, Kind
from bot.slack.ledger import Ledger
from bot.slack.memory import Kept, Memory
from bot.slack.outbound import Outbound
from bot.slack.quotes import quotes_view, reason_view
from bot.slack.reply import Reply, answer_replies, without_blocks
from bot.slack.settings import SlackSettings
from bot.slack.shelf import Shelf
from bot.types import EXTRACTS

log = logging.getLogger(__name__)

_LONGEST_REASON = 2_000
_NOT_THERE = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Does the quick jobs. Every handler raises CitedeskError."""

    settings: SlackSettings
    outbound: Outbound
    ledger: Ledger
    memory: Memory
    shelf: Shelf
    model: str = EXTRACTS

    def do(self, job: Job) -> None:
        """Do one job of the lane `quick`."""
        handlers: dict[Kind, Callable[[Job], None]] = {
            Kind.REFUSAL: self._refuse,
            Kind.HOME: self._home,
            Kind.PROMPTS: self._prompts,
            Kind.FEEDBACK: self._feedback,
            Kind.REASON: self._reason,
            Kind.QUOTES: self._quotes,
            Kind.SHARE: self._share,
        }
        handlers[job.kind](job)

    def _refuse(self, job: Job) -> None:
        refusals = {
            "queue": notices.queue_full,
            "person": notices.asks_too_much,
            "channel": notices.channel_asks_too_much,
        }
        # Only the asker: a flood must not become two floods.
        private = replace(job, ephemeral=not job.is_direct)
        delivery_of(private, self.outbound, self.ledger).finish([refusals[job.value](float(job.text))])

    def _home(self, job: Job) -> None:
        stats, newest = self.shelf.stats(), self.shelf.newest()
        may_ingest = self.settings.may_ingest(job.user, "")
        view = home_view(
            stats, newest, model=self.model, may_ingest=may_ingest, follow_ups=self.settings.follow_ups
        )
        self.outbound.publish_home(job.user, view)

    def _prompts(self, job: Job) -> None:
        self.outbound.prompts(job.channel, job.thread, suggested_prompts(self.shelf.newest()))

    def _feedback(self, job: Job) -> None:
        if not (kept := self._kept(job)):
            return
        helpful = job.text == "helpful"
        self.memory.judge(kept.id, job.user, helpful)
        if helpful:
            self._tell(job, notices.thanks(helpful=True))
            return
        try:
            self.outbound.open_view(job.trigger, reason_view(kept.id))
        except SlackRefused as error:  # the click is older than three seconds: counted all the same
            log.info("no reason could be asked for (%s)", error.code)
            self._tell(job, notices.thanks(helpful=False))

    def _reason(self, job: Job) -> None:
        kept = self.memory.answer(job.value)
        if kept and job.text.strip():
            self.memory.explain(kept.id, job.user, job.text.strip()[:_LONGEST_REASON])
            self.outbound.whisper(kept.channel, kept.thread, job.user, notices.thanks_for_the_reason())

    def _quotes(self, job: Job) -> None:
        if not (kept := self._kept(job)):
            return
        try:
            self.outbound.open_view(job.trigger, quotes_view(kept.answer))
        except SlackRefused as error:
            log.info("no quotes could be shown (%s)", error.code)
            self._tell(job, notices.press_again())

    def _share(self, job: Job) -> None:
        kept = self._kept(job)
        if kept is None or kept.user != job.user:
            return
        if not self.memory.mark_shared(kept.id, job):
            self._tell(job, notices.shared())
            return
        try:
            self._post_shared(job, kept)
        except SlackRefused as error:
            log.warning("job %s could not share an answer (%s)", job.key, error.code)
            self.memory.unmark_shared(kept.id)
            self._tell(job, notices.cannot_share())
            return
        if job.response_url and job.ephemeral:
            self.outbound.withdraw(job.response_url)

    def _post_shared(self, job: Job, kept: Kept) -> None:
        replies = answer_replies(kept.answer, kept.id, shared_by=job.user)
        posted = self._posted(job, kept)
        try:
            self._post_parts(job, kept, replies, posted)
        except BlocksRefused as error:
            log.warning("Slack refuses the blocks of a message (%s); it goes out as text", error.code)
            self._post_parts(job, kept, list(map(without_blocks, replies)), posted)
        except SlackRefused as error:
            if error.code not in _NOT_THERE or not job.response_url:
                raise
            # We are no member, but whoever clicked is, and a click may answer for everybody to see.
            for reply in replies:
                self.outbound.respond(job.response_url, reply, in_channel=True)

    def _post_parts(self, job: Job, kept: Kept, replies: Sequence[Reply], posted: set[int]) -> None:
        for part, reply in enumerate(replies):
            if part not in posted:
                message = self.outbound.post(kept.channel, kept.thread, reply, job.key, part)
                posted.add(part)
                if part == 0:
                    self.memory.move(kept.id, message.ts)

    def _posted(self, job: Job, kept: Kept) -> set[int]:
        """The parts of a shared answer that an earlier attempt of `job` has posted already."""
        if job.attempts < 2:
            return set()
        try:
            found = self.outbound.mine(kept.channel, kept.thread)
        except SlackRefused as error:
            log.info("cannot look for earlier messages (%s)", error.code)
            return set()
        return {mine.part for mine in found if mine.job == job.key}

    def _kept(self, job: Job) -> Kept | None:
        """The answer whose button was clicked; None, after saying so, when it is no longer kept or from elsewhere."""
        kept = self.memory.answer(job.value)
        if kept is not None and kept.team == job.team and kept.channel == job.channel:
            return kept
        self._tell(job, notices.no_longer_kept())
        return None

    def _tell(self, job: Job, reply: Reply) -> None:
        """Beside the button: a `response_url` speaks at the channel's end, also when the button is in a thread."""
        if job.thread or not job.response_url:
            try:
                self.outbound.whisper(job.channel, job.thread, job.user, reply)
                return
            except SlackRefused as error:  # not everybody who sees a channel is a member
                if not job.response_url:
                    raise
                log.info("a reply to a click goes to its response_url (%s)", error.code)
        self.outbound.respond(job.response_url, reply)
