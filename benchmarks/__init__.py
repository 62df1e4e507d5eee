"""Measurements of Citedesk against its own parts and against the plain script that tutorials teach."""
