"""One question from the ledger to its answer in Slack: whatever fails, whoever asked hears an answer or a reason."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.conversation.addressed import is_small_talk, is_thanks
from bot.question import LONGEST, question_of
from bot.slack import notices
from bot.slack.channels import ChannelRules, filter_for
from bot.slack.delivery import Delivery, QuestionGone, delivery_of
from bot.slack.jobs import Job
from bot.slack.ledger import Ledger
from bot.slack.memory import Kept, Memory
from bot.slack.mind import Mind, Question, Stuck
from bot.slack.outbound import Outbound
from bot.slack.reply import Reply, answer_replies
from bot.slack.settings import SlackSettings
from bot.types import Status
from vectorstore.errors import SettingsError

log = logging.getLogger(__name__)

_LOOKING = "is searching the saved articles…"
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Questions:
    """Answers the jobs of one worker with its own Mind. `rules` are those of a channel."""

    settings: SlackSettings
    outbound: Outbound
    ledger: Ledger
    memory: Memory
    mind: Mind
    rules: Callable[[str], ChannelRules]

    def do(self, job: Job) -> None:
        """Answer one question. Raises SlackError when it should be tried again, CannotAnswer and Died."""
        delivery = delivery_of(job, self.outbound, self.ledger)
        try:
            self._answer(job, delivery)
        except QuestionGone:
            self._drop(job, delivery)

    def _answer(self, job: Job, delivery: Delivery) -> None:
        if self.ledger.is_deleted(job):
            raise QuestionGone
        try:
            question = question_of(job.text)
        except SettingsError:
            if not job.overheard:
                delivery.finish([_unaskable(job.text)])
            return
        if is_thanks(job.text) or is_small_talk(job.text):
            delivery.finish([notices.welcome() if is_thanks(job.text) else notices.no_question()])
            return
        if self.settings.log_questions:
            log.info("%s asks in %s: %s", job.user, job.channel, question)
        try:
            kept = self.memory.answer_of(job) or self._made(job, question, delivery)
        except Stuck:
            delivery.finish([notices.timed_out(self.settings.timeout)])
            return
        if self.ledger.is_deleted(job):
            raise QuestionGone
        if job.overheard and kept.answer.status is not Status.ANSWERED:
            # Nobody named us: that we know nothing is for the asker alone, and no noise for everybody else.
            delivery.withdraw()
            delivery = delivery_of(
                replace(job, ephemeral=True, attempts=1, note=""), self.outbound, self.ledger
            )
        delivery.finish(answer_replies(kept.answer, kept.id, private=job.is_private))

    def _made(self, job: Job, question: str, delivery: Delivery) -> Kept:
        turns = self.memory.turns(job)
        if job.thread and not (job.ephemeral or job.overheard):
            self.outbound.status(job.channel, job.thread, _LOOKING)
            if job.is_direct and not turns:
                self.outbound.title(job.channel, job.thread, question[:_LONGEST_TITLE])
        where = filter_for(self.rules(job.channel), job.channel, datetime.now(UTC))
        asked = Question(question, turns, where)
        began = time.monotonic()
        answer = self.mind.answer(asked, self.settings.timeout, delivery.say)
        log.info(
            "%s: %s in %.1f s, %.1f s after it came in",
            job.key,
            answer.status,
            time.monotonic() - began,
            time.time() - job.received,
        )
        self.memory.keep(job, answer)
        kept = self.memory.answer_of(job)
        assert kept is not None
        return kept

    def _drop(self, job: Job, delivery: Delivery) -> None:
        delivery.withdraw()
        self.outbound.whisper(job.channel, "", job.user, notices.question_deleted())


def _unaskable(text: str) -> Reply:
    return notices.too_long(len(text), LONGEST) if len(text) > LONGEST else notices.no_question()
