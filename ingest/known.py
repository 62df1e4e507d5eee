"""What the archive knows of an article already, and when it outweighs what came: facts once given, better texts."""

from __future__ import annotations

from dataclasses import replace

from ingest.assemble import COMMAND_LINE, EVERYBODY, Facts
from ingest.load import Loaded
from vectorstore.archive import Archive
from vectorstore.copies import share_held, shingled
from vectorstore.types import Article, Standing

_FACTS = ("title", "publisher", "author", "published", "language")
_THE_SAME = 0.95  # of its 5-grams: nothing was corrected, so nothing is gained by the shorter text


def with_what_is_known(article: Article, archive: Archive, facts: Facts) -> Article:
    """What was given once on the command line stays, also when the next run does not give it; so do an audience, and
    a publisher, author, date or language that the article has lost since."""
    if not article.source.audience and facts.audience != EVERYBODY:
        audience = archive.restriction(article.origin)
        article = replace(article, source=replace(article.source, audience=audience))
    record = archive.article(article.id)
    if record is None:
        return article
    old = record.article
    kept = [name for name in _FACTS if getattr(old.source, name) and _is_weaker(article, old, name)]
    told = {name: old.found_in[name] for name in kept if name in old.found_in}
    source = replace(article.source, **{name: getattr(old.source, name) for name in kept})
    return replace(article, source=source, found_in={**article.found_in, **told})


def why_kept(loaded: Loaded, article: Article, standing: Standing, archive: Archive) -> str:
    """Why the stored article stays although it came with another text; empty when it does not."""
    record = archive.article(article.id) if standing is Standing.CHANGED else None
    if record is None:
        return ""
    if loaded.yields_to and loaded.yields_to(record.article):
        return "a feed's own text, which replaces no page and no file"
    return _better(record.article, article)


def _better(old: Article, new: Article) -> str:
    before, after = old.source.modified, new.source.modified
    if before and after and after < before:
        return "an earlier edition than the one that is stored"
    shorter = new.source.incomplete and not old.source.incomplete and len(new.text) < len(old.text)
    if shorter and share_held(shingled(new.text), shingled(old.text)) >= _THE_SAME:
        return "a copy that is cut short; the whole text is stored"
    return ""


def _is_weaker(new: Article, old: Article, name: str) -> bool:
    """Whether the new article's value of a fact yields to the stored one."""
    if not getattr(new.source, name):
        return True
    return old.found_in.get(name) == COMMAND_LINE != new.found_in.get(name)
