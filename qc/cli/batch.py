"""``qc batch``: a night's recordings, with progress and an account of every file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.options import (
    DatabaseOption,
    EngineOption,
    JsonOption,
    MetadataMapOption,
    MetadataOption,
    ModelOption,
    ScorecardOption,
    SentimentOption,
    settings_for,
)
from qc.cli.output import clock, note, plain, say_line, show, table
from qc.config import Settings

if TYPE_CHECKING:
    from qc.batch.report import BatchReport, Outcome

SHOWN = 20
"""Failures that the summary for people lists; JSON and the store have all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(batch)


def batch(
    folders: Annotated[
        list[Path], typer.Argument(exists=True, file_okay=False, help="Folders of recordings.", show_default=False)
    ],
    metadata: MetadataOption = None,
    metadata_mapping: MetadataMapOption = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that listen; default: one a core.", show_default=False),
    ] = None,
    database: DatabaseOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    scorecard: ScorecardOption = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Hear at most so many.", show_default=False)] = None,
    report_folder: Annotated[
        Path | None,
        typer.Option("--report", file_okay=False, help="Write the morning report there.", show_default=False),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Hear and score every recording of the folders that is not stored yet. Source files are only read.

    Exit code 0: every file accounted for; 1: more failed than the setting failure_share allows; 2: wrong use;
    130: stopped by Ctrl-C, what was in flight is finished.
    """
    from qc.batch.runner import Batch
    from qc.cli.metadata import metadata_for
    from qc.cli.night import morning, ready, written
    from qc.store import Store

    settings = settings_for(
        engine=engine,
        model=model,
        sentiment_model=sentiment_model,
        scorecard=scorecard,
        database=database,
        workers=workers,
        metadata_mapping=metadata_mapping,
    )
    ready(report_folder)
    rows = metadata_for(folders, metadata, settings)
    with Store(settings.database) as store:
        with _progress() as watch:
            run = Batch(store, settings, metadata=rows, workers=_workers(settings), limit=limit, watch=watch)
            ours = [*_no_recordings(store.name, metadata), *written(settings, report_folder)]
            report = run.run(folders, without=ours)
        morning(report, store, settings, metadata=rows, folders=folders, to=report_folder)
    told = set(rows.problems)
    for problem in report.problems:
        if problem not in told:
            note(problem)
    if json:
        show(report.as_json())
    else:
        _summary(report)
    if report.interrupted:
        raise typer.Exit(130)
    if report.failed_share > settings.failure_share:
        raise typer.Exit(1)


def _workers(settings: Settings) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return settings.workers or max(1, cores // settings.threads)


def _no_recordings(database: str, metadata: Path | None) -> list[Path]:
    files = [Path(database + ending) for ending in ("", "-wal", "-shm", "-journal")]
    copies = [path for path in Path(database).parent.glob("*.bak") if path.name.startswith(Path(database).name)]
    return files + copies + ([metadata] if metadata else [])


@contextmanager
def _progress() -> Iterator[Callable[[Outcome, int, int], None]]:
    """A bar with the time left on a terminal, a line a file elsewhere; on stderr."""
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
    if not console.is_terminal:
        yield lambda outcome, done, files: note(f"{done}/{files} {_line(outcome)}")
        return
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("elapsed"), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left"), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("files", total=None)

        def watch(outcome: Outcome, done: int, files: int) -> None:
            if outcome.failure is not None:
                bar.console.print(Text(plain(_line(outcome))), soft_wrap=True)
            bar.update(task, completed=done, total=files)

        yield watch


def _line(outcome: Outcome) -> str:
    result = "" if outcome.percent is None else f" {outcome.percent:.1f} %"
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"{outcome.state.value}{result} {outcome.path.name}{reason}"


def _summary(report: BatchReport) -> None:
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
