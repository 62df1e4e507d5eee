"""Pages from the web: only public addresses, only as far as robots.txt allows, never more than the limits."""
