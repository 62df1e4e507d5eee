"""What can go wrong between us and Slack."""

from __future__ import annotations

from vectorstore.errors import ArchiveError, CitedeskError

BAD_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)


class LedgerError(ArchiveError):
    """The ledger's file cannot be read or written at this moment."""


class SlackError(CitedeskError):
    """A call to Slack did not do what it should."""


class SlackRefused(SlackError):
    """Slack said no; `code` is its own word for why, such as `not_in_channel`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused: {code}. `bot doctor` checks tokens and scopes.")
        self.code = code


class BlocksRefused(SlackRefused):
    """Slack does not take these blocks; the text alone may pass."""


class SlackBusy(SlackError):
    """Slack asks us to wait `seconds` before the next call."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Slack asks to wait {seconds:.0f} seconds.")
        self.seconds = seconds


class SlackUnreachable(SlackError):
    """No reply came, so nobody knows whether the call took effect."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"Slack cannot be reached ({why}). Check the network; the bot tries again by itself."
        )
