"""A language model's words, of which only what the articles support is passed on."""
