"""The pipeline over a stream: draft, article, standing, passages, and in batches vectors and the archive.

Memory stays flat: one batch is all that waits.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.assemble import Facts, assemble
from ingest.boilerplate import Phrases, shipped
from ingest.draft import Unreadable
from ingest.known import why_kept, with_what_is_known
from ingest.load import Loaded
from ingest.offsets import original
from ingest.outcome import Outcome, Verdict
from ingest.passages import cut
from ingest.reading import unexpected
from ingest.recurring import Recurring
from ingest.sources import Refusal
from ingest.stages import CUTTING, EMBEDDING, LOADING, STORING, Stages
from vectorstore.archive import Archive
from vectorstore.embedder import Embedded
from vectorstore.errors import CitedeskError
from vectorstore.types import Article, Original, Passage, Standing

log = logging.getLogger(__name__)

# What a kill may cost, and how long a progress bar stands still: a second or two of embedding.
BATCH_PASSAGES = 64
BATCH_ARTICLES = 64


@dataclass(frozen=True, slots=True)
class _Waiting:
    loaded: Loaded
    article: Article
    passages: Sequence[Passage]
    outcome: Outcome


@dataclass(slots=True)
class Intake:
    """Takes loaded articles into an archive; `say` hears what became of each as soon as that is certain."""

    archive: Archive
    facts: Facts
    say: Callable[[Outcome], None]
    phrases: Phrases = field(default_factory=shipped)
    stages: Stages = field(default_factory=Stages)
    advance: Callable[[int], None] = lambda size: None  # by the bytes of each article that is settled
    _waiting: list[_Waiting] = field(default_factory=list)
    _recurring: Recurring = field(init=False)

    def __post_init__(self) -> None:
        self._recurring = Recurring(self.archive.sightings)

    def take(self, loaded: Loaded) -> None:
        """Take one article; its own faults are an outcome. Raises CitedeskError when the run cannot go on."""
        try:
            self._take(loaded)
            if loaded.fetched:
                self.flush()  # the next page may take long, and this one is not worth fetching twice
        except Unreadable as reason:
            self._give_up(loaded, Outcome(loaded.label, Verdict.FAILED, "", loaded.draft.title, str(reason)))
        except CitedeskError:
            raise
        except Exception as error:
            log.exception("%s", loaded.label)
            outcome = Outcome(loaded.label, Verdict.FAILED, "", loaded.draft.title, unexpected(error))
            self._give_up(loaded, outcome, error)

    def flush(self) -> None:
        """Embed and store what waits. Raises CitedeskError, after saying what was not stored."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._store(waiting)
        self._recurring.save()
        self._clean_again()

    def _take(self, loaded: Loaded) -> None:
        with self.stages.timed(CUTTING):
            article = assemble(loaded, self.facts, self.phrases).article
            article = with_what_is_known(article, self.archive, self.facts)
            article = self._without_recurring(article)
        if self._is_waiting(article):
            self.flush()
        standing = self.archive.standing(article, named=loaded.named)
        if kept := why_kept(loaded, article, standing, self.archive):
            self._recurring.forget(article.id)  # what was seen in the stored text counts
            unchanged = Outcome(loaded.label, Verdict.UNCHANGED, article.id, article.source.title, kept)
            self._done(loaded, unchanged)
        elif standing in (Standing.NEW, Standing.CHANGED):
            self._queue(loaded, article, standing)
        else:
            self._settle(loaded, article, standing)
        if self._recurring.waiting >= BATCH_ARTICLES:  # also of articles that are stored already
            self.flush()

    def _without_recurring(self, article: Article) -> Article:
        source = article.source
        found = self._recurring.cut(article.text, source.publisher, source.title, article.id)
        return replace(article, text=found.text) if found.removed else article

    def _is_waiting(self, article: Article) -> bool:
        """True if the batch holds this origin or text: only once it is stored can the standing be told."""
        return any(
            waiting.article.origin == article.origin or waiting.article.fingerprint == article.fingerprint
            for waiting in self._waiting
        )

    def _queue(self, loaded: Loaded, article: Article, standing: Standing) -> None:
        with self.stages.timed(LOADING):
            embedder = self.archive.embedder
        with self.stages.timed(CUTTING):
            article = replace(article, original=original(article.text, loaded.draft.raw or loaded.draft.text))
            passages = cut(article, embedder)
        if not passages:
            raise Unreadable("no article text found")
        verdict = Verdict.ADDED if standing is Standing.NEW else Verdict.UPDATED
        reason = "; ".join(loaded.draft.remarks)
        outcome = Outcome(loaded.label, verdict, article.id, article.source.title, reason)
        self._waiting.append(_Waiting(loaded, article, passages, outcome))
        held = sum(len(waiting.passages) for waiting in self._waiting)
        if held >= BATCH_PASSAGES or len(self._waiting) >= BATCH_ARTICLES:
            self.flush()

    def _clean_again(self) -> None:
        """Store earlier articles without what has turned out to recur at their publisher; that corrects nothing."""
        for record in filter(None, map(self.archive.article, self._recurring.now_known())):
            old = record.article
            found = self._recurring.cut_again(old.text, old.source.publisher, old.id)
            if found.removed:
                before = self.archive.original(old.id) or Original(old.text, ())
                article = replace(old, text=found.text, original=original(found.text, before.text))
                passages = cut(article, self.archive.embedder)
                with self.stages.timed(EMBEDDING):
                    embedded = self.archive.embedder.encode_passages(passages)
                self.archive.add([(article, passages, embedded)])

    def _settle(self, loaded: Loaded, article: Article, standing: Standing) -> None:
        label, title = loaded.label, article.source.title
        if standing is Standing.REMOVED:
            self._recurring.forget(article.id)
            reason = "removed earlier; name the file to bring it back"
            self._done(loaded, Outcome(label, Verdict.SKIPPED, article.id, title, reason))
            return
        # A copy is known by the id of the article it is a copy of.
        known = article.id if self.archive.article(article.id) else self.archive.link(article)
        if not known:
            raise Unreadable("the article it is a copy of was removed just now; ingest it again")
        if known != article.id:
            self._recurring.forget(article.id)
        if standing is Standing.DUPLICATE:
            why = self._why_duplicate(article, known)
            self._done(loaded, Outcome(label, Verdict.DUPLICATE, known, title, why))
        else:
            self._done(loaded, Outcome(label, Verdict.UNCHANGED, known, title))

    def _done(self, loaded: Loaded, outcome: Outcome) -> None:
        """Say what became of the article, which needs no further care, and tell whoever waits for that."""
        self.say(outcome)
        self.advance(loaded.size)
        if loaded.stored:
            loaded.stored(outcome.article_id)

    def _give_up(self, loaded: Loaded, outcome: Outcome, error: Exception | None = None) -> None:
        """Say that the article failed, and tell whoever would else try for ever; a full disk is no fault of its."""
        self.say(outcome)
        self.advance(loaded.size)
        if loaded.failed and not isinstance(error, OSError):
            loaded.failed()

    def _why_duplicate(self, article: Article, known: str) -> str:
        record = self.archive.article(known)
        if article.source.audience and record and not record.article.source.audience:
            return f"everybody may read this text already; to restrict it, first: bot articles remove {known}"
        return "same text as another"

    def _store(self, waiting: Sequence[_Waiting]) -> None:
        try:
            with self.stages.timed(EMBEDDING):
                embedded = self.archive.embedder.encode_passages([p for one in waiting for p in one.passages])
            with self.stages.timed(STORING):
                self.archive.add(list(_paired(waiting, embedded)))
        except CitedeskError as error:
            for one in waiting:
                self.say(_failed(one.outcome, str(error)))
            raise
        except Exception as error:
            self._store_singly(waiting, error)
        else:
            for one in waiting:
                self._done(one.loaded, one.outcome)

    def _store_singly(self, waiting: Sequence[_Waiting], error: Exception) -> None:
        """One bad article must not take its whole batch with it."""
        if len(waiting) > 1:
            for one in waiting:
                self._store([one])
            return
        log.error("%s", waiting[0].outcome.input, exc_info=error)
        self._give_up(waiting[0].loaded, _failed(waiting[0].outcome, unexpected(error)), error)


def refused(refusal: Refusal) -> Outcome:
    """The outcome of an input that could not be read."""
    verdict = Verdict.SKIPPED if refusal.skipped else Verdict.FAILED
    return Outcome(refusal.label, verdict, reason=refusal.reason)


def _failed(outcome: Outcome, reason: str) -> Outcome:
    return Outcome(outcome.input, Verdict.FAILED, outcome.article_id, outcome.title, reason)


def _paired(
    waiting: Iterable[_Waiting], embedded: Embedded
) -> Iterator[tuple[Article, Sequence[Passage], Embedded]]:
    start = 0
    for one in waiting:
        end = start + len(one.passages)
        yield one.article, one.passages, Embedded(embedded.passages[start:end], embedded.sentences[start:end])
        start = end
