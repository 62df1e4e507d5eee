"""The short answer inside a quote: kinds, candidates, the choice."""
