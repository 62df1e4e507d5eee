"""Words of time: in questions, in articles, and which report is the newer."""
