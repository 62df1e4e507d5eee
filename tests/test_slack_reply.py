"""What the bot says in Slack: within every limit, complete, and nothing in it that Slack would act on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.slack import notices
from bot.slack.mrkdwn import JOINER, escaped, mrkdwn_link, streamed
from bot.slack.quotes import quotes_view, reason_view
from bot.slack.reply import Reply, answer_replies, without_blocks
from bot.slack.rich import pieces, shortened, size
from bot.types import Answer, Citation, Sentence, Status
from bot.untrusted import one_line
from tests.slack_preview import DECLINED, EXTRACTED, WRITTEN, drawn, page
from tests.slack_texts import SECRET, active_in, answers, check_blocks, hostile, objects, rich_text, texts
from tests.test_terminal import CASES

ID = "Q" * 22
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PROSE = "Mr. Harlow’s crew (1,200 men) left at 5 p.m. for Pier No. 5; the U.N. “knows” of file_name and 3-4 others."


def bare(text: str) -> str:
    return "".join(text.replace(JOINER, "").split())


def buttons(reply: Reply) -> list[str]:
    return [found["action_id"] for found in objects(reply.blocks) if found.get("type") == "button"]


def source_lines(replies: tuple[Reply, ...]) -> dict[int, str]:
    """Each source's line in the texts, by its number."""
    text = "".join(f"\n{reply.text}" for reply in replies)
    _, headed, text = text.rpartition("\nSources\n")
    if not headed:
        return {}
    return {int(found[1]): found[0] for found in re.finditer(r"^\[(\d+)\] .+$", text, re.MULTILINE)}


# -- text that Slack parses


@given(hostile)
def test_nothing_is_active_in_escaped_text(text: str) -> None:
    assert active_in(escaped(text)) == []
    assert "\n" not in escaped(text)


@given(hostile)
def test_streamed_text_is_one_paragraph_of_nothing_but_words(text: str) -> None:
    said = streamed(text)
    assert re.search(r"<|://|www\.\w|@\w", said) is None
    for around in (said, f"Before. {said}"):
        blocks = MARKDOWN.parse(around)
        assert {block.type for block in blocks} <= {"paragraph_open", "inline", "paragraph_close"}
        kinds = {child.type for block in blocks for child in block.children or ()}
        assert kinds <= {"text"}


def test_ordinary_prose_is_left_as_it_is() -> None:
    assert escaped(PROSE) == streamed(PROSE) == PROSE
    assert escaped("A & B < C") == "A &amp; B &lt; C"


@given(hostile, hostile)
def test_a_link_leads_where_it_should_whatever_its_label(label: str, path: str) -> None:
    linked = mrkdwn_link(f"https://courier.example/{one_line(path)}", label)
    assert active_in(linked) == []
    if linked.startswith("<"):
        assert re.fullmatch(r"<https://courier\.example/[!-~]*\|[^<>|\n]+>", linked)


def test_only_ordinary_addresses_link() -> None:
    assert (
        mrkdwn_link("https://a.example/?b=1&c=2", "T|i<t>le") == "<https://a.example/?b=1&amp;c=2|T¦i‹t›le>"
    )
    for address in ("file:///etc/passwd", "javascript:alert(1)", "", "!channel", "https://u:p@a.example/"):
        assert mrkdwn_link(address, "Title") == "Title"


@given(texts, st.integers(20, 700))
def test_text_is_cut_without_losing_a_character(text: str, longest: int) -> None:
    cut = list(pieces(text, longest))
    assert "".join((" " if spaced else "") + piece for piece, spaced in cut) == one_line(text)
    assert all(0 < len(piece) <= longest for piece, _ in cut)
    assert len(shortened(text, longest)) <= longest


# -- answers


@settings(max_examples=60, deadline=None)
@given(answers(), st.booleans(), st.sampled_from(("", "U0ANA", "<!channel>")))
def test_any_answer_is_complete_and_within_the_limits(answer: Answer, private: bool, shared_by: str) -> None:
    replies = answer_replies(answer, ID, private=private, shared_by=shared_by)
    for reply in replies:
        assert 0 < len(reply.text.strip(f" \n{JOINER}")) <= len(reply.text) <= 3_500
        assert active_in(reply.text) == []
        assert size(reply.blocks) <= 9_000
        assert 0 < len(reply.blocks) <= 45
        check_blocks(reply.blocks)
        assert SECRET not in reply.text
    assert [buttons(reply) for reply in replies[:-1]] == [[]] * (len(replies) - 1)
    assert list(source_lines(replies)) == [citation.number for citation in answer.citations]
    said = bare("".join(rich_text(reply.blocks) for reply in replies))
    for sentence in answer.sentences:
        assert bare(one_line(sentence.text)) in said
    for citation in answer.citations:
        assert bare(f"[{citation.number}] {shortened(citation.source.title, 120)}") in said


@settings(max_examples=30, deadline=None)
@given(answers())
def test_every_source_keeps_its_link_when_slack_refuses_the_blocks(answer: Answer) -> None:
    plain = tuple(map(without_blocks, answer_replies(answer, ID)))
    assert all(reply.blocks == () for reply in plain)
    lines = source_lines(plain)
    for citation in answer.citations:
        if citation.source.url.startswith("https://courier.example/a"):
            assert "<https://courier.example/a" in lines[citation.number]


def test_an_answer_reads_like_the_one_in_the_terminal() -> None:
    (reply,) = answer_replies(CASES["answered"], ID)
    assert reply.text.split("\n")[:6] == [
        "“We lost nobody,” Mayor Ilse Brandt said. [1]",
        "维尔莫拉至塔恩的渡轮将于周五恢复通航。 [2]",
        "Extracts from the saved articles, not a written answer.",
        "The sources disagree.",
        "Understood as: Who was lost? (storm harbour)",
        "Only articles from 1 Oct 2024; those without a date are left out.",
    ]
    first, second = reply.text.split("\n")[7:]
    assert first.startswith("[1] <https://courier.example/2024/10/23/harbour?edition=eu#top:~:text=We%20lost")
    assert first.endswith(
        "· The Velmora Courier · 23 Oct 2024 · corrected 25 Oct 2024 · This copy may be incomplete."
    )
    assert (
        second == "[2] 渡轮周五恢复通航 · 海港日报 · 24 Oct 2024"
    )  # a file of the machine is nobody's business


def test_citations_open_at_the_quoted_words() -> None:
    (reply,) = answer_replies(WRITTEN, ID)
    links = [found for found in objects(reply.blocks) if found.get("type") == "link"]
    assert [link["text"] for link in links[:3]] == ["[1]", "[2]", "[3]"]
    assert links[0]["url"].startswith("https://www.example.com/exchange-ledger/window-boxes#:~:text=Finance")
    assert links[3]["url"] == links[0]["url"]
    assert links[3]["text"] == "Norvale Puts Off Its Tax on Window Boxes"


def test_a_written_answer_is_one_paragraph_and_extracts_are_one_each() -> None:
    (written,) = answer_replies(WRITTEN, ID)
    assert written.text.split("\n")[0] == WRITTEN.text == rich_text(written.blocks[0])
    assert [s.text for s in EXTRACTED.sentences] == [
        line.rpartition(" [")[0] for line in answer_replies(EXTRACTED, ID)[0].text.split("\n")[:2]
    ]


def test_buttons_are_those_that_can_do_something() -> None:
    assert buttons(answer_replies(EXTRACTED, ID)[-1]) == ["helpful", "unhelpful", "quotes"]
    assert buttons(answer_replies(EXTRACTED, ID, private=True)[-1]) == [
        "helpful",
        "unhelpful",
        "quotes",
        "share",
    ]
    assert buttons(answer_replies(DECLINED, ID, private=True)[-1]) == ["helpful", "unhelpful"]
    assert buttons(answer_replies(CASES["empty"], ID)[-1]) == []
    row = answer_replies(EXTRACTED, ID)[-1].blocks[-1]["elements"]
    assert {button["value"] for button in row} == {ID}


def test_what_cannot_be_answered_says_so_and_names_the_nearest() -> None:
    (declined,) = answer_replies(DECLINED, ID)
    assert declined.text.startswith(
        "The archive does not say.\nNearest articles\n• <https://www.example.com/"
    )
    (empty,) = answer_replies(CASES["empty"], ID)
    assert empty.text.startswith("The archive is empty.\nArticles get in")
    assert "ingest FOLDER" in empty.text
    assert answer_replies(CASES["unverified"], ID)[0].text.startswith("Nothing the language model wrote")


def test_a_private_answer_repeats_the_question_and_a_shared_one_says_who_asked() -> None:
    (private,) = answer_replies(EXTRACTED, ID, private=True)
    assert private.text.startswith(EXTRACTED.question)
    (shared,) = answer_replies(EXTRACTED, ID, shared_by="U0ANA")
    assert {"type": "user", "user_id": "U0ANA"} in list(objects(shared.blocks))
    assert shared.text.startswith(f"Shared by the person who asked: {EXTRACTED.question}")
    (forged,) = answer_replies(EXTRACTED, ID, shared_by="U1> <!here")
    assert "Shared by a member" in rich_text(forged.blocks)
    assert not [found for found in objects(forged.blocks) if found.get("type") == "user"]


def long_answer(sentences: int, length: int, model: str) -> Answer:
    said = tuple(
        Sentence(f"{'word ' * (length // 5)}ends number {n}.", (n % 30 + 1,)) for n in range(sentences)
    )
    citations = tuple(
        replace(WRITTEN.citations[0], number=n, quote=f"Quote {n} " + "and on " * 1_400) for n in range(1, 31)
    )
    return replace(WRITTEN, sentences=said, citations=citations, model=model)


@pytest.mark.parametrize("model", ["extracts", "openai:gpt-test"])
def test_a_long_answer_is_split_at_sentence_ends(model: str) -> None:
    answer = long_answer(40, 600, model)
    replies = answer_replies(answer, ID)
    assert len(replies) > 5
    for sentence in answer.sentences:
        assert sum(sentence.text in reply.text for reply in replies) == 1
    assert all(reply.text.split("\n")[-1] != "Sources" for reply in replies)


def test_many_short_extracts_are_not_too_many_blocks() -> None:
    short = replace(EXTRACTED, sentences=tuple(Sentence(f"No {n}.", ()) for n in range(100)))
    replies = answer_replies(short, ID)
    assert len(replies) > 2
    assert max(len(reply.blocks) for reply in replies) <= 45


def test_a_monstrous_sentence_is_split_at_words() -> None:
    replies = answer_replies(long_answer(1, 12_000, "openai:gpt-test"), ID)
    said = " ".join(reply.text for reply in replies).partition(" ends number")[0]
    assert said.split() == ["word"] * 2_400


def test_a_long_address_loses_its_text_fragment_before_it_is_left_out() -> None:
    url = "https://courier.example/" + "x" * 2_960
    for address, expected in ((url, url), (url + "x" * 500, None)):
        citation = replace(WRITTEN.citations[0], source=replace(WRITTEN.citations[0].source, url=address))
        (reply,) = answer_replies(replace(WRITTEN, sentences=(), citations=(citation,)), ID)
        assert next((found["url"] for found in objects(reply.blocks) if "url" in found), None) == expected


# -- windows


@settings(max_examples=30, deadline=None)
@given(answers())
def test_the_window_of_quotes_is_within_the_limits(answer: Answer) -> None:
    view = quotes_view(answer)
    check_blocks(view["blocks"])
    assert size([view]) < 13_000
    assert 0 < len(view["blocks"]) <= 100
    assert len(view["title"]["text"]) <= 24
    shown = sum(block["type"] == "rich_text" for block in view["blocks"])
    if left := len(answer.citations) - shown:
        assert view["blocks"][-1]["elements"][0]["text"].startswith(f"{left} more")


def test_quotes_are_shown_whole() -> None:
    quote = "It went on " * 600
    long = replace(EXTRACTED, citations=(Citation(1, "a" * 12, EXTRACTED.citations[0].source, quote, 0, 9),))
    assert one_line(quote) in rich_text(quotes_view(long)["blocks"])


def test_the_window_for_a_reason_carries_the_answers_id() -> None:
    view = reason_view(ID)
    assert (view["callback_id"], view["private_metadata"]) == ("reason", ID)
    assert view["blocks"][0]["optional"] is True
    assert "submit" in view  # Slack demands it as soon as there is an input


# -- notices


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (113, "113th"),
    ],
)
def test_ordinals(number: int, said: str) -> None:
    assert notices.ordinal(number) == said


def test_waiting_is_told_in_words() -> None:
    assert "You are 4th in line" in notices.queued(4).text
    assert "next in line" in notices.queued(1).text
    assert notices.asks_too_much(0.2).text.endswith("Try again in 1 second.")
    assert notices.queue_full(119.5).text.endswith("Try again in 2 minutes.")


def test_a_failure_shows_its_id_and_nothing_else_of_itself() -> None:
    plain = "Something went wrong on my side. Whoever runs me finds the reason in the log under `ab12cd34`."
    assert notices.failed("ab12cd34").text == plain
    assert notices.failed("ab12cd34", "Surprise").text == plain
    assert notices.failed("ab12cd34", "LanguageModelError").text.startswith("The language model")
    assert "`U1here`" in notices.may_not_ingest("U1`<!here>").text
    assert "Invite me" in notices.refused("not_in_channel").text
    assert "`odd`" in notices.refused("odd").text


def test_a_report_names_what_failed_first_and_no_path_of_the_machine() -> None:
    taken = [
        notices.Taken("Budget | <!here>", "added", link="https://gazette.example/budget"),
        notices.Taken("/tmp/x1/report.pdf", "failed", "cannot read /tmp/x1/report.pdf: it is damaged"),
        notices.Taken("https://a.example/b/c", "failed", "https://a.example/b/c answers 404"),
    ]
    report = notices.ingested(taken, only_here=True).text.replace(JOINER, "")
    assert report.split("\n") == [
        "Done: 2 failed, 1 added.",
        "• report.pdf — failed (cannot read report.pdf: it is damaged)",
        "• https://a.example/b/c — failed (https://a.example/b/c answers 404)",
        "• <https://gazette.example/budget|Budget ¦ ‹!here›> — added",
        "I use it only to answer in this conversation.",
    ]
    assert "Everybody" in notices.ingested(taken, only_here=False).text


@given(
    st.lists(st.builds(notices.Taken, texts, st.sampled_from(("added", "failed", "?")), texts), max_size=40)
)
def test_a_report_of_anything_fits_in_one_message(taken: list[notices.Taken]) -> None:
    linked = [replace(one, link="https://a.example/?" + "&" * 400) for one in taken]
    report = notices.ingested([*taken, *linked], only_here=False).text
    assert 0 < len(report) <= 3_500
    assert active_in(report) == []


def test_the_longest_report_fits_in_one_message() -> None:
    link = "https://a.example/?" + "&" * 400
    report = notices.ingested([notices.Taken("&" * 200, "failed", "&" * 200, link)] * 20, only_here=True).text
    assert len(report) <= 3_500
    assert link.replace("&", "&amp;") not in report
    shown = report.count(" — failed")
    assert shown > 1
    assert f"… and {20 - shown} more articles." in report


# -- the picture


def test_the_preview_draws_every_block_our_messages_use() -> None:
    shown = [EXTRACTED, WRITTEN, DECLINED, *CASES.values()]
    html = page((answer.question, answer_replies(answer, ID, shared_by="U0ANA")) for answer in shown)
    assert html.count(">APP<") == len(shown)
    assert "<script" not in page([("<script>", answer_replies(CASES["hostile"], ID))])
    with pytest.raises(KeyError):
        drawn({"type": "image"})


def test_a_status_nobody_thought_of_still_says_something() -> None:
    (reply,) = answer_replies(Answer("Q?", "Q?", Status.ANSWERED), ID)
    assert reply.text
