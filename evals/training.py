"""What the scorer is fitted and measured on: the sentences found for public questions, and which of them answer.

Every question is asked three ways: as it is; with its article (all paragraphs of one title) taken out of the archive;
with its paragraph alone taken out. In `squad2` there are also questions that were made to look answerable, and in
`desk` questions of readers that its articles do not answer. Half of the titles are held out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bot.evidence.features import NAMES, features
from bot.evidence.finder import PASSAGES
from bot.evidence.interaction import Matrix, Read, asked, embedded_text, read
from bot.evidence.scorer import Script, script_of
from evals.archives import opened
from evals.public_sets import DESK_SET, Question, Set
from vectorstore.archive import Archive
from vectorstore.types import Match

OWN, NO_ARTICLE, NO_PARAGRAPH = "own", "no_article", "no_paragraph"
IMPOSSIBLE, UNANSWERABLE = "impossible", "unanswerable"
_SEARCHED = 80  # enough for PASSAGES of them to be left when a whole title is taken out


@dataclass(frozen=True, slots=True)
class Sample:
    """The sentences found for one question asked in one way: `rows` float[n, len(NAMES)], `right` bool[n].

    `passage` int[n] numbers the passage of each sentence, in the order of the search.
    """

    way: str
    set: str
    held_out: bool
    script: Script
    rows: Matrix
    right: np.typing.NDArray[np.bool_]
    passage: np.typing.NDArray[np.int64]


def samples(public: Set, model: str, folder: Path) -> Iterator[Sample]:
    """The samples of a set, its paragraphs ingested into the empty `folder`."""
    with opened(public, model, folder) as archive:
        reader = _Reader(archive)
        for question in public.questions:
            yield from reader.samples(public, question)


@dataclass
class _Reader:
    archive: Archive
    _read: dict[str, Read] = field(default_factory=dict)

    def samples(self, public: Set, question: Question) -> Iterator[Sample]:
        matches = self.archive.search(question.text, _SEARCHED)
        titles = {match.passage.id: public.title(match.source.url) for match in matches}
        mine = public.title(question.url)
        unanswerable = UNANSWERABLE if public.name == DESK_SET else IMPOSSIBLE
        ways = {unanswerable: matches} if question.is_impossible else {
            OWN: matches,
            NO_ARTICLE: [match for match in matches if titles[match.passage.id] != mine],
            NO_PARAGRAPH: [match for match in matches if match.source.url != question.url],
        }  # fmt: skip
        for way, found in ways.items():
            if found:
                yield self._sample(public, question, way, found[:PASSAGES])

    def _sample(self, public: Set, question: Question, way: str, matches: Sequence[Match]) -> Sample:
        embedder = self.archive.embedder
        words = asked(question.text, embedder.encode_tokens([question.text])[0], self.archive.weights)
        found = [features(words, self._tokens(match), match) for match in matches]
        right = [_answers(question, match) for match in matches]
        return Sample(
            way,
            public.name,
            is_held_out(public.title(question.url)),
            script_of(question.text, matches[0].passage.text),
            np.concatenate(found) if found else np.zeros((0, len(NAMES))),
            np.concatenate(right),
            np.repeat(np.arange(len(found)), [len(rows) for rows in found]),
        )

    def _tokens(self, match: Match) -> Read:
        passage = match.passage
        if passage.id not in self._read:
            text = embedded_text(passage.prefix, passage.text)
            self._read[passage.id] = read(passage, self.archive.embedder.encode_tokens([text])[0])
        return self._read[passage.id]


def _answers(question: Question, match: Match) -> np.typing.NDArray[np.bool_]:
    """Which sentences of the match hold a gold answer where the question's author found it."""
    mine = match.source.url == question.url
    return np.array(
        [mine and any(s.start <= at < s.end for at in question.starts) for s in match.passage.sentences], bool
    )


def is_held_out(title: str) -> bool:
    """Whether the questions about `title` are kept for measuring; the same on every machine."""
    return hashlib.sha256(title.encode()).digest()[0] % 2 == 1
