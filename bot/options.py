"""Options that several commands share: the filters, and --verbose, --version and --help on every command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from bot.dates.calendar import check_order, period
from vectorstore.types import Filter

F = TypeVar("F", bound=Callable[..., Any])
_OWN_LOGGERS = ("bot", "vectorstore")


def filters(command: F) -> F:
    """Adds --publisher, --since and --until; `filter_of` makes a Filter of what they receive."""
    for option in (
        click.option("--until", metavar="DATE", help="Only articles published on this day or before."),
        click.option(
            "--since", metavar="DATE", help="Only from this day on: 2024-10-01, 2024-10, 7d, yesterday."
        ),
        click.option(
            "--publisher", metavar="NAME", multiple=True, help="Only this publisher; may be repeated."
        ),
    ):
        command = option(command)
    return command


def filter_of(publisher: Sequence[str], since: str | None, until: str | None) -> Filter:
    """The Filter of what was typed. Raises SettingsError when a date cannot be read or the order is wrong."""
    first = period(since)[0] if since else None
    last = period(until)[1] if until else None
    check_order(first, last)
    return Filter(tuple(name.strip() for name in publisher if name.strip()), first, last)


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        click.echo(f"bot, version {version('citedesk')}")
        context.exit()


def _be_verbose(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        for name in _OWN_LOGGERS:
            logging.getLogger(name).setLevel(logging.DEBUG)


class _Everywhere(click.Command):
    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        *own, help_option = super().get_params(ctx)
        return [*own, _VERBOSE, _VERSION, help_option]


class Command(_Everywhere):
    """A command that understands --verbose and --version."""


class Group(_Everywhere, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


_VERBOSE = click.Option(
    ["--verbose"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_be_verbose,
    help="Say more on standard error.",
)
_VERSION = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
