"""Near-copies become stories, and a story speaks with one voice; different reports of one event stay apart."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from bot.answering import Answerer
from evals import copies_templates
from evals.copies_made import Made, edited, everything, first, sections
from tests.archive_data import article, opened, put
from vectorstore.archive import Archive
from vectorstore.catalogue import Catalogue
from vectorstore.copies import are_copies, share_held, shingled
from vectorstore.credits import Copy, canonical, is_named
from vectorstore.stories import Stories
from vectorstore.types import Article, Filter, Match, Source
from vectorstore.voices import MOST_LINKS, MOST_VOICES

FERRY, FERRY_ELSEWHERE, MINE, *_ = sections()["event"]
COURT = sections()["single"][0]
NOTICE = sections()["boilerplate"][0]
DAY = datetime(2024, 10, 23, tzinfo=UTC)
CUT = f"{first(FERRY, 0.45)}\n\n{NOTICE}"
HELD = """
import signal, sys
from pathlib import Path
from vectorstore import stories
from vectorstore.catalogue import Catalogue

commits = []

def hold(statement):
    if statement == "COMMIT":
        commits.append(statement)
        if len(commits) == 3:
            print("held", flush=True)
            signal.pause()

stories.BATCH = 20
catalogue = Catalogue(Path(sys.argv[1]))
catalogue.connection.set_trace_callback(hold)
stories.Stories(catalogue, seconds=60).sort_in()
"""  # two batches are stored and the third is written, but for its last word


def stories(archive: Archive, *articles: Article) -> list[str]:
    """The canonical article's id for each."""
    return [archive.story(each.id)[0].article.id for each in articles]


@pytest.fixture
def archive(tmp_path: Path) -> Iterable[Archive]:
    with opened(tmp_path) as made:
        yield made


class TestNearCopies:
    @pytest.mark.parametrize(
        "copy",
        [
            CUT,
            first(FERRY, 0.6),
            f"Our own opening line, written here.\n\n{FERRY}",
            FERRY.replace("ferry", "boat"),
        ],
        ids=["cut off", "trimmed", "own opening", "edited"],
    )
    def test_what_newsrooms_do_to_a_text_leaves_a_copy(self, copy: str) -> None:
        assert are_copies(shingled(FERRY), shingled(copy))

    def test_two_reports_of_one_event_with_the_same_quotation_are_two(self) -> None:
        assert not are_copies(shingled(FERRY), shingled(FERRY_ELSEWHERE))

    def test_a_week_parts_texts_unless_they_hardly_differ(self) -> None:
        trimmed = shingled(first(FERRY, 0.6))
        assert are_copies(shingled(FERRY), trimmed, timedelta(days=6))
        assert not are_copies(shingled(FERRY), trimmed, timedelta(days=8))
        assert are_copies(shingled(FERRY), shingled(FERRY + " It was towed."), timedelta(days=400))

    def test_the_second_item_of_a_round_up_is_no_cut_copy_of_it(self) -> None:
        round_up = shingled(f"{COURT}\n\n{FERRY}\n\n{MINE}")
        assert not are_copies(shingled(FERRY), round_up)
        assert not are_copies(shingled(MINE), round_up)

    def test_the_same_sentences_with_other_figures_are_no_copy(self) -> None:
        forecasts = [shingled(item.text) for item in everything() if item.kind == "templated"]
        pairs = list(combinations(forecasts, 2))
        assert sum(share_held(a, b) > 0.5 for a, b in pairs) > 100
        assert not any(are_copies(a, b) for a, b in pairs)

    @pytest.mark.parametrize("form", list(copies_templates.forms()), ids=lambda form: form.kind)
    def test_one_form_filled_in_twice_is_no_copy(self, form: copies_templates.Form) -> None:
        fillings = [shingled(text) for text in form.fillings()]
        assert not any(are_copies(a, b) for a, b in combinations(fillings, 2))

    def test_a_toll_that_rose_leaves_the_story(self) -> None:
        tolls = [form for form in copies_templates.forms() if "toll" in form.slots]
        assert len(tolls) == 4
        for form in tolls:
            first_report, update = form.fillings()[0], copies_templates.updated(form)
            assert first_report != update
            assert are_copies(shingled(first_report), shingled(update))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("the United States", "the U.S."),
            ("on Tuesday morning", "on Oct. 22"),
            ("Beatrix Amory", "Ms. Amory"),
            ("two sons", "2 sons"),
        ],
    )
    def test_house_style_is_no_other_name_or_figure(self, before: str, after: str) -> None:
        """In a text so short that one name decides."""
        text = (
            "A ferry with a crew from the United States ran onto a sandbank on Tuesday morning outside the harbour of "
            "Tolverne. Among the passengers was Beatrix Amory, who was travelling with her two sons, and nobody was "
            "hurt. The lifeboat needed more than four hours to bring everyone ashore, and a tug is to pull the ship "
            "free on the next spring tide."
        )
        changed = text.replace(before, after)
        assert changed != text
        assert are_copies(shingled(text), shingled(changed))

    def test_a_sentence_in_common_makes_no_copy_of_a_short_text(self) -> None:
        sentence = (
            "The ferry between the island and the mainland will not sail on Friday because of the storm."
        )
        assert not are_copies(
            shingled(f"{sentence} Buses run."), shingled(f"{sentence} The school is closed, too.")
        )

    def test_texts_without_words_are_nobodys_copy(self) -> None:
        assert not are_copies(shingled("— …"), shingled("— …"))


class TestCanonical:
    FULL = "x" * 1000

    def test_a_whole_copy_comes_before_a_longer_one_that_was_cut_off(self) -> None:
        assert canonical([Copy("a", self.FULL + "more", incomplete=True), Copy("b", self.FULL)]) == "b"

    def test_whom_the_others_credit_comes_before_who_was_first(self) -> None:
        wire = Copy("wire", self.FULL, "Reuters", 20.0)
        paper = Copy("paper", f"LISK (Reuters) — {self.FULL}", "The Lisk Courier", 10.0)
        assert canonical([paper, wire]) == canonical([wire, paper]) == "wire"

    def test_nobody_is_credited_by_themselves(self) -> None:
        own = Copy("own", f"LISK (Reuters) — {self.FULL}", "Reuters", 20.0)
        assert canonical([own, Copy("early", self.FULL, "Courier", 10.0)]) == "early"

    def test_then_the_first_then_the_longest_then_any_but_always_the_same(self) -> None:
        assert (
            canonical([Copy("b", self.FULL, "", 2.0), Copy("a", self.FULL, "", 3.0), Copy("c", self.FULL)])
            == "b"
        )
        assert canonical([Copy("b", self.FULL), Copy("a", self.FULL + "x")]) == "a"
        assert canonical([Copy("b", self.FULL), Copy("a", self.FULL)]) == "a"

    def test_a_trimmed_copy_is_not_chosen_for_being_early(self) -> None:
        assert (
            canonical([Copy("trimmed", self.FULL[:500], "", 1.0), Copy("full", self.FULL, "", 2.0)]) == "full"
        )

    @pytest.mark.parametrize(
        ("publisher", "name", "expected"),
        [
            ("The Associated Press", "AP", True),
            ("Agence France-Presse", "AFP", True),
            ("Reuters", "Reuters News", True),
            ("新华网", "新华社", True),
            ("BBC News", "BBC", True),
            ("reuters.com", "Reuters", True),
            ("The Times", "Times", True),
            ("The Times", "Times of India", False),
            ("The New York Times", "New York", False),
            ("New York", "The New York Times", False),
            ("China Daily", "China News Service", False),
            ("Reuters", "Reuters Health", False),
            ("The Lisk Courier", "The Lisk Gazette", False),
            ("", "AP", False),
        ],
    )
    def test_names_of_publishers(self, publisher: str, name: str, expected: bool) -> None:
        assert is_named(publisher, name) is expected


class TestSortingIn:
    def test_copies_are_one_story_and_other_reports_are_not(self, archive: Archive) -> None:
        full, cut, other = (
            article("full", FERRY),
            article("cut", CUT, incomplete=True),
            article("b", FERRY_ELSEWHERE),
        )
        put(archive, cut)
        put(archive, full, other)
        assert stories(archive, full, cut, other) == [full.id, full.id, other.id]

    def test_nothing_depends_on_order_or_batches(self, tmp_path: Path) -> None:
        made = [
            item
            for item in everything()
            if item.kind in ("original", "cut", "trimmed", "edited_5", "round_up")
        ]
        at_once = partition(tmp_path / "a", made, [range(len(made))])
        one_by_one = partition(
            tmp_path / "b", made, [[n] for n in Random(2).sample(range(len(made)), len(made))]
        )
        assert at_once == one_by_one
        assert len(set(at_once.values())) < len(made) / 2

    def test_a_fuller_copy_joins_two(self, archive: Archive) -> None:
        words = FERRY.split(" ")
        start, end = " ".join(words[:100]), " ".join(words[60:])
        one, two, whole = article("one", start), article("two", end), article("whole", FERRY)
        put(archive, one, two)
        assert stories(archive, one, two) == [one.id, two.id]
        put(archive, whole)
        assert stories(archive, one, two, whole) == [whole.id] * 3

    def test_who_joined_them_leaves_and_they_part(self, archive: Archive) -> None:
        words = FERRY.split(" ")
        one, two = article("one", " ".join(words[:100])), article("two", " ".join(words[60:]))
        put(archive, one, two, whole := article("whole", FERRY))
        archive.remove(whole.id)
        assert stories(archive, one, two) == [one.id, two.id]

    def test_who_is_left_stays_together(self, archive: Archive) -> None:
        full, trimmed, cut = (
            article("full", FERRY),
            article("trimmed", first(FERRY, 0.7)),
            article("cut", CUT),
        )
        put(archive, full, trimmed, cut)
        archive.remove(full.id)
        assert stories(archive, trimmed, cut) == [trimmed.id] * 2

    def test_a_corrected_member_is_sorted_in_again(self, archive: Archive) -> None:
        full, cut = article("full", FERRY), article("cut", CUT, incomplete=True)
        put(archive, full, cut, trimmed := article("trimmed", first(FERRY, 0.7)))
        put(archive, article("full", COURT))
        assert stories(archive, full, cut, trimmed) == [full.id, trimmed.id, trimmed.id]

    def test_private_copies_keep_to_themselves(self, archive: Archive) -> None:
        public, private = article("full", FERRY), article("cut", CUT, audience="C1")
        second = article("other", first(FERRY, 0.7), audience="C1")
        put(archive, public, private, second)
        assert stories(archive, public, private, second) == [public.id, second.id, second.id]
        for match in archive.search("ferry sandbank Tolverne", 10):
            assert match.also_in == ()

    def test_killed_half_way_it_goes_on(self, tmp_path: Path) -> None:
        made = [item for item in everything() if item.kind in ("original", "cut", "trimmed")]
        write(tmp_path, made)
        whole = partition(tmp_path / "whole", made, [range(len(made))])
        with subprocess.Popen([sys.executable, "-c", HELD, tmp_path], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            process.kill()
        assert 40 == sorted_in(tmp_path) < len(made)
        catalogue = Catalogue(tmp_path)
        Stories(catalogue).sort_in()
        places = Stories(catalogue).places(whole)
        catalogue.close()
        assert {id_: place.story for id_, place in places.items()} == whole

    def test_other_writers_wait_for_seconds_and_no_longer(self, tmp_path: Path) -> None:
        made = [item for item in everything() if item.kind in ("original", "cut", "trimmed")]
        whole = partition(tmp_path / "whole", made, [range(len(made))])
        write(tmp_path, made)
        catalogue = Catalogue(tmp_path)
        stories = Stories(catalogue, seconds=0.0)  # hence a transaction for each article
        commits: list[str] = []
        catalogue.connection.set_trace_callback(
            lambda query: commits.append(query) if query == "COMMIT" else None
        )
        assert stories.sort_in() == len(made)
        assert len(commits) == len(made)
        places = stories.places(whole)
        catalogue.close()
        assert {id_: place.story for id_, place in places.items()} == whole

    def test_an_archive_without_stories_gets_them_when_it_is_reconciled(self, archive: Archive) -> None:
        full, cut = article("full", FERRY), article("cut", CUT)
        put(archive, full, cut)
        with archive._catalogue.transaction() as sql:
            sql.execute("DELETE FROM stories")
            sql.execute("DELETE FROM sketches")
        assert stories(archive, full, cut) == [full.id, cut.id]
        archive.reconcile()
        assert stories(archive, full, cut) == [full.id, full.id]


def only_its_own(matches: Sequence[Match], cut: Article) -> bool:
    """Of a cut copy nothing is heard but the line that asks for a subscription, which the full text has not."""
    return all("subscribe" in m.passage.text for m in matches if m.passage.article_id == cut.id)


class TestSearch:
    def test_copies_take_no_places_and_are_named(self, archive: Archive) -> None:
        full, cut, court = (
            article("full", FERRY),
            article("cut", CUT, incomplete=True),
            article("court", COURT),
        )
        put(archive, cut, full, court)
        matches = archive.search("Where did the ferry Maid of Selwick run onto a sandbank?", 20)
        assert {match.story for match in matches} == {full.id, court.id}
        assert only_its_own(matches, cut)
        matches = [match for match in matches if match.passage.article_id != cut.id]
        assert {match.also_in for match in matches if match.story == full.id} == {(cut.source.url,)}
        assert {match.same_text for match in matches} == {()}

    def test_links_of_the_same_text_come_first(self, archive: Archive) -> None:
        full, cut = article("full", FERRY), article("cut", CUT, incomplete=True)
        put(archive, cut, full)
        twin = article("twin", FERRY)
        archive.link(twin)
        match = archive.search("ferry Maid of Selwick sandbank", 1)[0]
        assert match.also_in == (twin.origin, cut.origin)
        assert match.same_text == (twin.origin,)

    def test_the_full_text_speaks_where_it_holds_the_words(self, archive: Archive) -> None:
        """The cut copy's passages match better: its title has the question's words."""
        full = article("full", FERRY)
        cut = article(
            "cut", CUT, title="Ferry Maid of Selwick on a sandbank outside Tolverne", incomplete=True
        )
        put(archive, cut, full)
        best = archive.search("ferry Maid of Selwick on a sandbank outside Tolverne", 3)
        assert only_its_own(best, cut)
        assert best[0].passage.text.startswith("The car ferry Maid of Selwick ran onto a sandbank")

    def test_a_sentence_that_only_a_copy_has_is_cited_from_it(self, archive: Archive) -> None:
        full = article("full", FERRY, published=DAY)
        own = "Zebedee Quorn, who plays the tuba, lost his instrument overboard during the rescue."
        copy = article("copy", f"{FERRY}\n\n{own}")
        put(archive, copy, full)
        assert archive.story(copy.id)[0].article.id == full.id
        matches = archive.search("Which instrument did the tuba player Zebedee Quorn lose overboard?", 5)
        assert matches[0].passage.text == own
        assert {match.story for match in matches} == {full.id}
        answer = Answerer(archive).answer(
            "Which instrument did the tuba player Zebedee Quorn lose overboard?"
        )
        assert {citation.article_id for citation in answer.citations} <= {copy.id}

    def test_a_filter_decides_first(self, archive: Archive) -> None:
        full = article("full", FERRY, publisher="Wire")
        put(archive, full, cut := article("cut", CUT, publisher="Paper", incomplete=True))
        found = archive.search("ferry sandbank", 5, Filter(publishers=("paper",)))
        assert {match.passage.article_id for match in found} == {cut.id}
        assert found[0].also_in == (full.origin,)

    def test_many_copies_leave_room_for_others(self, archive: Archive) -> None:
        random = Random(1)
        pool = COURT.split()
        copies = [article(f"copy{n}", edited(FERRY, 0.02, pool, random)) for n in range(120)]
        put(archive, *copies, court := article("court", COURT), mine := article("mine", MINE))
        matches = archive.search("ferry Maid of Selwick sandbank Tolverne passengers", 12)
        found = {match.passage.article_id for match in matches}
        assert len(matches) == 12
        assert {court.id, mine.id} < found
        assert len({match.story for match in matches}) == 3
        assert len(found) <= 2 + MOST_VOICES
        assert len(matches[0].also_in) == MOST_LINKS

    def test_an_answer_never_rests_on_two_members(self, archive: Archive) -> None:
        random = Random(1)
        put(archive, *(article(f"c{n}", edited(FERRY, 0.05, MINE.split(), random)) for n in range(6)))
        answer = Answerer(archive).answer("Who was travelling with her two sons on the ferry?")
        assert len({citation.article_id for citation in answer.citations}) == 1
        assert all(len(citation.also_in) == 5 and citation.story for citation in answer.citations)


def partition(folder: Path, made: list[Made], batches: Iterable[Iterable[int]]) -> dict[str, str]:
    """The story of every text when they are stored and sorted in batch by batch."""
    folder.mkdir(exist_ok=True)
    catalogue = Catalogue(folder)
    stories = Stories(catalogue)
    articles = [as_article(number, item) for number, item in enumerate(made)]
    for batch in batches:
        some = [articles[number] for number in batch]
        catalogue.store([(each, []) for each in some], {})
        stories.sort_in(each.id for each in some)
    places = stories.places(each.id for each in articles)
    catalogue.close()
    return {id_: place.story for id_, place in places.items()}


def write(folder: Path, made: list[Made]) -> None:
    """Store texts without sorting them in."""
    catalogue = Catalogue(folder)
    catalogue.store([(as_article(number, item), []) for number, item in enumerate(made)], {})
    catalogue.close()


def sorted_in(folder: Path) -> int:
    """How many articles have a story."""
    catalogue = Catalogue(folder)
    count = catalogue.connection.execute("SELECT count(*) FROM stories").fetchone()[0]
    catalogue.close()
    return int(count)


def as_article(number: int, item: Made) -> Article:
    """The article of a made text, known by its number."""
    return Article(
        Source(title=str(number), incomplete=item.incomplete), item.text, f"https://made.example/{number}"
    )
