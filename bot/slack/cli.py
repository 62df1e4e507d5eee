"""`bot slack`, `bot slack manifest` and `bot feedback`."""

from __future__ import annotations

import logging
import os
import sys

import click

from bot.options import Command, Group
from bot.slack.settings import read_slack_settings
from vectorstore.settings import load_env_file, read_settings


@click.group(cls=Group, invoke_without_command=True)
@click.option(
    "--http", "port", type=click.IntRange(1, 65_535), metavar="PORT", help="Serve the Events API over HTTP."
)
@click.option(
    "--host", default="127.0.0.1", metavar="ADDRESS", show_default=True, help="Where --http listens."
)
@click.pass_context
def slack(context: click.Context, port: int | None, host: str) -> int:
    """Answer in Slack: over Socket Mode, or with --http as a server behind your own proxy."""
    if context.invoked_subcommand:
        return 0
    load_env_file()
    archive, settings = read_settings(), read_slack_settings(os.environ)
    from bot.slack.logs import configure
    from bot.slack.run import Door, run

    verbose = logging.getLogger("bot").level == logging.DEBUG
    configure(logging.DEBUG if verbose else logging.INFO)
    # Who reads strangers' pages needs no tokens; what is set already is not read from .env again.
    withheld = {name: "withheld" for name in os.environ if name.startswith("SLACK_")}
    environment = {**os.environ, **withheld, "CITEDESK_DATA_DIR": str(archive.data_dir)}
    return run(archive, settings, environment, Door(port or 0, host))


@slack.command(cls=Command)
@click.option(
    "--http", "url", default="", metavar="URL", help="For `bot slack --http`: the public https address."
)
@click.option("--minimal", is_flag=True, help="Without reading channels: no follow-ups without a mention.")
@click.option("--assistant-view", is_flag=True, help="For an app that still has the older assistant view.")
def manifest(url: str, minimal: bool, assistant_view: bool) -> None:
    """Print the manifest from which Slack makes the app (api.slack.com/apps, Create New App, From a manifest)."""
    from bot.slack.manifest import manifest as made
    from bot.slack.manifest import printed

    click.echo(printed(made(http_url=url, minimal=minimal, assistant_view=assistant_view)))


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per person and answer.")
@click.option(
    "--eval",
    "as_cases",
    is_flag=True,
    help="The unhelpful answers as lines for `bot eval`, answers to be filled in.",
)
def feedback(as_json: bool, as_cases: bool) -> int:
    """List what people in Slack thought of the answers."""
    load_env_file()
    from bot.slack.feedback import report

    return report(read_settings().data_dir, sys.stdout, as_json=as_json, as_cases=as_cases)
