"""``qc retention``: what a policy says is due."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qc.cli.erase import DryRunOption
from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import note, say_line, show, table
from qc.cli.trail import noted
from qc.config import Settings
from qc.errors import UsageError

if TYPE_CHECKING:
    from qc.erasure import Retained
    from qc.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(retention)


def retention(
    dry_run: DryRunOption = False,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", help="A policy file; default: the setting's.", dir_okay=False, show_default=False),
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Erase what the retention policy says is due; with --dry-run only say what is. Exit code 1: something stayed that
    should have gone."""
    settings = settings_for(database=database)
    from qc.erasure import retain
    from qc.retention import load
    from qc.store import Store

    file = policy or settings.retention
    if file is None:
        raise UsageError("no retention policy: name one with --policy, or set retention (QC_RETENTION)")
    terms = load(file)
    with Store.of(settings, create=False) as store:
        noted(store, "retention", dry_run=int(dry_run))
        done = retain(store, settings, terms, datetime.now(), dry_run=dry_run)
    if json:
        show(done.as_json())
    else:
        _say(done)
    if done.changed or done.problems:
        raise typer.Exit(1)


def _say(done: Retained) -> None:
    """For people."""
    rows = [(name, one["due"], one["held"], one["oldest"]) for name, one in done.as_json()["classes"].items()]
    table(["class of data", "due" if done.dry_run else "erased", "held", "oldest"], rows)
    for path in done.changed:
        say_line(f"changed since it was written, so left alone: {path}")
    for problem in done.problems:
        say_line(problem)


def after_batch(store: Store, settings: Settings) -> None:
    """Apply the retention policy, where the settings want it every night; say on stderr what went."""
    if not (settings.retention_nightly and settings.retention is not None):
        return
    from qc.erasure import retain
    from qc.retention import load

    policy = load(settings.retention)
    noted(store, "retention", dry_run=0)
    done = retain(store, settings, policy, datetime.now())
    went = ", ".join(f"{name} {count}" for name, count in done.due.items())
    note(f"retention: {went or 'nothing is due'}")
    for problem in done.problems:
        note(problem)
