"""``qc export``: stored results as CSV, Parquet or XLSX."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qc.cli.options import (
    AgentsOption,
    DatabaseOption,
    EncryptOption,
    JsonOption,
    PassphraseOption,
    TeamsOption,
    seal_of,
    settings_for,
)
from qc.cli.output import Opened, note, say_line, show
from qc.cli.trail import code, noted


class What(StrEnum):
    """What a row is."""

    CALLS = "calls"
    ITEMS = "items"
    FINDINGS = "findings"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    what: Annotated[What, typer.Argument(help="What a row is.", show_default=False)],
    to: Annotated[
        Path, typer.Option("--to", help="File to write, ending in .csv, .parquet or .xlsx.", show_default=False)
    ],
    agent: AgentsOption = None,
    team: TeamsOption = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Of sentences: zh, en or es; default: the interface's.")
    ] = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Write stored calls, the items of their scores, or their evidence to a file for other programs."""
    settings = settings_for(database=database)
    from qc.artifacts import Outlet
    from qc.export import TABLES, export
    from qc.language import load
    from qc.store import ArtifactKind, Selection, Store

    seal = seal_of(settings, encrypt_to, passphrase_file)

    language = load(language or settings.interface_language).code  # raises for one that is not installed
    selection = Selection(agents=tuple(agent or ()), teams=tuple(team or ()))
    table = TABLES[what.value]
    with Store.of(settings, create=False) as store:
        noted(store, "export", what=what.value, format=code(to.suffix.removeprefix(".")))
        outlet = Outlet(store, ArtifactKind.TABLE, seal)
        rows = table.rows(store, selection, language)
        done = export(rows, table.columns, to, outlet, lambda: store.life.recordings(selection))
    if done.cut:
        note(f"{done.cut} texts were longer than a cell holds and end in …; .csv and .parquet have them whole")
    if json:
        show({"file": Opened(done.path), "rows": done.rows, "cut": done.cut})
    else:
        say_line(f"{done.path}: {done.rows} rows")
