"""How a batch goes, and what it came to: a bar or lines while it runs, tables at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qc.cli.output import clock, note, plain, say_line, shown, table

if TYPE_CHECKING:
    from qc.batch.report import BatchReport, Outcome

SHOWN = 20
"""Failures that the summary for people lists; JSON and the store have all."""


@contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[Outcome, int, int], None]]:
    """A bar with rate and time left on a terminal, a line a file elsewhere; on stderr. `quiet`: only a line for what
    this run itself found out."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    console = Console(stderr=True)
    if quiet:
        yield lambda outcome, done, files: None if outcome.earlier or outcome.waits else note(_line(outcome))
        return
    if not console.is_terminal:
        yield lambda outcome, done, files: note(f"{done}/{files} {_line(outcome)}")
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TextColumn("elapsed"))
    left = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, *left, console=console) as bar:
        task = bar.add_task("files", total=None, rate="")
        started = time.monotonic()

        def watch(outcome: Outcome, done: int, files: int) -> None:
            if outcome.failure is not None:
                bar.console.print(Text(plain(shown(_line(outcome)))), soft_wrap=True)
            minutes = max(time.monotonic() - started, 1.0) / 60
            bar.update(task, completed=done, total=files, rate=f"{done / minutes:.0f} files/min")

        yield watch


def _line(outcome: Outcome) -> str:
    result = "" if outcome.percent is None else f" {outcome.percent:.1f} %"
    reason = f": {outcome.reason}" if outcome.reason else ""
    erased = outcome.recording_id if outcome.state.value == "erased" else None
    name = f"{erased[:12]}…" if erased else outcome.path.name  # the name may say what was to be forgotten
    return f"{outcome.state.value}{result} {name}{reason}"


def summary(report: BatchReport) -> None:
    """What became of the files, on stdout."""
    if not report.outcomes:
        say_line("no files found")
        return
    counts = [(state.value.replace("_", " "), count) for state, count in report.counts.items()]
    table(["state", "files"], [*counts, ("all", len(report.outcomes))])
    earlier = sum(outcome.earlier for outcome in report.outcomes)
    if earlier:
        say_line(f"{earlier} of them heard by an earlier run")
    percents = [outcome.percent for outcome in report.outcomes if outcome.percent is not None]
    if percents:
        say_line(f"mean score {sum(percents) / len(percents):.1f} % of {len(percents)} calls scored")
    again = sum(outcome.judged_again for outcome in report.outcomes)
    if again:
        say_line(f"{again} stored calls judged again, because scorecard, language pack or checks changed")
    say_line(f"heard {clock(report.audio_seconds)} of recordings in {clock(report.wall_seconds)}")
    failures = report.failures
    for failure in failures[:SHOWN]:
        say_line(f"failed ({failure.stage}, {failure.code}): {failure.reason}")
    if len(failures) > SHOWN:
        say_line(f"… and {len(failures) - SHOWN} more failed")
