"""The log of a running bot: on standard error, without anybody's tokens."""

from __future__ import annotations

import logging
import re
import sys

_TOKEN = re.compile(r"\b(xox[a-z]|xapp|xwfp)(-[A-Za-z0-9-]{4})[A-Za-z0-9-]+")
_OWN = ("bot", "vectorstore")
# Theirs hold whole messages, and question text is not logged unless asked for.
_THEIRS = ("bot.slack.bolt", "bot.slack.socket", "slack_bolt", "waitress")
_TOLD_BY_US = ("slack_sdk",)  # each refusal of Slack's is an error of ours, logged where it is handled


class Redacting(logging.Formatter):
    """Formats as usual, tracebacks included, then takes Slack's tokens out."""

    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub(r"\1\2…", super().format(record))


def configure(level: int = logging.INFO) -> None:
    """Log to standard error from now on; the journal of the system adds dates where it wants them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _OWN:
        logging.getLogger(name).setLevel(level)
    for name in _THEIRS:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in _TOLD_BY_US:
        logging.getLogger(name).setLevel(logging.CRITICAL)
