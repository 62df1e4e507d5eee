"""The archive on disk: articles, passages and embeddings in SQLite, vectors in Chroma."""
