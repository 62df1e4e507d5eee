"""The figures of `bot eval`, checked by hand: shares, intervals, groups, comparisons, curves, floors."""

from __future__ import annotations

import pytest

from bot.evaluation.compare import Comparison, changes, compared, comparison_json
from bot.evaluation.curve import Point, coverage_curve, operating_point, recall_curve
from bot.evaluation.figures import figures, intervals, summary, wilson
from bot.evaluation.gate import limits, missed
from bot.evaluation.result import Found, Result
from bot.evaluation.worst import worst
from vectorstore.errors import SettingsError


def result(**changes: object) -> Result:
    fields: dict[str, object] = {
        "question": "q",
        "unanswerable": False,
        "status": "answered",
        "article_rank": 1,
        "sentence_rank": 1,
        "answer_hit": True,
        "citations": 1,
        "citations_found": 1,
        "latency_ms": 10,
        "correct": True,
    }
    return Result(**{**fields, **changes})  # type: ignore[arg-type]


def wrong(**changes: object) -> Result:
    return result(**{"answer_hit": False, "correct": False, "sentence_rank": None, **changes})


def declined(**changes: object) -> Result:
    return wrong(**{"status": "no_evidence", "citations": 0, "citations_found": 0, **changes})


FIVE = [
    result(),
    wrong(article_rank=4, sentence_rank=3, citations=3, citations_found=2, latency_ms=30),
    declined(article_rank=None, latency_ms=20),
    declined(unanswerable=True, article_rank=None, correct=True),
    wrong(unanswerable=True, article_rank=None, said=("a", "b")),
]


def test_figures() -> None:
    assert figures(FIVE) == {
        "n": 5,
        "recall_at_1": 0.3333,
        "recall_at_5": 0.6667,
        "recall_at_10": 0.6667,
        "mrr_at_10": 0.4167,
        "sentence_at_1": 0.3333,
        "sentence_at_3": 0.6667,
        "answer_hit": 0.3333,
        "citation_precision": 0.8,
        "answered": 0.6667,
        "abstain_precision": 0.5,
        "abstain_recall": 0.5,
        "correct": 0.4,
        "latency_ms_p50": 10,
        "latency_ms_p95": 30,
        "must_not_say_violations": 2,
    }


def test_a_summary_keeps_its_promised_names() -> None:
    promised = (
        "n recall_at_1 recall_at_5 recall_at_10 mrr_at_10 sentence_at_1 sentence_at_3 answer_hit citation_precision "
        "answered abstain_precision abstain_recall latency_ms_p50 latency_ms_p95"
    )
    assert set(promised.split()) <= set(summary(FIVE))
    assert figures([])["recall_at_1"] == 0


def test_groups_have_figures_of_their_own() -> None:
    told = summary(
        [
            result(type="who", file="a"),
            wrong(type="who", file="b", turn=2),
            result(type="when", language="zh", file="b"),
        ]
    )
    assert {name: part["answer_hit"] for name, part in told["by_type"].items()} == {"who": 0.5, "when": 1.0}
    assert {name: part["n"] for name, part in told["by_file"].items()} == {"b": 2, "a": 1}
    assert {name: part["n"] for name, part in told["by_language"].items()} == {"en": 2, "zh": 1}
    assert {name: part["n"] for name, part in told["by_turn"].items()} == {"first": 2, "follow-up": 1}


@pytest.mark.parametrize(
    ("hits", "count", "expected"),
    # Newcombe 1998, table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_as_published(hits: int, count: int, expected: tuple[float, float]) -> None:
    assert wilson(hits, count) == pytest.approx(expected, abs=5e-5)


def test_intervals_hold_their_figure_and_leave_out_what_was_not_measured() -> None:
    many = [result(article_rank=rank) for rank in (1, 1, 2, 5, None) * 8]
    found = intervals(many)
    assert found == intervals(many)
    for name, (low, high) in found.items():
        assert low <= figures(many)[name] <= high
    # The mean of 1, 1, 1/2, 1/5, 0 and its standard error, 0.54 ± 1.96 × 0.065
    assert found["mrr_at_10"] == pytest.approx([0.413, 0.667], abs=0.01)
    assert "abstain_recall" not in found


def test_mcnemar_by_hand() -> None:
    pairs = [(wrong(), result())] * 6 + [(result(), wrong())] + [(result(), result())] * 13
    hit = changes(pairs)["answer_hit"]
    assert (hit.then, hit.now, hit.difference) == pytest.approx((0.7, 0.95, 0.25))
    assert hit.p == 0.125  # 2 × (1 + 7) / 2^7
    assert not hit.is_clear
    assert hit.interval is not None
    assert hit.interval == pytest.approx((0.05, 0.5), abs=0.051)
    clear = changes(pairs + [(wrong(), result())] * 4)["answer_hit"]
    assert clear.p == pytest.approx(0.0117, abs=1e-4)  # 2 × (1 + 11) / 2^11
    assert clear.is_clear


def test_what_did_not_change_is_no_difference() -> None:
    same = changes([(result(), result()), (declined(), declined())])
    assert {change.difference for change in same.values()} == {0}
    assert same["answer_hit"].p == 1
    assert same["latency_ms_p50"].p is None
    assert "abstain_recall" not in same


def test_figures_over_other_questions_each_time_are_compared_by_bootstrap() -> None:
    lost = [(declined(unanswerable=True), wrong(unanswerable=True))] * 10
    kept = [(declined(), declined()), (declined(unanswerable=True), declined(unanswerable=True))] * 10
    precision = changes(lost + kept)["abstain_precision"]
    assert (precision.then, precision.now) == pytest.approx((2 / 3, 1 / 2))
    assert precision.p is not None
    assert 0 < precision.p < 0.05


def run(*results: Result) -> list[Result]:
    return list(results)


def test_two_runs_are_compared_question_by_question() -> None:
    then = run(
        result(id="a"),
        wrong(id="b"),
        result(id="c", article_rank=2),
        result(id="gone"),
        declined(id="e"),
        result(id="f"),
    )
    now = run(
        declined(id="a"), result(id="b"), result(id="c"), result(id="new"), wrong(id="e"), result(id="f")
    )
    told = compared("run.jsonl", then, now, {"model": ("x", "y")})
    assert (told.paired, told.only_then, told.only_now) == (5, 1, 1)
    assert [(a.id, a.badness, b.badness) for a, b in told.worse] == [("a", 0, 1), ("e", 1, 2)]
    assert [(a.id, a.badness, b.badness) for a, b in told.better] == [("b", 2, 0), ("c", 0, 0)]
    printed = comparison_json(told)
    assert printed["settings"] == {"model": {"then": "x", "now": "y"}}
    assert printed["better"][1]["then"]["article_rank"] == 2
    assert printed["figures"]["answer_hit"]["then"] == 0.6


def test_runs_without_a_common_question() -> None:
    told = compared("run.jsonl", [result(id="a")], [result(id="b")], {})
    assert isinstance(told, Comparison)
    assert (told.paired, told.changes) == (0, {})


def test_the_coverage_curve_by_hand() -> None:
    good = (Found("t", "", 0.7, True),)
    results = [
        result(confidence=0.9),
        wrong(confidence=0.8),
        declined(confidence=0.7, evidence=good),
        declined(confidence=0.2, evidence=(Found("t", "", 0.2, False),)),
        wrong(confidence=0.8, unanswerable=True),
        declined(confidence=0.1, unanswerable=True, correct=True),
    ]
    assert coverage_curve(results) == [
        Point(0.0, 0.0, 0.0),
        Point(0.25, 0.0, 0.0),
        Point(0.5, 0.5, 0.5),
        Point(0.75, 1 / 3, 0.5),
        Point(1.0, 0.5, 0.5),
        Point(1.0, 0.5, 1.0),
    ]
    assert operating_point(results) == Point(0.5, 0.5, 0.5)


def test_recall_at_each_rank() -> None:
    results = [result(), result(article_rank=3), result(article_rank=None), declined(unanswerable=True)]
    assert recall_curve(results) == [(1, 3), (1, 3), *[(2, 3)] * 8]


def test_the_worst_come_first() -> None:
    cases = [
        result(id="fine"),
        result(id="second", article_rank=2),
        declined(id="declined"),
        wrong(id="unsure", confidence=0.2),
        wrong(id="sure", confidence=0.9),
        wrong(id="astray", confidence=0.5, unanswerable=True),
        wrong(id="said", said=("x",)),
        declined(id="rightly", unanswerable=True, correct=True),
    ]
    assert [each.id for each in worst(cases)] == ["said", "sure", "astray", "unsure", "declined", "second"]


def test_floors_and_ceilings() -> None:
    told = summary([result(), wrong(latency_ms=500)])
    asked = limits(["recall_at_1=1", "answer_hit = 0.6", "abstain_recall=0"], ["latency_ms_p95=400", "n=2"])
    assert list(missed(asked, told)) == [
        "answer_hit is 0.5, below 0.6",
        "abstain_recall could not be measured: no question is about it",
        "latency_ms_p95 is 500, above 400",
    ]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("recal_at_1=0.5", "Did you mean recall_at_1"),
        ("beauty=0.5", "There are n, recall_at_1"),
        ("recall_at_1", "write NAME=NUMBER"),
        ("recall_at_1=95", "between 0 and 1"),
        ("recall_at_1=nan", "between 0 and 1"),
    ],
)
def test_wrong_floors_are_explained(typed: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        limits([typed], [])
