"""The Slack bot that tutorials teach: Bolt as it comes, the answer made inside the listener, nothing stored.

`python -m benchmarks.plain_slack [PORT]`; without a port, Socket Mode. It reads the settings that `bot slack` reads.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.answering import Answerer, open_answerer
from vectorstore.settings import read_settings


def build(answerer: Answerer) -> App:
    """The app; its listeners take turns, for the model is one."""
    client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    turn = threading.Lock()

    def answer(question: str) -> str:
        with turn:
            found = answerer.answer(question)
        return "\n".join([found.text or "I do not know.", *(c.source.title for c in found.citations)])

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], say: Say) -> None:
        say(text=answer(event["text"].partition("> ")[2]), thread_ts=event["ts"])

    @app.event("message")
    def message(event: dict[str, Any], say: Say) -> None:
        if event.get("channel_type") == "im" and "bot_id" not in event:
            say(text=answer(event["text"]), thread_ts=event["ts"])

    @app.command("/ask")
    def ask(ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        ack()
        respond(text=answer(command["text"]))

    return app


def main() -> None:
    """Answer until the process is ended."""
    with open_answerer(read_settings(os.environ), one_shot=False) as answerer:
        app = build(answerer)
        if len(sys.argv) > 1:
            app.start(port=int(sys.argv[1]), path="/slack/events", http_server_logger_enabled=False)
        else:
            SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()


if __name__ == "__main__":
    main()
