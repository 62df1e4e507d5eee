"""The ledger: what was stored is done once, in order, by whoever is alive."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.jobs import File, Job, Kind, load_job
from bot.slack.ledger import Ledger, Limits, Taken
from bot.slack.owner import Owner
from bot.slack.store import FOLDER, Store
from tests.slack_jobs import ROOMY, job, ledger
from vectorstore.errors import ArchiveError

ROOT = Path(__file__).parent.parent


def drained(book: Ledger, lane: str = "answer") -> list[str]:
    """The keys of all that can be claimed, each finished at once."""
    keys = []
    while found := book.claim(lane):
        keys.append(found.key)
        book.finish(found)
    return keys


def test_a_job_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked = job(
        links=("https://a.example/1",), files=(File("a.txt", "https://files.example/a"),), ephemeral=True
    )
    assert book.take_in(asked) is Taken.NEW
    found = book.claim("answer")
    assert found is not None
    assert found.received > 0
    assert replace(found, attempts=0, received=0.0) == asked
    assert load_job(asked.dump()) == asked


def test_the_same_event_or_the_same_message_is_taken_once(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked = job()
    assert book.take_in(asked) is Taken.NEW
    assert book.take_in(asked) is Taken.KNOWN
    assert book.take_in(replace(asked, key="T1:EvOther")) is Taken.KNOWN
    assert drained(book) == [asked.key]
    assert book.take_in(asked) is Taken.KNOWN, "a finished job must be remembered"
    assert ledger(tmp_path).take_in(asked) is Taken.KNOWN, "by other processes and later runs too"


def test_slash_commands_have_no_message_to_be_confused_by(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    first, second = job(message="", thread=""), job(message="", thread="")
    assert [book.take_in(first), book.take_in(second)] == [Taken.NEW, Taken.NEW]


def test_many_threads_take_the_same_event_in_once(tmp_path: Path) -> None:
    asked, taken = job(), []
    books = [ledger(tmp_path, f"owner-{n}") for n in range(4)]
    threads = [threading.Thread(target=lambda b=b: taken.append(b.take_in(asked))) for b in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted([Taken.NEW, *[Taken.KNOWN] * 3])


def test_two_processes_never_claim_the_same_job(tmp_path: Path) -> None:
    mine, theirs = ledger(tmp_path, "mine"), ledger(tmp_path, "theirs")
    jobs = [job() for _ in range(30)]
    for one in jobs:
        mine.take_in(one)
    claimed: list[str] = []

    def work(book: Ledger) -> None:
        while found := book.claim("answer"):
            claimed.append(found.key)
            book.finish(found)

    threads = [threading.Thread(target=work, args=(book,)) for book in (mine, theirs, mine, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(one.key for one in jobs)


def test_jobs_come_in_order_and_lanes_do_not_mix(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    first, home, second = job(), job(kind=Kind.HOME, message="", thread=""), job()
    for one in (first, home, second):
        book.take_in(one)
    assert [one.key for one in book.waiting("answer")] == [first.key, second.key]
    assert drained(book) == [first.key, second.key]
    assert drained(book, "quick") == [home.key]
    assert drained(book, "ingest") == []


def test_a_thread_is_answered_in_its_order(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    first = job()
    second, elsewhere = job(thread=first.thread), job()
    for one in (first, second, elsewhere):
        book.take_in(one)
    working = book.claim("answer")
    assert working is not None
    assert drained(book) == [elsewhere.key], "the follow-up must wait for the answer before it"
    book.finish(working)
    assert drained(book) == [second.key]


def test_what_is_put_back_waits_for_its_time_and_counts_its_attempts(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    book.take_in(job())
    found = book.claim("answer")
    assert found is not None
    assert found.attempts == 1
    book.put_back(found, 60)
    assert book.claim("answer") is None
    book.put_back(found, 0)
    again = book.claim("answer")
    assert again is not None
    assert again.attempts == 2


def test_a_held_job_is_nobody_elses_and_waits_again_afterwards(tmp_path: Path) -> None:
    book, other = ledger(tmp_path), ledger(tmp_path, "other")
    asked = job()
    book.take_in(asked)
    with book.held(asked) as ours:
        assert ours
        assert other.claim("answer") is None
    found = other.claim("answer")
    assert found is not None
    assert found.attempts == 1, "holding is no attempt"
    with book.held(asked) as ours:
        assert not ours


def test_a_held_job_keeps_its_place_in_line(tmp_path: Path) -> None:
    book, other = ledger(tmp_path), ledger(tmp_path, "other")
    jobs = [job() for _ in range(3)]
    for one in jobs:
        book.take_in(one)
    begun = book.claim("answer")
    assert begun is not None
    with book.held(jobs[1]):
        assert [one.key for one in other.waiting("answer")] == [one.key for one in jobs[1:]]
    assert begun.key not in [one.key for one in other.waiting("answer")]


def test_a_held_job_makes_no_room_in_the_queue(tmp_path: Path) -> None:
    book = ledger(tmp_path, limits=Limits(per_person=9, per_channel=9, queue=1))
    first, late = job(), job()
    book.take_in(first)
    with book.held(first):
        book.take_in(late)
    assert [one.key for one in book.waiting("answer")] == [first.key]


def test_the_words_are_forgotten_when_the_job_is_done(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked = job(text="a secret question")
    book.take_in(asked)
    drained(book)
    stored = Store(tmp_path).rows("SELECT body FROM jobs WHERE key = ?", asked.key)
    assert [row["body"] for row in stored] == [""]


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(per_person=2, per_channel=9, queue=9), "person"),
        (Limits(per_person=9, per_channel=2, queue=9), "channel"),
        (Limits(per_person=9, per_channel=9, queue=2), "queue"),
    ],
)
def test_a_question_over_a_limit_becomes_a_refusal_that_says_why(
    tmp_path: Path, limits: Limits, reason: str
) -> None:
    book = ledger(tmp_path, limits=limits)
    for _ in range(2):
        book.take_in(job())
    book.take_in(job())
    refusal = book.claim("quick")
    assert refusal is not None
    assert (refusal.kind, refusal.value) == (Kind.REFUSAL, reason)
    assert len(book.waiting("answer")) == 2


def test_other_people_and_channels_have_limits_of_their_own(tmp_path: Path) -> None:
    book = ledger(tmp_path, limits=Limits(per_person=1, per_channel=1, queue=9))
    book.take_in(job())
    book.take_in(job(user="U2", channel="C2"))
    assert len(book.waiting("answer")) == 2


def test_deleting_a_question_is_seen_by_whoever_works_on_it(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked = job()
    book.take_in(asked)
    assert not book.is_deleted(asked)
    ledger(tmp_path, "other").delete_message("T1", "C1", asked.message)
    assert book.is_deleted(asked)


def test_a_thread_is_known_once_we_were_asked_there(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked = job()
    assert not book.knows_thread("T1", "C1", asked.thread)
    book.take_in(asked)
    assert book.knows_thread("T1", "C1", asked.thread)
    assert not book.knows_thread("T1", "C2", asked.thread)
    assert not book.knows_thread("T2", "C1", asked.thread)


def test_the_jobs_of_a_dead_process_are_taken_up_and_those_of_a_living_one_are_not(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    asked = job()
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom bot.slack.jobs import load_job\n"
        "from bot.slack.owner import Owner\nfrom tests.slack_jobs import ledger\n"
        f"folder = Path({str(tmp_path)!r})\nowner = Owner(folder / {FOLDER!r})\nbook = ledger(folder, owner.name)\n"
        f"book.take_in(load_job({asked.dump()!r}))\nassert book.claim('answer')\n"
        "print('claimed', flush=True)\ntime.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"claimed\n"
        me = Owner(folder)
        book = ledger(tmp_path, me.name)
        assert me.adopt(book) == 0
        assert book.claim("answer") is None
        child.kill()
        child.wait()
        assert me.adopt(book) == 1
        found = book.claim("answer")
        assert found is not None
        assert found.key == asked.key
        assert found.attempts >= 2, "whoever takes it up must know that something may be posted already"
        assert me.adopt(book) == 0, "our own work is not handed back"
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_old_answers_go_and_fresh_keys_stay(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    old, fresh = job(), job()
    for one in (old, fresh):
        book.take_in(one)
    drained(book)
    store = Store(tmp_path)
    with store.transaction() as connection:
        connection.execute("UPDATE jobs SET finished = ? WHERE key = ?", (time.time() - 8 * 86_400, old.key))
    book.forget(days=90)
    assert book.take_in(fresh) is Taken.KNOWN
    assert book.take_in(old) is Taken.NEW


def test_nobody_else_may_read_the_file_and_a_newer_one_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.path.stat().st_mode & 0o777 == 0o600
    with store.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(ArchiveError, match="newer"):
        Store(tmp_path)


def test_a_failing_disk_is_an_error_before_anything_is_acknowledged(tmp_path: Path) -> None:
    store = Store(tmp_path)
    book = Ledger(store, "me", ROOMY)
    with store.transaction() as connection:
        connection.execute("PRAGMA query_only = 1")
    with pytest.raises(ArchiveError, match="Check the disk"):
        book.take_in(job())


def test_a_job_without_a_message_may_be_in_a_thread(tmp_path: Path) -> None:
    book = ledger(tmp_path)
    asked: Job = job(message="")
    book.take_in(asked)
    assert drained(book) == [asked.key]


def test_a_clock_that_goes_back_hides_no_job(tmp_path: Path) -> None:
    store = Store(tmp_path)
    book = Ledger(store, "me", ROOMY)
    book.take_in(job())
    with store.transaction() as connection:
        connection.execute("UPDATE jobs SET due = due + 86400, received = received + 86400")
    assert len(drained(book)) == 1


def test_handing_over_counts_as_asking_does(tmp_path: Path) -> None:
    book = ledger(tmp_path, limits=Limits(per_person=1, per_channel=9, queue=9))
    book.take_in(job(kind=Kind.INGEST))
    book.take_in(job(kind=Kind.INGEST))
    assert (len(book.waiting("ingest")), book.waiting("answer")) == (1, [])
    refusal = book.claim("quick")
    assert refusal is not None
    assert refusal.value == "person"


def test_a_refusal_says_how_long_to_wait(tmp_path: Path) -> None:
    store = Store(tmp_path)
    book = Ledger(store, "me", Limits(per_person=1, per_channel=9, queue=9))
    book.take_in(job())
    with store.transaction() as connection:
        connection.execute("UPDATE jobs SET received = received - 40")
    book.take_in(job())
    refusal = book.claim("quick")
    assert refusal is not None
    assert 15 <= float(refusal.text) <= 20
