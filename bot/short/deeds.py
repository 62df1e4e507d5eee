"""Whether a candidate stands in a clause that tells of another deed than the one asked about."""

from __future__ import annotations

from bot.short.answer_type import Asked, Kind
from bot.short.clauses import asked_verb, han_verb, has_verb, piece, says
from bot.short.spans import Candidate
from bot.short.tokens import question_roots, tokens

ALMOST_ALL = 0.72  # of the question's words: a clause that has so many tells of the same in other words


def is_of_other_clause(
    question: str, sentence: str, candidate: Candidate, verb: str = "", *, exempt: bool = True
) -> bool:
    """Whether the candidate stands with a verb, and not with the one the question asks about; `exempt` lets a clause
    pass that has almost all the question's other words."""
    verb = verb or asked_verb(question)
    clause = piece(sentence, candidate.start)
    if not verb or not has_verb(clause) or says(clause, verb):
        return False
    roots = question_roots(question)[0]
    return not exempt or len(roots & {token.root for token in tokens(clause)}) < ALMOST_ALL * len(roots)


def does_other(question: str, asked: Asked, sentence: str, candidate: Candidate, does: str) -> bool:
    """Whether the clause tells of another deed; of a person it is the same one if all but the verb is told."""
    if asked.kind is Kind.PERSON:
        others = question_roots(question)[0] - {does}
        clause = {token.root for token in tokens(piece(sentence, candidate.start))}
        if others and len(others & clause) >= ALMOST_ALL * len(others):
            return False
    return is_of_other_clause(question, sentence, candidate, does)


def is_of_other_han_clause(question: str, sentence: str, candidate: Candidate) -> bool:
    """Whether the asked words stand in another clause, and the candidate's says something of its own."""
    verb = han_verb(question)
    clause = piece(sentence, candidate.start)
    own = len(clause) - (candidate.end - candidate.start)
    return bool(verb) and verb in sentence and verb not in clause and own >= 4
