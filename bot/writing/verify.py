"""Is a sentence said by the article it cites? What is not plainly supported is dropped.

"Verified" means that the article's own words carry the sentence, never that it is true. All of it works on
words and their order: it reads no meaning, and errs towards dropping.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise

from bot.han import characters, covers
from bot.lexicon import AUXILIARY_VERBS, EXACT, HEDGES, HEDGES_TO, IRREGULAR_VERBS, SPEECH, VERBS
from bot.types import Evidence
from bot.words import Kind, Word, Words, content_keys, stem, words
from bot.writing.claims import Claim
from bot.writing.names import joined, lenders, may_name, same_antecedent
from bot.writing.planted import is_instruction
from bot.writing.quotations import quotes_hold
from bot.writing.stance import nearest_clauses, turned
from vectorstore.types import Match, Source

_MOST_CITATIONS = 3
_MOST_JOINTS = 4
_LONGEST = 600  # characters: no sentence for a reader, and slow to compare
_SHORTEST_CJK = 4
_SHORT = 5
_JOINT = re.compile(r"; |,? (?:and|while|but|adding that) ")
_SUBJECT = re.compile(r"(?:The )?(?:[A-Z][\w.'’-]*\s+)+")
_LEAD = re.compile(r"(?:In|At|On|Near|Since|After|Before|During|Until|By|From)\b[^,]{2,60}, ")
_FINITE = AUXILIARY_VERBS | SPEECH | HEDGES | VERBS | {verb + "s" for verb in VERBS}
_VERB_STEMS = frozenset(map(stem, VERBS | HEDGES_TO | set(IRREGULAR_VERBS.values())))
_ABOUT_ITSELF = re.compile(
    r"(?i)^(?:the|this|these|each|every) (?:[\w-]+ )?(?:passage|article|text|document|context)s?\b"
)
_NO_STATEMENT = ("?", "？", ":", "：")


def verify(claim: Claim, labels: Mapping[str, Match], before: str = "") -> tuple[Evidence, ...]:
    """What supports `claim`: the passages it names that do, else the first other one, else nothing.

    `before` is the verified sentence that stands just before it, which its "he" may refer to.
    """
    named = [labels[label] for label in claim.ids]
    others = [match for label, match in labels.items() if label not in claim.ids]
    return _found(claim.text, named, others, before) or _by_halves(claim.text, named, others, before)


def says_something(text: str) -> bool:
    """False for what holds no statement: a question, a heading, a bare name or number, "Yes."."""
    if text.endswith(_NO_STATEMENT) or _ABOUT_ITSELF.search(text):
        return False
    said = words(text)
    told = sum(word.counts for word in said)
    verbal = any(map(_verbal, said)) or any(
        a.kind is Kind.NAME and _third_person(b) for a, b in pairwise(said)
    )
    states = verbal and (told > 1 or (told == 1 and len(said) > _SHORT))
    return states or len(characters(text)) >= _SHORTEST_CJK


def other_script(text: str, matches: Sequence[Match]) -> bool:
    """Whether `text` is CJK and no passage is, or the other way round: words then prove nothing."""
    return _is_cjk(text) not in [_is_cjk(match.passage.text) for match in matches]


def _found(text: str, named: list[Match], others: list[Match], before: str) -> tuple[Evidence, ...]:
    if len(text) > _LONGEST or not says_something(text) or is_instruction(text):
        return ()
    cited = [found for match in named if (found := _support(text, match, before))]
    cited = cited or [found for match in others if (found := _support(text, match, before))][:1]
    return tuple(evidence for found in cited[:_MOST_CITATIONS] for evidence in found)


def _by_halves(text: str, named: list[Match], others: list[Match], before: str) -> tuple[Evidence, ...]:
    """Evidence for both halves of "A did this and said that", which articles say in two sentences."""
    for joint in islice(_JOINT.finditer(text), _MOST_JOINTS):
        first, second = text[: joint.start()] + ".", text[joint.end() :]
        subject = _SUBJECT.match(first)
        if lead := _LEAD.match(first):  # "In Corran, the tower fell and …": both are said to be in Corran
            second = lead.group() + second
        elif subject and not _SUBJECT.match(second):
            second = subject.group() + second
        if (one := _found(first, named, others, before)) and (
            two := _found(second, named, others, f"{before} {first}")
        ):
            return tuple(dict.fromkeys(one + two))
    return ()


def _support(text: str, match: Match, before: str) -> tuple[Evidence, ...]:
    """The sentence of the passage that says `text`, and the one that names whom it means, if another does."""
    claim, passage = words(text), match.passage
    if not quotes_hold(text, passage.text) or not joined(claim, words(passage.text), match.source.publisher):
        return ()
    sentences = [passage.sentence(number) for number in range(len(passage.sentences))]
    scores = [_coverage(claim, words(sentence)) for sentence in sentences]
    for number in sorted(range(len(scores)), key=lambda n: -scores[n])[:3]:
        lent = _holds(text, sentences[: number + 1], sentences, match.source, before)
        if lent is not None:
            return tuple(Evidence(match, place, scores[number]) for place in (number, *lent))
    return ()


def _holds(
    text: str, sentences: Sequence[str], passage: Sequence[str], source: Source, before: str
) -> tuple[int, ...] | None:
    """Which earlier sentences help the last one to say `text`; None when it does not say it."""
    claim, quote = words(text), words(sentences[-1])
    if any(map(is_instruction, sentences[-2:])):  # what follows an instruction goes on with it
        return None
    names = [word for word in _missing(claim, quote, source) if may_name(word)]
    said = claim == quote or _says(text, sentences[-1], source)
    return (
        lenders(names, claim, sentences, passage)
        if said and same_antecedent(claim, sentences, before)
        else None
    )


def _says(text: str, sentence: str, source: Source) -> bool:
    """Whether `sentence` says `text`, names apart."""
    claim, quote = words(text), words(sentence)
    missing = _missing(claim, nearest_clauses(claim, quote), source)
    return (
        all(map(may_name, missing))
        and _exact(claim, quote)
        and covers(text, sentence)
        and not turned(claim, quote)
    )


def _missing(claim: Words, quote: Words, source: Source) -> list[Word]:
    keys = content_keys(quote)
    return [word for word in claim if word.counts and not word.keys & (keys | _card(source, word, claim))]


def _card(source: Source, word: Word, claim: Words) -> frozenset[str]:
    """The keys that the article's card lends: its publisher's name, and its date where a date stands."""
    publisher = [name for name in words(source.publisher) if name.counts]
    named = all(any(name.keys & other.keys for other in claim) for name in publisher)
    keys = content_keys(tuple(publisher)) if named else frozenset()
    if source.published is None:
        return keys
    day = content_keys(words(source.published.date().isoformat()))
    at = next(place for place, other in enumerate(claim) if other is word)
    near = claim[max(0, at - 3) : at + 4]
    dated = any(other.kind is Kind.NAME and other.keys & day for other in near)
    whole = (
        len(day & content_keys(claim)) >= len(day) - 1
    )  # month and day; "in October" alone dates something else
    return keys | day if dated and whole else keys


def _exact(claim: Words, quote: Words) -> bool:
    """Whether the quote has every "all", "only" and "former" of the claim."""
    return {word.text for word in claim if word.text in EXACT} <= {word.text for word in quote}


def _coverage(claim: Words, quote: Words) -> float:
    keys = content_keys(quote)
    told = [word for word in claim if word.counts or word.kind is Kind.HAN]
    return sum(len(word.keys & keys) / len(word.keys) > 0.3 for word in told) / max(1, len(told))


def _verbal(word: Word) -> bool:
    if word.kind is Kind.STOP:
        return word.text in _FINITE or word.text in IRREGULAR_VERBS
    return word.kind is Kind.CONTENT and (bool(word.keys & _VERB_STEMS) or _past(word))


def _third_person(word: Word) -> bool:
    return word.kind is Kind.CONTENT and word.text.endswith("s")


def _past(word: Word) -> bool:
    return word.kind is Kind.CONTENT and (word.text.endswith("ed") or word.text in IRREGULAR_VERBS)


def _is_cjk(text: str) -> bool:
    return len(characters(text)) * 4 > len(text)
