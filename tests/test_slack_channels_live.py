"""Rules of single channels in the running bot: publishers, windows, every question, private answers and articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.slack_bot import SlackBot, ingest, workspace_and_bot
from tests.slack_workspace import Workspace
from tests.slack_workspace.state import Channel, Message

TOLL = "What is the bridge toll of Marn?"
OLD = "The bridge toll of Marn is 3 crowns a cart."
NEW = "The bridge toll of Marn is 5 crowns a cart."
VAULT = "Who holds the key of the vault of Marn?"
HOLDER = "Treasurer Otto Lind holds the key of the vault of Marn."


@dataclass(frozen=True, slots=True)
class Scene:
    """A workspace with one channel for each rule; in `vault` alone an article was handed over in private."""

    slack: Workspace
    bot: SlackBot
    rules: Path
    plain: Channel
    courier: Channel
    recent: Channel
    chatty: Channel
    quiet: Channel
    curt: Channel
    vault: Channel


def article(folder: Path, title: str, publisher: str, age: timedelta, text: str) -> None:
    published = (datetime.now(UTC) - age).date()
    head = f"---\ntitle: {title}\npublisher: {publisher}\ndate: {published}\n---\n\n"
    (folder / f"{title}.md").write_text(f"{head}{text}\n", "utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("channels")
    news, archive, rules = folder / "news", folder / "archive", folder / "channels.toml"
    news.mkdir()
    article(news, "Toll at Marn Stays", "The Velmora Courier", timedelta(days=60), OLD)
    article(news, "Toll at Marn Rises", "Tarn Gazette", timedelta(days=2), NEW)
    ingest(archive, str(news))
    with Workspace() as slack:
        names = ("plain", "courier", "recent", "chatty", "quiet", "curt", "vault")
        channels = {
            name: slack.channel(name, private=name == "vault", members=["ana", "ben"]) for name in names
        }
        secret = folder / "secret.txt"
        secret.write_text(f"Key to the Vault\n\n{HOLDER}\n", "utf-8")
        ingest(archive, "--audience", channels["vault"].id, str(secret))
        rules.write_text(
            f"""
            [{channels["courier"].id}]
            publishers = ["the velmora courier"]
            [{channels["recent"].id}]
            window = "30d"
            [{channels["chatty"].id}]
            answer = "questions"
            [{channels["quiet"].id}]
            ephemeral = true
            [{channels["curt"].id}]
            follow_ups = false
            """,
            "utf-8",
        )
        settings = {"CITEDESK_SLACK_CHANNELS": str(rules), "CITEDESK_SLACK_PER_PERSON": "1000"}
        with SlackBot(slack, archive, **settings) as bot:
            yield Scene(slack, bot, rules, **channels)


@pytest.fixture
def scene(running: Scene) -> Iterator[Scene]:
    yield running
    running.slack.check()


def said(slack: Workspace, question: Message) -> str:
    """The one reply to a question, as it is read."""
    [reply] = slack.wait_for(lambda: slack.answers(question), 60, "an answer")
    return slack.readable(reply)


def heard(slack: Workspace, *messages: Message) -> None:
    """Return once nothing more can come of `messages`.

    Each was stored or dropped before it was acknowledged, and questions are answered in the order they came in.
    """
    deliveries = [delivery for message in messages for delivery in message.deliveries]
    slack.wait_for(lambda: all(one.acked for one in deliveries), 60, "acknowledgements")
    said(slack, slack.dm("umpire", TOLL))


def test_without_a_rule_every_article_may_answer(scene: Scene) -> None:
    shown = said(scene.slack, scene.slack.mention("ana", scene.plain, TOLL))
    assert OLD in shown
    assert NEW in shown


def test_a_channel_is_answered_from_its_publishers(scene: Scene) -> None:
    slack = scene.slack
    shown = said(slack, slack.mention("ana", scene.courier, TOLL))
    assert OLD in shown
    assert "5 crowns" not in shown
    assert "Tarn Gazette" not in shown
    slack.slash("ana", scene.courier, "/ask", TOLL)
    [private] = slack.wait_for(lambda: slack.ephemerals("ana", scene.courier), 60, "the private answer")
    assert OLD in slack.readable(private)
    assert "5 crowns" not in slack.readable(private)


def test_a_channel_is_answered_from_its_window(scene: Scene) -> None:
    shown = said(scene.slack, scene.slack.mention("ana", scene.recent, TOLL))
    assert NEW in shown
    assert "3 crowns" not in shown
    since = datetime.now(UTC) - timedelta(days=30)
    assert f"Only articles from {since.day} {since:%b %Y}; those without a date are left out." in shown


def test_every_question_of_a_channel_is_answered_and_nothing_else(scene: Scene) -> None:
    slack, chatty, ben = scene.slack, scene.chatty, scene.slack.user("ben")
    question = slack.say("ana", chatty, TOLL)
    assert NEW in said(slack, question)
    follow_up = slack.say("ben", chatty, "And the toll for a cart?", thread=question)
    said(slack, follow_up)
    silent = [
        slack.say("ana", chatty, "The toll of Marn is a disgrace."),
        slack.say("ana", chatty, "Good morning everyone!"),
        slack.say("ana", chatty, f"<@{ben.id}> what is the bridge toll of Marn?"),
        slack.other_bot_says(chatty, TOLL),
    ]
    heard(slack, *silent)
    assert [slack.answers(message) for message in silent] == [[], [], [], []]
    assert len(slack.bot_messages(slack.messages_in(chatty))) == 2


def test_answers_of_a_quiet_channel_are_for_who_asked_until_shared(scene: Scene) -> None:
    slack, quiet, ana = scene.slack, scene.quiet, scene.slack.user("ana")
    question = slack.mention("ana", quiet, TOLL)
    [shown] = slack.wait_for(lambda: slack.ephemerals("ana", quiet), 60, "the private answer")
    assert slack.readable(shown).splitlines()[0] == TOLL
    assert NEW in slack.readable(shown)
    assert slack.ephemerals("ben", quiet) == []
    assert slack.messages_in(quiet) == [question]
    slack.allowed_mentions.add(ana.id)
    slack.click("ana", shown, "share")
    shared = said(slack, question)
    assert shared.startswith(f"Shared by @{ana.id} · asked: {TOLL}")
    assert NEW in shared


def test_follow_ups_can_be_off_in_one_channel(scene: Scene) -> None:
    slack, curt = scene.slack, scene.curt
    question = slack.mention("ana", curt, TOLL)
    said(slack, question)
    ignored = slack.say("ana", curt, "And what is the bridge toll of Marn?", thread=question)
    heard(slack, ignored)
    assert slack.answers(ignored) == []
    assert NEW in said(slack, slack.mention("ben", curt, TOLL, thread=question))


def test_a_private_article_answers_in_its_channel_only(scene: Scene) -> None:
    slack = scene.slack
    assert HOLDER in said(slack, slack.mention("ana", scene.vault, VAULT))
    slack.slash("ana", scene.plain, "/ask", VAULT)
    slack.open_home("ana")
    slack.open_home("ana", "messages")
    elsewhere = [
        said(slack, slack.mention("ana", scene.plain, VAULT)),
        said(slack, slack.dm("ana", VAULT)),
        slack.readable(slack.wait_for(lambda: slack.ephemerals("ana", scene.plain), 60, "the answer")[-1]),
        slack.wait_for(lambda: home_of(slack, "ana"), 60, "the Home tab"),
        str(slack.wait_for(lambda: slack.suggested("ana"), 60, "prompts")),
    ]
    assert [shown for shown in elsewhere if "Otto Lind" in shown or "Key to the Vault" in shown] == []
    assert "2 articles in 2 passages" in elsewhere[3]


def test_a_private_answer_is_not_carried_into_another_channel_by_its_buttons(scene: Scene) -> None:
    slack = scene.slack
    slack.slash("ana", scene.vault, "/ask", VAULT)
    shown = slack.wait_for(lambda: slack.ephemerals("ana", scene.vault), 60, "the private answer")[-1]
    assert HOLDER in slack.readable(shown)
    shown.channel = scene.plain.id  # as if the button with this answer's id stood there
    slack.click("ana", shown, "quotes")
    slack.click("ana", shown, "share")
    slack.wait_for(lambda: len(gone(slack, scene.plain)) == 2, 60, "a word about each click")
    assert slack.views("ana") == []
    assert "Otto Lind" not in "".join(map(slack.readable, slack.messages_in(scene.plain)))


def home_of(slack: Workspace, user: str) -> str:
    home = slack.home(user)
    return slack.readable(home) if home else ""


def gone(slack: Workspace, channel: Channel) -> list[str]:
    told = map(slack.readable, slack.ephemerals("ana", channel))
    return [text for text in told if "I no longer keep that answer." in text]


def test_a_changed_rule_holds_from_the_next_question_on(scene: Scene) -> None:
    """Runs last, for it changes the rules."""
    slack = scene.slack
    scene.rules.write_text(f'[{scene.courier.id}]\npublishers = "Tarn Gazette"\n', "utf-8")
    shown = said(slack, slack.mention("ana", scene.courier, TOLL))
    assert NEW in shown
    assert "3 crowns" not in shown


def test_an_empty_archive_says_so_and_follow_ups_can_be_off_everywhere(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with workspace_and_bot(archive, CITEDESK_SLACK_FOLLOW_UPS="no") as (slack, _):
        slack.open_home("ana")
        slack.open_home("ana", "messages")
        news = slack.channel("news", members=["ana"])
        question = slack.mention("ana", news, TOLL)
        shown = said(slack, question).splitlines()
        assert shown[0] == "The archive is empty."
        assert "ingest FOLDER" in shown[1]
        home = slack.wait_for(lambda: home_of(slack, "ana"), 60, "the Home tab")
        assert home.startswith("The archive is empty")
        assert "• Go on in that thread: mention me again." in home.splitlines()
        assert slack.wait_for(lambda: slack.suggested("ana"), 60, "prompts")
        # The archive fills while the bot runs.
        article(tmp_path, "Toll at Marn Rises", "Tarn Gazette", timedelta(days=2), NEW)
        ingest(archive, str(tmp_path / "Toll at Marn Rises.md"))
        ignored = slack.say("ana", news, TOLL, thread=question)
        heard(slack, ignored)
        assert slack.answers(ignored) == []
        assert NEW in said(slack, slack.mention("ana", news, TOLL, thread=question))
        # The smaller manifest: no channel is read, and mentions are still answered.
        slack.scopes -= {"channels:history", "groups:history"}
        slack.bot_events -= {"message.channels", "message.groups"}
        again = slack.mention("ana", news, TOLL)
        assert NEW in said(slack, again)
        assert [delivery.type for delivery in again.deliveries] == ["app_mention"]
        slack.open_home("ana")
        slack.wait_for(
            lambda: "1 article in 1 passage" in home_of(slack, "ana"), 60, "the Home tab to tell of it"
        )
