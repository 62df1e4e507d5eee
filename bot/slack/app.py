"""The Bolt app: every listener stores a job and returns, and only then does Slack hear that we have it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.slack import incoming
from bot.slack.incoming import Ears
from bot.slack.jobs import Job, Kind
from bot.slack.ledger import Ledger
from bot.slack.outbound import Me

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Take = Callable[[Job | None], None]
_CLICKS = {
    "helpful": Kind.FEEDBACK,
    "unhelpful": Kind.FEEDBACK,
    "quotes": Kind.QUOTES,
    "share": Kind.SHARE,
}


def build_app(client: WebClient, signing_secret: str, ledger: Ledger, ears: Ears, me: Me) -> App:
    """The app for one workspace, in which `client` is `me`."""
    app = App(
        client=client,
        signing_secret=signing_secret or None,
        request_verification_enabled=bool(signing_secret),  # a websocket needs none: we opened it
        process_before_response=True,  # Slack never redelivers what was acknowledged: store first
        # Told here: Bolt would ask Slack at the first event, and acknowledge and drop that event if Slack does not say.
        authorize=lambda **_: AuthorizeResult(
            enterprise_id=None,
            team_id=me.team,
            bot_token=client.token,
            bot_id=me.bot,
            bot_user_id=me.user,
        ),
        raise_error_for_unhandled_request=True,  # or what nobody listens to would not even be logged
        logger=logging.getLogger("bot.slack.bolt"),
    )

    def take(job: Job | None) -> None:
        if job is not None:
            ledger.take_in(job)

    _note_arrivals(app, ledger)
    _hear_messages(app, ledger, ears, take)
    _hear_visits(app, take)
    _hear_wishes(app, take)
    return app


def _note_arrivals(app: App, ledger: Ledger) -> None:
    """Which events come at all, and what could not be stored."""

    @app.middleware
    def count(body: Body, next: Callable[[], BoltResponse]) -> BoltResponse:
        event = body.get("event") or {}
        if event:
            ledger.arrived(incoming.type_of(event))
        return next()

    @app.error
    def failed(error: Exception, request: BoltRequest) -> BoltResponse:
        log.error("a delivery of Slack's could not be stored", exc_info=error)
        return BoltResponse(status=500)


def _hear_messages(app: App, ledger: Ledger, ears: Ears, take: Take) -> None:
    """What people write, and what they delete."""

    @app.event("app_mention")
    def mentioned(body: Body) -> None:
        take(incoming.mention_job(body, ears))

    @app.event("message")
    def message(body: Body) -> None:
        if gone := incoming.deleted_message(body):
            ledger.delete_message(*gone)
        else:
            take(incoming.message_job(body, ears))


def _hear_visits(app: App, take: Take) -> None:
    """What people open. Bolt asks the listeners in their order, so the one for any other event comes last."""

    @app.event("app_home_opened")
    def home_opened(body: Body) -> None:
        take(incoming.home_job(body))

    @app.event("assistant_thread_started")
    def assistant_opened(body: Body) -> None:
        take(incoming.assistant_job(body))

    @app.event(incoming.ANY_TYPE)
    def other(body: Body) -> None:
        """Acknowledged, or Slack would send it three times more."""


def _hear_wishes(app: App, take: Take) -> None:
    """Commands, shortcuts, clicks and what is written into a modal."""

    @app.command(incoming.ANY_TYPE)
    def command(ack: Ack, body: Body) -> None:
        take(incoming.command_job(body))
        ack()

    @app.shortcut("ingest_message")
    def shortcut(ack: Ack, body: Body) -> None:
        take(incoming.shortcut_job(body))
        ack()

    @app.action(incoming.ANY_TYPE)
    def clicked(ack: Ack, body: Body) -> None:
        kind = _CLICKS.get(body["actions"][0]["action_id"])
        take(incoming.click_job(body, kind) if kind else None)
        ack()

    @app.view("reason")
    def explained(ack: Ack, body: Body) -> None:
        take(incoming.reason_job(body))
        ack()
