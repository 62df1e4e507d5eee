"""Sources that disagree about what is asked, and many that only seem to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.evidence.disagreement import both_sides, disagreement
from bot.types import Evidence
from tests.archive_data import article, item
from vectorstore.types import Match

TITLE = "Bridge in Tarn"


def evidence(
    text: str, day: int = 20, name: str = "", title: str = TITLE, score: float = 1.0, story: str = ""
) -> Evidence:
    published = datetime(2024, 10, day, tzinfo=UTC)
    stored = article(name or text, text, title=title, publisher="Tarn Gazette", published=published)
    _, (passage, *_), _ = item(stored)
    return Evidence(Match(passage, stored.source, 0.0, 0.0, 0.0, (0.0,), story=story), 0, score)


KILLED = "How many people were killed when the bridge in Tarn collapsed?"
INJURED = "How many workers were injured in the fire at the Kell mill?"
SHIPS = "Did Marvenia send warships to Oleth?"
RACE = "Who won the mayoral race in Tarn?"
WHEN = "When did the bridge in Tarn collapse?"


@pytest.mark.parametrize(
    ("question", "newer", "older", "says"),
    [
        (
            KILLED,
            "The bridge in Tarn collapsed, killing 15 people.",
            "Twelve people died when the bridge in Tarn collapsed.",
            ("15 people", "Twelve people"),
        ),
        (
            KILLED,
            "The number of people killed when the bridge in Tarn collapsed rose to 15.",
            "At least 12 people were killed and 30 injured when the bridge in Tarn collapsed.",
            ("15", "At least 12 people"),
        ),
        (
            KILLED,
            "Officials said 9 people were killed in the collapse of the bridge in Tarn.",
            "Some 14 people were killed when the bridge in Tarn collapsed.",
            ("9 people", "Some 14 people"),
        ),
        (
            INJURED,
            "Nine workers were injured in the fire at the Kell mill.",
            "Six workers were hurt when fire broke out at the Kell mill.",
            ("Nine workers", "Six workers"),
        ),
        (
            SHIPS,
            "Marvenia denied that it had sent warships to Oleth.",
            "Admiral Vance confirmed that Marvenia had sent warships to Oleth.",
            ("no", "yes"),
        ),
        (
            "Has the council of Tarn approved the budget?",
            "The council of Tarn rejected the budget.",
            "The council of Tarn approved the budget.",
            ("no", "yes"),
        ),
        (
            RACE,
            "Ada Holt won the mayoral race in Tarn.",
            "Otto Lind narrowly won the mayoral race in Tarn.",
            ("Ada Holt", "Otto Lind"),
        ),
        (
            RACE,
            "The mayoral race in Tarn was won by Ada Holt.",
            "Otto Lind won the mayoral race in Tarn.",
            ("Ada Holt", "Otto Lind"),
        ),
        (
            "Is the bridge in Tarn open?",
            "The bridge in Tarn remains closed.",
            "The bridge in Tarn is open again.",
            ("no", "yes"),
        ),
        (
            "How much did the stadium in Tarn cost?",
            "The stadium in Tarn cost 55 million euros.",
            "The stadium in Tarn cost 40 million euros to build.",
            ("55 million euros", "40 million euros"),
        ),
        (
            "塔恩地震死亡人数是多少？",
            "塔恩地震死亡人数升至15人。",
            "塔恩地震已造成12人死亡。",
            ("15人", "12人"),
        ),
        (
            WHEN,
            "The bridge in Tarn collapsed on Friday.",
            "The bridge in Tarn collapsed on 17 October.",
            ("18 Oct 2024", "17 Oct 2024"),
        ),
        (
            "塔恩大桥坍塌造成多少人死亡？",
            "塔恩大桥坍塌造成15人死亡。",
            "塔恩大桥坍塌造成12人遇难，30人受伤。",
            ("15人", "12人"),
        ),
        (
            "How many people were hurt in the fire at the Kell mill?",
            "Police said that more than 40 people were hurt in the fire at the Kell mill.",
            "In the fire at the Kell mill 31 people were injured.",
            ("more than 40 people", "31 people"),
        ),
        (
            "Did Mayor Pell of Tarn quit?",
            "Mayor Pell of Tarn did not resign.",
            "Mayor Pell of Tarn resigned over the ferry contract.",
            ("no", "yes"),
        ),
        (
            "马尔文尼亚是否派出军舰？",
            "马尔文尼亚否认派出军舰。",
            "海军上将证实，马尔文尼亚派出军舰。",
            ("否", "是"),
        ),
    ],
)
def test_different_things_of_the_same_are_found(
    question: str, newer: str, older: str, says: tuple[str, str]
) -> None:
    found = disagreement(question, [evidence(older, 19), evidence(newer, 21)])
    assert found is not None
    assert (found.newer.says, found.older.says) == says
    assert (found.newer.evidence.text, found.older.evidence.text) == (newer, older)


TWELVE = "Twelve people were killed when the bridge in Tarn collapsed."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TWELVE, "The bridge in Tarn collapsed, killing 12 people."),
        (TWELVE.replace("Twelve", "About 120"), "The bridge in Tarn collapsed, killing 123 people."),
        (TWELVE, "When the bridge in Tarn collapsed 30 people were injured."),
        (TWELVE, "Nine people were killed when a bridge in Velmora collapsed."),
        ("In 2019, " + TWELVE.replace("Twelve", "12"), "In 2024, " + TWELVE.replace("Twelve", "15")),
        (TWELVE, "The toll of people killed when the bridge in Tarn collapsed rose from 12 to 15."),
        (TWELVE, "The bridge in Tarn, built in 1950, collapsed and people were killed."),
    ],
)  # fmt: skip
def test_the_same_figure_or_one_of_another_thing_is_no_quarrel(one: str, other: str) -> None:
    assert disagreement(KILLED, [evidence(one), evidence(other)]) is None


TROOPS = "How many troops did Calvera send to Port Halden?"
SHIPS_SENT = "Tarsova sent eleven ships past Port Halden, where troops of Calvera are on guard."
CONFIRMED = "Calvera confirmed that 1,200 troops had been sent to Port Halden."


def test_a_figure_of_other_things_is_no_other_side() -> None:
    assert disagreement(TROOPS, [evidence(SHIPS_SENT, 21), evidence(CONFIRMED, 19)]) is None


@pytest.mark.parametrize("written", ["1,300", "1300", "13,000"])
def test_figures_are_told_as_they_are_written(written: str) -> None:
    newer = CONFIRMED.replace("1,200", written).replace("confirmed", "said")
    found = disagreement(TROOPS, [evidence(newer, 21), evidence(CONFIRMED.replace("1,200", "1,150"), 19)])
    assert found is not None
    assert (found.newer.says, found.older.says) == (f"{written} troops", "1,150 troops")


SENT = "Marvenia sent warships to Oleth."
DENIED = "Marvenia denied that it had sent warships to Oleth."
HOLT = "Ada Holt won the mayoral race in Tarn."
FRIDAY = "The bridge in Tarn collapsed on Friday."


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (SHIPS, SENT.replace("sent", "may have sent"), DENIED),
        (SHIPS, SENT, "Admiral Vance confirmed that Marvenia had sent warships to Oleth."),
        (SHIPS, SENT, "The mayor of Tarn denied a rumour."),
        ("What did Marvenia send to Oleth?", SENT, DENIED),
        (
            "is mayor pell going to resign",
            "Mayor Ada Pell declined to answer questions.",
            "Mayor Ada Pell said that the pier had been checked in May and was in good order.",
        ),
        (
            "Will Mayor Pell resign?",
            "Mayor Pell refused to speak to reporters in Tarn.",
            "Mayor Pell will resign on Friday.",
        ),
        ("市长佩尔会辞职吗？", "市长佩尔没有回应记者的提问。", "市长佩尔说，码头五月检查过。"),
        (RACE, HOLT, "Mayor Holt won the mayoral race in Tarn again."),
        (RACE, HOLT, "Otto Lind lost the mayoral race in Tarn."),
        (
            "Who backed the plan in Tarn?",
            "Ada Holt backed the plan in Tarn.",
            "Otto Lind backed the plan in Tarn.",
        ),
        (WHEN, FRIDAY, "Officials said on Saturday that the bridge in Tarn had collapsed."),
        (WHEN, FRIDAY, "The bridge in Tarn collapsed on 18 October."),
        (
            "Where did the bridge collapse?",
            "The bridge collapsed in Tarn.",
            "The bridge collapsed in Sundra.",
        ),
    ],
)
def test_what_only_seems_to_disagree_is_left_alone(question: str, one: str, other: str) -> None:
    assert disagreement(question, [evidence(one), evidence(other)]) is None


FIFTEEN = "The bridge in Tarn collapsed, killing 15 people."


def test_a_count_that_goes_on_is_an_update_newest_first() -> None:
    found = disagreement(KILLED, [evidence(TWELVE, 19), evidence(FIFTEEN, 21)])
    assert found is not None
    assert found.updates
    assert found.note() == (
        "Later reports give other figures: 15 people (Tarn Gazette, 21 Oct 2024); "
        "Twelve people (Tarn Gazette, 19 Oct 2024)."
    )
    assert found.note("zh").startswith("较新的报道")


def test_papers_of_one_day_or_a_count_that_falls_disagree() -> None:
    for days in ((20, 20), (21, 19)):
        found = disagreement(KILLED, [evidence(TWELVE, days[0]), evidence(FIFTEEN, days[1])])
        assert found is not None
        assert not found.updates
        assert "15 people (Tarn Gazette" in found.note()


def test_fewer_missing_are_an_update() -> None:
    question = "How many people are missing after the collapse of the bridge in Tarn?"
    nine = "Nine people are missing after the bridge in Tarn collapsed."
    found = disagreement(question, [evidence(nine, 19), evidence(nine.replace("Nine", "Four"), 21)])
    assert found is not None
    assert found.updates
    assert (found.newer.says, found.older.says) == ("Four people", "Nine people")


def test_copies_of_a_story_and_sentences_of_one_article_are_no_two_sources() -> None:
    copies = [evidence(TWELVE, 19, story="s"), evidence(FIFTEEN, 21, story="s")]
    assert disagreement(KILLED, copies) is None
    one_article = [evidence(TWELVE, name="same"), evidence(FIFTEEN, name="same")]
    assert disagreement(KILLED, one_article) is None


def test_reports_of_different_seasons_are_of_different_events() -> None:
    late = evidence(FIFTEEN, 21)
    early = evidence(TWELVE)
    source = replace(early.match.source, published=datetime(2024, 3, 1, tzinfo=UTC))
    assert disagreement(KILLED, [late, replace(early, match=replace(early.match, source=source))]) is None


def test_the_other_side_is_given_though_it_scores_lower() -> None:
    best, weaker = evidence(TWELVE, 19), evidence(FIFTEEN, 21, score=0.85)
    chosen, found = both_sides(KILLED, [best], [best, weaker], lambda _: True)
    assert found is not None
    assert chosen == [weaker, best]


def test_the_other_side_must_answer_and_be_near_or_count_the_same() -> None:
    best, weaker = evidence(TWELVE, 19), evidence(FIFTEEN, 21, score=0.85)
    assert both_sides(KILLED, [best], [best, weaker], lambda e: e is best) == ([best], None)
    far = replace(weaker, score=-3.5)
    assert both_sides(KILLED, [best], [best, far], lambda _: True)[0] == [far, best]
    assert both_sides(KILLED, [], [best, far], lambda _: True) == ([], None)
    nameless = KILLED.replace(" in Tarn", "")
    assert both_sides(nameless, [best], [best, far], lambda _: True) == ([best], None)
    sent, denied = evidence(SENT, 19), evidence(DENIED, 21, score=-3.5)
    assert both_sides(SHIPS, [sent], [sent, denied], lambda _: True) == ([sent], None)


STORM = "How many people did Storm Orla kill in Sundra?"
FIRST = "TARN, Oct 18 (Kell News) - Storm Orla killed at least 12 people as it crossed the Velm in Sundra on Friday."
SECOND = "VELM, Sundra, Oct 20 (Kell News) - The death toll from Storm Orla in Sundra rose to 33 on Sunday."
THIRD = "OSTRAND – The number of people known to have died in Storm Orla's floods on the Velm has reached 51."


def test_the_newest_of_a_count_that_goes_on_leads() -> None:
    first, second = evidence(FIRST, 18), evidence(SECOND, 20, score=-4.0)
    third = evidence(THIRD, 22, title="A week after Orla", score=-5.0)
    for best in (first, second, third):
        chosen, found = both_sides(STORM, [best], [best, first, second, third], lambda _: True)
        assert found is not None
        assert found.updates
        assert (found.newer.says, chosen[0]) == ("51", third)
        assert found.older.says == ("33" if best is second else "at least 12 people")


def test_a_day_in_the_dateline_is_not_the_figure_of_the_other_side() -> None:
    found = disagreement(STORM, [evidence(FIRST, 18), evidence(SECOND.replace("Oct 20", "Oct 12"), 20)])
    assert found is not None
    assert (found.newer.says, found.older.says) == ("33", "at least 12 people")


MILL = "How many workers died in the Kell mill fire?"
MILL_MORE = "A fire at the Kell mill killed at least 27 people, most of them women, police said."
DEAD = "At least 23 workers were killed when a fire swept through the mill in Kell."


@pytest.mark.parametrize(
    ("question", "newer", "older", "says"),
    [
        (MILL, MILL_MORE, DEAD, ("at least 27 people", "At least 23 workers")),
        ("What is the death toll of the fire at the Kell mill?", MILL_MORE, DEAD, ("27", "23")),
        (MILL, "The toll of the Kell mill fire has reached 31.", DEAD, ("31", "At least 23 workers")),
        (
            "How many miners were hurt in the blast at Velm?",
            "Nine people were injured in the blast at Velm.",
            "Six miners were wounded by the blast at Velm.",
            ("Nine people", "Six miners"),
        ),
    ],
)
def test_workers_and_people_the_toll_and_the_dead_are_one_thing(
    question: str, newer: str, older: str, says: tuple[str, str]
) -> None:
    found = disagreement(question, [evidence(older, 19), evidence(newer, 21)])
    assert found is not None
    assert says[0] in found.newer.says
    assert says[1] in found.older.says


HURT_AT_VELM = "How many people were injured in the blast at Velm?"
DIED_AT_KELL = "How many people died in the fire at the Kell mill?"
TEN = "Ten people died in the fire at the Kell mill."


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (STORM, FIRST, "Storm Orla killed four more people in Calvera."),
        (STORM, FIRST, "Storm Orla killed four people in Calvera, south of Sundra."),
        (STORM, FIRST, "Another 26 people were killed by Storm Orla in Sundra."),
        (STORM, FIRST, "Seven of the people killed by Storm Orla in Sundra were buried by a landslide."),
        (STORM, FIRST, "Storm Orla killed three children in Sundra."),
        (STORM, FIRST, "Storm Orla killed 15 others in Sundra."),
        (STORM, FIRST, "Storm Orla killed many in Sundra, including nine people in one house."),
        (STORM, FIRST, "Storms such as Orla killed 140 people in Sundra last year."),
        (STORM, FIRST, "In 1987 Storm Orla killed 300 people in Sundra."),
        (STORM, FIRST, "Some 310,000 people fled Storm Orla in Sundra."),
        ("How many are missing? (people Storm Orla kill)", FIRST, "Storm Orla killed four people in Sundra."),
        (DIED_AT_KELL, TEN, "Four foreign workers died in the fire at the Kell mill."),
        (DIED_AT_KELL, TEN, "Six firefighters died in the fire at the Kell mill."),
        (DIED_AT_KELL, TEN, "Fourteen people were injured in the fire at the Kell mill."),
        (DIED_AT_KELL, TEN, "Forty people have died in fires at the Kell mill since the start of the war."),
        (
            DIED_AT_KELL,
            "Ten people died in the fire at the Kell mill on 3 October.",
            "Two people died in a fire at the Kell mill on 18 October.",
        ),
        (
            "How many women died in the fire at the Kell mill?",
            TEN,
            "Six women died in the fire at the Kell mill.",
        ),
        (
            HURT_AT_VELM,
            "Nine people were injured in the blast at Velm.",
            "Three people died in the blast at Velm.",
        ),
        (
            HURT_AT_VELM,
            "Nine people were injured in the blast at Velm.",
            "Five people were injured in the blast at Oleth.",
        ),
    ],
)
def test_a_part_another_event_or_a_yearly_total_is_no_other_side(question: str, one: str, other: str) -> None:
    assert disagreement(question, [evidence(one, 19), evidence(other, 21)]) is None
