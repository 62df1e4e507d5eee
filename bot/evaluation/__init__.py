"""`bot eval`: retrieval, evidence, answers, citations and abstention, measured on the user's own questions."""
