"""Fetching a file that somebody handed over in Slack, with the bot's token, from Slack alone."""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO

from bot.slack.errors import SlackUnreachable

LARGEST = 10_000_000  # bytes
_TIMEOUT_SECONDS = 30
_CHUNK = 65_536
_NOT_LET = "Slack did not let me read the file; I may lack the scope files:read"


def download(url: str, token: str, path: Path) -> None:
    """Save the file at `url` as `path`; the caller has checked that `url` is Slack's.

    Raises SlackUnreachable, and ValueError with a reason for the reader when the file is too large or is no file.
    """
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.build_opener(_NoRedirects).open(request, timeout=_TIMEOUT_SECONDS) as response:
            _check(response.headers, path)
            _save(response, path)
    except urllib.error.HTTPError as error:
        if error.code < 400:  # without the scope files:read Slack leads to its login page
            raise ValueError(_NOT_LET) from error
        raise SlackUnreachable(f"HTTP {error.code}") from error
    except (OSError, HTTPException) as error:
        raise SlackUnreachable(f"{type(error).__name__}: {error}") from error


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it points; Slack redirects to its login page at most."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        return None


def _check(headers: HTTPMessage, path: Path) -> None:
    if int(headers.get("Content-Length") or 0) > LARGEST:
        raise ValueError(_too_large())
    # Or it sends the login page instead of the file.
    if headers.get_content_type() == "text/html" and path.suffix.lower() not in (
        ".html",
        ".htm",
        ".xhtml",
        ".mhtml",
    ):
        raise ValueError(_NOT_LET)


def _save(response: IO[bytes], path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while chunk := response.read(_CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise ValueError(_too_large())
            file.write(chunk)


def _too_large() -> str:
    return f"it is larger than {LARGEST // 1_000_000} MB; ingest it on the machine I run on"
