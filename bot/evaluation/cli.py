"""`bot eval`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.options import Command
from vectorstore.settings import load_env_file, read_settings

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval", cls=Command)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a question, the summary last.")
@click.option(
    "--save", metavar="RUN", type=_FILE, help="Keep the results in RUN; go on from there when stopped."
)
@click.option("--against", metavar="RUN", type=_FILE, help="Compare with an earlier run that was saved.")
@click.option(
    "--plots",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw the coverage curve and recall at k as PNG.",
)
@click.option(
    "--worst",
    default=5,
    show_default=True,
    metavar="N",
    type=click.IntRange(0),
    help="List the N worst cases.",
)
@click.option(
    "--limit",
    default=0,
    metavar="N",
    type=click.IntRange(0),
    help="Only N lines, spread evenly over the files.",
)
@click.option(
    "--floor",
    "floors",
    multiple=True,
    metavar="FIGURE=VALUE",
    help="Exit with 1 when below; may be repeated.",
)
@click.option(
    "--ceiling",
    "ceilings",
    multiple=True,
    metavar="FIGURE=VALUE",
    help="Exit with 1 when above; may be repeated.",
)
def eval_(
    files: tuple[Path, ...],
    as_json: bool,
    save: Path | None,
    against: Path | None,
    plots: Path | None,
    worst: int,
    limit: int,
    floors: tuple[str, ...],
    ceilings: tuple[str, ...],
) -> int:
    """Measure retrieval, answers, citations and abstention on the questions of JSON Lines FILEs.

    A line is {"question": "…", "answers": ["…"]}, with "urls" of the right articles if you know them, or with
    "unanswerable": true. docs/eval.md shows the rest.
    """
    load_env_file()
    settings = read_settings()
    from bot.evaluation.gate import limits
    from bot.evaluation.run import Wanted, evaluate

    wanted = Wanted(files, as_json, save, against, plots, worst, limit, tuple(limits(floors, ceilings)))
    return evaluate(settings, wanted, sys.stdout, sys.stderr)
