"""Who is what and comes from where: "Secretary Tusk", "Tusk, the secretary", "Radek of Calvera" keep their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.lexicon import CALENDAR, PREPOSITIONS, TITLES
from bot.words import Keys, Kind, Word, Words, content_keys, has_name, verbal

_LINKS = frozenset({"is", "was", "are", "were", ","})


def posts_swapped(claim: Words, quote: Words) -> bool:
    """Whether "Tusk is the secretary", "Tusk, the secretary", "Secretary Tusk" stands where the quote has another name
    by that post."""
    for name, post in _posts(claim):
        whole = content_keys(_around(claim, name))
        named = [
            at
            for at, word in enumerate(quote)
            if word.kind is Kind.NAME and word.text not in TITLES | CALENDAR
        ]
        own = [at for at in named if content_keys(_around(quote, at)) & whole]
        strangers = [at for at in named if at not in own and quote[at - 1].text not in PREPOSITIONS]
        if own and _nearest(quote, post, strangers) < _nearest(quote, post, own):
            return True
    return _origins_swapped(claim, quote)


def _posts(claim: Words) -> Iterator[tuple[int, Word]]:
    """Where a name stands, and the word for a post beside it."""
    for at in range(len(claim) - 1):
        one, other = claim[at : at + 2]
        rest = (word for word in claim[at + 2 :] if word.text not in ("the", "a", "an"))
        post = next(rest, other)
        if has_name(one.keys) and other.text in _LINKS and _is_post(post) and _holds_post(claim, at):
            yield at, post
        if other.kind is Kind.NAME and other.text not in TITLES and _is_post(one):
            yield at + 1, one


def _holds_post(claim: Words, at: int) -> bool:
    """Whether the name at `at` may have the post named behind it: "X is the", "X, the … ,", but not "in X, the"."""
    run = _around(claim, at)
    start = next(place for place, word in enumerate(claim) if word is run[0])
    before = [word.text for word in claim[max(0, start - 2) : start] if word.text != "the"]
    closed = claim[at + 1].text != "," or any(word.kind is Kind.BREAK for word in claim[at + 2 : at + 9])
    return closed and not (before and before[-1] in PREPOSITIONS)


def _is_post(word: Word) -> bool:
    return word.text in TITLES or (word.kind is Kind.CONTENT and not has_name(word.keys) and not verbal(word))


def _around(text: Words, at: int) -> Words:
    """The run of names that the name at `at` belongs to, titles left out."""
    start, end = at, at
    while start and text[start - 1].kind is Kind.NAME and text[start - 1].text not in TITLES:
        start -= 1
    while end + 1 < len(text) and text[end + 1].kind is Kind.NAME:
        end += 1
    return text[start : end + 1]


def _origins_swapped(claim: Words, quote: Words) -> bool:
    """Whether "Radek of Calvera" stands where the quote has another name before "of Calvera"."""
    ours, theirs = _origins(claim), _origins(quote)
    return any(place in theirs and not who & theirs[place] for place, who in ours.items() if who)


def _origins(text: Words) -> dict[str, Keys]:
    found: dict[str, Keys] = {}
    for at in range(1, len(text) - 1):
        if text[at].text in ("of", "from") and text[at - 1].kind is text[at + 1].kind is Kind.NAME:
            who = content_keys(_around(text, at - 1))
            for key in text[at + 1].keys:
                found[key] = found.get(key, frozenset()) | who
    return found


def _nearest(quote: Words, post: Word, names: Sequence[int]) -> int:
    """How many words lie between `post` and the nearest of the names."""
    places = [at for at, word in enumerate(quote) if word.keys & post.keys]
    return min((abs(at - name) for at in places for name in names), default=len(quote))
