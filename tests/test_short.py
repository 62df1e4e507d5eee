"""The short answer: a name, time, place or amount inside the quote, or nothing when it is not sure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.short.answer_type import Kind, asked_for
from bot.short.namesakes import names_untold
from bot.short.quantities import amounts
from bot.short.span import answer_candidates, short_span, type_fit

CONFIRMED = "Defense Secretary Edmund J. Harlow Jr. confirmed on Wednesday that Calvera had sent troops to Port Halden."
PASSIVE = "The deployment was confirmed on Wednesday by Defense Secretary Edmund J. Harlow Jr., who spoke in Storhavn."
BRIDGE = "The bridge will cost $4 million and take three years to build."
COUNTED = "The attack killed 12 soldiers and wounded 30 civilians, the governor said."
HAN = "国防部长埃德蒙·哈洛周三证实，卡尔韦拉已派出1200名士兵和40辆车。"


def short(question: str, sentence: str) -> str:
    span = short_span(question, sentence)
    return sentence[span[0] : span[1]] if span else ""


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("Who confirmed it?", Kind.PERSON, ""),
        ("By whom was it confirmed?", Kind.PERSON, ""),
        ("Whose boat sank?", Kind.PERSON, "whose"),
        ("What is the governor's name?", Kind.PERSON, ""),
        ("Which company built the bridge?", Kind.NAME, "company"),
        ("When did it sink?", Kind.TIME, ""),
        ("In what year did it sink?", Kind.TIME, "year"),
        ("Where did it sink?", Kind.PLACE, ""),
        ("In which city was the summit?", Kind.PLACE, "city"),
        ("How many soldiers were sent?", Kind.AMOUNT, "soldiers"),
        ("How much did the bridge cost?", Kind.AMOUNT, "money"),
        ("How much is the vase insured for?", Kind.AMOUNT, "money"),
        ("How much was the fund fined?", Kind.AMOUNT, "money"),
        ("How much is it?", Kind.AMOUNT, ""),
        ("How much copper was lost?", Kind.AMOUNT, "copper"),
        ("How many measles cases were reported?", Kind.AMOUNT, "measles cases"),
        ("How many workers lost jobs?", Kind.AMOUNT, "workers"),
        ("How many news reports were false?", Kind.AMOUNT, "news reports"),
        ("How old is she?", Kind.AMOUNT, "years"),
        ("What percentage of voters agreed?", Kind.AMOUNT, "percent"),
        ("谁证实了部署？", Kind.PERSON, ""),
        ("船什么时候沉的？", Kind.TIME, ""),
        ("峰会在哪里举行？", Kind.PLACE, ""),
        ("派出了多少名士兵？", Kind.AMOUNT, "名"),
    ],
)
def test_what_is_asked_for(question: str, kind: Kind, unit: str) -> None:
    asked = asked_for(question)
    assert asked is not None
    assert (asked.kind, asked.unit) == (kind, unit)


@pytest.mark.parametrize(
    "question",
    ["Why did it sink?", "What did Harlow say when he arrived?", "How does it work?", "为什么会沉没？"],
)
def test_no_short_answer_is_asked_for(question: str) -> None:
    assert asked_for(question) is None
    assert not answer_candidates(question, CONFIRMED)
    assert type_fit(question, CONFIRMED) == 1.0


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("Who confirmed the deployment?", CONFIRMED, "Defense Secretary Edmund J. Harlow Jr."),
        ("Who confirmed the deployment?", PASSIVE, "Defense Secretary Edmund J. Harlow Jr."),
        (
            "Who is leading the inquiry?",
            "The inquiry is led by Judge Pieter van der Berg, a former mayor of Wexcombe.",
            "Judge Pieter van der Berg",
        ),
        (
            "Who did Harlow meet?",
            "Harlow met Marta Lindquist-Oye, the commander of the 3rd Coastal Brigade, in Port Halden.",
            "Marta Lindquist-Oye",
        ),
        (
            "Who said that the plan would fail?",
            "“The plan will fail,” said Olav Tveit, 79, the federation's chairman.",
            "Olav Tveit",
        ),
        ("When did Harlow confirm the deployment?", CONFIRMED, "Wednesday"),
        (
            "When will the troops leave?",
            "The troops are to leave Port Halden by March 31, 2025.",
            "by March 31, 2025",
        ),
        ("How many soldiers were killed?", COUNTED, "12 soldiers"),
        ("How many civilians were wounded?", COUNTED, "30 civilians"),
        ("How much will the bridge cost?", BRIDGE, "$4 million"),
        ("When was the ferry moved?", "The ferry was moved shortly after 6am.", "after 6am"),
        (
            "How much is the vase insured for?",
            "The vase, 18 centimetres high, is insured for £1.7m.",
            "£1.7m",
        ),
        ("How long will the bridge take to build?", BRIDGE, "three years"),
        ("How high was the river Dun?", "The river Dun rose to 3.2 metres on Sunday night.", "3.2 metres"),
        ("What share of voters backed the plan?", "A third of voters backed the plan on Sunday.", "A third"),
        (
            "Where did the fire start?",
            "The fire started in the old cannery, officials said.",
            "the old cannery",
        ),
        (
            "Which company built the bridge?",
            "Fennick & Daughters built the bridge for the city of Wexcombe.",
            "Fennick & Daughters",
        ),
        ("谁证实了部署？", HAN, "国防部长埃德蒙·哈洛"),
        ("派出了多少名士兵？", HAN, "1200名士兵"),
        ("部队什么时候离开？", "该部说，部队将于2025年3月31日离开哈尔登港。", "2025年3月31日"),
        ("谁证实了部署？", CONFIRMED, "Defense Secretary Edmund J. Harlow Jr."),
        ("哈洛什么时候证实的？", CONFIRMED, "Wednesday"),
    ],
)
def test_the_short_answer(question: str, sentence: str, answer: str) -> None:
    assert short(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who met Harlow and Ravndal?", "Harlow and Ravndal were met at the pier."),
        ("Who confirmed the deployment?", "Harlow’s spokesman said that the deployment was confirmed."),
        ("Who confirmed the deployment?", "The deployment was confirmed on Wednesday."),
        ("When did Harlow speak to Ravndal?", "Harlow spoke to Ravndal at length."),
        ("How many soldiers were sent?", "Harlow did not say how many soldiers were sent in 2024."),
        ("Where did Harlow speak?", "Harlow spoke for an hour and took no questions."),
        ("How many people will work at the factory?", "The factory will cost 3.8 billion euro to build."),
        (
            "How many people will work at the factory?",
            "The factory will cost $3 million; work begins in May.",
        ),
        (
            "Where was the box of ballots kept?",
            "The box of ballots from Polling Station No. 14 was kept safe.",
        ),
        ("谁会见了哈洛？", "哈洛在码头受到欢迎。"),
    ],
)
def test_when_unsure_none_is_given(question: str, sentence: str) -> None:
    assert short(question, sentence) == ""


VOTE = "The Harbour List won 48 of 90 seats; the Reform Party of Olav Tveit won 21."
MATCH = "Wexcombe beat Sport Halden 3-1 on Sunday and lost to Lisk United last month."
DAM = "旧水坝在星期三上午被洪水冲毁，这座水坝建于1958年，由省政府管理。"
CAVE = "Three divers were brought out of the Tarn cave on Tuesday after six days."
PIER = "The pier, built in 1958, collapsed because its posts had rotted."
MINISTER = "Environment minister Hanne Oye said that Tomas Vell was wrong."
MAYOR = "Wexcombe's mayor, Jonas Hale, resigned on Tuesday over the ferry contract."


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many seats did the Harbour List win?", VOTE, "48 of 90 seats"),
        ("Who did Wexcombe beat?", MATCH, "Sport Halden"),
        (
            "When was Pieter Lind arrested?",
            "Pieter Lind was arrested in March last year.",
            "March last year",
        ),
        ("When did Hale resign?", MAYOR, "Tuesday"),
        ("When did Jonas Hale step down as mayor?", MAYOR, "Tuesday"),
        ("Who was the mayor of Wexcombe?", MAYOR, "Jonas Hale"),
        (
            "Who is the mayor of Wexcombe?",
            "Marta Oye, a former banker, is the mayor of Wexcombe.",
            "Marta Oye",
        ),
        ("How many divers were trapped?", "A rockfall trapped nine divers in the Tarn cave.", "nine divers"),
        ("How many days were the divers trapped?", "The divers were trapped for six days.", "six days"),
        (
            "Where was Lind held?",
            "Lind was held in Halden prison for a year, and he was freed in Lisk.",
            "Halden",
        ),
        ("Who attended the summit?", "Ines Velt attended the summit but Pia Oster did not.", "Ines Velt"),
        ("旧水坝是什么时候被冲毁的？", DAM, "星期三上午"),
        ("水坝是哪年建的？", DAM, "1958年"),
        ("When was the pier built?", PIER, "1958"),
        ("How many swimmers drowned?", "Three swimmers drowned off Tarn.", "Three swimmers"),
        ("How many people drowned?", "Nine women drowned off Tarn.", "Nine women"),
        ("How many soldiers were sent?", "Calvera sent 1,200 troops to Lisk.", "1,200 troops"),
        (
            "What is the salary of Jonas Hale?",
            "Jonas Hale is paid 90,000 crowns a year.",
            "90,000 crowns a year",
        ),
        (
            "What was the price of the stadium?",
            "The stadium was sold for 4 million euros.",
            "4 million euros",
        ),
        ("What was the price of oil?", "The price of oil, which peaked at $40 in May, fell.", "$40"),
        ("How much did the recall cost?", "The recall of 48,300 vans cost €1.4m.", "€1.4m"),
        (
            "How much did the club pay for the farm?",
            "The club paid £3m for 68 of its 15-megawatt masts.",
            "£3m",
        ),
        (
            "How many died in the fire?",
            "Twelve people died in the fire and more than 50 were injured.",
            "Twelve people",
        ),
        (
            "How many areas were hit by the death of trees?",
            "The drought had three areas where trees died.",
            "three areas",
        ),
        (
            "How much copper was lost in the strike?",
            "In the strike 31,000 tonnes of copper, or about 6% of the output, were lost.",
            "31,000 tonnes",
        ),
        ("How much of the copper was lost?", "About 6% of the copper was lost.", "About 6%"),
        ("How many people did Hammas hurt?", "Hammas hurt 40 people in Tarn.", "40 people"),
        ("When did Astrid Lind die?", "Astrid Maria Lind died on Sunday at her home in Tarn.", "Sunday"),
        ("When did Lars Lind die?", "Lars Lind died on Sunday, his niece Efua Lind said.", "Sunday"),
        (
            "Who will be the next finance director of Tarn Power?",
            "Finance director Pia Lind of Tarn Power, who is leaving in May, will be succeeded by Jonas Hale.",
            "Jonas Hale",
        ),
        ("Who married Astrid Lind-Oye?", "Kwame Oye, an engineer, married Astrid Lind in 1969.", "Kwame Oye"),
        ("When was the pump used?", "The pump was used in 1912 for a mine.", "1912"),
        ("How old is the tower?", "The tower is 62 years old.", "62 years old"),
        ("How old is Jonas Hale?", "Jonas Hale, 54, lives near Tarn.", "54"),
        ("How wide is the canal?", "The canal is 7.5 metres wide.", "7.5 metres"),
        ("who is environment minister", MINISTER, "Hanne Oye"),
        ("九号线事故造成多少人受伤？", "地铁九号线事故造成三人受伤。", "三人"),
        ("旧水坝什么时候建成？", "旧水坝于1958年建成，2001年关闭。", "1958年"),
    ],
)
def test_the_vetoes_spare_the_right_one(question: str, sentence: str, answer: str) -> None:
    assert short(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who did Wexcombe lose to?", MATCH),
        ("How many died in the Tarn cave?", CAVE),
        ("How many divers were trapped in the Tarn cave?", CAVE),
        ("How many ships were sold?", "The ships were sold for 30 million crowns after two years in Halden."),
        ("旧水坝是什么时候被冲毁的？", DAM.replace("在星期三上午", "")),
        ("When will the museum open?", "The museum has been closed since 2021."),
        ("When will the ferry contract end?", MAYOR),
        ("When does the ferry contract end?", MAYOR),
        ("Who freed Pieter Lind?", "A judge in Halden freed Pieter Lind on Friday."),
        ("Who owns Calvera Docks?", "Calvera Docks keeps its cranes in Shed No. 8."),
        (
            "Where was Pieter Lind held in prison?",
            "A court in Halden freed Lind on Friday after a year in prison.",
        ),
        ("Who did not attend the summit?", "Ines Velt attended the summit but Pia Oster did not."),
        ("谁没有出席峰会？", "部长安娜·奥斯特出席了峰会。"),
        ("Who is the mayor of Wexcombe?", MAYOR),
        ("Who is mayor of Wexcombe now?", "The former mayor of Wexcombe, Jonas Hale, spoke at the pier."),
        ("谁是财政部长？", "财政部长埃里克·伦德周二辞职。"),
        ("有多少人死亡？", "水坝垮塌后，没有一人死亡。"),
        ("When did the pier collapse?", PIER),
        ("When did the pier collapse?", "Built in 1958, the pier collapsed in a storm."),
        ("When did the pier collapse?", "The pier built in 1958 collapsed in a storm."),
        ("How many swimmers drowned?", "At least seven people drowned off Tarn."),
        ("What is the salary of Jonas Hale?", "Jonas Hale charged 90,000 crowns in hotel bills to the city."),
        ("How much did Tarn Power pay?", "Tarn Power paid for 68 of its 15-megawatt masts."),
        ("How much will the recall cost?", "The recall will take in 48,300 vans, the firm said."),
        ("How much will the recall cost?", "The recall takes in about 48,300 of the vans."),
        ("By how many votes did Oye win?", "Oye won with 41,200 votes."),
        ("How many died in the fire?", "More than 50 people were injured in the fire."),
        ("How many were arrested in the raid?", "Some 40 people fled the raid."),
        ("How old is the canal?", "The canal is 7.5 metres wide."),
        ("How tall is the tower?", "The tower is 62 years old."),
        ("When did Lars Lind die?", "Astrid Lind died on Sunday at her home in Tarn."),
        (
            "Which company made the conveyor belt?",
            "The Tarn Fire Brigade believes the fire began in the motor of a conveyor belt.",
        ),
        (
            "Who led the octopus research?",
            "The octopus research was praised by Pia Voight, who was not involved in it.",
        ),
        (
            "Who will be the next director of Tarn Power?",
            "Director Pia Lind of Tarn Power, who is leaving, will be succeeded by the head of a bank.",
        ),
        ("who is tomas vell", MINISTER),
        ("Who was Tomas Vell?", MINISTER),
        ("Who is Mayor Vell?", "Mayor Vell met Jonas Hale in Tarn."),
        ("地铁停运造成多少人受伤？", "地铁三号线周二停运，没有人员受伤。"),
        ("有多少人死亡？", "水坝的修复将持续9天，没有人死亡的消息。"),
    ],
)
def test_a_veto_leaves_none(question: str, sentence: str) -> None:
    assert short(question, sentence) == ""


def test_a_sentence_of_the_kind_asked_for_fits_better() -> None:
    question = "Who confirmed the deployment of the troops?"
    named, unnamed = (
        type_fit(question, CONFIRMED),
        type_fit(question, "The deployment of the troops was confirmed."),
    )
    assert named > 0.8
    assert unnamed == 0.0


def test_candidates_say_something_new() -> None:
    found = answer_candidates(
        "When did the C.S. Patience leave in 2024?", "In 2024, on May 3, 2024, she left."
    )
    assert [(c.start, c.end) for c in found] == [(12, 23)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The order book stood at a record €31.7bn in May.", ["€31.7bn"]),
        ("Lind took more than £1.7m from the school.", ["more than £1.7m"]),
        ("Sales were €1.14bn and costs €247mn.", ["€1.14bn", "€247mn"]),
        ("It paid €13bn and €2bn of that was tax.", ["€13bn", "€2bn"]),
        ("It paid €13bn to €13.5bn.", ["€13bn to €13.5bn"]),
        ("It paid between 2.5 and 3 per cent.", ["between 2.5 and 3 per cent"]),
        ("It paid S$5m, R$ 3bn, NZ$4m, A$5m, US$1.2m and Rs 500.",
         ["S$5m", "R$ 3bn", "NZ$4m", "A$5m", "US$1.2m", "Rs 500"]),
        ("The farm makes 3.1GW from masts 12km off, each 90cm wide.", ["3.1GW", "12km", "90cm"]),
        ("The limit is two and a half tonnes.", ["two and a half tonnes"]),
    ],
)  # fmt: skip
def test_an_amount_is_whole(sentence: str, found: list[str]) -> None:
    assert [sentence[c.start : c.end] for c in amounts(sentence)] == found


_PIECES = st.sampled_from(
    [*"0123456789.,-–%€$£ ", "bn", "mn", "m", "k", " million", "S$", "Rs ", "two", "ten", "GW", "km", "x", " to ",
     " and ", "about ", "between ", "1,234", "31.7", " people", "half", "é"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_no_amount_begins_or_ends_inside_a_number_or_a_word(sentence: str) -> None:
    inside = re.compile(r"(?<=\w)(?=\w)|(?<=\d)(?=[.,]\d)|(?<=\d[.,])(?=\d)")
    cuts = {found.start() for found in inside.finditer(sentence)}
    for candidate in amounts(sentence, "boats"):
        assert not {candidate.start, candidate.end} & cuts, sentence[candidate.start : candidate.end]


@pytest.mark.parametrize(
    ("question", "article", "given"),
    [
        ("When did the Lisk ferry sink?", "The Lisk ferry sank on Sunday. It carried salt.", True),
        ("When did the Norvale ferry sink?", "A Norvalian ferry, the Lisk. It sank on Sunday.", True),
        ("When did the HFA close the ferry?", "The Halden Ferry Authority sank the ferry.", True),
        ("When did the Calvera ferry sink?", "The Lisk ferry sank on Sunday. It carried salt.", False),
    ],
)
def test_a_name_of_the_question_must_stand_in_the_article(question: str, article: str, given: bool) -> None:
    assert names_untold(question, article) is not given
    sentence = "The ferry was to sink and close on Sunday."
    assert short_span(question, sentence) is not None
    assert (short_span(question, sentence, article) is not None) is given
