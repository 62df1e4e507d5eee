"""For other people's LangChain and LangGraph programs: an archive as a LangChain retriever. Ours never use it."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.archive import Archive
from vectorstore.types import Filter, Match


class ArchiveRetriever(BaseRetriever):
    """The `k` best passages of an open archive, best first; raises what Archive.search raises.

    Each Document has the passage's text, the passage id, and as metadata its article's card, `start` and `end`
    (characters of the article's clean text), `score`, and `story`: equal for near-copies, of which only one is found.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    archive: Archive
    k: int = 8
    where: Filter = Filter()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(match) for match in self.archive.search(query, self.k, self.where)]


def _document(match: Match) -> Document:
    passage, source = match.passage, match.source
    metadata: dict[str, Any] = {
        "article_id": passage.article_id,
        "title": source.title,
        "publisher": source.publisher,
        "author": source.author,
        "url": source.url,
        "published": source.published.isoformat() if source.published else None,
        "incomplete": source.incomplete,
        "start": passage.start,
        "end": passage.end,
        "score": match.fused,
        "story": match.story,
    }
    return Document(id=passage.id, page_content=passage.text, metadata=metadata)
