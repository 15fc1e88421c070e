"""``qc report``: tables over what is stored."""

from __future__ import annotations

import json as json_module
from enum import StrEnum
from typing import Annotated

import typer

from qc.cli.options import AgentsOption, DatabaseOption, JsonOption, TeamsOption, settings_for
from qc.cli.output import clock, say_line, show, table
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
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Stored calls, the items of their scorecards, or their agents, as a table."""
    settings = settings_for(database=database)
    from qc.report import agents_table, calls_table, items_table, overview
    from qc.store import Selection, Store

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
