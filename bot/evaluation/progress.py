"""How far a run is, on a terminal; elsewhere nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO


@contextmanager
def progress(done: int, total: int, stream: IO[str]) -> Iterator[Callable[[int], None]]:
    """A bar with the rate and the time left, of `done` questions of `total`; what is yielded moves it on."""
    if not stream.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("asking", total=total, completed=done, rate="")

        def move(by: int) -> None:
            bar.advance(task, by)
            speed = bar.tasks[0].speed
            bar.update(task, rate=f"{speed:.1f} questions a second" if speed else "")

        yield move
