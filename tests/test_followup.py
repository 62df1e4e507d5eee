"""Follow-ups completed from the thread, and questions that must be left alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.conversation.followup import Lean, complete, names_its_subject, standalone
from bot.conversation.proper_names import _kind, content_words, names
from bot.types import Turn


def turn(question: str, answer: str = "") -> Turn:
    return Turn(question, question, answer)


def talked(*turns: tuple[str, str]) -> list[Turn]:
    """A thread of questions and answers, each question understood in the light of those before."""
    thread: list[Turn] = []
    for question, answer in turns:
        thread.append(Turn(question, standalone(question, thread), answer))
    return thread


DEPLOYMENT = turn(
    "who confirmed the troop deployment?",
    "Defense Secretary Lloyd J. Austin III confirmed on Wednesday that North Korea had sent troops. [1]",
)
TROOPS = turn("How many troops did Russia send?", "Russia sent 3,000 troops. [1]")
ALLIANCE = turn("What did Putin say about NATO?", "“We will respond,” Vladimir V. Putin said. [1]")
SPEECH = turn("Where did Angela Merkel speak?", "Ms. Merkel spoke in Berlin. [1]")
HARLOW = turn(
    "who confirmed the landing?",
    "Calvera said little. Secretary Edmund J. Harlow Jr. of Calvera confirmed the landing at Port Halden. [1]",
)
BORN = turn("Where was Walter Enderby born?", "Mr. Enderby was born in Hull. [1]")
AUSTIN = turn("What did Austin say about Russia?", "“They lie,” Mr. Austin said. [1]")
KILLED = turn("How many soldiers were killed in Kursk in 2023?", "Forty were killed. [1]")
CUP = turn("Who won the Arne Cup?", "Thornbury Athletic won the Arne Cup. [1]")
RATES = turn("When did the central bank cut rates?", "The central bank cut rates on Thursday. [1]")
FLOOD = turn("tell me about the flood in Dunmere", "The River Wend broke its dike. [1]")
BRIDGE = turn("Is the bridge in Oxley closed?", "The bridge is closed. [1]")
HALDEN = turn("Where is Port Halden?", "On the coast. [1]")
BREAD = turn("What is the price of bread?", "Bread costs two crowns. [1]")
LOST = turn("Who said that we lost nobody?", "“We lost nobody,” Mayor Ilse Brandt said. [1]")
CHINESE = turn("俄罗斯派了多少军队？", "俄罗斯派遣了三千名士兵。[1]")
KOREA = turn("谁确认了朝鲜派兵？", "国防部长奥斯汀周三证实，朝鲜已派兵。[1]")
YUNBO = turn("云泊县有多少居民转移？", "县长周绍衡6日上午说：“水来得早。”[1]")
FERRY = turn("新渡口全长多少米？", "新渡口全长九十米。[1]")
OPENED = turn("谁出席了剪彩仪式？", "市长陈立群出席了剪彩仪式。[1]")
SIGNED = turn("谁签署了协议？", "总统安东·维利奇签署了协议。[1]")
STONE = turn("石埠镇的老石桥什么时候被冲垮的？", "凌晨两点左右。[1]")


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DEPLOYMENT, "why?", "Why was the troop deployment confirmed?"),
        (DEPLOYMENT, "and when?", "When was the troop deployment confirmed?"),
        (DEPLOYMENT, "Where exactly?", "Where was the troop deployment confirmed?"),
        (DEPLOYMENT, "how so?", "How was the troop deployment confirmed?"),
        (DEPLOYMENT, "how come?", "Why was the troop deployment confirmed?"),
        (DEPLOYMENT, "When did this happen?", "When was the troop deployment confirmed?"),
        (DEPLOYMENT, "by whom?", "By whom was the troop deployment confirmed?"),
        (DEPLOYMENT, "who else?", "Who else confirmed the troop deployment?"),
        (DEPLOYMENT, "how many?", "How many? (confirmed the troop deployment)"),
        (DEPLOYMENT, "and then?", "And then? (confirmed the troop deployment)"),
        (DEPLOYMENT, "tell me more", "Tell me more (confirmed the troop deployment)"),
        (DEPLOYMENT, "Is that true?", "Is that true? (confirmed the troop deployment)"),
        (DEPLOYMENT, "Who said that?", "Who said that? (confirmed the troop deployment)"),
        (DEPLOYMENT, "what happened next?", "What happened next? (confirmed the troop deployment)"),
        (TROOPS, "and when?", "When did Russia send troops?"),
        (TROOPS, "why?", "Why did Russia send troops?"),
        (TROOPS, "Where to?", "To where did Russia send troops?"),
        (TROOPS, "who?", "Who? (troops Russia send)"),
        (ALLIANCE, "When did he say it?", "When did Putin say so about NATO?"),
        (LOST, "and when did she say it?", "When did Ilse Brandt say that we lost nobody?"),
        (ALLIANCE, "what else?", "What else did Putin say about NATO?"),
        (SPEECH, "when?", "When did Angela Merkel speak?"),
        (HARLOW, "when did he?", "When was the landing confirmed?"),
        (BORN, "when?", "When was Walter Enderby born?"),
        (KILLED, "when?", "When were soldiers killed in Kursk in 2023?"),
        (CUP, "when?", "When was the Arne Cup won?"),
        (RATES, "why?", "Why did the central bank cut rates?"),
        (FLOOD, "when?", "When? (the flood in Dunmere)"),
        (FLOOD, "how many died?", "How many died? (the flood in Dunmere)"),
        (KILLED, "And how many died?", "How many died? (soldiers killed in Kursk in 2023)"),
        (KILLED, "How many were wounded?", "How many were wounded? (soldiers killed in Kursk in 2023)"),
        (BRIDGE, "since when?", "Since when is the bridge in Oxley closed?"),
    ],
)
def test_a_new_question_word_rules(before: Turn, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DEPLOYMENT, "And in Kursk?", "Who confirmed the troop deployment in Kursk?"),
        (DEPLOYMENT, "and last year?", "Who confirmed the troop deployment last year?"),
        (TROOPS, "what about China?", "How many troops did China send?"),
        (TROOPS, "And how about North Korea?", "How many troops did North Korea send?"),
        (TROOPS, "And the Ukrainians?", "How many troops did the Ukrainians send?"),
        (TROOPS, "Ukraine?", "How many troops did Ukraine send?"),
        (TROOPS, "how about tanks?", "How many tanks did Russia send?"),
        (TROOPS, "in 2023?", "How many troops did Russia send in 2023?"),
        (TROOPS, "And in Kursk?", "How many troops did Russia send in Kursk?"),
        (KILLED, "and in 2024?", "How many soldiers were killed in Kursk in 2024?"),
        (KILLED, "And in Bryansk?", "How many soldiers were killed in Bryansk in 2023?"),
        (KILLED, "What about last year?", "How many soldiers were killed in Kursk last year?"),
        (KILLED, "how many civilians?", "How many civilians were killed in Kursk in 2023?"),
        (TROOPS, "What about morale?", "What about morale? (Russia)"),
        (AUSTIN, "What about China?", "What did Austin say about China?"),
        (AUSTIN, "And Lavrov?", "What did Lavrov say about Russia?"),
        (ALLIANCE, "and about China?", "What did Putin say about China?"),
        (BREAD, "and milk?", "What is the price of milk?"),
        (RATES, "And in Norvale?", "When did the central bank cut rates in Norvale?"),
        (CUP, "What about the league?", "What about the league? (Arne Cup)"),
        (FLOOD, "and in Wexcombe?", "In Wexcombe? (the flood in Dunmere)"),
    ],
)
def test_a_piece_of_a_question_takes_the_place_of_its_like(
    before: Turn, question: str, expected: str
) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (DEPLOYMENT, "Where did he speak?", "Where did Lloyd J. Austin III speak?"),
        (DEPLOYMENT, "What is his job?", "What is Lloyd J. Austin III's job?"),
        (DEPLOYMENT, "Did Putin meet him?", "Did Putin meet Lloyd J. Austin III?"),
        (DEPLOYMENT, "What did he say?", "What did Lloyd J. Austin III say about the troop deployment?"),
        (DEPLOYMENT, "What did he say about China?", "What did Lloyd J. Austin III say about China?"),
        (
            DEPLOYMENT,
            "and when did he say it?",
            "When did Lloyd J. Austin III say it? (confirmed the troop deployment)",
        ),
        (DEPLOYMENT, "When did Austin say it?", "When did Austin say it? (confirmed the troop deployment)"),
        (DEPLOYMENT, "Did Moscow deny it?", "Did Moscow deny the troop deployment?"),
        (DEPLOYMENT, "Were those sent?", "Were those sent? (confirmed the troop deployment)"),
        (ALLIANCE, "What does he want?", "What does Vladimir V. Putin want?"),
        (AUSTIN, "what did he say about China?", "What did Austin say about China?"),
        (TROOPS, "Where are they now?", "Where are the troops now?"),
        (SPEECH, "what did she say?", "What did Angela Merkel say?"),
        (SPEECH, "Who met her there?", "Who met Angela Merkel in Berlin?"),
        (SPEECH, "Did he agree?", "Did he agree? (Angela Merkel speak)"),
        (HARLOW, "Where does he live?", "Where does Edmund J. Harlow Jr. live?"),
        (BORN, "and when did he die?", "When did Walter Enderby die?"),
        (BORN, "who was his wife?", "Who was Walter Enderby's wife?"),
        (CUP, "Who owns it?", "Who owns the Arne Cup?"),
        (RATES, "How much did it cut?", "How much did the central bank cut?"),
        (FLOOD, "Was it expected?", "Was the flood in Dunmere expected?"),
        (BRIDGE, "When will it open?", "When will the bridge in Oxley open?"),
        (HALDEN, "How big is it?", "How big is Port Halden?"),
        (HALDEN, "Who lives there?", "Who lives in Port Halden?"),
    ],
)
def test_a_pronoun_gets_its_name(before: Turn, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (CHINESE, "那乌克兰呢？", "乌克兰派了多少军队？"),
        (CHINESE, "为什么？", "为什么俄罗斯派了军队？"),
        (CHINESE, "什么时候？", "什么时候俄罗斯派了军队？"),
        (CHINESE, "原因呢？", "为什么俄罗斯派了军队？"),
        (CHINESE, "那去年呢？", "去年俄罗斯派了多少军队？"),
        (CHINESE, "该国还派了什么？", "俄罗斯还派了什么？"),
        (CHINESE, "还有呢？", "还有呢？（俄罗斯派了军队）"),
        (CHINESE, "他们什么时候到的？", "他们什么时候到的？（俄罗斯派了军队）"),
        (CHINESE, "这是什么时候的事？", "这是什么时候的事？（俄罗斯派了军队）"),
        (KOREA, "那乌克兰呢？", "谁确认了乌克兰派兵？"),
        (KOREA, "什么时候？", "什么时候确认了朝鲜派兵？"),
        (KOREA, "在哪里？", "在哪里确认了朝鲜派兵？"),
        (KOREA, "他说了什么？", "奥斯汀说了什么？"),
        (FERRY, "花了多少钱？", "花了多少钱？（新渡口全长米）"),
        (OPENED, "他说了什么？", "陈立群说了什么？"),
        (SIGNED, "他什么时候辞职？", "安东·维利奇什么时候辞职？"),
        (YUNBO, "那石埠镇呢？", "石埠镇有多少居民转移？"),
        (YUNBO, "她说了什么？", "周绍衡说了什么？"),
        (YUNBO, "当地有多少人？", "云泊县有多少人？"),
        (YUNBO, "那韩启明呢？", "那韩启明呢？（云泊县有居民转移）"),
        (STONE, "在哪里？", "石埠镇的老石桥在哪里被冲垮的？"),
        (STONE, "它建于哪一年？", "老石桥建于哪一年？"),
        (DEPLOYMENT, "什么时候？", "什么时候？（confirmed the troop deployment）"),
        (DEPLOYMENT, "他在哪里说的？", "Lloyd J. Austin III在哪里说的？"),
        (TROOPS, "那乌克兰呢？", "那乌克兰呢？（How many troops did Ukraine send）"),
        (CHINESE, "And Ukraine?", "Ukraine? (乌克兰派了军队)"),
        (CHINESE, "when?", "When? (俄罗斯派了军队)"),
    ],
)
def test_chinese_and_mixed_follow_ups(before: Turn, question: str, expected: str) -> None:
    assert standalone(question, [before]) == expected


OF_THEIR_OWN = """
Who won the Nobel Prize in Literature?
What is the price of a subscription?
How many people died in the flood?
And who won the election in Georgia?
Are there plans for a new bridge in Lisbon?
North Korean troops in Kursk
Kursk casualties
Did Putin say he would resign?
What did the minister say when he resigned?
What did Tesla announce about its factory?
How did the troops get their weapons?
What did the minister say about the budget that was passed?
Why did the company that made those chips close?
How long does it take to fly to Seoul?
Is it true that China banned coal imports?
What time is it in Seoul?
When did the treaty expire?
It is raining?
Is it raining in Lisbon?
Did it rain in Bergen on Sunday?
Is it legal to fish in the strait?
Is it possible to visit the island?
How much does it cost to cross the bridge?
What is it like to live in Oslo?
Was it Merkel who opened the bridge?
What is this year's budget?
How much snow fell this week?
Did Austin say he would resign?
When did the company say it would close its plant?
When did Ms. Tusk say that she would meet the owners?
Who owns the club?
Does the bank think it can cut rates again?
Why did the mayor sell her house?
Did anyone say they saw the ship?
Did the police find the man they were looking for?
How many children lost their parents in the war?
Which minister lost his seat?
Who lost his job at the port?
Does every voter know their polling station?
What did Apple say about its new phone?
What did Mr. Scholz say about her speech?
Why does the union want its members to strike?
Did the judge who resigned explain why she left?
Did Trump say that Putin called him?
Did the two sides agree on their border?
Why did Russia's army leave its base?
What did the team do after it lost the final?
Will the factory open before its subsidy ends?
How did the crew get out before the ship hit the rocks?
When he resigned, what did Nixon say?
In his speech, what did Biden promise?
What do they call the river in Egypt?
Is there a curfew in Kyiv?
Were there any survivors?
was there a vote?
how many troops are there
How many ships were there in the harbour?
What happened in Dunmere on Sunday?
Where is the nearest hospital to Wexcombe?
Tell me about the strike in Wexcombe
What does NATO stand for?
What is inflation?
Who is Amara Lindh?
How old is the king of Norway?
Who said that prices would fall?
What did the report that leaked say?
What is the law that bans plastic?
Did the ship that sank carry oil?
Who were the people that died in the fire?
Who paid for the pitch that the club bought?
When is the next election in Norvale?
Why are eggs so expensive?
Should voters trust the polls?
Has the strike at Wexcombe ended?
Can Ukraine defend itself?
Why was the bridge built there instead of in Lisk?
Oxley chip factory water use
Latest news on the flood in Dunmere
New topic: why did it close?
hello
thanks a lot
""".strip().splitlines()
OF_THEIR_OWN_IN_CHINESE = """
朝鲜派了多少士兵？
谁获得了诺贝尔文学奖？
土耳其的其他城市发生了什么地震？
那不勒斯的人口是多少？
奥斯汀说他会辞职吗？
工会说他们想要什么？
特朗普称他赢得了选举吗？
公司表示它将关闭工厂吗？
县长周绍衡说他什么时候到的？
中国今年的预算是多少？
这届奥运会在哪里举办？
这个月有几场比赛？
为什么鸡蛋这么贵？
吉他多少钱一把？
其他国家有什么反应？
维他命有什么作用？
石埠镇的老石桥建于哪一年？
央行什么时候降息？
谁是挪威国王？
什么是通货膨胀？
另外，为什么他辞职？
你好
""".strip().splitlines()


@pytest.mark.parametrize("question", OF_THEIR_OWN + OF_THEIR_OWN_IN_CHINESE)
def test_a_question_of_its_own_is_left_alone(question: str) -> None:
    for before in (DEPLOYMENT, TROOPS, SPEECH, CUP, HALDEN, BRIDGE, CHINESE, KOREA, STONE):
        after = complete(question, [before])
        assert (after.question, after.search) == (question, question)
        assert after.lean is not Lean.LEANS


@pytest.mark.parametrize("question", OF_THEIR_OWN)
def test_after_something_else_there_is_no_doubt_about_it(question: str) -> None:
    assert complete(question, [turn("Who knitted Otto's scarf?", "Nobody knows.")]).lean is Lean.ALONE


@pytest.mark.parametrize(
    "question", ["And did parliament agree?", "What did the troops eat?", "但是议会同意吗？"]
)
def test_a_question_that_says_little_is_doubted(question: str) -> None:
    assert complete(question, [DEPLOYMENT]).lean is Lean.UNSURE


def test_the_first_question_is_never_changed() -> None:
    assert standalone("and when did he say it?", []) == "and when did he say it?"


@pytest.mark.parametrize(
    ("thread", "question", "expected"),
    [
        (
            [("What did Harlow call the deployment?", "“A lock,” Secretary Edmund J. Harlow Jr. said."),
             ("Where is Port Halden?", "On the coast of Morvane.")],
            "Did he visit it?", "Did Edmund J. Harlow Jr. visit Port Halden?",
        ),
        (
            [("Who owns the club?", "A brewery owns it."), ("Where does Jonah Pell live?", "Pell lives in Lisk.")],
            "When was it founded?", "When was the club founded?",
        ),
        (
            [("What did Angela Merkel say?", "Ms. Merkel said no."), ("Did Vladimir Putin answer?", "Mr. Putin did.")],
            "What did she want?", "What did Angela Merkel want?",
        ),
        (
            [("Who is the mayor of Dunmere?", "Mayor Constance Abiola said that crews were ready."),
             ("When was she elected?", "")],
            "And the governor of Wexcombe?", "When was the governor of Wexcombe elected?",
        ),
        (
            [("Who won the vote?", "Judge Corazon Whitlock won it."), ("When will she be sworn in?", "On 2 June."),
             ("Who is her opponent?", "President Leopold Stannard conceded to Corazon Whitlock.")],
            "When did he concede?", "When did Leopold Stannard concede?",
        ),
        (
            [("What is the strike at Wexcombe about?", "The drivers, members of the League, want a raise.")],
            "Who leads them?", "Who leads the drivers?",
        ),
        (
            [("How much did the Bank of Norvale cut its key rate?", "By a quarter."),
             ("Who voted against it?", "Two did.")],
            "When is its next meeting?", "When is the Bank of Norvale's next meeting?",
        ),
        ([("Who owns the club?", "A brewery."), ("hello", "")], "since when?", "Since when? (owns the club)"),
        (
            [("谁确认了派兵？", "国防部长奥斯汀证实了此事。"), ("石埠镇在哪里？", "在清苇河。")],
            "他说了什么？", "奥斯汀说了什么？",
        ),
    ],
)  # fmt: skip
def test_the_most_recent_that_fits_is_meant(
    thread: Sequence[tuple[str, str]], question: str, expected: str
) -> None:
    assert standalone(question, talked(*thread)) == expected


def test_a_chain_of_follow_ups_leans_on_what_was_understood_last() -> None:
    thread = talked(("How many troops did Russia send?", "3,000"), ("what about China?", "None."))
    assert standalone("And Japan?", thread) == "How many troops did Japan send?"
    thread = talked(("Who won the Arne Cup?", ""), ("and last year?", ""), ("in 2019?", ""))
    assert [each.standalone_question for each in thread[1:]] == [
        "Who won the Arne Cup last year?",
        "Who won the Arne Cup in 2019?",
    ]


def test_a_declined_question_is_gone_on_from() -> None:
    thread = talked(("Who confirmed the troop deployment?", "Austin did."), ("Who bakes bread in Lisk?", ""))
    assert standalone("And in Oxley?", thread) == "Who bakes bread in Oxley?"


def test_people_are_searched_for_by_their_surname() -> None:
    after = complete("Where did he speak?", [HARLOW])
    assert (after.question, after.search) == (
        "Where did Edmund J. Harlow Jr. speak?",
        "Where did Harlow speak?",
    )


def test_of_a_long_thread_the_beginnings_are_looked_at() -> None:
    names = [
        f"{first}{last}" for first in ("Ank", "Bol", "Cer", "Dov") for last in ("ari", "eto", "ila", "usk")
    ]
    crowd = " ".join(f"{one} Val{other} met Kor{other}." for one in names for other in names)
    asked = "Who opened the ferry pier?"
    thread = [Turn(asked, asked, f"“It is open,” Mayor Ines Tallow said. {crowd} {crowd}") for _ in range(5)]
    short = [Turn(asked, asked, each.answer[:600]) for each in thread]
    for question in (
        "What did she say about it?",
        "Where does he live?",
        "Who met them there?",
        "她说了什么？",
    ):
        assert complete(question, thread) == complete(question, short)
    before = _kind.cache_info().misses
    complete("What did she say about it?", thread)
    assert _kind.cache_info().misses == before


def test_what_is_borrowed_stays_short() -> None:
    wordy = turn(" ".join(f"topic{n}" for n in range(50)), "")
    assert len(content_words(standalone("why?", [wordy]))) == 12


@pytest.mark.parametrize(
    "question",
    [
        "the " * 500,
        "it to " * 300,
        "in his x, " * 200,
        "(" * 1_900,
        "那" * 1_900 + "呢？",
        "Was it " + "the a " * 300,
    ],
)
def test_no_question_is_too_odd_to_understand(question: str) -> None:
    odd = turn("Who confirmed " + "the Bank of Norvale " * 80 + "?", "Mr. Enderby said. " * 100)
    for thread in (
        [odd],
        [turn("", "")],
        [turn("?", "? (x)")],
        [turn("谁" + "在石埠镇的老石桥" * 100 + "？")],
    ):
        assert standalone(question, thread)


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("what about the bridge?", True),
        ("how many were hurt", True),
        ("那地铁呢？", True),
        ("why?", False),
        ("what did he say?", False),
        ("and then?", False),
        ("为什么？", False),
        ("他说了什么？", False),
    ],
)
def test_a_question_with_a_subject_of_its_own_may_have_changed_it(question: str, own: bool) -> None:
    assert names_its_subject(question) is own


ELECTED = (
    "OSTRAND - Democrat Ada Holt has been elected governor of Calvera, narrowly defeating Gov. Otto Lind. [1]"
)
SUCCEEDS = "Holt, 49, a former teacher from Tarn, will succeed Gov. Emil Brask, who did not stand again. [1]"
GOVERNOR = (
    "OSTRAND, Nov 18 (Reuters) - The government nominated Ilse Vorn on Wednesday as governor of the bank. [1]"
)


def test_a_day_of_the_dateline_is_nobody() -> None:
    thread = talked(("Who is Ilse Vorn?", GOVERNOR), ("When would she take office?", ""))
    assert thread[1].standalone_question == "When would Ilse Vorn take office?"
    assert standalone("And who would she replace?", thread) == "Who would Ilse Vorn replace?"


def test_datelines_days_and_agencies_are_no_names() -> None:
    assert names("TARN, Velm, Nov 18 (Reuters) - Otto Lind met Ada Holt on Wednesday. [1]") == [
        "Otto Lind",
        "Ada Holt",
    ]
    assert names("In October, Emil May (AFP) came to NATO.") == ["Emil May", "NATO"]


def test_whom_the_thread_is_about_comes_before_whom_she_succeeds_or_beat() -> None:
    thread = talked(("Who won the governor's race in Calvera?", ELECTED), ("how old is she", SUCCEEDS))
    assert thread[1].standalone_question == "How old is Ada Holt?"
    assert standalone("And who did she beat?", thread) == "Who did Ada Holt beat?"


def test_what_was_named_at_a_place_keeps_it() -> None:
    thread = talked(("Tell me about the fire at Lisk Airport", "Nobody was hurt. [1]"))
    assert standalone("What caused it?", thread) == "What caused the fire at Lisk Airport?"


def test_a_count_of_something_else_borrows_the_name_alone() -> None:
    thread = talked(("How many people did Storm Orla kill?", "Storm Orla killed 12 people. [1]"))
    assert standalone("and how many are missing?", thread) == "How many are missing? (Storm Orla)"
