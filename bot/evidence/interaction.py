"""Late interaction: how well each sentence of a passage covers each word of a question.

ColBERT's MaxSim (Khattab and Zaharia 2020, arXiv:2004.12832) over the embedding model's own token vectors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.words import stem
from vectorstore.embedder import Tokens, Vectors
from vectorstore.lexical import content_words, index_text, query_terms
from vectorstore.sentences import is_cjk
from vectorstore.types import Passage

Matrix = NDArray[np.float64]
Weigh = Callable[[Iterable[str]], dict[str, float]]

PREVIOUS_SENTENCE = 0.9  # of what the sentence before covers counts: news goes on with "he" and "the deal"
SAME_PASSAGE = 0.8  # for names only: news says the name once
_RUN = re.compile(r"[^\W_]+")
_SEVERAL = re.compile(r"(?<=\S )[A-Z][\w’'-]*\.?(?: [A-Z][\w’'-]*\.?)+")
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|when|where|which|why|how)\b|谁|什么|何|哪|几|多少|怎|为什", re.I
)


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of a question: its tokens' rows in `Asked.tokens`, and its inverse document frequency.

    `exact`: only its very characters can match (a model without Chinese gives all of them nearly the same vector).
    """

    text: str
    rows: slice
    weight: float
    stems: frozenset[str]
    is_name: bool
    exact: bool

    @property
    def is_number(self) -> bool:
        return any(character.isdigit() for character in self.text)


@dataclass(frozen=True)
class Asked:
    """A question as it is compared: its content words, `tokens` float32[t, d], the rows of its question word."""

    text: str
    words: tuple[Word, ...]
    tokens: Vectors
    asking: slice
    stems: frozenset[str]

    @cached_property
    def weights(self) -> Matrix:
        """Of the words, float[m]; they sum to 1 (to 0 when there is no word)."""
        weights = np.array([word.weight for word in self.words], float)
        return np.asarray(weights / max(weights.sum(), 1e-9))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its names of several words, such as "South Korea" and "Lloyd J. Austin"."""
        return tuple(match.group() for match in _SEVERAL.finditer(self.text))

    def which(self, trait: Callable[[Word], bool]) -> NDArray[np.bool_]:
        """bool[m]: the words with the trait."""
        return np.array([trait(word) for word in self.words], bool)


@dataclass(frozen=True, slots=True)
class Read:
    """A passage as it is compared: its tokens in order, `sentence` int[t] saying whose each is (-1: the prefix's)."""

    passage: Passage
    vectors: Vectors
    sentence: NDArray[np.int64]
    texts: tuple[str, ...]
    stems: tuple[frozenset[str], ...]
    card: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cover:
    """Cosines, 1 for the very word: `alone` [m, n] of word and sentence, `anywhere` [m] in passage or card.

    `said` [m, n] is 1 where the word stands in the sentence in some inflection, `told` [m] where it does in the card;
    `place` [m, n] is the token at which it is covered best. `whole` [n] is the mean over all tokens of the question,
    its names lent by the passage; `asking` [n] the cosine of its question word.
    """

    alone: Matrix
    anywhere: Matrix
    said: Matrix
    told: Matrix
    place: NDArray[np.int64]
    whole: Matrix
    asking: Matrix


def asked(question: str, tokens: Tokens, weigh: Weigh) -> Asked:
    """The question with the token vectors of its text; `weigh` gives terms their inverse document frequencies."""
    spans = content_words(question)
    weights = weigh({term for a, b in spans for term in query_terms(question[a:b])})
    words = tuple(_word(question, a, b, tokens, weights) for a, b in spans)
    asking = _ASKING.search(question)
    rows = _rows(tokens, *asking.span()) if asking else slice(0, 0)
    return Asked(question, words, tokens.vectors, rows, frozenset(stems(question)))


def read(passage: Passage, tokens: Tokens) -> Read:
    """The passage with the token vectors of its embedded text (see `embedded_text`)."""
    starts = tokens.starts + passage.start - len(embedded_text(passage.prefix, ""))
    sentence = np.full(len(starts), -1, np.int64)
    for number, span in enumerate(passage.sentences):
        sentence[(starts >= span.start) & (starts < span.end)] = number
    texts = tuple(passage.sentence(number) for number in range(len(passage.sentences)))
    return Read(
        passage,
        tokens.vectors,
        sentence,
        texts,
        tuple(frozenset(stems(text)) for text in texts),
        frozenset(stems(passage.prefix)),
    )


def cover(question: Asked, found: Read) -> Cover:
    """How the sentences of the passage cover the question; a sentence without tokens (cut off by the model) is 0."""
    m, n = len(question.words), len(found.texts)
    cosines = question.tokens @ found.vectors.T
    best = np.zeros((len(question.tokens), n))
    alone, place = np.zeros((m, n)), np.zeros((m, n), np.int64)
    for number in range(n):
        inside = np.flatnonzero(found.sentence == number)
        if inside.size and len(question.tokens):
            within = cosines[:, inside]
            best[:, number] = within.max(axis=1)
            for row, word in enumerate(question.words):
                if len(tokens := within[word.rows]):
                    place[row, number] = inside[tokens.mean(axis=0).argmax()]
    anywhere = cosines.max(axis=1) if cosines.size else np.zeros(len(question.tokens))
    said = np.array([[word.stems <= text for text in found.stems] for word in question.words], float)
    said = said.reshape(m, n)
    told = np.array([word.stems <= found.card for word in question.words], float)
    everywhere = np.zeros(m)
    for row, word in enumerate(question.words):
        if word.exact:
            alone[row] = [index_text(word.text) in index_text(text) for text in found.texts]
            said[row] = alone[row]
            everywhere[row] = index_text(word.text) in index_text(found.passage.prefix + found.passage.text)
        elif len(best[word.rows]):
            alone[row] = best[word.rows].mean(axis=0)
            everywhere[row] = anywhere[word.rows].mean()
    return Cover(
        alone,
        everywhere,
        said,
        told,
        place,
        whole=_whole(question, best, anywhere),
        asking=best[question.asking].max(axis=0) if len(best[question.asking]) else np.zeros(n),
    )


def _whole(question: Asked, best: Matrix, anywhere: Matrix) -> Matrix:
    """float[n]: the mean of `best` [t, n] over the tokens of the question; those of names also count where they stand
    elsewhere in the passage, or the sentence that says the full name, once, would win whatever is asked."""
    if not len(best):
        return np.zeros(best.shape[1])
    covered = best.copy()
    for word in question.words:
        if word.is_name:
            covered[word.rows] = np.maximum(covered[word.rows], SAME_PASSAGE * anywhere[word.rows, None])
    return np.asarray(covered.mean(axis=0))


def embedded_text(prefix: str, text: str) -> str:
    """What the embedder was given of a passage."""
    return f"{prefix}\n{text}" if prefix else text


def stems(text: str) -> list[str]:
    """The words of `text` without their inflection, in order."""
    return [stem(word.lower()) for word in _RUN.findall(text)]


def _word(question: str, start: int, end: int, tokens: Tokens, weights: dict[str, float]) -> Word:
    text = question[start:end]
    return Word(
        text,
        _rows(tokens, start, end),
        max((weights[term] for term in query_terms(text)), default=1.0),
        frozenset(stems(text)),
        is_name=text[:1].isupper() and start > 0,
        exact=is_cjk(text),
    )


def _rows(tokens: Tokens, start: int, end: int) -> slice:
    inside = np.flatnonzero((tokens.starts >= start) & (tokens.stops <= end))
    return slice(int(inside[0]), int(inside[-1]) + 1) if inside.size else slice(0, 0)


def lent(cover: Cover, names: NDArray[np.bool_]) -> Matrix:
    """`alone` [m, n] with what the sentence before lends, and names what the whole passage does, each discounted."""
    with_context = cover.alone.copy()
    with_context[:, 1:] = np.maximum(with_context[:, 1:], PREVIOUS_SENTENCE * cover.alone[:, :-1])
    with_context[names] = np.maximum(with_context[names], SAME_PASSAGE * cover.anywhere[names, None])
    return with_context


def closeness(places: NDArray[np.int64]) -> float:
    """How near to each other neighbouring words of the question are covered, mean over the pairs: 1 side by side."""
    steps = np.abs(np.diff(places))
    return float((1 / np.maximum(steps, 1)).mean()) if steps.size else 0.0
