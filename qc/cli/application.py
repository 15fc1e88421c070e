"""The command's frame: its groups, and ``--version``."""

from __future__ import annotations

from typing import Annotated

import typer

import qc
from qc.cli import (
    accuracy,
    announcements,
    appeals,
    audit,
    batch,
    calibration,
    cases,
    channels,
    clips,
    db,
    erase,
    export,
    failures,
    follow_up,
    hold,
    judging,
    lessons,
    metadata,
    models,
    recordings,
    redact,
    report,
    reports,
    retention,
    reviews,
    rules,
    sample,
    sealing,
    site,
    supply,
    users,
)

app = typer.Typer(
    name="qc",
    help="Speech-analytics quality inspection for call centres: recordings in, explained scores out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qc {qc.__version__}")
        raise typer.Exit


@app.callback()
def _frame(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """Speech-analytics quality inspection for call centres: recordings in, explained scores out."""


for _group in (
    batch,
    recordings,
    judging,
    lessons,
    clips,
    report,
    export,
    reviews,
    accuracy,
    supply,
    redact,
    erase,
    retention,
    sealing,
):
    _group.register(app)
app.add_typer(appeals.app, name="appeals")
app.add_typer(calibration.app, name="calibration")
app.add_typer(cases.app, name="cases")
app.add_typer(channels.app, name="channels")
app.add_typer(failures.app, name="failures")
app.add_typer(db.app, name="db")
app.add_typer(follow_up.app, name="follow-up")
app.add_typer(reports.app, name="reports")
app.add_typer(audit.app, name="audit")
app.add_typer(hold.app, name="hold")
app.add_typer(sample.app, name="sample")
app.add_typer(models.app, name="models")
app.add_typer(metadata.app, name="metadata")
app.add_typer(rules.app, name="rules")
app.add_typer(site.app, name="site")
app.add_typer(users.app, name="users")
app.add_typer(announcements.app, name="announcements")
