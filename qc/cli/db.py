"""``qc db``: bring the database to this version, copy it, look for damage."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.erase import erase_again
from qc.cli.options import DatabaseOption, JsonOption, settings_for
from qc.cli.output import Opened, say_line, show
from qc.cli.trail import noted

app = typer.Typer(help="The database: version, copies, soundness.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """The database: version, copies, soundness."""


@app.command()
def migrate(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Bring the database to the version of this program, or make it. Every command that opens it does so too; SQLite is
    copied first."""
    settings = settings_for(database=database)
    from qc.audit import Seal
    from qc.store import Trail
    from qc.store.database import Database

    seal = Seal.of(settings)
    opened = Database(settings.database)
    done = opened.migrated
    if done:
        noted(Trail(opened, seal), "db.migrate", before=done.before, after=done.after)
    opened.close()
    backup = Opened(done.backup) if done and done.backup else None
    if json:
        before = done.before if done else opened.version
        show({"database": opened.name, "before": before, "after": opened.version, "backup": backup})
    elif done is None:
        say_line(f"{opened.name}: is at version {opened.version}, the newest")
    elif done.before is None:
        say_line(f"{opened.name}: made, version {done.after}")
    else:
        say_line(
            f"{opened.name}: from version {done.before} to {done.after}" + (f"; before: {backup}" if backup else "")
        )


@app.command()
def backup(
    to: Annotated[
        Path | None, typer.Argument(help="A new file; default: beside the database, named by time.", show_default=False)
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Copy an SQLite database while others use it: whole, or not at all. For PostgreSQL it tells the command to run
    (exit code 2)."""
    settings = settings_for(database=database)
    from qc.audit import Seal
    from qc.store import Trail
    from qc.store.backup import back_up
    from qc.store.database import Database
    from qc.store.engine import is_sqlite, parse

    if is_sqlite(parse(settings.database)):
        opened = Database(settings.database, create=False, migrating=False)
        if (trail := Trail(opened, Seal.of(settings))).exists:  # else of an earlier version, which kept none
            noted(trail, "db.backup")
        opened.close()
    copy = back_up(settings.database, to)
    if json:
        show({"backup": Opened(copy), "bytes": copy.stat().st_size})
    else:
        say_line(f"{copy} ({copy.stat().st_size} bytes)")


@app.command()
def check(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Look for damage and contradictions; exit code 1 when there is any. Changes nothing, but erases again what was
    erased before this database was restored from a backup."""
    settings = settings_for(database=database)
    from qc.store import Store
    from qc.store.checking import check

    found = check(settings.database)
    if found.version == found.newest:
        with Store.of(settings, create=False) as store:
            erase_again(store, settings)
        found = check(settings.database)
    if json:
        show(asdict(found))
    else:
        for problem in found.problems:
            say_line(problem)
        say_line(f"{found.database}: version {found.version}, {len(found.problems) or 'no'} problems")
    if found.problems:
        raise typer.Exit(1)
