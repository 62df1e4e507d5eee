"""Which sentence answers: late interaction between the question's words and each sentence's tokens.

ColBERT's MaxSim (Khattab and Zaharia 2020, arXiv:2004.12832) over the embedding model's own token vectors, weighted by
inverse document frequency; words of the sentence before count a little less, since news sentences lean on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.types import Evidence
from vectorstore.archive import Archive
from vectorstore.embedder import Tokens, Vectors
from vectorstore.lexical import content_words, index_text, query_terms
from vectorstore.sentences import is_cjk
from vectorstore.types import Match

PASSAGES = 6  # whose sentences are scored word by word: each costs a forward pass of about 20 ms on two cores
PREVIOUS_SENTENCE = 0.9
SAME_PASSAGE = 0.8  # for names only: news says the name once and "he" from then on
COSINE_WEIGHT = 0.2
PASSAGE_WEIGHT = 0.3
_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word of the question: its tokens' vectors and its weight.

    `exact`: only its very characters can match; `name`: it looks like a name.
    """

    text: str
    vectors: Vectors
    weight: float
    exact: bool
    name: bool


class Finder:
    """Ranks the sentences of matches for a question; remembers the token vectors of recent passages."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._tokens: dict[str, Tokens] = {}

    def rank(self, question: str, matches: Sequence[Match]) -> list[Evidence]:
        """Every sentence of the best matches once, best first."""
        if not matches:
            return []
        chosen = matches[:PASSAGES]
        words = self._words(question)
        self._remember(chosen)
        found: dict[tuple[str, int], Evidence] = {}
        for match in chosen:
            for evidence in self._sentences(match, words):
                place = (match.passage.article_id, match.passage.sentences[evidence.sentence].start)
                if place not in found or found[place].score < evidence.score:
                    found[place] = evidence
        return sorted(found.values(), key=lambda e: (-e.score, e.match.passage.id, e.sentence))

    def _words(self, question: str) -> list[_Word]:
        tokens = self._archive.embedder.encode_tokens([question])[0]
        spans = content_words(question)
        weights = self._archive.weights({term for a, b in spans for term in query_terms(question[a:b])})
        return [
            _Word(
                question[a:b],
                tokens.vectors[(tokens.starts >= a) & (tokens.stops <= b)],
                max((weights[term] for term in query_terms(question[a:b])), default=1.0),
                exact=is_cjk(question[a:b]),
                name=question[a].isupper() and a > 0,
            )
            for a, b in spans
        ]

    def _remember(self, matches: Sequence[Match]) -> None:
        new = [m.passage for m in matches if m.passage.id not in self._tokens]
        if len(self._tokens) + len(new) > _REMEMBERED:
            self._tokens = {m.passage.id: self._tokens[m.passage.id] for m in matches if m.passage not in new}
        found = self._archive.embedder.encode_tokens([_embedded_text(p.prefix, p.text) for p in new])
        self._tokens.update(zip((p.id for p in new), found, strict=True))

    def _sentences(self, match: Match, words: Sequence[_Word]) -> Iterator[Evidence]:
        passage = match.passage
        tokens = self._tokens[passage.id]
        shift = passage.start - (len(_embedded_text(passage.prefix, "")))
        alone = np.zeros((len(words), len(passage.sentences)))
        for column, span in enumerate(passage.sentences):
            inside = (tokens.starts + shift >= span.start) & (tokens.starts + shift < span.end)
            sentence = passage.sentence(column)
            alone[:, column] = [_best(word, tokens.vectors[inside], sentence) for word in words]
        names = np.array([word.name for word in words], bool)
        anywhere = np.array([_somewhere(word, tokens, passage.prefix + passage.text) for word in words])
        with_context = alone.copy()
        with_context[:, 1:] = np.maximum(alone[:, 1:], PREVIOUS_SENTENCE * alone[:, :-1])
        with_context[names] = np.maximum(with_context[names], SAME_PASSAGE * anywhere[names, None])
        weights = np.array([word.weight for word in words])
        loose = ~np.array([word.exact for word in words], bool)
        for number in range(len(passage.sentences)):
            cover = with_context[:, number]
            mean = float(cover @ weights / weights.sum()) if len(words) else 0.0
            yield Evidence(
                match=match,
                sentence=number,
                score=mean + COSINE_WEIGHT * match.sentence_scores[number] + PASSAGE_WEIGHT * match.fused,
                coverage=mean,
                weakest=float(cover[loose].min()) if loose.any() else mean,
                names=float(anywhere[names].min()) if names.any() else 1.0,
            )


def _best(word: _Word, vectors: Vectors, sentence: str) -> float:
    """How well the sentence's best tokens stand for the word: a cosine, 1 for the same word."""
    if word.exact:  # a model without Chinese gives all its characters nearly the same vector
        return float(index_text(word.text) in index_text(sentence))
    if not len(vectors) or not len(word.vectors):
        return 0.0
    return float((word.vectors @ vectors.T).max(axis=1).mean())


def _somewhere(word: _Word, tokens: Tokens, text: str) -> float:
    """Like `_best`, over a whole passage; a name that stands there to the letter is there, however it is tokenised."""
    found = word.name and re.search(rf"(?<!\w){re.escape(word.text)}(?!\w)", text, re.IGNORECASE)
    return max(_best(word, tokens.vectors, text), float(bool(found)))


def _embedded_text(prefix: str, text: str) -> str:
    return f"{prefix}\n{text}" if prefix else text
