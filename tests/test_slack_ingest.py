"""Articles handed over in Slack: by whom, what comes of them, and who may be answered from them afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from bot.slack.inbox import Inbox
from bot.slack.owner import Owner
from tests.slack_bot import SlackBot
from tests.slack_workspace import Workspace
from tests.slack_workspace.state import Channel, Ephemeral, Message, User
from tests.web_server import Reply, Site

MAY_NOT = "You may ask here, but you may not add articles."
NOTHING = "The archive does not say."


@dataclass(frozen=True, slots=True)
class Scene:
    """A workspace with its bot, whose archive was empty at first. Ana may hand over articles, and whoever is in
    the channel `library`; nobody else. `site` is a web site that `ingest` may read."""

    slack: Workspace
    bot: SlackBot
    site: Site
    ana: User
    library: Channel


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("handed") / "archive"
    with Workspace() as slack, Site() as site:
        ana, library = slack.user("ana"), slack.channel("library", members=["ana", "ben"])
        settings = {
            "CITEDESK_SLACK_INGEST": f"{ana.id}, {library.id}",
            "CITEDESK_ALLOW_HOSTS": site.name,
            "CITEDESK_SLACK_PER_PERSON": "1000",
        }
        with SlackBot(slack, folder, **settings) as bot:
            yield Scene(slack, bot, site, ana, library)


@pytest.fixture
def scene(running: Scene) -> Iterator[Scene]:
    yield running
    running.slack.check()


def told(slack: Workspace, message: Message, count: int = 1) -> list[Message]:
    """The bot's replies to a message, once there are `count` final ones."""

    def final() -> list[Message]:
        found = slack.answers(message)
        done = [one for one in found if one.metadata.get("event_payload", {}).get("final")]
        return found if len(done) == count else []

    replies = slack.wait_for(final, 60, f"{count} final replies")
    assert len(replies) == count
    return replies


def said(slack: Workspace, message: Message) -> str:
    """The one reply to a message, as it is read; without the joiners that keep Slack from linking file names."""
    return slack.readable(told(slack, message)[0]).replace("\u2060", "")


def whispered(slack: Workspace, user: str, channel: Channel, count: int) -> Sequence[Ephemeral]:
    """What only `user` sees in a channel, once that are `count` messages."""
    return slack.wait_for(
        lambda: seen if len(seen := slack.ephemerals(user, channel)) >= count else [], 60, "private messages"
    )


def outcomes(report: str) -> dict[str, str]:
    """What a report says became of each article, by its name."""
    found = re.findall(
        r"^• (.+?)\W+(added|updated|unchanged|duplicate|failed|skipped)\b", report, re.MULTILINE
    )
    return {name.replace("\u2060", ""): outcome for name, outcome in found}


def news(title: str, *sentences: str) -> str:
    return f"{title}\n\n{' '.join(sentences)}\n"


# In direct messages


def test_a_file_in_a_direct_message_answers_there_and_nowhere_else(scene: Scene) -> None:
    slack = scene.slack
    text = news(
        "Lighthouse of Ormsby Lit Again",
        "The lighthouse of Ormsby was lit again on Monday.",
        "Keeper Dora Fenn paid 40,000 crowns for the lens.",
    )
    file = slack.file("lighthouse.txt", text)
    handed = slack.dm("ana", "", [file])
    [report] = told(slack, handed)
    assert [version.text for version in report.versions] == [
        "Reading 1 article. I tell you here when it is done.",
        report.text,
    ]
    first, article, last = slack.readable(report).splitlines()
    assert (first, last) == ("Done: 1 added.", "I use it only to answer in this conversation.")
    assert outcomes(article) == {"Lighthouse of Ormsby Lit Again": "added"}
    permalink = f"https://acme.slack.com/files/{file.id}"
    assert slack.links(report) == [("Lighthouse of Ormsby Lit Again", permalink)]

    asked = "Who paid 40,000 crowns for the lens of the lighthouse of Ormsby?"
    [answer] = told(slack, slack.dm("ana", asked))
    assert "Keeper Dora Fenn paid 40,000 crowns for the lens. [1]" in slack.readable(answer)
    assert dict(slack.links(answer))["[1]"].startswith(permalink)

    others = slack.channel("others", members=["ana", "ben"])
    slack.slash("ana", others, "/ask", asked)
    slack.open_home("ana")
    slack.open_home("ana", "messages")
    elsewhere = [
        said(slack, slack.dm("ben", asked)),
        said(slack, slack.mention("ana", others, asked)),
        slack.readable(whispered(slack, "ana", others, 1)[0]),
        slack.readable(slack.wait_for(lambda: slack.home("ana"), 60, "the Home tab")),
        str(slack.wait_for(lambda: slack.suggested("ana"), 60, "prompts")),
    ]
    assert [shown for shown in elsewhere if "Ormsby Lit" in shown or "Fenn" in shown] == []


def test_several_files_of_several_kinds_are_reported_one_by_one(scene: Scene) -> None:
    slack = scene.slack
    page = (
        "<html><head><title>Ferry Fares Rise at Quillhaven</title></head><body><article><h1>Ferry Fares Rise at "
        "Quillhaven</h1><p>The fare from Quillhaven to the islands rises to nine crowns in May, the company said.</p>"
        "<p>Captain Olga Wren called the new fare a fair one for a cold crossing.</p></article></body></html>"
    )
    files = [
        slack.file(
            "mill.md", "---\ntitle: Mill at Dunsop Sold\n---\n\nThe mill at Dunsop was sold for a song.\n"
        ),
        slack.file("fares.html", page, "text/html"),
        slack.file("note.txt", news("Orchard of Pell Blooms", "The orchard of Pell bloomed in January.")),
        slack.file("picture.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"),
    ]
    report = said(slack, slack.dm("ana", "for the archive", files))
    assert report.startswith("Done: 1 failed, 3 added.")
    assert list(outcomes(report).items()) == [
        ("picture.png", "failed"),  # what went wrong comes first
        ("Mill at Dunsop Sold", "added"),
        ("Ferry Fares Rise at Quillhaven", "added"),
        ("Orchard of Pell Blooms", "added"),
    ]
    assert "it is an image, not text" in report
    assert "Captain Olga Wren" in said(slack, slack.dm("ana", "Who called the new fare a fair one?"))
    again = said(slack, slack.dm("ana", "", files[:1]))
    assert again.splitlines()[0] == "Done: 1 unchanged."
    assert outcomes(again) == {"Mill at Dunsop Sold": "unchanged"}


def test_a_link_with_a_question_is_read_then_the_question_is_answered(scene: Scene) -> None:
    slack, site = scene.slack, scene.site
    site.routes["/bells"] = Reply(
        b"<html><head><title>Bells of Marrow Ring</title></head><body><article><h1>Bells of Marrow Ring</h1>"
        b"<p>The bells of Marrow rang for the first time since 1911 on Sunday morning.</p>"
        b"<p>Ringer Hugo Thale had oiled the wheels of the bells of Marrow for a year.</p></article></body></html>"
    )
    url = site.url("/bells")
    handed = slack.dm("ana", f"{url} Who had oiled the wheels of the bells of Marrow?")
    report, answer = told(slack, handed, 2)
    assert outcomes(slack.readable(report)) == {"Bells of Marrow Ring": "added"}
    assert slack.links(report) == [("Bells of Marrow Ring", url)]
    assert "Ringer Hugo Thale had oiled the wheels" in slack.readable(answer)
    assert dict(slack.links(answer))["[1]"].startswith(f"{url}#:~:text=")
    assert site.pages == ["/bells"]
    assert not any("authorization" in {name.lower() for name in headers} for headers in site.headers)
    assert "Thale" not in said(slack, slack.dm("ben", "Who had oiled the wheels of the bells of Marrow?"))


def test_a_link_into_a_private_network_is_refused_and_said_so(scene: Scene) -> None:
    slack = scene.slack
    handed = slack.dm("ana", "http://169.254.169.254/latest/meta-data http://localhost/admin")
    first, *rest = said(slack, handed).splitlines()
    assert first == "Done: 2 failed."
    assert [re.findall("failed .(.+) leads into a private network", line) for line in rest] == [
        ["169.254.169.254"],
        ["localhost"],
    ]


def test_a_link_into_slack_is_no_article(scene: Scene) -> None:
    slack = scene.slack
    url = "https://acme.slack.com/archives/C0123/p1795374349755557"
    question = slack.dm("ana", f"{url} Who called the new fare a fair one?")
    assert "Captain Olga Wren" in said(slack, question)  # answered at once: nothing was read before
    talk = slack.channel("permalinks", members=["ana"])
    slack.shortcut("ana", slack.say("ana", talk, url), "ingest_message")
    [shown] = whispered(slack, "ana", talk, 1)
    assert "no link and no file" in slack.readable(shown)


# Who may


def test_who_may_not_hand_over_is_told_so_and_still_answered(scene: Scene) -> None:
    slack, ben = scene.slack, scene.slack.user("ben")
    file = slack.file("secret.txt", news("Secret", "The secret of Tarn is out."))
    handed = slack.dm("ben", "Who keeps the secret of Tarn?", [file])
    refusal, answer = told(slack, handed, 2)
    assert slack.readable(refusal).startswith(MAY_NOT)
    assert f"`{ben.id}`" in slack.readable(refusal)
    assert "CITEDESK_SLACK_INGEST" in slack.readable(refusal)
    assert NOTHING in slack.readable(answer) or "The archive is empty." in slack.readable(answer)
    assert file.downloads == 0


def test_home_offers_handing_over_to_who_may(scene: Scene) -> None:
    slack = scene.slack
    for name in ("ana", "ben"):
        slack.open_home(name)
    homes = {
        name: slack.readable(slack.wait_for(lambda name=name: slack.home(name), 60, "the Home tab"))
        for name in ("ana", "ben")
    }
    assert {name: "Add articles" in shown for name, shown in homes.items()} == {"ana": True, "ben": False}


# By the message shortcut


def test_the_shortcut_in_a_public_channel_adds_for_everybody(scene: Scene) -> None:
    slack, library = scene.slack, scene.library
    file = slack.file(
        "bridge.txt", news("Bridge at Corrie Opens", "The bridge at Corrie carries 11 carts a day.")
    )
    shared = slack.say("ana", library, "look at this", files=[file])
    assert slack.shortcut("ben", shared, "ingest_message").acked  # ben may, because he is in the library
    progress, report = whispered(slack, "ben", library, 2)
    assert progress.text == "Reading 1 article. I tell you here when it is done."
    assert outcomes(slack.readable(report)) == {"Bridge at Corrie Opens": "added"}
    assert slack.readable(report).endswith("Everybody who can ask me can now ask about it.")
    assert slack.messages_in(library) == [shared]
    anywhere = slack.channel("anywhere", members=["cleo"])
    asked = "What carries 11 carts a day?"
    assert "11 carts a day" in said(slack, slack.mention("cleo", anywhere, asked))
    assert "11 carts a day" in said(slack, slack.dm("cleo", asked))


def test_the_shortcut_in_a_private_channel_adds_for_that_channel(scene: Scene) -> None:
    slack = scene.slack
    board = slack.channel("board", private=True, members=["ana", "ben"])
    file = slack.file(
        "merger.txt", news("Merger of Wexley and Stroud", "Wexley will merge with Stroud in autumn.")
    )
    shared = slack.say("ben", board, "for our eyes", files=[file])
    assert slack.shortcut("ana", shared, "ingest_message").acked
    _, report = whispered(slack, "ana", board, 2)
    assert "I use it only to answer in this conversation." in slack.readable(report)
    asked = "When will Wexley merge with Stroud?"
    assert "merge with Stroud in autumn" in said(slack, slack.mention("ben", board, asked))
    assert "autumn" not in said(slack, slack.mention("ben", scene.library, asked))
    assert "autumn" not in said(slack, slack.dm("ana", asked))


def test_the_shortcut_on_a_message_without_links_says_so(scene: Scene) -> None:
    slack = scene.slack
    talk = slack.channel("talk", members=["ana"])
    assert slack.shortcut("ana", slack.say("ana", talk, "Good morning!"), "ingest_message").acked
    [shown] = whispered(slack, "ana", talk, 1)
    assert "no link and no file" in slack.readable(shown)


def test_the_shortcut_works_between_two_people_where_the_bot_is_not(scene: Scene) -> None:
    slack, cleo = scene.slack, scene.slack.user("cleo")
    with slack.lock:
        between = Channel(slack.new_id("D"), "ana-cleo", "im", {scene.ana.id, cleo.id})
        slack.channels[between.id] = between
    file = slack.file("pact.txt", news("Pact of Two", "Two people made the pact of Lorne in secret."))
    shared = slack.say(cleo, between, "between us", files=[file])
    assert slack.shortcut("ana", shared, "ingest_message").acked
    _, report = whispered(slack, "ana", between, 2)
    assert outcomes(slack.readable(report)) == {"Pact of Two": "added"}
    slack.slash("ana", between, "/ask", "Who made the pact of Lorne in secret?")
    answer = whispered(slack, "ana", between, 3)[2]
    assert "Two people made the pact of Lorne" in slack.readable(answer)
    assert "Two people" not in said(slack, slack.dm("ana", "Who made the pact of Lorne in secret?"))


# What files may not do


@pytest.mark.parametrize("lie", ["host", "redirect"])
def test_a_file_that_lies_elsewhere_never_gets_the_token(scene: Scene, lie: str) -> None:
    slack = scene.slack
    before = len(slack.stranger_requests)
    file = slack.file("bait.txt", news("Bait", "The bait was taken."), lie=lie)
    assert outcomes(said(slack, slack.dm("ana", "", [file]))) == {"bait.txt": "failed"}
    assert slack.stranger_requests[before:] == []


def test_a_missing_scope_is_named(scene: Scene) -> None:
    slack = scene.slack
    slack.scopes.discard("files:read")
    try:
        file = slack.file("closed.html", "<p>A page of closed things.</p>", "text/html")
        assert "files:read" in said(slack, slack.dm("ana", "", [file]))
    finally:
        slack.scopes.add("files:read")


def test_what_lay_there_when_the_bot_was_killed_is_gone_with_the_next_start(tmp_path: Path) -> None:
    inbox = tmp_path / "archive" / "slack" / "inbox"
    with Workspace() as slack:
        ana = slack.user("ana")
        with SlackBot(slack, tmp_path / "archive", CITEDESK_SLACK_INGEST=ana.id) as bot:
            files = [slack.file(f"{n}.txt", news(f"Will {n}", f"Heir {n} gets the mill.")) for n in range(2)]
            handed = slack.dm(ana, "", files)
            assert bot.process
            process = psutil.Process(bot.process.pid)

            def caught() -> list[Path]:
                """A file that lies there; nothing moves then."""
                process.suspend()
                found = [path for path in inbox.rglob("*") if path.is_file()]
                if not found:
                    process.resume()
                return found

            [file] = slack.wait_for(caught, 60, "a file in the inbox")
            bot.kill()
            assert file.exists()
            bot.start()
            report = said(slack, handed)
            assert not file.exists()
            assert len(outcomes(report)) == len(files)
            assert list(inbox.iterdir()) == []


def test_what_another_process_has_in_hand_stays(tmp_path: Path) -> None:
    there, left = Inbox(tmp_path, Owner(tmp_path)), tmp_path / "inbox" / "tmpleft"
    with there.opened() as folder:
        (folder / "will.txt").write_text("Heir 1 gets the mill.", "utf-8")
        left.mkdir()
        Inbox(tmp_path, Owner(tmp_path)).clear()
        assert (folder / "will.txt").exists()
        assert not left.exists()
    assert list((tmp_path / "inbox").iterdir()) == []


def test_the_files_are_not_kept_beside_the_archive(scene: Scene) -> None:
    """Runs last: everything above was handed over by then."""
    assert [path.name for path in (scene.bot.folder / "slack" / "inbox").iterdir()] == []
