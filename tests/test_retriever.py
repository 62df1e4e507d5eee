"""An archive as a LangChain retriever."""

from __future__ import annotations

from pathlib import Path

from tests.archive_data import article, opened, put
from vectorstore.retriever import ArchiveRetriever
from vectorstore.types import Filter


def test_documents_carry_the_card_and_the_offsets(tmp_path: Path) -> None:
    text = "The river Dun rose on Monday.\nMayor Ada Holt closed both bridges."
    with opened(tmp_path) as archive:
        put(archive, article("flood", text, publisher="Dun Post"))
        retriever = ArchiveRetriever(archive=archive, k=1)
        (document,) = retriever.invoke("Which bridges did the mayor close?")
        assert document.page_content == "Mayor Ada Holt closed both bridges."
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content
        assert document.metadata["publisher"] == "Dun Post"
        assert ArchiveRetriever(archive=archive, where=Filter(publishers=("Other",))).invoke("river") == []
