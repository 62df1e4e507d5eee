"""Questions in, cited answers out: evidence, verification, and the terminal and Slack that show them."""
