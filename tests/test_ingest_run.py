"""Files and folders into a real archive, with the stand-in embedder: what is stored, and what is left alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ingest.assemble import EVERYBODY, Facts
from ingest.load import load
from ingest.outcome import Outcome, Verdict, exit_code
from ingest.passages import CHUNKER
from ingest.reading import pieces
from ingest.run import Intake, refused
from ingest.sources import Found, Refusal, find
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded, HashEmbedder
from vectorstore.errors import ArchiveError, DiskFull
from vectorstore.settings import Settings
from vectorstore.types import Passage

NO_FACTS = Facts()
TEXT = "The harbour of {0} closes on Monday. The mayor of {0} said so in a letter."


class CountingEmbedder(HashEmbedder):
    """Counts what it embeds, and cannot embed a text that says "poison"."""

    embedded = 0

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        if any("poison" in passage.text for passage in passages):
            raise RuntimeError("cannot embed this")
        self.embedded += len(passages)
        return super().encode_passages(passages)


class FullDisk(CountingEmbedder):
    """Fails as an archive on a full disk does."""

    def encode_passages(self, passages: Sequence[Passage]) -> Embedded:
        raise DiskFull("the disk is full. Free some space and run ingest again.")


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def archive(tmp_path: Path, embedder: CountingEmbedder) -> Iterator[Archive]:
    settings = Settings(tmp_path / "data", embedding_model="hashing")
    with Archive.open(settings, embedder, chunker=CHUNKER) as opened:
        yield opened


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


def ingest(archive: Archive, *sources: Path, facts: Facts = NO_FACTS) -> list[Outcome]:
    said: list[Outcome] = []
    intake = Intake(archive, facts, said.append)
    for piece in pieces(find([str(source) for source in sources])):
        if isinstance(piece, Refusal):
            said.append(refused(piece))
        else:
            intake.take(piece)
    intake.flush()
    return said


def write(folder: Path, name: str, town: str) -> Path:
    path = folder / name
    path.write_text(f"Harbour of {town} closes\n\n{TEXT.format(town)}\n")
    return path


def verdicts(outcomes: Sequence[Outcome]) -> list[str]:
    return [str(outcome.outcome) for outcome in outcomes]


def test_a_folder_twice_stores_and_embeds_once(
    archive: Archive, news: Path, embedder: CountingEmbedder
) -> None:
    for town in ("Aln", "Berg", "Calm"):
        write(news, f"{town}.txt", town)
    assert verdicts(ingest(archive, news)) == ["added"] * 3
    embedded = embedder.embedded
    assert embedded == archive.stats().passages == 3
    assert verdicts(ingest(archive, news)) == ["unchanged"] * 3
    assert (embedder.embedded, archive.stats().articles) == (embedded, 3)


def test_a_changed_file_replaces_its_article(archive: Archive, news: Path) -> None:
    path = write(news, "a.txt", "Aln")
    first = ingest(archive, news)[0]
    path.write_text(f"Harbour of Aln opens\n\n{TEXT.format('Aln').replace('closes', 'opens')}")
    second = ingest(archive, news)[0]
    assert (second.outcome, second.article_id) == (Verdict.UPDATED, first.article_id)
    record = archive.article(first.article_id)
    assert record is not None
    assert (record.versions, record.article.source.title) == (2, "Harbour of Aln opens")
    assert all("closes" not in match.passage.text for match in archive.search("When does the harbour close?"))


def test_the_clip_in_the_archive(archive: Archive, news: Path) -> None:
    (news / "clip.txt").write_text(
        f"Harbour closes\n\n内容\n\n{TEXT.format('Aln')}\n\nAlready a subscriber?\u00a0Log in.\n\n总结\nIt shuts."
    )
    outcome = ingest(archive, news)[0]
    record = archive.article(outcome.article_id)
    assert record is not None
    assert (record.article.text, record.article.summary) == (TEXT.format("Aln"), "It shuts.")
    assert record.article.source.incomplete
    assert record.article.source.url == (news / "clip.txt").as_uri()
    assert record.article.origin == f"file://{news / 'clip.txt'}"


def test_the_same_text_from_two_places_is_one_article(archive: Archive, news: Path) -> None:
    first, second = write(news, "a.txt", "Aln"), news / "b.txt"
    second.write_bytes(first.read_bytes())
    outcomes = ingest(archive, news)
    assert verdicts(outcomes) == ["added", "duplicate"]
    assert outcomes[0].article_id == outcomes[1].article_id
    assert archive.stats().articles == 1
    again = ingest(archive, news)
    assert verdicts(again) == ["unchanged", "unchanged"]
    assert again[1].article_id == outcomes[0].article_id


def test_one_address_twice_in_one_run_is_one_article(archive: Archive, news: Path) -> None:
    lines = [
        {"title": "A", "url": "https://a.example/1?utm_source=x", "text": TEXT.format("Aln")},
        {"title": "A", "url": "https://A.example/1#top", "text": TEXT.format("Aln")},
        {"title": "A", "url": "https://a.example/1", "text": TEXT.format("Berg")},
    ]
    (news / "feed.jsonl").write_text("\n".join(map(json.dumps, lines)))
    outcomes = ingest(archive, news)
    assert verdicts(outcomes) == ["added", "unchanged", "updated"]
    assert [outcome.input.rpartition(": ")[2] for outcome in outcomes] == ["line 1", "line 2", "line 3"]
    record = archive.article(outcomes[0].article_id)
    assert record is not None
    assert record.article.text == TEXT.format("Berg")
    assert record.article.origin == "https://a.example/1"


def test_origins_of_json_lines(archive: Archive, news: Path) -> None:
    (news / "feed.jsonl").write_text(
        json.dumps({"id": "n7", "text": TEXT.format("Aln")})
        + "\n"
        + json.dumps({"text": TEXT.format("Berg")})
    )
    ingest(archive, news)
    origins = sorted(record.article.origin for record in archive.articles())
    assert origins[0] == "id:n7"
    assert origins[1].startswith("text:")


def test_a_removed_article_comes_back_only_by_name(archive: Archive, news: Path) -> None:
    path = write(news, "a.txt", "Aln")
    article_id = ingest(archive, news)[0].article_id
    assert archive.remove(article_id)
    skipped = ingest(archive, news)[0]
    assert skipped.outcome is Verdict.SKIPPED
    assert skipped.reason == "removed earlier; name the file to bring it back"
    assert archive.stats().articles == 0
    assert verdicts(ingest(archive, path)) == ["added"]
    assert verdicts(ingest(archive, news)) == ["unchanged"]


def test_one_bad_article_does_not_take_its_batch_with_it(archive: Archive, news: Path) -> None:
    for town in ("Aln", "poison", "Berg"):
        write(news, f"{town}.txt", town)
    outcomes = ingest(archive, news)
    assert sorted(verdicts(outcomes)) == ["added", "added", "failed"]
    bad = next(outcome for outcome in outcomes if outcome.outcome is Verdict.FAILED)
    assert bad.input.endswith("poison.txt")
    assert "cannot embed this" in bad.reason
    assert archive.stats().articles == 2


def test_a_full_disk_stops_the_run_and_says_what_is_missing(tmp_path: Path, news: Path) -> None:
    write(news, "a.txt", "Aln")
    settings = Settings(tmp_path / "full", embedding_model="hashing")
    said: list[Outcome] = []
    with Archive.open(settings, FullDisk(), chunker=CHUNKER) as full:
        intake = Intake(full, Facts(), said.append)
        for found in find([str(news)]):
            assert isinstance(found, Found)
            for loaded in load(found):
                assert not isinstance(loaded, Refusal)
                intake.take(loaded)
        with pytest.raises(ArchiveError, match="disk is full"):
            intake.flush()
    assert verdicts(said) == ["failed"]


def test_facts_from_the_command_line(archive: Archive, news: Path) -> None:
    (news / "a.md").write_text(
        f"---\npublisher: Larkhaven Post\n---\n# Harbour closes\n\n{TEXT.format('Aln')}"
    )
    facts = Facts(title="Shut", publisher="Other", url="https://a.example/1?utm_source=x", audience="C1")
    article_id = ingest(archive, news, facts=facts)[0].article_id
    record = archive.article(article_id)
    assert record is not None
    source = record.article.source
    assert (source.title, source.publisher) == ("Shut", "Larkhaven Post")
    assert (source.url, source.audience) == ("https://a.example/1", "C1")


def test_many_articles_pass_through_small_batches(archive: Archive, news: Path) -> None:
    lines = [json.dumps({"id": number, "text": TEXT.format(f"Town{number}")}) for number in range(150)]
    (news / "feed.jsonl").write_text("\n".join(lines))
    outcomes = ingest(archive, news)
    assert verdicts(outcomes) == ["added"] * 150
    assert archive.stats().articles == 150


def test_leftovers_alone_are_no_article(archive: Archive, news: Path) -> None:
    (news / "a.txt").write_text("Harbour closes\n\nAdvertisement\n\nAlready a subscriber? Log in.")
    outcome = ingest(archive, news)[0]
    assert (outcome.outcome, outcome.reason) == (Verdict.FAILED, "no article text found")


def reasons(*sources: Path | str) -> dict[str, tuple[bool, str]]:
    """Everything that is not read, by the end of its name."""
    items = pieces(find([str(source) for source in sources]))
    return {Path(i.label).name: (i.skipped, i.reason) for i in items if isinstance(i, Refusal)}


def test_bad_inputs_have_clear_reasons(news: Path) -> None:
    (news / "empty.txt").touch()
    (news / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (news / "lines.jsonl").write_bytes(b"\x01\x00\x02" * 99)
    (news / "sheet.xlsx").write_bytes(b"PK\x03\x04")
    with (news / "huge.txt").open("wb") as huge:
        huge.truncate(200_000_000)
    os.mkfifo(news / "pipe.txt")
    write(news, "good.txt", "Aln")
    found = reasons(news, news / "missing.txt", "ftp://a.example/1")
    assert found["empty.txt"] == (False, "it is empty")
    assert "an image, not text" in found["picture.txt"][1]
    assert "binary data" in found["lines.jsonl"][1]
    assert found["sheet.xlsx"][0]
    assert "larger than 50 MB" in found["huge.txt"][1]
    assert "not a regular file" in found["pipe.txt"][1]
    assert found["missing.txt"] == (False, "there is no such file or folder")
    assert "only http:// and https:// are read" in found["1"][1]
    assert "good.txt" not in found


def test_an_unknown_type_is_read_when_named(news: Path) -> None:
    path = write(news, "clipping.note", "Aln")
    assert reasons(news)["clipping.note"][0]
    assert reasons(path) == {}


def test_a_folder_that_links_to_itself_ends(news: Path) -> None:
    (news / "inner").mkdir()
    write(news / "inner", "a.txt", "Aln")
    write(news, ".hidden.txt", "Berg")
    (news / "inner" / "again").symlink_to(news, target_is_directory=True)
    (news / "z.txt").symlink_to(news / "inner" / "a.txt")
    (news / "broken.txt").symlink_to(news / "nowhere")
    found = list(find([str(news), str(news / "inner" / "a.txt")]))
    assert [item.label for item in found if isinstance(item, Found)] == [str(news / "inner" / "a.txt")]
    assert [Path(item.label).name for item in found if isinstance(item, Refusal)] == ["broken.txt"]


def test_a_file_that_vanishes_or_may_not_be_read(news: Path) -> None:
    gone, secret = write(news, "gone.txt", "Aln"), write(news, "secret.txt", "Berg")
    found = [item for item in find([str(news)]) if isinstance(item, Found)]
    gone.unlink()
    secret.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        read = [next(load(item)) for item in found[1:]]
    finally:
        if root:
            os.seteuid(0)
    read.insert(0, next(load(found[0])))
    assert [item.reason for item in read if isinstance(item, Refusal)] == [
        "it was there and vanished before it could be read",
        "no permission to read it",
    ]


def test_a_name_that_is_no_utf8(archive: Archive, news: Path) -> None:
    path = os.fsencode(news) + b"/caf\xe9\x1b[31m.txt"
    Path(os.fsdecode(path)).write_text(f"Harbour closes\n\n{TEXT.format('Aln')}")
    outcome = ingest(archive, news)[0]
    assert outcome.outcome is Verdict.ADDED
    assert outcome.input.endswith("/caf\\xe9\\x1b[31m.txt")


def test_exit_codes() -> None:
    assert exit_code({Verdict.ADDED: 2, Verdict.SKIPPED: 1}) == 0
    assert exit_code({}) == 0
    assert exit_code({Verdict.UNCHANGED: 1, Verdict.FAILED: 1}) == 1
    assert exit_code({Verdict.SKIPPED: 1, Verdict.FAILED: 1}) == 2
    assert exit_code({Verdict.FAILED: 1}, inputs=1) == 2
    assert exit_code({Verdict.FAILED: 1}, inputs=5) == 1


def test_what_was_handed_over_in_private_can_be_handed_over_to_everybody(
    archive: Archive, tmp_path: Path
) -> None:
    memo = tmp_path / "memo.txt"
    memo.write_text("The harbour reopened on Wednesday, the mayor said. Nobody was hurt.\n")
    ingest(archive, memo, facts=Facts(audience="D1"))
    (kept,) = ingest(archive, memo)
    assert kept.outcome is Verdict.UNCHANGED, "a run that says nothing changes nothing"
    (opened,) = ingest(archive, memo, facts=Facts(audience=EVERYBODY))
    assert opened.outcome is Verdict.ADDED
    assert sorted(record.article.source.audience for record in archive.articles()) == ["", "D1"]


def test_what_is_private_stays_private_when_its_folder_is_ingested(archive: Archive, news: Path) -> None:
    memo = write(news, "memo.txt", "Lisk")
    ingest(archive, memo, facts=Facts(audience="C1"))
    assert verdicts(ingest(archive, news)) == ["unchanged"]
    memo.write_text(memo.read_text() + "\nA new line.\n")
    assert verdicts(ingest(archive, news)) == ["updated"]
    assert [record.article.source.audience for record in archive.articles()] == ["C1"]
    assert archive.search("harbour Lisk closes") == []


def test_restricting_what_everybody_may_read_says_how(archive: Archive, news: Path) -> None:
    memo = write(news, "memo.txt", "Lisk")
    (public,) = ingest(archive, memo)
    (again,) = ingest(archive, memo, facts=Facts(audience="C1"))
    assert again.outcome == Verdict.DUPLICATE
    assert f"bot articles remove {public.article_id}" in again.reason


def test_facts_given_once_stay(archive: Archive, news: Path) -> None:
    note = write(news, "note.txt", "Lisk")
    ingest(archive, note, facts=Facts(publisher="The Gazette"))
    assert verdicts(ingest(archive, news)) == ["unchanged"]
    assert [record.article.source.publisher for record in archive.articles()] == ["The Gazette"]


def test_a_copy_that_changed_and_changed_back_is_a_copy_again(archive: Archive, news: Path) -> None:
    one = write(news, "one.txt", "Lisk")
    two = news / "two.txt"
    two.write_text(one.read_text())
    ingest(archive, news)
    one.write_text(one.read_text().replace("Monday", "Friday"))
    ingest(archive, news)
    assert len(list(archive.articles())) == 2
    one.write_text(two.read_text())
    ingest(archive, news)
    (record,) = archive.articles()
    assert len(record.links) == 2
    assert len(archive.search("harbour Lisk closes")) == 1
