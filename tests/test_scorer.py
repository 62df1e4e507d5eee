"""The shipped scorers are readable, sane and fitted by the command that says so; fitting is reproducible."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from bot.evidence.features import GROUPS, NAMES
from bot.evidence.scorer import FOLDER, Script, scorer_from, scorers_for, script_of
from evals.fit import GATE_FREE, RANK_FREE, fitted
from evals.measures import confidences, declined, ranking
from evals.training import NO_ARTICLE, OWN, Sample
from vectorstore.settings import BUNDLED_MODEL

FILES = sorted(FOLDER.glob("*.json"))


def test_there_is_one_for_the_default_model() -> None:
    assert f"{BUNDLED_MODEL}.json" in [path.name for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_scorer_says_how_it_was_made_and_how_good_it_is(path) -> None:  # type: ignore[no-untyped-def]
    fitted = json.loads(path.read_text("utf-8"))
    assert fitted["made_by"] == f"python -m evals.fit --model {fitted['model']}"
    for script, scorer in fitted["scripts"].items():
        Script(script)
        for name, weight in scorer["rank"].items():
            assert name in NAMES
            assert weight > 0 or name in RANK_FREE
        for name, weight in scorer["gate"].items():
            assert name in NAMES
            assert weight > 0 or name in GATE_FREE
        assert scorer["held_out"]["ranking"]
        assert {point["answered"] for point in scorer["held_out"]["curve"]} >= {0.5, 0.92, 0.98}


def test_a_model_without_a_scorer_has_the_default_models() -> None:
    default = scorers_for(BUNDLED_MODEL)[Script.ALPHABET]
    for name in ("some/hub-model", "../scorers/x"):
        found = scorers_for(name)[Script.ALPHABET]
        assert (found.gate == default.gate).all()
        assert (found.bias, found.shift) == (default.bias, default.shift)


def test_a_feature_unknown_to_this_program_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="divination"):
        scorer_from({"rank": {"divination": 1.0}, "shift": 0, "gate": {}, "bias": 0})


@pytest.mark.parametrize(
    ("question", "text", "script"),
    [
        ("Who came?", "Nobody came.", Script.ALPHABET),
        ("谁来了？", "没有人来。", Script.CJK),
        ("谁来了？", "Nobody came.", Script.ACROSS),
        ("Who came?", "没有人来。", Script.ACROSS),
    ],
)
def test_scripts(question: str, text: str, script: Script) -> None:
    assert script_of(question, text) is script


def samples(count: int = 60) -> list[Sample]:
    """Questions whose right sentence covers the words best; without their article nothing covers them well."""
    random = np.random.default_rng(3)
    found = []
    for number in range(count):
        rows = random.uniform(0, 0.5, (6, len(NAMES)))
        right = np.arange(6) == number % 6
        rows[right, NAMES.index("context")] += 0.45
        rows[:, NAMES.index("is_question")] = ~right
        own = Sample(OWN, "made", number % 2 == 1, Script.ALPHABET, rows, right, np.arange(6))
        without = replace(own, way=NO_ARTICLE, rows=rows - 0.45 * right[:, None], right=np.zeros(6, bool))
        found += [own, without]
    return found


def test_what_tells_right_from_wrong_is_learned_and_the_rest_is_left_out() -> None:
    found = samples(400)
    scorer = fitted(found)
    assert scorer["rank"]["context"] > 3 * max(
        weight for name, weight in scorer["rank"].items() if name in GROUPS["names"] + GROUPS["dense"]
    )
    assert scorer["rank"]["is_question"] < 0
    kept = [sample for sample in found if sample.held_out]
    assert ranking(scorer_from(scorer), kept)["sentence_at_1"] > 0.95
    assert declined(scorer_from(scorer), kept)["no_article"] > 0.9


def test_at_a_confidence_of_a_half_ninety_two_in_a_hundred_are_answered() -> None:
    found = [sample for sample in samples(200) if not sample.held_out]
    sure = confidences(scorer_from(fitted(found)), [sample for sample in found if sample.way == OWN])
    assert np.mean(sure >= 0.5) == pytest.approx(0.92, abs=0.02)


def test_the_same_samples_give_the_same_scorer() -> None:
    assert fitted(samples()) == fitted(samples())
