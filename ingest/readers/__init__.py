"""One reader per format: bytes and a name in, a draft of an article out."""
