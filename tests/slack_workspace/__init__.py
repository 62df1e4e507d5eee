"""A strict stand-in for Slack; `Workspace` is the door."""

from tests.slack_workspace.state import Call, Channel, Ephemeral, Interaction, Message, User, View, Violation
from tests.slack_workspace.workspace import Workspace

__all__ = ["Call", "Channel", "Ephemeral", "Interaction", "Message", "User", "View", "Violation", "Workspace"]
