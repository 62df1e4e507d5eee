"""The doors: the Events API over signed HTTP, and that nothing but one module sends anything to Slack."""

from __future__ import annotations

import ast
import inspect
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from slack_bolt.kwargs_injection.args import Args
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from tests.slack_bot import SlackBot, free_port
from tests.slack_workspace import Workspace
from tests.slack_workspace.state import Message
from tests.small_archive import build

ROOM = Path(__file__).parent.parent / "bot"
COST = "What do tickets to Tarn cost?"
SAILS = "The ferry to Tarn sails again from Friday, and tickets cost 12 crowns."
PATH = "/slack/events"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, SlackBot]]:
    folder = tmp_path_factory.mktemp("http") / "archive"
    build(folder)
    port = free_port()
    with Workspace() as workspace, SlackBot(workspace, folder, http=port, SLACK_APP_TOKEN="") as bot:
        workspace.trigger_lifetime = 60.0  # a busy machine must not matter here
        workspace.deliver_to(f"http://127.0.0.1:{port}{PATH}", verify=True)  # answers Slack's challenge
        yield workspace, bot
        assert bot.stop() == 0
        assert "Traceback" not in bot.log


@pytest.fixture
def slack(running: tuple[Workspace, SlackBot]) -> Iterator[Workspace]:
    yield running[0]
    running[0].check()


@pytest.fixture
def url(running: tuple[Workspace, SlackBot]) -> str:
    return f"http://127.0.0.1:{running[1].http}"


def answered(slack: Workspace, question: Message) -> Message:
    [reply] = slack.wait_for(lambda: slack.answers(question), 60, "an answer")
    return reply


# Surfaces


def test_a_mention_and_the_follow_up_are_answered_in_the_thread(slack: Workspace) -> None:
    news = slack.channel("news", members=["ana"])
    question = slack.mention("ana", news, COST)
    reply = answered(slack, question)
    assert reply.thread_ts == question.ts
    assert f"{SAILS} [1]" in slack.readable(reply)
    follow_up = slack.say("ana", news, "Who opposed the budget of Tarn?", thread=question)
    assert "Treasurer Otto Lind opposed it." in slack.readable(answered(slack, follow_up))


def test_a_redelivered_mention_is_answered_once(slack: Workspace) -> None:
    news = slack.channel("redelivered", members=["ana"])
    question = slack.mention("ana", news, COST)
    answered(slack, question)
    again = slack.redeliver(question)
    slack.wait_for(lambda: all(delivery.acked for delivery in again), 60, "acknowledgements")
    answered(slack, slack.dm("ana", COST))  # asked later, so whatever came of the redelivery is there by now
    assert len(slack.answers(question)) == 1


def test_commands_clicks_and_windows_work(slack: Workspace) -> None:
    place = slack.channel("commands", members=["ana"])
    asked = slack.slash("ana", place, "/ask", COST)
    assert asked.acked
    [shown] = slack.wait_for(lambda: slack.ephemerals("ana", place), 60, "the private answer")
    assert SAILS in slack.readable(shown)
    assert slack.click("ana", shown, "unhelpful").acked
    [window] = slack.wait_for(lambda: slack.views("ana"), 60, "the window")
    assert slack.submit("ana", window, {"reason": "too short"}).acked
    assert not window.open
    slack.open_home("ana")
    slack.wait_for(lambda: slack.home("ana"), 60, "the Home tab")


# What is not from Slack


def call(url: str, body: str = "", headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and body of a POST with a body, else of a GET."""
    request = urllib.request.Request(url, body.encode() if body else None, headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def signed(secret: str, body: str, timestamp: str) -> dict[str, str]:
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(signature),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def forged(slack: Workspace, channel: str) -> str:
    """A slash command that would be answered if it were signed."""
    fields = {
        "team_id": slack.team_id,
        "channel_id": channel,
        "user_id": slack.user("ana").id,
        "command": "/ask",
        "text": COST,
        "trigger_id": "1.2.3",
        "response_url": f"{slack.url}/hooks/commands/forged",
    }
    return urlencode(fields)


def test_the_forged_command_is_one_that_works_when_signed(slack: Workspace, url: str) -> None:
    place = slack.channel("genuine", members=["ana"])
    body = forged(slack, place.id)
    status, _ = call(url + PATH, body, signed(slack.signing_secret, body, str(int(time.time()))))
    assert status == 200
    [shown] = slack.wait_for(lambda: slack.ephemerals("ana", place), 60, "the private answer")
    assert SAILS in slack.readable(shown)


def test_what_slack_did_not_sign_is_refused_and_does_nothing(slack: Workspace, url: str) -> None:
    place = slack.channel("forged", members=["ana"])
    body, now, secret = forged(slack, place.id), int(time.time()), slack.signing_secret
    good = signed(secret, body, str(now))
    attempts = {
        "another secret": signed("0" * 32, body, str(now)),
        "another body": signed(secret, body + "&x=1", str(now)),
        "five minutes old": signed(secret, body, str(now - 301)),
        "from the future": signed(secret, body, str(now + 301)),
        "no signature": {k: v for k, v in good.items() if k != "X-Slack-Signature"},
        "no timestamp": {k: v for k, v in good.items() if k != "X-Slack-Request-Timestamp"},
        "a word for a timestamp": good | {"X-Slack-Request-Timestamp": "yesterday"},
        "a fraction for a timestamp": good | {"X-Slack-Request-Timestamp": f"{now}.5"},
        "digits that are not ASCII": good | {"X-Slack-Request-Timestamp": "²³"},
        "an endless timestamp": good | {"X-Slack-Request-Timestamp": "9" * 400},
        "a negative timestamp": signed(secret, body, str(-now)),
        "an empty timestamp": good | {"X-Slack-Request-Timestamp": ""},
    }
    refused = {name: call(url + PATH, body, headers)[0] for name, headers in attempts.items()}
    assert refused == dict.fromkeys(attempts, 401)
    answered(slack, slack.dm("ana", COST))
    assert slack.ephemerals("ana", place) == []


def test_a_challenge_that_slack_did_not_sign_is_not_answered(url: str) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "secret-of-somebody"})
    status, said = call(url + PATH, body, {"Content-Type": "application/json"})
    assert status == 401
    assert "secret-of-somebody" not in said


def test_the_health_page_needs_no_signature_and_tells_no_secrets(slack: Workspace, url: str) -> None:
    status, said = call(f"{url}/healthz")
    assert status == 200
    assert json.loads(said) | {"ok": True, "waiting": 0} == json.loads(said)
    assert slack.signing_secret not in said


def test_other_paths_are_not_found(slack: Workspace, url: str) -> None:
    body = forged(slack, "C1")
    headers = signed(slack.signing_secret, body, str(int(time.time())))
    assert call(f"{url}/")[0] == 404
    assert call(f"{url}/slack/oauth_redirect")[0] == 404
    assert call(f"{url}/slack/events/more", body, headers)[0] == 404
    assert call(url + PATH)[0] in (401, 404, 405)


# The one way out


SPEAKERS = {name for name, _ in inspect.getmembers(WebClient, inspect.isfunction) if not name.startswith("_")}
UTILITIES = {"client", "say", "respond", "context", "args", "complete", "fail", "say_stream"} | {
    name for name in Args.__annotations__ if name.startswith(("set_", "save_"))
}
# doctor and probe ask Slack whether the connection works, socket_mode opens it; they say nothing to anybody.
MAY_SPEAK = {"outbound.py", "probe.py", "doctor.py", "socket_mode.py"}
MAY_CONNECT = {"download.py", "socket_mode.py"}
CONNECTORS = {
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "websocket",
    "websockets",
    "socket",
}
SLACK = sorted((ROOM / "slack").glob("*.py"))


def ways_around(source: str) -> Iterator[str]:
    """What in a module speaks to Slack by itself: client methods, Bolt's utilities, acknowledgements with content."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in SPEAKERS:
            yield f"{node.lineno}: .{node.attr}"
        if isinstance(node, ast.Call) and name_of(node.func) in ("WebClient", "WebhookClient"):
            yield f"{node.lineno}: {name_of(node.func)}()"
        if isinstance(node, ast.Call) and name_of(node.func) == "ack" and (node.args or node.keywords):
            yield f"{node.lineno}: ack() with content"
        if isinstance(node, ast.Call) and name_of(node.func) == "BoltResponse":
            yield from (f"{node.lineno}: a response's {k.arg}" for k in node.keywords if k.arg != "status")
        if isinstance(node, ast.FunctionDef) and any("app" in names_in(one) for one in node.decorator_list):
            given = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            yield from (f"{node.lineno}: listener takes {name}" for name in sorted(given & UTILITIES))


def connectors(source: str) -> set[str]:
    """The modules that a module imports to make connections; error classes are no connections."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and {alias.name for alias in node.names} - {"HTTPException"}:
            found.add(node.module or "")
    return found & CONNECTORS


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_only_the_outbound_module_speaks_to_slack() -> None:
    found = {
        path.name: list(ways_around(path.read_text("utf-8"))) for path in SLACK if path.name not in MAY_SPEAK
    }
    assert {name: ways for name, ways in found.items() if ways} == {}


def test_the_connection_checks_call_only_methods_that_change_nothing() -> None:
    called = {
        ast.literal_eval(node.args[-1])
        for name in ("doctor.py", "probe.py")
        for node in ast.walk(ast.parse((ROOM / "slack" / name).read_text("utf-8")))
        if isinstance(node, ast.Call) and name_of(node.func) == "call"
    }
    assert called == {"auth.test", "apps.connections.open"}
    ways = {
        name: {way.partition(": ")[2] for way in ways_around((ROOM / "slack" / name).read_text("utf-8"))}
        for name in MAY_SPEAK - {"outbound.py"}
    }
    assert ways == {"doctor.py": set(), "probe.py": {"WebClient()", ".api_call"}, "socket_mode.py": set()}


def test_no_other_module_opens_connections() -> None:
    found = {path.name for path in SLACK if connectors(path.read_text("utf-8"))}
    assert found <= MAY_CONNECT
    sent = [
        keyword.arg
        for node in ast.walk(ast.parse((ROOM / "slack" / "download.py").read_text("utf-8")))
        if isinstance(node, ast.Call) and name_of(node.func) == "Request"
        for keyword in node.keywords
    ]
    assert sent == ["headers"]  # it fetches; it never sends a body


def test_everything_that_leaves_the_outbound_module_is_made_harmless() -> None:
    tree = ast.parse((ROOM / "slack" / "outbound.py").read_text("utf-8"))
    carried = {"text", "blocks", "markdown_text", "view", "title", "status", "prompts"}
    raw = [
        f"{node.lineno}: {keyword.arg}={ast.unparse(keyword.value)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and name_of(node.func) not in ("_ornament", "Reply")
        for keyword in node.keywords
        if keyword.arg in carried and "_harmless" not in names_in(keyword.value)
    ]
    assert raw == []
    bodies = {node.name: names_in(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert "_harmless" in bodies["_content"]
    assert "_harmless" in bodies["_ornament"]


def names_in(node: ast.AST) -> set[str]:
    return {name_of(inner) for inner in ast.walk(node) if isinstance(inner, ast.Name | ast.Attribute)}


@pytest.mark.parametrize(
    "around",
    [
        "outbound.client.chat_postMessage(channel='C1', text=title)",
        "send = client.views_open",
        "client.api_call('chat.postMessage', json=facts)",
        "WebhookClient(url).send(text=title)",
        "@app.event('message')\ndef heard(body, say):\n    pass",
        "@app.action('x')\ndef clicked(ack, respond):\n    pass",
        "@app.command('/ask')\ndef asked(ack, args):\n    args.say(title)",
        "ack('You asked: ' + title)",
        "ack(response_action='errors', errors={})",
        "BoltResponse(status=200, body=title)",
    ],
)
def test_a_way_around_would_be_seen(around: str) -> None:
    assert list(ways_around(around))


@pytest.mark.parametrize(
    "around", ["import urllib.request", "import httpx", "from urllib.request import urlopen", "import socket"]
)
def test_another_connection_would_be_seen(around: str) -> None:
    assert connectors(around)
