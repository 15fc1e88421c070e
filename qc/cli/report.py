"""``qc report``: tables over what is stored."""

from __future__ import annotations

import json as json_module
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
from qc.cli.output import Opened, clock, say_line, show, table
from qc.cli.trail import noted


class By(StrEnum):
    """What a row is."""

    CALLS = "calls"
    ITEMS = "items"
    AGENTS = "agents"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    by: Annotated[By, typer.Argument(help="What a row is.")] = By.ITEMS,
    agent: AgentsOption = None,
    team: TeamsOption = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write JSON to this file instead.", dir_okay=False, show_default=False)
    ] = None,
    encrypt_to: EncryptOption = None,
    passphrase_file: PassphraseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Stored calls, the items of their scorecards, or their agents, as a table."""
    settings = settings_for(database=database)
    from qc.artifacts import Outlet
    from qc.errors import UsageError
    from qc.report import agents_table, calls_table, items_table, overview
    from qc.store import ArtifactKind, Selection, Store

    if to is None and (encrypt_to or passphrase_file):
        raise UsageError("an encrypted report is a file: name it with --to")
    seal = seal_of(settings, encrypt_to, passphrase_file)

    selection = Selection(agents=tuple(agent or ()), teams=tuple(team or ()))
    with Store.of(settings, create=False) as store:
        noted(store, "report", by=by.value)
        calls, items = store.call_rows(selection), store.item_rows(selection)
        frame = {
            By.CALLS: lambda: calls_table(calls),
            By.ITEMS: lambda: items_table(items),
            By.AGENTS: lambda: agents_table(calls, items),
        }[by]()
        rows = json_module.loads(frame.to_json(orient="records", date_format="iso", force_ascii=False))
        if to is not None:
            outlet = Outlet(store, ArtifactKind.REPORT, seal)
            try:
                with outlet.writing(to, lambda: [row.recording_id for row in calls]) as stream:
                    stream.write((json_module.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode())
            except OSError as error:
                raise UsageError(f"{to}: cannot be written: {error.strerror or error}") from None
            rows = {"file": Opened(outlet.name(to)), "rows": len(rows)}
    if to is not None and not json:
        say_line(f"{rows['file']}: {rows['rows']} rows", raw=True)
        return
    if json:
        show(rows)
        return
    columns = [name for name in frame.columns if name not in ("inspection_id", "recording_id", "path")]
    table([name.replace("_", " ") for name in columns], [[row[name] for name in columns] for row in rows])
    figures = overview(calls)
    mean = "" if figures.mean_percent is None else f", mean score {figures.mean_percent:.1f} %"
    say_line(
        f"{figures.calls} calls of {figures.agents} agents, {clock(figures.audio_seconds)}; {figures.scored} scored, "
        f"{figures.not_scorable} not scorable, {figures.critical_failed} with a critical failure{mean}"
    )
