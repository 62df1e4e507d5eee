"""`bot articles`: list, show and remove what is stored. An id may be cut short while it names one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.article_page import list_page, original_page, record_page
from bot.as_json import json_line, original_json, record_json, story_json, versions_json
from bot.options import Group, filter_of, filters
from bot.page import Line, line
from bot.publishers import with_known_publishers
from bot.terminal import Screen, plain
from bot.versions import versions_page
from vectorstore.errors import CitedeskError, IndexUnavailable
from vectorstore.settings import load_env_file, read_settings
from vectorstore.types import Filter, Record

if TYPE_CHECKING:
    from vectorstore.archive import Archive


@click.group(cls=Group)
def articles() -> None:
    """List, show or remove saved articles."""


@articles.command("list")
@filters
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool, publisher: tuple[str, ...], since: str | None, until: str | None) -> None:
    """List the saved articles, newest first."""
    where = filter_of(publisher, since, until)
    with _archive() as archive:
        where = with_known_publishers(where, archive)
        records = archive.articles(None if where == Filter() else where)
        if as_json:
            for record in records:
                print(json_line(record_json(record)), flush=True)
        else:
            Screen(sys.stdout).show(list_page(records))


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--versions", is_flag=True, help="Show what changed between its versions.")
@click.option("--original", is_flag=True, help="Show its text as it was read, before anything was cut.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(article_id: str, versions: bool, original: bool, as_json: bool) -> None:
    """Show one article: its card, its near-copies and its text."""
    with _archive() as archive:
        record = find(archive, article_id)
        story = archive.story(record.article.id)
        earlier = archive.versions(record.article.id) if versions else []
        before = archive.original(record.article.id) if original else None
    if as_json:
        shown = record_json(record, whole=True) | story_json(record, story)
        shown |= (versions_json(earlier) if versions else {}) | (original_json(before) if original else {})
        click.echo(json_line(shown))
    elif original:
        Screen(sys.stdout).show(original_page(record, before))
    elif versions:
        Screen(sys.stdout).show(versions_page(record, earlier))
    else:
        Screen(sys.stdout).show(record_page(record, story))


@articles.command()
@click.argument("article_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def remove(article_id: str, yes: bool, as_json: bool) -> None:
    """Remove one article; it comes back only when it is ingested by name again."""
    with _archive() as archive:
        record = find(archive, article_id)
        screen = Screen(sys.stdout)
        if not (yes or not sys.stdin.isatty() or _agrees(record)):
            Screen(sys.stderr).show([line("Kept.")])
            return
        archive.remove(record.article.id)
        _level(archive)
    if as_json:
        click.echo(json_line({"article_id": record.article.id, "removed": True}))
    else:
        screen.show([_named("Removed", record)])


def find(archive: Archive, article_id: str) -> Record:
    """The article whose id is `article_id` or alone starts so. Raises CitedeskError for none or several."""
    wanted = article_id.strip().lower()
    if record := archive.article(wanted):
        return record
    found = [record for record in archive.articles() if wanted and record.article.id.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(record.article.id for record in found[:5])
        raise CitedeskError(
            f"{article_id!r} could be any of {len(found)} articles ({ids}). Write more of the id."
        )
    raise CitedeskError(f"there is no article {article_id!r}. `bot articles list` shows the ids.")


@contextmanager
def _archive() -> Iterator[Archive]:
    load_env_file()
    settings = read_settings()
    from vectorstore.archive import Archive

    with Archive.open(settings, one_shot=True, check_model=False) as archive:
        yield archive


def _level(archive: Archive) -> None:
    """The article is gone for every search; a Chroma that fails only learns of it later."""
    try:
        archive.reconcile()
    except IndexUnavailable as error:
        Screen(sys.stderr).show([line(f"bot: {error}")])


def _agrees(record: Record) -> bool:
    return click.confirm(plain(_named("Remove", record)), err=True)


def _named(verb: str, record: Record) -> Line:
    return line(f"{verb} {record.article.id}: {record.article.source.title or '(no title)'}")
