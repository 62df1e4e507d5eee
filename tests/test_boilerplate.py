"""Phrases of the user's own, what the shipped ones do in fourteen languages, and paragraphs that recur."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from evals import boilerplate as gate
from evals.floors import passes
from ingest.boilerplate import PHRASES, BadPhrase, Phrases, shipped
from ingest.recurring import Recurring, edges, recurs, topic_of
from vectorstore.catalogue import Catalogue
from vectorstore.sightings import Sightings

NEWS = "The council of Larkhaven voted on Tuesday to close the swing bridge for a week of repairs to its bearings."


def test_the_gate_holds() -> None:
    assert passes("boilerplate", gate.figures() | {"real_kept": 1.0})


def test_own_phrases_join_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "phrases.txt"
    own.write_text(
        "# ours\nThe Gazette thanks * for its help.\n[paywall]\nre:full text in the e-?paper", "utf-8"
    )
    phrases = Phrases.read(PHRASES, own)
    thanks, notice = "The Gazette thanks the harbour office for its help!", "Full text in the ePaper"
    found = phrases.clean(f"{NEWS}\n\n{thanks}\n\n{notice}\n\nAdvertisement")
    assert (found.text, found.removed) == (NEWS, (thanks, notice, "Advertisement"))
    assert found.paywalled
    assert not shipped().is_leftover(thanks)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("fine\nre:(open", r"line 2: re:\(open is not a regular expression .* drop re:"),
        ("[paid]", r"line 1: \[paid\] is neither \[paywall\] nor \[housekeeping\]"),
        ("re:.*", r"line 1: .* would cut articles"),
        ("* *", r"line 1: .* would cut articles"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path, lines: str, complaint: str) -> None:
    (tmp_path / "own.txt").write_text(lines, "utf-8")
    with pytest.raises(BadPhrase, match=complaint):
        Phrases.read(PHRASES, tmp_path / "own.txt")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_bytes(b"\xff\xfe\xfa")
    for name in ("own.txt", "none.txt"):
        with pytest.raises(BadPhrase, match=rf"cannot read the phrases in .*{name}"):
            Phrases.read(tmp_path / name)


def test_a_long_paragraph_of_phrases_is_read_quickly_and_stays() -> None:
    assert not shipped().is_leftover("Share this article. " * 200)
    assert not shipped().is_leftover("登录后阅读全文" * 60)


PAYWALLED = (
    "You've read your last free article. Already a subscriber? Sign in",
    "Dieser Artikel ist nur für Abonnenten lesbar.",
    "Cet article est réservé aux abonnés.",
    "Este contenido es exclusivo para suscriptores.",
    "Questo articolo è riservato agli abbonati.",
    "Conteúdo exclusivo para assinantes.",
    "Dit artikel is alleen voor abonnees.",
    "Материал доступен только подписчикам.",
    "この記事は有料会員限定です。",
    "이 기사는 유료 회원 전용입니다.",
    "هذا المقال متاح للمشتركين فقط.",
    "Ten artykuł jest dostępny tylko dla subskrybentów.",
    "Bu içerik yalnızca abonelere özeldir.",
    "本文为付费内容，订阅后可阅读全文",
    "訂閱後繼續閱讀",
)


@pytest.mark.parametrize("notice", PAYWALLED)
def test_a_paywall_notice_is_told_from_a_share_button(notice: str) -> None:
    assert shipped().is_paywall_notice(notice)


@pytest.mark.parametrize(
    "button", ["Log in", "Subscribe", "Abonnez-vous", "Read more", "続きを読む", "로그인", "全文", "Anmelden"]
)
def test_a_button_of_every_page_is_no_paywall(button: str) -> None:
    assert not shipped().is_paywall_notice(button)


# -- paragraphs that recur

BIO = "Jane Doe covers courts for the Gazette. Reach her at 555-0101."
STORIES = {
    "a": (
        "Swing bridge closes",
        "The swing bridge over the Tarn closed on Tuesday, and ferries filled at once.",
    ),
    "b": (
        "Baker wins prize",
        "A baker from the old quay took home a national prize for her rye loaf yesterday.",
    ),
    "c": (
        "School roof leaks",
        "Rain came through a classroom ceiling in Moorgate, and pupils moved to the gym.",
    ),
    "d": (
        "Chess club turns fifty",
        "Forty players met in the library for a tournament that lasted all weekend.",
    ),
}
WAR = "Russia invaded Ukraine in February 2022 and holds about a fifth of the country."
WARS = {
    "a": (
        "Drones hit Kyiv",
        "Ukrainian air defence shot down forty drones over the capital during the night.",
    ),
    "b": (
        "Grain ships leave Odesa",
        "Three ships with maize left the port, the first since Russian strikes in May.",
    ),
    "c": (
        "Zelensky in Berlin",
        "The president of Ukraine met the chancellor and asked for more shells and time.",
    ),
    "d": (
        "Kremlin sees no talks",
        "A spokesman in Moscow said that Russia was not preparing any negotiations now.",
    ),
}


def taken(
    recurring: Recurring, stories: dict[str, tuple[str, str]], extra: str, order: str
) -> dict[str, str]:
    """The texts as stored at the end: articles that are named later are cut again, like in a run."""
    stored: dict[str, str] = {}
    for id_ in order:
        title, lead = stories[id_]
        text = f"{lead}\n\n{lead} So it was.\n\n{extra}"
        stored[id_] = recurring.cut(text, "The Gazette", title, id_).text
        for earlier in recurring.now_known():
            title, lead = stories[earlier]
            again = recurring.cut(f"{lead}\n\n{lead} So it was.\n\n{extra}", "The Gazette", title, earlier)
            stored[earlier] = again.text
        recurring.save()
    return stored


@pytest.fixture
def sightings(tmp_path: Path) -> Sightings:
    return Sightings(Catalogue(tmp_path))


def test_what_recurs_in_unrelated_articles_is_cut_whatever_their_order(tmp_path: Path) -> None:
    ends = []
    for number, order in enumerate(permutations("abcd")):
        folder = tmp_path / str(number)
        folder.mkdir()
        catalogue = Catalogue(folder)
        recurring = Recurring(Sightings(catalogue))
        ends.append(dict(sorted(taken(recurring, STORIES, BIO, "".join(order)).items())))
        catalogue.close()
    assert all(end == ends[0] for end in ends)
    assert not any("Jane Doe" in text for text in ends[0].values())


def test_two_are_not_enough_and_digits_do_not_matter(sightings: Sightings) -> None:
    recurring = Recurring(sightings)
    for number, id_ in enumerate("abc"):
        title, lead = STORIES[id_]
        bio = BIO.replace("0101", f"010{number}")
        found = recurring.cut(f"{lead}\n\n{lead.upper()}\n\n{bio}", "Gazette", title, id_)
        assert found.removed == ((bio,) if id_ == "c" else ())
    assert recurring.now_known() == ["a", "b"]
    assert recurring.now_known() == []


def test_the_background_of_a_running_story_stays(sightings: Sightings) -> None:
    stored = taken(Recurring(sightings), WARS, WAR, "abcdabcd")
    assert all(WAR in text for text in stored.values())


def test_near_copies_are_one_article(sightings: Sightings) -> None:
    title, lead = STORIES["a"]
    copies = {str(n): (f"{title}{' again' * (n % 2)}", lead) for n in range(6)}
    stored = taken(Recurring(sightings), copies, BIO, "012345")
    assert all(BIO in text for text in stored.values())


def test_other_publishers_and_the_middle_of_an_article_do_not_count(sightings: Sightings) -> None:
    recurring = Recurring(sightings)
    for id_, (title, lead) in STORIES.items():
        assert not recurring.cut(f"{lead}\n\n{BIO}", f"Gazette {id_}", title, id_).removed
        assert not recurring.cut(f"{lead}\n\n{BIO}", "", title, id_).removed
        filling = "\n\n".join(f"{NEWS} {number}{id_}" for number in "123456")
        assert not recurring.cut(f"{lead}\n\n{NEWS}{id_}\n\n{BIO}\n\n{filling}", "Post", title, id_).removed


def test_what_was_saved_is_known_to_the_next_run_and_what_changed_is_forgotten(sightings: Sightings) -> None:
    first = Recurring(sightings)
    for id_ in "ab":
        title, lead = STORIES[id_]
        first.cut(f"{lead}\n\n{BIO}", "Gazette", title, id_)
    first.save()
    title, lead = STORIES["c"]
    assert Recurring(sightings).cut(f"{lead}\n\n{BIO}", "gazette", title, "c").removed == (BIO,)
    first.cut(
        STORIES["a"][1], "Gazette", STORIES["a"][0], "a"
    )  # the article was corrected: no such end any more
    first.save()
    assert Recurring(sightings).cut(f"{lead}\n\n{BIO}", "Gazette", title, "c").removed == ()


def test_an_article_is_never_cut_to_nothing(sightings: Sightings) -> None:
    recurring = Recurring(sightings)
    for id_, (title, _) in STORIES.items():
        assert recurring.cut(f"{BIO}\n\n{BIO}", "Gazette", title, id_).text


def test_chinese_leftovers_recur_and_background_stays() -> None:
    leftover = "欢迎读者向本报热线提供线索，编辑部每天上午九点开门。"
    topics = {
        "a": topic_of("平转桥封闭一周", "跨河大桥周二清晨停止通行，渡轮坐满乘客。"),
        "b": topic_of("面包师获全国大奖", "老街一位女师傅凭黑麦面包赢得比赛冠军。"),
        "c": topic_of("学校屋顶漏雨", "课堂天花板滴水，学生搬到体育馆听讲。"),
    }
    assert recurs(leftover, topics)
    assert not recurs("这座大桥建于1911年，是河上唯一的平转桥，学校与面包店都在岸边的老街。", topics)


def test_only_short_paragraphs_at_the_edges_are_looked_at() -> None:
    text = "\n\n".join([*"ABCDEFGHIJ", "x" * 500, "2024"])
    assert sorted(edges(text).values()) == ["A", "B", "H", "I", "J"]
    assert edges("one paragraph alone") == {}
