"""Socket Mode: Slack comes to us over a websocket that we opened, so no public address is needed."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Self

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.slack.errors import SlackRefused, SlackUnreachable

log = logging.getLogger(__name__)

_CONCURRENCY = 10  # threads that store and acknowledge; none of them ever waits for an answer


class Socket:
    """The connection, while the block lasts. It reconnects by itself."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(
            app, app_token, concurrency=_CONCURRENCY, logger=logging.getLogger("bot.slack.socket")
        )

    def __enter__(self) -> Self:
        """Connect. Raises SlackRefused, SlackUnreachable."""
        try:
            self._handler.client.connect()
        except SlackApiError as error:
            self._handler.client.close()
            raise SlackRefused(str(error.response["error"])) from error
        except Exception as error:  # the SDK's own, the websocket's, the system's: all mean the same to us
            self._handler.client.close()
            raise SlackUnreachable(f"{type(error).__name__}: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._handler.client.close()

    @property
    def is_open(self) -> bool:
        """Whether Slack can reach us at this moment."""
        return bool(self._handler.client.is_connected())
