"""``qc batch``: a night's recordings, with progress and an account of every file. ``qc watch``: all the time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.erase import erase_again
from qc.cli.night import morning, ready, written
from qc.cli.options import (
    DatabaseOption,
    DeviceOption,
    EngineOption,
    FoldersArgument,
    JsonOption,
    MetadataMapOption,
    MetadataOption,
    ModelOption,
    ReportOption,
    RunnerOption,
    ScorecardOption,
    SentimentOption,
    WorkersOption,
    settings_for,
)
from qc.cli.output import note, show
from qc.cli.progress import progress, summary
from qc.cli.retention import after_batch
from qc.cli.trail import cards_noted
from qc.config import Settings
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.batch.report import BatchReport
    from qc.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(batch)
    app.command()(watch)


def batch(
    folders: FoldersArgument,
    metadata: MetadataOption = None,
    metadata_mapping: MetadataMapOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Only calls that began then or later, as 2026-11-21 or 2026-11-21T22:00.", show_default=False
        ),
    ] = None,
    workers: WorkersOption = None,
    database: DatabaseOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    device: DeviceOption = None,
    runner: RunnerOption = None,
    scorecard: ScorecardOption = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Hear at most so many.", show_default=False)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hear and store nothing; say what is left.")] = False,
    report_folder: ReportOption = None,
    json: JsonOption = False,
) -> None:
    """Hear and score every recording of the folders that is not stored yet. Source files are only read.

    Exit code 0: every file accounted for; 1: more failed than the setting failure_share allows; 2: wrong use;
    130: stopped by Ctrl-C, what was in flight is finished.
    """
    from qc.store import Store

    settings = settings_for(
        engine=engine,
        model=model,
        sentiment_model=sentiment_model,
        scorecard=scorecard,
        database=database,
        workers=workers,
        metadata_mapping=metadata_mapping,
        device=device,
        runner=runner,
    )
    night = _Night(settings, folders, metadata, report_folder, _moment(since), limit, dry_run)
    ready(report_folder)
    with Store.of(settings) as store:
        if not dry_run:
            erase_again(store, settings)
        report = night.run(store)
        if not dry_run and not report.interrupted:
            after_batch(store, settings)
    if json:
        show(report.as_json())
    else:
        summary(report)
    if report.interrupted:
        raise typer.Exit(130)
    if report.failed_share > settings.failure_share:
        raise typer.Exit(1)


def watch(
    folders: FoldersArgument,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between looks at the folders.")] = 60.0,
    metadata: MetadataOption = None,
    metadata_mapping: MetadataMapOption = None,
    workers: WorkersOption = None,
    database: DatabaseOption = None,
    engine: EngineOption = None,
    model: ModelOption = None,
    sentiment_model: SentimentOption = None,
    device: DeviceOption = None,
    runner: RunnerOption = None,
    scorecard: ScorecardOption = None,
    report_folder: ReportOption = None,
) -> None:
    """As `batch`, again and again: what is new in the folders is heard soon after it is complete. Metadata is read anew
    each time.

    Ctrl-C or SIGTERM finishes what is in flight and ends with exit code 0; a second one stops at once.
    """
    from qc.batch.watching import keep_watching
    from qc.store import Store

    settings = settings_for(
        engine=engine,
        model=model,
        sentiment_model=sentiment_model,
        scorecard=scorecard,
        database=database,
        workers=workers,
        metadata_mapping=metadata_mapping,
        device=device,
        runner=runner,
    )
    ready(report_folder)
    with Store.of(settings) as store:
        erase_again(store, settings)
        keep_watching(lambda: _Night(settings, folders, metadata, report_folder, quiet=True).run(store), every)


@dataclass(frozen=True, slots=True)
class _Night:
    """One pass over the folders, with its report and its alerts."""

    settings: Settings
    folders: list[Path]
    metadata: Path | None
    report_folder: Path | None
    since: datetime | None = None
    limit: int | None = None
    dry_run: bool = False
    quiet: bool = False
    """Only what is new is told."""

    def run(self, store: Store) -> BatchReport:
        from qc.batch.runner import Batch
        from qc.cli.metadata import metadata_for
        from qc.erasure import tombstone_file

        if not self.dry_run:
            cards_noted(store, "watch" if self.quiet else "batch", self.settings)
        rows = metadata_for(self.folders, self.metadata, self.settings)
        ours = [*_no_recordings(store, self.metadata), *written(self.settings, self.report_folder)]
        ours += [tombstone_file(store, self.settings), *map(Path, store.life.written())]
        with progress(self.quiet) as tell:
            run = Batch(
                store,
                self.settings,
                metadata=rows,
                workers=_workers(self.settings),
                limit=self.limit,
                since=self.since,
                dry_run=self.dry_run,
                watch=tell,
            )
            report = run.run(self.folders, without=ours)
        if not self.dry_run:
            morning(
                report,
                store,
                self.settings,
                metadata=rows,
                folders=self.folders,
                to=self.report_folder,
                since=self.since,
            )
        told = set(rows.problems)
        for problem in report.problems:
            if problem not in told:
                note(problem)
        return report


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise UsageError(f"--since {text}: not a date or a time like 2026-11-21 or 2026-11-21T22:00") from None


def _workers(settings: Settings) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return settings.workers or max(1, cores // settings.threads)


def _no_recordings(store: Store, metadata: Path | None) -> list[Path]:
    database = store.name
    files = [Path(database + ending) for ending in ("", "-wal", "-shm", "-journal", ".tombstones")]
    files += store.trail.anchor.files if store.trail.anchor else ()
    copies = [path for path in Path(database).parent.glob("*.bak") if path.name.startswith(Path(database).name)]
    return files + copies + ([metadata] if metadata else [])
