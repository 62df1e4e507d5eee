"""Which sentences answer, how sure that is, and whether sources disagree."""
