"""Under which key the archive holds what was loaded from a file: what is to be taken out once the file is gone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.assemble import EVERYBODY, Facts, assemble
from ingest.boilerplate import Phrases
from ingest.files_read import Place
from ingest.load import Loaded
from vectorstore.archive import Archive

_ANY = "any text"
_NO_PHRASES = Phrases.read()


@dataclass(frozen=True, slots=True)
class Places:
    """Tells places by the same facts and phrases that the articles were assembled by."""

    archive: Archive
    facts: Facts
    phrases: Phrases

    def of(self, loaded: Loaded, article_id: str) -> Place:
        """The place of what was loaded, stored now as the article of this id or known as a copy of it."""
        draft = loaded.draft
        if not (draft.url or self.facts.url or draft.key or loaded.path):  # its text is all it is known by
            record = self.archive.article(article_id)
            if record and record.article.origin.startswith("text:"):
                return Place(record.article.origin, record.article.source.audience)
            return self._of(loaded, self.phrases)
        # To clean a long text takes longer than all the rest, and would not change the place.
        bare = replace(draft, text=_ANY, raw="", summary="", asides=())
        return self._of(replace(loaded, draft=bare), _NO_PHRASES)

    def _of(self, loaded: Loaded, phrases: Phrases) -> Place:
        article = assemble(loaded, self.facts, phrases).article
        audience = article.source.audience
        if not audience and self.facts.audience != EVERYBODY:
            audience = self.archive.restriction(article.origin)
        return Place(article.origin, audience)
