"""Which sentences answer: the best passages read word by word, their sentences scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evidence.features import features
from bot.evidence.interaction import Asked, Read, asked, embedded_text, read
from bot.evidence.reranker import Reranker, reranked
from bot.evidence.scorer import Scorers, scorers_for, script_of
from bot.types import Evidence
from vectorstore.archive import Archive
from vectorstore.types import Match

PASSAGES = 8  # that are read word by word: each costs a forward pass of about 12 ms on two cores
_REMEMBERED = 512


class Finder:
    """Ranks the sentences of matches for a question; remembers the last ranking, and the token vectors of recent
    passages."""

    def __init__(self, archive: Archive, reranker: Reranker | None = None) -> None:
        self._archive = archive
        self._reranker = reranker
        self._read: dict[str, Read] = {}
        self._asked_of: tuple[str, tuple[Match, ...]] = "", ()
        self._ranked: list[Evidence] = []

    @property
    def scorers(self) -> Scorers:
        """Those fitted with the archive's embedding model."""
        return scorers_for(self._archive.embedder.name)

    def rank(self, question: str, matches: Sequence[Match]) -> list[Evidence]:
        """Every sentence of the best matches once, best first."""
        if not matches:
            return []
        asked_of = question, tuple(matches[:PASSAGES])
        if asked_of != self._asked_of:
            self._asked_of, self._ranked = asked_of, self._rank(*asked_of)
        return list(self._ranked)

    def _rank(self, question: str, matches: Sequence[Match]) -> list[Evidence]:
        embedder = self._archive.embedder
        words = asked(question, embedder.encode_tokens([question])[0], self._archive.weights)
        chosen = self._remembered(matches)
        found = [evidence for match in chosen for evidence in self._sentences(match, words)]
        if self._reranker:
            found = reranked(self._reranker, question, found)
        best: dict[tuple[str, int], Evidence] = {}
        for evidence in sorted(found, key=lambda e: (-e.score, e.match.passage.id, e.sentence)):
            passage = evidence.match.passage
            best.setdefault((passage.article_id, passage.sentences[evidence.sentence].start), evidence)
        return list(best.values())

    def _remembered(self, matches: Sequence[Match]) -> Sequence[Match]:
        new = [m.passage for m in matches if m.passage.id not in self._read]
        if len(self._read) + len(new) > _REMEMBERED:
            self._read = {m.passage.id: self._read[m.passage.id] for m in matches if m.passage not in new}
        tokens = self._archive.embedder.encode_tokens([embedded_text(p.prefix, p.text) for p in new])
        self._read.update((p.id, read(p, found)) for p, found in zip(new, tokens, strict=True))
        return matches

    def _sentences(self, match: Match, words: Asked) -> Iterator[Evidence]:
        scorer = self.scorers.get(script_of(words.text, match.passage.text))
        if scorer is None:
            return
        rows = features(words, self._read[match.passage.id], match)
        scored = zip(scorer.scores(rows), scorer.confidences(rows), strict=True)
        for number, (score, confidence) in enumerate(scored):
            yield Evidence(match, number, float(score), float(confidence))


def by_evidence(matches: Sequence[Match], ranked: Sequence[Evidence]) -> list[Match]:
    """The matches, those whose sentences were ranked in the order of their best one, then the others as they were."""
    best: dict[str, float] = {}
    for evidence in ranked:
        best.setdefault(evidence.match.passage.id, evidence.score)
    read = [match for match in matches if match.passage.id in best]
    rest = [match for match in matches if match.passage.id not in best]
    return sorted(read, key=lambda match: -best[match.passage.id]) + rest
