"""The Slack room: questions asked in Slack, answered there."""
