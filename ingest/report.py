"""The report of a run: lines for people on the terminal, or JSON Lines for programs."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import Lock, Timer
from typing import TYPE_CHECKING

from ingest.outcome import Outcome, Verdict
from ingest.sources import printable
from ingest.stages import ONCE, Stages

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0  # seconds of work before a progress bar is worth showing
_LONG = 60.0  # seconds after which people wonder where the time went


class Report:
    """Hears every outcome. Failures go to standard error, one line each; a bar shows there on a terminal."""

    def __init__(
        self,
        *,
        as_json: bool,
        verbose: bool = False,
        dry_run: bool = False,
        watch: bool = False,
        total: int = 0,
    ) -> None:
        self.counts: Counter[Verdict] = Counter()
        self.stages = Stages()
        self._json = as_json
        self._verbose = verbose
        self._every = verbose or watch or (dry_run and not as_json)
        self._watch = watch
        self._dry_run = dry_run
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._bar: tuple[Progress, TaskID] | None = None
        self._closed = False
        self._guard = Lock()  # of the bar
        self._opening = Timer(_PATIENCE, self._open)
        if total and sys.stderr.isatty():
            self._opening.daemon = True
            self._opening.start()

    @property
    def news(self) -> bool:
        """Whether anything was heard that is not as it was."""
        return bool(set(self.counts) - {Verdict.UNCHANGED, Verdict.SKIPPED})

    def say(self, outcome: Outcome) -> None:
        """One article's outcome, as soon as it is known."""
        self.counts[outcome.outcome] += 1
        if self._json:
            print(json.dumps(asdict(outcome)), flush=True)
        if self._is_worth_a_line(outcome):
            self.note(_line(outcome))

    def note(self, text: str) -> None:
        """A line on standard error, above the bar if there is one, whatever a page or a server put into it."""
        text = self._stamped(printable(text))
        with self._guard:
            if self._bar:
                self._bar[0].console.print(text, markup=False, highlight=False, soft_wrap=True)
            else:
                print(text, file=sys.stderr, flush=True)

    def _stamped(self, text: str) -> str:
        """A watch is read hours later: its lines begin with the local time."""
        return f"{datetime.now():%H:%M:%S} {text}" if self._watch else text

    def _open(self) -> None:
        """Show the bar: also while the model is loaded, or the first batch takes long."""
        with self._guard:
            if self._bar is None and not self._closed:
                self._bar = _bar(self._total, self._pace())

    def advance(self, amount: int) -> None:
        """`amount` more of the total (bytes, or articles of a rebuild) is done."""
        self._done += amount
        if self._bar:
            self._bar[0].update(self._bar[1], completed=self._done, pace=self._pace())

    def _pace(self) -> str:
        """Articles a second and the time left, over the whole run so far: work is done in batches, seconds apart."""
        if not self._done or not self._total:
            return "reading and embedding"
        spent = time.monotonic() - self._began
        left = timedelta(seconds=round(spent * max(self._total - self._done, 0) / self._done))
        rate = f"{self.counts.total() / spent:,.1f} articles/s, " if self.counts else ""
        return f"{rate}{left} left"

    def progress(self, done: int, total: int) -> None:
        """For a rebuild: `done` of `total` articles."""
        self._total = total
        late = time.monotonic() - self._began > _PATIENCE
        if self._bar is None and late and sys.stderr.isatty():
            self._open()
        self.advance(done - self._done)

    def close(self) -> None:
        """Take the bar away; safe to call twice."""
        self._opening.cancel()
        with self._guard:
            self._closed = True
            if self._bar:
                self._bar[0].stop()
                self._bar = None

    def summarize(self) -> None:
        """The last line: counts and seconds."""
        self.close()
        seconds = time.monotonic() - self._began
        if self._json:
            counts = {verdict.value: self.counts[verdict] for verdict in Verdict}
            summary = {**counts, "seconds": round(seconds, 1), **self._stages_json(seconds)}
            print(json.dumps({"summary": summary}), flush=True)
            return
        parts = ", ".join(f"{self.counts[verdict]} {verdict}" for verdict in Verdict if self.counts[verdict])
        lead = "dry run, nothing stored: " if self._dry_run else ""
        print(self._stamped(f"{lead}{parts or 'nothing new'} in {seconds:.1f} s"), flush=True)
        if self._verbose or seconds >= _LONG:
            for text in self._stages_lines(seconds):
                self.note(text)

    def _stages_json(self, seconds: float) -> dict[str, object]:
        found = {
            stage: {"seconds": round(spent, 3), "articles_per_second": self._rate(spent)}
            for stage, spent in self.stages.seconds.most_common()
        }
        return {
            "articles_per_second": self._rate(seconds),
            "stages": found,
            "bound_by": self.stages.bound,
        }

    def _stages_lines(self, seconds: float) -> Iterator[str]:
        """Articles a second, all in all and stage by stage; the first stage is the one that bounds the run."""
        if not self.counts or not self.stages.seconds:
            return
        yield f"{self._rate(seconds):,} articles a second; most of the time went into {self.stages.bound}:"
        for stage, spent in self.stages.seconds.most_common():
            rate = "" if stage in ONCE else f"  {self._rate(spent):>10,} articles a second"
            yield f"  {stage:<22}{spent:8.1f} s {spent / seconds:5.0%}{rate}"

    def _rate(self, seconds: float) -> float:
        return round(self.counts.total() / seconds, 1) if seconds > 0 else 0.0

    def _is_worth_a_line(self, outcome: Outcome) -> bool:
        if self._every or outcome.outcome in (Verdict.FAILED, Verdict.SKIPPED, Verdict.REMOVED):
            return True
        return bool(outcome.reason) and outcome.outcome is not Verdict.DUPLICATE and not self._json


def _line(outcome: Outcome) -> str:
    title = f" ({outcome.title})" if outcome.title else ""
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"{outcome.outcome}  {outcome.input}{title}{reason}"


def _bar(total: int, pace: str) -> tuple[Progress, TaskID]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (
        TextColumn("ingesting"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[pace]}"),
    )
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    progress.start()
    return progress, progress.add_task("", total=total, pace=pace)
