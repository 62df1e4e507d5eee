"""Forty people ask at once, against the plain Bolt app that tutorials teach, which answers inside its listeners.

Both run as they would for Slack, against the stand-in of the tests, with the same articles and the same Answerer.
Slack's waits between its retries are shortened sixty times.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import table
from tests.slack_bot import SlackBot, free_port, listens, wait_for
from tests.slack_workspace import Channel, Ephemeral, Interaction, Message, Workspace
from vectorstore.settings import BUNDLED_MODEL

ROOT = Path(__file__).parent.parent
LIMIT_MS = 3_000.0
PATIENCE = 180.0  # seconds, before a question counts as silent
LATECOMERS = 7.0  # seconds for second answers: Slack's last retry comes after five
BUSY = {
    "CITEDESK_SLACK_PER_PERSON": "1000",
    "CITEDESK_SLACK_PER_CHANNEL": "1000",
    "CITEDESK_SLACK_QUEUE": "1000",
}
Shown = Message | Ephemeral


@dataclass(frozen=True, slots=True)
class Load:
    """What one contender did: milliseconds of its acknowledgements, and what came of the questions."""

    ms: Sequence[float]
    late: int
    answers_a_minute: float
    duplicates: int
    silent: int


def main() -> None:
    """Run every contender over both transports, print, and write JSON when asked."""
    parser = table.arguments("Forty people ask at once in Slack.")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument(
        "--plain", metavar="PORT", type=int, help=argparse.SUPPRESS
    )  # the baseline's own process
    options = parser.parse_args()
    if options.plain is not None:
        plain_bolt_app(options.plain)
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        ingest(archive)
        loads = {
            f"{name}, {'HTTP' if over_http else 'Socket Mode'}": measure(
                start, archive, over_http, options.people
            )
            for over_http in (False, True)
            for name, start in {"Citedesk": citedesk, "plain Bolt app": plain}.items()
        }
    table.write(options.out, report(loads, options.people))


def ingest(archive: Path) -> None:
    """The sample articles, with the real model."""
    environment = os.environ | {"CITEDESK_DATA_DIR": str(archive), "CITEDESK_EMBEDDING_MODEL": BUNDLED_MODEL}
    command = [
        sys.executable,
        "-c",
        "from ingest.cli import main; main()",
        str(ROOT / "samples" / "articles"),
    ]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


# Contenders


@contextmanager
def citedesk(slack: Workspace, archive: Path, port: int) -> Iterator[None]:
    """`bot slack`."""
    with SlackBot(slack, archive, http=port, CITEDESK_EMBEDDING_MODEL=BUNDLED_MODEL, **BUSY):
        yield


@contextmanager
def plain(slack: Workspace, archive: Path, port: int) -> Iterator[None]:
    """The tutorial's app in a process of its own."""
    own = {
        "CITEDESK_DATA_DIR": str(archive),
        "CITEDESK_EMBEDDING_MODEL": BUNDLED_MODEL,
        "HF_HUB_OFFLINE": "1",
    }
    command = [sys.executable, "-m", "benchmarks.slack_load", "--plain", str(port)]
    with subprocess.Popen(
        command, env=os.environ | slack.environment() | own, stderr=subprocess.DEVNULL
    ) as process:
        try:
            if port:
                wait_for(lambda: listens(port), 60, "the port to be open")
            else:
                slack.wait_for_connection(timeout=60)
            yield
        finally:
            process.kill()


def plain_bolt_app(port: int) -> None:
    """What tutorials build: answer where the event arrives. The lock is not theirs: an Answerer is for one thread."""
    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk import WebClient

    from bot.answering import open_answerer
    from vectorstore.settings import read_settings

    client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    lock = threading.Lock()
    with open_answerer(read_settings(), one_shot=False) as answerer:

        def answer(question: str) -> str:
            with lock:
                return answerer.answer(question).text or "I don't know."

        @app.event("app_mention")
        def mentioned(event: dict[str, Any], say: Callable[..., Any]) -> None:
            say(text=answer(event["text"].partition(">")[2]), thread_ts=event["ts"])

        @app.event("message")
        def message(event: dict[str, Any], say: Callable[..., Any]) -> None:
            if event.get("channel_type") == "im":
                say(text=answer(event["text"]), thread_ts=event["ts"])

        @app.command("/ask")
        def ask(ack: Callable[[], Any], command: dict[str, Any], respond: Callable[..., Any]) -> None:
            ack()
            respond(text=answer(command["text"]))

        if port:
            app.start(port=port)
        else:
            SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()


# The load


def measure(
    start: Callable[[Workspace, Path, int], Any], archive: Path, over_http: bool, people: int
) -> Load:
    """Everybody's question at once to one contender, once it has answered one to warm up."""
    port = free_port() if over_http else 0
    with tempfile.TemporaryDirectory() as folder, Workspace(strict=False) as slack:
        # A copy: our ledger remembers events, and each of the stand-in's workspaces counts its own from one.
        own = Path(shutil.copytree(archive, Path(folder) / "archive"))
        with start(slack, own, port):
            if over_http:
                slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            news = slack.channel("news")
            warm = slack.dm("early", "Who confirmed the troop deployment?")
            slack.wait_for(lambda: slack.answers(warm), 120, "the first answer")
            slack.ack_latencies.clear()
            slack.missed_acks.clear()
            return asked_at_once(slack, news, people)


def asked_at_once(slack: Workspace, news: Channel, people: int) -> Load:
    """Half ask in the channel, the others in direct messages and by command."""
    began = time.time()
    asked: list[Message | Interaction] = []
    for number, question in enumerate(islice(cycle(questions()), people)):
        user = slack.user(f"user{number}")
        slack.join(news, user)
        if number % 2:
            asked.append(slack.mention(user, news, question))
        elif number % 4:
            asked.append(slack.dm(user, question))
        else:
            asked.append(slack.slash(user, news, "/ask", question, wait=False))

    def answers() -> list[list[Shown]]:
        return [answers_to(slack, one) for one in asked]

    deadline = time.monotonic() + PATIENCE
    while not all(answers()) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(LATECOMERS)
    found = answers()
    firsts = [min(shown.versions[-1].at for shown in one) for one in found if one]
    minutes = (max(firsts, default=began) - began) / 60
    return Load(
        ms=[latency * 1000 for kind in slack.ack_latencies.values() for latency in kind],
        late=len(slack.missed_acks) + len(slack.timeouts),
        answers_a_minute=len(firsts) / minutes if minutes else 0.0,
        duplicates=sum(len(one) - 1 for one in found if one),
        silent=sum(not one for one in found),
    )


def answers_to(slack: Workspace, asked: Message | Interaction) -> list[Shown]:
    """What was answered, notes about the line not counted."""
    shown: Sequence[Shown] = slack.answers(asked) if isinstance(asked, Message) else asked.responses
    return [one for one in shown if "in line" not in one.text]


def questions() -> list[str]:
    """Those of the samples."""
    lines = (ROOT / "samples" / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def report(loads: Mapping[str, Load], people: int) -> dict[str, Any]:
    """Print what each contender did, and our verdicts."""
    header = ["", "ack p50", "p99", "max", "later than 3 s", "answers/min", "duplicates", "silent"]
    rows = []
    for name, load in loads.items():
        times = [float(value) for value in (*np.percentile(load.ms, (50, 99)), max(load.ms))]
        rows.append([name, *times, load.late, load.answers_a_minute, load.duplicates, load.silent])
    table.show(f"{people} people ask at once; acknowledgements in milliseconds", header, rows)
    verdicts = []
    for name, load in loads.items():
        if name.startswith("Citedesk"):
            p99 = float(np.percentile(load.ms, 99))
            verdicts += [
                table.verdict(f"{name}: acknowledgements p99, ms", p99, LIMIT_MS),
                table.verdict(f"{name}: acknowledgements missed", load.late, 0),
                table.verdict(f"{name}: duplicates", load.duplicates, 0),
                table.verdict(f"{name}: silent", load.silent, 0),
            ]
    figures = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in rows}
    return {"benchmark": "slack_load", "people": people, "loads": figures, "verdicts": verdicts}


if __name__ == "__main__":
    main()
