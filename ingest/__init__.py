"""Articles in: read, clean, cut into passages, embed, store."""
