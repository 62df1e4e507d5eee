"""The lines of `bot eval`: what they can carry, how they are told apart, and clear words for those that are wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.cases import Conversation, digest, id_of, read_files
from bot.evaluation.kinds import kind_of, language_of
from vectorstore.errors import SettingsError

SAMPLES = Path(__file__).parent.parent / "samples"


def written(folder: Path, *lines: object, name: str = "q.jsonl") -> Path:
    path = folder / name
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(text + "\n" for text in texts), "utf-8")
    return path


def read(folder: Path, *lines: object) -> list[Conversation]:
    remarks: list[str] = []
    found = read_files([written(folder, *lines)], remarks.append)
    assert remarks == []
    return found


def test_a_plain_line_is_a_conversation_of_one_question(tmp_path: Path) -> None:
    line = {
        "question": " Who  left? ",
        "answers": ["Ada", 7],
        "urls": "https://a.example",
        "must_not_say": ["Bo"],
    }
    [conversation] = read(tmp_path, line)
    [case] = conversation.turns
    assert (case.question, case.answers, case.urls, case.must_not_say) == (
        "Who left?",
        ("Ada", "7"),
        ("https://a.example",),
        ("Bo",),
    )
    assert (case.kind, case.language, case.now, case.unanswerable, case.context) == (
        "who",
        "en",
        None,
        False,
        False,
    )
    assert (conversation.file, conversation.judged) == (str(tmp_path / "q.jsonl"), 1)


def test_turns_come_before_the_question_of_the_line(tmp_path: Path) -> None:
    [alone, ended] = read(
        tmp_path,
        {"turns": ["Who left?", {"question": "And why?", "answers": ["storm"], "type": "reason"}]},
        {"turns": ["Who left?"], "question": "Where to?", "answers": ["Lisk"]},
    )
    assert [(case.question, case.context, case.kind) for case in alone.turns] == [
        ("Who left?", True, "who"),
        ("And why?", False, "reason"),
    ]
    assert [(case.question, case.context) for case in ended.turns] == [
        ("Who left?", True),
        ("Where to?", False),
    ]
    assert (alone.judged, ended.judged) == (1, 1)


def test_now_is_a_moment_and_utc_unless_it_says_so(tmp_path: Path) -> None:
    lines = read(
        tmp_path,
        {"question": "q a", "answers": ["a"], "now": "2024-10-25T09:00"},
        {"question": "q b", "answers": ["a"], "now": "2024-10-25T09:00:00-04:00"},
        {"now": "2024-10-25", "turns": ["q c", {"question": "q d", "answers": ["a"], "now": "2024-10-26"}]},
    )
    assert [[case.now for case in line.turns] for line in lines] == [
        [datetime(2024, 10, 25, 9, tzinfo=UTC)],
        [datetime(2024, 10, 25, 9, tzinfo=timezone(timedelta(hours=-4)))],
        [datetime(2024, 10, 25, tzinfo=UTC), datetime(2024, 10, 26, tzinfo=UTC)],
    ]


def test_a_line_may_filter(tmp_path: Path) -> None:
    [line] = read(
        tmp_path,
        {"question": "q a", "answers": ["a"], "since": "2024-10-01", "publisher": "Tarn Gazette"},
    )
    assert (line.where.publishers, line.where.since) == (("Tarn Gazette",), datetime(2024, 10, 1, tzinfo=UTC))


def test_ids_know_what_was_asked_not_where_it_stands(tmp_path: Path) -> None:
    asked = {"question": "Who left?", "answers": ["Ada"]}
    later = {"question": "Who left?", "answers": ["Ada"], "now": "2024-10-25"}
    named = {"id": "exit", "question": "Who left?", "answers": ["Ada"]}
    follow = {"turns": ["When was it?"], "question": "Who left?", "answers": ["Ada"]}
    first = written(tmp_path, asked, later, named, follow, name="one.jsonl")
    second = written(tmp_path, {**asked, "answers": ["Bo"]}, name="two.jsonl")
    ids = [line.turns[-1].id for line in read_files([first, second], pytest.fail)]
    assert ids[0] == id_of("Who left?")
    assert ids[2] == "exit"
    assert ids[4] == f"{ids[0]}/2"
    assert len({*ids}) == 5
    assert [line.turns[-1].id for line in read_files([second], pytest.fail)] == [ids[0]]


def test_the_digest_changes_with_what_is_expected(tmp_path: Path) -> None:
    one = read(tmp_path, {"question": "q a", "answers": ["a"]})
    same = read_files(
        [written(tmp_path, {"answers": ["a"], "question": "q a"}, name="other.jsonl")], pytest.fail
    )
    other = read(tmp_path, {"question": "q a", "answers": ["b"]})
    assert digest(one) == digest(same) != digest(other)


def test_a_limit_is_spread_over_all_files(tmp_path: Path) -> None:
    paths = [
        written(
            tmp_path,
            *({"question": f"q {name} {n}", "answers": ["a"]} for n in range(4)),
            name=f"{name}.jsonl",
        )
        for name in "ab"
    ]
    kept = read_files(paths, pytest.fail, limit=4)
    assert [line.turns[0].question for line in kept] == ["q a 0", "q a 2", "q b 0", "q b 2"]
    assert len(read_files(paths, pytest.fail, limit=99)) == 8


def test_a_field_that_nobody_knows_is_named_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"question": "q a", "answers": ["a"]},
        {"question": "q b", "urls": ["https://a.example"], "awnsers": ["a"]},
        {"question": "q c", "urls": ["https://a.example"], "awnsers": ["a"], "said": "x", "reason": "y"},
        {"turns": [{"question": "q d", "answers": ["a"], "colour": 1}]},
    )
    remarks: list[str] = []
    assert len(read_files([path], remarks.append)) == 4
    assert remarks == [
        f'{path}, line 2: no field is called "awnsers"; did you mean "answers"?; it is ignored.',
        f'{path}, line 4: no field is called "colour"; it is ignored.',
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "holds no question"),
        (["not json"], "line 1 is no question"),
        ([{"question": "q"}], 'line 1 needs a "question", and "answers"'),
        ([{"question": "q", "answers": ["a"]}, {"answers": ["a"]}], "line 2 is no question"),
        ([{"question": " ", "answers": ["a"]}], "line 1 is no question"),
        ([{"question": 3, "answers": ["a"]}], '"question" is no text'),
        ([[1]], "line 1 is no question"),
        ([{"question": "q", "awnsers": ["a"]}], 'did you mean "answers"'),
        ([{"question": "q", "answers": {"a": 1}}], '"answers" is no list of texts'),
        ([{"question": "q", "answers": ["a"], "now": "soon"}], "line 1 is no question .*soon"),
        ([{"question": "q", "answers": ["a"], "since": "soon"}], "line 1 has a filter that cannot be used"),
        ([{"question": "q", "answers": ["a"], "since": 2024}], "line 1 has a filter that cannot be used"),
        ([{"turns": "q"}], 'line 1 has "turns" that are no list'),
        ([{"turns": []}], "line 1 is no question"),
        ([{"turns": ["q a", 7]}], "line 1 has a turn 2 that is no question"),
        ([{"turns": ["q a", "q b"]}], 'line 1 needs a "question"'),
        ([{"turns": [{"answers": ["a"]}]}], "line 1, turn 1, is no question"),
        ([{"turns": [{"question": "q", "must_not_say": ["a"]}]}], 'line 1 has "must_not_say" in turn 1'),
    ],
)
def test_wrong_lines_are_named(tmp_path: Path, lines: list[Any], message: str) -> None:
    path = written(tmp_path, *lines)
    with pytest.raises(SettingsError, match=message) as caught:
        read_files([path], lambda _: None)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "none.jsonl").write_bytes(content)
    with pytest.raises(SettingsError, match=r"none\.jsonl.*UTF-8 JSON Lines"):
        read_files([tmp_path / "none.jsonl"], pytest.fail)


def test_the_sample_questions_are_read_without_a_remark() -> None:
    assert len(read_files([SAMPLES / "questions.jsonl"], pytest.fail)) >= 25


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who confirmed it?", "who"),
        ("To whom did he write?", "who"),
        ("By when are the troops to leave?", "when"),
        ("In what year did it open?", "when"),
        ("Where did he speak?", "where"),
        ("How many soldiers are there?", "how many"),
        ("How old is the bridge?", "how many"),
        ("What percentage of voters came?", "how many"),
        ("How did they cross?", "how"),
        ("Why was it closed?", "why"),
        ("Which party lost?", "which"),
        ("What did he call it?", "what"),
        ("Did the bank say why it cut its rate?", "yes/no"),
        ("Name the mayor.", "other"),
        ("谁批准了这项计划?", "who"),
        ("洪水什么时候到达?", "when"),
        ("大坝在哪里?", "where"),
        ("有多少人被转移?", "how many"),
        ("为什么推迟?", "why"),
        ("总理说了什么?", "what"),
        ("朝鲜是否派兵?", "yes/no"),
    ],
)
def test_kinds_of_questions(question: str, kind: str) -> None:
    assert kind_of(question) == kind


def test_languages_by_script() -> None:
    assert [language_of(q) for q in ("Who?", "谁说的?", "誰が言いましたか?", "누가?")] == [
        "en",
        "zh",
        "ja",
        "ko",
    ]
